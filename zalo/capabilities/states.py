"""Capabilities of an account at Zalo, as far as Zalo has answered.

Types, packages and permissions of accounts differ, and for state agencies much is documented
nowhere. So nothing is concluded from the type: each capability is asked for or learnt from a
refusal, kept on the account with the number that Zalo gave, and every screen that offers a way to
Zalo asks `may` first and shows its sentence.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zalo.official_accounts.models import OfficialAccount


class Capability(StrEnum):
    """One thing that an account may or may not do."""

    GROUPS = "groups"
    FOLLOWERS = "followers"
    PERSON_MESSAGES = "person_messages"
    ARTICLES = "articles"
    BROADCAST = "broadcast"
    FILES = "files"
    HISTORY = "history"


class State(StrEnum):
    """Knowledge of a capability."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Answer:
    """State of one capability; `sentence` says why (not) and what to do instead."""

    capability: Capability
    state: State
    sentence: str
    code: int | None = None
    at: datetime | None = None

    @property
    def is_no(self) -> bool:
        """Whether Zalo has said that this account may not."""
        return self.state is State.NO

    @property
    def label(self) -> str:
        """The name of the capability, for a person."""
        return str(LABELS[self.capability])


ASKED: Final = frozenset({Capability.GROUPS, Capability.FOLLOWERS, Capability.ARTICLES})
"""What a harmless call can find out; the rest shows in use."""
CONFIRMED_AFTER: Final = timedelta(minutes=10)

LABELS: Final[Mapping[Capability, Any]] = {
    Capability.GROUPS: gettext_lazy("Đăng vào nhóm của OA"),
    Capability.FOLLOWERS: gettext_lazy("Xem danh sách người quan tâm"),
    Capability.PERSON_MESSAGES: gettext_lazy("Nhắn tin cho từng người"),
    Capability.ARTICLES: gettext_lazy("Đăng bài viết"),
    Capability.BROADCAST: gettext_lazy("Gửi bài viết tới người quan tâm"),
    Capability.FILES: gettext_lazy("Gửi tệp, ảnh"),
    Capability.HISTORY: gettext_lazy("Đọc lại tin nhắn bị lỡ"),
}

_WORKING: Final[Mapping[Capability, Any]] = {
    Capability.GROUPS: gettext_lazy("Bài đã duyệt tự gửi vào các nhóm của OA."),
    Capability.FOLLOWERS: gettext_lazy("Xem được ai đang quan tâm OA."),
    Capability.PERSON_MESSAGES: gettext_lazy("Trả lời được người đã nhắn tin cho OA trong 7 ngày."),
    Capability.ARTICLES: gettext_lazy("Đăng được bài viết lên trang của OA."),
    Capability.BROADCAST: gettext_lazy(
        "Gửi được bài viết tới người quan tâm OA, mỗi người nhiều nhất một bài mỗi ngày."
    ),
    Capability.FILES: gettext_lazy("Tải được ảnh, tệp lên Zalo để gửi kèm."),
    Capability.HISTORY: gettext_lazy(
        "Tin người dân nhắn trong lúc hệ thống không nghe được thì đọc lại được."
    ),
}

_INSTEAD: Final[Mapping[Capability, Any]] = {
    Capability.GROUPS: gettext_lazy(
        "Thay vào đó, cán bộ đăng tay vào nhóm theo “Việc đăng tay”, hoặc đăng bài viết cho người "
        "quan tâm OA."
    ),
    Capability.FOLLOWERS: gettext_lazy(
        "Thay vào đó, xem số người quan tâm trên trang quản lý OA của Zalo."
    ),
    Capability.PERSON_MESSAGES: gettext_lazy(
        "Thay vào đó, trả lời người dân trên trang quản lý OA của Zalo, hoặc gọi điện."
    ),
    Capability.ARTICLES: gettext_lazy(
        "Thay vào đó, đăng vào nhóm, hoặc soạn bài viết trên trang quản lý OA của Zalo."
    ),
    Capability.BROADCAST: gettext_lazy(
        "Thay vào đó, đăng vào nhóm, hoặc gửi bài viết từ trang quản lý OA của Zalo."
    ),
    Capability.FILES: gettext_lazy("Thay vào đó, đưa nội dung vào lời bài, hoặc gửi kèm liên kết."),
    Capability.HISTORY: gettext_lazy(
        "Thay vào đó, sau mỗi lần mất kết nối hãy xem hộp tin trên trang quản lý OA của Zalo."
    ),
}

