"""Work lists of directions, plans, proposals and spreading."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, OuterRef, Subquery
from django.urls import reverse
from django.utils import timezone

from accounts.scoped_admin.asking import Asking
from accounts.scoped_admin.questions import Later, Number
from accounts.scoped_admin.work_lists import WorkItem, state_line
from oversight.direction.models import Direction, Proposal
from oversight.direction.registers.models import GuidingDocument, PartyOrganisation
from oversight.plans.models import Milestone
from oversight.work_lists import rows_list

AHEAD_DAYS = 7
TO = ("body", "hamlet", "organisation")
SETTLES = "oversight.settle_direction"


def _due_on(row: Any) -> date:
    day: date = row.due_on
    return day


def _own_directions(user: Any, today: date) -> Any:
    """Waiting directions of the own bodies and hamlets; the office answers for cells."""
    rows = Direction.objects.visible_to(user).waiting()
    return rows.filter(rows.own(user)).select_related("body", "hamlet").order_by("due_on", "pk")


directions_to_reply = rows_list(
    "Chỉ đạo chờ trả lời", "direction", _own_directions,
    lambda row, today: (
        row.title, f"Hạn {row.due_on:%d/%m/%Y}. {row.addressee}.", row.due_on <= today,
    ),
    right="oversight.reply_direction", query="?viec=cho", verb="Trả lời", due=_due_on,
)  # fmt: skip


def _replied(user: Any, today: date) -> Any:
    rows = Direction.objects.visible_to(user).issued_by(user).filter(state=Direction.State.REPLIED)
    return rows.select_related(*TO).order_by("answered_on", "pk")


directions_to_settle = rows_list(
    "Trả lời chỉ đạo chờ ghi nhận", "direction", _replied,
    lambda row, today: (row.title, f"{row.addressee}, trả lời ngày {row.answered_on:%d/%m/%Y}."),
    right=SETTLES, query="?viec=xem", verb="Xem trả lời",
)  # fmt: skip


def _due(user: Any, today: date) -> Any:
    """Due directions, for the issuer that gave them."""
    rows = Direction.objects.visible_to(user).issued_by(user).overdue(today + timedelta(days=1))
    return rows.select_related(*TO).order_by("due_on", "pk")


directions_due = rows_list(
    "Chỉ đạo đến hạn, chưa có trả lời", "direction", _due,
    lambda row, today: (row.title, f"{row.addressee}, hạn {row.due_on:%d/%m/%Y}."),
    right=SETTLES, query="?viec=cho", verb="Xem chỉ đạo", due=_due_on,
)  # fmt: skip


def _own_steps(user: Any, today: date) -> Any:
    """Steps of the own bodies or hamlets due within `AHEAD_DAYS`."""
    rows = Milestone.objects.visible_to(user).overdue(today + timedelta(days=AHEAD_DAYS + 1))
    return rows.filter(rows.own(user)).select_related("hamlet", "plan").order_by("due_on", "pk")


steps_due = rows_list(
    "Việc trong kế hoạch sắp đến hạn", "milestone", _own_steps,
    lambda row, today: (row.what, f"Hạn {row.due_on:%d/%m/%Y}. {row.place}.", row.due_on <= today),
    right="oversight.view_milestone", query="?viec=mo", verb="Ghi kết quả", due=_due_on,
)  # fmt: skip


def _proposed(user: Any, today: date) -> Any:
    rows = Proposal.objects.visible_to(user).waiting()
    return rows.select_related(*TO).order_by("sent_at", "pk")


proposals_to_answer = rows_list(
    "Kiến nghị chờ trả lời", "proposal", _proposed,
    lambda row, today: (
        row.title, f"{row.addressee}, gửi {timezone.localtime(row.sent_at):%d/%m/%Y}.",
    ),
    right="oversight.answer_proposal", query="?viec=cho", verb="Trả lời",
)  # fmt: skip


def _to_spread(user: Any, today: date) -> Any:
    """Documents with a spreading day that some organisation has not reported, with `left`."""
    there = PartyOrganisation.objects.visible_to(user).valid_on(today)
    left = there.filter(commune=OuterRef("commune")).without_spreading(OuterRef(OuterRef("pk")))
    count = left.order_by().values("commune").annotate(count=Count("pk")).values("count")
    rows = GuidingDocument.objects.visible_to(user).in_force(today).exclude(spread_by=None)
    found = rows.filter(Exists(left)).annotate(left=Subquery(count))
    return found.order_by("spread_by", "pk")


cells_to_spread = rows_list(
    "Chi bộ chưa báo quán triệt", "guidingdocument", _to_spread,
    lambda row, today: (
        row.number,
        f"{row.left} chi bộ, tổ chức đảng chưa báo. Hạn {row.spread_by:%d/%m/%Y}.",
        row.spread_by < today,
    ),
    right="oversight.add_spreading", verb="Xem chi bộ", due=lambda row: row.spread_by,
)  # fmt: skip


@state_line(permission="oversight.view_direction")
def directions_now(user: Any, now: datetime) -> Asking[WorkItem | None]:
    """Directions in the reach of the account that wait for a reply, and those past their day."""
    today = timezone.localdate(now)
    rows = Direction.objects.visible_to(user)
    waiting, late = yield [
        Later("directions waiting", lambda: Number(rows.waiting())),
        Later("directions late", lambda: Number(rows.overdue(today))),
    ]
    return WorkItem(
        f"{waiting} chỉ đạo chưa có trả lời" if waiting else "Chỉ đạo nào cũng đã có trả lời",
        reverse("admin:oversight_direction_changelist") + "?viec=cho",
        f"{late} chỉ đạo quá hạn." if late else "",
        is_urgent=late > 0,
    )
