"""Indicators of a period: the share, those it is compared with, its months, target and verdict."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from fractions import Fraction

from django.utils import timezone

from oversight import periods
from oversight.figures.month_ends.models import MonthEndCount
from oversight.figures.registry import compute_all
from oversight.figures.scopes import Scope
from oversight.indicators.models import Target
from oversight.indicators.registry import INDICATORS, Indicator, Share
from oversight.periods import Period

NEAR = Fraction(9, 10)
POINTS = 12


class Verdict(StrEnum):
    """A word on an indicator, in the order in which leaders read them."""

    MISSED = "Chưa đạt"
    NEAR = "Gần đạt"
    RUNNING = "Đang tính"
    LATER = "Chưa tới hạn"
    NO_TARGET = "Chưa đặt mục tiêu"
    NOTHING = "Không phát sinh"
    UNKNOWN = "Chưa có số"
    MET = "Đạt"


@dataclass(frozen=True)
class Reading:
    """An indicator in a period. Shares that are not known are None.

    `months`: the twelve up to the period, the oldest first. `expected`: the target on its last
    day, in per cent.
    """

    indicator: Indicator
    now: Share | None
    before: Share | None
    year_before: Share | None
    months: tuple[tuple[Period, Share | None], ...]
    target: Target | None
    expected: Fraction | None
    verdict: Verdict
    is_estimated: bool = False

    @property
    def reached(self) -> Fraction:
        """How much of the target was reached; 1 without a number or a target."""
        if self.now is None or not self.now.whole or not self.expected:
            return Fraction(1)
        return percent(self.now) / self.expected


def percent(share: Share) -> Fraction:
    return Fraction(100 * share.part, share.whole)


def read(
    scope: Scope, period: Period, as_of: datetime, *, frozen_only: bool = False
) -> list[Reading]:
    """All indicators of a commune, those that miss their targets first.

    Those that no month end has frozen are counted anew; with `frozen_only` they are unknown.
    """
    today = timezone.localdate(as_of)
    months = _months_until(period, today)
    then, a_year_ago = periods.before(period), periods.year_before(period)
    frozen = _frozen(scope, [one for one in (period, then, a_year_ago, *months) if one])
    targets = _targets(scope, min(period.last, today))
    counted = {} if frozen_only else _counted(scope, period, as_of, frozen)
    readings = []
    for indicator in INDICATORS:
        now = frozen.share(indicator, period) or counted.get(indicator.key)
        target = targets.get(indicator.key)
        expected = expected_on(target, min(period.last, today)) if target else None
        readings.append(
            Reading(
                indicator, now,
                frozen.share(indicator, then),
                frozen.share(indicator, a_year_ago) if a_year_ago else None,
                tuple(
                    (one, now if one == period else frozen.share(indicator, one)) for one in months
                ),
                target, expected,
                _verdict(now, target, expected, period, is_over=period.is_over(today)),
                frozen.is_estimated(indicator, period),
            )
        )  # fmt: skip
    order = list(Verdict)
    return sorted(readings, key=lambda one: (order.index(one.verdict), one.reached))


def expected_on(target: Target, day: date) -> Fraction:
    """A target on a day that it covers, in per cent."""
    value, begin = Fraction(target.value), Fraction(target.begins_with)
    if target.shape != Target.Shape.PATH or target.last == target.first:
        return value
    gone = Fraction((day - target.first).days, (target.last - target.first).days)
    return begin + (value - begin) * gone


@dataclass
class _Frozen:
    """Numbers frozen at the ends of periods, by first day (None: as it stood), last day, figure."""

    numbers: dict[tuple[date | None, date, str], list[tuple[str, str, int | None]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    estimated: set[tuple[date, str]] = field(default_factory=set)

    def share(self, indicator: Indicator, period: Period) -> Share | None:
        first = period.first if indicator.is_flow else None
        numbers = self.numbers.get((first, period.last, indicator.figure.key))
        return indicator.of(numbers) if numbers else None

    def is_estimated(self, indicator: Indicator, period: Period) -> bool:
        return (period.last, indicator.figure.key) in self.estimated


def _frozen(scope: Scope, spans: Collection[Period]) -> _Frozen:
    """One query for all indicators and periods."""
    names = [f"{one.figure.key}.{column}" for one in INDICATORS for column in one.columns]
    rows = MonthEndCount.objects.filter(
        commune=scope.commune, month_end__in={one.last for one in spans}, indicator__in=names
    ).order_by()
    found = _Frozen()
    for first, last, name, line, number, is_estimated in rows.values_list(
        "first", "month_end", "indicator", "line", "numerator", "is_estimated"
    ):
        key, _dot, column = name.partition(".")
        found.numbers[first, last, key].append((line, column, number))
        if is_estimated:
            found.estimated.add((last, key))
    return found


def _counted(scope: Scope, period: Period, as_of: datetime, frozen: _Frozen) -> dict[str, Share]:
    """Indicators of a period that is not frozen. The past state of a figure of the moment is not
    known, so it is left out."""
    is_over = period.is_over(timezone.localdate(as_of))
    missing = [
        one for one in INDICATORS
        if frozen.share(one, period) is None and not (is_over and one.figure.is_of_moment)
    ]  # fmt: skip
    keys = [one.figure.key for one in missing]
    counted = compute_all(keys, scope, period, as_of=as_of) if keys else []
    return {
        one.key: one.of_table(found.table)
        for one, found in zip(missing, counted, strict=True)
        if found.table.rows
    }


def _targets(scope: Scope, day: date) -> dict[str, Target]:
    rows = Target.objects.filter(commune=scope.commune, first__lte=day, last__gte=day)
    return {row.indicator: row for row in rows}


def _months_until(period: Period, today: date) -> Sequence[Period]:
    end = periods.month_of(min(period.last, today))
    return tuple(reversed(list(_back_from(end))))


def _back_from(month: Period) -> Iterator[Period]:
    for _number in range(POINTS):
        yield month
        month = periods.before(month)


def _verdict(
    now: Share | None, target: Target | None, expected: Fraction | None, period: Period, *,
    is_over: bool,
) -> Verdict:  # fmt: skip
    if now is None:
        return Verdict.UNKNOWN
    if not now.whole:
        return Verdict.NOTHING
    if not is_over:
        return Verdict.RUNNING
    if target is None or expected is None:
        return Verdict.NO_TARGET
    if percent(now) >= expected:
        return Verdict.MET
    if target.shape == Target.Shape.BY_END and period.last < target.last:
        return Verdict.LATER
    return Verdict.NEAR if percent(now) >= NEAR * expected else Verdict.MISSED
