"""Lists that stand side by side on a sheet, under one row of headings."""

import re
from collections.abc import Sequence
from dataclasses import replace

from groups.member_import.reader import aliases
from groups.member_import.reader.cells import text_of
from groups.member_import.reader.columns import looks_like_name
from groups.member_import.reader.files import Cell, Worksheet
from groups.member_import.reader.judging import share_of
from groups.member_import.reader.rows import cell_at
from vietnamese.text import fold

_RELATIVE = re.compile(r"\b(?:vo|chong|con|cha|me|bo|nguoi than|to truong|chau)\b")
_SAMPLE = 200
_MOST = 6


def areas_of(tab: Worksheet, parts: Sequence[Sequence[str]], body: int) -> list[tuple[int, int]]:
    """First column and the one behind the last of each list; nothing where there is one alone."""
    fields = [aliases.field_of(texts) for texts in parts]
    whole = [fold(" ".join(t for t in own if not aliases.is_one_team(t))) for own in parts]
    texts = [fold(own[-1]) if own else "" for own in parts]
    named = ("full_name", "family_name")
    names = [n for n, name in enumerate(fields) if name in named]
    if not names:  # `Chủ hộ` above both: the same words, so neither is the head of the other
        names = [n for n, name in enumerate(fields) if name == "household_head"]
        names = names if len({texts[n] for n in names}) == 1 else []
    names = [n for n in names if _holds_names(tab.rows[body : body + _SAMPLE], n)]
    names = [n for n in names if not _RELATIVE.search(whole[n])]
    if not 2 <= len(names) <= _MOST or len({fields[n] for n in names}) > 1:
        return []
    before = next(n for n, text in enumerate(texts) if text)
    lead = names[0] - before
    starts = [before]
    for name in names[1:]:
        start = name - lead
        if texts[start:name] != texts[before : names[0]]:
            start = name - 1 if fields[name - 1] == "number" else name
        if start <= starts[-1]:
            return []
        starts.append(start)
    areas = list(zip(starts, [*starts[1:], len(parts) + _MOST * 50], strict=True))
    areas[0] = (0, areas[0][1])
    own = [{f for f in fields[start:stop] if f} for start, stop in areas]
    is_repeated = len({texts[name] for name in names}) == 1
    several = all(len(found & own[0]) > 1 for found in own)
    return areas if several or is_repeated else []


def _holds_names(rows: Sequence[Sequence[Cell]], index: int) -> bool:
    cells = [cell for row in rows if text_of(cell := cell_at(row, index))]
    return share_of(cells, looks_like_name) >= 0.5


def only(tab: Worksheet, start: int, stop: int) -> Worksheet:
    """The sheet with nothing but these columns, each where it was."""
    rows: list[list[Cell]] = [
        ["" if n < start else cell for n, cell in enumerate(row[:stop])] for row in tab.rows
    ]
    merged = [area for area in tab.merged if start <= area[0][1] < stop]
    return replace(tab, rows=rows, merged=merged)
