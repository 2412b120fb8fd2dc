"""Cells of the tables that leave for a spreadsheet program, and come back from one."""

import re
from typing import Any, Final

# What Excel, LibreOffice and Google Sheets begin a formula with, also as wide signs of East Asia.
_STARTS: Final = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
_BREAKS: Final = ("\t", "\r", "\n")
# +84 912 345 678, -12, -1.250,5: a number is no formula, and stays one. So does a dash for nothing.
_NUMBER: Final = re.compile(r"[+-]?[\d., \N{NO-BREAK SPACE}]*")


def _is_armed(text: str) -> bool:
    starts = text.lstrip().startswith(_STARTS) or text.startswith(_BREAKS)
    return starts and not _NUMBER.fullmatch(text)


def disarmed(value: Any) -> Any:
    """The value as a cell that no program runs: an apostrophe stands before what is a formula."""
    return f"'{value}" if isinstance(value, str) and _is_armed(value) else value


def rearmed(text: str) -> str:
    """The text as it was before `disarmed`, for a table that comes back."""
    return text[1:] if text.startswith("'") and _is_armed(text[1:]) else text
