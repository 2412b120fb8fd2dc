"""The words of head, title, body and foot, and their letters."""

import re
from collections.abc import Iterator, Sequence

from documents import word
from documents.content import COUNTRY, MOTTO, PARTY, Layout
from documents.word import Range, Sizes
from tests.papers_checking.faults import Fault
from tests.papers_checking.measuring import Grid, Line, Measured
from tests.papers_checking.order import body_of, tables, title_of

_NUMBER = {
    Layout.STATE: re.compile(r"^Số: (?:…|\s)+/[A-ZĐ]+-[A-ZĐ]+$"),
    Layout.PARTY: re.compile(r"^Số (?:…|\s)+-[A-ZĐ]+/[A-ZĐ]+$"),
}
_PLACE = re.compile(r"^\S.*, ngày (?:…|\s)+ tháng (?:…|\s)+ năm \d{4}$")
_DRAFT = re.compile(r"^DỰ THẢO LẦN [1-9]\d*$")
# A register and minutes name their day in the text and may have no number.
_WITHOUT_NUMBER = ("SỔ ", "BIÊN BẢN")
_CAPS, _BOLD, _ITALIC, _PLAIN = "in hoa", "in đậm", "in nghiêng", "chữ đứng, không đậm"


def check_words(measured: Measured) -> Iterator[Fault]:
    """Faults of what must be said, and of the letters it is said in."""
    sizes = word.SIZES[measured.layout]
    title = title_of(measured)
    if measured.head is not None:
        yield from _head(measured.head, measured.layout, sizes, title)
    if title is not None:
        yield from _title(measured, title, sizes)
    for line in body_of(measured):
        yield from _body(line, sizes)
    for line in (one for one in measured.blocks if isinstance(one, Line) and one.is_heading):
        yield from _sized(line, sizes.body, "heading")
    for place, grid in enumerate(tables(measured), 1):
        yield from _table(grid, place)
    if measured.foot is not None:
        yield from _foot(measured.foot, measured.layout, sizes)


def _head(head: Grid, layout: Layout, sizes: Sizes, title: Line | None) -> Iterator[Fault]:
    left, right = ([*column] for column in (*head.columns, (), ())[:2])
    yield from _right(right, layout, sizes)
    yield from _issuer(left, layout, sizes)
    drafts = [line for line in left if _DRAFT.match(line.text)]
    if not drafts:
        yield Fault("draft", "Thiếu dòng “DỰ THẢO LẦN …”.")
    for line in drafts:
        yield from _looks(line, "draft", sizes.number, _BOLD)
    if title is not None and title.text.startswith(_WITHOUT_NUMBER):
        return
    yield from _to_be_filled(left, _NUMBER[layout], "number", "số, ký hiệu (để trống số)", sizes)
    yield from _to_be_filled(right, _PLACE, "place", "địa danh, ngày tháng (để trống)", sizes)


def _right(lines: Sequence[Line], layout: Layout, sizes: Sizes) -> Iterator[Fault]:
    texts = [line.text for line in lines]
    wanted = {COUNTRY: sizes.country, MOTTO: sizes.motto}
    if layout is Layout.PARTY:
        wanted = {PARTY: sizes.country}
    for place, (text, size) in enumerate(wanted.items()):
        if texts[place : place + 1] != [text]:
            yield Fault("country", f"Bên phải thiếu dòng “{text}”, hoặc dòng này sai chỗ.")
            continue
        yield from _looks(lines[place], "country", size, _BOLD)
    last = len(wanted)
    if not lines[last : last + 1] or not lines[last].is_rule:
        yield Fault("rule", f"Thiếu đường kẻ dưới “{[*wanted][-1]}”.")


def _issuer(lines: Sequence[Line], layout: Layout, sizes: Sizes) -> Iterator[Fault]:
    """Check the upper body, plain; the issuer, bold; then a line, or the star of the Party."""
    names = []
    for line in lines:
        if line.is_rule or line.text in {"", "*"}:
            break
        names.append(line)
    if not names or not names[-1].text:
        yield Fault("issuer", "Bên trái thiếu tên cơ quan ban hành.")
        return
    yield from _looks(names[-1], "issuer", sizes.issuer, _BOLD, _CAPS)
    for line in names[:-1]:
        yield from _looks(line, "above", sizes.above, _CAPS, _PLAIN)
    after = lines[len(names) : len(names) + 1]
    is_party = layout is Layout.PARTY
    if not after or (after[0].text != "*" if is_party else not after[0].is_rule):
        missing = "dấu sao" if is_party else "đường kẻ"
        yield Fault("rule", f"Thiếu {missing} dưới tên cơ quan ban hành.")


