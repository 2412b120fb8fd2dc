"""Figures as a workbook. The same figures give the same bytes."""

from collections.abc import Sequence
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

from django.utils import timezone

from accounts.audit import services as audit
from documents.new_workbook import new_workbook
from documents.word import FONT, clean
from groups.export_workbooks import watermark
from oversight.figures.report import NOT_TOLD, NOTHING, SUBJECT
from oversight.figures.scopes import Scope
from oversight.figures.table import Counted, Row
from oversight.periods import Period, moment_text, spoken_of

NUMBERS, HOW = "Số liệu", "Cách tính"
HOW_COLUMNS = (
    ("Số liệu", 26), ("Đơn vị", 12), ("Cách đếm", 60), ("Nguồn", 30), ("Kỳ", 18),
    ("Tính đến", 16),
)  # fmt: skip
FIRST_WIDTH, WIDTH, LINE = 44, 15, 15.5
# Room of A4 landscape at full size: letters across, points down. Less than there is, as a
# program without the font makes columns wider.
PAGE_WIDTH, PAGE_HEIGHT = 104, 400
_A4, _SMALLEST, _NO_FIGURES = 9, 3, datetime(1980, 1, 1, tzinfo=UTC)


def export_workbook(
    counted: Sequence[Counted], scope: Scope, *, period: Period | None = None, place: str = ""
) -> bytes:
    """Workbook of a page for its reader, recorded in the audit trail.

    `period`: that of the page, if figures have others. `place`: if it is not the commune.
    """
    period, commune = period or counted[0].period, scope.commune
    content = workbook_of(
        counted, title=SUBJECT, commune=place or str(commune),
        mark=watermark(commune, scope.reader),
    )  # fmt: skip
    span: dict[str, Any] = {"first": period.first.isoformat(), "last": period.last.isoformat()}
    if not scope.is_whole:
        span["hamlets"] = [hamlet.code for hamlet in scope.hamlets]
    audit.record(
        "paper.figures_exported", by=scope.reader, commune=commune, figures=len(counted), **span
    )  # fmt: skip
    return content


def workbook_of(counted: Sequence[Counted], *, title: str, commune: str, mark: str = "") -> bytes:
    """Workbook with the figures on one worksheet and their definitions on a second.

    `mark`: account and moment of the download. No text becomes a formula or a link.
    """
    target = BytesIO()
    book = new_workbook(target)
    made_at = counted[0].as_of if counted else _NO_FIGURES
    book.set_properties(
        {
            "title": clean(title), "author": "Bình Yên", "comments": clean(mark),
            "created": made_at.astimezone(UTC).replace(microsecond=0, tzinfo=None),
        }
    )  # fmt: skip
    writer = _Writer(book, _formats(book), clean(mark))
    writer.write_numbers(counted, clean(title), clean(commune))
    writer.write_how(counted)
    book.close()
    return target.getvalue()


def _formats(book: Any) -> dict[str, Any]:
    plain: dict[str, Any] = {"font_name": FONT, "font_size": 12, "valign": "vcenter"}
    wrapped = plain | {"text_wrap": True}
    cell = wrapped | {"border": 1}
    number = cell | {"num_format": "#,##0", "align": "right"}
    strong = {"bold": True, "bg_color": "#EEEEEE"}
    kinds = {
        "title": wrapped | {"bold": True, "font_size": 14, "align": "center"},
        "under": wrapped | {"align": "center"},
        "mark": wrapped | {"bold": True, "font_size": 10, "align": "center"},
        "name": plain | {"bold": True, "font_size": 13},
        "note": wrapped | {"italic": True, "valign": "top"},
        "head": cell | {"bold": True, "align": "center"},
        "text": cell | {"num_format": "@"},
        "long": cell | {"num_format": "@", "valign": "top"},
        "number": number,
        "hidden": number | {"num_format": "@"},
        "total_text": cell | strong | {"num_format": "@"},
        "total_number": number | strong,
        "total_hidden": number | strong | {"num_format": "@"},
    }
    return {name: book.add_format(kind) for name, kind in kinds.items()}


