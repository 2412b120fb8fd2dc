"""What is being asked of the people, for the home page."""

from datetime import datetime
from typing import Any

from django.db.models import F, Max
from django.urls import reverse

from accounts.today import WorkItem, WorkList, work_list
from groups import thresholds
from groups.models import Regulation

SHOWN = 5


def _item(regulation: Regulation, settles: bool) -> WorkItem:
    needs = thresholds.outcome(regulation).needs
    waits = "Đã đủ điều kiện, chờ chỉ huy xác nhận thống nhất."
    address = reverse("admin:groups_regulation_page", args=[regulation.pk])
    return WorkItem(
        str(regulation), address, " ".join(needs) or waits, is_urgent=settles and not needs
    )


@work_list
def regulations_under_way(user: Any, now: datetime) -> WorkList | None:
    """Regulations that the people are asked about, those with the latest meeting first."""
    if not user.has_perm("groups.change_regulation"):
        return None
    asked = (
        Regulation.objects.visible_to(user)
        .filter(status=Regulation.Status.CONSULTING)
        .select_related("hamlet__commune", "commune")
        .alias(last_meeting=Max("meetings__held_on"))
        .order_by(F("last_meeting").desc(nulls_last=True), "pk")
    )
    rows = list(asked[: SHOWN + 1])
    if not rows:
        return None
    settles = user.has_perm("groups.settle_regulation")
    return WorkList(
        "Quy chế đang lấy ý kiến",
        [_item(regulation, settles) for regulation in rows[:SHOWN]],
        len(rows) if len(rows) <= SHOWN else asked.count(),
        url=f"{reverse('admin:groups_regulation_changelist')}?status__exact=consulting",
        icon="how_to_vote",
        order=66,
    )
