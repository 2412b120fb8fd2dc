"""Read the cells of a row by the fields of its columns, and report what is wrong with them."""

from collections.abc import Callable
from dataclasses import dataclass, field

from groups.member_import.reader import aliases
from groups.member_import.reader.cell_checks import is_age
from groups.member_import.reader.cells import (
    house_number,
    is_as_above,
    is_mark,
    plain_text,
    text_of,
)
from groups.member_import.reader.columns import Column
from groups.member_import.reader.files import Cell
from groups.member_import.reader.people_table import DataRow, Table
from groups.member_import.reader.person import EDITABLE
from groups.member_import.reader.problems import ERRORS, BadCell, Problem, sentence

_LONGEST_DAY = len("31/12/2026") + 1
PART_OF = {column: part for part, columns in EDITABLE.items() for column in columns}


@dataclass
class CellReader:
    """The cells of one table; `nth` is who of the people of a row is read."""

    table: Table
    problems: list[Problem] = field(default_factory=list)
    refused: set[tuple[int, int]] = field(default_factory=set)  # row, and who of its people
    nth: int = 0
    above: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.by_field: dict[str, list[Column]] = {}
        for column in self.table.all_columns:
            self.by_field.setdefault(column.field, []).append(column)
        self.notes = self.by_field.get("note", [])
        self.name_field = next((n for n in aliases.NAME_FIELDS if n in self.by_field), "full_name")

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
                nth=self.nth,
            )
        )
        if is_error:
            self.refused.add((row.row, self.nth))

    def _part_of(self, name: str) -> str:
        if name == aliases.NATIONAL_ID:
            return name
        return "full_name" if name == self.name_field else PART_OF.get(name, "")

    def _read[T](self, row: DataRow, name: str, reads: Callable[[Cell], T], nothing: T) -> T:
        try:
            return reads(self._cell(row, name))
        except BadCell as bad:
            self._report(row, name, bad.code, **bad.values)
            return nothing

    def _is_marked(self, row: DataRow, name: str) -> bool:
        if name not in self.by_field:
            return False
        cell = self._cell(row, name)
        return is_mark(cell) or (self.by_field[name][0].is_age and is_age(cell))

    def _from_note(self, row: DataRow, says: Callable[[str], str]) -> str:
        texts = (text_of(row.cells[c.index]) for c in self.notes if c.index < len(row.cells))
        return next((found for text in texts if text and (found := says(text))), "")
