"""Recount dirty slices.

Marks are deleted in the transaction that recounts. Each count is a later statement than the
deletion, so it sees every marked write; marks committed later stay, and so do those that an open
write holds. Only one process recounts at a time, or an older count could overwrite a newer one. A
killed process leaves everything unchanged.
"""

import logging
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from itertools import batched

from django.core.cache import cache
from django.db import connection, transaction
from django.utils import timezone

from accounts.work_budget import UNLIMITED, WorkBudget
from oversight.figures.models import DirtySlice, FigureSlice
from oversight.figures.rollups.counting import Counted, count
from oversight.figures.rollups.triggers import ALL_SLICES

log = logging.getLogger(__name__)

type Key = tuple[str, int, date]
type Month = tuple[str, date]

COMPARED_KEY = "oversight-counts-compared"
# Where tonight's comparison goes on: day, last month compared, differences so far.
COMPARING_KEY = "oversight-counts-comparing"
# Key of the advisory lock; used nowhere else.
ONE_AT_A_TIME = 8_301
# Marks read at once, and places counted by one statement.
ROWS, PLACES = 5_000, 200


def recount_dirty(budget: WorkBudget = UNLIMITED) -> int:
    """Recount dirty and expired slices in bounded turns; return the number of slices.

    Stops after the turn in which the budget was spent.
    """
    counted = 0
    while True:
        found = _turn()
        counted += found
        if not found or budget.is_spent:
            return counted


@transaction.atomic
def _turn() -> int:
    """Recount once; 0 if another process does."""
    if not _lock():
        return 0
    keys = _pop_dirty() | _expired()
    recount(keys)
    return len(keys)


def recount(keys: Iterable[Key]) -> None:
    """Recount and store these slices. Needs a transaction with the lock."""
    by_month: dict[Month, list[int]] = defaultdict(list)
    for subject, place, month in sorted(keys):
        by_month[subject, month].append(place)
    for (subject, month), places in by_month.items():
        for some in batched(places, PLACES):
            _store(subject, month, some)


def _store(subject: str, month: date, places: tuple[int, ...]) -> None:
    now = timezone.now()
    found = count(subject, month, places, now)
    slices = FigureSlice.objects.filter(subject=subject, month=month, place__in=places)
    slices.exclude(place__in=found).delete()
    FigureSlice.objects.bulk_create(
        [
            FigureSlice(
                subject=subject, place=place, month=month, counts=one.counts, counted_at=now,
                good_until=one.good_until,
            )
            for place, one in found.items()
        ],
        update_conflicts=True,
        unique_fields=["subject", "place", "month"],
        update_fields=["counts", "counted_at", "good_until"],
    )  # fmt: skip


def _lock() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [ONE_AT_A_TIME])
        (is_ours,) = cursor.fetchone()
    return bool(is_ours)


def _pop_dirty() -> set[Key]:
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH taken AS (DELETE FROM oversight_dirtyslice WHERE id IN "
            "(SELECT id FROM oversight_dirtyslice ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED) "
            "RETURNING subject, place, month) SELECT DISTINCT subject, place, month FROM taken",
            [ROWS],
        )
        return set(cursor.fetchall())


def _expired() -> set[Key]:
    old = FigureSlice.objects.filter(good_until__lte=timezone.now())
    return set(old.values_list("subject", "place", "month")[:ROWS])


def compare() -> list[Key]:
    """Find slices that differ from their rows without being dirty, which is a fault.

    Compares all, each month in one snapshot. Marks the wrong ones and caches their number for
    `oversight.health`.
    """
    wrong, _last = _compare(_places_by_month(), UNLIMITED)
    _conclude(len(wrong))
    return wrong


def compare_on(budget: WorkBudget) -> bool:
    """Go on with today's comparison where the last call left it; return whether it is whole."""
    today = timezone.localdate()
    day, last, differing = cache.get(COMPARING_KEY, (today, None, 0))
    if day != today:
        last, differing = None, 0
    last = last and tuple(last)
    months = _places_by_month()
    wrong, last = _compare(
        {month: months[month] for month in months if last is None or month > last}, budget
    )
    differing += len(wrong)
    if last is not None:
        cache.set(COMPARING_KEY, (today, last, differing), timeout=None)
        return False
    cache.delete(COMPARING_KEY)
    _conclude(differing)
    return True


def _places_by_month() -> dict[Month, set[int]]:
    by_month: dict[Month, set[int]] = defaultdict(set)
    for subject, place, month in everything() | _stored_keys():
        by_month[subject, month].add(place)
    return by_month


def _compare(
    months: Mapping[Month, set[int]], budget: WorkBudget
) -> tuple[list[Key], Month | None]:
    """Compare and mark; the second value is the month in which the budget was spent."""
    wrong: list[Key] = []
    last = None
    for subject, month in sorted(months):
        for some in batched(sorted(months[subject, month]), PLACES):
            with one_view():
                wrong += _differing(subject, month, some)
        if budget.is_spent:
            last = subject, month
            break
    mark_dirty(wrong)
    if wrong:
        log.error("%s counts differ from their rows, such as %s", len(wrong), wrong[0])
    return wrong, last


def _conclude(differing: int) -> None:
    cache.set(COMPARED_KEY, (timezone.now().timestamp(), differing), timeout=None)


def everything() -> set[Key]:
    """Keys of all slices with rows."""
    with connection.cursor() as cursor:
        cursor.execute(ALL_SLICES)
        return set(cursor.fetchall())


def rebuild() -> int:
    """Mark and recount everything; return the number of slices. Pages count by row meanwhile."""
    mark_dirty(everything() | _stored_keys())
    return recount_dirty()


def _stored_keys() -> set[Key]:
    return set(FigureSlice.objects.values_list("subject", "place", "month"))


def mark_dirty(keys: Iterable[Key]) -> None:
    """Mark these slices for recounting."""
    DirtySlice.objects.bulk_create(
        DirtySlice(subject=subject, place=place, month=month) for subject, place, month in keys
    )


def _differing(subject: str, month: date, places: tuple[int, ...]) -> list[Key]:
    now = timezone.now()
    found = count(subject, month, places, now)
    of_month = {"subject": subject, "month": month, "place__in": places}
    stored = {one.place: one for one in FigureSlice.objects.filter(**of_month)}
    dirty = set(DirtySlice.objects.filter(**of_month).values_list("place", flat=True))
    return [
        (subject, place, month)
        for place in places
        if place not in dirty and not _agree(stored.get(place), found.get(place), now)
    ]


def _agree(stored: FigureSlice | None, found: Counted | None, now: datetime) -> bool:
    if stored is None or found is None:
        return stored is None and found is None
    is_outrun = stored.good_until is not None and stored.good_until <= now
    return is_outrun or stored.counts == found.counts


@contextmanager
def one_view() -> Iterator[None]:
    """Transaction with one snapshot; inside another transaction (of a test), that one's."""
    is_first = not connection.in_atomic_block
    with transaction.atomic():
        if is_first:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield
