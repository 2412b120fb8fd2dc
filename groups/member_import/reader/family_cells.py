"""A whole family in one cell: `Lò Văn Ún, 1966 (chủ hộ)⏎Vợ: Quàng Thị Pâng, 1969⏎Con: …`."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from groups.member_import.reader.columns import Column
from groups.member_import.reader.couples import shared_out
from groups.member_import.reader.files import Cell
from groups.member_import.reader.mentions import Mention, people_in
from vietnamese.text import clean

_FEWEST, _MOST, _LONGEST = 2, 12, 600
_MAY_HOLD = re.compile(r"[\n;+&/,]|\d|\b(?:vợ|chồng|con|mẹ|cháu)\b", re.IGNORECASE)
_BETWEEN = re.compile(r"[\n;+&,/–—]|\s-\s|\bvà\b|\bcùng\b", re.IGNORECASE)
_HEAD = re.compile(r"chủ hộ|\bch\b", re.IGNORECASE)


@dataclass
class Part:
    """One of the people: the row of cells, the sex, and texts by field."""

    cells: list[Cell]
    sex: str
    fields: dict[str, str] = field(default_factory=dict)


def lines_of(cell: str) -> str:
    """The lines of a cell, each as text is compared."""
    return "\n".join(map(clean, cell.splitlines()))


def mentions_in(cell: Cell) -> list[Mention]:
    """The people of the cell, where signs or kin stand between all of them."""
    if not isinstance(cell, str) or len(cell) > _LONGEST or not _MAY_HOLD.search(cell):
        return []
    cell = lines_of(cell)
    people = [one for one in people_in(cell, is_listing=True) if not _is_in_brackets(cell, one)]
    if not _FEWEST <= len(people) <= _MOST:
        return []
    pairs = pairwise(people)
    are_apart = all(
        two.relation or _BETWEEN.search(cell[one.end : two.start]) for one, two in pairs
    )
    return people if are_apart else []


def _is_in_brackets(cell: str, one: Mention) -> bool:
    before = cell[: one.start]
    return before.count("(") > before.count(")")


def parts_of(
    cells: Sequence[Cell], columns: Sequence[Column], name: Column, cell: Cell
) -> list[Part]:
    """Each of the people of the cell with a share of the row; none where there is one at most."""
    people = mentions_in(cell)
    if not people:
        return []
    rows = shared_out(cells, columns, name, len(people))
    heads = [one for one in people if _HEAD.search(one.rest)] or people[:1]
    return [
        Part(row, "", fields_of(one, heads[0].name)) for row, one in zip(rows, people, strict=True)
    ]


def alone_in(cell: Cell) -> Mention | None:
    """The one person of a cell of names that says more: `Kiều Thị Đông T2 sn 1959`."""
    if not isinstance(cell, str) or not any(map(str.isdigit, cell)) or len(cell) > _LONGEST:
        return None
    cell = lines_of(cell)
    people = [one for one in people_in(cell, is_listing=True) if not _is_in_brackets(cell, one)]
    before = cell[: people[0].start] if people else ""
    is_first = len(people) == 1 and not any(map(str.isdigit, before.lstrip(" 0123456789.)-")))
    return people[0] if is_first else None


def explains(one: Mention) -> bool:
    """Whether a fact or a team stands beside the name; `Nguyễn Văn An 2` may be a second one."""
    return one.has_facts or bool(_TEAM.search(one.rest))


_TEAM = re.compile(r"(?<!\w)(?:t|tổ)[. ]?(\d{1,2})(?!\w)", re.IGNORECASE)


def fields_of(one: Mention, head: str) -> dict[str, str]:
    """The texts of a person by field; `head` is whose household it is."""
    found = {
        "full_name": one.name, "birth": one.birth, "phone": "\n".join(one.phones),
        "relative_phone": "\n".join(one.other_phones), "gender": one.sex,
        "relation": one.relation, "note": one.rest,
        "household_head": head,
    }  # fmt: skip
    if team := _TEAM.search(one.rest):
        found["team"] = f"Tổ {team[1]}"
    return {name: text for name, text in found.items() if text}
