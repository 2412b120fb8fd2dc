"""Work lists of tips for the home page: code, category, age and term, never a word of content."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F
from django.urls import reverse

from accounts.scoped_admin.work_lists import Provider, WorkItem, WorkList, short_list, work_list
from reports.clocks.models import TipClock
from reports.public import bursts
from reports.tips import wording
from reports.tips.models import TipReport
from reports.vault import retention
from reports.vault.models import IdentityOpening

FORGETS_SOON_DAYS = (1, 7, retention.TOLD_BEFORE_DAYS)
_BURST_SPAN = timedelta(hours=1)
Status = TipReport.Status
_BEGUN_BY_NOBODY = (Status.NEW, Status.TRIAGED)


def _tips(user: Any, now: datetime) -> Any:
    """Return visible tips with columns in clear alone. Made once for all lists of a page."""
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


def _remark(tip: TipReport, now: datetime) -> str:
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


def _list(title: str, rows: Any, now: datetime, *, tab: str, **more: Any) -> WorkList | None:
    return short_list(
        title,
        rows,
        lambda tip: WorkItem(
            _title(tip),
            _page(tip),
            _remark(tip, now),
            _presses(tip, now),
            presses=tip.urgency != TipReport.Urgency.NORMAL and tip.status in _BEGUN_BY_NOBODY,
        ),
        url=_queue(tab),
        **more,
    )


@work_list(permission="reports.triage_tipreport")
def many_at_once(user: Any, now: datetime) -> WorkList | None:
    """Tips that came together: perhaps one incident reported by many."""
    lately = TipReport.objects.visible_to(user).filter(received_at__gte=now - _BURST_SPAN)
    times = list(lately.values_list("received_at", flat=True))
    if not bursts.is_crowd(times, now=now):
        return None
    line = WorkItem(
        f"{len(times)} phản ánh trong một giờ qua", _queue("moi"), bursts.sentence(), True
    )
    return WorkList("Nhiều phản ánh cùng lúc", [line], len(times), icon="crisis_alert", order=4)


@work_list(permission="reports.triage_tipreport")
def to_sort(user: Any, now: datetime) -> WorkList | None:
    rows = _tips(user, now).filter(status=Status.NEW).most_pressing_first()
    made = _list(
        "Phản ánh mới chưa phân loại", rows, now, tab="moi", order=5, icon="contact_support",
        empty="Không có phản ánh nào chờ phân loại.",
    )  # fmt: skip
    assert made is not None  # noqa: S101 -- `empty` is a list too
    if made.count:
        made.actions.append(WorkItem(f"Phân loại phản ánh ({made.count})", made.url))
    if user.has_perm("reports.record_tipreport"):
        made.actions.append(WorkItem("Ghi tin báo", reverse("admin:reports_tipreport_record")))
    return made


def _of_tab(
    tab: str, title: str, icon: str, order: int, permission: str,
    rows: Callable[[Any, Any, datetime], Any],
) -> Provider:  # fmt: skip
    """Make the work list of a tab of the queue, for accounts with a permission."""

    def asks(user: Any, now: datetime) -> Any:
        return rows(_tips(user, now), user, now)

    @work_list(asks=asks, permission=f"reports.{permission}")
    def found(user: Any, now: datetime) -> WorkList | None:
        return _list(title, asks(user, now), now, tab=tab, order=order, icon=icon)

    return found


# Owned or helped with, the first due first.
mine = _of_tab(
    "cua-toi", "Việc của tôi", "assignment_ind", 6, "work_tipreport",
    lambda tips, user, now: tips.mine(user).order_by(F("next_due_at").asc(nulls_last=True), "pk"),
)  # fmt: skip
# Past a term that nobody stopped, the longest overdue first.
overdue = _of_tab(
    "qua-han", "Phản ánh quá hạn", "alarm", 7, "view_tipreport",
    lambda tips, user, now: tips.overdue(now).order_by("next_due_at", "pk"),
)  # fmt: skip
# Sorted, and nobody's work yet.
to_assign = _of_tab(
    "chua-giao", "Phản ánh chưa giao", "person_add", 8, "assign_tipreport",
    lambda tips, user, now: tips.unassigned().most_pressing_first(),
)  # fmt: skip
# With unread words of the reporter, or of a duplicate's.
heard_more = _of_tab(
    "loi-moi", "Có lời mới của người báo tin", "forum", 9, "read_sealed_words",
    lambda tips, user, now: tips.with_news(user).most_pressing_first(),
)  # fmt: skip


def _to_ask_about(user: Any, now: datetime) -> Any:
    due = TipClock.objects.to_ask_about(now).values("tip")
    return _tips(user, now).filter(pk__in=due).order_by("pk")


@work_list(asks=_to_ask_about, permission="reports.work_tipreport")
def to_ask_about(user: Any, now: datetime) -> WorkList | None:
    """Tips handed to another authority a while ago: time to ask for the result."""
    return short_list(
        "Đến hạn hỏi kết quả nơi nhận",
        _to_ask_about(user, now),
        lambda tip: WorkItem(
            _title(tip),
            reverse("admin:reports_tipreport_refer", args=[tip.pk]),
            "Hỏi kết quả rồi ghi lại.",
        ),
        icon="contact_phone",
        order=11,
    )


def _to_decide(user: Any, now: datetime) -> Any:
    """Requests of others; somebody else decides on one's own."""
    asked = IdentityOpening.objects.visible_to(user).filter(state=IdentityOpening.State.ASKED)
    return asked.exclude(asked_by=user).order_by("asked_at", "pk")


@work_list(asks=_to_decide, permission="reports.decide_identityopening")
def openings_to_decide(user: Any, now: datetime) -> WorkList | None:
    rows = _to_decide(user, now).select_related("tip", "asked_by")
    return short_list(
        "Danh tính chờ duyệt",
        rows.only(
            "asked_at", "tip__code", "tip__category", "asked_by__last_name", "asked_by__first_name"
        ),
        lambda row: WorkItem(
            _title(row.tip),
            reverse("admin:reports_tipreport_identity", args=[row.tip_id]),
            f"{row.asked_by} đề nghị {wording.age(row.asked_at, now)} trước.",
            True,
        ),
        url=reverse("admin:reports_identityopening_changelist"),
        icon="lock_open",
        order=9,
    )


def _to_go(user: Any, now: datetime) -> Any:
    return _going(user, now, retention.TOLD_BEFORE_DAYS)


def _going(user: Any, now: datetime, days: int) -> Any:
    rows = retention.identities_to_go(now, days)
    return TipReport.objects.visible_to(user).filter(pk__in=rows.values("pk"))


@work_list(asks=_to_go, permission="reports.hold_tipreport")
def identities_to_go(user: Any, now: datetime) -> WorkList | None:
    """Tips whose reporter is forgotten within 30 days: whoever still has to ask them asks now.

    Every tip that ended a year ago is listed, whether or not somebody gave a name.
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
