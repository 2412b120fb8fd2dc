"""Reads the numbers back out of a page, a sheet, a Word file and a workbook.

Each gives the lines of every figure by its name: what a line is called, and its numbers.
"""

from collections.abc import Iterable
from io import BytesIO
from typing import Any

from docx import Document
from docx.table import Table
from lxml import html
from openpyxl import load_workbook

type Lines = list[tuple[str, list[int | None]]]
HIDDEN = {"–", "không nêu"}


def of_page(text: str) -> dict[str, Lines]:
    """The page of figures: under each heading one table, names in its first column."""
    found = {}
    for section in html.fromstring(text).xpath("//section[.//h3]"):
        (heading,) = section.xpath(".//h3")
        name = _words(heading).rpartition(" (")[0]
        found[name] = [_line(row) for row in section.xpath(".//table/tbody/tr | .//table/tfoot/tr")]
    return found


def of_sheet(text: str) -> dict[str, Lines]:
    """The report as a printed page; headings of figures are numbered."""
    found: dict[str, Lines] = {}
    name = ""
    for element in html.fromstring(text).xpath("//main/*"):
        if element.tag == "h3":
            name = _words(element).partition(". ")[2]
        elif table := element.xpath("self::div/table"):
            found[name] = [_line(row) for row in table[0].xpath("./tbody/tr")]
    return found


def of_word(content: bytes) -> dict[str, Lines]:
    """The report as a Word file."""
    found: dict[str, Lines] = {}
    name = ""
    for block in Document(BytesIO(content)).iter_inner_content():
        if isinstance(block, Table):
            if name:
                rows = [[cell.text for cell in row.cells] for row in block.rows[1:]]
                found[name] = [(row[0], _numbers(row[1:])) for row in rows]
                name = ""
            continue
        number, _dot, text = block.text.partition(". ")
        if number.isdecimal():
            name = text
    return found


def of_workbook(content: bytes) -> dict[str, Lines]:
    """The workbook: a name, a line of headings, then lines until an empty one or a note."""
    found: dict[str, Lines] = {}
    name, lines = "", -1
    for row in load_workbook(BytesIO(content))["Số liệu"].iter_rows(values_only=True):
        cells = [cell for cell in row if cell is not None]
        if len(cells) == 1 and str(cells[0]).endswith(")") and " (" in str(cells[0]):
            name, lines = str(cells[0]).rpartition(" (")[0], 0
            found[name] = []
        elif len(cells) < 2:
            name = ""
        elif name and lines == 0:
            lines = 1
        elif name:
            found[name].append((str(cells[0]), [None if one == "–" else one for one in cells[1:]]))
    return found


def _line(row: Any) -> tuple[str, list[int | None]]:
    label, *cells = [_words(cell) for cell in row.xpath("./th | ./td")]
    return label, _numbers(cells)


def _words(element: Any) -> str:
    return " ".join(element.text_content().split())


def _numbers(cells: Iterable[str]) -> list[int | None]:
    return [None if cell in HIDDEN else int(cell.replace(".", "")) for cell in cells]
