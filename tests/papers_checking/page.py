"""Paper, margins and page numbers; letters and their colour everywhere."""

import re
import unicodedata
from collections.abc import Iterator

from documents import word
from tests.papers_checking.faults import Fault
from tests.papers_checking.measuring import Grid, Line, Measured

_SIDES = {
    "top": ("lề trên", word.TOP), "bottom": ("lề dưới", word.BOTTOM),
    "left": ("lề trái", word.LEFT), "right": ("lề phải", word.RIGHT),
}  # fmt: skip
# What TCVN3 and VNI files leave behind: a capital or a sign after a small letter, pairs of vowels
# that no Vietnamese word has.
_TCVN3 = re.compile(r"(\w)[µ¸¶¹¨«¬¾½ÆÂÊÔÃÌÒÙÇÈËÎÏÖÜÝÞØÉÓÕ]")
_VNI = re.compile(r"aê|aâ|eâ|oâ|öô")
_SHOWN = 40


def check_page(measured: Measured) -> Iterator[Fault]:
    """Faults of the sheet itself."""
    sheet = tuple(sorted((measured.width, measured.height)))
    if any(abs(one - other) > 1 for one, other in zip(sheet, word.A4, strict=True)):
        yield Fault("paper", "Khổ giấy phải là A4 (210 × 297 mm).")
    for side, (name, allowed) in _SIDES.items():
        found = measured.margins[side]
        if not allowed.allows(found):
            yield Fault(f"margin.{side}", f"Có {name} {found:.0f} mm; phải từ {allowed} mm.")
    yield from _numbers(measured)
    for line in _every_line(measured):
        yield from _letters(line)


def _numbers(measured: Measured) -> Iterator[Fault]:
    if not measured.numbers_pages:
        yield Fault("page.number", "Thiếu số trang ở đầu trang.")
    elif not measured.number_centred:
        yield Fault("page.number", "Số trang phải ở giữa đầu trang.")
    if measured.numbers_first:
        yield Fault("page.first", "Trang thứ nhất không ghi số trang.")


def _every_line(measured: Measured) -> Iterator[Line]:
    for block in measured.blocks:
        if isinstance(block, Grid):
            yield from block.cells
        else:
            yield block
    yield from measured.running


def _letters(line: Line) -> Iterator[Fault]:
    start = line.text[:_SHOWN]
    for font in sorted(line.fonts - {word.FONT}):
        yield Fault("font", f"“{start}” viết bằng phông {font}; phải là {word.FONT}.")
    if line.colours:
        yield Fault("colour", f"“{start}” có chữ màu; chữ phải màu đen.")
    if line.text != unicodedata.normalize("NFC", line.text):
        yield Fault("unicode", f"“{start}” gõ bằng Unicode tổ hợp; phải là Unicode dựng sẵn.")
    if _is_old(line.text):
        yield Fault("unicode", f"“{start}” gõ bằng bảng mã cũ; phải là Unicode.")


def _is_old(text: str) -> bool:
    is_tcvn3 = any(found[1].islower() for found in _TCVN3.finditer(text))
    return is_tcvn3 or bool(_VNI.search(text))
