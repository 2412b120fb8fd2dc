"""The indicators of the one page: from which numbers of which figure each is read."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from oversight import data_files
from oversight.figures.registry import FIGURES
from oversight.figures.table import Figure, Table


@dataclass(frozen=True)
class Cells:
    """Numbers of a figure by the keys of their lines and columns; an empty tuple takes all."""

    lines: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()

    def covers(self, line: str, column: str) -> bool:
        return (not self.lines or line in self.lines) and (
            not self.columns or column in self.columns
        )


@dataclass(frozen=True)
class Share:
    """A part of a whole, as counted."""

    part: int
    whole: int


@dataclass(frozen=True)
class Indicator:
    """A share that leaders read, with its words.

    `phrase`: the name within a sentence. `has_percent`: read in per cent where the whole is large
    enough; others always as so many of so many.
    """

    key: str
    name: str
    phrase: str
    figure: Figure
    part: Cells
    whole: Cells
    has_percent: bool
    usual: int

    @property
    def columns(self) -> tuple[str, ...]:
        """Keys of the columns of the figure, in their order."""
        how = self.figure.at_month_end
        return tuple(how.columns) if how is not None else ()

    @property
    def is_flow(self) -> bool:
        return self.figure.at_month_end is not None and self.figure.at_month_end.is_flow

    def of(self, numbers: Iterable[tuple[str, str, int | None]]) -> Share:
        """The share in numbers with the keys of their lines and columns."""
        part = whole = 0
        for line, column, number in numbers:
            part += (number or 0) if self.part.covers(line, column) else 0
            whole += (number or 0) if self.whole.covers(line, column) else 0
        return Share(part, whole)

    def of_table(self, table: Table) -> Share:
        return self.of(
            (row.key, column, value)
            for row in table.rows
            for column, value in zip(self.columns, row.values, strict=True)
        )


def _made(key: str, entry: Mapping[str, Any]) -> Indicator:
    lines = tuple(entry.get("lines", ()))
    return Indicator(
        key, entry["name"], entry["phrase"], FIGURES[entry["figure"]],
        Cells(tuple(entry.get("part_lines", lines)), tuple(entry.get("part", ()))),
        Cells(lines, tuple(entry.get("whole", ()))),
        has_percent=entry.get("shares", False), usual=entry["usual"],
    )  # fmt: skip


INDICATORS = tuple(_made(key, entry) for key, entry in data_files.read("indicators").items())
