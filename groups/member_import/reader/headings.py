"""Find the row of headings of a table, and which column each field stands in.

A row may speak of two people: `Chồng | Năm sinh | Vợ | Năm sinh | Địa chỉ`.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from groups.member_import.reader import aliases, kin_columns
from groups.member_import.reader.aliases import LINE, NAME_FIELDS
from groups.member_import.reader.cells import text_of
from groups.member_import.reader.columns import (
    Column,
    letter_of,
    looks_like_birth,
    looks_like_name,
    looks_like_national_id,
    looks_like_phone,
)
from groups.member_import.reader.files import Cell, Worksheet
from groups.member_import.reader.lines import TITLE
from groups.member_import.reader.problems import BadCell
from groups.member_import.reader.rows import cell_at, filled
from vietnamese.text import clean, fold

_SEXES = {"chong": "male", "vo": "female"}
_PARENTS = {"cha": "chong", "bo": "chong", "ba": "chong", "me": "vo", "ma": "vo"}
_BY_SEX = {"nam": "chong", "nu": "vo"}
_CALLED = {"ông": "chong", "bà": "vo"}  # a column of names for each
_WORD = re.compile(r"\b(?:chồng|chong|vợ|vo)\b", re.IGNORECASE)
_OF = re.compile(r"\b(?:của|cua)\s*$", re.IGNORECASE)


@dataclass(frozen=True)
class Side:
    """One of the two: the sex, and the columns that speak of this person alone or of both."""

    sex: str
    own: frozenset[int]
    columns: frozenset[int]
    is_kin: bool = False  # a name there may be what the family calls somebody


def sides_named(text: str) -> set[str]:
    """`vo`, `chong`, both, or none."""
    return set(_sides(text)) if text else set()


@lru_cache(maxsize=2048)  # the rows of a list are asked again and again whether they are headings
def _sides(text: str) -> frozenset[str]:
    return frozenset(fold(word) for word in _WORD.findall(text)) if len(text) < 60 else frozenset()


def is_side(text: str) -> bool:
    """`Chồng` or `Vợ`, `Nam` or `Nữ`, and nothing else."""
    return fold(text).strip(" .:") in {**_SEXES, **_BY_SEX}


def fields_of(parts: Sequence[Sequence[str]]) -> list[str]:
    """The field of each column; the words for husband and wife only say whose it is."""
    if not _has_both(parts):
        fields = [aliases.field_of(texts) for texts in parts]
        if _are_named_before(parts):
            for index, texts in enumerate(parts):
                if called := _called(texts):
                    fields[index] = f"{_SEXES[called]}_mark"
        for group in kin_columns.groups_of(parts, fields):
            if not group.is_main:
                fields[group.columns[0]] = "full_name"
        return fields
    return [_field_of(texts) for texts in parts]


def _has_both(parts: Sequence[Sequence[str]]) -> bool:
    named = [_side_of(texts) for texts in parts]
    return set(_SEXES) <= set(named) and not _are_named_before(parts)


def _are_named_before(parts: Sequence[Sequence[str]]) -> bool:
    """`Họ và tên cụ | Cụ ông | Cụ bà`: behind a column of names the two are marks."""
    called = [index for index, texts in enumerate(parts) if _called(texts)]
    before = parts[: called[0]] if len(called) == len(_SEXES) else []
    return any(not _side_of(own) and aliases.field_of(own) == "full_name" for own in before)


def _called(texts: Sequence[str]) -> str:
    """`Ông`, `Họ tên bà`: a column of names of one sex."""
    text = clean(texts[0]).lower() if len(texts) == 1 else ""
    return _CALLED.get(re.sub(r"^(?:(?:họ (?:và )?tên|tên) )?(?:(?:các )?cụ )?", "", text), "")


def _side_of(texts: Sequence[str]) -> str:
    if called := _called(texts):
        return called
    if len(texts) > 1 and (parent := _PARENTS.get(fold(texts[0]).strip(" .:"))):
        return parent
    if len(texts) > 1 and is_side(texts[-1]) and aliases.field_of(texts[:-1]) == "full_name":
        bare = fold(texts[-1]).strip(" .:")
        return _BY_SEX.get(bare, bare)
    named = set().union(*map(sides_named, texts))
    return named.pop() if len(named) == 1 else ""


def _field_of(texts: Sequence[str]) -> str:
    if not _side_of(texts):
        return aliases.field_of(texts)
    if _called(texts):
        return "full_name"
    if len(texts) > 1 and fold(texts[0]).strip(" .:") in _PARENTS:
        return aliases.field_of(texts[1:])
    texts = texts[:-1] if is_side(texts[-1]) else texts
    bare = [clean(_OF.sub("", _WORD.sub(" ", text)).strip(" ()-–/:")) for text in texts]
    bare = [text for text in bare if text]
    return aliases.field_of(bare) if bare else "full_name"


def sides_of(parts: Sequence[Sequence[str]]) -> list[Side]:
    """Husband and wife in the order of the file; nothing where rows are of one person."""
    if not _has_both(parts):
        return _kin_sides(parts)
    fields = fields_of(parts)
    named = [_side_of(texts) for texts in parts]
    names = [index for index, name in enumerate(fields) if name == "full_name"]
    children = [index for index in names if not named[index]]
    names = [index for index in names if named[index]] if children else names
    if len(names) != 2 or {named[index] for index in names} != set(_SEXES):
        return []
    first, second = names
    whose = {index: side for index, side in enumerate(named) if side}
    between = {index for index in range(first + 1, second) if index not in whose}
    whose |= dict.fromkeys(between, named[first])
    twice = {fields[index] for index in between}
    for index in range(second + 1, len(fields)):
        if index not in whose and fields[index] in twice:
            whose[index] = named[second]
            twice.discard(fields[index])
    shared = frozenset(range(len(fields))) - whose.keys()
    if children:  # what stands beside a child's name is the child's
        shared -= {n for n in shared if n < first and fields[n] not in _OF_ALL}
    return [_side(named[index], whose, shared) for index in names]


def _kin_sides(parts: Sequence[Sequence[str]]) -> list[Side]:
    """The sides of a family across one row; the others of a household are listed once."""
    fields = [aliases.field_of(texts) for texts in parts]
    groups = kin_columns.groups_of(parts, fields)
    used = {index for group in groups for index in group.columns}
    shared = frozenset(range(len(fields))) - used
    sides = []
    for group in groups:
        more, main = shared, groups[0].columns[0]
        if not group.is_main:
            more = frozenset(n for n in shared if fields[n] in _OF_ALL)
            more |= {main} if fields[main] == "household_head" else set()
        own = frozenset(group.columns)
        sides.append(Side(group.sex, own, own | more, is_kin=not group.is_main))
    return sides


_OF_ALL = ("team", "address", "house_number", "street", "household_code")


def _side(name: str, whose: dict[int, str], shared: frozenset[int]) -> Side:
    own = frozenset(index for index, side in whose.items() if side == name)
    return Side(_SEXES[name], own, own | shared)


# Where the heading of a table stands, and the texts above each of its columns.


_TELLING = frozenset(
    ("phone", "birth", "gender", "address", "team", "number", "household_code", "relation", "note")
)
_HEADER_WITHIN = 80
_HEADER_HEIGHT = 3


def find_header(tab: Worksheet, wanted: int, *, is_nameless: bool = False) -> tuple[int, int]:
    """Start and number of rows of the heading; height 0 means there is none.

    `is_nameless` asks for a row that names other columns, where cells tell which holds names.
    """
    if wanted:
        return wanted - 1, max(1, height_at(tab, wanted - 1)[0])
    best = (0, 0, 0)
    for start in range(min(len(tab.rows), _HEADER_WITHIN)):
        height, score = height_at(tab, start, is_nameless=is_nameless)
        if score > best[0] and (best[0] == 0 or start < best[1] + best[2] + 1):
            best = (score, start, height)
    score, start, height = best
    while height > 1 and _is_title(tab, start):
        after = start + 1 + (not filled(tab.rows[start + 1]))
        below = height_at(tab, after, is_nameless=is_nameless)
        if below[1] < score:
            break
        start, height = after, below[0]
    return start, height


def _is_title(tab: Worksheet, start: int) -> bool:
    """One text alone, right above the heading."""
    texts = filled(tab.rows[start])
    return len(texts) == 1 and (not aliases.field_named(texts[0]) or bool(TITLE.match(texts[0])))


_FEWEST_FIELDS = 2


def height_at(tab: Worksheet, start: int, *, is_nameless: bool = False) -> tuple[int, int]:
    """The height that names the most columns, and how many; (0, 0) if this is no heading."""
    best = (0, 0)
    first = filled(tab.rows[start]) if start < len(tab.rows) else []
    answers = sum(map(_answers_itself, first))
    ends = [text.rstrip().endswith(":") for text in first]
    is_label = bool(first) and ends[0] and (len(first) <= 2 or not all(ends))
    if not first or is_label or answers > 1 or (answers and len(first) == 1):
        return best
    for height in range(1, _HEADER_HEIGHT + 1):
        rows = tab.rows[start : start + height]
        if len(rows) < height or any(_is_told(filled(row)) for row in rows):
            break
        if not filled(rows[-1]):
            continue
        parts = heading_parts(tab, start, height)
        fields = fields_of(parts)
        known = {name for name in fields if name}
        if height > 1 and not _continues(rows[-1], parts, fields):
            break
        is_telling = len(known & _TELLING) >= _FEWEST_FIELDS and bool(known & {"phone", "birth"})
        if is_nameless and (not is_telling or len(first) <= len(known)):
            continue
        if not is_nameless and not known & {*aliases.NAME_FIELDS, "nickname"}:
            continue
        alone = len(first) == 1 and height == 1 and _is_single_column(tab, start)
        groups = fields.count("group_mark")  # each of its own, below one heading over them
        score = len(known) + bool(sides_of(parts)) + max(0, groups - 1)
        if (len(known) >= 2 or alone) and score > best[1]:
            best = (height, score)
    return best


def _answers_itself(text: str) -> bool:
    """`Năm sinh: 1970` is no heading, with others of its kind beside it."""
    return bool(re.search(r":\s*[^\s:]", aliases.without_notes(text)))


def _is_told(texts: list[str]) -> bool:
    """Sentences; a form may ask one long question among many columns."""
    long = sum(map(_is_prose, texts))
    return long > 0 and (len(texts) < _MANY_COLUMNS or long * 3 > len(texts))


_MANY_COLUMNS = 5


def _is_prose(text: str) -> bool:
    return len(text) > 70 and len(aliases.without_notes(text)) > 70


def _continues(row: Sequence[Cell], parts: list[list[str]], fields: list[str]) -> bool:
    """Whether the row is a further row of the heading rather than the first person."""
    if len(filled(row)) == 0:
        return False
    for index, cell in enumerate(row):
        text = text_of(cell)
        if not isinstance(cell, str) or re.search(r"\d{3}", text):
            return False
        name_cell = fields[index] in aliases.NAME_FIELDS
        if text and name_cell and not (aliases.field_of([text]) or is_side(text)):
            return False
    return True


def _is_single_column(tab: Worksheet, start: int) -> bool:
    return all(len(filled(row)) <= 1 for row in tab.rows[start : start + 10])


def heading_parts(tab: Worksheet, start: int, height: int) -> list[list[str]]:
    """For each column the texts above it; a text over several columns stands over each."""
    rows = tab.rows[start : start + height]
    width = max((len(row) for row in rows), default=0)
    grid = [[text_of(cell_at(row, index)) for index in range(width)] for row in rows]
    ends = set()  # behind these places a merged heading is over
    for (top, left), (bottom, right) in tab.merged:
        if start <= top < start + height:
            last = min(right, width - 1)
            ends |= {(level - start, right) for level in range(top, bottom + 1)}
            if top == bottom:
                for index in range(left, last + 1):
                    grid[top - start][index] = grid[top - start][left]
    for level in range(height - 1):
        for index in range(1, width):
            below = any(grid[lower][index] for lower in range(level + 1, height))
            left_below = any(grid[lower][index - 1] for lower in range(level + 1, height))
            is_over = (level, index - 1) in ends
            if below and left_below and not grid[level][index] and not is_over:
                grid[level][index] = grid[level][index - 1]
    return [
        list(dict.fromkeys(grid[level][index] for level in range(height) if grid[level][index]))
        for index in range(width)
    ]


# A table whose headings nobody knows: what people need to see to name its columns themselves.


_WITHIN = 80
_ROWS_SHOWN = 30
_SAMPLES = 3
_MAX_COLUMNS = 40
_LETTER = re.compile(r"[A-Z]{1,3}")


def columns_of(tab: Worksheet) -> tuple[int, list[Column]] | None:
    """The row that may be the heading, and the columns below; nothing for a sheet without a table.

    Samples tell names, phones and births alone: what else a stranger's table holds is not kept.
    """
    widths = [len(filled(row)) for row in tab.rows[:_WITHIN]]
    if max(widths, default=0) < 2 or len(tab.rows) < 2:
        return None
    top = next(number for number, width in enumerate(widths) if width * 2 > max(widths))
    heading, below = tab.rows[top], tab.rows[top + 1 : top + 1 + _ROWS_SHOWN]
    columns = []
    for index in range(min(max(map(len, [heading, *below])), _MAX_COLUMNS)):
        cells = [cell for row in below if text_of(cell := cell_at(row, index))]
        title = cell_at(heading, index)
        if not cells and not text_of(title):
            continue
        known = [text_of(cell) for cell in cells if _is_shown(cell)]
        header = "" if looks_like_national_id(title) else text_of(title)[:100]
        samples = tuple(known[:_SAMPLES])
        columns.append(Column(index, letter_of(index), header, samples=samples))
    return top + 1, columns


def _is_shown(cell: Cell) -> bool:
    if looks_like_national_id(cell):
        return False
    for looks in (looks_like_name, looks_like_phone, looks_like_birth):
        try:
            if looks(cell):
                return True
        except BadCell:
            continue
    return False


def known_row(tab: Worksheet, mapping: Mapping[str, str]) -> int:
    """The first row, from 1, with headings that people of the hamlet have named before; else 0."""
    named = {
        fold(heading): field for heading, field in mapping.items() if not _LETTER.fullmatch(heading)
    }
    for number, row in enumerate(tab.rows[:_WITHIN], start=1):
        fields = [named[key] for text in filled(row) if (key := fold(text)) in named]
        if len(fields) > 1 and {*NAME_FIELDS, LINE} & set(fields):
            return number
    return 0
