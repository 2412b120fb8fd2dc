"""Work lists of tips for the home page: code, category, age and term, never a word of content."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import F
from django.urls import reverse

from accounts.scoped_admin.work_lists import WorkItem, WorkList, work_list
from reports.clocks.models import TipClock
from reports.public import bursts
from reports.tips import wording
from reports.tips.models import TipReport
from reports.vault import retention
from reports.vault.models import IdentityOpening

SHOWN = 5
FORGETS_SOON_DAYS = (1, 7, retention.TOLD_BEFORE_DAYS)
_BURST_SPAN = timedelta(hours=1)
Status = TipReport.Status


def _tips(user: Any, now: datetime) -> Any:
    """Only columns in clear: nothing sealed is even read. Made once for all lists of a page."""
    made_for, rows = getattr(user, "_tips_of_page", (None, None))
    if made_for != now:
        rows = TipReport.objects.visible_to(user).only(
            "code", "category", "urgency", "status", "received_at", "next_due_at", "closed_at"
        )
        user._tips_of_page = (now, rows)
    return rows


def _queue(tab: str) -> str:
    return f"{reverse('admin:reports_tipreport_changelist')}?viec={tab}"


def _page(tip: TipReport) -> str:
    return reverse("admin:reports_tipreport_show", args=[tip.pk])


def _title(tip: TipReport) -> str:
    return f"{tip.code} · {tip.get_category_display()}"


def _note(tip: TipReport, now: datetime) -> str:
    """`Gấp. Nhận 5 giờ trước. Còn 3 giờ.`"""
    parts = [f"Nhận {wording.age(tip.received_at, now)} trước"]
    if tip.urgency != TipReport.Urgency.NORMAL:
        parts.insert(0, str(tip.get_urgency_display()))
    if tip.is_open and (left := wording.due(tip.next_due_at, now)):
        parts.append(left.words.capitalize())
    return ". ".join(parts) + "."


def _presses(tip: TipReport, now: datetime) -> bool:
    is_late = tip.is_open and tip.next_due_at is not None and tip.next_due_at < now
    return is_late or tip.urgency == TipReport.Urgency.EMERGENCY


def _list(
    title: str, rows: Any, now: datetime, *, tab: str, order: int, icon: str, **more: Any
) -> WorkList:
    """The first few of the rows in their order, and how many there are."""
    first = list(rows[: SHOWN + 1])
    items = [WorkItem(_title(t), _page(t), _note(t, now), _presses(t, now)) for t in first[:SHOWN]]
    count = len(first) if len(first) <= SHOWN else rows.count()
    return WorkList(title, items, count, url=_queue(tab), order=order, icon=icon, **more)


@work_list
def many_at_once(user: Any, now: datetime) -> WorkList | None:
    """Many came together: one incident told by many, perhaps."""
    if not user.has_perm("reports.triage_tipreport"):
        return None
    lately = TipReport.objects.visible_to(user).filter(received_at__gte=now - _BURST_SPAN)
    times = list(lately.values_list("received_at", flat=True))
    if not bursts.is_crowd(times, now=now):
        return None
    line = WorkItem(
        f"{len(times)} phản ánh trong một giờ qua", _queue("moi"), bursts.sentence(), True
    )
    return WorkList("Nhiều phản ánh cùng lúc", [line], len(times), icon="crisis_alert", order=4)


@work_list
def to_sort(user: Any, now: datetime) -> WorkList | None:
    if not user.has_perm("reports.triage_tipreport"):
        return None
    rows = _tips(user, now).filter(status=Status.NEW).most_pressing_first()
    made = _list(
        "Phản ánh mới chưa phân loại", rows, now, tab="moi", order=5, icon="contact_support",
        empty="Không có phản ánh nào chờ phân loại.",
    )  # fmt: skip
    if made.count:
        made.actions.append(WorkItem(f"Phân loại phản ánh ({made.count})", made.url))
    if user.has_perm("reports.record_tipreport"):
        made.actions.append(WorkItem("Ghi tin báo", reverse("admin:reports_tipreport_record")))
    return made


def _mine(user: Any, now: datetime) -> Any:
    if not user.has_perm("reports.work_tipreport"):
        return None
    return _tips(user, now).mine(user).order_by(F("next_due_at").asc(nulls_last=True), "pk")


@work_list(asks=_mine)
def mine(user: Any, now: datetime) -> WorkList | None:
    """What this account owns or helps with, the first due first."""
    rows = _mine(user, now)
    return _list("Việc của tôi", rows, now, tab="cua-toi", order=6, icon="assignment_ind")


def _overdue(user: Any, now: datetime) -> Any:
    if not user.has_perm("reports.view_tipreport"):
        return None
    return _tips(user, now).overdue(now).order_by("next_due_at", "pk")


@work_list(asks=_overdue)
def overdue(user: Any, now: datetime) -> WorkList | None:
    """Whose term ran out while nobody stopped it, the longest overdue first."""
    rows = _overdue(user, now)
    return _list("Phản ánh quá hạn", rows, now, tab="qua-han", order=7, icon="alarm")


def _to_assign(user: Any, now: datetime) -> Any:
    if not user.has_perm("reports.assign_tipreport"):
        return None
    return _tips(user, now).unassigned().most_pressing_first()


@work_list(asks=_to_assign)
def to_assign(user: Any, now: datetime) -> WorkList | None:
    """Sorted, and nobody's work yet."""
    rows = _to_assign(user, now)
    return _list("Phản ánh chưa giao", rows, now, tab="chua-giao", order=8, icon="person_add")


