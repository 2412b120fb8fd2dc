"""A Word file as lines and tables with their measures, styles already looked through."""

import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from docx import Document
from docx.document import Document as DocumentType
from docx.opc.exceptions import PackageNotFoundError
from docx.oxml.ns import qn
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from accounts.papers.content import COUNTRY, PARTY, Layout

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
    section = document.sections[0]
    margins = {
        side: _mm(getattr(section, f"{side}_margin")) for side in ("top", "bottom", "left", "right")
    }
    header, first = section.header, section.first_page_header
    has_first = section.different_first_page_header_footer
    numbered = _page_numbers(header)
    feet = [section.footer, *([section.first_page_footer] if has_first else [])]
    return Measured(
        blocks=list(_blocks(document)),
        width=_mm(section.page_width),
        height=_mm(section.page_height),
        margins=margins,
        header=[paragraph.text for paragraph in header.paragraphs],
        first_header=[paragraph.text for paragraph in first.paragraphs],
        numbers_pages=bool(numbered),
        numbers_first=bool(_page_numbers(first)) if has_first else bool(numbered),
        number_centred=all(_alignment(paragraph) == "center" for paragraph in numbered),
        running=[_line(paragraph) for foot in feet for paragraph in foot.paragraphs],
    )


def _mm(length: Any) -> float:
    return float(length.mm) if length is not None else 0.0


def _page_numbers(part: Any) -> list[Paragraph]:
    return [
        paragraph
        for paragraph in part.paragraphs
        if any("PAGE" in (one.text or "") for one in paragraph._p.iter(qn("w:instrText")))
    ]


def _blocks(document: DocumentType) -> Iterator[Line | Grid]:
    for block in document.iter_inner_content():
        yield _line(block) if isinstance(block, Paragraph) else _grid(block)


def _grid(table: Table) -> Grid:
    rows = list(table.rows)
    lines = [[_lines(cell) for cell in _cells(row.cells)] for row in rows]
    return Grid(
        columns=tuple(tuple(one) for one in lines[0]) if lines else (),
        cells=tuple(line for row in lines for cell in row for line in cell),
        is_lined=_is_lined(table),
        repeats_head=bool(rows) and _is_set(rows[0], "w:tblHeader"),
        rows=len(rows),
        unbroken_rows=sum(_is_set(row, "w:cantSplit") for row in rows),
    )


def _cells(cells: Sequence[_Cell]) -> Iterator[_Cell]:
    """Each cell once: a merged one comes again for each place it takes."""
    seen = set()
    for cell in cells:
        if cell._tc not in seen:
            seen.add(cell._tc)
            yield cell


def _lines(cell: _Cell) -> list[Line]:
    return [_line(paragraph) for paragraph in cell.paragraphs]


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
    found = row._tr.find(f"./{qn('w:trPr')}/{qn(name)}")
    return found is not None and found.get(qn("w:val"), "true") not in {"0", "false", "off"}


def _line(paragraph: Paragraph) -> Line:
    runs = [run for run in paragraph.runs if run.text.strip()]
    shape = paragraph.paragraph_format
    level = paragraph._p.find(f"./{qn('w:pPr')}/{qn('w:outlineLvl')}")
    return Line(
        text=paragraph.text.strip(),
        sizes=frozenset(_size(run, paragraph) for run in runs),
        fonts=frozenset(font for run in runs for font in _fonts(run, paragraph)),
        colours=frozenset(_colours(runs)),
        bold=bool(runs) and all(_is_on("bold", run, paragraph) for run in runs),
        italic=bool(runs) and all(_is_on("italic", run, paragraph) for run in runs),
        underline=bool(runs) and all(bool(run.underline) for run in runs),
        alignment=_alignment(paragraph),
        indent=_mm(shape.first_line_indent),
        spacing=_spacing(shape.line_spacing),
        level=int(level.get(qn("w:val"))) + 1 if level is not None else 0,
        is_rule=not runs and paragraph._p.find(f".//{qn('w:pBdr')}") is not None,
    )


def _styles(run: Run, paragraph: Paragraph) -> Iterator[Any]:
    """What says how a run looks, the nearest first."""
    yield run
    for style in (run.style, paragraph.style):
        current: Any = style
        while current is not None:
            yield current
            current = current.base_style


def _size(run: Run, paragraph: Paragraph) -> float:
    said = (style.font.size for style in _styles(run, paragraph))
    return float(next((size.pt for size in said if size is not None), 10.0))


def _is_on(name: str, run: Run, paragraph: Paragraph) -> bool:
    said = (getattr(style.font, name) for style in _styles(run, paragraph))
    return bool(next((value for value in said if value is not None), False))


def _fonts(run: Run, paragraph: Paragraph) -> Iterator[str]:
    """The font of plain letters and of those that carry marks."""
    for script in ("w:ascii", "w:hAnsi"):
        found = (_font(style, script) for style in _styles(run, paragraph))
        yield next((font for font in found if font), "?")


def _font(style: Any, script: str) -> str:
    element = style._element if isinstance(style, Run) else style.element
    fonts = element.find(f"./{qn('w:rPr')}/{qn('w:rFonts')}")
    return str(fonts.get(qn(script)) or "") if fonts is not None else ""


def _colours(runs: Sequence[Run]) -> Iterator[str]:
    for run in runs:
        element = run._element.find(f"./{qn('w:rPr')}/{qn('w:color')}")
        colour = element.get(qn("w:val")) if element is not None else "auto"
        if colour not in _BLACK:
            yield str(colour)


def _alignment(paragraph: Paragraph) -> str:
    value = paragraph.alignment
    return value.name.lower() if value is not None else "left"


def _spacing(value: Any) -> float:
    """In lines; an exact height counts as what it is to letters of 14 points."""
    if value is None:
        return 1.0
    return float(value) if isinstance(value, float) else float(value.pt) / (14 * 1.15)
