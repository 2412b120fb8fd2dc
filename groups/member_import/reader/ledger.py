"""The account of every filled cell of a file: kept, repaired, or left out with a reason.

“Cells read = kept + repaired + left out” holds for each sheet: a cell is counted once, as the file
is walked, and what no reader has taken is left out by name.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from groups.member_import.reader import aliases
from groups.member_import.reader.cells import text_of
from groups.member_import.reader.columns import Column, letter_of
from groups.member_import.reader.files import Cell, Worksheet
from groups.member_import.reader.people_table import Table
from groups.member_import.reader.problems import DroppedRow, Problem

_SAMPLES, _LONGEST = 3, 40
REASONS = {
    "heading": "dòng tiêu đề của bảng",
    "dropped": "dòng không phải người",
    "sheet": "trang tính không đọc",
    "refused": "người chưa nhập vì có ô sai",
    "number": "số thứ tự",
    "ignored": "cột bỏ qua",
    "unknown": "cột không rõ là gì",
    "national_id": "số căn cước",
    "relation": "chỉ dùng để biết ai là chủ hộ",
    "outside": "nằm ngoài các cột của bảng",
}
# Reasons of whole columns, which people see as a line each.
_OF_COLUMNS = ("ignored", "unknown", "national_id", "relation")
_REASON_OF = {
    "": "unknown", aliases.IGNORED: "ignored", "number": "number", "relation": "relation",
    aliases.NATIONAL_ID: "national_id",
}  # fmt: skip


@dataclass
class LeftOut:
    """Cells of one place that are left out for one reason; `samples` never hold a national id."""

    sheet: str
    column: str  # its letter; empty for whole rows
    heading: str
    reason: str
    cells: int
    row: int = 0  # the first
    samples: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        """The line that people see."""
        title = f" “{self.heading[:_LONGEST]}”" if self.heading else ""
        where = f"Cột {self.column}{title}" if self.column else f"Dòng {self.row}"
        examples = (
            f", như {'; '.join(f'“{text}”' for text in self.samples)}" if self.samples else ""
        )
        return f"{where}: {self.cells} ô, {REASONS[self.reason]}{examples}."


@dataclass
class Ledger:
    """The count of cells, and a line for each place of those left out."""

    read: int = 0
    kept: int = 0
    repaired: int = 0
    lines: list[LeftOut] = field(default_factory=list)

    @property
    def left_out(self) -> int:
        return sum(line.cells for line in self.lines)

    @property
    def of_columns(self) -> list[LeftOut]:
        """The lines that no row of the result tells."""
        return [one for one in self.lines if one.reason in (*_OF_COLUMNS, "outside")]

    def add_sheet(
        self,
        tab: Worksheet,
        tables: Sequence[Table],
        dropped: Iterable[DroppedRow],
        *,
        problems: Iterable[Problem],
        repaired: Collection[tuple[int, int]],
        refused: Collection[tuple[int, int]],
        can_keep_ids: bool,
    ) -> None:
        """Count the cells of a sheet; `repaired` are places, `refused` rows with their persons."""
        counted = _SheetLedger(tab.name, tables, can_keep_ids=can_keep_ids)
        for one in problems:
            if not one.is_error:
                counted.warned.setdefault(one.row, set()).add(one.column)
        for row, column in repaired:
            counted.warned.setdefault(row, set()).add(letter_of(column - 1))
        counted.refused = {row for row, _nth in refused}
        counted.dropped = {one.row for one in dropped}
        for number, cells in enumerate(tab.rows, start=1):
            counted.add(number, cells)
        self.read += counted.read
        self.kept += counted.kept
        self.repaired += counted.repaired
        self.lines += counted.lines()

    def add_unread(self, tab: Worksheet) -> None:
        """A sheet of which nothing was read."""
        count = sum(_is_filled(cell) for row in tab.rows for cell in row)
        self.read += count
        if count:
            self.lines.append(LeftOut(tab.name, "", "", "sheet", count))


class _SheetLedger:
    """The count of one sheet, by column and reason."""

    def __init__(self, title: str, tables: Sequence[Table], *, can_keep_ids: bool) -> None:
        self.title = title
        self.read = self.kept = self.repaired = 0
        self.warned: dict[int, set[str]] = {}
        self.refused: set[int] = set()
        self.dropped: set[int] = set()
        self.counts: Counter[tuple[int, str]] = Counter()
        self.first: dict[tuple[int, str], int] = {}
        self.samples: dict[tuple[int, str], list[str]] = {}
        self.rows: dict[int, list[dict[int, str]]] = {}
        self.columns: dict[int, Column] = {}
        for table in tables:
            reasons = {c.index: _REASON_OF.get(c.field, "") for c in table.columns}
            if can_keep_ids and not table.nth:
                reasons = {n: "" if r == "national_id" else r for n, r in reasons.items()}
            self.columns = {c.index: c for c in table.columns} | self.columns
            for number in (*(row.row for row in table.rows), *table.further):
                known = self.rows.setdefault(number, [])
                if not any(one is reasons for one in known):
                    known.append(reasons)
        self.headings = {table.header_row for table in tables}

    def add(self, number: int, cells: Sequence[Cell]) -> None:
        """Count the cells of one row of the file."""
        of_people = self.rows.get(number)
        warned = self.warned.get(number, ())
        for index, cell in enumerate(cells):
            if not _is_filled(cell):
                continue
            self.read += 1
            reason = self._reason(number, index, of_people)
            if reason:
                self._leave_out(number, index, reason, cell)
            elif warned and letter_of(index) in warned:
                self.repaired += 1
            else:
                self.kept += 1

    def _reason(self, number: int, index: int, of_people: list[dict[int, str]] | None) -> str:
        if of_people is None:
            if number in self.dropped:
                return "dropped"
            return "heading" if index in self.columns or not self.columns else "outside"
        for reasons in of_people:
            if (reason := reasons.get(index)) is not None:
                return reason or ("refused" if number in self.refused else "")
        return "outside"

    def _leave_out(self, number: int, index: int, reason: str, cell: Cell) -> None:
        is_of_column = reason in (*_OF_COLUMNS, "number", "outside")
        key = (index if is_of_column else -1, reason)
        self.counts[key] += 1
        self.first.setdefault(key, number)
        if reason in ("ignored", "unknown", "outside", "relation"):
            examples = self.samples.setdefault(key, [])
            text = text_of(cell)[:_LONGEST]
            is_id = sum(map(str.isdigit, text)) > _MOST_DIGITS
            if len(examples) < _SAMPLES and text not in examples and not is_id:
                examples.append(text)

    def lines(self) -> list[LeftOut]:
        found = []
        for (index, reason), cells in sorted(self.counts.items()):
            column = self.columns.get(index)
            letter = letter_of(index) if index >= 0 else ""
            header = column.header if column and reason != "outside" else ""
            samples = tuple(self.samples.get((index, reason), ()))
            row = self.first[index, reason]
            found.append(LeftOut(self.title, letter, header, reason, cells, row, samples))
        return found


_MOST_DIGITS = 8


def _is_filled(cell: Cell) -> bool:
    if isinstance(cell, str):
        return cell != "" and (cell[0].isalnum() or text_of(cell) != "")
    return cell is not False
