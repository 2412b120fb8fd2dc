"""What people outside the police may see of numbers of tips: no count below five, nor one that
could be worked out.

Everything they see of tips comes from quarters of the calendar, which share no tip, and of a
quarter they see its months and breakdowns that have nothing in common but their total. Whatever
spans more than that is added up from what was shown (`added`), so that no filter, no longer span
and no file says more than the quarters did. The rules are known to everybody, so they are made such
that knowing them does not help (docs/decisions/0080). Pure: no clock, no database.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

# The smallest count that is told.
FEWEST = 5
# What several hidden counts add up to at least, wherever their sum is told.
MERGED = 2 * FEWEST
MONTHS = 3


@dataclass(frozen=True)
class Breakdown:
    """The rows that may be told, and one number for all the others; `rest` is None where not even
    that may be told."""

    shown: Mapping[str, int]
    merged: tuple[str, ...] = ()
    rest: int | None = 0

    @property
    def total(self) -> int | None:
        return None if self.rest is None else sum(self.shown.values()) + self.rest


@dataclass(frozen=True)
class Quarter:
    """The months of a quarter as far as they are over, and their sum once all of them are."""

    months: tuple[int | None, ...]
    total: int | None


def quarter(counts: Sequence[int]) -> Quarter:
    """What may be told of the months of a quarter, of which the first ones are over.

    What was told of a month never changes once a later one ends. A month after a hidden one is
    hidden as well until both hide each other in the sum of the quarter; where they cannot, the
    quarter has no sum.
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
    """A breakdown of a quarter: without the sum of the quarter, nothing of it."""
    if of.total is None:
        return Breakdown({}, tuple(cells), None)
    if of.total != sum(cells.values()):
        raise ValueError("a breakdown must add up to its quarter")
    return breakdown(cells, known)


def breakdown(cells: Mapping[str, int], known: Collection[str] = ()) -> Breakdown:
    """The rows of a sum that may be told; the rows that stand last go first.

    Wherever a row is hidden, at least one that could be told goes with it: without that, whoever
    knows this rule would know that each of the hidden ones is small. Of `known` rows some outsiders
    know the count by themselves and take it away, so that those hide nothing.
    """
    others = {key: count for key, count in cells.items() if key not in known}
    small = {key for key, count in cells.items() if count < FEWEST}
    # A small known row in the sum must not be what is more than ten.
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
    """Several quarters together: a row is told where each of them tells it."""
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
