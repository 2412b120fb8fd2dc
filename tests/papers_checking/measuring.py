"""A Word file as lines and tables with their measures, styles already looked through."""

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from docx import Document
from docx.document import Document as DocumentType
from docx.opc.exceptions import PackageNotFoundError
from docx.oxml.ns import qn
from docx.table import Table
from docx.text.paragraph import Paragraph

from documents.content import COUNTRY, PARTY, Layout
from tests.papers_checking import styles
from tests.papers_checking.styles import Styles

_BLACK = {"000000", "auto"}
_HEADING = re.compile(r"^(?:[IVX]+\.|\d+\.|[a-zđ]\))\s")


class Unreadable(ValueError):
    """Not a Word file; the message is for a person."""


@dataclass(frozen=True)
class Line:
    """A paragraph as the eye sees it. Of mixed letters each size is there; bold means all."""

    text: str
    sizes: frozenset[float]
    fonts: frozenset[str]
    colours: frozenset[str]
    bold: bool
    italic: bool
    underline: bool
    alignment: str
    indent: float
    spacing: float
    level: int
    is_rule: bool

    @property
    def is_heading(self) -> bool:
        """In the outline, or bold and numbered as one."""
        return self.level > 0 or (self.bold and bool(_HEADING.match(self.text)))


@dataclass(frozen=True)
class Grid:
    """A table: with lines around its cells it holds data, without it only lays out."""

    columns: tuple[tuple[Line, ...], ...]  # of its first row, by cell
    cells: tuple[Line, ...]
    is_lined: bool
    repeats_head: bool
    rows: int
    unbroken_rows: int


@dataclass
class Measured:
    """A whole file."""

    blocks: list[Line | Grid]
    width: float
    height: float
    margins: dict[str, float]
    header: list[str]
    first_header: list[str]
    numbers_pages: bool
    numbers_first: bool
    number_centred: bool
    running: list[Line] = field(default_factory=list)

    @property
    def head(self) -> Grid | None:
        first = next((block for block in self.blocks if _says_something(block)), None)
        return first if isinstance(first, Grid) and not first.is_lined else None

    @property
    def layout(self) -> Layout:
        """Of the Party if its name stands anywhere on top."""
        texts = {line.text for line in self.head.cells} if self.head else set()
        return Layout.PARTY if PARTY in texts and COUNTRY not in texts else Layout.STATE

    @property
    def foot(self) -> Grid | None:
        """The last table without lines, if it is not the head."""
        frames = [one for one in self.blocks if isinstance(one, Grid) and not one.is_lined]
        return frames[-1] if frames and frames[-1] is not self.head else None


def _says_something(block: Line | Grid) -> bool:
    return isinstance(block, Grid) or bool(block.text) or block.is_rule


def measure(content: bytes) -> Measured:
    """The measures of a file. Raises Unreadable."""
    try:
        document = Document(BytesIO(content))
    except (PackageNotFoundError, zipfile.BadZipFile, KeyError, ValueError) as error:
        raise Unreadable("Tệp không phải tệp Word (.docx) hoặc bị hỏng.") from error
    section, known = document.sections[0], Styles(document)
    margins = {
        side: _mm(getattr(section, f"{side}_margin")) for side in ("top", "bottom", "left", "right")
    }
    header, first = section.header, section.first_page_header
    has_first = section.different_first_page_header_footer
    numbered = _page_numbers(header)
    feet = [section.footer, *([section.first_page_footer] if has_first else [])]
    return Measured(
        blocks=list(_blocks(document, known)),
        width=_mm(section.page_width),
        height=_mm(section.page_height),
        margins=margins,
        header=[paragraph.text for paragraph in header.paragraphs],
        first_header=[paragraph.text for paragraph in first.paragraphs],
        numbers_pages=bool(numbered),
        numbers_first=bool(_page_numbers(first)) if has_first else bool(numbered),
        number_centred=all(
            styles.alignment(known.of_paragraph(paragraph._p)) == "center" for paragraph in numbered
        ),
        running=[_line(paragraph, known) for foot in feet for paragraph in foot.paragraphs],
    )


def _mm(length: Any) -> float:
    return float(length.mm) if length is not None else 0.0


def _page_numbers(part: Any) -> list[Paragraph]:
    return [
        paragraph
        for paragraph in part.paragraphs
        if any("PAGE" in (one.text or "") for one in paragraph._p.iter(qn("w:instrText")))
    ]


def _blocks(document: DocumentType, known: Styles) -> Iterator[Line | Grid]:
    for block in document.iter_inner_content():
        yield _line(block, known) if isinstance(block, Paragraph) else _grid(block, known)


def _grid(table: Table, known: Styles) -> Grid:
    rows = table._tbl.tr_lst
    lines = [[_lines(cell, table, known) for cell in row.tc_lst] for row in rows]
    return Grid(
        columns=tuple(tuple(one) for one in lines[0]) if lines else (),
        cells=tuple(line for row in lines for cell in row for line in cell),
        is_lined=_is_lined(table),
        repeats_head=bool(rows) and _is_set(rows[0], "w:tblHeader"),
        rows=len(rows),
        unbroken_rows=sum(_is_set(row, "w:cantSplit") for row in rows),
    )


def _lines(cell: Any, table: Table, known: Styles) -> list[Line]:
    return [_line(Paragraph(one, table), known) for one in cell.p_lst]  # type: ignore[arg-type]


def _is_lined(table: Table) -> bool:
    if table._tbl.tblPr.find(qn("w:tblBorders")) is not None:
        return True
    style = table.style
    while style is not None:
        if style.element.find(f".//{qn('w:tblBorders')}") is not None:
            return True
        style = style.base_style  # type: ignore[assignment]
    return False


def _is_set(row: Any, name: str) -> bool:
    found = row.find(f"./{qn('w:trPr')}/{qn(name)}")
    return found is not None and found.get(qn("w:val"), "true") not in {"0", "false", "off"}


def _line(paragraph: Paragraph, known: Styles) -> Line:
    element = paragraph._p
    runs = [run for run in element.findall(qn("w:r")) if _words(run)]
    looks = [known.of_run(run, element) for run in runs]
    shape = known.of_paragraph(element)
    return Line(
        text=paragraph.text.strip(),
        sizes=frozenset(map(styles.size, looks)),
        fonts=frozenset(font for one in looks for font in styles.fonts(one)),
        colours=frozenset(map(styles.colour, looks)) - _BLACK,
        bold=bool(runs) and all(styles.is_on(one, "w:b") for one in looks),
        italic=bool(runs) and all(styles.is_on(one, "w:i") for one in looks),
        underline=bool(runs) and all(map(styles.is_underlined, looks)),
        alignment=styles.alignment(shape),
        indent=styles.indent(shape),
        spacing=styles.spacing(shape),
        level=styles.level(shape),
        is_rule=not runs and element.find(f"./{qn('w:pPr')}/{qn('w:pBdr')}") is not None,
    )


def _words(run: Any) -> str:
    return "".join(text.text or "" for text in run.findall(qn("w:t"))).strip()
