"""What was said between the account and single people: ten at a time, the newest first."""

import json
from collections.abc import Mapping
from typing import Any, Final

from zalo.client.calls import Calls
from zalo.types import PastMessage, as_id, as_int, as_mapping, as_text

HISTORY_A_PAGE: Final = 10
_FROM_PERSON: Final = 1


class HistoryCalls(Calls):
    """The last message of each chat, and one chat."""

    def recent_chats(self, offset: int = 0) -> tuple[PastMessage, ...]:
        """The last message of each chat, the chat that was touched last first."""
        return self._past("/v2.0/oa/listrecentchat", {"offset": offset, "count": HISTORY_A_PAGE})

    def conversation(self, zalo_user_id: str, offset: int = 0) -> tuple[PastMessage, ...]:
        """Messages of one chat, the last first."""
        named: int | str = int(zalo_user_id) if zalo_user_id.isdecimal() else zalo_user_id
        asked = {"user_id": named, "offset": offset, "count": HISTORY_A_PAGE}
        return self._past("/v2.0/oa/conversation", asked)

    def _past(self, path: str, asked: Mapping[str, Any]) -> tuple[PastMessage, ...]:
        data = json.dumps(asked, separators=(",", ":"))
        items = self._items("GET", path, is_repeatable=True, params={"data": data})
        return tuple(_message(item) for item in items)


def _message(item: Mapping[str, Any]) -> PastMessage:
    is_ours = as_int(item.get("src"), default=_FROM_PERSON) != _FROM_PERSON
    links = item.get("links")
    return PastMessage(
        message_id=as_id(item.get("message_id")),
        user_id=as_id(item.get("to_id") if is_ours else item.get("from_id")),
        is_ours=is_ours,
        at_ms=as_int(item.get("time")),
        kind=as_text(item.get("type")),
        text=as_text(item.get("message")),
        url=as_text(item.get("url")),
        thumbnail=as_text(item.get("thumb")),
        description=as_text(item.get("description")),
        links=tuple(
            url
            for link in (links if isinstance(links, list) else ())
            if (url := as_text(as_mapping(link).get("url")))
        ),
        place=_place(item.get("location")),
    )


def _place(value: object) -> tuple[str, str] | None:
    """Latitude and longitude, as they came: a mapping, or JSON in a text."""
    try:
        held = as_mapping(json.loads(value) if isinstance(value, str) else value)
    except (ValueError, RecursionError):
        return None
    latitude, longitude = held.get("latitude"), held.get("longitude")
    return None if latitude is None or longitude is None else (str(latitude), str(longitude))
