"""One answer to one person through Zalo: for nothing or not at all, at the account's pace."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from django.utils import timezone

from reports.models import TipMessage
from reports.services.chat_answers import VISITOR
from zalo import services as zalo
from zalo.errors import ZaloRejected, ZaloRetryable, ZaloUncertain
from zalo.models import OfficialAccount
from zalo.services.persons import ZaloNotSent
from zalo.windows import Reach, window

REFERENCE: Final = "answer"
WAITS_S: Final = (10, 60, 300, 900)
WITHOUT_ACCOUNT_S: Final = 300
PATIENCE_S: Final = 5.0
TOO_LATE: Final = (
    "Đã quá 48 giờ từ lần người báo tin nhắn nên máy không gửi qua Zalo nữa (có thể mất tiền hoặc "
    "Zalo không cho). Hãy trả lời bằng mã biên nhận hoặc điện thoại; họ nhắn lại thì lời này tự "
    "gửi."
)
NO_WAY: Final = (
    "Người này không để lại tài khoản Zalo để nhắn lại, hoặc đã rút đồng ý. Hãy trả lời bằng mã "
    "biên nhận hoặc điện thoại."
)
UNCLEAR: Final = (
    "Zalo không trả lời rõ nên chưa biết lời này đã tới chưa. Máy không tự gửi lại; hãy xem hộp "
    "tin trên trang quản lý OA rồi xác nhận."
)
NOT_CONNECTED: Final = "Xã chưa kết nối tài khoản Zalo OA nên lời này đang chờ."

State = TipMessage.State


@dataclass(frozen=True)
class Outcome:
    """What came of one answer; `again_in_s` for one that waits."""

    state: str
    sentence: str = ""
    message_id: str = field(default="", repr=False)
    again_in_s: float = 0


def send(
    account: OfficialAccount,
    zalo_user_id: str,
    text: Callable[[], str],
    heard_at: datetime,
    *,
    is_urgent: bool,
) -> Outcome:
    """Send one answer to whoever wrote at `heard_at`; the text is asked for once it may leave."""
    held = hold(account, zalo_user_id, heard_at, is_urgent=is_urgent)
    return held or call(account, zalo_user_id, text(), heard_at)


def hold(
    account: OfficialAccount, zalo_user_id: str, heard_at: datetime, *, is_urgent: bool
) -> Outcome | None:
    """Why an answer does not leave now; None once its slot has come."""
    if not zalo_user_id or zalo_user_id.startswith(VISITOR):
        return Outcome(State.CLOSED, NO_WAY)
    if not _is_free(account, zalo_user_id, heard_at):
        return Outcome(State.CLOSED, TOO_LATE)
    try:
        is_turn = _wait_for_slot(account, is_urgent=is_urgent)
    except ZaloRetryable as trouble:
        return _again(trouble)
    return None if is_turn else Outcome(State.QUEUED, again_in_s=WAITS_S[0])


def call(account: OfficialAccount, zalo_user_id: str, text: str, heard_at: datetime) -> Outcome:
    """One call; may be made from any thread."""
    try:
        sent = zalo.send_text_to_user(
            account, zalo_user_id, text, heard_at=heard_at, reference=REFERENCE
        )
    except ZaloNotSent as refused:
        return Outcome(State.CLOSED, refused.sentence)
    except ZaloRetryable as trouble:
        return _again(trouble)
    except ZaloUncertain:
        return Outcome(State.UNCERTAIN, UNCLEAR)
    except ZaloRejected as refused:
        if refused.is_account_wide:
            return Outcome(State.QUEUED, refused.sentence, again_in_s=WITHOUT_ACCOUNT_S)
        return Outcome(State.FAILED, refused.sentence)
    return Outcome(State.SENT, message_id=sent.message_id)


def later(outcome: Outcome) -> datetime:
    """When one that waits is tried again."""
    return timezone.now() + timedelta(seconds=outcome.again_in_s)


def _again(trouble: ZaloRetryable) -> Outcome:
    return Outcome(State.QUEUED, trouble.sentence, again_in_s=trouble.retry_after or WAITS_S[0])


def _is_free(account: OfficialAccount, zalo_user_id: str, heard_at: datetime) -> bool:
    """The person's row is read only where what is answered is not enough by itself."""
    if window(heard_at, timezone.now()).reach is Reach.FREE:
        return True
    return zalo.window_of(account, zalo_user_id, heard_at=heard_at).reach is Reach.FREE


def _wait_for_slot(account: OfficialAccount, *, is_urgent: bool) -> bool:
    book, until = zalo.slots(account), time.monotonic() + PATIENCE_S
    while (booking := book.book(lane="urgent" if is_urgent else "routine")) is None:
        if time.monotonic() + book.retry_in_s > until:
            return False
        time.sleep(book.retry_in_s)
    time.sleep(booking.wait_s)
    return True
