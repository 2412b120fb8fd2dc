"""The register as a Word file: A4 across, letterhead of NĐ 30/2020, who took it on every page."""

from collections.abc import Sequence
from io import BytesIO

from docx import Document
from docx.document import Document as DocumentType
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.table import _Cell
from docx.text.paragraph import Paragraph

from accounts.models import Commune, CommuneProfile
from reports.register.rows import Line, Period

FONT = "Times New Roman"
HEADINGS = (
    ("Số", 18), ("Nhận lúc", 22), ("Cán bộ nhận", 26), ("Nhận qua", 24), ("Người báo tin", 20),
    ("Nơi và lúc xảy ra", 34), ("Tóm tắt", 55), ("Loại tin, lĩnh vực", 30), ("Xử lý", 36),
    ("Đã báo ngày", 20),
)  # fmt: skip
NOTICE = "Trang này giúp việc, không thay thế sổ tiếp nhận theo luật."


def register_docx(
    lines: Sequence[Line],
    period: Period,
    *,
    commune: Commune,
    profile: CommuneProfile | None,
    mark: str,
) -> bytes:
    """The bytes of the file. `mark` says on every page who took it and when."""
    document = Document()
    _set_page(document, mark)
    _head(document, commune, profile)
    _text(document.add_paragraph(), "SỔ TIẾP NHẬN PHẢN ÁNH", bold=True, size=14, centre=True)
    _text(
        document.add_paragraph(), f"Nhận {period.words}. {NOTICE}", italic=True, size=12,
        centre=True,
    )  # fmt: skip
    _table(document, lines)
    stream = BytesIO()
    document.save(stream)
    return stream.getvalue()


def _set_page(document: DocumentType, mark: str) -> None:
    style = document.styles["Normal"]
    style.font.name, style.font.size = FONT, Pt(11)  # type: ignore[attr-defined]
    style.element.rPr.rFonts.set(qn("w:eastAsia"), FONT)
    properties = document.core_properties
    properties.author, properties.title, properties.comments = "Bình Yên", "Sổ tiếp nhận", ""
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Mm(297), Mm(210)
    section.top_margin = section.bottom_margin = Mm(20)
    section.left_margin, section.right_margin = Mm(30), Mm(15)
    section.different_first_page_header_footer = True
    number = section.header.paragraphs[0]
    number.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _field(number, "PAGE")
    for foot in (section.footer, section.first_page_footer):
        _text(foot.paragraphs[0], mark, italic=True, size=9)


def _field(paragraph: Paragraph, name: str) -> None:
    """A field that the word processor fills in."""
    run = paragraph.add_run()
    for kind, text in (("begin", ""), ("", name), ("end", "")):
        element = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            element.set(qn("w:fldCharType"), kind)
        else:
            element.text = text
        run._r.append(element)


def _head(document: DocumentType, commune: Commune, profile: CommuneProfile | None) -> None:
    table = document.add_table(rows=1, cols=2)
    left, right = table.rows[0].cells
    above = profile.parent_body if profile else ""
    _lines(left, [(above.upper(), False), (f"CÔNG AN {str(commune).upper()}", True)])
    _lines(
        right,
        [("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", True), ("Độc lập - Tự do - Hạnh phúc", True)],
    )
    document.add_paragraph()


def _lines(cell: _Cell, texts: Sequence[tuple[str, bool]]) -> None:
    shown = [one for one in texts if one[0]]
    for place, (text, is_bold) in enumerate(shown):
        paragraph = cell.paragraphs[0] if place == 0 else cell.add_paragraph()
        _text(paragraph, text, bold=is_bold, size=12, centre=True)


def _table(document: DocumentType, lines: Sequence[Line]) -> None:
    table = document.add_table(rows=1, cols=len(HEADINGS))
    table.style = "Table Grid"
    table.autofit = False
    for cell, (heading, width) in zip(table.rows[0].cells, HEADINGS, strict=True):
        cell.width = Mm(width)
        _text(cell.paragraphs[0], heading, bold=True, size=10, centre=True)
    repeated = OxmlElement("w:tblHeader")
    repeated.set(qn("w:val"), "true")
    table.rows[0]._tr.get_or_add_trPr().append(repeated)
    for line in lines:
        cells = table.add_row().cells
        for cell, text, (_heading, width) in zip(cells, cells_of(line), HEADINGS, strict=True):
            cell.width = Mm(width)
            _text(cell.paragraphs[0], text, size=10)
    if not lines:
        merged = table.add_row().cells[0].merge(table.rows[-1].cells[-1])
        _text(merged.paragraphs[0], "Không có phản ánh nào trong khoảng này.", size=10)


def cells_of(line: Line) -> tuple[str, ...]:
    """The texts of a line, in the order of HEADINGS."""
    return (
        line.code, f"{line.received_at:%H:%M %d/%m/%Y}", line.received_by, line.channel,
        line.reporter, line.where_and_when, line.summary, line.kind, line.handling,
        f"{line.told_on:%d/%m/%Y}" if line.told_on else "",
    )  # fmt: skip


def _text(
    paragraph: Paragraph,
    text: str,
    *,
    size: int,
    bold: bool = False,
    italic: bool = False,
    centre: bool = False,
) -> None:
    run = paragraph.add_run(text)
    run.bold, run.italic, run.font.size, run.font.name = bold, italic, Pt(size), FONT
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), FONT)
    paragraph.paragraph_format.space_after = Pt(0)
    if centre:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
