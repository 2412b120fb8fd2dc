"""The order of blocks and headings, and the tables that repeat their head."""

import re
from collections.abc import Iterator

from documents.content import ordinal
from tests.papers_checking.faults import Fault
from tests.papers_checking.measuring import Grid, Line, Measured

_NUMBER = re.compile(r"^([IVX]+\.|\d+\.|[a-zđ]\))\s")


def check_order(measured: Measured) -> Iterator[Fault]:
    """Faults of the way from the letterhead to the signatures."""
    if measured.head is None:
        yield Fault("order.head", "Đầu trang phải là tên cơ quan và Quốc hiệu (tiêu đề), hai cột.")
    yield from _after_head(measured)
    yield from _headings([one for one in measured.blocks if isinstance(one, Line)])
    for place, grid in enumerate(tables(measured), 1):
        if not grid.repeats_head:
            yield Fault("table.head", f"Bảng {place} không lặp lại hàng đầu khi sang trang.")
        if grid.unbroken_rows < grid.rows:
            yield Fault("table.rows", f"Bảng {place} có hàng bị ngắt giữa hai trang.")


def tables(measured: Measured) -> list[Grid]:
    """The tables that hold data."""
    return [block for block in measured.blocks if isinstance(block, Grid) and block.is_lined]


def spoken(measured: Measured) -> list[Line | Grid]:
    """The blocks with words in them."""
    return [block for block in measured.blocks if isinstance(block, Grid) or block.text]


def title_of(measured: Measured) -> Line | None:
    """The line that says what kind of paper it is: the first one in bold capitals."""
    lines = (block for block in spoken(measured) if isinstance(block, Line))
    return next((line for line in lines if line.bold and line.text == line.text.upper()), None)


def body_of(measured: Measured) -> list[Line]:
    """Plain paragraphs between title and foot, without headings and without the summary."""
    blocks = spoken(measured)
    title = title_of(measured)
    start = blocks.index(title) + 1 if title in blocks else 0
    lines = [block for block in blocks[start:] if isinstance(block, Line)]
    if lines and lines[0].bold and not lines[0].is_heading:
        lines = lines[1:]
    return [line for line in lines if not line.is_heading]


def _after_head(measured: Measured) -> Iterator[Fault]:
    blocks = spoken(measured)
    title = title_of(measured)
    place = blocks.index(title) if title in blocks else -1
    if place < 0:
        yield Fault("order.title", "Thiếu tên loại văn bản, in hoa đậm.")
    elif place != 1:
        yield Fault("order.title", "Tên loại văn bản phải ở ngay dưới phần đầu.")
    foot = measured.foot
    if foot is not None and blocks[-1] is not foot:
        yield Fault("order.foot", "Người ký, nơi nhận phải ở cuối văn bản.")


def _headings(lines: list[Line]) -> Iterator[Fault]:
    """Numbers go up by one, and start anew under each heading above."""
    counted = {1: 0, 2: 0, 3: 0}
    for line in lines:
        if not line.is_heading:
            continue
        level = line.level or _level(line.text)
        counted[level] += 1
        counted |= dict.fromkeys(range(level + 1, 4), 0)
        number = _NUMBER.match(line.text)
        expected = ordinal(counted[level], level)
        if number is None or number[1] != expected:
            yield Fault("heading.number", f"Đề mục “{line.text[:40]}” phải mang số {expected}")
        if not line.bold:
            yield Fault("heading.bold", f"Đề mục “{line.text[:40]}” phải in đậm.")
        if level == 1 and line.text != line.text.upper():
            yield Fault("heading.caps", f"Đề mục “{line.text[:40]}” phải in hoa.")


def _level(text: str) -> int:
    number = _NUMBER.match(text)
    if number is None or number[1].endswith(")"):
        return 3
    return 2 if number[1][0].isdigit() else 1
