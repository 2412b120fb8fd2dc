"""The few fixed answers of the account about linking: a row first, sent once, never for money.

No answer names the person: whoever holds the phone reads it.
"""

import time
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import transaction
from django.templatetags.static import static
from django.utils import timezone

from groups.linking.waking import wake_sender
from groups.models import LinkReply
from zalo import services as zalo
from zalo.errors import ZaloError, ZaloRetryable, ZaloUncertain
from zalo.models import Follower, OfficialAccount

Kind, State = LinkReply.Kind, LinkReply.State
PICTURE: Final = "groups/lien-ket.png"
ASK_TITLE: Final = "Liên kết với danh sách của ấp"
ASK_SUBTITLE: Final = (
    "Bấm chia sẻ họ tên và số điện thoại để cán bộ biết đây là ông (bà). Không bắt buộc. Công an "
    "không bao giờ hỏi mã OTP, số căn cước hay tiền."
)
BY_PAPER: Final = (
    "Để liên kết, ông (bà) xin trưởng ấp hoặc cán bộ phụ trách phiếu có mã, rồi nhắn mã đó vào đây "
    "(ví dụ: LK AB3D-7KQ9). Không bắt buộc."
)
TEXTS: Final[dict[str, str]] = {
    Kind.NOTED: (
        "Đã nhận thông tin ông (bà) chia sẻ. Cán bộ sẽ gọi số trong danh sách của ấp để hỏi lại. "
        "Đổi ý thì nhắn: HUY LIEN KET."
    ),
    Kind.LINKED: (
        "Đã liên kết tài khoản Zalo này với danh sách của ấp. Muốn bỏ, ông (bà) nhắn: HUY LIEN KET."
    ),
    Kind.BAD_CODE: (
        "Mã này không dùng được: sai, đã dùng hoặc đã hết hạn. Ông (bà) xem lại phiếu, hoặc xin "
        "phiếu mới ở trưởng ấp, cán bộ phụ trách."
    ),
    Kind.UNLINKED: (
        "Đã bỏ liên kết. Công an xã không còn biết tài khoản Zalo này là của ai trong danh sách."
    ),
    Kind.NOT_LINKED: "Tài khoản Zalo này chưa liên kết với danh sách nào.",
    Kind.REFUSED: (
        "Thông tin chia sẻ chưa khớp với danh sách của ấp nên chưa liên kết, và đã được xóa. Ông "
        "(bà) hỏi trưởng ấp hoặc cán bộ phụ trách để được ghi tên."
    ),
}
WAITS_S: Final = (10, 60, 300, 1800, 7200)
STUCK_AFTER: Final = timedelta(minutes=3)
A_SHIFT: Final = 100
PATIENCE_S: Final = 5.0
KEEP_DAYS: Final = 8
MOST_AN_HOUR: Final = 6


def make(follower: Follower, kind: str, at: datetime, *, heard_at: datetime) -> None:
    """Have an answer sent to what the person did at `heard_at`; the same event twice makes one.

    Who asks again and again is not answered again and again: each answer takes a slot from posts.
    """
    lately = LinkReply.objects.filter(follower=follower, made_at__gt=at - timedelta(hours=1))
    if lately.count() >= MOST_AN_HOUR:
        return
    LinkReply.objects.bulk_create(
        [LinkReply(follower=follower, kind=kind, made_at=at, heard_at=heard_at)],
        ignore_conflicts=True,
    )
    wake_sender()


def send_due() -> int:
    """Send what waits; returns how many were tried. The door of the task."""
    _sweep()
    tried = 0
    while tried < A_SHIFT and (reply := _claim()) is not None:
        tried += 1
        if not _wait_for_slot(reply.follower.account):
            _record(reply, State.WAITING, timezone.now() + timedelta(seconds=WAITS_S[0]))
            break
        _send(reply)
    return tried


def picture_address() -> str:
    """Where Zalo can fetch the picture of the button; empty where the portal is not on the web."""
    address = str(settings.PORTAL_URL or "").rstrip("/")
    return f"{address}{static(PICTURE)}" if address.startswith("https://") else ""


def _send(reply: LinkReply) -> None:
    follower, reference = reply.follower, f"link:{reply.pk}"
    account, user_id = follower.account, follower.zalo_user_id
    picture = picture_address()
    try:
        if reply.kind == Kind.ASK and picture:
            zalo.ask_contact_data(
                account, user_id, title=ASK_TITLE, subtitle=ASK_SUBTITLE, image_url=picture,
                heard_at=reply.heard_at, reference=reference,
            )  # fmt: skip
        else:
            text = TEXTS.get(reply.kind, BY_PAPER)
            zalo.send_text_to_user(
                account, user_id, text, heard_at=reply.heard_at, reference=reference
            )
    except ZaloRetryable as error:
        _put_off(reply, error)
    except ZaloUncertain:
        _record(reply, State.UNCERTAIN)
    except ZaloError:
        _record(reply, State.FAILED)
    else:
        _record(reply, State.SENT)


def _put_off(reply: LinkReply, error: ZaloRetryable) -> None:
    if reply.attempts > len(WAITS_S):
        _record(reply, State.FAILED)
        return
    seconds = max(error.retry_after or 0, WAITS_S[min(reply.attempts, len(WAITS_S)) - 1])
    _record(reply, State.WAITING, timezone.now() + timedelta(seconds=seconds))


def _wait_for_slot(account: OfficialAccount) -> bool:
    book, until = zalo.slots(account), time.monotonic() + PATIENCE_S
    while (booking := book.book()) is None:
        if time.monotonic() + book.retry_in_s > until:
            return False
        time.sleep(book.retry_in_s)
    time.sleep(booking.wait_s)
    return True


@transaction.atomic(durable=True)
def _claim() -> LinkReply | None:
    now = timezone.now()
    due = LinkReply.objects.filter(state=State.WAITING, next_attempt_at__lte=now)
    rows = due.select_for_update(of=("self",), skip_locked=True).order_by("next_attempt_at", "pk")
    reply = rows.select_related("follower__account").first()
    if reply is None:
        return None
    reply.state, reply.next_attempt_at = State.SENDING, now + STUCK_AFTER
    reply.attempts += 1
    reply.save(update_fields=["state", "next_attempt_at", "attempts"])
    return reply


@transaction.atomic(durable=True)
def _record(reply: LinkReply, state: str, next_attempt_at: datetime | None = None) -> None:
    mine = LinkReply.objects.filter(pk=reply.pk, state=State.SENDING)
    mine.update(state=state, next_attempt_at=next_attempt_at or timezone.now())


def _sweep() -> None:
    """A reply whose sender died may have left."""
    stuck = LinkReply.objects.filter(state=State.SENDING, next_attempt_at__lt=timezone.now())
    stuck.update(state=State.UNCERTAIN)
