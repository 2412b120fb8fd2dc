"""Querysets of the deadlines (clocks) of tips for the figures."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from django.db.models import Case, CharField, F, Q, QuerySet, Value, When

from oversight.periods import Period
from reports.models import Referral, TipClock, TipReport


def clock_states(tips: QuerySet[TipReport], as_of: datetime) -> QuerySet[Any]:
    """Counted clocks of these tips, annotated with `stands`."""
    state = Case(
        When(stopped_at__lte=F("due_at"), then=Value("met")),
        When(stopped_at__isnull=False, then=Value("late")),
        When(due_at__gte=as_of, then=Value("open")),
        default=Value("overdue"),
        output_field=CharField(),
    )
    return _that_count(tips).annotate(stands=state)


def may_run_out(tips: QuerySet[TipReport], as_of: datetime) -> Iterator[QuerySet[Any]]:
    """Moments at which these counts change without a write: `at` (commune), `moment`."""
    late = _that_count(tips).filter(due_at__gte=as_of)
    late = late.filter(Q(stopped_at=None) | Q(stopped_at__gt=F("due_at")))
    yield late.order_by().annotate(at=F("tip__commune"), moment=F("due_at"))
    for name in ("resolved_at", "closed_at", "told_at"):
        ahead = tips.filter(**{f"{name}__gt": as_of}).order_by()
        yield ahead.annotate(at=F("commune"), moment=F(name))
    gone = Referral.objects.filter(tip__in=tips.values("pk"), handed_over_at__gt=as_of)
    yield gone.order_by().annotate(at=F("tip__commune"), moment=F("handed_over_at"))


def within(name: str, spans: Iterable[Period]) -> Q:
    """Condition: the moment is in one of the spans."""
    found = Q(pk__in=[])
    for span in spans:
        found |= Q((f"{name}__gte", span.begins_at), (f"{name}__lt", span.ends_at))
    return found


def _that_count(tips: QuerySet[TipReport]) -> QuerySet[TipClock]:
    clocks = TipClock.objects.binding().exclude(state=TipClock.State.CANCELLED)
    return clocks.filter(tip__in=tips.values("pk"))
