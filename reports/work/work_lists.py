"""Work lists of tips for the home page: code, category, hamlet, who is in charge, age and term,
never a word of content."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from accounts.scoped_admin.asking import Asking
from accounts.scoped_admin.matters import subject_of
from accounts.scoped_admin.questions import Later, Number, many
from accounts.scoped_admin.terms import GIVEN_DAY, HANDLING, PLAIN, Term
from accounts.scoped_admin.work_lists import (
    Level,
    Provider,
    WorkItem,
    WorkList,
    by_day,
    short_list,
    state_line,
    work_list,
)
from reports.clocks.changes import is_pause_asked
from reports.clocks.models import TipClock
from reports.public import bursts
from reports.tips import wording
from reports.tips.models import TipReport
from reports.vault import retention
from reports.vault.models import IdentityOpening

FORGETS_SOON_DAYS = (1, 7, retention.TOLD_BEFORE_DAYS)
NAMES = ("last_name", "first_name", "username")
_BURST_SPAN = timedelta(hours=1)
# After so long the second person is told of what nobody took up (duty/occasions).
BEGIN_WITHIN = timedelta(minutes=5)
TAKING = Term("chờ người nhận trước", "chờ người nhận, quá 5 phút", ends_when_taken=True)
GIVING = Term("chờ giao trước", "chờ giao, quá 5 phút", ends_when_taken=True)
HAMLET = ("hamlet__kind", "hamlet__name")
OF_TIP = ("tip__code", "tip__category", "tip__urgency", *(f"tip__{name}" for name in HAMLET))
Status = TipReport.Status
_BEGUN_BY_NOBODY = (Status.NEW, Status.TRIAGED)


def _tips(user: Any, now: datetime) -> Any:
    """Return visible tips with columns in clear alone. Made once for all lists of a page."""
    made_for, rows = getattr(user, "_tips_of_page", (None, None))
    if made_for != now:
        rows = TipReport.objects.visible_to(user).select_related("hamlet", "owner")
        rows = rows.only(
            *HAMLET,
            *(f"owner__{name}" for name in NAMES),
            "code",
            "category",
            "urgency",
            "status",
            "received_at",
            "next_due_at",
            "closed_at",
            "owner_due_on",
        )
        user._tips_of_page = (now, rows)
    return rows


def _queue(tab: str) -> str:
    return f"{reverse('admin:reports_tipreport_changelist')}?viec={tab}"


def _page(tip: TipReport) -> str:
    return reverse("admin:reports_tipreport_show", args=[tip.pk])


def _title(tip: TipReport) -> str:
    return f"{tip.code} · {tip.get_category_display()}"


def _place(tip: TipReport) -> str:
    """`Ấp Bàu Sen. Gấp.`; blank where neither is recorded."""
    parts = [str(tip.hamlet)] if tip.hamlet is not None else []
    if tip.urgency != TipReport.Urgency.NORMAL:
        parts.append(str(tip.get_urgency_display()))
    return " ".join(f"{part}." for part in parts)


def _lead(tip: TipReport, user: Any, now: datetime) -> str:
    """`Ấp Bàu Sen. Gấp. Phụ trách: Trần An, quá hạn xử lý 2 ngày.`"""
    if tip.owner is None:
        return _place(tip)
    charge = "Đồng chí phụ trách" if tip.owner_id == user.pk else f"Phụ trách: {tip.owner}"
    return " ".join(filter(None, (_place(tip), f"{', '.join([charge, *_term(tip, now)])}.")))


def _term(tip: TipReport, now: datetime) -> list[str]:
    """`hạn xử lý còn 3 giờ`, `quá hạn xử lý 2 ngày`."""
    left = wording.due(tip.next_due_at, now) if tip.is_open else None
    if left is None:
        return []
    length = left.words.removeprefix(wording.OVER)
    is_over = length != left.words
    return [f"{HANDLING.over}{length}" if is_over else f"{HANDLING.ahead} {length}"]


def _remark(tip: TipReport, now: datetime) -> str:
    """`Tin đến 5 giờ trước. Hạn xử lý còn 3 giờ.`; with an owner the term stands in the lead."""
    parts = [f"Tin đến {wording.age(tip.received_at, now)} trước"]
    if tip.owner is None:
        parts += [words.capitalize() for words in _term(tip, now)]
    if tip.owner_due_on is not None and tip.status not in TipReport.WITH_OUTCOME:
        is_over = tip.owner_due_on < timezone.localdate(now)
        words = "Quá ngày giao" if is_over else "Giao xong trước hết ngày"
        parts.append(f"{words} {tip.owner_due_on:%d/%m}")
    return ". ".join(parts) + "."


def _presses(tip: TipReport, now: datetime) -> bool:
    is_late = tip.is_open and tip.next_due_at is not None and tip.next_due_at < now
    return is_late or tip.urgency == TipReport.Urgency.EMERGENCY


def _due(tip: TipReport) -> tuple[datetime | None, Term]:
    """The first term of a tip. Of what happens just now and is nobody's: that somebody takes it."""
    is_nobodys = tip.status in _BEGUN_BY_NOBODY and tip.owner_id is None
    if tip.urgency == TipReport.Urgency.EMERGENCY and is_nobodys:
        return tip.received_at + BEGIN_WITHIN, TAKING if tip.status == Status.NEW else GIVING
    if not tip.is_open:
        return None, PLAIN
    own = None if tip.status in TipReport.WITH_OUTCOME else by_day(tip.owner_due_on)
    terms = [(at, term) for at, term in ((tip.next_due_at, HANDLING), (own, GIVEN_DAY)) if at]
    return min(terms, key=lambda one: one[0], default=(None, PLAIN))