_WHY_NOT: Final[Mapping[int, Any]] = {
    -209: gettext_lazy("ứng dụng Zalo của hệ thống chưa được kích hoạt"),
    -212: gettext_lazy("ứng dụng chưa đăng ký sản phẩm Official Account API"),
    -219: gettext_lazy("ứng dụng đã bị gỡ khỏi OA"),
    -221: gettext_lazy("OA chưa được Zalo xác thực"),
    -223: gettext_lazy("quản trị viên OA chưa cấp nhóm quyền này cho hệ thống"),
    -224: gettext_lazy("gói dịch vụ của OA chưa có tính năng này"),
    -235: gettext_lazy("Zalo không mở tính năng này cho loại tài khoản OA này"),
    -240: gettext_lazy("Zalo đã ngừng đường gọi này cho loại tài khoản OA này"),
}
"""The numbers by which Zalo says that an account may not; every other number proves nothing."""


def may(account: OfficialAccount | None, capability: Capability) -> Answer:
    """State of `capability` for `account` (None: no account is connected)."""
    if account is None or not account.is_active:
        reason = _("Xã chưa kết nối tài khoản Zalo OA.")
        return Answer(capability, State.NO, f"{reason} {_INSTEAD[capability]}")
    stored = account.capabilities.get(capability.value, {})
    state = State(stored.get("state", State.UNKNOWN))
    code = stored.get("code")
    at = parse_datetime(stored.get("at") or "")
    return Answer(capability, state, _sentence(capability, state, code), code, at)


def all_of(account: OfficialAccount | None) -> list[Answer]:
    """States of all capabilities, in their order."""
    return [may(account, capability) for capability in Capability]


def state_for(code: int | None) -> State:
    """The state that an answer of Zalo proves for the capability that was used; 0 is success."""
    if code == 0:
        return State.YES
    return State.NO if code in _WHY_NOT else State.UNKNOWN


def is_news(
    known: Mapping[str, Any], capability: Capability, code: int | None, now: datetime | None = None
) -> bool:
    """Whether an answer met in use says another thing than what is known."""
    stored = known.get(capability.value, {})
    if state_for(code) is State.YES:
        return stored.get("state") != State.YES or "refused_since" in stored
    since = parse_datetime(stored.get("refused_since") or "")
    if since is not None:
        return (now or timezone.now()) >= since + CONFIRMED_AFTER
    return not (stored.get("state") == State.NO and stored.get("by_use"))


def merged(
    known: Mapping[str, Any],
    found: Mapping[Capability, int | None],
    *,
    by_use: bool = False,
    is_asked: bool = False,
    now: datetime | None = None,
) -> dict[str, Any]:
    """`known` with what was `found` (capability → number of Zalo); what proves nothing is left.

    A refusal met in use counts once it stands for ten minutes without a success between, since
    some are mended at once; then it stands against a yes to a mere question, unless `is_asked` by
    a person.
    """
    now = now or timezone.now()
    fresh: dict[str, Any] = {}
    for capability, code in found.items():
        state = state_for(code)
        stored = dict(known.get(capability.value, {}))
        is_proved = stored.get("state") == State.NO and stored.get("by_use")
        if state is State.UNKNOWN or (
            is_proved and state is State.YES and not (by_use or is_asked)
        ):
            continue
        if by_use and state is State.NO and not is_proved:
            since = parse_datetime(stored.get("refused_since") or "")
            if since is None or now < since + CONFIRMED_AFTER:
                first = stored.get("refused_since") or now.isoformat()
                fresh[capability.value] = {**stored, "refused_since": first}
                continue
        fresh[capability.value] = {
            "state": state.value, "code": code, "at": now.isoformat(), "by_use": by_use,
        }  # fmt: skip
    return {**known, **fresh}


def _sentence(capability: Capability, state: State, code: int | None) -> str:
    if state is State.YES:
        return str(_WORKING[capability])
    if state is State.NO:
        why = _WHY_NOT.get(code or 0, _("Zalo không cho"))
        return _("Chưa dùng được vì %(why)s. %(instead)s") % {
            "why": why,
            "instead": _INSTEAD[capability],
        }
    if capability in ASKED:
        return _("Chưa rõ: hệ thống chưa hỏi được Zalo. Bấm “Kiểm tra ngay” để hỏi.")
    return _("Chưa rõ: không hỏi trước được, sẽ biết khi dùng lần đầu.")
