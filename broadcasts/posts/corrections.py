"""A correction goes to the groups where the original may stand, and to no other."""

from typing import Any

from django.db.models import Q

from accounts.models import User
from accounts.workflow.services import sees
from broadcasts.posts.errors import NotAllowed
from broadcasts.posts.models import Broadcast
from broadcasts.sending.models import Delivery

Arrival, Status = Delivery.Status, Broadcast.Status
# Where words of the original may stand: sent, declared by hand, on the way, unclear (unless a
# person found that it did not arrive, which makes it failed), or with a first part that arrived.
_MAY_STAND = Q(
    status__in=[Arrival.SENT, Arrival.POSTED, Arrival.SENDING, Arrival.UNCERTAIN]
) | Q(parts_sent__gt=0)  # fmt: skip


def reached(original: Broadcast | int) -> Any:
    """Deliveries of a post (or of its id) that a reader may have seen."""
    return Delivery.objects.filter(_MAY_STAND, broadcast=original)


def refusal(original: Broadcast) -> str:
    """Why a post cannot be corrected; blank where it can."""
    if original.started_at is None:
        return "Bài chưa được gửi nên chỉ cần sửa bài, không cần đính chính."
    if not reached(original).exists():
        return "Chưa nhóm nào nhận bài này nên không cần đính chính. Hãy hủy bài."
    return ""


def live_corrections(original: Broadcast) -> Any:
    """Corrections that are being written, approved or sent."""
    return original.corrections.exclude(status__in=[Status.REJECTED, Status.CANCELLED])


def corrected_by(original: Broadcast) -> Broadcast | None:
    """The approved correction of a post, the latest of several."""
    approved = original.corrections.filter(status__in=Broadcast.UNDER_APPROVAL)
    return approved.order_by("-approved_at", "-pk").first()


def require_original_at_rest(correction: Broadcast) -> None:
    """Refuse a correction while its original is still being sent. Raises NotAllowed."""
    original = correction.corrects
    if original is not None and original.status in {Status.SENDING, Status.PAUSED}:
        raise NotAllowed(
            f"Bài gốc “{original}” còn đang gửi hoặc đang tạm dừng. Hãy hủy bài gốc để nhóm còn "
            "lại không nhận chữ sai, hoặc chờ gửi xong, rồi mới duyệt bài đính chính."
        )


def require_not_corrected(broadcast: Broadcast) -> None:
    """Refuse to send a corrected post to more groups. Raises NotAllowed."""
    if (correction := corrected_by(broadcast)) is not None:
        raise NotAllowed(
            f"Bài này đã có bài đính chính (“{correction}”) nên không gửi thêm cho nhóm nào nữa."
        )


def copy_audience(correction: Broadcast, *, by: User) -> None:
    """Copy the places of the original, so that the same accounts see the correction.

    Raises NotAllowed where the original is out of sight or has reached nobody.
    """
    original = correction.corrects
    if original is None:
        return
    if not sees(by, original) or original.commune_id != correction.commune_id:
        raise NotAllowed("Tài khoản này không thấy bài gốc nên không đính chính được.")
    if why_not := refusal(original):
        raise NotAllowed(why_not)
    correction.audience_hamlets = list(original.audience_hamlets)
    correction.audience_groups = list(original.audience_groups)


STILL_TO_SAY = ("Chưa đúng: …", "Đúng là: …")


def unfinished(correction: Broadcast) -> str:
    """Sentence for a correction whose blanks are still open; blank otherwise."""
    if correction.corrects_id and any(blank in correction.text for blank in STILL_TO_SAY):
        return "Hãy ghi rõ chỗ chưa đúng và chỗ đúng, thay cho dấu “…”."
    return ""


def text_of(original: Broadcast) -> tuple[str, str]:
    """Title and text of a new correction; the author fills in the blanks."""
    day = f" ngày {original.started_at:%d/%m/%Y}" if original.started_at else ""
    text = (
        "ĐÍNH CHÍNH\n\n"
        f"Bài “{original.title}” Công an xã đăng{day} có chỗ chưa đúng.\n\n"
        f"{STILL_TO_SAY[0]}\n{STILL_TO_SAY[1]}\n\n"
        "Bà con làm theo bài này. Ai đã chia sẻ bài cũ, xin gỡ xuống. Công an xã xin lỗi bà con."
    )
    return f"Đính chính: {original.title}"[:150], text
