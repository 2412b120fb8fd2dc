"""Groups whose people want naming, for the home page of those who know them by name."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import (
    CharField,
    Count,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
)
from django.db.models.functions import Cast, Coalesce
from django.urls import reverse

from accounts.models import AuditEvent
from accounts.scoped_admin.work_lists import Level, WorkItem, short_list, work_list
from groups.residents.models import Member, Membership
from groups.roll_call.querysets import CALLS, roll_groups
from groups.zalo_groups.models import ZaloGroup

# Named people that are fewer than so many of a hundred inside want a roll-call.
NAMED_PERCENT = 90
# Not everybody of a team is on Zalo: a leader who called the roll is asked again after so long.
CALLED_DAYS = 30


def _named() -> Any:
    """Number of people of a group who have a name."""
    joined = Membership.objects.joined().filter(group=OuterRef("pk")).order_by()
    counted = joined.values("group").annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def _called(user: Any, now: datetime) -> QuerySet[AuditEvent]:
    """Rolls of a group that the account called lately."""
    return AuditEvent.objects.filter(
        target_type="groups.zalogroup", target_id=Cast(OuterRef("pk"), CharField()),
        action="group.roll_called", actor=user, at__gte=now - timedelta(days=CALLED_DAYS),
    )  # fmt: skip


def _wanting(user: Any, now: datetime) -> QuerySet[ZaloGroup] | None:
    """Active groups of an account with hamlets or teams of its own; a chief sees the coverage."""
    if user.has_perm("groups.view_all_hamlets"):
        return None
    absent = Member.objects.visible_to(user).active().filter(hamlet=OuterRef("hamlet"))
    inside = Membership.objects.joined().filter(
        member=OuterRef("pk"), group=OuterRef(OuterRef("pk"))
    )
    rows = roll_groups(user).filter(status=ZaloGroup.Status.ACTIVE).annotate(named=_named())
    few = Q(named=0) | Q(head_count__gt=F("named") * 100 / NAMED_PERCENT)
    if user.has_perm("groups.lead_team"):
        few = Q(~Exists(_called(user, now)))
    return rows.filter(few, Exists(absent.filter(~Exists(inside)))).order_by("search_text", "pk")


@work_list(permission=CALLS)
def groups_to_call(user: Any, now: datetime) -> Any:
    """Groups in which people are whom nobody has named yet."""
    return short_list(
        "Điểm danh nhóm",
        lambda: _wanting(user, now),
        lambda group: WorkItem(
            group.name,
            reverse("admin:groups_zalogroup_roll", args=[group.pk]),
            _numbers(group.head_count, group.named),
        ),
        verb="Điểm danh",
        level=Level.SHIFT,
    )


def _numbers(heads: int | None, named: int) -> str:
    if heads is None:
        return f"Đã có tên {named} người trong nhóm."
    return f"{heads} người theo trưởng nhóm, {named} người đã có tên."
