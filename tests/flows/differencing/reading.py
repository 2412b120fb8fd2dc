"""Numbers of tips as pages, charts and files tell them, and what they say as equations."""

import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import docx
import lxml.html
import openpyxl

from oversight import periods
from oversight.figures.cohorts import COHORTS
from oversight.figures.published import MERGED
from oversight.figures.registry import FIGURES
from oversight.figures.suppression import FEWEST
from oversight.periods import Period
from tests.flows.differencing.solving import Cell, Equation

TIPS, TOTAL, HEAD = "tips", "Cộng", "Nội dung"
COUNTED_BY_SOME = {one.label(key) for one in COHORTS for key in one.known}
TOLD = {TIPS, *(one.key for one in COHORTS if not one.police_only)}
SENSITIVE = {figure.name: key for key, figure in FIGURES.items() if figure.is_sensitive}
# Pictures by the begin of the names of their parts.
CHARTS = {"tips-thang": TIPS, "dung-han": "tips_in_time"}
_RECEIVED = re.compile(r"^(.+?) nhận ([\d.]+) phản ánh\.$")
_MONTH = re.compile(r"tháng (\d{1,2})/(\d{4})")
_WIDTH = re.compile(r"^([\d.]+)%$")


@dataclass(frozen=True)
class Table:
    """A table of tips that somebody was shown; None is a number that was not."""

    where: str
    key: str
    span: Period
    rows: tuple[tuple[str, int | None], ...]
    total: int | None = None

    @property
    def numbers(self) -> int:
        return sum(value is not None for _label, value in self.rows) + (self.total is not None)


class Spans:
    """Spans by the words that pages call them."""

    def __init__(self, known: Iterator[Period] | list[Period]) -> None:
        self._by_words = {one.words: one for one in known}

    def of(self, words: str) -> Period | None:
        plain = words[:1].lower() + words[1:]
        found = self._by_words.get(words) or self._by_words.get(plain)
        if found is None and (named := _MONTH.fullmatch(plain)):  # before the first tip
            return periods.month(int(named[2]), int(named[1]))
        if found is None and " đến " in words:
            ends = [self.of(part) for part in words.split(" đến ", 1)]
            first, last = ends
            return Period(first.first, last.last) if first and last else None
        return found


def in_page(where: str, page: bytes, asked: Period, spans: Spans) -> Iterator[Table]:
    """Tables of figures, tables of a paper, pictures and sentences."""
    root = lxml.html.fromstring(page.decode())
    for section in root.xpath("//section[starts-with(@aria-labelledby, 'so-')]"):
        key = section.get("aria-labelledby").removeprefix("so-")
        if key in FIGURES and FIGURES[key].is_sensitive:
            above = section.xpath("preceding-sibling::p[1][contains(@class, 'of')]")
            span = (spans.of(_text(above[0])) if above else None) or asked
            lines = [[_text(cell) for cell in row] for row in section.xpath(".//tr")]
            yield from _table(where, key, span, lines[1:])
    for heading in root.xpath("//h3"):
        key = SENSITIVE.get(_text(heading), "")
        for table in heading.xpath("following-sibling::*[self::h3 or .//table][1]//table"):
            if key:
                lines = [[_text(cell) for cell in row] for row in table.xpath(".//tr")]
                yield from _table(where, key, asked, lines[1:])
    yield from _pictures(where, root, spans)
    for paragraph in root.xpath("//p"):
        found = _RECEIVED.match(_text(paragraph))
        about = spans.of(found[1]) if found else None
        if found and about:
            yield Table(f"{where}: sentence", TIPS, about, (), _number(found[2]))


def in_city_page(where: str, page: bytes, asked: Period) -> Iterator[Table]:
    """Yield the published tips of each commune; the last line adds up those that have some."""
    for cell in lxml.html.fromstring(page.decode()).xpath("//td[@data-heading='Phản ánh']"):
        yield Table(f"{where}: city", TIPS, asked, (), _number(_text(cell)))


def in_workbook(where: str, content: bytes, asked: Period) -> Iterator[Table]:
    sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
    key = ""
    lines: list[list[str]] = []
    for row in [*sheet.iter_rows(values_only=True), (None,)]:
        texts = ["" if cell is None else str(cell) for cell in row]
        name = texts[0].rsplit(" (", 1)[0]
        if not texts[0] or name in SENSITIVE:
            yield from _table(where, key, asked, lines)
            key, lines = SENSITIVE.get(name, ""), []
        elif key and texts[0] != HEAD and any(texts[1:]):
            lines.append([text for text in texts if text])


