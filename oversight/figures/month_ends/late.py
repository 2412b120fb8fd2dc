"""Difference of a frozen month from the records of today: later entries change nothing in it."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from groups.coverage.households import Coverage, by_hamlet
from oversight.figures.month_ends.reading import Line, frozen_of
from oversight.figures.place import COVERAGE
from oversight.figures.scopes import Scope
from oversight.figures.table import Counted, Table
from oversight.periods import Period
from vietnamese.text import grouped

CHANGED = "Theo sổ hôm nay thì khác số đã chốt: {}."
REST = "ấp, khu phố đã sắp xếp"
# Column of the frozen numbers, the same of a count of today, and its words.
COMPARED: tuple[tuple[str, Callable[[Coverage], int], str], ...] = (
    ("joined", lambda place: place.joined, "hộ có người trong nhóm"),
    ("households", lambda place: place.households or 0, "hộ trong tổng số hộ"),
)


def recorded_late(scope: Scope, period: Period) -> str:
    """A sentence on the difference of a frozen period from the records of today; empty if none."""
    frozen = frozen_of(COVERAGE, scope, period)
    if frozen is None:
        return ""
    now = by_hamlet(scope.hamlets, period.last)
    parts = [
        text
        for column, number_of, words in COMPARED
        if (text := _difference(frozen.lines, now, column, number_of, words))
    ]
    if not parts:
        return ""
    return (
        f"Tính lại theo sổ hôm nay (ghi muộn, ghi sửa, đổi mã hộ, người đã xóa dữ liệu) thì khác "
        f"số đã chốt hết ngày {period.last:%d/%m/%Y}: {'; '.join(parts)}."
    )


def changed_since(counted: Counted, scope: Scope, now: datetime) -> str:
    """A sentence on how what happened in a frozen period differs from the records of today.

    For pages alone: papers of a frozen period stay equal.
    """
    figure, how = counted.figure, counted.figure.at_month_end
    if not counted.is_frozen or how is None or not how.is_flow or not counted.table.rows:
        return ""
    then, today = _cells(counted.table), _cells(figure.count(scope, counted.period, now))
    words = [
        f"{name} {_signed(change)}"
        for name in dict.fromkeys([*then, *today])
        if (change := today.get(name, 0) - then.get(name, 0))
    ]
    return CHANGED.format("; ".join(words)) if words else ""


def _cells(table: Table) -> dict[str, int]:
    """Numbers by their words: of each line, and of each column where there are several."""
    is_one = len(table.columns) == 1
    return {
        row.label if is_one else f"{row.label}, {column.lower()}": number or 0
        for row in table.rows
        for column, number in zip(table.columns, row.values, strict=True)
    }


def _difference(
    lines: Sequence[Line],
    now: Mapping[int, Coverage],
    column: str,
    number_of: Callable[[Coverage], int],
    words: str,
) -> str:
    changes: dict[str, int] = {}
    rest = 0
    for line in lines:
        then = line.numbers.get(column) or 0
        place = now.get(line.hamlet or 0)
        if place is not None:
            changes[place.label] = number_of(place) - then
        else:
            rest -= then
    known = {line.hamlet for line in lines}
    rest += sum(number_of(place) for pk, place in now.items() if pk not in known)
    if rest:
        changes[REST] = rest
    named = [f"{place} {_signed(change)}" for place, change in changes.items() if change]
    if not named:
        return ""
    return f"{_signed(sum(changes.values()))} {words} ({', '.join(named)})"


def _signed(number: int) -> str:
    sign = "+" if number > 0 else "−" if number < 0 else ""
    return f"{sign}{grouped(abs(number))}"