def _list(
    title: str, rows: Callable[[], Any], user: Any, now: datetime, *, tab: str, **more: Any
) -> Any:
    def item(tip: TipReport) -> WorkItem:
        due_at, term = _due(tip)
        return WorkItem(
            _title(tip),
            _page(tip),
            _remark(tip, now),
            _presses(tip, now),
            presses=tip.urgency != TipReport.Urgency.NORMAL and tip.status in _BEGUN_BY_NOBODY,
            key=subject_of(tip),
            due_at=due_at,
            term=term,
            lead=_lead(tip, user, now),
            is_in_charge=tip.owner_id is not None,
        )

    return short_list(title, rows, item, url=_queue(tab), **more)


@work_list(permission="reports.triage_tipreport")
def many_at_once(user: Any, now: datetime) -> Asking[WorkList | None]:
    """Tips that came together: perhaps one incident reported by many."""

    def lately() -> Any:
        rows = TipReport.objects.visible_to(user).filter(received_at__gte=now - _BURST_SPAN)
        return rows.order_by().values_list("received_at", flat=True)

    times = yield Later("tips of an hour", lately)
    if not bursts.is_crowd(times, now=now):
        return None
    line = WorkItem(
        f"{len(times)} phản ánh trong một giờ qua", _queue("moi"), bursts.sentence(), presses=True
    )
    return WorkList("Nhiều phản ánh cùng lúc", [line], len(times), verb="Xem các phản ánh")


@work_list(permission="reports.triage_tipreport")
def to_sort(user: Any, now: datetime) -> Any:
    actions = []
    if user.has_perm("reports.record_tipreport"):
        actions = [WorkItem("Ghi tin báo", reverse("admin:reports_tipreport_record"))]
    return _list(
        "Phản ánh mới chưa phân loại",
        lambda: _tips(user, now).filter(status=Status.NEW).most_pressing_first(),
        user,
        now,
        tab="moi",
        verb="Phân loại",
        actions=actions,
    )


def _of_tab(
    tab: str,
    title: str,
    verb: str,
    permission: str,
    rows: Callable[[Any, Any, datetime], Any],
    **more: Any,
) -> Provider:
    """Make the work list of a tab of the queue, for accounts with a permission."""

    @work_list(permission=f"reports.{permission}")
    def found(user: Any, now: datetime) -> Any:
        return _list(
            title, lambda: rows(_tips(user, now), user, now), user, now, tab=tab, verb=verb, **more
        )

    return found


# Owned or helped with, the first due first.
mine = _of_tab(
    "cua-toi", "Việc của tôi", "Xử lý", "work_tipreport",
    lambda tips, user, now: tips.mine(user).order_by(F("next_due_at").asc(nulls_last=True), "pk"),
)  # fmt: skip
# Past a term that nobody stopped, the longest overdue first.
overdue = _of_tab(
    "qua-han", "Phản ánh quá hạn", "Xử lý", "view_tipreport",
    lambda tips, user, now: tips.overdue(now).order_by("next_due_at", "pk"), says_late=True,
)  # fmt: skip
# Not ended by the day that its giver named.
past_the_day_given = _of_tab(
    "qua-ngay-giao", "Phản ánh quá ngày giao", "Xem", "assign_tipreport",
    lambda tips, user, now: tips.owner_due_by(timezone.localdate(now) - timedelta(days=1)).order_by(
        "owner_due_on", "pk"
    ), says_late=True,
)  # fmt: skip
# Sorted, and nobody's work yet.
to_assign = _of_tab(
    "chua-giao", "Phản ánh chưa giao", "Giao việc", "assign_tipreport",
    lambda tips, user, now: tips.unassigned().most_pressing_first(),
)  # fmt: skip


@work_list(permission="reports.read_sealed_words")
def heard_more(user: Any, now: datetime) -> Any:
    """Tips with unread words of the reporter, or of a duplicate's."""
    return short_list(
        "Có lời mới của người báo tin",
        lambda: _tips(user, now).with_news(user).most_pressing_first(),
        lambda tip: WorkItem(
            _title(tip),
            reverse("admin:reports_tipreport_talk", args=[tip.pk]),
            _remark(tip, now),
            True,
            key=subject_of(tip),
            due_at=tip.next_due_at if tip.is_open else None,
            term=HANDLING,
            lead=_lead(tip, user, now),
            is_in_charge=tip.owner_id is not None,
        ),
        url=_queue("loi-moi"),
        verb="Đọc lời mới",
    )


