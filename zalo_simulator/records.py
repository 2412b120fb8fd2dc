"""The things that the simulated Zalo remembers."""

from dataclasses import dataclass, field
from typing import Any


@dataclass
class Group:
    """A chat group. `oa`: owned by the account, reachable by API; `ordinary`: made by people.

    `members` says since when each person is inside. `total_member` counts the account too and may
    be larger than what is listed, until somebody asks for the list.
    """

    id: str
    name: str
    kind: str = "oa"
    description: str = ""
    avatar: str = ""
    status: str = "enabled"
    total_member: int = 2
    max_member: int = 100
    asset_id: str = ""
    link: str = ""
    members: dict[str, float] = field(default_factory=dict)
    deputies: list[str] = field(default_factory=list)
    pending: list[str] = field(default_factory=list)
    invited: list[str] = field(default_factory=list)
    lock_send_msg: bool = True
    join_appr: bool = True
    enable_msg_history: bool = True
    enable_link_join: bool = True


@dataclass
class Asset:
    """A paid place for one group; `valid_through` is its last day, dd/mm/yyyy."""

    id: str
    product_type: str = "gmf100"
    quota_type: str = "sub_quota"
    valid_through: str = "31/12/2027"
    auto_renew: bool = False
    is_free: bool = False
    used_id: str = ""


@dataclass
class Message:
    """One post in a group, or one message to or from a person (then `group_id` is empty).

    `kind` is Zalo's word for the history: text, photo, GIF, file, sticker, location, link …
    """

    seq: int
    id: str
    group_id: str
    user_id: str
    sender: str
    sender_name: str
    text: str
    image_id: str
    at: float
    mentions: list[str] = field(default_factory=list)
    kind: str = "text"
    sender_id: str = ""
    quote_id: str = ""
    extra: dict[str, Any] = field(default_factory=dict)
    reactions: list[str] = field(default_factory=list)


@dataclass
class Person:
    """Someone who may or may not have spoken to the account.

    `refusal` is the number that every message to this person is answered with, such as -227.
    """

    id: str
    name: str
    interacted_at: float | None = None
    is_follower: bool = False
    is_admin: bool = False
    is_mobile: bool = True
    refusal: int = 0
    followed_at: float | None = None
    alias: str = ""
    external_id: str = ""
    gender: int = 1
    age: int = 40
    city: int = 9
    platform: int = 2
    tags: list[str] = field(default_factory=list)
    shared_info: dict[str, str] = field(default_factory=dict)
    articles_at: list[float] = field(default_factory=list)
    promoted_at: float = 0.0


@dataclass
class Attachment:
    """An uploaded picture, moving picture or file; its id may be named for seven days."""

    id: str
    media_type: str
    content: bytes
    uploaded_at: float
    kind: str = "image"
    name: str = ""
    sent_at: float | None = None


@dataclass
class Article:
    """An article with what was last made of it."""

    id: str
    values: dict[str, Any]
    created_at: float
    updated_at: float


@dataclass
class Draft:
    """An article that is being made or changed: `rounds_left` questions are answered “not yet”."""

    token: str
    article_id: str
    values: dict[str, Any]
    rounds_left: int
    is_done: bool = False


@dataclass
class Broadcast:
    """An article on its way to the followers, and whom it reached."""

    id: str
    article_id: str
    target: dict[str, str]
    at: float
    due_at: float
    is_done: bool = False
    delivered: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)


@dataclass
class Tokens:
    """The pair in force and the lives of both."""

    access: str
    refresh: str
    access_until: float
    refresh_until: float


@dataclass
class Code:
    """Authorisation code of the permission page, to be exchanged once."""

    code: str
    challenge: str
    until: float
