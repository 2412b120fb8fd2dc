"""Read a period: the months with valid slices, and the days to count by row.

One statement reads both, so that a write is either in a slice or its month is counted by row: the
result equals a full count at that moment. All subjects of a period are read at once and cached for
the page.
"""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import connection

from oversight import periods
from oversight.figures.models import NO_MONTH, Subject
from oversight.periods import ONE_DAY, Period

_MONTHS = """
SELECT subject, month, counts,
    counted_at <= %(as_of)s AND (good_until IS NULL OR good_until > %(as_of)s)
FROM oversight_figureslice
WHERE subject = ANY(%(subjects)s) AND place = %(place)s AND month BETWEEN %(first)s AND %(last)s
UNION ALL
SELECT DISTINCT subject, month, NULL::jsonb, false FROM oversight_dirtyslice
WHERE subject = ANY(%(subjects)s) AND place = %(place)s AND month BETWEEN %(first)s AND %(last)s
"""
_BY_COMMUNE = [Subject.TIPS.value, Subject.POSTS.value, Subject.QUESTIONS.value]
_PLACES = """
SELECT place, counts FROM oversight_figureslice
WHERE subject = %(subject)s AND place = ANY(%(places)s) AND month = %(month)s
UNION ALL
SELECT DISTINCT place, NULL::jsonb FROM oversight_dirtyslice
WHERE subject = %(subject)s AND place = ANY(%(places)s) AND month = %(month)s
"""
_MONTHS_OF_PLACES = """
SELECT place, month,
    (SELECT jsonb_object_agg(part, counts -> part) FROM unnest(%(parts)s::text[]) part
        WHERE counts ? part),
    counted_at <= %(as_of)s AND (good_until IS NULL OR good_until > %(as_of)s)
FROM oversight_figureslice
WHERE subject = %(subject)s AND place = ANY(%(places)s) AND month BETWEEN %(first)s AND %(last)s
UNION ALL
SELECT DISTINCT place, month, NULL::jsonb, false FROM oversight_dirtyslice
WHERE subject = %(subject)s AND place = ANY(%(places)s) AND month BETWEEN %(first)s AND %(last)s
"""


# Counts of months by subject; None for a month to count by row.
type Months = dict[str, dict[date, dict[str, Any] | None]]


@dataclass
class Read:
    """Cache of a page, one statement for each period: its figures are of one moment.

    `told_apart` has the tips outside the slices, by cohort and row; `month_ends` the kept numbers
    by commune, last day, first day of a flow, and figure (`oversight.figures.month_ends.reading`);
    `covered` the coverage of the hamlets by the end of a day; `published` what stands of quarters.
    """

    spans: dict[tuple[int, date, date, datetime], Months] = field(default_factory=dict)
    told_apart: dict[tuple[tuple[Period, ...], datetime], dict[str, dict[str, int]]] = field(
        default_factory=dict
    )
    month_ends: dict[tuple[int, date, date | None, str], Any] = field(default_factory=dict)
    covered: dict[tuple[date | None, datetime], Any] = field(default_factory=dict)
    published: dict[tuple[tuple[Period, ...], datetime], Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Parts:
    """Counts of whole months of a period, and the days to count by row."""

    months: Mapping[date, Any]
    rest: tuple[Period, ...]

    @property
    def counts(self) -> Collection[Any]:
        return self.months.values()

    def add_to(self, found: dict[str, int]) -> dict[str, int]:
        """Add the numbers of the months."""
        for part in self.counts:
            for key, number in part.items():
                found[key] = found.get(key, 0) + number
        return found


def by_row(period: Period) -> Parts:
    """A period to count by row."""
    return Parts({}, (period,))


def parts_of(
    subject: Subject, part: str, place: int, period: Period, as_of: datetime,
    read: Read, *, barred: Collection[date] = (),
) -> Parts:  # fmt: skip
    """Split a period of a commune. `barred`: months to count by row."""
    months = whole_months(period)
    if not months:
        return by_row(period)
    stored = _read_once(place, months[0], months[-1], as_of, read).get(subject.value, {})
    standing = [
        month for month in months if month not in barred and stored.get(month, {}) is not None
    ]
    counts = {month: found for month in standing if (found := (stored.get(month) or {}).get(part))}
    return Parts(counts, tuple(without(period, standing)))


def _read_once(place: int, first: date, last: date, as_of: datetime, read: Read) -> Months:
    """The months of a span, from a span around it where one is known."""
    for (where, begins, ends, moment), found in read.spans.items():
        if (where, moment) == (place, as_of) and begins <= first and last <= ends:
            return found
    found = _months(place, first, last, as_of)
    read.spans[place, first, last, as_of] = found
    return found


def _months(place: int, first: date, last: date, as_of: datetime) -> Months:
    asked: dict[str, Any] = {
        "subjects": _BY_COMMUNE, "place": place, "first": first, "last": last, "as_of": as_of,
    }  # fmt: skip
    found: Months = {}
    with connection.cursor() as cursor:
        cursor.execute(_MONTHS, asked)
        for subject, month, counts, stands in cursor.fetchall():
            of_subject = found.setdefault(subject, {})
            if not stands:
                of_subject[month] = None
            else:
                of_subject.setdefault(month, json.loads(counts))
    return found


def of_places(subject: Subject, places: Collection[int]) -> dict[int, dict[str, int] | None]:
    """Counts of each place without month; None for a place to count by row."""
    asked: dict[str, Any] = {"subject": subject.value, "places": list(places), "month": NO_MONTH}
    found: dict[int, dict[str, int] | None] = {place: {} for place in places}
    with connection.cursor() as cursor:
        cursor.execute(_PLACES, asked)
        for place, counts in cursor.fetchall():
            if found[place] is not None:
                found[place] = json.loads(counts) if counts else None
    return found


@dataclass(frozen=True)
class PartsOfPlaces:
    """Counts of whole months of many places, and by month the places to count by row."""

    counts: tuple[tuple[int, Any], ...]
    rest: Mapping[Period, Sequence[int]]


def parts_of_places(
    subject: Subject, parts: Sequence[str], places: Collection[int], period: Period,
    as_of: datetime,
) -> PartsOfPlaces:  # fmt: skip
    """Some counts of whole months of many places; one query."""
    asked: dict[str, Any] = {
        "subject": subject.value, "parts": list(parts), "places": list(places), "as_of": as_of,
        "first": period.first, "last": period.last,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_MONTHS_OF_PLACES, asked)
        rows = cursor.fetchall()
    by_hand = {(place, month) for place, month, _counts, stands in rows if not stands}
    counts = [
        (place, json.loads(values)) for place, month, values, _stands in rows
        if values and (place, month) not in by_hand
    ]  # fmt: skip
    rest: dict[Period, list[int]] = {}
    for place, month in sorted(by_hand):
        rest.setdefault(periods.month_of(month), []).append(place)
    return PartsOfPlaces(tuple(counts), rest)


def whole_months(period: Period) -> list[date]:
    """First days of the months entirely in a period."""
    months = [one.first for one in periods.months_in(period)]
    return [
        first
        for first in months
        if first >= period.first and periods.month_of(first).last <= period.last
    ]


def without(period: Period, months: Sequence[date]) -> Iterator[Period]:
    """Rest of a period without these whole months, which are in order."""
    day = period.first
    for first in months:
        if day < first:
            yield Period(day, first - ONE_DAY)
        day = periods.month_of(first).last + ONE_DAY
    if day <= period.last:
        yield Period(day, period.last)
