"""The hour at which a matter wants a person: one rule for the home page and the list of duty."""

from datetime import datetime, timedelta
from typing import Final

from django.utils import timezone

from accounts.scoped_admin.terms import PLAIN, Term
from accounts.scoped_admin.work_lists import Level

NOW, TODAY, WEEK, KNOW = "ngay", "hom-nay", "tuan-nay", "de-biet"
TITLES: Final = {
    NOW: "Ngay bây giờ",
    TODAY: "Hôm nay",
    WEEK: "Tuần này",
    KNOW: "Để biết",
}
PRESSING: Final = timedelta(hours=1)
A_WEEK: Final = timedelta(days=7)


def hour_of(level: Level, due_at: datetime | None, now: datetime, *, is_others: bool) -> str:
    """Overdue is today's work; what another has taken is there to know of."""
    if is_others:
        return KNOW
    if level == Level.NOW or (due_at is not None and now <= due_at <= now + PRESSING):
        return NOW
    if level == Level.SHIFT:
        return KNOW
    if due_at is None or due_at < _midnight(now):
        return TODAY
    return WEEK if due_at <= now + A_WEEK else KNOW


def due_words(due_at: datetime | None, now: datetime, term: Term = PLAIN) -> str:
    """`quá hạn xử lý`, `hạn xử lý 16:30`, `hạn xử lý 03/12`; blank without a moment."""
    if due_at is None:
        return ""
    local = timezone.localtime(due_at)
    if due_at < now:
        return term.over if due_at > now - A_WEEK else f"{term.over} từ {local:%d/%m}"
    at = f"{local:%H:%M}" if due_at < _midnight(now) else f"{local:%d/%m}"
    return f"{term.ahead} {at}"


def _midnight(now: datetime) -> datetime:
    """The end of the day."""
    start = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    return start + timedelta(days=1)
