"""Reading bodies: one table of every name that is known, and what it means."""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from zalo.client.types import as_id, as_int, as_mapping, as_optional_int, as_text
from zalo.inbox.event_types import (
    Attachment,
    ContactShared,
    Event,
    FollowChange,
    GroupChange,
    Ignored,
    InboundMessage,
    Interaction,
    OwnEcho,
    PermissionRevoked,
    Received,
    Seen,
    Unknown,
    Withdrawal,
)

Body = Mapping[str, Any]
GROUP_MESSAGE = "user_send_group_"


def happened_at(body: Body) -> datetime | None:
    """The body's own clock (milliseconds, as text or number), None where it has none."""
    number = as_optional_int(body.get("timestamp"))
    if number is None or number <= 0:
        return None
    try:
        return datetime.fromtimestamp(number / 1000, UTC)
    except (OverflowError, OSError, ValueError):
        return None


def name_of(body: Body) -> str:
    return as_text(body.get("event_name"))


def party_ids(body: Body) -> tuple[str, ...]:
    """Every id that may be the account's: where it stands depends on who spoke."""
    places = (body.get("oa_id"), _id_in(body, "recipient"), _id_in(body, "sender"))
    return tuple(dict.fromkeys(found for place in places if (found := as_id(place))))


def is_group_message(name: str) -> bool:
    """Whether a resident wrote into a group: such a body is never kept whole."""
    return name.startswith(GROUP_MESSAGE)


# Beginnings of names that tell of a talk between the account and one person, and one whole name:
# these events may lead from a person to a tip, and are interpreted inside the vault.
PRIVATE_BEGINNINGS = ("user_send_", "anonymous_send_", "oa_send_")
GROUP_BEGINNINGS = (GROUP_MESSAGE, "oa_send_group_")
WITHDRAWN = "user_withdraw"


def is_private(name: str) -> bool:
    """Whether an event of this name belongs to such a talk; see WebhookEventQuerySet.of_people."""
    return name == WITHDRAWN or (
        name.startswith(PRIVATE_BEGINNINGS) and not name.startswith(GROUP_BEGINNINGS)
    )


def may_be_talk_of_a_group(body: Body) -> bool:
    """The same, or an event of a name that nobody knows which seems to tell such a thing."""
    name = name_of(body)
    if is_group_message(name) or name in MEANINGS or name.startswith("oa_send_"):
        return is_group_message(name)
    return "message" in body and ("group" in name or bool(as_id(body.get("group_id"))))


def parse(body: Body, *, received_at: datetime, oa_id: str = "") -> Event:
    """Parse a body; one without a usable clock happened when it came.

    `oa_id` is the account, where it is known: the body does not always say which of its ids is the
    account's. A message of an unknown kind is still a message, an echo of an unknown kind still an
    echo.
    """
    if oa_id and not as_id(body.get("oa_id")):
        body = {**body, "oa_id": oa_id}
    name = name_of(body)
    at = happened_at(body) or received_at
    if meaning := MEANINGS.get(name):
        return meaning(body, at)
    if is_group_message(name):
        return _group_message(body, at)
    if name.startswith("oa_send_group_"):
        return _group_echo(body, at)
    if name.startswith("oa_send_"):
        return _echo(body, at)
    if name.startswith(("user_send_", "anonymous_send_")) and _id_in(body, "sender"):
        return _message(body, at)
    return Unknown(name)


def _id_in(body: Body, place: str) -> str:
    return as_id(as_mapping(body.get(place)).get("id"))


