"""New workbooks, in which no text becomes a formula, a link or a number."""

from typing import IO, Any, Final

import xlsxwriter

XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def new_workbook(target: IO[bytes], **options: Any) -> Any:
    """An empty workbook that is written to `target` once it is closed.

    It is kept in memory, without files of its own. `options` are those of `xlsxwriter.Workbook`.
    """
    plain = {
        "in_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
        "strings_to_numbers": False,
    }  # fmt: skip
    return xlsxwriter.Workbook(target, plain | options)
