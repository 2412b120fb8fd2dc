"""The measures that the rules allow, in points and millimetres; both ends are allowed.

State: NĐ 30/2020/NĐ-CP, annex I. Party: HD 36-HD/VPTW of 2018. What builds a paper chooses within
them; what measures one holds it against them.
"""

import re
import unicodedata
import zipfile
from dataclasses import dataclass
from io import BytesIO

from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.table import _Cell, _Row
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from documents.content import Layout

FONT = "Times New Roman"
A4 = (210.0, 297.0)


@dataclass(frozen=True)
class Range:
    """From … to …, with a hair's breadth for rounding."""

    least: float
    most: float

    def allows(self, value: float) -> bool:
        return self.least - 0.1 <= value <= self.most + 0.1

    def __str__(self) -> str:
        ends = (f"{end:g}".replace(".", ",") for end in (self.least, self.most))
        return "–".join(ends) if self.least != self.most else next(ends)


TOP = BOTTOM = Range(20, 25)
LEFT = Range(30, 35)
RIGHT = Range(15, 20)
INDENT = Range(10, 12.7)
SPACING = Range(1, 1.5)
TABLE = Range(10, 14)
FOOT = Range(8, 11)


@dataclass(frozen=True)
class Sizes:
    """Sizes of letters, by what the words are."""

    above: Range
    issuer: Range
    country: Range
    motto: Range
    number: Range
    place: Range
    title: Range
    summary: Range
    body: Range
    signer: Range
    recipients: Range
    recipient: Range


SIZES = {
    Layout.STATE: Sizes(
        above=Range(12, 13), issuer=Range(12, 13), country=Range(12, 13), motto=Range(13, 14),
        number=Range(13, 13), place=Range(13, 14), title=Range(13, 14), summary=Range(13, 14),
        body=Range(13, 14), signer=Range(13, 14), recipients=Range(12, 12),
        recipient=Range(11, 11),
    ),
    Layout.PARTY: Sizes(
        above=Range(14, 14), issuer=Range(14, 14), country=Range(15, 15), motto=Range(15, 15),
        number=Range(14, 14), place=Range(14, 14), title=Range(15, 16), summary=Range(14, 15),
        body=Range(14, 15), signer=Range(14, 14), recipients=Range(14, 14),
        recipient=Range(12, 12),
    ),
}  # fmt: skip


# Small parts of a Word file that python-docx has no words for.


WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_NOT_IN_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_ANY_DAY = (1980, 1, 1, 0, 0, 0)


def say(
    paragraph: Paragraph,
    text: str,
    *,
    size: float,
    bold: bool = False,
    italic: bool = False,
    underline: bool = False,
    centre: bool = False,
) -> Run:
    """Words at the end of a paragraph; no space is left below it."""
    run = paragraph.add_run(clean(text))
    font = run.font
    run.bold, run.italic, run.underline = bold, italic, underline or None
    font.size, font.name = Pt(size), FONT
    fonts = run._element.get_or_add_rPr().get_or_add_rFonts()
    for script in ("w:eastAsia", "w:cs"):
        fonts.set(qn(script), FONT)
    paragraph.paragraph_format.space_after = Pt(0)
    if centre:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    return run


def clean(text: str) -> str:
    """Text for XML: composed letters (TCVN 6909), without characters that XML forbids."""
    return unicodedata.normalize("NFC", _NOT_IN_XML.sub("", str(text)))


def paragraph_of(cell: _Cell, place: int) -> Paragraph:
    """The paragraph at a place of a cell: the one that every cell has, then new ones."""
    return cell.paragraphs[0] if place == 0 else cell.add_paragraph()


def rule(paragraph: Paragraph, *, aside: float) -> None:
    """Make an empty paragraph a line, `aside` millimetres away from both ends."""
    borders = OxmlElement("w:pBdr")
    top = OxmlElement("w:top")
    for name, value in (("val", "single"), ("sz", "6"), ("space", "1"), ("color", "000000")):
        top.set(qn(f"w:{name}"), value)
    borders.append(top)
    paragraph._p.get_or_add_pPr().append(borders)
    shape = paragraph.paragraph_format
    shape.left_indent = shape.right_indent = Mm(aside)
    shape.space_before, shape.space_after = Pt(2), Pt(0)
    shape.line_spacing = Pt(4)


def field(paragraph: Paragraph, name: str, *, size: float) -> None:
    """A field that the word processor fills in, as the number of the page."""
    run = say(paragraph, "", size=size)
    for kind, text in (("begin", ""), ("", name), ("end", "")):
        element = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            element.set(qn("w:fldCharType"), kind)
        else:
            element.text = text
        run._r.append(element)


def outline(paragraph: Paragraph, level: int) -> None:
    """Let the paragraph stand in the outline of the document."""
    element = OxmlElement("w:outlineLvl")
    element.set(qn("w:val"), str(level - 1))
    paragraph._p.get_or_add_pPr().append(element)


def repeat_on_each_page(row: _Row) -> None:
    _set_of_row(row, "w:tblHeader")


def keep_on_one_page(row: _Row) -> None:
    _set_of_row(row, "w:cantSplit")


def _set_of_row(row: _Row, name: str) -> None:
    element = OxmlElement(name)
    element.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(element)


def same_bytes(content: bytes) -> bytes:
    """The same file whenever it is made: a zip writes down the minute of each part."""
    stream = BytesIO()
    with (
        zipfile.ZipFile(BytesIO(content)) as made,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for entry in made.infolist():
            info = zipfile.ZipInfo(entry.filename, _ANY_DAY)
            info.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(info, made.read(entry))
    return stream.getvalue()
