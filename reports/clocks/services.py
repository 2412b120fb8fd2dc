"""The clocks of a tip, begun, stopped and changed as its steps ask for.

What a clock does is decided in `reports.clocks.rules`; here it is read, asked and written. A step
calls the function of its name inside its own transaction, after it set the columns of the tip.
`TipReport.next_due_at` is the nearest end of an open clock that binds us.
"""

from datetime import datetime
from hashlib import sha256

from django.core.cache import cache
from django.db import transaction
from django.utils import timezone

from reports.clocks import states
from reports.clocks.models import ClockRule, TipClock
from reports.clocks.rows import Clocks, calendar, facts_of, stretches
from reports.clocks.rules import Facts, Stage, Start
from reports.tips.models import TipReport
from reports.triage.models import Referral

CALENDAR_KEY = "reports:calendar"
TO_INVESTIGATORS = (Referral.To.INVESTIGATING_AGENCY, Referral.To.OTHER_POLICE)
# What ends with an outcome, whatever it is.
OF_WORK = (Stage.FIRST_LOOK, Stage.INFORM, Stage.TRANSFER, Stage.WORK)


@transaction.atomic
def start_clocks(tip: TipReport) -> None:
    """Begin the clocks of a tip that came in; or of one that was closed by mistake, anew.

    The first time they count from the receipt. Later, what was done stays done, and whoever is
    handed the rest has a day at least.
    """
    clocks = Clocks(tip, timezone.now())
    facts = facts_of(tip)
    if clocks.rows:
        clocks.open(_sorted(clocks, before=facts).opened)
    else:
        clocks.open(states.at_receipt(clocks.rules, facts, tip.received_at))
        if tip.receipt_hash:  # the receipt is what tells its reporter that the tip came in
            clocks.at = tip.received_at
            clocks.stop(Stage.ACKNOWLEDGE)
    clocks.done()


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


@transaction.atomic
def sorted_first(tip: TipReport, *, at: datetime) -> None:
    """Somebody looked and sorted: the clocks of its kind count from the receipt."""
    _resort(tip, Facts(""), at, Stage.FIRST_LOOK)


@transaction.atomic
def reclassified(tip: TipReport, *, at: datetime) -> None:
    """Sorted anew, or found to lie in a remote hamlet: what turned out grave counts from now, what
    is not grave from the receipt. The time of receipt stays."""
    _resort(tip, facts_of(tip), at)


def _resort(tip: TipReport, before: Facts, at: datetime, *looked: Stage) -> None:
    clocks = Clocks(tip, at)
    clocks.stop(*looked)
    done = _sorted(clocks, before=before)
    clocks.cancel_each(done.cancelled)
    clocks.open(done.opened)
    clocks.done()


@transaction.atomic
def stop(tip: TipReport, *stages: str, at: datetime) -> None:
    """These stages were done; whatever is done already keeps its first time."""
    clocks = Clocks(tip, at)
    clocks.stop(*stages)
    clocks.done()


@transaction.atomic
def told_quickly(tip: TipReport, *, at: datetime) -> None:
    """The investigating agency was told by the fastest means."""
    stop(tip, Stage.INFORM, at=at)


@transaction.atomic
def referred(tip: TipReport, *, to: str, at: datetime) -> None:
    """Handed over by a slip: our clock stops, and a reminder to ask what became of it begins."""
    clocks = Clocks(tip, at)
    if to in TO_INVESTIGATORS:
        clocks.stop(Stage.INFORM, Stage.TRANSFER)
    if to == Referral.To.INVESTIGATING_AGENCY:
        _begin(clocks, Start.REFERRED)
    clocks.done()


def _begin(clocks: Clocks, start: Start) -> None:
    """Clocks that begin with this step; those of the step before that still run are replaced."""
    tip = clocks.tip
    begun = states.begun(clocks.rules, facts_of(tip), tip.received_at, start, clocks.at)
    clocks.cancel(*{clock.rule.stage for clock in begun})
    clocks.open(begun)


