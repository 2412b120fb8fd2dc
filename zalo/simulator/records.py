"""The things that the simulated Zalo remembers."""

from dataclasses import dataclass, field


@dataclass
class Group:
    """A chat group. `oa`: owned by the account, reachable by API; `ordinary`: made by people."""

    id: str
    name: str
    kind: str = "oa"
    description: str = ""
    status: str = "enabled"
    total_member: int = 2
    max_member: int = 100
    asset_id: str = ""
    asset_valid_through: str = "31/12/2027"
    link: str = ""


@dataclass
class Message:
    """One post in a group, or one message to a person (then `group_id` is empty)."""

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


@dataclass
class Person:
    """Someone who may or may not have spoken to the account."""

    id: str
    name: str
    interacted_at: float | None = None


@dataclass
class Attachment:
    """An uploaded picture; its id may be named in messages for seven days."""

    id: str
    media_type: str
    content: bytes
    uploaded_at: float


@dataclass
class Tokens:
    """The pair in force and the lives of both."""

    access: str
    refresh: str
    access_until: float
    refresh_until: float
