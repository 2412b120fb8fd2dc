"""Freeze the tip counts published to non-police readers at each month and quarter end.

The first request after the end freezes them: the nightly task or a reader. Of two at once the
unique row of the first stands and both read it. Later changes of tips do not alter them
(docs/decisions/0082).
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Count, Min, QuerySet
from django.db.models.functions import TruncQuarter
from django.utils import timezone

from accounts.models import Commune
from oversight import periods
from oversight.figures.cohorts import KIND, count_each
from oversight.figures.models import PublishedMonth, PublishedQuarter
from oversight.periods import ONE_DAY, Period
from reports.models import TipReport

Cells = Mapping[str, int]


@dataclass(frozen=True)
class Standing:
    """Counts of the past months of a quarter; breakdowns once all are over."""

    months: tuple[int, ...]
    cohorts: Mapping[str, Cells]


def standing(
    commune: Commune, quarters: Iterable[Period], as_of: datetime
) -> dict[Period, Standing]:
    """Counts of these quarters at a moment; freezes what is over."""
    wanted, today = list(quarters), timezone.localdate(as_of)
    if as_of > timezone.now():  # a look ahead freezes nothing
        return {whole: _counted(commune, whole, today) for whole in wanted}
    stored = {row.first: row for row in _rows(PublishedQuarter, commune, wanted)}
    months = {row.first: row.count for row in _rows(PublishedMonth, commune, wanted)}
    return {
        whole: _cut(_of_row(stored[whole.first]), whole, today)
        if whole.first in stored
        else _frozen(commune, whole, today, months)
        for whole in wanted
    }


def standing_of(
    communes: Collection[Commune], quarters: Sequence[Period], as_of: datetime
) -> dict[int, dict[Period, Standing]]:
    """Months of many communes at once, by commune; without breakdowns.

    Missing quarters are frozen commune by commune, except those without any tip.
    """
    today, span = timezone.localdate(as_of), (quarters[0].first, quarters[-1].last)
    whose = {"commune__in": [one.pk for one in communes], "first__range": span}
    stored = {
        (place, first): Standing(tuple(counts), {})
        for place, first, counts in PublishedQuarter.objects.filter(**whose).values_list(
            "commune", "first", "counts__months"
        )
    }
    months = {
        (place, first): count
        for place, first, count in PublishedMonth.objects.filter(**whose).values_list(
            "commune", "first", "count"
        )
    }
    found: dict[int, dict[Period, Standing]] = {one.pk: {} for one in communes}
    missing: list[tuple[Commune, Period]] = []
    for commune in communes:
        for whole in quarters:
            counts = [months.get((commune.pk, one.first)) for one in _over(whole, today)]
            known = tuple(count for count in counts if count is not None)
            if full := stored.get((commune.pk, whole.first)):
                found[commune.pk][whole] = _cut(full, whole, today)
            elif not whole.is_over(today) and len(known) == len(counts):
                found[commune.pk][whole] = Standing(known, {})
            else:
                missing.append((commune, whole))
    with_tips = _with_tips(missing)
    for commune, whole in missing:
        found[commune.pk][whole] = (
            standing(commune, [whole], as_of)[whole] if (commune.pk, whole) in with_tips
            else Standing((0,) * len(_over(whole, today)), {})
        )  # fmt: skip
    return found


def _with_tips(asked: list[tuple[Commune, Period]]) -> set[tuple[int, Period]]:
    """Pairs of these communes and quarters with any tip; one query."""
    if not asked:
        return set()
    tips = publishable_tips().filter(
        commune__in={commune.pk for commune, _whole in asked},
        received_at__gte=min(whole.begins_at for _commune, whole in asked),
        received_at__lt=max(whole.ends_at for _commune, whole in asked),
    )
    rows = tips.order_by().values_list("commune", TruncQuarter("received_at")).distinct()
    return {(commune, periods.quarter_of(at.date())) for commune, at in rows}


def freeze_past(commune: Commune) -> int:
    """Freeze every past month and quarter since the first tip; return the number of rows."""
    oldest = TipReport.objects.filter(commune=commune).aggregate(at=Min("received_at"))["at"]
    if oldest is None:
        return 0
    now, before = timezone.now(), _how_many(commune)
    wanted, whole = [], periods.quarter_of(timezone.localdate(oldest))
    while whole.begins_at <= now:
        wanted.append(whole)
        whole = periods.quarter_of(whole.last + ONE_DAY)
    standing(commune, wanted, now)
    return _how_many(commune) - before


def _how_many(commune: Commune) -> int:
    kinds = (PublishedMonth, PublishedQuarter)
    return sum(kind.objects.filter(commune=commune).count() for kind in kinds)


def _rows[T: (PublishedMonth, PublishedQuarter)](
    kind: type[T], commune: Commune, quarters: list[Period]
) -> "QuerySet[T]":
    span = (quarters[0].first, quarters[-1].last) if quarters else (date.min, date.min)
    return kind.objects.filter(commune=commune, first__range=span)


def _over(whole: Period, today: date) -> list[Period]:
    return [one for one in periods.months_in(whole) if one.is_over(today)]


def _of_row(row: PublishedQuarter) -> Standing:
    return Standing(tuple(row.counts["months"]), row.counts["cohorts"])


def _cut(full: Standing, whole: Period, today: date) -> Standing:
    """Cut the counts to a day within or after the quarter."""
    over = len(_over(whole, today))
    return Standing(full.months[:over], full.cohorts if whole.is_over(today) else {})


@transaction.atomic
def _frozen(commune: Commune, whole: Period, today: date, months: Mapping[date, int]) -> Standing:
    """Freeze what is over, always in the same order: no deadlocks."""
    over = _over(whole, today)
    early = over[:2]  # the last month is frozen with its quarter
    if missing := [one for one in early if one.first not in months]:
        counts = _by_month(commune, missing)
        PublishedMonth.objects.bulk_create(
            [
                PublishedMonth(commune=commune, first=one.first, count=counts[one])
                for one in missing
            ],
            ignore_conflicts=True,
        )
        months = {row.first: row.count for row in _rows(PublishedMonth, commune, [whole])}
    known = tuple(months[one.first] for one in early)
    if not whole.is_over(today):
        return Standing(known, {})
    cohorts = _told_apart(commune, whole)
    # From the same query: a tip between two queries would make months and rows differ for good.
    last = max(0, sum(cohorts[KIND.key].values()) - sum(known))
    PublishedQuarter.objects.bulk_create(
        [
            PublishedQuarter(
                commune=commune, first=whole.first,
                counts={"months": [*known, last], "cohorts": cohorts},
            )
        ],
        ignore_conflicts=True,
    )  # fmt: skip
    return _of_row(PublishedQuarter.objects.get(commune=commune, first=whole.first))


def _counted(commune: Commune, whole: Period, today: date) -> Standing:
    over = _over(whole, today)
    counts = _by_month(commune, over)
    is_over = whole.is_over(today)
    cohorts = _told_apart(commune, whole) if is_over else {}
    return Standing(tuple(counts[one] for one in over), cohorts)


def _by_month(commune: Commune, months: list[Period]) -> dict[Period, int]:
    return {one: _of(commune, one).aggregate(tips=Count("pk"))["tips"] for one in months}


def _told_apart(commune: Commune, whole: Period) -> dict[str, dict[str, int]]:
    tips = _of(commune, whole)
    return count_each(tips, whole.ends_at)


def publishable_tips() -> QuerySet[TipReport]:
    """Tips in the numbers for outsiders.

    Without procedure questions: the figure of questions publishes those exactly, so they could be
    subtracted. Without tips that bar an account: the person concerned could notice the difference
    to their own figure.
    """
    return TipReport.objects.barring_nobody().exclude(kind=TipReport.Kind.PROCEDURE_QUESTION)


def _of(commune: Commune, period: Period) -> QuerySet[TipReport]:
    return publishable_tips().filter(
        commune=commune, received_at__gte=period.begins_at, received_at__lt=period.ends_at
    )