@transaction.atomic
def asked_receiver(tip: TipReport, *, at: datetime, has_result: bool) -> None:
    """The receiver was asked: with a result nothing is asked any more, else the reminder that was
    due has done its work and the later one stays."""
    clocks = Clocks(tip, at)
    if has_result:
        clocks.stop(Stage.FOLLOW_UP)
    else:
        clocks.stop_due(Stage.FOLLOW_UP)
    clocks.done()


@transaction.atomic
def came_back(tip: TipReport, *, at: datetime) -> None:
    """The receiver refused it: the clock of the transfer goes on with what it had left."""
    clocks = Clocks(tip, at)
    clocks.cancel(Stage.FOLLOW_UP)
    _reopen(clocks)


@transaction.atomic
def resolved(tip: TipReport, *, at: datetime) -> None:
    """There is an outcome: the work is done, the reporter is to be told."""
    clocks = Clocks(tip, at)
    clocks.stop(*OF_WORK)
    _begin(clocks, Start.RESOLVED)
    clocks.done()


@transaction.atomic
def told(tip: TipReport, *, at: datetime) -> None:
    """The reporter knows the result, and so also that the tip was received."""
    stop(tip, Stage.ACKNOWLEDGE, Stage.ANSWER, at=at)


@transaction.atomic
def closed(tip: TipReport, *, at: datetime) -> None:
    """The end. Whom nobody could tell, nobody is late in telling; questions to others stay."""
    clocks = Clocks(tip, at)
    clocks.stop(*OF_WORK)
    clocks.cancel(Stage.ACKNOWLEDGE, Stage.ANSWER)
    clocks.done()


@transaction.atomic
def reopened(tip: TipReport, *, at: datetime) -> None:
    """Work goes on with the time that was left, at least a day; what was late stays late."""
    clocks = Clocks(tip, at)
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
    clocks.done()


@transaction.atomic
def cancel_all(tip: TipReport) -> None:
    """The tip goes no further (a duplicate, a single line): no clock of it runs."""
    clocks = Clocks(tip, timezone.now())
    clocks.cancel(*Stage)
    clocks.done()


# With time and calendar


@transaction.atomic
def count_anew(tip: TipReport) -> None:
    """Reckon the open clocks again, after the calendar changed or a pause was over."""
    tip = TipReport.objects.select_for_update(of=("self",)).get(pk=tip.pk)
    clocks = Clocks(tip, timezone.now())
    clocks.refresh()
    clocks.done()


def end_pauses(now: datetime) -> int:
    """Say of clocks whose pause is over that they run again. Returns of how many tips."""
    paused = TipClock.objects.filter(state=TipClock.State.PAUSED).select_related("tip")
    over = {row.tip for row in paused if all(pause.end <= now for pause in stretches(row.pauses))}
    for tip in over:
        count_anew(tip)
    return len(over)


def tend(now: datetime) -> None:
    """End pauses that are over, and reckon anew once the calendar is another than the last time.

    The calendar is compared, not listened to: a list of days off that was loaded by whatever way
    moves the clocks, and a cache that was lost costs one more reckoning.
    """
    end_pauses(now)
    known = sha256(repr(sorted(calendar().items())).encode()).hexdigest()
    if cache.get(CALENDAR_KEY) != known:
        follow_calendar()
        cache.set(CALENDAR_KEY, known, timeout=None)


def follow_calendar() -> int:
    """Reckon every open clock in working days again. Returns of how many tips."""
    rows = TipClock.objects.open().filter(rule__unit=ClockRule.Unit.WORKING_DAYS)
    tips = TipReport.objects.filter(pk__in=rows.values("tip")).order_by("pk")
    count = 0
    for tip in tips.iterator(chunk_size=500):
        count_anew(tip)
        count += 1
    return count
