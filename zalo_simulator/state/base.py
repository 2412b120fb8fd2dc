"""How the simulated account and its application are set up, and what that allows."""

import secrets
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any, Final

from zalo_simulator.records import (
    Article,
    Asset,
    Attachment,
    Broadcast,
    Draft,
    Group,
    Message,
    Person,
)

DEFAULT_OA_ID: Final = "4321000000000000001"
DEFAULT_APP_ID: Final = "1000000000000000001"

PROFILES: Final[dict[str, dict[str, Any]]] = {
    "business": {"oa_type": 2, "package": "Tăng trưởng", "is_verified": True, "articles": 4},
    "state_agency": {"oa_type": 4, "package": "", "is_verified": True, "articles": 4},
    "low_package": {"oa_type": 2, "package": "Cơ bản", "is_verified": True, "articles": 1},
    "unverified": {"oa_type": 2, "package": "", "is_verified": False, "articles": 0},
}
"""`articles`: how many articles a follower may be sent in a month."""

PERMISSIONS: Final = {
    "send": "Gửi tin nhắn và thông báo",
    "manage_messages": "Quản lý tin nhắn",
    "oa_info": "Quản lý thông tin OA",
    "user_info": "Quản lý thông tin người dùng",
    "group_info": "Quản lý thông tin nhóm",
    "articles": "Quản lý bài viết",
    "template_events": "Nhận sự kiện tin nhắn theo mẫu",
}


@dataclass
class Settings:
    """Settings that `/_sim/profile` and `/_sim/app` change at run time, stored in the file.

    `account_refusal`, `group_refusal`: the number that every call, or every call about groups, is
    answered with, such as -204 for a disabled account. `redirect_uris`:
    those registered for the application; none means that any address without a query will do.
    `rate_per_min`, `app_rate_per_min`: 0 means no limit. `is_invite_waiting`: an invited person
    has to accept first. `quota_left`: messages of the package for the time after 48 hours;
    `zca_balance`: money of the linked account, None where none is linked.
    """

    profile: str = "business"
    account_refusal: int | None = None
    group_refusal: int | None = None
    is_app_active: bool = True
    is_proof_required: bool = False
    is_oauth_error_numbered: bool = True
    redirect_uris: list[str] = field(default_factory=list)
    permissions: list[str] = field(default_factory=lambda: list(PERMISSIONS))
    rate_per_min: int = 0
    app_rate_per_min: int = 0
    is_invite_waiting: bool = False
    article_rounds: int = 2
    article_quota: int | None = None
    quota_total: int = 500
    quota_left: int = 500
    purchased_left: int = 0
    zca_balance: int | None = None

    def change(self, **values: Any) -> None:
        """Set what is given. Raises ValueError for a name or a value that makes no sense."""
        for name, value in values.items():
            if name not in self.__dataclass_fields__:
                raise ValueError(f"không có mục {name!r}")
            if name == "profile" and value not in PROFILES:
                raise ValueError(f"unknown profile {value!r}; one of {', '.join(PROFILES)}")
            if name == "permissions" and not set(value) <= set(PERMISSIONS):
                raise ValueError(f"permissions là một số trong {', '.join(PERMISSIONS)}")
        for name, value in values.items():
            setattr(self, name, value)


# What the simulator's memory stands on: one lock, one clock, one list of listeners.


VIETNAM: Final = timezone(timedelta(hours=7))
DAY_S: Final = 86_400

type Listener = Callable[[str, dict[str, Any]], None]
"""Told of an event: its webhook name, and the body without `app_id`, `event_name`, `timestamp`."""


class Base:
    """The records, the lock around them and the clock; every method is safe from any thread."""

    def __init__(self, *, oa_id: str, oa_name: str, app_id: str, app_secret: str) -> None:
        self.lock = threading.RLock()
        self.settings = Settings()
        self.oa_id = oa_id
        self.oa_name = oa_name
        self.app_id = app_id
        self.app_secret = app_secret
        self.base_url = ""
        self.clock_offset_s = 0.0
        self.groups: dict[str, Group] = {}
        self.assets: dict[str, Asset] = {}
        self.people: dict[str, Person] = {}
        self.tags: list[str] = []
        self.messages: list[Message] = []
        self.attachments: dict[str, Attachment] = {}
        self.articles: dict[str, Article] = {}
        self.drafts: dict[str, Draft] = {}
        self.broadcasts: list[Broadcast] = []
        self.orders: dict[str, tuple[str, float]] = {}
        self.stats: Counter[str] = Counter()
        self.calls_by_second: Counter[int] = Counter()
        self.listeners: list[Listener] = []
        self._dirty = threading.Event()
        self._due_at = float("inf")

    # Time

    def now(self) -> float:
        """Seconds since the epoch by the simulator's own clock, which tests may advance."""
        return time.time() + self.clock_offset_s

    def local_now(self) -> datetime:
        """The clock on a wall in Vietnam."""
        return self.local(self.now())

    @staticmethod
    def local(at: float) -> datetime:
        return datetime.fromtimestamp(at, UTC).astimezone(VIETNAM)

    def advance(self, seconds: float) -> None:
        """Move the clock forward; what falls due meanwhile happens before this returns."""
        with self.lock:
            self.clock_offset_s += seconds
            self.touch()
        self.settle()

    def set_clock(self, at: datetime) -> None:
        """Put the clock to a moment, also to one in the past."""
        self.advance(at.timestamp() - self.now())

    def is_night(self) -> bool:
        """22:00 to 06:00, when Zalo sends no article."""
        return not 6 <= self.local_now().hour < 22

    # What falls due

    def fall_due(self, at: float) -> None:
        """Note that something happens by itself at this moment."""
        self._due_at = min(self._due_at, at)

    def settle(self) -> None:
        """Let happen what the clock has brought: groups that lapse, articles that arrive."""
        if self.now() < self._due_at:
            return
        with self.lock:
            self._due_at = float("inf")
            self._settle()
            self.touch()

    def _settle(self) -> None:
        """Each part of the memory does what is due and notes what comes next."""

    # Telling and naming

    def emit(self, event_name: str, payload: dict[str, Any]) -> None:
        """Tell the listeners what Zalo would tell by webhook, in the order in which it happened.

        They are called under the lock of the state, so they must only take note and return.
        """
        with self.lock:
            for listener in list(self.listeners):
                listener(event_name, payload)

    def touch(self) -> None:
        """Something has changed that the file should hold."""
        self._dirty.set()

    @staticmethod
    def secret(prefix: str) -> str:
        return f"sim-{prefix}-{secrets.token_urlsafe(48)}"

    @staticmethod
    def long_id() -> str:
        """A number of Zalo's kind: above 2^53, so that nobody may read it as a float."""
        return str(2**60 + secrets.randbelow(2**60))


def day_end(day: str) -> float:
    """The moment at which dd/mm/yyyy is over in Vietnam."""
    last = datetime.strptime(day, "%d/%m/%Y").replace(tzinfo=VIETNAM)
    return (last + timedelta(days=1)).timestamp()


def as_day(day: date) -> str:
    return day.strftime("%d/%m/%Y")
