"""Have somebody told that the time of a tip runs out."""

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import DurationField, ExpressionWrapper, F, QuerySet
from django.utils import timezone

from accounts.workflow.services import lock
from duty.models import Occasion
from duty.occasions.models import subject_of
from duty.services import close_occasions, open_occasion
from reports.clocks.models import TipClock
from reports.clocks.rows import stretches
from reports.clocks.rules import merged
from reports.tips.models import TipReport
from reports.tips.occasions import NOT_TAKEN_UP

QUARTER, HOUR, OVERDUE = "clock_quarter", "clock_hour", "clock_overdue"
KINDS: Final = (QUARTER, HOUR, OVERDUE)
AN_HOUR: Final = timedelta(hours=1)


def kind_of(row: TipClock, now: datetime) -> str:
    """The kind that a running clock has come to; blank where time is left, and while it rests.

    A quarter of its time, without what did not count. By day and night in the last hour of a term
    of law; of a term of an hour, in its last quarter.
    """
    if row.due_at < now:
        return OVERDUE
    rests = merged((*stretches(row.pauses), *stretches(row.gaps)))
    span = row.due_at - row.started_at - sum((one.end - one.start for one in rests), timedelta())
    left = row.due_at - now
    if row.state == TipClock.State.PAUSED or left > span / 4:
        return ""
    return HOUR if row.rule.is_legal and left <= AN_HOUR else QUARTER


def near_their_end(now: datetime) -> QuerySet[TipClock]:
    """Running clocks in their last quarter or past it, of tips that still have their content."""
    quarter = ExpressionWrapper((F("due_at") - F("started_at")) / 4, output_field=DurationField())
    rows = TipClock.objects.open().binding().filter(tip__emptied_at=None)
    return rows.exclude(tip__status="closed").filter(due_at__lte=now + quarter)


def kinds_of(tip: int, now: datetime) -> set[str]:
    """The kinds that the clocks of one tip have come to."""
    rows = near_their_end(now).filter(tip=tip).select_related("rule")
    return {kind for row in rows if (kind := kind_of(row, now))}


def follow(tip: TipReport) -> None:
    """Close what no longer holds after a clock was stopped or changed."""
    if Occasion.objects.open().of_subject(subject_of(tip), KINDS).exists():
        over = set(KINDS) - kinds_of(tip.pk, timezone.now())
        if over:
            close_occasions(tip, *sorted(over))


def follow_all(now: datetime) -> None:
    """Open and close by the hour, for all tips."""
    wanted: dict[int, set[str]] = {}
    for row in near_their_end(now).select_related("rule"):
        if kind := kind_of(row, now):
            wanted.setdefault(row.tip_id, set()).add(kind)
    standing: dict[int, set[str]] = {}
    for one in Occasion.objects.open().filter(kind__in=KINDS):
        standing.setdefault(one.subject_pk, set()).add(one.kind)
    changed = [pk for pk in {*wanted, *standing} if wanted.get(pk, set()) != standing.get(pk)]
    for pk in sorted(changed):
        _follow_by_the_hour(pk, now)


@transaction.atomic
def _follow_by_the_hour(pk: int, now: datetime) -> None:
    """Of a tip that nobody has taken up yet, somebody is told already: its quarter adds nothing."""
    tip = TipReport.objects.filter(pk=pk).first()
    if tip is None:
        return
    lock(tip)
    kinds, name = kinds_of(pk, now), subject_of(tip)
    known = set(Occasion.objects.open().of_subject(name).values_list("kind", flat=True))
    if known.intersection(NOT_TAKEN_UP):
        kinds.discard(QUARTER)
    for kind in sorted(kinds - known):
        open_occasion(kind, tip, commune=tip.commune, due_at=tip.next_due_at)
    if over := known.intersection(KINDS) - kinds:
        close_occasions(tip, *sorted(over))
