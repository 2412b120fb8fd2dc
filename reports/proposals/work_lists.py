"""Work lists of words that name officers: what waits for this account, what waits too long."""

from datetime import datetime
from typing import Any

from django.urls import reverse

from accounts.scoped_admin.work_lists import MOST, WorkItem, WorkList, work_list
from reports.proposals import deciders
from reports.proposals.models import ConflictProposal
from reports.tips import wording


def _waiting(user: Any, now: datetime) -> Any:
    return ConflictProposal.objects.visible_to(user).to_decide().order_by("due_at", "pk")


def for_decision(user: Any, now: datetime) -> list[ConflictProposal]:
    """The proposals that this account has to decide now, the most pressing first."""
    return deciders.decidable(user, _waiting(user, now).select_related("tip", "user"))


@work_list(asks=_waiting, permission=deciders.DECIDES)
def words_to_decide(user: Any, now: datetime) -> WorkList | None:
    found = for_decision(user, now)
    if not found:
        return None
    items = [
        WorkItem(
            f"{row.tip.code} · {row.user}",
            reverse("admin:reports_conflictproposal_show", args=[row.pk]),
            _remark(row, now),
            row.due_at < now,
        )
        for row in found[:MOST]
    ]
    url = reverse("admin:reports_conflictproposal_changelist")
    title = "Lời có tên cán bộ chờ quyết định"
    return WorkList(title, items, len(found), url=url, icon="gavel", order=4)


def _remark(row: ConflictProposal, now: datetime) -> str:
    left = wording.due(row.due_at, now)
    what = "Đang giữ lại phản ánh" if row.message_id is None else "Đang giữ lại lời nói thêm"
    return f"{what}. {left.words.capitalize()}." if left else f"{what}."


def _late(user: Any, now: datetime) -> Any:
    if user.has_perm(deciders.ALL_TIPS):
        return None
    rows = ConflictProposal.objects.of_commune(user.commune_id).to_decide()
    return rows.filter(level=ConflictProposal.Level.SUPERIOR)


@work_list(asks=_late, permission=deciders.STANDS_IN)
def undecided_in_time(user: Any, now: datetime) -> WorkList | None:
    """How many nobody decided in time: a number, for the words are read in the commune."""
    count = _late(user, now).exclude(pk__in=_waiting(user, now).values("pk")).count()
    if not count:
        return None
    line = WorkItem(
        f"{count} lời quá hạn ở xã",
        reverse("admin:reports_conflictproposal_changelist"),
        "Hãy gọi Trưởng, Phó Trưởng Công an xã: cổng không tự mở.",
        True,
    )
    return WorkList("Xã chưa quyết định đúng hạn", [line], count, icon="gavel", order=4)
