"""Return types of the client: frozen values, coerced once at the boundary.

Zalo sends the same number as a string in one answer and as an integer in another, and its ids
exceed what a double can hold; here every id is a `str` and every number an `int`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any


@dataclass(frozen=True, slots=True)
class TokenPair:
    """A fresh access and refresh token; never logged, so neither appears in its `repr`.

    The lifetimes are in seconds, None where Zalo did not say.
    """

    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    expires_in: int | None = None
    refresh_expires_in: int | None = None


@dataclass(frozen=True, slots=True)
class SentQuota:
    """The quota that paid for a message to a person, and its rest; None where Zalo did not say."""

    kind: str
    remain: int | None
    total: int | None
    expires_on: date | None


@dataclass(frozen=True, slots=True)
class SentMessage:
    """Zalo accepted the message and named it.

    A message to a person that came without `quota` may have been charged to the account's money.
    """

    message_id: str
    recipient_id: str = ""
    quota: SentQuota | None = None


@dataclass(frozen=True, slots=True)
class PastMessage:
    """One message between the account and a person, as Zalo lists it afterwards.

    `kind` is Zalo's word of the list, which is another than that of the events; `at_ms` counts
    milliseconds; `place` is latitude and longitude.
    """

    message_id: str
    user_id: str = field(repr=False)
    is_ours: bool
    at_ms: int
    kind: str
    text: str = field(repr=False)
    url: str = field(default="", repr=False)
    thumbnail: str = field(default="", repr=False)
    description: str = field(default="", repr=False)
    links: tuple[str, ...] = field(default=(), repr=False)
    place: tuple[str, str] | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class OwnMessage:
    """One message of the account in a group; `at_ms` counts milliseconds."""

    message_id: str
    at_ms: int
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class OwnPage:
    """Our messages of a page of a group's history.

    `oldest_ms` is the moment of the oldest message on it, whoever wrote it.
    """

    ours: tuple[OwnMessage, ...]
    oldest_ms: int | None
    is_last: bool


@dataclass(frozen=True, slots=True)
class UserPage:
    """A page of people, and how many the whole list (or the part of it that was asked for) has."""

    total: int
    user_ids: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class QuotaAsset:
    """One allotment of messages that the account holds."""

    quota_type: str
    remain: int | None
    total: int | None
    expires_on: date | None


@dataclass(frozen=True, slots=True)
class UploadedDocument:
    """A file kept by Zalo for some days, to be named in messages."""

    token: str


@dataclass(frozen=True, slots=True)
class UploadedImage:
    """A picture kept by Zalo for some days, to be named in messages."""

    attachment_id: str


@dataclass(frozen=True, slots=True)
class OaProfile:
    """Profile of the account (`getoa`)."""

    oa_id: str
    name: str
    oa_type: int | None
    is_verified: bool
    follower_count: int
    package_name: str


@dataclass(frozen=True, slots=True)
class GroupSummary:
    """One line of the list of the account's groups; the last two where Zalo gives them."""

    group_id: str
    name: str
    status: str
    total_member: int
    link: str = ""
    deletes_on: date | None = None


@dataclass(frozen=True, slots=True)
class GroupPage:
    """A page of the account's groups, in Zalo's order."""

    total: int
    offset: int
    groups: tuple[GroupSummary, ...]


@dataclass(frozen=True, slots=True)
class GroupSettings:
    """The four switches of a group: who writes, who lets in, what newcomers read, the link."""

    is_send_locked: bool
    needs_approval: bool
    shows_history: bool
    is_link_open: bool


class PeopleChange(StrEnum):
    """Changes of people in a group; the values end Zalo's addresses.

    INVITE: followers, or people who spoke to the account within seven days. Whether they are
    members at once is said by the roster or an event, not by the answer.
    """

    ACCEPT = "acceptpendinginvite"
    REJECT = "rejectpendinginvite"
    INVITE = "invite"
    ADD_DEPUTIES = "addadmins"
    REMOVE_DEPUTIES = "removeadmins"
    REMOVE = "removemembers"


