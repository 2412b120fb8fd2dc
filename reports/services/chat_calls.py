"""Which answers may leave through the chat: for nothing or not at all."""

from datetime import datetime
from typing import Final

from django.utils import timezone

from reports.services.chat_answers import VISITOR
from zalo import services as zalo
from zalo.models import OfficialAccount
from zalo.outbox.ladder import Outcome, Verdict
from zalo.windows import Reach, window

REFERENCE: Final = "answer"
WAITS_S: Final = (10, 20, 40, 60)
WITHOUT_ACCOUNT_S: Final = 300
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


def closed(account: OfficialAccount, zalo_user_id: str, heard_at: datetime) -> Outcome | None:
    """Why an answer to what was written at `heard_at` does not leave any more; None if it may."""
    if not zalo_user_id or zalo_user_id.startswith(VISITOR):
        return Outcome(Verdict.CLOSED, NO_WAY)
    is_free = window(heard_at, timezone.now()).reach is Reach.FREE or (
        # the person's row is read only where what is answered is not enough by itself
        zalo.window_of(account, zalo_user_id, heard_at=heard_at).reach is Reach.FREE
    )
    return None if is_free else Outcome(Verdict.CLOSED, TOO_LATE)
