"""Member lists as hamlets send them: from the bytes of a file to people and problems.

No database here: the import screen and the command compare what this finds with what is stored.

In cells written before Unicode, words decide for their cell, then the font of the cell; a cell
whose words are right under any table follows its column, then its row, then its sheet.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from groups.member_import.national_ids import are_kept
from groups.member_import.reader import headings
from groups.member_import.reader.cells import forget
from groups.member_import.reader.columns import Column, letter_of
from groups.member_import.reader.files import Worksheet, read_sheets
from groups.member_import.reader.headings import find_header
from groups.member_import.reader.ledger import Ledger
from groups.member_import.reader.people import PersonRow, RefusedRow, TableReader
from groups.member_import.reader.people_table import MOST_ABREAST, Table
from groups.member_import.reader.problems import DroppedRow, Problem, UnreadableFile, sentence
from groups.member_import.reader.tables import find_tables
from vietnamese import legacy_encodings
from vietnamese.text import clean, fold, local_phone

_UNICODE = "unicode"
_LEAST_VIQR = 2


@dataclass(frozen=True, slots=True)
class Repair:
    """One cell before and after; row and column count from 1."""

    row: int
    column: int
    codec: str
    before: str
    after: str
    code: str = "legacy_font"


@dataclass
class _Votes:
    """Votes of the cells that decide for themselves."""

    of_columns: defaultdict[int, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    of_rows: dict[int, str] = field(default_factory=dict)
    of_sheet: Counter[str] = field(default_factory=Counter)
    unicode_rows: set[int] = field(default_factory=set)

    def add(self, row: int, column: int, codec: str) -> None:
        self.of_columns[column][codec] += 1
        if codec == _UNICODE:
            self.unicode_rows.add(row)
        elif codec in legacy_encodings.CODECS:
            self.of_rows.setdefault(row, codec)
            self.of_sheet[codec] += 1

    def number_of(self, codec: str) -> int:
        return sum(counter[codec] for counter in self.of_columns.values())

    def of_column(self, column: int, codecs: tuple[str, ...]) -> str:
        """Table of most cells of the column, if it is one of these."""
        votes = self.of_columns.get(column)
        most = votes.most_common(1)[0][0] if votes else ""
        return most if most in codecs else ""

    def of_others(self, row: int, column: int) -> str:
        """For a cell whose column says nothing: its row, then the sheet where all is legacy."""
        if row in self.unicode_rows or self.of_columns.get(column):
            return self.of_rows.get(row, "") if row not in self.unicode_rows else ""
        follows = len(self.of_rows) > len(self.unicode_rows)
        sheet = self.of_sheet.most_common(1)[0][0] if follows and self.of_sheet else ""
        return self.of_rows.get(row, sheet)


def codec_of_font(font: str) -> str:
    """The table of a font by its name; empty for a font of Unicode."""
    name = font.strip().lower()
    if name.startswith(".vn"):
        return "TCVN3"
    return "VNI" if name.startswith(("vni-", "vni ")) else ""


def _own_codec(text: str) -> str:
    """Table that the words of a cell tell; empty where they are right under any table."""
    if text.isascii():
        return legacy_encodings.VIQR if legacy_encodings.is_viqr(text) else ""
    if legacy_encodings.is_mixed_up(text):
        return legacy_encodings.MIXED_UP
    return (
        _UNICODE if legacy_encodings.UNICODE_ONLY.search(text) else legacy_encodings.codec_of(text)
    )


def repair_sheet(tab: Worksheet) -> list[Repair]:
    """Rewrites the legacy cells of a sheet in place and tells which."""
    votes = _Votes()
    for number, row in enumerate(tab.rows):
        for column, cell in enumerate(row):
            if isinstance(cell, str) and (codec := _own_codec(cell)):
                votes.add(number, column, codec)
    is_signed = votes.number_of(legacy_encodings.VIQR) >= _LEAST_VIQR
    is_legacy = bool(votes.of_sheet or votes.number_of(legacy_encodings.MIXED_UP))
    if not is_signed and not is_legacy:
        return []
    texts = {
        (number, column): cell
        for number, row in enumerate(tab.rows)
        for column, cell in enumerate(row)
        if isinstance(cell, str) and cell
    }
    repairs = _repair_signed(tab, votes, texts) if is_signed else []
    if is_legacy:
        repairs += _repair_fonts(tab, votes, texts)
    return sorted(repairs, key=lambda repair: (repair.row, repair.column))


def _repair_signed(
    tab: Worksheet, votes: _Votes, texts: dict[tuple[int, int], str]
) -> list[Repair]:
    """`Be'` alone may be anything; beside `Nguye^~n` of the same column it is Bé."""
    cells = {place: text for place, text in texts.items() if text.isascii()}
    return [
        _rewrite(tab, place, legacy_encodings.VIQR, text)
        for place, text in cells.items()
        if (votes.of_column(place[1], (legacy_encodings.VIQR,)) or legacy_encodings.is_viqr(text))
        and legacy_encodings.from_viqr(text) != text
    ]


def _repair_fonts(tab: Worksheet, votes: _Votes, texts: dict[tuple[int, int], str]) -> list[Repair]:
    cells = {
        place: text
        for place, text in texts.items()
        if not text.isascii() and _own_codec(text) != _UNICODE
    }
    fonts = tab.fonts_of(set(cells)) if tab.fonts_of and votes.of_sheet else {}
    repairs = []
    for place, text in cells.items():
        own, font = _own_codec(text), fonts.get(place, "")
        if own != legacy_encodings.MIXED_UP and not legacy_encodings.MAYBE_LEGACY.search(text):
            continue
        column = votes.of_column(place[1], legacy_encodings.CODECS)
        if own == legacy_encodings.MIXED_UP:
            codec = own
        elif by_font := codec_of_font(font):
            codec = by_font
        elif own:
            codec = column or votes.of_sheet.most_common(1)[0][0]
        else:
            codec = column or ("" if font else votes.of_others(*place))
        if codec and legacy_encodings.convert(text, codec) != text:
            repairs.append(_rewrite(tab, place, codec, text, font))
    return repairs


def _rewrite(
    tab: Worksheet, place: tuple[int, int], codec: str, text: str, font: str = ""
) -> Repair:
    after, code = legacy_encodings.convert(text, codec), "legacy_font"
    if codec == "TCVN3" and font.upper().endswith("H"):
        after, code = (
            after.upper(),
            "legacy_capitals",
        )  # such a font shows small letters as capitals
    tab.rows[place[0]][place[1]] = after
    return Repair(place[0] + 1, place[1] + 1, codec, text, after, code)


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
    """Content of a file: people in the order of the file, and all that needs a look."""

    people: list[PersonRow] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    dropped: list[DroppedRow] = field(default_factory=list)
    mapping: list[SheetMapping] = field(default_factory=list)
    refused: list[RefusedRow] = field(default_factory=list)
    repairs: dict[str, list[Repair]] = field(default_factory=dict)
    ledger: Ledger = field(default_factory=Ledger)
    joined: set[tuple[str, int]] = field(default_factory=set)  # rows that go on with others

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
    for tab in read_sheets(content, filename):
        named = header_rows or {}
        wanted = named.get(tab.name, 0)
        if wanted == LEFT_OUT:
            result.dropped.append(DroppedRow(tab.name, 0, "left_out", ""))
            result.ledger.add_unread(tab)
            continue
        if tab.is_hidden and tab.rows and tab.name not in named:
            result.dropped.append(DroppedRow(tab.name, 0, "hidden_sheet", ""))
            result.ledger.add_unread(tab)
            continue
        repairs = repair_sheet(tab)
        of_sheet = _mapping_of(tab.name, mapping or {})
        if not wanted and of_sheet and find_header(tab, 0)[1] == 0:
            wanted = headings.known_row(tab, of_sheet)
        tables, dropped = find_tables(tab, mapping=of_sheet, header_row=wanted)
        result.dropped += dropped
        if not tables:
            result.ledger.add_unread(tab)
            if tab.rows:
                result.dropped.append(DroppedRow(tab.name, 0, "no_table", ""))
                if found := headings.columns_of(tab):
                    unknown.append(SheetMapping(tab.name, *found))
            continue
        if repairs:
            result.repairs[tab.name] = repairs
        if tab.kind:
            result.dropped.append(DroppedRow(tab.name, 0, tab.kind, ""))
        for table in tables:
            phone = next((c.letter for c in table.columns if c.field == "phone"), "")
            phone_letters[tab.name, table.nth] = phone
        _read_tables(result, tab, tables, dropped, repairs)
    if not result.mapping:
        raise NoTable(unknown)
    forget()
    result.problems += _shared_phones(result.people, phone_letters)
    result.problems += _heads_alike(result.people)
    return result


def _read_tables(
    result: MemberList,
    tab: Worksheet,
    tables: list[Table],
    dropped: list[DroppedRow],
    repairs: list[Repair],
) -> None:
    """The people of a sheet in the order of its rows, their problems, and the account of cells."""
    read_rows: set[int] = set()
    people: list[PersonRow] = []
    problems: list[Problem] = []
    refused: list[RefusedRow] = []
    for table in tables:
        reader = TableReader(table)
        people += reader.people()
        problems += reader.problems
        refused += reader.refused_rows
        result.mapping.append(SheetMapping(tab.name, table.header_row, table.columns))
        read_rows |= {row.row for row in table.rows}
        result.joined |= {(tab.name, row) for row in table.further}
    if any(person.nth for person in people):
        people.sort(key=lambda person: (person.row, person.nth))
    problems += [
        _warning(tab.name, repair.row, letter_of(repair.column - 1), repair.code, "",
                 codec=repair.codec, text=repair.after)
        for repair in repairs
        if repair.row in read_rows
    ]  # fmt: skip
    result.ledger.add_sheet(
        tab,
        tables,
        dropped,
        problems=problems,
        repaired={(repair.row, repair.column) for repair in repairs},
        refused={(one.person.row, one.person.nth) for one in refused},
        can_keep_ids=are_kept(),
    )
    problems += [
        _warning(tab.name, row, "", "hidden_row", "") for row in sorted(tab.hidden_rows & read_rows)
    ]
    for (row, column), text in sorted(tab.comments.items()):
        if row + 1 in read_rows:
            place = (tab.name, row + 1, letter_of(column))
            problems.append(_warning(*place, "cell_comment", "", text=clean(text)))
        else:
            text = f"{letter_of(column)}{row + 1}: {clean(text)}"
            result.dropped.append(DroppedRow(tab.name, row + 1, "comment", text[:200]))
    result.people += people
    result.problems += problems
    result.refused += refused


def _mapping_of(title: str, mapping: Mapping[str, str]) -> dict[str, str]:
    """The choice for this sheet overrides the choice for all."""
    start = f"{title}!"
    own = {key[len(start) :]: name for key, name in mapping.items() if key.startswith(start)}
    return {**mapping, **own}


def _warning(
    name: str, row: int, column: str, code: str, part: str, nth: int = 0, **values: object
) -> Problem:
    message = sentence(code, **values)
    return Problem(name, row, column, code, message, is_error=False, field=part, nth=nth)


def _shared_phones(
    people: list[PersonRow], letters: Mapping[tuple[str, int], str]
) -> list[Problem]:
    """Families share a phone: a word about it, never a refusal."""
    times = Counter(person.phone for person in people if person.phone)
    return [
        _warning(person.sheet, person.row, letters[person.sheet, person.nth % MOST_ABREAST],
                 "phone_shared", "phone", person.nth, text=local_phone(person.phone))
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
