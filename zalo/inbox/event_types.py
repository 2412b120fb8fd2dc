"""The frozen values that an event of Zalo can mean; no `repr` shows a person or a text."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Attachment:
    """One thing that hung on a message. What a kind does not have is empty."""

    kind: str
    url: str = field(default="", repr=False)
    thumbnail: str = field(default="", repr=False)
    name: str = field(default="", repr=False)
    description: str = field(default="", repr=False)
    size: int | None = None
    checksum: str = ""
    file_type: str = ""
    latitude: float | None = field(default=None, repr=False)
    longitude: float | None = field(default=None, repr=False)
    phone: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class InboundMessage:
    """Somebody wrote: to the account, or (with `group_id`, and then nothing else) into a group.

    `kind` is the last word of Zalo's name: text, image, location, … An anonymous visitor of a web
    page has an id that is good for `conversation_id` alone.
    """

    user_id: str = field(repr=False)
    message_id: str
    kind: str
    text: str = field(repr=False)
    attachments: tuple[Attachment, ...]
    at: datetime
    group_id: str = ""
    quoted_id: str = ""
    is_anonymous: bool = False
    conversation_id: str = ""


@dataclass(frozen=True, slots=True)
class OwnEcho:
    """The account itself wrote; `admin_id` only when a person typed it in Zalo's own tool."""

    message_id: str
    recipient_id: str = field(repr=False)
    group_id: str
    admin_id: str
    at: datetime
    text: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class FollowChange:
    """Somebody follows the account from now on, or no longer."""

    user_id: str = field(repr=False)
    is_following: bool
    source: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ContactShared:
    """Somebody pressed “share” on a request for contact data."""

    user_id: str = field(repr=False)
    name: str = field(repr=False)
    phone: str = field(repr=False)
    address: str = field(repr=False)
    at: datetime


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """Somebody takes back that their data may be used: a request under the law."""

    user_id: str = field(repr=False)
    at: datetime


@dataclass(frozen=True, slots=True)
class GroupChange:
    """Something happened to a group of the account, or to people in it."""

    class Kind(StrEnum):
        CREATED = "created"
        JOINED = "joined"
        ASKS_TO_JOIN = "asks_to_join"
        APPROVED = "approved"
        REJECTED = "rejected"
        DEPUTY_ADDED = "deputy_added"
        DEPUTY_REMOVED = "deputy_removed"
        INFO_CHANGED = "info_changed"
        LEFT = "left"
        DISSOLVED = "dissolved"

    group_id: str
    kind: Kind
    user_ids: tuple[str, ...] = field(repr=False)
    at: datetime


@dataclass(frozen=True, slots=True)
class PermissionRevoked:
    """The account took its grant back: nothing can be sent until it is given anew."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Received:
    """A phone got messages of the account."""

    message_ids: tuple[str, ...]
    user_id: str = field(repr=False)
    at: datetime


@dataclass(frozen=True, slots=True)
class Seen:
    """Somebody opened messages of the account."""

    message_ids: tuple[str, ...]
    user_id: str = field(repr=False)
    at: datetime


@dataclass(frozen=True, slots=True)
class Interaction:
    """Somebody turned to the account without a message: first “chat now”, a reaction, a call.

    `opens_window` says whether Zalo counts it for the 48 hours and 7 days.
    """

    user_id: str = field(repr=False)
    at: datetime
    opens_window: bool = True


@dataclass(frozen=True, slots=True)
class Ignored:
    """A known event that means nothing to the portal."""

    name: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """A name that the table does not have; its body is kept for a later release."""

    name: str


Event = (
    InboundMessage | OwnEcho | FollowChange | ContactShared | Withdrawal | GroupChange
    | PermissionRevoked | Received | Seen | Interaction | Ignored | Unknown
)  # fmt: skip
