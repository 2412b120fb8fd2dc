"""A paper as a Word file. The same paper gives the same bytes."""

from collections.abc import Sequence
from copy import deepcopy
from datetime import UTC, datetime, time
from io import BytesIO
from itertools import pairwise

from docx import Document
from docx.document import Document as DocumentType
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.table import Table as WordTable
from docx.table import _Cell, _Row

from documents.content import (
    COUNTRY,
    MOTTO,
    PARTY,
    Block,
    Heading,
    Layout,
    Paper,
    Signature,
    Table,
    Text,
)
from documents.word import (
    FONT,
    SIZES,
    Sizes,
    clean,
    field,
    keep_on_one_page,
    outline,
    paragraph_of,
    repeat_on_each_page,
    rule,
    same_bytes,
    say,
)

MARGINS = (20, 15, 20, 30)  # top, right, bottom, left
LEFT_SHARE = {Layout.STATE: 0.42, Layout.PARTY: 0.5}
INDENT = 12.7
PAGE_NUMBER = 13
MARK = 9
SIGN_HERE = 3  # empty lines for a hand and a seal


def build(document: Paper) -> bytes:
    """The file: letterhead, title, body, who signs and who gets it."""
    docx = Document()
    width = _set_page(docx, document)
    sizes = SIZES[document.letterhead.layout]
    _head(docx, document, sizes, width)
    _title(docx, document, sizes, width)
    body = document.body
    for block, following in zip(body, (*body[1:], None), strict=True):
        _block(docx, block, sizes, width)
        if isinstance(block, Text) and isinstance(following, Table):
            docx.paragraphs[-1].paragraph_format.keep_with_next = True
    if document.signatures or document.recipients:
        _foot(docx, document, sizes, width)
    stream = BytesIO()
    docx.save(stream)
    return same_bytes(stream.getvalue())


def _set_page(docx: DocumentType, document: Paper) -> float:
    """A4, page numbers from the second page on; returns the width for the text."""
    style = docx.styles["Normal"]
    style.font.name, style.font.size = FONT, Pt(14)  # type: ignore[attr-defined]
    style.element.rPr.rFonts.set(qn("w:eastAsia"), FONT)
    shape = style.paragraph_format  # type: ignore[attr-defined]
    shape.line_spacing, shape.space_after = 1.0, Pt(0)
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "vi-VN")
    style.element.rPr.append(language)
    _set_properties(docx, document)
    section = docx.sections[0]
    across, down = (297, 210) if document.is_across else (210, 297)
    if document.is_across:
        section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Mm(across), Mm(down)
    top, right, bottom, left = MARGINS
    section.top_margin, section.bottom_margin = Mm(top), Mm(bottom)
    section.left_margin, section.right_margin = Mm(left), Mm(right)
    section.different_first_page_header_footer = True
    number = section.header.paragraphs[0]
    number.alignment = WD_ALIGN_PARAGRAPH.CENTER
    field(number, "PAGE", size=PAGE_NUMBER)
    foot = ". ".join(part for part in (document.draft_line.capitalize(), document.mark) if part)
    for footer in (section.footer, section.first_page_footer):
        say(footer.paragraphs[0], foot, size=MARK, italic=True)
    return float(across - left - right)


def _set_properties(docx: DocumentType, document: Paper) -> None:
    properties = docx.core_properties
    properties.author = properties.last_modified_by = "Bình Yên"
    properties.title = clean(f"{document.title}. {document.summary}")[:250]
    properties.comments = ""
    properties.created = properties.modified = datetime.combine(document.on, time.min, UTC)


def _frame(docx: DocumentType, widths: Sequence[float]) -> list[_Cell]:
    """Columns side by side without lines."""
    table = docx.add_table(rows=1, cols=len(widths))
    _set_widths(table, widths)
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), "0")
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    look = table._tbl.tblPr.find(qn("w:tblLook"))
    look.addprevious(margins)  # Word insists on its own order of what a table has
    keep_on_one_page(table.rows[0])
    return list(table.rows[0].cells)


