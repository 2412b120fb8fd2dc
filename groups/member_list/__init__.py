"""Member lists as hamlets send them: from the bytes of a file to people and problems.

No database here: the import screen and the command compare what this finds with what is stored.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from groups.member_list import by_hand
from groups.member_list.aliases import FIELDS
from groups.member_list.columns import Column, letter_of
from groups.member_list.headings import find_header
from groups.member_list.people import EDITABLE, PersonRow, RefusedRow, TableReader
from groups.member_list.problems import DroppedRow, Problem, UnreadableFile, sentence
from groups.member_list.reading import PASTED, Sheet, read_sheets
from groups.member_list.repairing import Repair, repair_sheet
from groups.member_list.tables import find_tables
from groups.vietnamese import fold, local_phone

__all__ = [
    "EDITABLE",
    "FIELDS",
    "LEFT_OUT",
    "PASTED",
    "Column",
    "DroppedRow",
    "MemberList",
    "NoTable",
    "PersonRow",
    "Problem",
    "RefusedRow",
    "SheetMapping",
    "UnreadableFile",
    "read_member_list",
    "read_pasted",
]

_NO_TABLE = (
    "Không tìm thấy bảng có cột họ tên trong tệp. Hãy kiểm tra dòng tiêu đề "
    "(STT, Họ và tên, Số điện thoại, …) hoặc dùng tệp mẫu của cổng."
)

LEFT_OUT = -1


@dataclass
class SheetMapping:
    """How one table was understood, for people to see and to correct."""

    sheet: str
    header_row: int
    columns: list[Column]


class NoTable(UnreadableFile):
    """No table was found; `sheets` are the tables that people may point out themselves."""

    def __init__(self, sheets: list[SheetMapping]) -> None:
        super().__init__(_NO_TABLE)
        self.sheets = sheets


@dataclass
class MemberList:
    """What a file says: people in the order of the file, and all that needs a look."""

    people: list[PersonRow] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    dropped: list[DroppedRow] = field(default_factory=list)
    mapping: list[SheetMapping] = field(default_factory=list)
    refused: list[RefusedRow] = field(default_factory=list)
    repairs: dict[str, list[Repair]] = field(default_factory=dict)

    @property
    def refused_rows(self) -> set[tuple[str, int]]:
        """Sheet and row of each refused row."""
        return {(one.person.sheet, one.person.row) for one in self.refused}


def read_member_list(
    content: bytes,
    filename: str,
    *,
    mapping: Mapping[str, str] | None = None,
    header_rows: Mapping[str, int] | None = None,
) -> MemberList:
    """Reads a file of any known kind; raises UnreadableFile with a sentence for people.

    `mapping` names fields by column letter or by heading, of all sheets or (`Tổ 1!C`) of one; an
    empty field leaves a column out; it goes over what is found. `header_rows` names the row of the
    heading by sheet, 0 where it is to be found; a sheet of LEFT_OUT is not read, a hidden one that
    is named is.
    """
    result = MemberList()
    unknown: list[SheetMapping] = []
    phone_letters: dict[tuple[str, int], str] = {}
    for sheet in read_sheets(content, filename):
        named = header_rows or {}
        wanted = named.get(sheet.name, 0)
        if wanted == LEFT_OUT:
            result.dropped.append(DroppedRow(sheet.name, 0, "left_out", ""))
            continue
        if sheet.is_hidden and sheet.rows and sheet.name not in named:
            result.dropped.append(DroppedRow(sheet.name, 0, "hidden_sheet", ""))
            continue
        repairs = repair_sheet(sheet)
        of_sheet = _mapping_of(sheet.name, mapping or {})
        if not wanted and of_sheet and find_header(sheet, 0)[1] == 0:
            wanted = by_hand.known_row(sheet, of_sheet)
        tables, dropped = find_tables(sheet, mapping=of_sheet, header_row=wanted)
        result.dropped += dropped
        if not tables:
            if sheet.rows:
                result.dropped.append(DroppedRow(sheet.name, 0, "no_table", ""))
                unknown += _unknown(sheet)
            continue
        if repairs:
            result.repairs[sheet.name] = repairs
        read_rows: set[int] = set()
        people: list[PersonRow] = []
        for table in tables:
            reader = TableReader(table)
            people += reader.people()
            result.problems += reader.problems
            result.refused += reader.refused_rows
            result.mapping.append(SheetMapping(sheet.name, table.header_row, table.columns))
            read_rows |= {row.row for row in table.rows}
            phone = next((c.letter for c in table.columns if c.field == "phone"), "")
            phone_letters[sheet.name, table.nth] = phone
        if any(table.nth for table in tables):
            people.sort(key=lambda person: (person.row, person.nth))
        result.people += people
        result.problems += [
            _warning(sheet.name, repair.row, letter_of(repair.column - 1), repair.code, "",
                     codec=repair.codec, text=repair.after)
            for repair in repairs
            if repair.row in read_rows
        ]  # fmt: skip
        result.problems += [
            _warning(sheet.name, row, "", "hidden_row", "")
            for row in sorted(sheet.hidden_rows & read_rows)
        ]
    if not result.mapping:
        raise NoTable(unknown)
    result.problems += _shared_phones(result.people, phone_letters)
    result.problems += _heads_alike(result.people)
    return result


def _unknown(sheet: Sheet) -> list[SheetMapping]:
    found = by_hand.columns_of(sheet)
    return [SheetMapping(sheet.name, *found)] if found else []


def _mapping_of(sheet: str, mapping: Mapping[str, str]) -> dict[str, str]:
    """What was said of this sheet goes over what was said of all."""
    start = f"{sheet}!"
    own = {key[len(start) :]: name for key, name in mapping.items() if key.startswith(start)}
    return {**mapping, **own}


def read_pasted(text: str, *, mapping: Mapping[str, str] | None = None) -> MemberList:
    """The same for a table pasted into a box."""
    return read_member_list(text.encode(), PASTED, mapping=mapping)


def _warning(
    sheet: str, row: int, column: str, code: str, part: str, nth: int = 0, **values: object
) -> Problem:
    said = sentence(code, **values)
    return Problem(sheet, row, column, code, said, is_error=False, field=part, nth=nth)


def _shared_phones(
    people: list[PersonRow], letters: Mapping[tuple[str, int], str]
) -> list[Problem]:
    """Families share a phone: a word about it, never a refusal."""
    times = Counter(person.phone for person in people if person.phone)
    return [
        _warning(person.sheet, person.row, letters[person.sheet, person.nth], "phone_shared",
                 "phone", person.nth, text=local_phone(person.phone))
        for person in people
        if times.get(person.phone, 0) > 1
    ]  # fmt: skip


def _heads_alike(people: list[PersonRow]) -> list[Problem]:
    """Two heads of one name, whose households would be counted as one."""
    known: dict[str, PersonRow] = {}
    alike = []
    for person in people:
        if not person.is_representative or person.household_code != person.full_name:
            continue
        first = known.setdefault(fold(person.full_name), person)
        if (first.phone, first.birth_year, first.team, first.address) != (
            person.phone, person.birth_year, person.team, person.address,
        ):  # fmt: skip
            alike.append(person)
    return [
        _warning(person.sheet, person.row, "", "household_alike", "household_code", person.nth,
                 text=person.full_name)
        for person in alike
    ]  # fmt: skip
