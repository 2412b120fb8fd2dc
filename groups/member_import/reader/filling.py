"""Sort the rows below a heading: people, teams, households, totals, signatures, notes."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from groups.member_import.reader import (
    aliases,
    continued,
    households,
)
from groups.member_import.reader.cells import is_nothing, text_of
from groups.member_import.reader.files import ZALO, Cell, Worksheet
from groups.member_import.reader.headings import height_at
from groups.member_import.reader.households import Household
from groups.member_import.reader.names import looks_like_person
from groups.member_import.reader.people_table import OF_HOUSEHOLDS, DataRow, Table
from groups.member_import.reader.problems import DroppedRow
from groups.member_import.reader.rows import (
    TEAM_INSIDE,
    cell_at,
    filled,
    group_name,
    group_texts,
    is_entry,
    is_group,
    kind_of,
    team_inside,
    team_name,
)
from groups.member_import.reader.zalo_members import is_furniture
from vietnamese.text import clean, fold

_HEADING_STARTS = frozenset("hstHST")
# Names that many cells below a heading begin with, and no heading does.
_FAMILIES = frozenset(["Trần", "TRẦN", "Huỳnh", "HUỲNH", "Hoàng", "HOÀNG", "Trương", "TRƯƠNG"])
# “DANH SÁCH NHÂN KHẨU TỔ 6”: a list of a team, and not “danh sách tổ 4 chưa nộp”.
_LIST_OF_TEAM = re.compile(r"^(?:danh sach|ds|bang|so|phieu|bieu)\b")
_BRACKETS = re.compile(r"\s*\(\s*([^()]+?)\s*\)\s*")
_NO_LIST = re.compile(
    r"\b(?:thieu|chua|tru|khong|ngoai|con lai|chuyen|doi|xin|nop|gui|sang|lay|cho|theo mau|nhac)\b"
)


# The rows above


def titles(tab: Worksheet, start: int, stop: int) -> list[DroppedRow]:
    return [
        DroppedRow(tab.name, number + 1, "title", " ".join(filled(tab.rows[number]))[:200])
        for number in range(start, stop)
        if filled(tab.rows[number])
    ]


def team_of_titles(tab: Worksheet, stop: int) -> str:
    """The team that a title names and nothing else, or a sheet called “Tổ 5”."""
    if is_group(clean(tab.name)):
        return group_name(clean(tab.name))
    for row in reversed(tab.rows[:stop]):
        for text in filled(row):
            if team := _team_titled(text):
                return team
    return ""


def _team_titled(text: str) -> str:
    if in_brackets := _BRACKETS.fullmatch(text):
        text = in_brackets[1]
    if is_group(text) and not _NO_LIST.search(fold(text)):
        return group_name(text)
    folded, found = fold(text), TEAM_INSIDE.findall(text)
    if len(found) == 1 and _LIST_OF_TEAM.match(folded) and not _NO_LIST.search(folded):
        return team_name(found[0])
    return ""


# The rows below


@dataclass
class Filler:
    """Fills the tables of a sheet from top to bottom; team and household go on below a heading."""

    tab: Worksheet
    team: str = ""
    household: Household | None = None
    dropped: list[DroppedRow] = field(default_factory=list)
    passed: dict[int, str] = field(default_factory=dict)  # rows of the other one of two people

    def read_titles(self, stop: int) -> None:
        """Household and address that stand above the first heading."""
        for number in range(stop):
            self._of_household(filled(self.tab.rows[number]), number + 1)

    def fill(self, table: Table, body: int) -> tuple[int, int] | None:
        """Sort the rows below a heading; returns the next heading of the sheet."""
        tab, dropped = self.tab, self.dropped
        by_row = _vertical_merges(tab, table, body)
        is_signed = False
        columns, names = table.all_columns, table.names
        heads = [c.index for c in table.columns if c.field in ("number", *aliases.NAME_FIELDS)]
        counts = [c.index for c in table.columns if c.field == "number"]
        width = max((column.index for column in table.columns if column.header), default=0) + 1
        joined = continued.rows_of(tab, table.columns, body, width)
        table.further |= {number + 1 for number in joined.further}
        for number in range(body, len(tab.rows)):
            cells = joined.cells.get(number, tab.rows[number])
            texts = filled(cells)
            if not texts or number in joined.further:
                continue
            is_counted = any(text_of(cell_at(cells, index)).isdigit() for index in counts)
            if not is_counted and (
                _are_headings(texts)
                or any(_may_be_heading(cells[index]) for index in heads if index < len(cells))
            ):
                height, score = height_at(tab, number)
                if score:
                    self._close(table, at_heading=True)
                    return number, height
            is_title = len(texts) == 1
            if 1 < len(texts) <= 3:
                is_named = names is not None and bool(text_of(cell_at(cells, names.index)))
                is_title = texts[0].rstrip().endswith(":") or not is_named
                is_title = is_title or households.is_coded(texts)
            if is_title and self._is_of_household(table, texts, number + 1):
                is_signed = False
                dropped.append(DroppedRow(tab.name, number + 1, "household", " ".join(texts)[:200]))
                continue
            cells = table.with_parts(cells)
            kind = kind_of(cells, texts, columns, number - body)
            if tab.kind == ZALO and len(texts) == 1 and is_furniture(texts[0]):
                kind = "note"
            elif tab.kind and kind == "signature":
                kind = "organisation"  # nobody signs below contacts
            is_numbered = is_signed and _are_numbered(table)
            if kind == "signature" or (
                is_signed
                and kind != "group"
                and not is_entry(cells, columns, is_numbered=is_numbered)
            ):
                is_signed, kind = True, "signature"
            elif kind in ("person", "note") and table.is_of_another(cells):
                self.passed[number + 1] = " ".join(texts)[:200]
                continue
            elif kind == "note" and self._add_owner(table, texts, number + 1):
                continue
            elif kind == "person":
                is_signed = False
                cells = list(cells)
                for index, top in by_row.get(number, ()):
                    if not text_of(cell_at(cells, index)):
                        cells += [""] * (index + 1 - len(cells))
                        cells[index] = cell_at(tab.rows[top], index)
                self._notice_head(table, cells)
                table.add(number + 1, cells, self.team, self.household)
                continue
            elif kind == "organisation" and table.add_others(
                number + 1, cells, self.team, self.household
            ):
                continue
            elif kind == "group":
                is_signed = False
                self._close(table)
                self.team = group_name(next(filter(is_group, group_texts(texts))))
            if kind != "numbered":
                dropped.append(DroppedRow(tab.name, number + 1, kind, " ".join(texts)[:200]))
        self._close(table)
        return None

    def _add_owner(self, table: Table, texts: list[str], row: int) -> bool:
        """Of a row over the rooms of a house: its owner is a person of the list, too."""
        found = households.owner_of(texts[0]) if len(texts) == 1 and table.names else None
        if found is None:
            return False
        self.team = team_inside(texts[0]) or self.team
        self._add(table, row, *found)
        return True

    def _add(self, table: Table, row: int, name: str, phone: str) -> None:
        cells: list[Cell] = [""] * (max(column.index for column in table.all_columns) + 1)
        for column in table.all_columns:
            if column is table.names or column.field == "phone":
                cells[column.index] = phone if column.field == "phone" else name
        table.rows.append(DataRow(row, cells, self.team))

    # Households

    def _is_of_household(self, table: Table, texts: list[str], row: int) -> bool:
        title = households.title_of(texts, row)
        if title is not None:
            self._close(table)
            self.household = title
            return True
        return self._takes_label(texts)

    def _of_household(self, texts: list[str], row: int) -> None:
        title = households.title_of(texts, row)
        if title is not None:
            self.household = title
        else:
            self._takes_label(texts)

    def _takes_label(self, texts: list[str]) -> bool:
        """`Địa chỉ: …` below the title of a household is of all its people."""
        if self.household is None or (found := households.label_of(texts)) is None:
            return False
        name, value = found
        if name == "household_head" and looks_like_person(value):
            self.household.head = self.household.head or value
        elif name == "address":
            self.household.address = value
        elif name == "phone":
            self.household.phone = value
        elif name == "household_code":
            self.household.code = value
        return name != "team"

    def _notice_head(self, table: Table, cells: list[Cell]) -> None:
        """Give the head among the people the phone of the title."""
        household, names = self.household, table.names
        if household and household.head and names and not household.is_listed:
            named = fold(text_of(cell_at(cells, names.index)))
            household.is_listed = fold(household.head) in named
            if household.is_listed:
                for name, value in (("phone", household.phone), ("birth", household.birth)):
                    column = next((c for c in table.all_columns if c.field == name), None)
                    if value and column and is_nothing(text_of(cell_at(cells, column.index))):
                        cells += [""] * (column.index + 1 - len(cells))
                        cells[column.index] = value

    def _close(self, table: Table, *, at_heading: bool = False) -> None:
        """The head whom only the title of the household names is a person of the list too."""
        household, names = self.household, table.names
        self.household = None
        if at_heading and household and not any(row.household is household for row in table.rows):
            self.household = household  # its people stand below the next heading
            return
        if household is None or not household.head or household.is_listed or names is None:
            return
        cells: list[Cell] = [""] * (max(column.index for column in table.all_columns) + 1)
        cells[names.index] = household.head
        for name, value in (("phone", household.phone), ("birth", household.birth)):
            column = next((c for c in table.all_columns if c.field == name), None)
            if column is not None:
                cells[column.index] = value
        at = next((n for n, row in enumerate(table.rows) if row.household is household), None)
        person = DataRow(household.row, cells, self.team, household)
        table.rows.insert(len(table.rows) if at is None else at, person)
        self.dropped = [d for d in self.dropped if (d.row, d.kind) != (household.row, "household")]


def _vertical_merges(
    tab: Worksheet, table: Table, body: int
) -> Mapping[int, list[tuple[int, int]]]:
    """For cells under the first of a merged area, by row: their column, and the row of the text."""
    carried = {column.index for column in table.columns if column.field in OF_HOUSEHOLDS}
    found: dict[int, list[tuple[int, int]]] = {}
    for (top, left), (bottom, right) in tab.merged:
        if top < body or bottom <= top:
            continue
        for index in range(left, min(right, left + 20) + 1):
            if index in carried:
                for row in range(top + 1, min(bottom, len(tab.rows) - 1) + 1):
                    found.setdefault(row, []).append((index, top))
    return found


def _are_numbered(table: Table) -> bool:
    numbers = [column.index for column in table.columns if column.field == "number"]
    return bool(numbers and table.rows) and all(
        any(text_of(cell_at(row.cells, index)) for index in numbers) for row in table.rows
    )


def carry_team(table: Table) -> None:
    """A column that names each team once, where it begins, speaks for the rows below."""
    index = next((column.index for column in table.columns if column.field == "team"), None)
    if index is None or any(row.team for row in table.rows):
        return
    named = [text_of(cell_at(row.cells, index)) for row in table.rows]
    teams = [text for text in named if text]
    if len(teams) < 2 or len(set(teams)) < len(teams) or not named[0]:
        return
    team = ""
    for row, text in zip(table.rows, named, strict=True):
        team = team_name(text) if text else team
        row.team = team


def carry_household(table: Table) -> None:
    """The same for a column that names each household once."""
    index = next((c.index for c in table.columns if c.field == "household_code"), None)
    if index is None or len({text_of(cell_at(row.cells, index)) for row in table.rows}) < 2:
        return
    named = [text_of(cell_at(row.cells, index)) for row in table.rows]
    codes = [text for text in named if text]
    if len(set(codes)) < len(codes) or len(codes) == len(named) or not named[0]:
        return
    code: Cell = ""
    for row, text in zip(table.rows, named, strict=True):
        code = row.cells[index] if text else code
        row.cells.extend([""] * (index + 1 - len(row.cells)))
        row.cells[index] = code


def _are_headings(texts: list[str]) -> bool:
    """Three texts or more without a digit, the first two of which name columns."""
    if len(texts) < _FEWEST_HEADINGS or any(map(str.isdigit, "".join(texts))):
        return False
    return all(len(text) < _LONGEST_HEADING and aliases.field_named(text) for text in texts[:2])


_FEWEST_HEADINGS, _LONGEST_HEADING = 3, 40


def _may_be_heading(cell: Cell) -> bool:
    if not isinstance(cell, str):
        return False
    text = clean(cell)
    if text[:1] not in _HEADING_STARTS or text.partition(" ")[0] in _FAMILIES:
        return False
    return bool(aliases.field_named(text))