def _set_widths(table: WordTable, widths: Sequence[float]) -> None:
    table.autofit = False
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    sizes = [Mm(width) for width in widths]
    for column, size in zip(table.columns, sizes, strict=True):
        column.width = size
    for row in table.rows:
        for cell, size in zip(row.cells, sizes, strict=True):
            cell.width = size


def _head(docx: DocumentType, document: Paper, sizes: Sizes, width: float) -> None:
    share = LEFT_SHARE[document.letterhead.layout]
    columns = (width * share, width * (1 - share))
    left, right = _frame(docx, columns)
    _issuer(left, document, sizes, columns[0])
    if document.letterhead.is_party:
        say(right.paragraphs[0], PARTY, size=sizes.country.least, bold=True, centre=True)
        rule(right.add_paragraph(), aside=columns[1] * 0.06)
    else:
        say(right.paragraphs[0], COUNTRY, size=sizes.country.least, bold=True, centre=True)
        say(right.add_paragraph(), MOTTO, size=sizes.motto.least, bold=True, centre=True)
        rule(right.add_paragraph(), aside=max(columns[1] / 2 - 28, 0))
    if document.date_line:
        say(
            right.add_paragraph(),
            document.date_line,
            size=sizes.place.least,
            italic=True,
            centre=True,
        )


def _issuer(cell: _Cell, document: Paper, sizes: Sizes, width: float) -> None:
    above, issuer = (
        part.upper() for part in (document.letterhead.above, document.letterhead.body_line)
    )
    place = 0
    if above:
        say(paragraph_of(cell, 0), above, size=sizes.above.least, centre=True)
        place = 1
    say(paragraph_of(cell, place), issuer, size=sizes.issuer.least, bold=True, centre=True)
    if document.letterhead.is_party:
        say(cell.add_paragraph(), "*", size=sizes.issuer.least, centre=True)
    else:
        rule(cell.add_paragraph(), aside=width / 3)
    if document.number_line:
        say(cell.add_paragraph(), document.number_line, size=sizes.number.least, centre=True)
    say(cell.add_paragraph(), document.draft_line, size=sizes.number.least, bold=True, centre=True)


def _title(docx: DocumentType, document: Paper, sizes: Sizes, width: float) -> None:
    title = docx.add_paragraph()
    title.paragraph_format.space_before = Pt(12)
    say(title, document.title.upper(), size=sizes.title.most, bold=True, centre=True)
    if not document.summary:
        return
    summary = docx.add_paragraph()
    say(summary, document.summary, size=sizes.summary.least, bold=True, centre=True)
    rule(docx.add_paragraph(), aside=width / 3)
    docx.paragraphs[-1].paragraph_format.space_after = Pt(10)


def _block(docx: DocumentType, block: Block, sizes: Sizes, width: float) -> None:
    match block:
        case Heading():
            _heading(docx, block, sizes)
        case Text():
            _paragraph(docx, block, sizes)
        case Table():
            _table(docx, block, width)


def _heading(docx: DocumentType, heading: Heading, sizes: Sizes) -> None:
    paragraph = docx.add_paragraph()
    text = heading.text.upper() if heading.level == 1 else heading.text
    say(paragraph, text, size=sizes.body.most, bold=True)
    shape = paragraph.paragraph_format
    shape.first_line_indent = Mm(INDENT)
    shape.space_before, shape.space_after, shape.keep_with_next = Pt(6), Pt(6), True
    outline(paragraph, heading.level)


def _paragraph(docx: DocumentType, content: Text, sizes: Sizes) -> None:
    paragraph = docx.add_paragraph()
    say(paragraph, content.text, size=sizes.body.most, italic=content.is_basis)
    paragraph.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
    shape = paragraph.paragraph_format
    shape.first_line_indent, shape.line_spacing, shape.space_after = Mm(INDENT), 1.15, Pt(6)


