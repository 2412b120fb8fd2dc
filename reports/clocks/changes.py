"""Changes of clocks by people: pauses, extensions, new versions of rules."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.audit import services as audit
from accounts.models import User
from accounts.workflow.services import record, sees
from reports.clocks import occasions, states
from reports.clocks.models import ClockRule, TipClock
from reports.clocks.rows import calendar, clock_of, fill, note_next_due, stretches
from reports.clocks.rules import Pause, WorkCalendar, merged
from reports.clocks.states import Clock, Refused
from reports.tips.errors import NotAllowed
from reports.tips.models import TipReport
from reports.tips.services import MAX_REASON, cleaned, lock_for_worker
from reports.work.models import TipEvent

REASONS = {
    "may_not_pause": "Thời hạn này không được tạm dừng.",
    "may_not_extend": "Thời hạn này không được gia hạn.",
    "overdue": "Thời hạn đã quá. Tạm dừng hay gia hạn lúc này không xóa được trễ hạn.",
    "paused": "Thời hạn này đang tạm dừng.",
    "not_paused": "Thời hạn này không tạm dừng.",
    "pause_length": "Hãy chọn lúc tính tiếp: sau bây giờ và không quá 30 ngày.",
    "extended_already": "Thời hạn này đã gia hạn một lần, không gia hạn thêm.",
    "extension_length": "Số gia hạn phải từ 1 và không nhiều hơn thời hạn ban đầu.",
    "met": "Bước này đã xong.",
    "met_late": "Bước này đã xong.",
    "cancelled": "Thời hạn này không còn áp dụng.",
}
# Longer than this, all pauses of a clock together, takes a second person.
ALONE = timedelta(days=1)


def _change(row: TipClock, clock: Clock, at: datetime, days: WorkCalendar) -> TipClock:
    fill(row, clock, at, days).save()
    note_next_due(row.tip)
    occasions.follow(row.tip)
    return row


def _details(row: TipClock, amount: int = 0) -> dict[str, Any]:
    """Return the details of a step: the clock, and how much more time, as people read it."""
    more = {"amount": f"thêm {amount} {row.rule.get_unit_display()}"} if amount else {}
    return {"stage": str(row.get_stage_display()), **more}


def _lock_clock(row: TipClock, by: User, permission: str) -> TipClock:
    """Lock a clock by its tip, for an account that works on it. Raises NotAllowed."""
    lock_for_worker(row.tip, by, f"reports.{permission}")
    row.refresh_from_db(from_queryset=TipClock.objects.select_related("rule", "tip"))
    return row


def _refusal(refused: Refused) -> NotAllowed:
    return NotAllowed(REASONS[refused.reason])


@transaction.atomic
def pause(row: TipClock, *, by: User, reason: str, until: datetime) -> TipClock:
    """Let a clock of our own rest up to a moment, say while the reporter is asked for more.

    Where `needs_second` it is only asked for, and somebody else decides. Raises NotAllowed for the
    clocks of the law, for what is late already, for more than 30 days.
    """
    tip = _lock_clock(row, by, "work_tipreport").tip
    reason, now = cleaned(reason, "lý do tạm dừng", MAX_REASON), timezone.now()
    clock = _paused(row, until, now)
    if not needs_second(row, until, now):
        row.pause_given_by = None  # who gave an earlier one
        record(tip, TipEvent.Kind.PAUSED, by=by, text=reason, **_details(row), until=_to(until))
        return _change(row, clock, now, calendar())
    if is_pause_asked(row, now):
        raise NotAllowed("Đã có đề nghị tạm dừng đang chờ duyệt.")
    row.pause_asked_until, row.pause_asked_by, row.pause_given_by = until, by, None
    row.save(update_fields=["pause_asked_until", "pause_asked_by", "pause_given_by"])
    record(tip, TipEvent.Kind.PAUSE_ASKED, by=by, text=reason, **_details(row), until=_to(until))
    return row


def needs_second(row: TipClock, until: datetime, now: datetime | None = None) -> bool:
    """Whether the clock would rest for more than a day in all."""
    asked = Pause(now or timezone.now(), until)
    rests = merged((*stretches(row.pauses), asked))
    return sum((one.end - one.start for one in rests), timedelta()) > ALONE


def is_pause_asked(row: TipClock, now: datetime) -> bool:
    """Whether a pause waits for its second person; one whose end has passed does not."""
    return row.pause_asked_until is not None and row.pause_asked_until > now


def _paused(row: TipClock, until: datetime, now: datetime) -> Clock:
    try:
        return states.pause(clock_of(row), now, until, calendar())
    except Refused as refused:
        raise _refusal(refused) from None


def _to(until: datetime) -> str:
    return f"đến {timezone.localtime(until):%H:%M %d/%m/%Y}"


@transaction.atomic
def give_pause(row: TipClock, *, by: User) -> TipClock:
    """Let the clock rest from now on, as somebody else asked. Raises NotAllowed."""
    tip, until = _pause_asked(row, by)
    now = timezone.now()
    clock = _paused(row, until, now)
    row.pause_given_by, row.pause_asked_until = by, None
    record(tip, TipEvent.Kind.PAUSED, by=by, **_details(row), until=_to(until))
    return _change(row, clock, now, calendar())


@transaction.atomic
def refuse_pause(row: TipClock, *, by: User, reason: str) -> TipClock:
    """Raises NotAllowed."""
    tip, _until = _pause_asked(row, by)
    reason = cleaned(reason, "lý do không cho tạm dừng", MAX_REASON)
    row.pause_asked_until = row.pause_asked_by = None
    row.save(update_fields=["pause_asked_until", "pause_asked_by"])
    record(tip, TipEvent.Kind.PAUSE_REFUSED, by=by, text=reason, **_details(row))
    return row


def _pause_asked(row: TipClock, by: User) -> tuple[TipReport, datetime]:
    tip = _lock_clock(row, by, "approve_extension").tip
    if row.pause_asked_until is None or not is_pause_asked(row, timezone.now()):
        raise NotAllowed("Không có đề nghị tạm dừng nào đang chờ.")
    if row.pause_asked_by_id == by.pk:
        raise NotAllowed("Người xin tạm dừng không tự duyệt. Hãy nhờ người chỉ huy khác.")
    return tip, row.pause_asked_until


@transaction.atomic
def resume(row: TipClock, *, by: User) -> TipClock:
    """Let a paused clock run before its pause ends by itself. Raises NotAllowed."""
    tip = _lock_clock(row, by, "work_tipreport").tip
    now, days = timezone.now(), calendar()
    try:
        clock = states.resume(clock_of(row), now, days)
    except Refused as refused:
        raise _refusal(refused) from None
    record(tip, TipEvent.Kind.RESUMED, by=by, **_details(row))
    return _change(row, clock, now, days)


@transaction.atomic
def ask_extension(row: TipClock, *, by: User, amount: int, reason: str) -> TipClock:
    """Ask for more time, in the unit of the rule; somebody else decides. Raises NotAllowed."""
    tip = _lock_clock(row, by, "work_tipreport").tip
    if row.extension_asked is not None:
        raise NotAllowed("Đã có đề nghị gia hạn đang chờ duyệt.")
    reason = cleaned(reason, "lý do gia hạn", MAX_REASON)
    _extended(row, amount)
    row.extension_asked, row.extension_asked_by = amount, by
    row.save(update_fields=["extension_asked", "extension_asked_by"])
    record(tip, TipEvent.Kind.EXTENSION_ASKED, by=by, text=reason, **_details(row, amount))
    return row


def _extended(row: TipClock, amount: int) -> Clock:
    try:
        return states.extend(clock_of(row), timezone.now(), amount, calendar())
    except Refused as refused:
        raise _refusal(refused) from None


@transaction.atomic
def extend(row: TipClock, *, by: User) -> TipClock:
    """Give the time that somebody else asked for, before the clock runs out. Raises NotAllowed."""
    tip, amount = _asked(row, by)
    clock = _extended(row, amount)
    row.extended_by, row.extension_asked = by, None
    record(tip, TipEvent.Kind.EXTENDED, by=by, **_details(row, amount))
    return _change(row, clock, timezone.now(), calendar())


@transaction.atomic
def refuse_extension(row: TipClock, *, by: User, reason: str) -> TipClock:
    """Raises NotAllowed."""
    tip, amount = _asked(row, by)
    reason = cleaned(reason, "lý do không gia hạn", MAX_REASON)
    row.extension_asked = row.extension_asked_by = None
    row.save(update_fields=["extension_asked", "extension_asked_by"])
    record(tip, TipEvent.Kind.EXTENSION_REFUSED, by=by, text=reason, **_details(row, amount))
    return row


def _asked(row: TipClock, by: User) -> tuple[TipReport, int]:
    tip = _lock_clock(row, by, "approve_extension").tip
    if row.extension_asked is None:
        raise NotAllowed("Không có đề nghị gia hạn nào đang chờ.")
    if row.extension_asked_by_id == by.pk:
        raise NotAllowed("Người xin gia hạn không tự duyệt. Hãy nhờ người chỉ huy khác.")
    return tip, row.extension_asked


# A rule is changed by a new version from a day to come, never by editing. The version takes over
# these; only the length and the basis of a clock change.
TAKEN_OVER = (
    "code", "name", "stage", "kinds", "for_grave", "for_remote", "unit", "starts_from",
    "may_pause", "may_extend", "is_legal",
)  # fmt: skip


def check(
    rule: ClockRule, *, by: User, amount: int, valid_from: date, legal_basis: str = ""
) -> None:
    """Raises NotAllowed unless this account may change the rule like that."""
    if not by.has_perm("reports.add_clockrule"):
        raise NotAllowed("Tài khoản này không có quyền đổi thời hạn xử lý.")
    if not sees(by, rule):
        raise NotAllowed("Thời hạn này thuộc xã khác.")
    if valid_from <= timezone.localdate():
        raise NotAllowed("Chọn ngày bắt đầu từ ngày mai: phản ánh đã nhận giữ thời hạn cũ.")
    if amount < 1:
        raise NotAllowed("Thời hạn phải từ 1 trở lên.")
    if rule.is_legal and not legal_basis.strip():
        raise NotAllowed("Thời hạn do luật định: hãy ghi căn cứ (số văn bản, điều, khoản).")


@transaction.atomic
def put_in_force(new: ClockRule, *, instead_of: ClockRule, by: User) -> ClockRule:
    """Save `new` (amount, reminders, first day, basis, note) as the next version of a rule.

    For the commune of the account; for all where it has none. The version before ends the day
    before, one that had not begun goes. Tips received until then keep the old one.
    Raises NotAllowed.
    """
    check(
        instead_of, by=by, amount=new.amount, valid_from=new.valid_from,
        legal_basis=new.legal_basis,
    )  # fmt: skip
    for field in TAKEN_OVER:
        setattr(new, field, getattr(instead_of, field))
    new.commune, new.valid_to = by.commune, None
    versions = ClockRule.objects.select_for_update().filter(commune=by.commune, code=new.code)
    versions.filter(valid_from__gte=new.valid_from).delete()
    for version in versions.filter(valid_to=None) | versions.filter(valid_to__gte=new.valid_from):
        version.valid_to = new.valid_from - timedelta(days=1)
        version.save(update_fields=["valid_to"])
    new.save()
    audit.record(
        "clockrule.added", by=by, target=new, commune=by.commune,
        code=new.code, amount=new.amount, unit=new.unit, valid_from=new.valid_from.isoformat(),
    )  # fmt: skip
    return new
