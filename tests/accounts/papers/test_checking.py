"""Spoiled files: each is a good one with one thing made wrong, and that thing is named."""

import unicodedata
from collections.abc import Callable
from copy import deepcopy
from functools import cache
from io import BytesIO

import pytest
from docx import Document
from docx.document import Document as DocumentType
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph

from documents.building import build
from documents.content import Paper
from tests.accounts.papers.samples import PARTY, sample_paper
from tests.papers_checking import validate

type Spoil = Callable[[DocumentType], None]


def starting(document: DocumentType, start: str) -> Paragraph:
    """The first paragraph, wherever it stands, that starts like this."""
    cells = [cell for table in document.tables for row in table.rows for cell in row.cells]
    everywhere = [*document.paragraphs, *(one for cell in cells for one in cell.paragraphs)]
    return next(one for one in everywhere if one.text.startswith(start))


built = cache(build)


def spoiled(good: Paper, spoil: Spoil) -> bytes:
    document = Document(BytesIO(built(good)))
    spoil(document)
    stream = BytesIO()
    document.save(stream)
    return stream.getvalue()


def margin(side: str, millimetres: int) -> Spoil:
    return lambda document: setattr(document.sections[0], f"{side}_margin", Mm(millimetres))


def sized(start: str, points: float) -> Spoil:
    return lambda document: setattr(starting(document, start).runs[0].font, "size", Pt(points))


def with_words(start: str, instead: str) -> Spoil:
    return lambda document: setattr(starting(document, start).runs[0], "text", instead)


def plain(start: str, *, bold: bool = False, italic: bool = False) -> Spoil:
    def spoil(document: DocumentType) -> None:
        run = starting(document, start).runs[0]
        run.bold, run.italic, run.underline = bold, italic, None

    return spoil


def gone(start: str) -> Spoil:
    def spoil(document: DocumentType) -> None:
        element = starting(document, start)._p
        element.getparent().remove(element)

    return spoil


def shaped(start: str, name: str, value: object) -> Spoil:
    return lambda document: setattr(starting(document, start).paragraph_format, name, value)


def without(tag: str, *, table: int) -> Spoil:
    def spoil(document: DocumentType) -> None:
        element = document.tables[table]._tbl.find(f".//{qn(tag)}")
        element.getparent().remove(element)

    return spoil


def letter_paper(document: DocumentType) -> None:
    document.sections[0].page_width, document.sections[0].page_height = Mm(216), Mm(279)


def other_font(document: DocumentType) -> None:
    starting(document, "Toàn xã").runs[0].font.name = "Arial"


def coloured(document: DocumentType) -> None:
    starting(document, "Toàn xã").runs[0].font.color.rgb = RGBColor(0xB3, 0x15, 0x1C)


def theme_font(document: DocumentType) -> None:
    fonts = starting(document, "Toàn xã").runs[0]._element.rPr.rFonts
    fonts.set(qn("w:asciiTheme"), "minorHAnsi")


def heading_by_style(document: DocumentType) -> None:
    starting(document, "Toàn xã").style = document.styles["Heading 1"]


def wide_by_default(document: DocumentType) -> None:
    styles = document.styles
    styles["Normal"].paragraph_format.line_spacing = None
    path = f"{qn('w:docDefaults')}/{qn('w:pPrDefault')}/{qn('w:pPr')}/{qn('w:spacing')}"
    styles.element.find(path).set(qn("w:line"), "480")
    starting(document, "Toàn xã").paragraph_format.line_spacing = None


def number_everywhere(document: DocumentType) -> None:
    document.sections[0].different_first_page_header_footer = False


def no_number(document: DocumentType) -> None:
    document.sections[0].header.paragraphs[0].clear()


def number_aside(document: DocumentType) -> None:
    document.sections[0].header.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT


def title_first(document: DocumentType) -> None:
    document.element.body.insert(0, starting(document, "BÁO CÁO")._p)


def foot_before_body(document: DocumentType) -> None:
    starting(document, "II.")._p.addprevious(document.tables[-1]._tbl)


def no_head(document: DocumentType) -> None:
    document.element.body.remove(document.tables[0]._tbl)


def heading_twice(document: DocumentType) -> None:
    heading = starting(document, "I.")._p
    heading.addprevious(deepcopy(heading))


def not_composed(document: DocumentType) -> None:
    run = starting(document, "Toàn xã").runs[0]
    run.text = unicodedata.normalize("NFD", run.text)


