"""A column a team, a person a cell: `TỔ 1 | TỔ 2`, and below `Lê Văn Gạo (z)⏎0987 654 108`."""

import re
from collections.abc import Iterator, Mapping, Sequence

from groups.member_import.reader.aliases import field_named
from groups.member_import.reader.cells import text_of
from groups.member_import.reader.family_cells import fields_of, lines_of
from groups.member_import.reader.files import Cell, Worksheet
from groups.member_import.reader.lines import PHONE
from groups.member_import.reader.mentions import Mention, people_in
from groups.member_import.reader.names import looks_like_person
from groups.member_import.reader.people_table import Table
from groups.member_import.reader.problems import DroppedRow
from groups.member_import.reader.records import Record, tables_of
from groups.member_import.reader.rows import cell_at, filled, group_name, is_group
from vietnamese.text import clean

_WITHIN, _FEWEST = 15, 2
_BRACKETS = re.compile(r"\([^()]*\)")


def read(tab: Worksheet) -> tuple[list[Table], list[DroppedRow]] | None:
    """The people of the columns; None for a sheet whose columns are anything else."""
    top = next((n for n, row in enumerate(tab.rows[:_WITHIN]) if _are_teams(filled(row))), None)
    if top is None:
        return None
    texts = [text_of(cell) for cell in tab.rows[top]]
    teams = {index: group_name(text) for index, text in enumerate(texts) if text}
    below = next((filled(row) for row in tab.rows[top + 1 :] if filled(row)), [])
    if any(map(field_named, below)) or any(_is_beside(row, teams) for row in tab.rows[top + 1 :]):
        return None
    records = [one for index, team in teams.items() for one in _people_of(tab, top, index, team)]
    cells = sum(
        bool(text_of(cell_at(row, index))) for row in tab.rows[top + 1 :] for index in teams
    )
    if len(records) < _FEWEST or len(records) * 2 < cells:
        return None
    return tables_of(tab, records)


def _is_beside(row: Sequence[Cell], teams: Mapping[int, str]) -> bool:
    """Cells below no team, in a row of several: those of a table."""
    places = [index for index, cell in enumerate(row) if text_of(cell)]
    return len(places) > 1 and any(index not in teams for index in places)


def _are_teams(texts: list[str]) -> bool:
    """Nothing but teams, each another one."""
    teams = {group_name(text) for text in texts if is_group(text)}
    return len(teams) >= _FEWEST and len(teams) == len(texts)


def _people_of(tab: Worksheet, top: int, index: int, team: str) -> Iterator[Record]:
    for number in range(top + 1, len(tab.rows)):
        cell = cell_at(tab.rows[number], index)
        text = lines_of(cell) if isinstance(cell, str) else ""
        if not text or not (one := _person_in(text)):
            continue
        record = Record(number + 1, dict(fields_of(one, "")), {number + 1})
        record.fields["team"] = team
        record.add("note", clean(_without(text, one)))
        yield record


def _person_in(text: str) -> Mention | None:
    """The first name of the cell; of somebody called otherwise, the words before the number."""
    people = people_in(text, is_listing=True)
    if people:
        first = people[0]
        first.phones = [found[0] for found in PHONE.finditer(text)]
        return first
    called = clean(_BRACKETS.sub(" ", PHONE.split(text)[0]))
    if PHONE.search(text) and 1 <= called.count(" ") <= _MOST_SPACES and called.istitle():
        return Mention(called, 0, len(called), phones=[m[0] for m in PHONE.finditer(text)])
    return Mention(called, 0, len(called)) if looks_like_person(called) else None


_MOST_SPACES = 3


def _without(text: str, one: Mention) -> str:
    """Words of the cell beside the name, the birth and the numbers."""
    rest = PHONE.sub(" ", text.replace(one.name, " ", 1))
    return clean(rest.replace(one.birth, " ") if one.birth else rest).strip(" -–()")
