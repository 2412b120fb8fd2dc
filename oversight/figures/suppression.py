"""Suppression of tip counts for readers outside the police: none below five, nor derivable.

All published numbers come from calendar quarters, which share no tip: the months of a quarter, and
breakdowns with nothing in common but the total. Longer periods are added up from published numbers
(`added`), so that no filter, period or file reveals more. Knowing the rules does not help to undo
them (docs/decisions/0080). Pure: no clock, no database.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

# The smallest published count.
FEWEST = 5
# Minimum sum of several hidden counts whose sum is published.
MERGED = 2 * FEWEST
MONTHS = 3


@dataclass(frozen=True)
class Breakdown:
    """Published rows, and one number for all others; `rest` is None if that is hidden, too."""

    shown: Mapping[str, int]
    merged: tuple[str, ...] = ()
    rest: int | None = 0

    @property
    def total(self) -> int | None:
        return None if self.rest is None else sum(self.shown.values()) + self.rest


@dataclass(frozen=True)
class Quarter:
    """Past months of a quarter, and their sum once all are over."""

    months: tuple[int | None, ...]
    total: int | None


def quarter(counts: Sequence[int]) -> Quarter:
    """Publishable numbers of the past months of a quarter.

    A published month never changes when a later one ends. A month after a hidden one is hidden as
    well until they hide each other in the sum of the quarter; if they cannot, it has no sum.
    """
    months: list[int | None] = []
    hidden: list[int] = []
    for count in counts:
        is_hidden = count < FEWEST or (bool(hidden) and not _hide_each_other(hidden))
        months.append(None if is_hidden else count)
        if is_hidden:
            hidden.append(count)
    is_over = len(counts) == MONTHS
    has_sum = is_over and (not hidden or _hide_each_other(hidden))
    return Quarter(tuple(months), sum(counts) if has_sum else None)


def breakdown_of(of: Quarter, cells: Mapping[str, int], known: Collection[str] = ()) -> Breakdown:
    """Breakdown of a quarter; nothing without the sum of the quarter."""
    if of.total is None:
        return Breakdown({}, tuple(cells), None)
    if of.total != sum(cells.values()):
        raise ValueError("a breakdown must add up to its quarter")
    return breakdown(cells, known)


def breakdown(cells: Mapping[str, int], known: Collection[str] = ()) -> Breakdown:
    """Publishable rows of a sum; the last rows are hidden first.

    A hidden row takes at least one publishable row with it, or a reader who knows the rule would
    know that each hidden one is small. Some outsiders know the counts of `known` rows and can
    subtract them, so those hide nothing.
    """
    others = {key: count for key, count in cells.items() if key not in known}
    small = {key for key, count in cells.items() if count < FEWEST}
    # A small known row must not make the sum exceed ten.
    least = MERGED + FEWEST - 1 if small & set(known) else MERGED
    if sum(others.values()) < MERGED or sum(cells.values()) < least:
        return Breakdown({}, tuple(cells), None)
    if not small:
        return Breakdown(dict(cells))
    hidden = set(small)
    for key in reversed([key for key in others if key not in small]):
        hidden.add(key)
        rest = sum(cells[one] for one in hidden)
        if rest >= least and sum(others.get(one, 0) for one in hidden) >= MERGED:
            break
    shown = {key: count for key, count in cells.items() if key not in hidden}
    return Breakdown(
        shown, tuple(key for key in cells if key in hidden), sum(cells[key] for key in hidden)
    )


def added(parts: Iterable[Breakdown]) -> Breakdown:
    """Sum of quarters: a row is published if all of them publish it."""
    listed = list(parts)
    keys = list(dict.fromkeys(key for part in listed for key in (*part.shown, *part.merged)))
    if not listed or any(part.rest is None for part in listed):
        return Breakdown({}, tuple(keys), None)
    shown = {
        key: sum(part.shown[key] for part in listed)
        for key in keys
        if all(key in part.shown for part in listed)
    }
    total = sum(part.total or 0 for part in listed)
    merged = tuple(key for key in keys if key not in shown)
    return Breakdown(shown, merged, total - sum(shown.values()))


def _hide_each_other(hidden: Sequence[int]) -> bool:
    return len(hidden) > 1 and sum(hidden) >= MERGED