SPOILED = {
    "narrow left margin": (margin("left", 25), {"margin.left"}),
    "wide top margin": (margin("top", 30), {"margin.top"}),
    "narrow bottom margin": (margin("bottom", 15), {"margin.bottom"}),
    "wide right margin": (margin("right", 25), {"margin.right"}),
    "letter paper": (letter_paper, {"paper"}),
    "another font": (other_font, {"font"}),
    "font of a theme": (theme_font, {"font"}),
    "a colour": (coloured, {"colour"}),
    "heading by style": (
        heading_by_style,
        {"colour", "heading.number", "heading.bold", "heading.caps"},
    ),
    "wide lines by default": (wide_by_default, {"body.spacing"}),
    "letters not composed": (not_composed, {"unicode"}),
    "letters of TCVN3": (with_words("Toàn xã", "NguyÔn V¨n"), {"unicode"}),
    "letters of VNI": (with_words("Toàn xã", "Nguyeãn Vaên"), {"unicode"}),
    "small body": (sized("Toàn xã", 12), {"body"}),
    "large title": (sized("BÁO CÁO", 18), {"title"}),
    "small summary": (sized("Kết quả mô hình", 12), {"summary"}),
    "small issuer": (sized("CÔNG AN XÃ", 11), {"issuer"}),
    "small signer": (sized("Người Ký", 12), {"signer"}),
    "tiny table": (sized("Ấp 2", 8), {"table.size"}),
    "large recipients": (sized("- Như trên", 13), {"recipients"}),
    "little indent": (shaped("Toàn xã", "first_line_indent", Mm(5)), {"body.indent"}),
    "wide lines": (shaped("Toàn xã", "line_spacing", 2.0), {"body.spacing"}),
    "ragged body": (shaped("Toàn xã", "alignment", WD_ALIGN_PARAGRAPH.LEFT), {"body.alignment"}),
    "title aside": (shaped("BÁO CÁO", "alignment", WD_ALIGN_PARAGRAPH.LEFT), {"title"}),
    "no motto": (gone("Độc lập"), {"country", "rule"}),
    "another motto": (with_words("Độc lập", "Độc lập – Tự do – Hạnh phúc"), {"country"}),
    "motto not bold": (plain("Độc lập"), {"country"}),
    "no lines in the head": (without("w:pBdr", table=0), {"rule"}),
    "issuer not bold": (plain("CÔNG AN XÃ"), {"issuer"}),
    "above bold": (plain("CÔNG AN THÀNH", bold=True), {"above"}),
    "no draft line": (gone("DỰ THẢO"), {"draft"}),
    "draft without number": (with_words("DỰ THẢO", "DỰ THẢO"), {"draft"}),
    "number given": (with_words("Số:", "Số: 12/BC-CAX"), {"number"}),
    "day given": (with_words("Mẫu Đơn", "Mẫu Đơn, ngày 05 tháng 11 năm 2026"), {"place"}),
    "place upright": (plain("Mẫu Đơn"), {"place"}),
    "recipients upright": (plain("Nơi nhận", bold=True), {"recipients"}),
    "signer in small letters": (with_words("KT.", "Kt. Trưởng Công an xã"), {"signer"}),
    "title before the head": (title_first, None),
    "no head": (no_head, None),
    "no title": (gone("BÁO CÁO"), None),
    "no summary": (gone("Kết quả mô hình"), {"summary"}),
    "signed before the end": (foot_before_body, {"order.foot"}),
    "heading twice": (heading_twice, {"heading.number"}),
    "heading skipped": (gone("II."), {"heading.number"}),
    "heading not bold": (plain("I."), {"heading.bold"}),
    "heading in small letters": (with_words("I.", "I. Tình hình"), {"heading.caps"}),
    "head of table not repeated": (without("w:tblHeader", table=1), {"table.head"}),
    "rows torn": (without("w:cantSplit", table=1), {"table.rows"}),
    "head of table plain": (plain("Đã nhận"), {"table.head"}),
    "page number first": (number_everywhere, {"page.first"}),
    "no page number": (no_number, {"page.number"}),
    "page number aside": (number_aside, {"page.number"}),
}


@pytest.mark.parametrize("name", SPOILED)
def test_spoiled_file_is_refused_for_what_was_spoiled(name):
    spoil, expected = SPOILED[name]

    found = {fault.what for fault in validate(spoiled(sample_paper(), spoil))}

    assert found, name
    assert expected is None or found == expected


SPOILED_PARTY = {
    "no star": (gone("*"), "rule"),
    "country of the State": (
        with_words("ĐẢNG CỘNG", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"),
        "country",
    ),
    "small name of the Party": (sized("ĐẢNG CỘNG", 13), "country"),
    "number as the State has it": (with_words("Số", "Số: …/BC-ĐU"), "number"),
    "recipients not underlined": (plain("Nơi nhận"), "recipients"),
    "small body": (sized("Toàn xã", 13), "body"),
}


@pytest.mark.parametrize("name", SPOILED_PARTY)
def test_spoiled_file_of_the_party_is_refused(name):
    spoil, expected = SPOILED_PARTY[name]

    found = {fault.what for fault in validate(spoiled(sample_paper(PARTY), spoil))}

    assert expected in found


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 broken", b"%PDF-1.7"])
def test_what_is_no_word_file_is_said_to_be_none(content):
    [fault] = validate(content)

    assert (fault.what, "không phải tệp Word" in fault.sentence) == ("file", True)


def test_saving_with_a_word_processor_in_between_changes_no_verdict():
    assert validate(spoiled(sample_paper(), lambda document: None)) == []


def test_sentences_name_place_and_measure():
    [fault] = validate(spoiled(sample_paper(), margin("left", 25)))

    assert fault.sentence == "Có lề trái 25 mm; phải từ 30–35 mm."