@work_list(permission="reports.work_tipreport")
def to_ask_about(user: Any, now: datetime) -> Any:
    """Tips handed to another authority a while ago: time to ask for the result."""

    def rows() -> Any:
        due = TipClock.objects.to_ask_about(now).values("tip")
        return _tips(user, now).filter(pk__in=due).order_by("pk")

    return short_list(
        "Đến hạn hỏi kết quả nơi nhận",
        rows,
        lambda tip: WorkItem(
            _title(tip),
            reverse("admin:reports_tipreport_refer", args=[tip.pk]),
            "Hỏi kết quả rồi ghi lại.",
            key=subject_of(tip),
            lead=_lead(tip, user, now),
            is_in_charge=tip.owner_id is not None,
        ),
        verb="Ghi kết quả",
    )


@work_list(permission="reports.approve_extension")
def time_to_decide(user: Any, now: datetime) -> Any:
    """Clocks for which another account asked for a pause beyond a day, or for more time."""

    def rows() -> Any:
        asked = TipClock.objects.visible_to(user).to_decide(user, now)
        people = ("pause_asked_by", "extension_asked_by")
        asked = asked.select_related("tip__hamlet", *people).only(
            *OF_TIP, "due_at", "pause_asked_until",
            *(f"{one}__{name}" for one in people for name in NAMES),
        )  # fmt: skip
        return asked.order_by("due_at", "pk")

    def item(row: TipClock) -> WorkItem:
        is_pause = is_pause_asked(row, now)
        by = row.pause_asked_by if is_pause else row.extension_asked_by
        return WorkItem(
            _title(row.tip),
            reverse("admin:reports_tipreport_terms", args=[row.tip_id]),
            f"{by} xin {'tạm dừng' if is_pause else 'gia hạn'}.",
            key=subject_of(row.tip),
            due_at=row.due_at,
            term=HANDLING,
            lead=_place(row.tip),
        )

    return short_list("Xin tạm dừng, gia hạn", rows, item, verb="Xem và quyết định")


def _to_decide(user: Any, now: datetime) -> Any:
    """Requests of others; somebody else decides on one's own."""
    asked = IdentityOpening.objects.visible_to(user).filter(state=IdentityOpening.State.ASKED)
    return asked.exclude(asked_by=user).order_by("asked_at", "pk")


@work_list(permission="reports.decide_identityopening")
def openings_to_decide(user: Any, now: datetime) -> Any:

    def rows() -> Any:
        return (
            _to_decide(user, now)
            .select_related("tip__hamlet", "asked_by")
            .only(*OF_TIP, "asked_at", "asked_by__last_name", "asked_by__first_name")
        )  # fmt: skip

    return short_list(
        "Danh tính chờ duyệt",
        rows,
        lambda row: WorkItem(
            _title(row.tip),
            reverse("admin:reports_tipreport_identity", args=[row.tip_id]),
            f"{row.asked_by} đề nghị {wording.age(row.asked_at, now)} trước.",
            True,
            key=subject_of(row.tip),
            lead=_place(row.tip),
        ),
        url=reverse("admin:reports_identityopening_changelist"),
        verb="Duyệt danh tính",
    )


def _going_within(days: int, among: tuple[int, ...], now: datetime) -> Later:
    def number() -> Number:
        return Number(retention.identities_to_go(now, days).filter(pk__in=among))

    return Later("identities to go within", number, given=(days, among))


@work_list(permission="reports.hold_tipreport")
def identities_to_go(user: Any, now: datetime) -> Asking[WorkList | None]:
    """Tips whose reporter is forgotten within 30 days: whoever still has to ask them asks now.

    Every tip that ended a year ago is listed, whether or not somebody gave a name.
    """

    def soon() -> Any:
        rows = retention.identities_to_go(now, FORGETS_SOON_DAYS[-1])
        mine = TipReport.objects.visible_to(user).filter(pk__in=rows.values("pk"))
        return mine.order_by().values_list("pk", flat=True)

    going = yield Later("identities to go", soon)
    if not going:
        return None
    sooner = yield [_going_within(days, tuple(going), now) for days in FORGETS_SOON_DAYS[:-1]]
    counts = [*zip(FORGETS_SOON_DAYS, [*sooner, len(going)], strict=True)]
    items = [
        WorkItem(
            f"Trong {days} ngày: {count} phản ánh", _queue("sap-xoa"),
            "Cần hỏi lại thì hỏi trước khi xóa; cần cho vụ việc "
            "thì giữ lại.", days == 1,
        )
        for days, count in counts if count
    ]  # fmt: skip
    return WorkList(
        "Sắp xóa người báo tin theo hạn", items, len(going), url=_queue("sap-xoa"),
        level=Level.SHIFT, verb="Xem các phản ánh",
    )  # fmt: skip


@state_line(permission="reports.view_tipreport")
def open_tips(user: Any, now: datetime) -> Asking[WorkItem | None]:
    """How many tips of this account's sight are not closed."""
    count = yield Later("open tips", lambda: Number(_tips(user, now).open()))
    return WorkItem(
        f"{many(count)} phản ánh chưa xong" if count else "Phản ánh nào cũng đã xong",
        reverse("admin:reports_tipreport_changelist"),
    )
