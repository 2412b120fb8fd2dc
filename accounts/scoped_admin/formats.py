"""Files of the plain import and export.

What leaves runs nothing in whatever opens it; what comes in is opened by another process.
"""

from itertools import zip_longest
from typing import Any, Final

import tablib
from django import forms
from django.core.exceptions import ValidationError
from import_export.formats import base_formats

from documents import plain_workbook
from documents.cells import disarmed
from documents.plain_workbook import Unreadable

MOST_ROWS: Final = 2000
MOST_BYTES: Final = 512 * 1024  # it waits in Valkey until somebody confirms it
_UNREADABLE: Final = (
    "Không đọc được tệp. Hãy chọn đúng định dạng (Excel .xlsx hoặc CSV), mở thử tệp trên máy rồi "
    "tải lên lại."
)


def sentence_of(error: Exception) -> str:
    """Name the reason why a file could not be read."""
    return str(error) if isinstance(error, Unreadable) else _UNREADABLE


class SmallUpload(forms.Form):
    """Before the form of an upload: its size is asked before anything reads it."""

    def clean_import_file(self) -> Any:
        upload = self.cleaned_data["import_file"]
        if upload.size > MOST_BYTES:
            raise ValidationError(
                f"Tệp nặng quá {MOST_BYTES // 1024} KB. Hãy xóa hình ảnh hoặc tách thành nhiều tệp."
            )
        return upload


class _Disarmed:
    """Before a format: no cell that leaves is a formula."""

    def export_data(self, dataset: tablib.Dataset, **kwargs: Any) -> Any:
        rows = [[disarmed(cell) for cell in row] for row in dataset]
        headings = [disarmed(heading) for heading in dataset.headers or ()]
        return super().export_data(  # type: ignore[misc]
            tablib.Dataset(*rows, headers=headings, title=dataset.title), **kwargs
        )


class Xlsx(_Disarmed, base_formats.XLSX):  # type: ignore[misc]
    """A workbook of Excel."""

    def create_dataset(self, in_stream: bytes) -> tablib.Dataset:
        """The rows of the active sheet. Raises Unreadable."""
        # One row more than is taken, below the headings: the import itself says how many there are.
        sheets = plain_workbook.read(in_stream, most_rows=MOST_ROWS + 1)
        rows = next(iter(sheets.values()), [])
        columns = zip_longest(*rows)  # rows of a table are equally long
        headings, *lines = [*zip(*columns, strict=True)] or [()]
        return tablib.Dataset(*lines, headers=headings)


class Csv(_Disarmed, base_formats.CSV):  # type: ignore[misc]
    """Text with commas."""

    def create_dataset(self, in_stream: Any, **kwargs: Any) -> tablib.Dataset:
        """The rows of the text. Raises Unreadable."""
        text = in_stream
        if isinstance(in_stream, bytes):
            text = in_stream.decode(self.encoding or "utf-8")
        lines = text.splitlines()
        if len(lines) > 2 * MOST_ROWS:  # a cell may hold a new line
            raise Unreadable(f"Tệp có hơn {MOST_ROWS} dòng. Hãy tách thành nhiều tệp.")
        if max((line.count(",") for line in lines), default=0) > plain_workbook.MOST_COLUMNS:
            raise Unreadable(f"Tệp có hơn {plain_workbook.MOST_COLUMNS} cột. Hãy xóa các cột thừa.")
        return super().create_dataset(text, **kwargs)
