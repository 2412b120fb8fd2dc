"""Columns of names, by their cells: which holds families, nicknames, children, or only `Ông`."""

import re
from collections.abc import Sequence

from groups.member_import.reader.aliases import IGNORED, plain_heading
from groups.member_import.reader.cells import text_of
from groups.member_import.reader.columns import Column, looks_like_name
from groups.member_import.reader.families import begins_family_name
from groups.member_import.reader.family_cells import mentions_in
from groups.member_import.reader.files import Cell
from groups.member_import.reader.judging import share_of
from vietnamese.text import fold

_MANY, _HALF = 0.8, 0.5
_CALLED = frozenset(["ong", "ba", "anh", "chi", "co", "chu", "cu", "bac"])
_CHILD = re.compile(
    r"(?:(?:ho (?:va )?ten|ten) )?(?:be|tre|chau|con|hoc sinh|hs|em be)(?: (?:em|nho))?"
)
_PARENT = re.compile(r"(?:(?:ho (?:va )?ten|ten) )?(?:phu huynh|cha me|bo me|nguoi giam ho)\b.*")
_RELATION = re.compile(r"la gi (?:cua|voi)\b.*|quan he.*")


def settle(columns: list[Column], rows: Sequence[Sequence[Cell]]) -> None:
    """Decide which columns hold the people of the rows, and what the others are."""
    _settle_called(columns, rows)
    _settle_children(columns, rows)
    _settle_turned(columns, rows)
    _settle_others(columns, rows)


def _cells(rows: Sequence[Sequence[Cell]], column: Column) -> list[Cell]:
    at = column.index
    return [row[at] for row in rows[:200] if at < len(row) and text_of(row[at])]


def _of(columns: Sequence[Column], *names: str) -> list[Column]:
    return [column for column in columns if column.field in names]


def _settle_called(columns: list[Column], rows: Sequence[Sequence[Cell]]) -> None:
    """A column `Ông/Bà` before the names says the sex, and names nobody."""
    for column in _of(columns, "full_name", "household_head", ""):
        cells = _cells(rows, column)
        if (
            cells
            and share_of(cells, lambda cell: fold(text_of(cell)).strip(" .") in _CALLED) >= _MANY
        ):
            column.field = IGNORED if _of(columns, "gender") else "gender"


def _is_called(cell: Cell) -> bool:
    return fold(text_of(cell)).strip(" .") in _CALLED


def _settle_children(columns: list[Column], rows: Sequence[Sequence[Cell]]) -> None:
    """Beside a column of parents, the children and their births are of nobody in the list."""
    parents = [
        column
        for column in columns
        if _PARENT.fullmatch(plain_heading(column.header))
        and share_of(_cells(rows, column), looks_like_name) >= _HALF
    ]
    children = [c for c in columns if _CHILD.fullmatch(plain_heading(c.header))]
    if not parents or not children:
        return
    parents[0].field = "full_name"
    for child in children:
        child.field = IGNORED
        behind = [c for c in columns if child.index < c.index < parents[0].index]
        for column in behind:
            if column.field in ("birth", "gender"):
                column.field = IGNORED
    for column in _of(columns, "", IGNORED):
        if _RELATION.fullmatch(plain_heading(column.header)):
            column.field = "relation"


def _settle_turned(columns: list[Column], rows: Sequence[Sequence[Cell]]) -> None:
    """`First Name` that holds families, as people fill in a form that is not theirs."""
    family, given = _of(columns, "family_name"), _of(columns, "given_name")
    if not family or not given or plain_heading(family[0].header).startswith("ho"):
        return
    both = [
        row for row in rows[:200] if text_of(_at(row, family[0])) and text_of(_at(row, given[0]))
    ]
    of_family = share_of([_at(row, family[0]) for row in both], _begins_family)
    of_given = share_of([_at(row, given[0]) for row in both], _begins_family)
    if of_given > of_family:
        family[0].field, given[0].field = "given_name", "family_name"


def _at(row: Sequence[Cell], column: Column) -> Cell:
    return row[column.index] if column.index < len(row) else ""


def _begins_family(cell: Cell) -> bool:
    return begins_family_name(text_of(cell))


def _settle_others(columns: list[Column], rows: Sequence[Sequence[Cell]]) -> None:
    """Beside a column of heads, cells that name several people are the rest of each household."""
    for column in _of(columns, "full_name") if _of(columns, "household_head") else ():
        if share_of(_cells(rows, column), mentions_in) >= _HALF:
            column.field = "others"


def beside_nicknames(columns: list[Column], rows: Sequence[Sequence[Cell]]) -> Column | None:
    """Beside names of Zalo: the first column of names with a capital to each word."""
    if not _of(columns, "nickname"):
        return None
    unnamed = [column for column in _of(columns, "") if column.header]
    shares = [(share_of(_cells(rows, column), _is_titled), column) for column in unnamed]
    return next((column for share, column in shares if share >= _HALF), None)


def _is_titled(cell: Cell) -> bool:
    words = text_of(cell).split(" ")
    return looks_like_name(cell) and all(word[:1].isupper() for word in words)
