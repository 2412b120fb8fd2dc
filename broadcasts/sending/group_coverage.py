"""Groups reached lately, and groups activated after a post was sent."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, Max, OuterRef, Q
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone

from accounts.enqueue import enqueue
from accounts.models import User
from accounts.scoped_admin.asking import Asking
from accounts.scoped_admin.questions import Later
from accounts.workflow.services import lock_for, record
from broadcasts import occasions
from broadcasts.content_check.services import require_clean
from broadcasts.posts.audience import groups_of
from broadcasts.posts.corrections import require_not_corrected
from broadcasts.posts.errors import NotAllowed
from broadcasts.posts.events import BroadcastEvent
from broadcasts.posts.models import Broadcast
from broadcasts.posts.rendering import text_parts
from broadcasts.posts.services import reopen
from broadcasts.scheduling.tick import fan_out
from broadcasts.sending.models import Delivery

ARRIVED = (Delivery.Status.SENT, Delivery.Status.POSTED)
# A post may be put into a group by hand long after it was started.
LONGEST_ROUND = timedelta(days=30)


class Posts:
    """Answers from the deliveries; see `groups.zalo_groups.official_posts.PostBook`."""

    def since(self, day: date) -> Any:
        """Expression: reached since a day. Reads recent posts only, never the whole history."""
        start = timezone.make_aware(datetime.combine(day, time.min))
        arrived = Delivery.objects.filter(
            zalo_group=OuterRef("pk"), broadcast__started_at__gte=start - LONGEST_ROUND
        ).filter(Q(status="sent", sent_at__gte=start) | Q(status="posted", posted_at__gte=start))
        return Exists(arrived)

    def last(self, group_ids: Iterable[int]) -> Asking[dict[int, datetime]]:
        chosen = tuple(group_ids)

        def rows() -> Any:
            return (
                Delivery.objects.filter(zalo_group__in=chosen, status__in=ARRIVED)
                .order_by()
                .values_list("zalo_group")
                .annotate(last=Max(Coalesce("sent_at", "posted_at")))
            )

        found = yield Later("last posts", rows, given=chosen)
        return {group_id: moment for group_id, moment in found if moment}

    def compose_url(self, user: Any) -> str:
        may = user.has_perm("broadcasts.add_broadcast")
        return reverse("admin:broadcasts_broadcast_add") if may else ""


Status = Broadcast.Status
# How long a post without an end of its own is still worth giving to a new group.
STILL_NEWS = timedelta(days=30)


def late_groups(broadcast: Broadcast) -> Any:
    """Active groups that the approved rule names today and that have no row of this post."""
    return groups_of(broadcast).exclude(pk__in=broadcast.deliveries.values("zalo_group"))


def still_valid(broadcast: Broadcast, now: datetime) -> bool:
    """Whether a sent post may still go to new groups."""
    if broadcast.status not in {Status.SENDING, Status.COMPLETED} or broadcast.started_at is None:
        return False
    ends_at = broadcast.expires_at or broadcast.started_at + STILL_NEWS
    return now < ends_at


@transaction.atomic
def send_to_new(broadcast: Broadcast, *, by: User) -> int:
    """Send a post, as it was approved, to groups activated since; returns how many.

    The content is checked again; why the approval covers them: decision 0052. Raises NotAllowed
    (also as GateBlocked).
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
    occasions.call_hands(broadcast)
    occasions.hands_added(broadcast.deliveries.filter(created_at=now))
    enqueue("broadcasts.tasks.tick")
    return count
