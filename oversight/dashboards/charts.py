"""Geometry of charts, drawn as SVG by templates. Pure.

Every value stands as text; shapes differ by pattern and order, never by colour alone. A
suppressed number is a dash without length; lengths come from published numbers only. Widths are per
cent of the picture, as text with a point; heights are pixels.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from textwrap import wrap

from groups.consultation.thresholds import said_percentage
from oversight.figures.table import Row, Table
from vietnamese.text import grouped

NOT_TOLD = "–"
# Letters of a label beside a number on the smallest phone.
LINE_LETTERS = 34
# The same for a part, with its share beside the number.
PART_LETTERS = 25
LINE, BAR, GAP = 20, 14, 12
# Per cent of the width: the shortest visible bar.
SHORTEST = 0.5
# Number of patterns in templates/oversight/charts/patterns.html.
PATTERNS = 6
# Of the columns.
TALLEST, HEAD, FOOT = 120, 20, 40
# Columns are narrow: from this number on they are labelled in thousands or millions.
NARROW = 10_000
UNITS = ((1_000_000, "triệu"), (1_000, "nghìn"))


@dataclass(frozen=True)
class Line:
    """A line of text and its baseline."""

    text: str
    y: int


@dataclass(frozen=True)
class Bar:
    """A label, its number as text, and the bar below; no bar without `width`."""

    lines: tuple[Line, ...]
    value: str
    bar_y: int
    width: str = ""


@dataclass(frozen=True)
class Bars:
    """Horizontal bars, relative to the longest."""

    key: str
    title: str
    description: str
    bars: tuple[Bar, ...]
    height: int
    kind: str = "bars"
    bar_height: int = BAR


@dataclass(frozen=True)
class Part:
    """A part of a bar and its line below; not drawn without `width`. `pattern` counts from 1."""

    lines: tuple[Line, ...]
    value: str
    swatch_y: int
    pattern: int
    x: str = ""
    width: str = ""


@dataclass(frozen=True)
class Stack:
    """A bar made of parts; only its frame is drawn without parts of any width."""

    label: Line
    value: str
    bar_y: int
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Stacks:
    key: str
    title: str
    description: str
    stacks: tuple[Stack, ...]
    height: int
    kind: str = "stacks"
    bar_height: int = BAR + 8


@dataclass(frozen=True)
class Column:
    """A column of a month with its texts above and below; no column without `height`."""

    value: str
    mark: str
    year: str
    x: str
    left: str
    width: str
    value_y: int
    top: int = 0
    height: int = 0


@dataclass(frozen=True)
class Columns:
    """Columns of months; `unit` is set when they are in thousands or millions."""

    key: str
    title: str
    description: str
    columns: tuple[Column, ...]
    unit: str = ""
    kind: str = "columns"
    height: int = HEAD + TALLEST + FOOT
    ground: int = HEAD + TALLEST
    mark_y: int = HEAD + TALLEST + 16
    year_y: int = HEAD + TALLEST + 32


Chart = Bars | Stacks | Columns


def bars(table: Table, *, key: str, title: str, column: int = 0, out_of: int | None = None) -> Bars:
    """A bar for each row, by one column, relative to the longest or to `out_of`."""
    numbers = [row.values[column] for row in table.rows]
    longest = out_of or max((number for number in numbers if number is not None), default=0)
    made, y = [], 0
    for row, number in zip(table.rows, numbers, strict=True):
        lines = tuple(_lines(row.label, y))
        bar_y = lines[-1].y + 6
        made.append(Bar(lines, _text(number), bar_y, _length(number, longest)))
        y = bar_y + BAR + GAP
    words = _spoken((row.label, _text(row.values[column])) for row in table.rows)
    return Bars(key, title, words, tuple(made), y)


def split(table: Table, *, key: str, title: str, column: int = 0) -> Stacks:
    """One bar whose parts are the rows of a table, by one column.

    Drawn only with a total: suppressed rows are then merged into a row with a length of its own.
    """
    parts = [(row.label, row.values[column]) for row in table.rows]
    total = table.total.values[column] if table.total is not None else None
    return _stacks([("Tổng số", total, parts)], key, title)


def stacks(table: Table, *, key: str, title: str) -> Stacks:
    """A bar for each row, whose parts are the columns."""
    return _stacks([_across(row, table) for row in table.rows], key, title)


def whole(table: Table, *, key: str, title: str) -> Stacks:
    """One bar of the total of a table, whose parts are the columns."""
    line = table.total if table.total is not None else Row("", (None,) * len(table.columns))
    return _stacks([_across(line, table)], key, title)


def columns(table: Table, *, key: str, title: str, marks: Sequence[tuple[str, str]]) -> Columns:
    """A column for each row; `marks` are the month and year below each."""
    numbers = [row.values[0] for row in table.rows]
    tallest = max((number for number in numbers if number is not None), default=0)
    by, unit = next(((by, unit) for by, unit in UNITS if tallest >= max(by, NARROW)), (1, ""))
    share = 100 / len(numbers) if numbers else 100.0
    made = []
    for place, (number, (mark, year)) in enumerate(zip(numbers, marks, strict=True)):
        height = max(TALLEST * number // tallest, 2) if number else 0
        top = HEAD + TALLEST - height
        made.append(
            Column(
                _short(number, by), mark, year,
                x=_percent(share * (place + 0.5)), left=_percent(share * (place + 0.18)),
                width=_percent(share * 0.64), value_y=top - 5, top=top, height=height,
            )
        )  # fmt: skip
    words = _spoken((row.label, _text(row.values[0])) for row in table.rows)
    return Columns(key, title, words, tuple(made), unit)


def _across(row: Row, table: Table) -> tuple[str, int | None, list[tuple[str, int | None]]]:
    parts = list(zip(table.columns, row.values, strict=True))
    known = [number for _label, number in parts if number is not None]
    return row.label, sum(known) if len(known) == len(parts) else None, parts


def _stacks(
    rows: list[tuple[str, int | None, list[tuple[str, int | None]]]], key: str, title: str
) -> Stacks:
    made, y, words = [], 0, []
    for label, total, parts in rows:
        stack = _stack(label, total, parts, y)
        made.append(stack)
        y = (stack.parts[-1].lines[-1].y if stack.parts else stack.bar_y + BAR + 8) + GAP + 6
        words += [(label, _text(total)), *((name, _text(number)) for name, number in parts)]
    return Stacks(key, title, _spoken(words), tuple(made), y)


def _stack(label: str, total: int | None, parts: list[tuple[str, int | None]], y: int) -> Stack:
    lengths = [number or 0 for _label, number in parts]
    # Parts that do not add up are not drawn: a gap would reveal a suppressed number.
    is_drawn = bool(total) and sum(lengths) == total
    ends = [100 * end / total for end in accumulate(lengths)] if total and is_drawn else []
    bar_y = y + LINE + 2
    at = bar_y + BAR + 8
    made = []
    for place, (name, number) in enumerate(parts):
        lines = tuple(_lines(name, at + 5, PART_LETTERS))
        text = _text(number)
        x, width = "", ""
        if ends and number:
            begin = ends[place - 1] if place else 0.0
            x, width = _percent(begin), _percent(ends[place] - begin)
            text = f"{text} ({said_percentage(number, total or 1)})"
        made.append(Part(lines, text, lines[0].y - 12, place % PATTERNS + 1, x, width))
        at = lines[-1].y
    return Stack(Line(label or "Tổng số", y + 15), _text(total), bar_y, tuple(made))


def _lines(label: str, y: int, letters: int = LINE_LETTERS) -> Iterator[Line]:
    for place, text in enumerate(wrap(label, letters) or [""]):
        yield Line(text, y + 15 + place * (LINE - 2))


def _text(number: int | None) -> str:
    return NOT_TOLD if number is None else grouped(number)


def _short(number: int | None, by: int) -> str:
    """Label above a column: `12,3` for 12,300 when the unit is thousands."""
    if number is None:
        return NOT_TOLD
    if by == 1:
        return str(number)
    tenths = (number * 10 + by // 2) // by
    return (
        f"{tenths // 10},{tenths % 10}" if tenths < 1000 and tenths % 10 else grouped(tenths // 10)
    )


def _length(number: int | None, longest: int) -> str:
    return _percent(min(max(100 * number / longest, SHORTEST), 100)) if number else ""


def _percent(number: float) -> str:
    return f"{number:.3f}%"


def _spoken(pairs: Iterable[tuple[str, str]]) -> str:
    """Text for screen readers: every label with its number."""
    said_pairs = (f"{label}: {'không nêu' if text == NOT_TOLD else text}" for label, text in pairs)
    return "; ".join(said_pairs) + "."
