"""Small parts of a Word file that python-docx has no words for."""

import re
import unicodedata
import zipfile
from io import BytesIO

from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.table import _Cell, _Row
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from accounts.papers.rules import FONT

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
    """As letters of TCVN 6909 go into XML: composed, without what no file may hold."""
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
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as kept,
    ):
        for entry in made.infolist():
            info = zipfile.ZipInfo(entry.filename, _ANY_DAY)
            info.compress_type = zipfile.ZIP_DEFLATED
            kept.writestr(info, made.read(entry))
    return stream.getvalue()