def _table(docx: DocumentType, content: Table, width: float) -> None:
    table = docx.add_table(rows=2, cols=len(content.headings))
    table.style = "Table Grid"
    _set_widths(table, _widths(content, width))
    head, model = table.rows
    for cell, heading in zip(head.cells, content.headings, strict=True):
        say(cell.paragraphs[0], heading, size=content.size, bold=True, centre=True)
    repeat_on_each_page(head)
    for row in (head, model):
        keep_on_one_page(row)
    if content.rows:
        for cell in model.cells:
            say(cell.paragraphs[0], "", size=content.size)
        _fill(model, content)
    else:
        merged = model.cells[0].merge(model.cells[-1])
        say(merged.paragraphs[0], content.empty, size=content.size)
    _keep_together(table, content)
    docx.add_paragraph().paragraph_format.space_after = Pt(0)


def _fill(model: _Row, content: Table) -> None:
    """A row for each, made after the model: a register of a year has some thousands."""
    for line in content.lines:
        made = deepcopy(model._tr)
        for cell, (text, is_number) in zip(made.tc_lst, line, strict=True):
            paragraph = cell.p_lst[0]
            paragraph.r_lst[0].text = clean(text)
            if is_number:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        model._tr.addprevious(made)
    model._tr.getparent().remove(model._tr)


def _keep_together(table: WordTable, content: Table) -> None:
    """No page ends within a short table, nor in the first or last lines of a long one."""
    rows = table._tbl.tr_lst
    for row in rows[:-1] if content.is_short else [*rows[:2], *rows[-2:-1]]:
        for cell in row.tc_lst:
            for paragraph in cell.p_lst:
                paragraph.get_or_add_pPr().get_or_add_keepNext().val = True


def _widths(content: Table, width: float) -> list[float]:
    """The widths asked for, stretched to the page; equal parts where none are given."""
    asked = content.widths or (1,) * len(content.headings)
    return [width * part / sum(asked) for part in asked]


def _foot(docx: DocumentType, document: Paper, sizes: Sizes, width: float) -> None:
    gap = docx.add_paragraph()
    gap.paragraph_format.space_after = Pt(0)
    for paragraph in docx.paragraphs[-2:]:  # nobody signs a page with nothing on it
        paragraph.paragraph_format.keep_with_next = True
    columns = len(document.signatures) + bool(document.recipients)
    widths = [width / columns] * columns
    if columns == 1:
        widths = [width / 2, width / 2]
    cells = _frame(docx, widths)
    if document.recipients:
        _recipients(cells[0], document, sizes)
    for cell, signature in zip(
        cells[-len(document.signatures) :], document.signatures, strict=False
    ):
        _signature(cell, signature, document, sizes)


def _recipients(cell: _Cell, document: Paper, sizes: Sizes) -> None:
    is_party = document.letterhead.is_party
    say(
        cell.paragraphs[0], "Nơi nhận:", size=sizes.recipients.least, bold=not is_party,
        italic=not is_party, underline=is_party,
    )  # fmt: skip
    for line in document.recipient_lines:
        say(cell.add_paragraph(), line, size=sizes.recipient.least)


def _signature(cell: _Cell, signature: Signature, document: Paper, sizes: Sizes) -> None:
    titles = [one.upper() for one in (signature.authority, signature.title) if one]
    lines = [(title, True, False) for title in titles]
    if document.letterhead.is_party and len(lines) > 1:
        lines[1] = (lines[1][0], False, False)
    if signature.note:
        lines.append((signature.note, False, True))
    lines += [("", False, False)] * SIGN_HERE
    lines.append((signature.name, True, False))
    for place, (text, bold, italic) in enumerate(lines):
        say(
            paragraph_of(cell, place), text, size=sizes.signer.most, bold=bold, italic=italic,
            centre=True,
        )  # fmt: skip
    for earlier, _later in pairwise(cell.paragraphs):
        earlier.paragraph_format.keep_with_next = True