def _items(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _ids(value: object) -> tuple[str, ...]:
    """Ids of a list that holds them bare or as `{"id": …}`."""
    found = (
        as_id(as_mapping(item).get("id") or as_mapping(item).get("user_id"))
        if isinstance(item, dict)
        else as_id(item)
        for item in _items(value)
    )
    return tuple(dict.fromkeys(one for one in found if one))


def _person(body: Body) -> str:
    """The party that is not the account."""
    own = as_id(body.get("oa_id"))
    places = (
        body.get("user_id"),
        as_mapping(body.get("follower")).get("id"),
        _id_in(body, "sender"),
        _id_in(body, "recipient"),
    )
    return next((found for place in places if (found := as_id(place)) and found != own), "")


def _reader(body: Body) -> str:
    """The person: the recipient of our message, unless the body has it the other way."""
    own, recipient = as_id(body.get("oa_id")), _id_in(body, "recipient")
    return recipient if recipient and recipient != own else _person(body)


def _degrees(value: object, most: float) -> float | None:
    """A coordinate, which comes as text; None where it is none on this earth."""
    try:
        number = float(value) if isinstance(value, str | int | float) else None
    except (ValueError, OverflowError):
        return None
    is_place = number is not None and not isinstance(value, bool) and -most <= number <= most
    return number if is_place else None


def _attachment(item: object) -> Attachment:
    held = as_mapping(item)
    payload = as_mapping(held.get("payload"))
    place = as_mapping(payload.get("coordinates"))
    description = payload.get("description")
    return Attachment(
        kind=as_text(held.get("type")) or "unknown",
        url=as_text(payload.get("url")),
        thumbnail=as_text(payload.get("thumbnail")),
        name=as_text(payload.get("name")),
        description=as_text(description),
        size=as_optional_int(payload.get("size")),
        checksum=as_text(payload.get("checksum")).lower(),
        file_type=as_text(payload.get("type")).lower(),
        latitude=_degrees(place.get("latitude"), 90),
        longitude=_degrees(place.get("longitude"), 180),
        phone=_phone_on_card(description),
    )


def _phone_on_card(description: object) -> str:
    """A business card carries its phone in a description that is JSON itself."""
    try:
        card = json.loads(description) if isinstance(description, str) else description
    except (ValueError, RecursionError):
        return ""
    phone = as_mapping(card).get("phone")
    return as_text(phone) or as_id(phone)


def _message(body: Body, at: datetime) -> Event:
    name = name_of(body)
    message = as_mapping(body.get("message"))
    is_anonymous = name.startswith("anonymous_")
    if _id_in(body, "sender") in {as_id(body.get("oa_id")), _id_in(body, "recipient")}:
        return _echo(body, at)
    return InboundMessage(
        user_id=_id_in(body, "sender"),
        message_id=as_id(message.get("msg_id")),
        kind=name.partition("_send_")[2] or "unknown",
        text=as_text(message.get("text")),
        attachments=tuple(_attachment(item) for item in _items(message.get("attachments"))),
        at=at,
        quoted_id=as_id(message.get("quote_msg_id")),
        is_anonymous=is_anonymous,
        conversation_id=as_id(message.get("conversation_id")) if is_anonymous else "",
    )


def _group_message(body: Body, at: datetime) -> Event:
    return InboundMessage(
        user_id="",
        message_id=as_id(as_mapping(body.get("message")).get("msg_id")),
        kind=name_of(body).removeprefix(GROUP_MESSAGE),
        text="",
        attachments=(),
        at=at,
        group_id=_id_in(body, "recipient") or as_id(body.get("group_id")),
    )


def _own_words(body: Body, at: datetime, *, recipient_id: str = "", group_id: str = "") -> OwnEcho:
    message = as_mapping(body.get("message"))
    return OwnEcho(
        message_id=as_id(message.get("msg_id")),
        recipient_id=recipient_id,
        group_id=group_id,
        admin_id=as_id(as_mapping(body.get("sender")).get("admin_id")),
        at=at,
        text=as_text(message.get("text")),
    )


def _echo(body: Body, at: datetime) -> Event:
    return _own_words(body, at, recipient_id=_id_in(body, "recipient"))


def _group_echo(body: Body, at: datetime) -> Event:
    return _own_words(body, at, group_id=_id_in(body, "recipient") or as_id(body.get("group_id")))


def _following(is_following: bool) -> Callable[[Body, datetime], Event]:
    return lambda body, at: FollowChange(
        _person(body), is_following, as_text(body.get("source")), at
    )


def _contact(body: Body, at: datetime) -> Event:
    info = as_mapping(body.get("info"))
    full = as_mapping(info.get("full_address"))
    parts = (
        [full.get("user_address"), full.get("user_ward"), full.get("user_city")]
        if full
        else [info.get(name) for name in ("address", "ward", "district", "city")]
    )
    return ContactShared(
        user_id=_person(body),
        name=as_text(info.get("name")),
        phone=as_text(info.get("phone")) or as_id(info.get("phone")),
        address=", ".join(part for value in parts if (part := as_text(value))),
        at=at,
    )


def _message_ids(body: Body) -> tuple[str, ...]:
    message = as_mapping(body.get("message"))
    return _ids(message.get("msg_ids")) or _ids([message.get("msg_id")])


def _received(body: Body, at: datetime) -> Event:
    if as_int(as_mapping(body.get("message")).get("delivery_time")):
        return Ignored(name_of(body))  # of a template sent by phone number, which we never send
    return Received(_message_ids(body), _reader(body), at)


def _interaction(body: Body, at: datetime) -> Event:
    return Interaction(_person(body), at)


def _ignored(body: Body, at: datetime) -> Event:
    return Ignored(name_of(body))


def _group(kind: GroupChange.Kind) -> Callable[[Body, datetime], Event]:
    def meaning(body: Body, at: datetime) -> Event:
        users = _ids(body.get("users")) or _ids([body.get("user_id")])
        return GroupChange(as_id(body.get("group_id")), kind, users, at)

    return meaning


_KINDS = ("text", "image", "gif", "link", "audio", "video", "sticker", "location", "file",
          "business_card")  # fmt: skip
_OF_NO_MEANING = (
    "oa_reacted_message", "add_user_to_tag", "remove_user_from_tag", "remove_tag",
    "update_user_info", "user_feedback", "change_template_status", "change_template_quality",
    "change_template_quota", "change_oa_daily_quota", "change_oa_template_tags",
    "event_journey_time_out", "event_journey_acknowledged", "oa_send_consent",
    "user_reply_consent", "oa_call_user", "shop_has_order", "extension_purchased",
    "widget_interaction_accepted", "widget_failed_to_sync_user_external_id",
)  # fmt: skip

# Every name that is known, and what it means.
MEANINGS: dict[str, Callable[[Body, datetime], Event]] = {
    **{f"user_send_{kind}": _message for kind in _KINDS},
    **{f"anonymous_send_{kind}": _message for kind in ("text", "image", "file", "sticker")},
    **{f"{GROUP_MESSAGE}{kind}": _group_message for kind in _KINDS},
    **{f"oa_send_{kind}": _echo for kind in
       ("text", "image", "gif", "list", "file", "sticker", "template")},
    **{f"oa_send_anonymous_{kind}": _echo for kind in ("text", "image", "file", "sticker")},
    **{f"oa_send_group_{kind}": _group_echo for kind in _KINDS},
    **dict.fromkeys(_OF_NO_MEANING, _ignored),
    "follow": _following(True),
    "unfollow": _following(False),
    "user_submit_info": _contact,
    WITHDRAWN: lambda body, at: Withdrawal(_person(body), at),
    "permission_revoked": lambda body, at: PermissionRevoked(at),
    "user_received_message": _received,
    "user_seen_message": lambda body, at: Seen(_message_ids(body), _reader(body), at),
    "user_click_chatnow": _interaction,
    "user_call_oa": _interaction,
    "user_reacted_message": lambda body, at: Interaction(_person(body), at, opens_window=False),
    "create_group": _group(GroupChange.Kind.CREATED),
    "user_join_group": _group(GroupChange.Kind.JOINED),
    "user_request_join_group": _group(GroupChange.Kind.ASKS_TO_JOIN),
    "react_request_join_group": _group(GroupChange.Kind.APPROVED),
    "accept_request_join_group": _group(GroupChange.Kind.APPROVED),
    "react_request_join_group_accept": _group(GroupChange.Kind.APPROVED),
    "reject_request_join_group": _group(GroupChange.Kind.REJECTED),
    "react_request_join_group_reject": _group(GroupChange.Kind.REJECTED),
    "add_group_admin": _group(GroupChange.Kind.DEPUTY_ADDED),
    "remove_group_admin": _group(GroupChange.Kind.DEPUTY_REMOVED),
    "update_group_info": _group(GroupChange.Kind.INFO_CHANGED),
    "user_out_group": _group(GroupChange.Kind.LEFT),
    "user_leave_group": _group(GroupChange.Kind.LEFT),
    "disperse_group": _group(GroupChange.Kind.DISSOLVED),
    "delete_group": _group(GroupChange.Kind.DISSOLVED),
}  # fmt: skip


# What an event of Zalo means: frozen values, read from the body by one table and nothing else.
#
# Nothing here touches database or network. Zalo promises neither order nor that an event comes
# once, so each value says when it happened and its handlers must bear it twice, and late.
#
# A message that somebody writes into a group has no author, text or file here: what people say in a
# group is not kept (docs/decisions/0056).


__all__ = [
    "Attachment",
    "ContactShared",
    "Event",
    "FollowChange",
    "GroupChange",
    "Ignored",
    "InboundMessage",
    "Interaction",
    "OwnEcho",
    "PermissionRevoked",
    "Received",
    "Seen",
    "Unknown",
    "Withdrawal",
    "is_group_message",
    "is_private",
    "may_be_talk_of_a_group",
    "name_of",
    "parse",
    "party_ids",
]
