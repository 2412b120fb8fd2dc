"""From the rows of a table to people, with every problem of every cell."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from groups.member_import.reader import family_cells, notes_say
from groups.member_import.reader.births import ReadBirth, read_birth, read_month_first
from groups.member_import.reader.cell_reader import PART_OF, CellReader
from groups.member_import.reader.cells import (
    MAX_ADDRESS,
    is_as_above,
    is_mark,
    is_nothing,
    read_gender,
    text_of,
)
from groups.member_import.reader.columns import Column, looks_like_name
from groups.member_import.reader.families import SEX_OF_KIN, is_called_so
from groups.member_import.reader.files import Cell
from groups.member_import.reader.households import Household
from groups.member_import.reader.names import ReadName, read_name, sex_called
from groups.member_import.reader.national_ids import id_columns, id_of_row
from groups.member_import.reader.people_table import MOST_ABREAST, DataRow
from groups.member_import.reader.person import EDITABLE, PersonRow, RefusedRow
from groups.member_import.reader.phones import ReadPhones, phones_beside, read_phones
from groups.member_import.reader.problems import BadCell
from groups.member_import.reader.rows import team_inside, team_name
from groups.member_import.reader.zalo_facts import ZaloColumns
from vietnamese.text import clean, fold, is_landline

__all__ = ["EDITABLE", "PersonRow", "RefusedRow", "TableReader"]

_MOST_TEAM_WORDS = 14  # “nhân dân số”, before the number
_HEADS = frozenset(("chu ho", "ch", "c ho", "dai dien ho", "dai dien", "chu"))
_GOES_ON = re.compile(r"\s*\(tiếp[^()]*\)$", re.IGNORECASE)  # over the end of a page


@dataclass
class TableReader(CellReader):
    """Reads one table row by row; a household goes on until its next head."""

    refused_rows: list[RefusedRow] = field(default_factory=list)
    household: str = ""
    has_marks: bool = False  # heads are ticked, not named

    def __post_init__(self) -> None:
        super().__post_init__()
        self.ids = [] if self.table.nth else id_columns(self.table.all_columns)
        self.phones_above: list[str] = []
        self.zalo = ZaloColumns(self.table.all_columns)
        self.hidden = [c for c in self.table.columns if c.is_hidden and c.field in PART_OF]
        self.tells_households = not self.by_field.keys().isdisjoint(EDITABLE["household_code"])

    def people(self) -> list[PersonRow]:
        return [one for row in self.table.rows if (one := self._person(row)) is not None]

    def _person(self, row: DataRow) -> PersonRow | None:
        self.nth = self.table.nth + row.nth * MOST_ABREAST
        self._tell_hidden(row)
        name = self._name(row)
        birth = self._birth(row)
        if self.notes and not birth[0].year and (written := self._from_note(row, notes_say.birth)):
            birth = (read_birth(written), birth[1])
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
            team=self._team(row, address),
            household_code=household,
            is_representative=is_representative,
            other_phones=other_phones,
            nth=self.nth,
            national_id=id_of_row(
                self.ids, row.cells, partial(self._report_of, row=row),
                birth_year=birth[0].year, gender=gender,
            ),
            zalo=self.zalo.facts_of(row.cells, name.note),
        )  # fmt: skip
        if (row.row, self.nth) not in self.refused:
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
            if (problem.row, problem.nth) != (row.row, self.nth):
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
        called = ""
        is_strict = any(one.is_strict for one in self.by_field.get(column, ()))
        written = self._cell(row, column)
        if column == "family_name":
            others = (self._text(row, name) for name in ("middle_name", "given_name"))
            written = clean(" ".join((text_of(written), *others)))
        if self.notes and (real := self._from_note(row, notes_say.real_name)):
            self._report(row, column, "name_note", text=text_of(written))
            called, written, is_strict = text_of(written), real, False
        if not text_of(written):
            self._report(row, column, "name_missing")
            return ReadName("")
        try:
            name = self._read_name(written)
        except BadCell as bad:
            self._report(row, column, bad.code, **bad.values)
            return ReadName("")
        name.gender = name.gender or sex_called(called)
        if is_strict and is_called_so(name.full_name):
            self._report(row, column, "name_called", text=name.full_name)
        if row.names:
            self._report(row, column, "name_split", text=row.names)
        for code in name.notes:
            self._report(row, column, code, text=name.full_name)
        if name.note:
            self._report(row, column, "name_note", text=name.note)
        return name

    @staticmethod
    def _read_name(written: Cell) -> ReadName:
        """The name; of one with figures beside it (`Kiều Thị Đông T2`) the words alone."""
        try:
            return read_name(written)
        except BadCell as bad:
            one = family_cells.alone_in(written) if bad.code == "name_digits" else None
            if one is None or not family_cells.explains(one):
                raise
            name = read_name(one.name)
            name.note = text_of(written)
            return name

    def _phones(self, row: DataRow) -> tuple[str, tuple[str, ...]]:
        """The person's own number, a mobile if there is one, and all the others."""
        own = self._phones_of(row, "phone", "other_phone")
        if not own and (written := self._from_note(row, phones_beside)):
            self._report(row, "note", "phone_in_note", text=written)
            own = read_phones(written).phones
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
        birth = self._read(row, name, self._birth_reader(name), ReadBirth())
        for code, text in birth.notes:
            self._report(row, name, code, text=text)
        return birth

    def _birth_reader(self, name: str) -> Callable[[Cell], ReadBirth]:
        columns = self.by_field.get(name, ())
        return read_month_first if any(one.is_month_first for one in columns) else read_birth

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

    def _gender(self, row: DataRow, name: ReadName, by_birth: str) -> str:
        side = self.table.side
        found = {by_birth, row.sex, side.sex if side and not row.is_other else ""} - {""}
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
        if "gender" in self.by_field and (written := self._written_gender(row)):
            found.add(written)
        if len(found) > 1:
            self._report(row, "gender", "gender_conflict")
            return ""
        gender = next(iter(found), "") or SEX_OF_KIN.get(fold(self._text(row, "relation")), "")
        if gender and name.gender and gender != name.gender:
            self._report(row, "gender", "gender_differs")
        return gender or name.gender or self._sex_of_head(row, name)

    @staticmethod
    def _sex_of_head(row: DataRow, name: ReadName) -> str:
        """`Hộ số 1: Ông Lê Quang Đạo` says of one person below what nothing else does."""
        block = row.household
        return block.sex if block and fold(block.head) == fold(name.full_name) else ""

    def _written_gender(self, row: DataRow) -> str:
        if is_as_above(self._text(row, "gender")):
            return self.above.get("gender", "")
        codes = next((c.codes for c in self.by_field["gender"] if c.codes), {})
        if code := codes.get(fold(self._text(row, "gender"))):
            self.above["gender"] = code
            return code
        self.above["gender"] = self._read(row, "gender", read_gender, "")
        return self.above["gender"]

    def _address(self, row: DataRow) -> str:
        parts = [self._text_or_above(row, name) for name in ("house_number", "street", "address")]
        address = ", ".join(part for part in parts if part and not is_nothing(part))
        if len(address) > MAX_ADDRESS:
            column = "address" if "address" in self.by_field else "house_number"
            self._report(row, column, "address_too_long", limit=MAX_ADDRESS)
        return address or (row.household.address if row.household else "")

    def _team(self, row: DataRow, address: str) -> str:
        written = self._text_or_above(row, "team")
        if not written or is_nothing(written):
            return row.team or team_inside(address)
        team = team_name(written)
        if len(written) > len(team) + _MOST_TEAM_WORDS and fold(team) in fold(written):
            self._report(row, "team", "team_words", text=written)
        return team

    def _household(self, row: DataRow, name: ReadName) -> tuple[str, bool]:
        """A code of its own, else the name of the head, carried down where the file does so."""
        if row.household is not None:
            return self._household_of_block(row.household, row, name)
        if not self.tells_households and not name.is_head:
            return "", False
        relation = re.sub(r"[\s.]+", " ", fold(self._text(row, "relation"))).strip()
        head = self._text_or_above(row, "household_head")
        is_head = name.is_head or relation in _HEADS
        if head and (is_mark(head) or fold(head) == "chu ho"):
            is_head, head, self.has_marks = True, "", True
        code = _GOES_ON.sub("", self._text_or_above(row, "household_code"))
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

    def _household_of_block(
        self, block: Household, row: DataRow, name: ReadName
    ) -> tuple[str, bool]:
        """The household whose title stands above: its head by name, else by the relation."""
        relation = re.sub(r"[\s.]+", " ", fold(self._text(row, "relation"))).strip()
        is_head = name.is_head or relation in _HEADS
        if not block.head and is_head:
            block.head = name.full_name
        return block.name, is_head or fold(block.head) == fold(name.full_name)

    def _is_below_head(self, row: DataRow) -> bool:
        """Numbered 1.1 below 1, or not at all below a head whose cell is his household's."""
        number = self._text(row, "number")
        if not number:
            return {"number", "household_head"} <= self.by_field.keys() and not self.has_marks
        return bool(re.fullmatch(r"\d{1,4}\.\d{1,2}", number))
