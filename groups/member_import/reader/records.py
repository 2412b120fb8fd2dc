"""Tables made of people whom a sheet names otherwise than in rows under headings.

The cells of the sheet stay where they are, in columns that are read whole; what each person was
found to be stands behind them, in columns that only the table has.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from groups.member_import.reader import aliases
from groups.member_import.reader.cells import text_of
from groups.member_import.reader.columns import Column, letter_of
from groups.member_import.reader.files import Cell, Worksheet
from groups.member_import.reader.people_table import DataRow, Table
from groups.member_import.reader.problems import DroppedRow
from groups.member_import.reader.rows import filled

_LONGEST = 200


@dataclass
class Record:
    """A person at a row of the file, from 1; `fields` are texts by the names of columns."""

    row: int
    fields: dict[str, Cell] = field(default_factory=dict)
    rows: set[int] = field(default_factory=set)  # all that say something of this person
    team: str = ""

    def add(self, name: str, text: Cell) -> None:
        """A further text of the field stands below the others."""
        text = text_of(text)
        known = text_of(self.fields.get(name, ""))
        if text and text not in known.split("\n"):
            self.fields[name] = f"{known}\n{text}" if known else text

    @property
    def name(self) -> str:
        return text_of(self.fields.get("full_name", ""))


def tables_of(
    tab: Worksheet, records: Sequence[Record], spare: Iterable[DroppedRow] = ()
) -> tuple[list[Table], list[DroppedRow]]:
    """One table of the records, and a line for each row that none of them comes from."""
    width = max(map(len, tab.rows), default=0)
    names = list(dict.fromkeys(name for record in records for name in record.fields))
    used = [n for n in range(width) if any(text_of(row[n]) for row in tab.rows if n < len(row))]
    columns = [Column(n, letter_of(n), "", aliases.LINE) for n in used]
    table = Table(tab.name, 0, columns)
    letter = columns[0].letter if columns else ""
    table.parts = [Column(width + n, letter, "", name) for n, name in enumerate(names)]
    nth: dict[int, int] = {}
    for record in sorted(records, key=lambda one: one.row):
        parts = [record.fields.get(name, "") for name in names]
        number = nth[record.row] = nth.get(record.row, -1) + 1
        cells: list[Cell] = [*[""] * width, *parts]
        table.rows.append(DataRow(record.row, cells, record.team, nth=number))
    table.further = {row for record in records for row in record.rows}
    read = {row.row for row in table.rows} | table.further
    dropped = list(spare)
    dropped += [
        DroppedRow(tab.name, number, "note", " ".join(texts)[:_LONGEST])
        for number, row in enumerate(tab.rows, start=1)
        if number not in read and (texts := filled(row))
    ]
    return [table], sorted(dropped, key=lambda line: line.row)
