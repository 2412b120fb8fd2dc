"""Sentences that compare coverage with the end of the period before."""

from dataclasses import replace
from datetime import datetime

from groups.consultation.thresholds import said_percentage
from oversight import periods
from oversight.figures.month_ends.reading import counted_of
from oversight.figures.scopes import Scope
from oversight.figures.table import Counted, Row
from vietnamese.text import grouped

COMPARED = "coverage"
HOUSEHOLDS, JOINED = 0, 1


def with_previous(counted: Counted, scope: Scope, as_of: datetime) -> Counted:
    """Coverage whose note compares it with the end of the period before; others as they are."""
    if counted.figure.key != COMPARED:
        return counted
    before = periods.before(counted.period)
    then = counted_of(counted.figure, scope, before, as_of).table.total
    now = counted.table.total
    if now is None or then is None or not then.values[JOINED]:
        return counted
    remark = f"{counted.table.note} {_compared(now, then, before)}".strip()
    return replace(counted, table=replace(counted.table, note=remark))


def _compared(now: Row, then: Row, before: periods.Period) -> str:
    joined, was = now.values[JOINED] or 0, then.values[JOINED] or 0
    households = then.values[HOUSEHOLDS]
    share = f", {said_percentage(was, households)}" if households else ""
    number = (
        f"{grouped(was)} trên {grouped(households)} hộ{share}"
        if households
        else (f"{grouped(was)} hộ")
    )
    change = (
        "giữ nguyên" if joined == was
        else f"{'tăng' if joined > was else 'giảm'} {grouped(abs(joined - was))} hộ"
    )  # fmt: skip
    return f"So với hết ngày {before.last:%d/%m/%Y} ({number}): {change}."