def in_document(where: str, content: bytes, asked: Period) -> Iterator[Table]:
    key = ""
    for block in docx.Document(io.BytesIO(content)).iter_inner_content():
        if isinstance(block, docx.table.Table):
            if key:
                lines = [[cell.text.strip() for cell in row.cells] for row in block.rows]
                yield from _table(where, key, asked, lines[1:])
            key = ""
        else:
            key = SENSITIVE.get(block.text.strip(), key)


def _table(where: str, key: str, span: Period, lines: list[list[str]]) -> Iterator[Table]:
    """Of several columns each number by itself: outsiders get no such table of tips."""
    rows = [
        (line[0] if len(line) == 2 else f"{line[0]}/{place}", _number(text))
        for line in lines
        for place, text in enumerate(line[1:])
    ]
    total = next((value for label, value in rows if label == TOTAL), None)
    told = tuple(row for row in rows if row[0] != TOTAL)
    if key and rows:
        yield Table(where, key, span, told, total)


def _pictures(where: str, root: Any, spans: Spans) -> Iterator[Table]:
    """Yield the words of a picture, and its lengths where they are parts of a whole."""
    for picture in root.xpath("//svg[@role='img']"):
        name = picture.get("aria-labelledby", "").split("-ten")[0]
        key = CHARTS.get(name)
        if key is None:
            continue
        title, said = (_text(picture.find(tag)) for tag in ("title", "desc"))
        span = spans.of(title.split(", ", 1)[1]) or spans.of(title.rsplit(", ", 1)[1])
        pairs = [one.rsplit(": ", 1) for one in said.rstrip(".").split("; ")]
        rows = [(label, _number(text)) for label, text in pairs if label != "Tổng số"]
        total = next((_number(text) for label, text in pairs if label == "Tổng số"), None)
        if span is None:
            raise ValueError(f"{where}: which days is {title!r} about?")
        yield Table(f"{where}: picture", key, span, tuple(rows), total)
        lengths = [
            float(found[1])
            for part in picture.xpath(".//rect[@class='part']")
            if (found := _WIDTH.match(part.get("width", "")))
        ]
        drawn = [label for label, value in rows if value]
        if total and lengths:
            unsaid = [label for label, value in rows if value is None]
            named = [*drawn, *unsaid][: len(lengths)]
            measured = [round(length * total / 100) for length in lengths]
            told = [
                *zip(named, measured, strict=True),
                *((label, None) for label in unsaid if label not in named),
            ]
            yield Table(f"{where}: lengths", key, span, tuple(told), total)


def _number(text: str) -> int | None:
    digits = text.replace(".", "")
    return int(digits) if digits.isdecimal() else None


def _text(element: Any) -> str:
    return " ".join(element.text_content().split())


def equations_of(taken: Table) -> Iterator[Equation]:
    """Return the equations of the cells of a table: months, and rows of quarters."""
    if taken.key == TIPS:
        named = {one.words: one for one in periods.months_in(taken.span)}
        for label, value in taken.rows:
            if value is not None:
                yield months_of(named[label]), value
        if taken.total is not None:
            yield months_of(taken.span), taken.total
        return
    quarters = periods.quarters_in(taken.span)
    if quarters is None:
        raise ValueError(f"{taken.where}: {taken.key} told of {taken.span.words}")
    hidden = [label for label, value in taken.rows if value is None]
    for label, value in taken.rows:
        if value is not None:
            yield _cells(taken.key, hidden if label == MERGED else [label], quarters), value
    if taken.total is not None:
        labels = [label for label, _value in taken.rows if label != MERGED]
        if "lengths" not in taken.where:
            yield _cells(taken.key, labels, quarters), taken.total
        yield months_of(taken.span), taken.total


def by_rule(taken: Table) -> Mapping[Cell, int]:
    """Return the most that each hidden row of a quarter can be by the rules, without any sum.

    The row more that is hidden comes from the end; so of two rows, where the later one is told, the
    earlier one that is not is below five. So is a row that outsiders count by themselves, which is
    never the row more. Of months the first one that is not told.
    """
    if taken.span not in [periods.quarter_of(taken.span.first)]:
        return {}
    found: dict[Cell, int] = {}
    rows = [row for row in taken.rows if row[0] != MERGED]
    for place, (label, value) in enumerate(rows):
        if value is not None:
            continue
        if taken.key == TIPS:
            month = periods.months_in(taken.span)[place]
            return {("month", month.first): FEWEST - 1}
        told = [one for name, one in rows[place + 1 :] if name not in COUNTED_BY_SOME]
        if label in COUNTED_BY_SOME or any(one is not None for one in told):
            found[(taken.key, label, taken.span.first)] = FEWEST - 1
    return found


def months_of(period: Period) -> frozenset[Cell]:
    return frozenset(("month", one.first) for one in periods.months_in(period))


def _cells(key: str, labels: list[str], quarters: list[Period]) -> frozenset[Cell]:
    return frozenset((key, label, one.first) for label in labels for one in quarters)
