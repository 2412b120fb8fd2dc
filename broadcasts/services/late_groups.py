"""Groups that began after a post was sent get it by one click; those that have it never do.

Why the approval covers them: decision 0052.
"""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.enqueue import enqueue
from accounts.models import User
from accounts.workflow.services import lock_for, record
from broadcasts.models import Broadcast, BroadcastEvent
from broadcasts.services.audience import groups_of
from broadcasts.services.correcting import require_not_corrected
from broadcasts.services.errors import NotAllowed
from broadcasts.services.gate import require_clean
from broadcasts.services.lifecycle import reopen
from broadcasts.services.rendering import text_parts
from broadcasts.services.schedule import fan_out

Status = Broadcast.Status
# How long a post without an end of its own is still worth giving to a new group.
STILL_NEWS = timedelta(days=30)


def late_groups(broadcast: Broadcast) -> Any:
    """Active groups that the approved rule names today and that have no row of this post."""
    return groups_of(broadcast).exclude(pk__in=broadcast.deliveries.values("zalo_group"))


def still_valid(broadcast: Broadcast, now: datetime) -> bool:
    """Sent, not called off, and neither past its end nor old news."""
    if broadcast.status not in {Status.SENDING, Status.COMPLETED} or broadcast.started_at is None:
        return False
    ends_at = broadcast.expires_at or broadcast.started_at + STILL_NEWS
    return now < ends_at


@transaction.atomic
def send_to_new(broadcast: Broadcast, *, by: User) -> int:
    """Give the post, as it was approved, to groups that began since; returns how many.

    The gate is asked again. Raises NotAllowed (also as GateBlocked).
    """
    lock_for(broadcast, by, permission="broadcasts.resend_delivery")
    now = timezone.now()
    if not still_valid(broadcast, now):
        raise NotAllowed("Bài đã hết hạn, quá cũ hoặc đã bị hủy nên không gửi thêm. Hãy soạn lại.")
    require_not_corrected(broadcast)
    words = text_parts(broadcast.text)
    if (broadcast.compute_hash(), words) != (broadcast.approved_hash, broadcast.approved_parts):
        raise NotAllowed("Nội dung khác với bản đã duyệt nên không gửi thêm. Hãy soạn bài mới.")
    require_clean(broadcast, now)
    count = fan_out(broadcast, now)
    if not count:
        raise NotAllowed("Không có nhóm mới nào chưa nhận bài này.")
    reopen(broadcast)
    record(broadcast, BroadcastEvent.Kind.SENT_TO_NEW, by=by, text=f"{count} nhóm", groups=count)
    enqueue("broadcasts.tasks.tick")
    return count
