"""Work lists of directions, plans, proposals and spreading."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone

from accounts.scoped_admin.work_lists import WorkItem, WorkList, work_list
from groups.places.querysets import hamlets_of
from oversight.direction.models import Direction, Proposal
from oversight.direction.querysets import PartyOrganisationQuerySet, bodies_of
from oversight.direction.registers.models import GuidingDocument, PartyOrganisation
from oversight.plans.models import Milestone
from oversight.work_lists import listed

AHEAD_DAYS = 7
TO = ("body", "hamlet", "organisation")


def _of(name: str, row: Any) -> str:
    return reverse(f"admin:oversight_{name}_show", args=[row.pk])


def _list(name: str, work: str) -> str:
    return f"{reverse(f'admin:oversight_{name}_changelist')}?viec={work}"


def _own_directions(user: Any, now: datetime) -> Any:
    """Waiting directions of the own bodies and hamlets; the office answers for cells."""
    if not user.has_perm("oversight.reply_direction"):
        return None
    rows = Direction.objects.visible_to(user).waiting()
    return rows.filter(Q(body__in=bodies_of(user)) | Q(hamlet__in=hamlets_of(user)))


@work_list(asks=_own_directions)
def directions_to_reply(user: Any, now: datetime) -> WorkList:
    waiting = _own_directions(user, now)
    today = timezone.localdate(now)
    return listed(
        "Chỉ đạo chờ trả lời",
        waiting.select_related("body", "hamlet").order_by("due_on", "pk"),
        lambda row: WorkItem(
            row.title, _of("direction", row), f"Hạn {row.due_on:%d/%m/%Y}. {row.addressee}.",
            row.due_on <= today,
        ),
        url=_list("direction", "cho"), icon="flag", order=24,
    )  # fmt: skip


def _replied(user: Any, now: datetime) -> Any:
    if not user.has_perm("oversight.settle_direction"):
        return None
    return Direction.objects.visible_to(user).filter(state=Direction.State.REPLIED)


@work_list(asks=_replied)
def directions_to_settle(user: Any, now: datetime) -> WorkList:
    replied = _replied(user, now)
    return listed(
        "Trả lời chỉ đạo chờ ghi nhận",
        replied.select_related(*TO).order_by("answered_on", "pk"),
        lambda row: WorkItem(
            row.title, _of("direction", row),
            f"{row.addressee}, trả lời ngày {row.answered_on:%d/%m/%Y}.",
        ),
        url=_list("direction", "xem"), icon="flag", order=24,
    )  # fmt: skip


def _overdue(user: Any, now: datetime) -> Any:
    if not user.has_perm("oversight.settle_direction"):
        return None
    day = timezone.localdate(now) + timedelta(days=1)
    return Direction.objects.visible_to(user).overdue(day)


@work_list(asks=_overdue)
def directions_due(user: Any, now: datetime) -> WorkList:
    """Due directions, for the office that gave them."""
    due = _overdue(user, now)
    return listed(
        "Chỉ đạo đến hạn, chưa có trả lời",
        due.select_related(*TO).order_by("due_on", "pk"),
        lambda row: WorkItem(
            row.title, _of("direction", row), f"{row.addressee}, hạn {row.due_on:%d/%m/%Y}."
        ),
        url=_list("direction", "cho"), icon="flag", order=26,
    )  # fmt: skip


def _own_steps(user: Any, now: datetime) -> Any:
    """Steps of the own bodies or hamlets due within `AHEAD_DAYS`."""
    if not user.has_perm("oversight.view_milestone"):
        return None
    day = timezone.localdate(now) + timedelta(days=AHEAD_DAYS + 1)
    rows = Milestone.objects.visible_to(user).overdue(day)
    return rows.filter(Q(plan__body__in=bodies_of(user)) | Q(hamlet__in=hamlets_of(user)))


@work_list(asks=_own_steps)
def steps_due(user: Any, now: datetime) -> WorkList:
    due = _own_steps(user, now)
    today = timezone.localdate(now)
    return listed(
        "Việc trong kế hoạch sắp đến hạn",
        due.select_related("hamlet", "plan").order_by("due_on", "pk"),
        lambda row: WorkItem(
            row.what, _of("milestone", row), f"Hạn {row.due_on:%d/%m/%Y}. {row.place}.",
            row.due_on <= today,
        ),
        url=_list("milestone", "mo"), icon="task", order=30,
    )  # fmt: skip


def _proposed(user: Any, now: datetime) -> Any:
    if not user.has_perm("oversight.answer_proposal"):
        return None
    return Proposal.objects.visible_to(user).waiting()


@work_list(asks=_proposed)
def proposals_to_answer(user: Any, now: datetime) -> WorkList:
    waiting = _proposed(user, now)
    return listed(
        "Kiến nghị chờ trả lời",
        waiting.select_related(*TO).order_by("sent_at", "pk"),
        lambda row: WorkItem(
            row.title, _of("proposal", row),
            f"{row.addressee}, gửi {timezone.localtime(row.sent_at):%d/%m/%Y}.",
        ),
        url=_list("proposal", "cho"), icon="outbox", order=27,
    )  # fmt: skip


def _there(user: Any, now: datetime) -> PartyOrganisationQuerySet:
    """Party organisations of today."""
    return PartyOrganisation.objects.visible_to(user).valid_on(timezone.localdate(now))


def _to_spread(user: Any, now: datetime) -> Any:
    """Documents with a spreading day that some organisation has not reported."""
    if not user.has_perm("oversight.add_spreading"):
        return None
    documents = GuidingDocument.objects.visible_to(user).in_force(timezone.localdate(now))
    there = _there(user, now).filter(commune=OuterRef("commune"))
    return documents.exclude(spread_by=None).filter(
        Exists(there.without_spreading(OuterRef(OuterRef("pk"))))
    )


@work_list(asks=_to_spread)
def cells_to_spread(user: Any, now: datetime) -> WorkList:
    """Documents with a spreading day, and the count of organisations without a report."""
    documents = _to_spread(user, now)
    today, there = timezone.localdate(now), _there(user, now)

    def item(row: GuidingDocument) -> WorkItem:
        left = there.of_commune(row.commune_id).without_spreading(row).count()
        remark = f"{left} chi bộ, tổ chức đảng chưa báo. Hạn {row.spread_by:%d/%m/%Y}."
        is_late = (row.spread_by or today) < today
        return WorkItem(row.number, _of("guidingdocument", row), remark, is_late)

    return listed(
        "Chi bộ chưa báo quán triệt", documents.order_by("spread_by", "pk"), item,
        url=reverse("admin:oversight_guidingdocument_changelist"), icon="record_voice_over",
        order=29,
    )  # fmt: skip