def _to_be_filled(
    lines: Sequence[Line], pattern: re.Pattern[str], what: str, name: str, sizes: Sizes
) -> Iterator[Fault]:
    found = [line for line in lines if pattern.match(line.text)]
    if not found:
        yield Fault(what, f"Phần đầu thiếu dòng {name}.")
    look = _ITALIC if what == "place" else _PLAIN
    for line in found:
        yield from _looks(line, what, getattr(sizes, what), look)


def _title(measured: Measured, title: Line, sizes: Sizes) -> Iterator[Fault]:
    yield from _looks(title, "title", sizes.title, _BOLD)
    blocks = measured.blocks
    after = blocks[blocks.index(title) + 1 :]
    summary = after[0] if after and isinstance(after[0], Line) else None
    for line in (title, summary):
        if line is not None and line.bold and line.alignment != "center":
            yield Fault("title", f"“{line.text[:40]}” phải ở giữa trang.")
    if summary is None or not summary.bold or summary.is_heading:
        yield Fault("summary", "Thiếu trích yếu nội dung, in đậm, dưới tên loại văn bản.")
        return
    yield from _looks(summary, "summary", sizes.summary, _BOLD)
    if len(after) < 2 or not (isinstance(after[1], Line) and after[1].is_rule):
        yield Fault("rule", "Thiếu đường kẻ dưới trích yếu nội dung.")


def _body(line: Line, sizes: Sizes) -> Iterator[Fault]:
    yield from _sized(line, sizes.body, "body")
    start = line.text[:40]
    if not word.INDENT.allows(line.indent):
        yield Fault(
            "body.indent",
            f"“{start}” lùi đầu dòng {line.indent:.1f} mm; phải từ {word.INDENT} mm.",
        )
    if not word.SPACING.allows(line.spacing):
        yield Fault("body.spacing", f"“{start}” cách dòng {line.spacing:.1f}; phải từ 1 đến 1,5.")
    if line.alignment != "justify":
        yield Fault("body.alignment", f"“{start}” phải dàn đều hai bên.")


def _table(grid: Grid, place: int) -> Iterator[Fault]:
    for line in grid.cells:
        yield from _sized(line, word.TABLE, "table.size")
    if not all(line.bold for column in grid.columns for line in column if line.text):
        yield Fault("table.head", f"Hàng đầu của bảng {place} phải in đậm.")


def _foot(foot: Grid, layout: Layout, sizes: Sizes) -> Iterator[Fault]:
    is_party = layout is Layout.PARTY
    columns = list(foot.columns)
    first = columns[0][0] if columns and columns[0] else None
    if first is not None and first.text == "Nơi nhận:":
        yield from _sized(first, sizes.recipients, "recipients")
        is_right = first.underline if is_party else first.bold and first.italic
        if not is_right:
            how = "gạch chân" if is_party else "in nghiêng, đậm"
            yield Fault("recipients", f"“Nơi nhận:” phải {how}.")
        for line in columns.pop(0)[1:]:
            yield from _sized(line, sizes.recipient, "recipients")
            if line.text and not line.text.startswith("- "):
                yield Fault("recipients", f"“{line.text}”: phải bắt đầu bằng gạch đầu dòng.")
    for column in columns:
        yield from _signer([line for line in column if line.text], sizes)


def _signer(lines: Sequence[Line], sizes: Sizes) -> Iterator[Fault]:
    if not lines:
        return
    if lines[0].text != lines[0].text.upper() or not lines[0].bold:
        yield Fault("signer", f"“{lines[0].text}”: quyền hạn, chức vụ người ký in hoa đậm.")
    for line in lines:
        yield from _sized(line, sizes.signer, "signer")


def _looks(line: Line, what: str, size: Range, *wanted: str) -> Iterator[Fault]:
    yield from _sized(line, size, what)
    found = {
        _BOLD: line.bold, _ITALIC: line.italic and not line.bold,
        _CAPS: line.text == line.text.upper(), _PLAIN: not line.bold and not line.italic,
    }  # fmt: skip
    for how in wanted:
        if not found[how]:
            yield Fault(what, f"“{line.text[:40]}” phải {how}.")


def _sized(line: Line, size: Range, what: str) -> Iterator[Fault]:
    for found in sorted(line.sizes):
        if not size.allows(found):
            yield Fault(what, f"“{line.text[:40]}” cỡ chữ {found:g}; phải là {size}.")
