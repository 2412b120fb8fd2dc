"""Data of a page of figures: place, period, moment, and each figure counted once."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property

from django.utils import timezone

from accounts.scoped_admin.asking import together
from groups.models import Hamlet
from groups.places.querysets import GENERATIONS
from oversight import periods
from oversight.dashboards import charts, period_query
from oversight.dashboards.charts import Chart
from oversight.dashboards.rows import FigureView, figure_view
from oversight.figures.month_ends.late import changed_since
from oversight.figures.registry import compute_asked
from oversight.figures.scopes import Scope
from oversight.figures.table import Counted, Row, Table
from oversight.periods import Period

# A figure of the period of the page, or of another one.
type Key = str | tuple[str, Period]


@dataclass(frozen=True)
class Need:
    """Work that waits: count, how much of it is urgent, the list's address or why there is none."""

    label: str
    count: int
    url: str = ""
    reason: str = ""
    presses: bool = False
    urgent: int = 0


@dataclass(frozen=True)
class Answer:
    """Answer to a question: sentences, charts, tables; `links` are words and addresses."""

    question: str
    sentences: tuple[str, ...]
    pictures: tuple[Chart, ...] = ()
    figures: tuple[FigureView, ...] = ()
    needs: tuple[Need, ...] = ()
    links: tuple[tuple[str, str], ...] = ()
    has_tiles: bool = False

    @property
    def with_numbers(self) -> list[FigureView]:
        return [one for one in self.figures if one.counted.table.rows or not one.counted.table.note]

    @property
    def silent(self) -> dict[str, str]:
        """Names of figures without numbers, by reason."""
        found: dict[str, list[str]] = {}
        for one in self.figures:
            if one not in self.with_numbers:
                found.setdefault(one.counted.table.note, []).append(one.counted.figure.name)
        return {reason: "; ".join(names) for reason, names in found.items()}


@dataclass
class PageContext:
    """Figures of a page; the same figure of the same period is counted once."""

    scope: Scope
    period: Period
    now: datetime
    _counted: dict[tuple[str, Period], Counted] = field(default_factory=dict)

    @property
    def today(self) -> date:
        return timezone.localdate(self.now)

    @cached_property
    def _hamlets_before(self) -> dict[str, list[str]]:
        """Ids of the hamlets from which each hamlet came."""
        links = Hamlet.predecessors.through.objects.filter(
            from_hamlet__commune=self.scope.commune
        ).order_by("to_hamlet__code")
        found: dict[str, list[str]] = {}
        for new, old in links.values_list("from_hamlet", "to_hamlet"):
            found.setdefault(str(new), []).append(str(old))
        return found

    def lines(self, key: str, hamlet: int) -> list[Row]:
        """Lines of a hamlet: its own or, of a frozen day before it was there, of those it came
        from; none if there are none."""
        rows = {row.key: row for row in self.table(key).rows}
        found: list[Row] = []
        missing = [str(hamlet)]
        for _generation in range(GENERATIONS + 1):
            found += [rows[one] for one in missing if one in rows]
            missing = [one for one in missing if one not in rows]
            if not missing:
                break
            missing = [old for one in missing for old in self._hamlets_before.get(one, ())]
        return found

    @property
    def before(self) -> Period:
        return periods.before(self.period)

    @property
    def trend(self) -> Period:
        return period_query.trend(self.period, self.today)

    @property
    def whole_trend(self) -> Period:
        return period_query.trend(self.period, self.today, of_whole=True)

    def ahead(self, *keys: Key) -> None:
        """Count these figures together, in as few round trips as the longest of them needs.

        Those of the longest period first: what it reads of its months does for the others.
        """
        asked = [(key, self.period) if isinstance(key, str) else key for key in keys]
        wanted = [place for place in dict.fromkeys(asked) if place not in self._counted]
        wanted.sort(key=lambda place: place[1].first - place[1].last)
        found = together(
            [compute_asked(key, self.scope, period, as_of=self.now) for key, period in wanted]
        )
        self._counted.update(zip(wanted, found, strict=True))

    def count(self, key: str, period: Period | None = None) -> Counted:
        place = key, period or self.period
        if place not in self._counted:
            self.ahead(place)
        return self._counted[place]

    def table(self, key: str, period: Period | None = None) -> Table:
        return self.count(key, period).table

    def figures(self, *keys: Key) -> tuple[FigureView, ...]:
        self.ahead(*keys)
        pairs = [(key, self.period) if isinstance(key, str) else key for key in keys]
        return tuple(self._view(self.count(key, period)) for key, period in pairs)

    def _view(self, counted: Counted) -> FigureView:
        return figure_view(counted, self.scope, changed_since(counted, self.scope, self.now))

    def months(self, key: str, title: str, *, of_whole: bool = False) -> tuple[Chart, ...]:
        """A column for each of twelve months; nothing if no month has a number."""
        trend = self.whole_trend if of_whole else self.trend
        table, spans = self.table(key, trend), periods.months_in(trend)
        if len(table.rows) != len(spans) or not any(row.values[0] for row in table.rows):
            return ()
        marks = [
            (
                f"{one.first.month}" if one.is_over(self.today) else f"{one.first.month}*",
                _year(one, place),
            )
            for place, one in enumerate(spans)
        ]
        ends = f"{spans[0].words} đến {spans[-1].words}"
        if not spans[-1].is_over(self.today):
            ends += " (* chưa hết tháng)"
        return (charts.columns(table, key=f"{key}-thang", title=f"{title}, {ends}", marks=marks),)


def _year(month: Period, place: int) -> str:
    """Year below January, and below the first month unless January follows."""
    is_named = month.first.month == 1 or (not place and month.first.month != 12)
    return str(month.first.year) if is_named else ""


def parts(column: str, rows: Iterable[tuple[str, int | None]]) -> Table:
    """Table of parts with their total."""
    lines = tuple(Row(label, (number,)) for label, number in rows)
    known = [row.values[0] for row in lines if row.values[0] is not None]
    total = sum(known) if len(known) == len(lines) else None
    return Table((column,), lines, Row("Cộng", (total,)))
