"""Begin, stop and change the clocks of a tip as its steps ask for.

`reports.clocks.rules` decides what a clock does; here it is read and written. A step calls the
function of its name inside its own transaction, after it set the columns of the tip.
`TipReport.next_due_at` is the nearest end of an open clock that binds us.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from hashlib import sha256

from django.core.cache import cache
from django.db import transaction
from django.utils import timezone

from accounts.workflow.services import lock
from reports.clocks import occasions, states
from reports.clocks.models import ClockRule, TipClock
from reports.clocks.rows import Clocks, calendar, facts_of, note_next_due, stretches
from reports.clocks.rules import Facts, Stage, Start
from reports.tips.models import TipReport
from reports.triage.models import Referral

CALENDAR_KEY = "reports:calendar"
TO_INVESTIGATORS = (Referral.To.INVESTIGATING_AGENCY, Referral.To.OTHER_POLICE)
# Stages that end once the reporter knows the result (and so that the tip was received).
WHEN_TOLD = (Stage.ACKNOWLEDGE, Stage.ANSWER)
# Stages that end with an outcome, whatever it is.
OF_WORK = (Stage.FIRST_LOOK, Stage.INFORM, Stage.TRANSFER, Stage.WORK)


@contextmanager
def _changing(tip: TipReport, at: datetime) -> Iterator[Clocks]:
    """The clocks of a tip to be changed in one transaction; then its nearest end is written."""
    with transaction.atomic():
        clocks, was_running = Clocks(tip, at), tip.next_due_at is not None
        yield clocks
        note_next_due(tip)
        if was_running:
            occasions.follow(tip)


def start_clocks(tip: TipReport) -> None:
    """Begin the clocks of a tip that came in; or anew of one that was closed by mistake.

    The first time they count from the receipt. Later, what was done stays done, and whoever gets
    the rest has a day at least.
    """
    with _changing(tip, timezone.now()) as clocks:
        facts = facts_of(tip)
        if clocks.rows:
            clocks.open(_sorted(clocks, before=facts).opened)
            return
        clocks.open(states.at_receipt(clocks.rules, facts, tip.received_at))
        if tip.receipt_hash:  # the receipt tells its reporter that the tip came in
            clocks.at = tip.received_at
            clocks.stop(Stage.ACKNOWLEDGE)


def _sorted(clocks: Clocks, *, before: Facts) -> states.Changes:
    return states.reclassified(
        clocks.clocks,
        clocks.rules,
        before=before,
        after=facts_of(clocks.tip),
        received_at=clocks.tip.received_at,
        at=clocks.at,
        calendar=clocks.days,
    )


def sorted_first(tip: TipReport, *, at: datetime) -> None:
    """Start the clocks of the kind of a tip sorted for the first time, from the receipt."""
    _resort(tip, Facts(""), at, Stage.FIRST_LOOK)


def reclassified(tip: TipReport, *, at: datetime) -> None:
    """Change the clocks of a tip sorted anew, or found to lie in a remote hamlet: what turned out
    grave counts from now, the rest from the receipt. The time of receipt stays."""
    _resort(tip, facts_of(tip), at)


def _resort(tip: TipReport, before: Facts, at: datetime, *looked: Stage) -> None:
    with _changing(tip, at) as clocks:
        clocks.stop(*looked)
        done = _sorted(clocks, before=before)
        clocks.cancel_each(done.cancelled)
        clocks.open(done.opened)


def stop(tip: TipReport, *stages: str, at: datetime) -> None:
    """Stop the clocks of these stages; one that is stopped keeps its first time."""
    with _changing(tip, at) as clocks:
        clocks.stop(*stages)


def referred(tip: TipReport, *, to: str, at: datetime) -> None:
    """Stop our clock of a tip handed over by a slip; begin the reminder to ask for the result."""
    with _changing(tip, at) as clocks:
        if to in TO_INVESTIGATORS:
            clocks.stop(Stage.INFORM, Stage.TRANSFER)
        if to == Referral.To.INVESTIGATING_AGENCY:
            _begin(clocks, Start.REFERRED)


def _begin(clocks: Clocks, start: Start) -> None:
    """Begin the clocks of this step; those of the step before that still run are replaced."""
    tip = clocks.tip
    begun = states.begun(clocks.rules, facts_of(tip), tip.received_at, start, clocks.at)
    clocks.cancel(*{clock.rule.stage for clock in begun})
    clocks.open(begun)


def asked_receiver(tip: TipReport, *, at: datetime, has_result: bool) -> None:
    """Stop all reminders once the receiver has a result, else only the one that was due."""
    with _changing(tip, at) as clocks:
        if has_result:
            clocks.stop(Stage.FOLLOW_UP)
        else:
            clocks.stop_due(Stage.FOLLOW_UP)


def came_back(tip: TipReport, *, at: datetime) -> None:
    """Let the clock of the transfer go on with what it had left: the receiver refused the tip."""
    with _changing(tip, at) as clocks:
        clocks.cancel(Stage.FOLLOW_UP)
        _reopen(clocks)


def resolved(tip: TipReport, *, at: datetime) -> None:
    """Stop the clocks of the work on an outcome; the one to tell the reporter begins."""
    with _changing(tip, at) as clocks:
        clocks.stop(*OF_WORK)
        _begin(clocks, Start.RESOLVED)


def closed(tip: TipReport, *, at: datetime) -> None:
    """End the clocks of a closed tip. Nobody is late in telling whom nobody could tell; reminders
    to ask other authorities stay."""
    with _changing(tip, at) as clocks:
        clocks.stop(*OF_WORK)
        clocks.cancel(*WHEN_TOLD)


def reopened(tip: TipReport, *, at: datetime) -> None:
    """Go on with the time that was left, at least a day; what was late stays late."""
    with _changing(tip, at) as clocks:
        clocks.cancel(Stage.ANSWER, Stage.FOLLOW_UP)
        _reopen(clocks)


def _reopen(clocks: Clocks) -> None:
    clocks.open(
        states.reopened(
            clocks.clocks,
            clocks.rules,
            facts=facts_of(clocks.tip),
            received_at=clocks.tip.received_at,
            at=clocks.at,
            calendar=clocks.days,
        )
    )


def cancel_all(tip: TipReport) -> None:
    """Cancel every clock of a tip that goes no further (a duplicate, a single line)."""
    with _changing(tip, timezone.now()) as clocks:
        clocks.cancel(*Stage)


@transaction.atomic
def count_anew(tip: TipReport) -> None:
    """Reckon the open clocks again, after the calendar changed or a pause was over."""
    lock(tip)
    with _changing(tip, timezone.now()) as clocks:
        clocks.refresh()


def end_pauses(now: datetime) -> int:
    """Let clocks run again once their pause is over; returns of how many tips."""
    paused = TipClock.objects.filter(state=TipClock.State.PAUSED).select_related("tip")
    over = {row.tip for row in paused if all(pause.end <= now for pause in stretches(row.pauses))}
    for tip in over:
        count_anew(tip)
    return len(over)


def tend(now: datetime) -> None:
    """End pauses that are over, and reckon anew once the calendar changed.

    The calendar is compared, not listened to: days off loaded by any means move the clocks, and a
    lost cache costs one more reckoning.
    """
    end_pauses(now)
    known = sha256(repr(sorted(calendar().items())).encode()).hexdigest()
    if cache.get(CALENDAR_KEY) != known:
        follow_calendar()
        cache.set(CALENDAR_KEY, known, timeout=None)


def follow_calendar() -> int:
    """Reckon every open clock in working days again; returns of how many tips."""
    rows = TipClock.objects.open().filter(rule__unit=ClockRule.Unit.WORKING_DAYS)
    tips = TipReport.objects.filter(pk__in=rows.values("tip")).order_by("pk")
    count = 0
    for tip in tips.iterator(chunk_size=500):
        count_anew(tip)
        count += 1
    return count
