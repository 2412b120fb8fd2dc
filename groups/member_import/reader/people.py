"""From the rows of a table to people, with every problem of every cell."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import partial

from groups.member_import.reader import aliases
from groups.member_import.reader.births import ReadBirth, read_birth
from groups.member_import.reader.cells import (
    MAX_ADDRESS,
    house_number,
    is_as_above,
    is_mark,
    is_nothing,
    plain_text,
    read_gender,
    text_of,
)
from groups.member_import.reader.columns import Column, looks_like_name
from groups.member_import.reader.files import Cell
from groups.member_import.reader.names import ReadName, read_name
from groups.member_import.reader.national_ids import id_columns, id_of_row
from groups.member_import.reader.phones import ReadPhones, read_phones
from groups.member_import.reader.problems import ERRORS, BadCell, Problem, sentence
from groups.member_import.reader.rows import team_name
from groups.member_import.reader.tables import DataRow, Table
from groups.member_import.reader.zalo_facts import ZaloColumns, ZaloFacts
from vietnamese.text import clean, fold, is_landline


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One person as the file says; `row` is the row of the file, from 1."""

    sheet: str
    row: int
    full_name: str
    phone: str
    birth_year: int | None
    birth_date: date | None
    gender: str
    address: str
    team: str
    household_code: str
    is_representative: bool
    other_phones: tuple[str, ...]
    nth: int = 0  # 1 for the second of two people on one row
    national_id: str = ""  # of a portal that keeps them
    zalo: ZaloFacts | None = field(default=None, compare=False)

    @property
    def key(self) -> tuple[str, int, int]:
        """Key shared by the problems of this person."""
        return self.sheet, self.row, self.nth


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """Readable parts of a refused row, and the texts of the unreadable ones."""

    person: PersonRow
    texts: dict[str, str]


# The parts of a person that people correct, with the columns that each comes from.
EDITABLE = {
    "full_name": ("full_name", "family_name", "middle_name", "given_name"),
    "phone": ("phone", "other_phone", "relative_phone"),
    "birth": (
        "birth", "other_birth", "birth_day", "birth_month", "birth_year", "birth_male",
        "birth_female",
    ),
    "gender": ("gender", "male_mark", "female_mark"),
    "address": ("house_number", "street", "address"),
    "team": ("team",),
    "household_code": ("household_code", "household_head", "relation"),
}  # fmt: skip
_LONGEST_DAY = len("31/12/2026") + 1
_HEADS = frozenset(("chu ho", "ch", "c ho", "dai dien ho", "dai dien", "chu"))
_PART_OF = {column: part for part, columns in EDITABLE.items() for column in columns}


