"""Count a month of some places, by the querysets that the figures use for uncounted days."""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Min

from broadcasts.models import Delivery
from groups.coverage import households
from groups.models import Hamlet
from oversight import periods
from oversight.figures.clocks import clock_states, may_run_out, within
from oversight.figures.cohorts import COHORTS
from oversight.figures.deliveries import (
    arrivals,
    by_hand_and_group,
    by_speed,
    by_topic,
    due,
    groups_reached,
)
from oversight.figures.models import Subject
from oversight.periods import Period
from procedures.models import Question
from reports.models import Referral, TipReport

type Counts = dict[str, Any]


@dataclass
class Counted:
    """Counts of a place, and the moment until which they hold without a write."""

    counts: Counts = field(default_factory=lambda: defaultdict(dict))
    good_until: datetime | None = None

    def changes_at(self, moment: datetime | None) -> None:
        if moment is not None and (self.good_until is None or moment < self.good_until):
            self.good_until = moment


type Places = Mapping[int, Counted]


def count(subject: str, month: date, places: Collection[int], as_of: datetime) -> Places:
    """Counts of a month by place, without places that have none."""
    return count_span(subject, periods.month_of(month), places, as_of)


def count_span(subject: str, span: Period, places: Collection[int], as_of: datetime) -> Places:
    """Counts of any days by place."""
    found: defaultdict[int, Counted] = defaultdict(Counted)
    _COUNTING[Subject(subject)](found, span, places, as_of)
    return found


def _tips(
    found: defaultdict[int, Counted], month: Period, communes: Collection[int], as_of: datetime
) -> None:
    tips = TipReport.objects.filter(
        commune__in=communes, received_at__gte=month.begins_at, received_at__lt=month.ends_at
    )
    for cohort in COHORTS:
        for commune, row, number in cohort.by_commune(tips, as_of):
            found[commune].counts[cohort.key][row] = number
    clocks = clock_states(tips, as_of).order_by()
    states = clocks.values_list("tip__commune", "stage", "stands")
    for commune, stage, stands, number in states.annotate(Count("pk")):
        found[commune].counts["tip_clocks"][f"{stage} {stands}"] = number
    gone = Referral.objects.filter(within("handed_over_at", [month]), tip__commune__in=communes)
    slips = gone.order_by().values_list("tip__commune", "to", "state").annotate(Count("pk"))
    for commune, to, state, number in slips:
        found[commune].counts["transfers"][f"{to} {state}"] = number
    for changes in may_run_out(tips, as_of):
        for commune, moment in changes.values_list("at").annotate(Min("moment")):
            found[commune].changes_at(moment)


def _posts(
    found: defaultdict[int, Counted], month: Period, communes: Collection[int], as_of: datetime
) -> None:
    deliveries = Delivery.objects.filter(commune__in=communes)
    for row in by_topic(arrivals(deliveries, [month])):
        values = [row["by_api"], row["by_hand"], sorted(row["posts"])]
        found[row["commune"]].counts["arrived"][str(row["broadcast__topic"])] = values
    for row in by_speed(due(deliveries, [month])):
        key = f"{row['way']} {row['speed']}"
        found[row["commune"]].counts["speed"][key] = row["deliveries"]
    for commune, group, status, number in by_hand_and_group(due(deliveries, [month])):
        counts = found[commune].counts
        counts["hand"][status] = counts["hand"].get(status, 0) + number
        counts["hand_groups"][f"{group} {status}"] = number
    for commune, groups in groups_reached(arrivals(deliveries, [month])):
        found[commune].counts["reached"] = sorted(groups)


def _questions(
    found: defaultdict[int, Counted], month: Period, communes: Collection[int], as_of: datetime
) -> None:
    asked = Question.objects.filter(
        commune__in=communes, asked_on__gte=month.first, asked_on__lte=month.last
    )
    rows = asked.order_by().values_list("commune", "outcome", "channel").annotate(Count("pk"))
    for commune, outcome, channel, number in rows:
        found[commune].counts["asked"][f"{outcome} {channel}"] = number


def _coverage(
    found: defaultdict[int, Counted], month: Period, hamlets: Collection[int], as_of: datetime
) -> None:
    for pk, place in households.by_hamlet(Hamlet.objects.filter(pk__in=hamlets)).items():
        if place.listed or place.members:
            found[pk].counts.update({name: getattr(place, name) for name in households.COUNTED})


_COUNTING: dict[
    Subject,
    Callable[[defaultdict[int, Counted], Period, Collection[int], datetime], None],
] = {
    Subject.TIPS: _tips,
    Subject.POSTS: _posts,
    Subject.QUESTIONS: _questions,
    Subject.COVERAGE: _coverage,
}