@dataclass(frozen=True, slots=True)
class CreatedGroup:
    """A group that Zalo has just made (`creategroupwithoa`)."""

    group_id: str
    link: str
    name: str
    total_member: int


@dataclass(frozen=True, slots=True)
class GroupAssetInfo:
    """One paid place for a group (`quota/group`): how many people, until when, whose."""

    asset_id: str
    product_type: str
    quota_type: str
    valid_through: date | None
    is_auto_renewed: bool
    is_used: bool
    used_by: str

    @property
    def capacity(self) -> int:
        """The number in `gmf100`; 0 where the type names none."""
        return as_int(self.product_type.lower().removeprefix("gmf"))


@dataclass(frozen=True, slots=True)
class GroupPerson:
    """Someone in a group, or in its queue; the account itself has no `user_id`."""

    user_id: str
    name: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class PeoplePage:
    """A page of people of a group, in Zalo's order."""

    total: int
    people: tuple[GroupPerson, ...]


@dataclass(frozen=True, slots=True)
class GroupDetail:
    """One group with its capacity asset and settings (`getgroup`)."""

    group_id: str
    name: str
    description: str
    link: str
    status: str
    total_member: int
    max_member: int
    asset_id: str
    asset_type: str
    asset_valid_through: date | None
    is_auto_renewed: bool
    settings: GroupSettings
    deletes_on: date | None = None

    @property
    def is_enabled(self) -> bool:
        """Whether the account can post into the group."""
        return self.status == "enabled"


@dataclass(frozen=True, slots=True)
class ArticleSummary:
    """One line of the list of the account's articles."""

    article_id: str
    title: str
    status: str
    link: str


@dataclass(frozen=True, slots=True)
class ArticlePage:
    """A page of articles."""

    total: int
    articles: tuple[ArticleSummary, ...]


@dataclass(frozen=True, slots=True)
class ArticleDetail(ArticleSummary):
    """One article as Zalo keeps it."""

    total_view: int


@dataclass(frozen=True, slots=True)
class CallRecord:
    """One finished exchange, as the call log keeps it: no token, no text, no id of a person.

    `code` is Zalo's number, 0 for success, None where no number came; then `outcome` says in a
    word what became of it: `unmade`, `rejected`, `uncertain`.
    """

    endpoint: str
    code: int | None
    duration_ms: int
    outcome: str = "unmade"


CallObserver = Callable[[CallRecord], None]


def as_id(value: object) -> str:
    """An id as a string; an absent one is empty. A float has lost digits and is refused."""
    if isinstance(value, str):
        return as_text(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return ""


def as_int(value: object, default: int = 0) -> int:
    """A number that may come as a string."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        return default
    try:
        return int(value)
    except ValueError:
        return default


def as_optional_int(value: object) -> int | None:
    """A number that may come as a string or be absent."""
    number = as_int(value, default=-(2**63))
    return None if number == -(2**63) else number


def as_bool(value: object) -> bool:
    """A switch that comes as `true`, `"true"`, 1 or `"1"`."""
    return value is True or str(value).strip().lower() in {"true", "1"}


def as_text(value: object) -> str:
    """A text that can be written down; anything else is empty.

    JSON may name half of a sign, which is no Unicode: a question mark stands for it.
    """
    if not isinstance(value, str):
        return ""
    text = value.strip()
    return text if text.isprintable() else text.encode("utf-8", "replace").decode()


def as_date(value: object) -> date | None:
    """A day written as dd/mm/yyyy."""
    try:
        return datetime.strptime(as_text(value), "%d/%m/%Y").date()  # noqa: DTZ007 -- a day only
    except ValueError:
        return None


def as_mapping(value: object) -> Mapping[str, Any]:
    """An object; anything else is empty."""
    return value if isinstance(value, dict) else {}