@dataclass
class TableReader:
    """Reads one table row by row; a household goes on until its next head."""

    table: Table
    problems: list[Problem] = field(default_factory=list)
    refused: set[tuple[str, int]] = field(default_factory=set)
    refused_rows: list[RefusedRow] = field(default_factory=list)
    household: str = ""
    has_marks: bool = False  # heads are ticked, not named
    above: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.by_field: dict[str, list[Column]] = {}
        for column in self.table.all_columns:
            self.by_field.setdefault(column.field, []).append(column)
        self.ids = [] if self.table.nth else id_columns(self.table.all_columns)
        self.phones_above: list[str] = []
        self.zalo = ZaloColumns(self.table.all_columns)
        self.hidden = [c for c in self.table.columns if c.is_hidden and c.field in _PART_OF]
        self.tells_households = not self.by_field.keys().isdisjoint(EDITABLE["household_code"])
        self.name_field = next((n for n in aliases.NAME_FIELDS if n in self.by_field), "full_name")

    def people(self) -> list[PersonRow]:
        return [one for row in self.table.rows if (one := self._person(row)) is not None]

    def _cell(self, row: DataRow, name: str) -> Cell:
        for column in self.by_field.get(name, ()):
            if column.index < len(row.cells):
                return row.cells[column.index]
        return ""

    def _text(self, row: DataRow, name: str) -> str:
        return text_of(self._cell(row, name))

    def _text_or_above(self, row: DataRow, name: str) -> str:
        """The text, which a sign of repetition takes from the rows above."""
        if name not in self.by_field:
            return ""
        text = self._read(row, name, plain_text, "")
        if len(text) < _LONGEST_DAY and (typed := house_number(self._cell(row, name))):
            self._report(row, name, "number_as_date", text=typed)
            text = typed
        if is_as_above(text):
            return self.above.get(name, "")
        if text:
            self.above[name] = text
        return text

    def _report(self, row: DataRow, name: str, code: str, **values: object) -> None:
        column = next(iter(self.by_field.get(name, ())), None)
        self._report_at(column.letter if column else "", name, row, code, **values)

    def _report_of(self, column: Column, code: str, *, row: DataRow, **values: object) -> None:
        self._report_at(column.letter, column.field, row, code, **values)

    def _report_at(self, letter: str, name: str, row: DataRow, code: str, **values: object) -> None:
        is_error = code in ERRORS
        self.problems.append(
            Problem(
                sheet=self.table.sheet,
                row=row.row,
                column=letter,
                code=code,
                message=sentence(code, **values),
                is_error=is_error,
                field=self._part_of(name),
                nth=self.table.nth,
            )
        )
        if is_error:
            self.refused.add((self.table.sheet, row.row))

    def _part_of(self, name: str) -> str:
        if name == aliases.NATIONAL_ID:
            return name
        return "full_name" if name == self.name_field else _PART_OF.get(name, "")

    def _read[T](self, row: DataRow, name: str, reads: Callable[[Cell], T], nothing: T) -> T:
        try:
            return reads(self._cell(row, name))
        except BadCell as bad:
            self._report(row, name, bad.code, **bad.values)
            return nothing

    def _person(self, row: DataRow) -> PersonRow | None:
        self._tell_hidden(row)
        name = self._name(row)
        birth = self._birth(row)
        gender = self._gender(row, name, birth[1])
        phone, other_phones = self._phones(row)
        address = self._address(row)
        household, is_representative = self._household(row, name)
        person = PersonRow(
            sheet=self.table.sheet,
            row=row.row,
            full_name=name.full_name,
            phone=phone,
            birth_year=birth[0].year,
            birth_date=birth[0].day,
            gender=gender,
            address=address,
            team=self._team(row),
            household_code=household,
            is_representative=is_representative,
            other_phones=other_phones,
            nth=self.table.nth,
            national_id=id_of_row(
                self.ids, row.cells, partial(self._report_of, row=row),
                birth_year=birth[0].year, gender=gender,
            ),
            zalo=self.zalo.facts_of(row.cells, name.note),
        )  # fmt: skip
        if (self.table.sheet, row.row) not in self.refused:
            return person
        self.refused_rows.append(RefusedRow(person, self._texts(row)))
        return None

    def _tell_hidden(self, row: DataRow) -> None:
        """Warn of hidden columns: they are read too."""
        for column in self.hidden:
            if column.index < len(row.cells) and text_of(row.cells[column.index]):
                self._report_of(column, "hidden_column", row=row)

    def _texts(self, row: DataRow) -> dict[str, str]:
        """The cells of the parts with an error, as the file has them; never what may be an id."""
        bad: dict[str, set[str]] = {}
        for problem in reversed(self.problems):
            if problem.row != row.row:
                break
            if problem.is_error and problem.field in EDITABLE:
                bad.setdefault(problem.field, set()).add(problem.code)
        return {
            part: "" if "phone_national_id" in codes else self._part_text(row, part)
            for part, codes in bad.items()
        }

    def _part_text(self, row: DataRow, part: str) -> str:
        names = (*EDITABLE[part], *({self.name_field} if part == "full_name" else ()))
        columns = [
            column for name in dict.fromkeys(names) for column in self.by_field.get(name, ())
        ]
        texts = (text_of(row.cells[c.index]) for c in columns if c.index < len(row.cells))
        return " / ".join(text for text in texts if text)

    def _name(self, row: DataRow) -> ReadName:
        column = self.name_field
        written = self._cell(row, column)
        if column == "family_name":
            others = (self._text(row, name) for name in ("middle_name", "given_name"))
            written = clean(" ".join((text_of(written), *others)))
        if not text_of(written):
            self._report(row, column, "name_missing")
            return ReadName("")
        try:
            name = read_name(written)
        except BadCell as bad:
            self._report(row, column, bad.code, **bad.values)
            return ReadName("")
        for code in name.notes:
            self._report(row, column, code, text=name.full_name)
        if name.note:
            self._report(row, column, "name_note", text=name.note)
        return name

    def _phones(self, row: DataRow) -> tuple[str, tuple[str, ...]]:
        """The person's own number, a mobile if there is one, and all the others."""
        own = self._phones_of(row, "phone", "other_phone")
        own.sort(key=is_landline)
        self.phones_above = own or self.phones_above
        relatives = [p for p in self._phones_of(row, "relative_phone") if p not in own]
        return (own[0] if own else ""), (*own[1:], *relatives)

    def _phones_of(self, row: DataRow, *names: str) -> list[str]:
        phones: list[str] = []
        for name in names:
            for column in self.by_field.get(name, ()):
                cell = row.cells[column.index] if column.index < len(row.cells) else ""
                read = self._read_column(row, column, cell)
                phones += [phone for phone in read.phones if phone not in phones]
        return phones

    def _read_column(self, row: DataRow, column: Column, cell: Cell) -> ReadPhones:
        if is_as_above(text_of(cell)):  # beside a phone it means that phone
            return ReadPhones(self.phones_above if column.field == "phone" else [])
        try:
            read = read_phones(cell)
        except BadCell as bad:
            self._report_of(column, bad.code, row=row, **bad.values)
            return ReadPhones()
        for code, text in read.notes:
            self._report_of(column, code, row=row, text=text)
        return read

    def _birth(self, row: DataRow) -> tuple[ReadBirth, str]:
        """The birth, and the sex that its column tells."""
        if "birth_male" in self.by_field or "birth_female" in self.by_field:
            male, female = (
                self._birth_cell(row, "birth_male"),
                self._birth_cell(row, "birth_female"),
            )
            if male.year and female.year:
                self._report(row, "birth_female", "birth_twice")
            sex = "male" if male.year or self._is_marked(row, "birth_male") else ""
            if female.year or self._is_marked(row, "birth_female"):
                sex = "female"
            if male.year or female.year:
                return (male if male.year else female), sex
            return self._birth_cell(row, "birth"), sex
        if "birth_day" in self.by_field and "birth_year" in self.by_field:
            return self._birth_of_parts(row), ""
        column = "birth" if "birth" in self.by_field else "birth_year"
        return self._fuller(row, self._birth_cell(row, column)), ""

    def _fuller(self, row: DataRow, birth: ReadBirth) -> ReadBirth:
        """The day, or all, that a second column tells where the first does not."""
        if "other_birth" not in self.by_field:
            return birth
        if not birth.year:
            return self._birth_cell(row, "other_birth")
        try:
            other = read_birth(self._cell(row, "other_birth"))
        except BadCell:
            return birth
        if other.year and other.year != birth.year:
            self._report(row, "other_birth", "birth_differs", text=str(birth.year))
            return birth
        return other if other.day and not birth.day else birth

    def _birth_cell(self, row: DataRow, name: str) -> ReadBirth:
        if self._is_marked(row, name):
            return ReadBirth()
        birth = self._read(row, name, read_birth, ReadBirth())
        for code, text in birth.notes:
            self._report(row, name, code, text=text)
        return birth

    def _birth_of_parts(self, row: DataRow) -> ReadBirth:
        day, month = self._text(row, "birth_day"), self._text(row, "birth_month")
        year = self._text(row, "birth_year")
        written = f"{day}/{month}/{year}" if day and month else year
        try:
            return read_birth(written)
        except BadCell as bad:
            column = "birth_day" if bad.code == "date_impossible" else "birth_year"
            self._report(row, column, bad.code, **bad.values)
            return ReadBirth()

    def _is_marked(self, row: DataRow, name: str) -> bool:
        return name in self.by_field and is_mark(self._cell(row, name))

    def _gender(self, row: DataRow, name: ReadName, by_birth: str) -> str:
        found = {by_birth, self.table.side.sex if self.table.side else ""} - {""}
        male, female = self._is_marked(row, "male_mark"), self._is_marked(row, "female_mark")
        if male and female:
            self._report(row, "female_mark", "gender_twice")
            return ""
        for is_marked, sex, column in (
            (male, "male", "male_mark"),
            (female, "female", "female_mark"),
        ):
            if is_marked:
                found.add(sex)
            elif (text := self._text(row, column)) and text != "0" and not is_nothing(text):
                self._report(row, column, "gender_unreadable", text=text)
        if "gender" in self.by_field and (written := self._read(row, "gender", read_gender, "")):
            found.add(written)
        if len(found) > 1:
            self._report(row, "gender", "gender_conflict")
            return ""
        gender = next(iter(found), "")
        if gender and name.gender and gender != name.gender:
            self._report(row, "gender", "gender_differs")
        return gender or name.gender

    def _address(self, row: DataRow) -> str:
        parts = [self._text_or_above(row, name) for name in ("house_number", "street", "address")]
        address = ", ".join(part for part in parts if part and not is_nothing(part))
        if len(address) > MAX_ADDRESS:
            column = "address" if "address" in self.by_field else "house_number"
            self._report(row, column, "address_too_long", limit=MAX_ADDRESS)
        return address

    def _team(self, row: DataRow) -> str:
        written = self._text_or_above(row, "team")
        return team_name(written) if written and not is_nothing(written) else row.team

    def _household(self, row: DataRow, name: ReadName) -> tuple[str, bool]:
        """A code of its own, else the name of the head, carried down where the file does so."""
        if not self.tells_households and not name.is_head:
            return "", False
        relation = re.sub(r"[\s.]+", " ", fold(self._text(row, "relation"))).strip()
        head = self._read(row, "household_head", plain_text, "")
        is_head = name.is_head or relation in _HEADS
        if head and (is_mark(head) or fold(head) == "chu ho"):
            is_head, head, self.has_marks = True, "", True
        code = self._read(row, "household_code", plain_text, "")
        if head and not is_nothing(head) and looks_like_name(head):
            head_name = self._read(row, "household_head", read_name, ReadName("")).full_name
            is_head = is_head or fold(head_name) == fold(name.full_name)
            code = code or head_name
        elif is_head:
            code = code or name.full_name
        if code:
            self.household = code
            return code, is_head
        follows = relation or head or self._is_below_head(row)
        has_households = {"relation", "household_head"} & set(self.by_field)
        return (self.household if has_households and follows else ""), False

    def _is_below_head(self, row: DataRow) -> bool:
        """Numbered 1.1 below 1, or not at all below a head whose cell is his household's."""
        number = self._text(row, "number")
        if not number:
            return {"number", "household_head"} <= self.by_field.keys() and not self.has_marks
        return bool(re.fullmatch(r"\d{1,4}\.\d{1,2}", number))
