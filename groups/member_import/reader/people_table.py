"""A table of people: its columns, and a row for each person that its cells name."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from groups.member_import.reader import aliases, couples, family_cells, headings, lines
from groups.member_import.reader.cells import text_of
from groups.member_import.reader.columns import Column
from groups.member_import.reader.files import Cell
from groups.member_import.reader.households import Household
from groups.member_import.reader.mentions import people_in
from groups.member_import.reader.rows import cell_at

MOST_ABREAST = 10  # tables and people of one row
OF_HOUSEHOLDS = frozenset(
    ("address", "house_number", "street", "team", "household_code", "household_head", "phone")
)


@dataclass
class DataRow:
    """A row that speaks of a person; the team is that of the group rows above it."""

    row: int
    cells: list[Cell]
    team: str
    household: Household | None = None
    nth: int = 0  # of several people in one cell
    sex: str = ""
    names: str = ""  # the cell that held them all
    is_other: bool = False  # named by a cell beside the person of the row


@dataclass
class Table:
    sheet: str
    header_row: int
    columns: list[Column]
    rows: list[DataRow] = field(default_factory=list)
    line: Column | None = None  # whole people stand in its cells
    parts: list[Column] = field(default_factory=list)
    side: headings.Side | None = None  # where each row speaks of two people
    nth: int = 0
    left_of: tuple[int, int] | None = None  # the columns of one of several tables side by side
    further: set[int] = field(default_factory=set)  # rows that say more of the people of others

    def __post_init__(self) -> None:
        self.others = [column for column in self.columns if column.field == "others"]
        self.line = next((one for one in self.columns if one.field == aliases.LINE), None)
        if self.line:
            first = max(column.index for column in self.columns) + 1
            known = {column.field for column in self.columns}
            self.parts = [
                Column(first + number, self.line.letter, self.line.header, name)
                for number, name in enumerate(lines.PARTS)
                if name not in known
            ]

    @property
    def all_columns(self) -> list[Column]:
        return [*self.columns, *self.parts]

    @property
    def names(self) -> Column | None:
        """The one column in whose cells several people may stand."""
        found = [c for c in self.all_columns if c.field in ("full_name", "household_head")]
        named = [c for c in found if c.field == "full_name"] or found
        is_of_couple = self.side is not None and not self.side.is_kin
        return None if is_of_couple or not named else named[0]

    def is_of_another(self, cells: list[Cell]) -> bool:
        """Nothing of the row is of this one of the two people alone."""
        own = self.side.own if self.side else ()
        return bool(own) and not any(text_of(cell_at(cells, index)) for index in own)

    def with_parts(self, cells: list[Cell]) -> list[Cell]:
        """The row with the parts of its line behind it."""
        if not self.line:
            return cells
        parts = lines.parts_of(cell_at(cells, self.line.index), is_sure=bool(self.header_row))
        if parts is None:
            return cells
        width = max(column.index for column in self.columns) + 1
        named = dict(zip(lines.PARTS, parts, strict=True))
        wide = [*cells[:width], *[""] * (width - len(cells))]
        for column in self.columns:
            own, part = text_of(wide[column.index]), named.get(column.field)
            if part and (not own or column.field == "phone"):
                wide[column.index] = f"{own}\n{part}".strip()
        return [*wide, *parts]

    def add(self, row: int, cells: list[Cell], team: str, household: Household | None) -> None:
        """Append the person of the row, or each of those that its cells of people hold."""
        names = self.names
        several = couples.cells_of(cells, self.all_columns, names) if names else None
        if several and names:
            held = text_of(cell_at(cells, names.index))
            self.rows += [
                DataRow(row, own, team, household, nth, sex, held)
                for nth, (own, sex) in enumerate(several)
            ]
        elif not names or not self._add_family(row, cells, team, household, names):
            self.rows.append(DataRow(row, cells, team, household))
        self.add_others(row, cells, team, household)

    def _add_family(
        self, row: int, cells: list[Cell], team: str, household: Household | None, names: Column
    ) -> bool:
        """Add the people of a cell that says more of each than the name."""
        held = cell_at(cells, (self.line or names).index)
        if isinstance(held, str) and held.istitle() and held.replace(" ", "").isalpha():
            return False  # as most cells are
        parts = family_cells.parts_of(cells, self.all_columns, names, held)
        for nth, part in enumerate(parts):
            for name in lines.PARTS if self.line else ():
                self._put(part.cells, name, "")
            self._put_all(part.cells, part.fields, names)
            self.rows.append(DataRow(row, part.cells, team, household, nth, names=text_of(held)))
        one = None if parts or self.line else family_cells.alone_in(held)
        if one and family_cells.explains(one):
            self._put_all(cells, family_cells.fields_of(one, ""), names)
        return bool(parts)

    def add_others(
        self, row: int, cells: list[Cell], team: str, household: Household | None
    ) -> bool:
        """Add the people whom a column like `Người khác` names beside the one of the row."""
        names = self.names
        before = len(self.rows)
        if not self.others or (self.nth and self.side):
            return False  # the first of the family has named them
        for column in self.others:
            cell = cell_at(cells, column.index)
            if not text_of(cell):
                continue
            people = people_in(family_cells.lines_of(cell)) if isinstance(cell, str) else []
            if not people and self.rows and self.rows[-1].row == row:
                self._put(self.rows[-1].cells, "note", text_of(cell))
            head = text_of(cell_at(cells, names.index)) if names else ""
            shared = [
                one if c.field in OF_HOUSEHOLDS and c.field != "phone" else ""
                for one, c in zip(cells, _columns_by_place(self.columns, len(cells)), strict=True)
            ]
            for one in people:
                own = [*shared]
                self._put_all(own, family_cells.fields_of(one, head), names)
                nth = 1 + max(
                    (r.nth for r in self.rows[-MOST_ABREAST:] if r.row == row), default=-1
                )
                other = DataRow(row, own, team, household, nth, names=text_of(cell), is_other=True)
                self.rows.append(other)
        return len(self.rows) > before

    def _put_all(self, cells: list[Cell], fields: dict[str, str], names: Column | None) -> None:
        """Set the texts of a person where the cells say nothing yet."""
        for name, text in fields.items():
            if name == "full_name" and names:
                cells += [""] * (names.index + 1 - len(cells))
                cells[names.index] = text
            elif name == "household_head" and names and names.field == name:
                self._put(cells, "household_code", text)
            else:
                self._put(cells, name, text)

    def _put(self, cells: list[Cell], name: str, text: str) -> None:
        """Set the text of a field, in a column of the table's own where the file has none."""
        column = next((c for c in self.all_columns if c.field == name), None)
        if column is None:
            if not text:
                return
            last = max(c.index for c in self.all_columns)
            column = Column(last + 1, (self.names or self.columns[0]).letter, "", name)
            self.parts.append(column)
        cells += [""] * (column.index + 1 - len(cells))
        if column in self.parts or (text and not text_of(cells[column.index])):
            cells[column.index] = text


def _columns_by_place(columns: Sequence[Column], width: int) -> list[Column]:
    known = {column.index: column for column in columns}
    return [known.get(index, Column(index, "", "")) for index in range(width)]
