"""Workbooks that leave the portal: text only, and on top who took them, when and whose they are."""

from collections.abc import Iterable, Sequence
from io import BytesIO

from django.utils import timezone

from accounts.models import Commune, User
from documents.new_workbook import new_workbook

DO_NOT_COPY = "KHÔNG SAO CHÉP, KHÔNG CHUYỂN TIẾP"
NARROW, WIDE = 8, 40


def watermark(commune: Commune | None, by: User) -> str:
    """One line for every page: whose list it is, who took it and when."""
    place = str(commune) if commune is not None else "Cấp thành phố"
    moment = timezone.localtime()
    return f"{DO_NOT_COPY}. {place}. {by} ({by.username}) lấy lúc {moment:%H:%M ngày %d/%m/%Y}."


def _for_header(text: str) -> str:
    """Ampersands are codes in headers and footers of a sheet; at most 255 letters fit."""
    return text.replace("&", "&&")[:250]


class Workbook:
    """Sheets of text cells. Nothing in them is a formula, a number or a link."""

    def __init__(self, mark: str) -> None:
        self.mark = mark
        self._buffer = BytesIO()
        # A row leaves the memory once the next one begins, for a file of the library's own.
        self._book = new_workbook(self._buffer, in_memory=False, constant_memory=True)
        self._bold = self._book.add_format({"bold": True, "text_wrap": True, "bottom": 1})
        self._note = self._book.add_format({"bold": True, "font_color": "#B3151C"})
        self._text = self._book.add_format({"num_format": "@"})

    def add_sheet(self, name: str, headings: Sequence[str], rows: Iterable[Sequence[str]]) -> int:
        """A sheet with the watermark on top and in the foot of every page; returns its rows."""
        worksheet = self._book.add_worksheet(name)
        worksheet.set_paper(9)
        worksheet.set_landscape()
        worksheet.fit_to_pages(1, 0)
        worksheet.set_header(f"&C{_for_header(self.mark)}")
        worksheet.set_footer(f"&L{_for_header(self.mark[:200])}&RTrang &P/&N")
        worksheet.repeat_rows(0, 1)
        worksheet.freeze_panes(2, 0)
        worksheet.set_column(0, 0, NARROW)
        worksheet.set_column(1, max(1, len(headings) - 1), WIDE / 2)
        worksheet.write_string(0, 0, self.mark, self._note)
        for column, heading in enumerate(headings):
            worksheet.write_string(1, column, heading, self._bold)
        count = 0
        for row in rows:
            for column, value in enumerate(row):
                worksheet.write_string(count + 2, column, value, self._text)
            count += 1
        return count

    def content(self) -> bytes:
        """The finished file."""
        self._book.set_properties({"comments": self.mark})
        self._book.close()
        return self._buffer.getvalue()