class _Writer:
    """Writes line by line; `_at` is the next free line of the numbers."""

    def __init__(self, book: Any, formats: dict[str, Any], mark: str) -> None:
        self._book, self._formats, self._mark = book, formats, mark
        self._at = 0

    def write_numbers(self, counted: Sequence[Counted], title: str, commune: str) -> None:
        self._is_of_one_span = len({one.period for one in counted}) < 2
        self._width = max([_SMALLEST, *(len(one.table.columns) for one in counted)])
        worksheet = self._sheet = self._book.add_worksheet(NUMBERS)
        worksheet.set_column(0, 0, FIRST_WIDTH)
        worksheet.set_column(1, self._width, WIDTH)
        self._set_up(worksheet, repeated=1)
        scale = min(1.0, PAGE_WIDTH / (FIRST_WIDTH + WIDTH * self._width))
        worksheet.set_print_scale(int(100 * scale))
        self._across(title, "title", size=14)
        self._across(
            ". ".join(part for part in (commune, _span_and_moment(counted)) if part), "under"
        )
        if self._mark:
            self._across(self._mark, "mark", size=10)
        room, breaks = PAGE_HEIGHT / scale, []
        used = LINE * self._at
        for one in counted:
            height = self._height(one)
            if used + height > room and height < room:
                breaks.append(self._at + 1)
                used = 0.0
            used = (used + height) % room
            self._at += 1
            self._write_figure(one)
        worksheet.set_h_pagebreaks(breaks)

    def write_how(self, counted: Sequence[Counted]) -> None:
        worksheet = self._book.add_worksheet(HOW)
        self._set_up(worksheet, repeated=0)
        worksheet.fit_to_pages(1, 0)
        worksheet.freeze_panes(1, 1)
        for column, (heading, width) in enumerate(HOW_COLUMNS):
            worksheet.set_column(column, column, width)
            worksheet.write_string(0, column, heading, self._formats["head"])
        for line, one in enumerate(counted, 1):
            figure = one.figure
            texts = [
                figure.name, figure.unit, figure.definition, figure.source,
                "lúc xem" if figure.is_of_moment else one.period.words, _spoken_of(one),
            ]  # fmt: skip
            lines = [
                _lines(text, width) for text, (_name, width) in zip(texts, HOW_COLUMNS, strict=True)
            ]
            worksheet.set_row(line, LINE * max(lines))
            for column, text in enumerate(texts):
                worksheet.write_string(line, column, clean(text), self._formats["long"])

    def _set_up(self, worksheet: Any, *, repeated: int) -> None:
        """A4 landscape, repeated first lines, numbered pages."""
        worksheet.set_paper(_A4)
        worksheet.set_landscape()
        worksheet.repeat_rows(0, repeated)
        worksheet.set_margins(left=0.6, right=0.6, top=0.8, bottom=0.8)
        foot = self._mark.replace("&", "&&")[:200]  # codes begin with an ampersand
        worksheet.set_footer(f"&L&9{foot}&R&9Trang &P/&N")

    def _across(self, text: str, kind: str, *, size: float = 12) -> None:
        """Write a text over the whole width, with the height it needs."""
        room = (FIRST_WIDTH + WIDTH * self._width) * 12 / size
        self._sheet.set_row(self._at, LINE * size / 12 * _lines(text, room))
        self._sheet.merge_range(self._at, 0, self._at, self._width, "", self._formats[kind])
        self._sheet.write_string(self._at, 0, text, self._formats[kind])
        self._at += 1

    def _height(self, counted: Counted) -> float:
        """Height in points of a figure with the empty line above."""
        table = counted.table
        lines = sum(_lines(row.label, FIRST_WIDTH) for row in table.rows) + bool(table.total)
        heads = max((_lines(one, WIDTH) for one in table.columns), default=1)
        note_lines = _lines(table.note, FIRST_WIDTH + WIDTH * self._width)
        return LINE * (2 + heads + lines + note_lines)

    def _write_figure(self, counted: Counted) -> None:
        figure, table = counted.figure, counted.table
        span = "" if self._is_of_one_span or figure.is_of_moment else f", {counted.period.words}"
        name = clean(f"{figure.name}{span} ({figure.unit})")
        self._sheet.write_string(self._at, 0, name, self._formats["name"])
        self._at += 1
        if table.rows:
            headings = ("Nội dung", *table.columns)
            widths = (FIRST_WIDTH, *[WIDTH] * len(table.columns))
            lines = max(map(_lines, headings, widths))
            self._sheet.set_row(self._at, LINE * lines)
            for column, heading in enumerate(headings):
                self._sheet.write_string(self._at, column, clean(heading), self._formats["head"])
            self._at += 1
        for row in table.rows:
            self._write_row(row, "")
        if table.rows and table.total:
            self._write_row(table.total, "total_")
        if table.note or not table.rows:
            self._across(clean(table.note) or NOTHING, "note")

    def _write_row(self, row: Row, kind: str) -> None:
        label = clean(row.label)
        self._sheet.set_row(self._at, LINE * _lines(label, FIRST_WIDTH))
        self._sheet.write_string(self._at, 0, label, self._formats[f"{kind}text"])
        for column, value in enumerate(row.values, 1):
            if value is None:
                self._sheet.write_string(self._at, column, NOT_TOLD, self._formats[f"{kind}hidden"])
            else:
                self._sheet.write_number(self._at, column, value, self._formats[f"{kind}number"])
        self._at += 1


def _span_and_moment(counted: Sequence[Counted]) -> str:
    """Common period and moment of the figures, if any."""
    spans = {one.period for one in counted}
    moments = {spoken_of(one.period, one.as_of) for one in counted}
    parts = [one.words for one in spans] if len(spans) == 1 else []
    if len(moments) == 1:
        parts.append(f"tính đến {moments.pop()}")
    text = ", ".join(parts)
    return text[:1].upper() + text[1:]


def _spoken_of(counted: Counted) -> str:
    """The day of which a figure speaks, and the moment of counting."""
    counted_at = moment_text(counted.as_of)
    if counted.figure.is_of_moment or not counted.period.is_over(timezone.localdate(counted.as_of)):
        return counted_at
    return f"{spoken_of(counted.period, counted.as_of)}, đếm lúc {counted_at}"


def _lines(text: str, width: float) -> int:
    """Number of lines of a text in a column of so many letters, rounded up."""
    return max(1, -(-len(text) // int(width)))
