"""A workbook of the library read back: wholly right, or a list of wrong cells."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from django.db import transaction
from openpyxl.utils import get_column_letter

from accounts.audit import services as audit
from accounts.models import User
from documents import plain_workbook
from procedures.editions import services
from procedures.editions.content import (
    PART_LABELS,
    PARTS,
    Content,
    Difference,
    content_of,
    differences,
    without_defaults,
)
from procedures.editions.models import MOST_WORDS, Edition
from procedures.editions.services import check_right
from procedures.library.models import Procedure
from procedures.library.wording import names_a_fee, word_count
from procedures.searching.services import refresh
from procedures.workbooks.writing import (
    KEY,
    OWN,
    PROCEDURES,
    Column,
    area_by_name,
    at_hand,
    columns_of_part,
    columns_of_procedures,
)
from vietnamese.text import fold

MOST_BYTES: Final = 1024 * 1024  # it waits in Valkey until somebody confirms it
MOST_ROWS: Final = 5000
type Book = dict[str, list[list[Any]]]


class UnreadableWorkbook(Exception):
    """Not a workbook of the library at all; the message says what to do."""


@dataclass(frozen=True)
class Problem:
    """A cell that is wrong, and why."""

    sheet: str
    cell: str
    sentence: str


@dataclass
class Row:
    """A procedure of the file: its own columns, and the content of an edition."""

    slug: str
    cell: str
    own: dict[str, Any]
    content: Content


@dataclass
class Reading:
    rows: list[Row] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


@dataclass(frozen=True)
class _Line:
    number: int
    cells: dict[str, tuple[str, Any]]  # heading → address, value


def read(content: bytes) -> Reading:
    """Rows and problems of a file. Raises UnreadableWorkbook for any other kind of file."""
    book = _open(content)
    reading = Reading()
    rows = _read_procedures(book, reading)
    for relation, name in PART_LABELS.items():
        _read_parts(book, relation, name, rows, reading)
    reading.rows = list(rows.values())
    return reading


def _open(content: bytes) -> Book:
    if len(content) > MOST_BYTES:
        raise UnreadableWorkbook(f"Tệp lớn hơn {MOST_BYTES // 1024 // 1024} MB. Hãy tách nhỏ.")
    try:
        return plain_workbook.read(content, most_rows=MOST_ROWS, with_formulas=True)
    except plain_workbook.Unreadable as refusal:
        raise UnreadableWorkbook(str(refusal)) from refusal


def _lines(book: Book, name: str, columns: list[Column], reading: Reading) -> Iterator[_Line]:
    """The lines under the headings of a sheet; missing headings are a problem of the first row."""
    if name not in book:
        raise UnreadableWorkbook(f"Tệp thiếu trang “{name}”. Hãy giữ nguyên các trang khi xuất.")
    heads, *lines = book[name] or [[]]
    headings = [str(cell or "").strip() for cell in heads]
    missing = ({column.heading for column in columns} | {KEY}) - set(headings)
    if missing:
        raise UnreadableWorkbook(
            f"Trang “{name}” thiếu cột: {', '.join(sorted(missing))}. Hãy giữ nguyên dòng tiêu đề."
        )
    for number, cells in enumerate(lines, 2):
        found = {}
        for place in range(max(len(headings), len(cells))):
            address = f"{get_column_letter(place + 1)}{number}"
            value = cells[place] if place < len(cells) else None
            if plain_workbook.is_formula(value):
                sentence = "Ô này là công thức. Hãy dán giá trị vào thay."
                reading.problems.append(Problem(name, address, sentence))
                value = None
            found[headings[place] if place < len(headings) else ""] = (address, value)
        if any(value not in (None, "") for _address, value in found.values()):
            yield _Line(number, found)


def _values(
    name: str, line: _Line, columns: list[Column], reading: Reading
) -> dict[str, Any] | None:
    """The columns of a line as plain values; None when a cell is wrong, which is then named."""
    values, is_right = {}, True
    for column in columns:
        address, cell = line.cells[column.heading]
        try:
            values[column.name] = column.read(cell)
        except ValueError as error:
            reading.problems.append(Problem(name, address, str(error)))
            is_right = False
    return values if is_right else None


def _read_procedures(book: Book, reading: Reading) -> dict[str, Row]:
    rows: dict[str, Row] = {}
    columns = columns_of_procedures()
    areas = area_by_name()
    headings = {column.name: column.heading for column in columns}

    def refuse(line: _Line, name: str, sentence: str) -> None:
        reading.problems.append(Problem(PROCEDURES, line.cells[headings[name]][0], sentence))

    for line in _lines(book, PROCEDURES, columns, reading):
        values = _values(PROCEDURES, line, columns, reading)
        if values is None:
            slug = str(line.cells[KEY][1] or "").strip()
            rows.setdefault(slug, Row(slug, "", {}, {}))  # so that its parts are not refused too
            continue
        slug = values["slug"]
        if slug in rows:
            refuse(line, "slug", f"Mã thủ tục “{slug}” đã có ở dòng trên.")
            continue
        area = areas.get(fold(values["area"]))
        if area is None:
            known = ", ".join(sorted(found.name for found in areas.values()))
            refuse(line, "area", f"Không có lĩnh vực “{values['area']}”. Chọn một trong: {known}.")
        _check_content(values, lambda name, sentence, line=line: refuse(line, name, sentence))
        own = {name: values[name] for name in OWN} | {"area": area}
        own |= {name: own[name] or "" for name in ("code", "matt_id")}
        content = {name: values[name] for name in Edition.CONTENT if values[name]}
        rows[slug] = Row(slug, line.cells[KEY][0], own, content)
    return rows


def _check_content(values: dict[str, Any], refuse: Any) -> None:
    short = values["short_answer"] or ""
    if word_count(short) > MOST_WORDS:
        refuse("short_answer", f"Câu này có {word_count(short)} chữ, tối đa {MOST_WORDS}.")
    if names_a_fee(short):
        refuse("short_answer", "Đừng ghi số tiền ở đây; ghi ở trang Lệ phí.")
    if values["valid_from"] and values["valid_to"] and values["valid_to"] < values["valid_from"]:
        refuse("valid_to", "Ngày hết áp dụng phải sau ngày bắt đầu.")


def _read_parts(
    book: Book, relation: str, name: str, rows: dict[str, Row], reading: Reading
) -> None:
    columns = columns_of_part(relation)
    headings = {column.name: column.heading for column in columns}
    seen = set()
    for line in _lines(book, name, columns, reading):
        address, cell = line.cells[KEY]
        slug = str(cell or "").strip()
        row = rows.get(slug)
        if row is None:
            sentence = f"Không có thủ tục “{slug}” ở trang {PROCEDURES}."
            reading.problems.append(Problem(name, address, sentence))
            continue
        values = _values(name, line, columns, reading)
        if values is None:
            continue
        wrong = _wrong_part(relation, values)
        if wrong is not None:
            column, sentence = wrong
            at = line.cells[headings[column]][0]
            reading.problems.append(Problem(name, at, sentence))
        part = without_defaults({key: values[key] for key in PARTS[relation][1]})
        key = (slug, *(part.get(column) for column in ("text", "purpose", "place")))
        if relation == "citations" and key in seen:
            reading.problems.append(Problem(name, address, "Căn cứ này đã ghi ở dòng trên."))
            continue
        seen.add(key)
        row.content.setdefault(relation, []).append(part)


def _wrong_part(relation: str, values: dict[str, Any]) -> tuple[str, str] | None:
    """The column of a part that contradicts another, and why."""
    if relation == "time_limits":
        if (values["unit"] == "at_once") != (values["amount"] is None):
            return "amount", "Ghi số lượng; chỉ “giải quyết ngay” mới để trống."
        if values["amount"] is not None and values["amount"] <= 0:
            return "amount", "Số lượng phải lớn hơn 0."
    if relation == "fees":
        if values["direct"] is None and values["online"] is None:
            return "direct", "Ghi ít nhất một mức thu; không thu thì ghi 0."
        if (
            values["valid_from"]
            and values["valid_to"]
            and values["valid_to"] < values["valid_from"]
        ):
            return "valid_to", "Ngày hết áp dụng phải sau ngày bắt đầu."
    return None


_OWN_LABELS: Final = {
    name: str(Procedure._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
    for name in OWN
}


@dataclass(frozen=True)
class Change:
    """One procedure that would change: new, its own columns, the content of its edition."""

    row: Row
    procedure: Procedure | None
    edition: Edition | None
    own: dict[str, Any]
    content: list[Difference]

    @property
    def what(self) -> str:
        """In a few words, for the preview."""
        if self.procedure is None:
            return "thủ tục mới, một bản nháp"
        changed = [_OWN_LABELS[name] for name in self.own]
        if self.content:
            is_draft = self.edition is not None and self.edition.status == Edition.Status.DRAFT
            changed.append("sửa bản nháp" if is_draft else "bản nháp mới")
        return ", ".join(changed)


def plan(rows: list[Row]) -> list[Change]:
    """Changes that these rows make to the library; nothing for rows that say the same."""
    known = {
        row.slug: row
        for row in Procedure.objects.filter(slug__in=[row.slug for row in rows]).select_related(
            "area"
        )
    }
    editions = at_hand(known.values())
    changes = []
    for row in rows:
        procedure = known.get(row.slug)
        edition = editions.get(procedure.pk) if procedure is not None else None
        own = {
            name: value
            for name, value in row.own.items()
            if procedure is None or getattr(procedure, name) != value
        }
        content = differences(content_of(edition) if edition is not None else {}, row.content)
        if own or content:
            changes.append(Change(row, procedure, edition, own, content))
    return changes


@transaction.atomic
def apply(changes: list[Change], *, by: User) -> int:
    """Apply a plan: every changed content becomes a draft; returns how many procedures.

    What is in use stays in use until somebody checks and somebody else publishes the draft.
    Raises NotAllowed, and then nothing is changed.
    """
    check_right(by, "import_edition")
    check_right(by, "change_edition")
    for change in changes:
        procedure = _procedure(change, by)
        if not change.content and change.procedure is not None:
            continue
        edition = change.edition
        if edition is not None and edition.status == Edition.Status.CHECKED:
            edition = services.draft_from(edition, by=by)
        if edition is not None and edition.status == Edition.Status.DRAFT:
            services.edit(edition, change.row.content, by=by, is_import=True)
        else:
            services.start(procedure, change.row.content, by=by, is_import=True)
    refresh()
    audit.record("procedure.imported", by=by, rows=len(changes))
    return len(changes)


def _procedure(change: Change, by: User) -> Procedure:
    if change.procedure is None:
        procedure = Procedure.objects.create(**change.row.own)
    else:
        procedure = change.procedure
        for name, value in change.own.items():
            setattr(procedure, name, value)
        if change.own:
            procedure.save(update_fields=list(change.own))
    if change.own:
        audit.record("procedure.listed", by=by, target=procedure, fields=sorted(change.own))
    return procedure
