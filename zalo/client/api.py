"""People whom the account may know, and what it may still send."""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from zalo.client.articles import ArticleCalls
from zalo.client.calls import Calls, error_for, read_answer
from zalo.client.groups import GroupCalls
from zalo.client.messages import (
    MAX_IMAGE_BYTES,
    PERSON_PATHS,
    EndpointFamily,
    MediaCalls,
    MessageCalls,
)
from zalo.client.types import (
    OaProfile,
    PastMessage,
    QuotaAsset,
    UserPage,
    as_bool,
    as_date,
    as_id,
    as_int,
    as_mapping,
    as_optional_int,
    as_text,
)

USERS_A_PAGE: Final = 50
LAST_OFFSET: Final = 9_951
LIST_PATHS: Final = {
    EndpointFamily.V2: "/v2.0/oa/getfollowers",
    EndpointFamily.V3: "/v3.0/oa/user/getlist",
}
QUOTA_PATH: Final = "/v3.0/oa/quota/message"


class UserCalls(Calls):
    """The list of people, by pages of at most 50, and quotas."""

    def followers(
        self,
        offset: int = 0,
        count: int = USERS_A_PAGE,
        *,
        family: EndpointFamily,
        interacted: tuple[date, date] | None = None,
    ) -> UserPage:
        """A page of those who follow; `interacted` keeps to those whose last interaction was on
        one of these days, both included (v3 only; v2 knows no such filter)."""
        asked: dict[str, Any] = {"offset": offset, "count": count}
        if family is EndpointFamily.V3:
            asked["is_follower"] = "true"
            if interacted is not None:
                first, last = interacted
                asked["last_interaction_period"] = f"{first:%Y_%m_%d}:{last:%Y_%m_%d}"
        data = self._data(
            "GET",
            LIST_PATHS[family],
            is_repeatable=True,
            params={"data": json.dumps(asked, separators=(",", ":"))},
        )
        people = data.get("users") if family is EndpointFamily.V3 else data.get("followers")
        found = (
            as_id(as_mapping(person).get("user_id"))
            for person in (people if isinstance(people, list) else ())
        )
        return UserPage(as_int(data.get("total")), tuple(one for one in found if one))

    def quota_assets(self, quota_type: str) -> tuple[QuotaAsset, ...]:
        """Quotas of the account: a line for each purchase."""
        body = {"quota_owner": "OA", "product_type": "cs", "quota_type": quota_type}
        assets = self._items("POST", QUOTA_PATH, is_repeatable=True, json_body=body)
        return tuple(
            QuotaAsset(
                quota_type=as_text(asset.get("quota_type")) or quota_type,
                remain=as_optional_int(asset.get("remain")),
                total=as_optional_int(asset.get("total")),
                expires_on=as_date(asset.get("expired_date") or asset.get("valid_through")),
            )
            for asset in assets
        )

    def monthly_articles(self, zalo_user_id: str) -> int | None:
        """How many articles the account may have sent to this person in a month; None where Zalo
        leaves it out."""
        body = {"user_id": zalo_user_id}
        data = self._data("POST", QUOTA_PATH, is_repeatable=True, json_body=body)
        return as_optional_int(as_mapping(data.get("promotion")).get("monthly_total"))


# What was said between the account and single people: ten at a time, the newest first.


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


# The account itself.


class ProfileCalls(Calls):
    """Calls about the account itself."""

    def get_oa(self) -> OaProfile:
        """Profile of this account."""
        data = self._data("GET", "/v2.0/oa/getoa", is_repeatable=True)
        return OaProfile(
            oa_id=as_id(data.get("oa_id") or data.get("oaid")),
            name=as_text(data.get("name")),
            oa_type=as_optional_int(data.get("oa_type")),
            is_verified=as_bool(data.get("is_verified")),
            follower_count=as_int(data.get("num_follower")),
            package_name=as_text(data.get("package_name")),
        )


# The only class that speaks Zalo's Official Account API. No Django, no database, no waiting.
#
# Primitives in, frozen dataclasses out. The client is faithful to its input: it neither cuts nor
# cleans a text (`[@…]` would call out to a whole group; the gate in `broadcasts` breaks it). Every
# method makes exactly one request. Contract: the project's fact sheet of the API, 2026-11.


__all__ = [
    "HISTORY_A_PAGE",
    "LAST_OFFSET",
    "LIST_PATHS",
    "MAX_IMAGE_BYTES",
    "PERSON_PATHS",
    "USERS_A_PAGE",
    "Calls",
    "EndpointFamily",
    "ZaloClient",
    "error_for",
    "read_answer",
]


class ZaloClient(
    MessageCalls, MediaCalls, GroupCalls, UserCalls, ArticleCalls, ProfileCalls, HistoryCalls
):
    """One account's calls.

    `timeout` is (connect, read) in seconds. With `app_secret` every call carries
    `appsecret_proof`. `observer` is told of each finished exchange.

    Every method raises ZaloRetryable, ZaloRejected or ZaloUncertain (see `zalo.client.errors`);
    only a send can be uncertain, since a read or an upload may be repeated without harm.
    """
