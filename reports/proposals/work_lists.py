"""Work lists of words that name officers: what waits for this account, what waits too long."""

from datetime import datetime
from typing import Any

from django.urls import reverse

from accounts.scoped_admin.asking import Asking
from accounts.scoped_admin.matters import subject_of
from accounts.scoped_admin.questions import Later, Number
from accounts.scoped_admin.terms import DECISION
from accounts.scoped_admin.work_lists import (
    MOST,
    WorkItem,
    WorkList,
    work_list,
)
from reports.proposals import deciders
from reports.proposals.models import ConflictProposal
from reports.tips import wording

# Columns of a line: of the tip its code alone.
IN_CLEAR = (
    "state", "level", "due_at", "message", "follows", "tip__code", "tip__commune",
    "user__username", "user__last_name", "user__first_name",
)  # fmt: skip


def _waiting(user: Any, now: datetime) -> Any:
    return ConflictProposal.objects.visible_to(user).to_decide().order_by("due_at", "pk")


def for_decision(user: Any, now: datetime) -> list[ConflictProposal]:
    """The proposals that this account has to decide now, the most pressing first."""
    return deciders.decidable(user, _waiting(user, now).select_related("tip", "user"))


@work_list(permission=deciders.DECIDES)
def words_to_decide(user: Any, now: datetime) -> Asking[WorkList | None]:

    def waiting() -> Any:
        return _waiting(user, now).select_related("tip", "user").only(*IN_CLEAR)

    rows = yield Later("words", waiting)
    found = yield from deciders.decidable_asked(user, rows)
    if not found:
        return None
    items = [
        WorkItem(
            f"{row.tip.code} · {row.user}",
            reverse("admin:reports_conflictproposal_show", args=[row.pk]),
            _remark(row, now),
            row.due_at < now,
            key=subject_of(row.tip),
            due_at=row.due_at,
            term=DECISION,
        )
        for row in found[:MOST]
    ]
    url = reverse("admin:reports_conflictproposal_changelist")
    title = "Lời có tên cán bộ chờ quyết định"
    return WorkList(title, items, len(found), url=url, verb="Quyết định")


def _remark(row: ConflictProposal, now: datetime) -> str:
    left = wording.due(row.due_at, now)
    what = "Đang giữ lại phản ánh" if row.message_id is None else "Đang giữ lại lời nói thêm"
    return f"{what}. {left.words.capitalize()}." if left else f"{what}."


@work_list(permission=deciders.STANDS_IN)
def undecided_in_time(user: Any, now: datetime) -> Asking[WorkList | None]:
    """How many nobody decided in time: a number, for the words are read in the commune."""
    if user.has_perm(deciders.ALL_TIPS):
        return None

    def late() -> Number:
        rows = ConflictProposal.objects.of_commune(user.commune_id).to_decide()
        rows = rows.filter(level=ConflictProposal.Level.SUPERIOR)
        return Number(rows.exclude(pk__in=_waiting(user, now).values("pk")))

    count = yield Later("late words", late)
    if not count:
        return None
    line = WorkItem(
        f"{count} lời quá hạn ở xã",
        reverse("admin:reports_conflictproposal_changelist"),
        "Hãy gọi Trưởng, Phó Trưởng Công an xã: cổng không tự mở.",
        True,
    )
    return WorkList("Xã chưa quyết định đúng hạn", [line], count, verb="Mở danh sách")
