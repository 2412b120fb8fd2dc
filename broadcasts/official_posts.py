"""What groups are told about posts: which groups heard of us lately, and when last."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Exists, Max, OuterRef, Q
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone

from broadcasts.models import Delivery

ARRIVED = (Delivery.Status.SENT, Delivery.Status.POSTED)
# A post may be put into a group by hand long after it was started.
LONGEST_ROUND = timedelta(days=30)


class Posts:
    """Answers from the deliveries; see `groups.official_posts.PostBook`."""

    def since(self, day: date) -> Any:
        """By way of the few posts of late, so that the whole history is never read."""
        start = timezone.make_aware(datetime.combine(day, time.min))
        arrived = Delivery.objects.filter(
            zalo_group=OuterRef("pk"), broadcast__started_at__gte=start - LONGEST_ROUND
        ).filter(Q(status="sent", sent_at__gte=start) | Q(status="posted", posted_at__gte=start))
        return Exists(arrived)

    def last(self, group_ids: Iterable[int]) -> dict[int, datetime]:
        rows = (
            Delivery.objects.filter(zalo_group__in=list(group_ids), status__in=ARRIVED)
            .order_by()
            .values_list("zalo_group")
            .annotate(last=Max(Coalesce("sent_at", "posted_at")))
        )
        return {group_id: moment for group_id, moment in rows if moment}

    def compose_url(self, user: Any) -> str:
        may = user.has_perm("broadcasts.add_broadcast")
        return reverse("admin:broadcasts_broadcast_add") if may else ""