def _to_ask_about(user: Any, now: datetime) -> Any:
    if not user.has_perm("reports.work_tipreport"):
        return None
    due = TipClock.objects.to_ask_about(now).values("tip")
    return _tips(user, now).filter(pk__in=due).order_by("pk")


@work_list(asks=_to_ask_about)
def to_ask_about(user: Any, now: datetime) -> WorkList | None:
    """Handed to another authority a while ago: time to ask what became of them."""
    rows = _to_ask_about(user, now)
    first = list(rows[: SHOWN + 1])
    items = [
        WorkItem(
            _title(tip),
            reverse("admin:reports_tipreport_refer", args=[tip.pk]),
            "Hỏi kết quả rồi ghi lại.",
        )
        for tip in first[:SHOWN]
    ]
    count = len(first) if len(first) <= SHOWN else rows.count()
    return WorkList("Đến hạn hỏi kết quả nơi nhận", items, count, icon="contact_phone", order=11)


def _heard_more(user: Any, now: datetime) -> Any:
    if not user.has_perm("reports.read_sealed_words"):
        return None
    return _tips(user, now).with_news().most_pressing_first()


@work_list(asks=_heard_more)
def heard_more(user: Any, now: datetime) -> WorkList | None:
    """Whose reporters, or those of their duplicates, said more that nobody has read."""
    rows = _heard_more(user, now)
    return _list("Có lời mới của người báo tin", rows, now, tab="loi-moi", order=9, icon="forum")


def _to_decide(user: Any, now: datetime) -> Any:
    """Asked by others; one's own somebody else decides."""
    if not user.has_perm("reports.decide_identityopening"):
        return None
    asked = IdentityOpening.objects.visible_to(user).filter(state=IdentityOpening.State.ASKED)
    return asked.exclude(asked_by=user).order_by("asked_at", "pk")


@work_list(asks=_to_decide)
def openings_to_decide(user: Any, now: datetime) -> WorkList | None:
    asked = _to_decide(user, now)
    rows = list(
        asked.select_related("tip", "asked_by").only(
            "asked_at", "tip__code", "tip__category", "asked_by__last_name", "asked_by__first_name"
        )[: SHOWN + 1]
    )
    items = [
        WorkItem(
            _title(row.tip),
            reverse("admin:reports_tipreport_identity", args=[row.tip_id]),
            f"{row.asked_by} đề nghị {wording.age(row.asked_at, now)} trước.",
            True,
        )
        for row in rows[:SHOWN]
    ]
    return WorkList(
        "Danh tính chờ duyệt",
        items,
        len(rows) if len(rows) <= SHOWN else asked.count(),
        url=reverse("admin:reports_identityopening_changelist"),
        icon="lock_open",
        order=9,
    )


def _to_go(user: Any, now: datetime) -> Any:
    if not user.has_perm("reports.hold_tipreport"):
        return None
    return _going(user, now, retention.TOLD_BEFORE_DAYS)


def _going(user: Any, now: datetime, days: int) -> Any:
    rows = retention.identities_to_go(now, days)
    return TipReport.objects.visible_to(user).filter(pk__in=rows.values("pk"))


@work_list(asks=_to_go)
def identities_to_go(user: Any, now: datetime) -> WorkList | None:
    """Whose tellers are forgotten within 30 days: who still has to ask them asks now.

    Every tip that ended a year ago is here, whether or not somebody gave a name.
    """
    counts = [(days, _going(user, now, days).count()) for days in FORGETS_SOON_DAYS]
    items = [
        WorkItem(
            f"Trong {days} ngày: {count} phản ánh", _queue("sap-xoa"),
            "Cần hỏi lại thì hỏi trước khi xóa; cần cho vụ việc thì giữ lại.", days == 1,
        )
        for days, count in counts if count
    ]  # fmt: skip
    return WorkList(
        "Sắp xóa người báo tin theo hạn", items, counts[-1][1], url=_queue("sap-xoa"),
        icon="auto_delete", order=70,
    )  # fmt: skip
