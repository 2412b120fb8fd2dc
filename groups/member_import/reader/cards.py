"""Cards and forms: `Họ tên: Hà Công Thuyên`, `Ngày sinh: … Giới: Nam`, one person below the other.

A card begins with the label of the name, or behind an empty row. Cards may stand side by side, each
in a lane of its own; lines with a dash below a card are people of the same household.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from groups.member_import.reader import aliases
from groups.member_import.reader.aliases import field_named
from groups.member_import.reader.cells import is_nothing, text_of
from groups.member_import.reader.columns import looks_like_name
from groups.member_import.reader.family_cells import fields_of
from groups.member_import.reader.files import Cell, Worksheet
from groups.member_import.reader.filling import team_of_titles
from groups.member_import.reader.mentions import people_in
from groups.member_import.reader.people_table import Table
from groups.member_import.reader.problems import DroppedRow
from groups.member_import.reader.records import Record, tables_of
from groups.member_import.reader.rows import filled, team_name
from vietnamese.text import clean

_NAMES = ("full_name", "household_head")
_TELLING = frozenset(("birth", "phone", "gender", "address", "team"))
_OF_HOUSEHOLD = ("address", "house_number", "street", "team")
_COLON = re.compile(r"\s*[:：]")
_LEAD = re.compile(r"^\s*(?:\d{1,2}\s*[.)/]|[-–*•+])\s*")
_BULLET = re.compile(r"^\s*(?:[-–*•+]|\d{1,2}\s*[.)/])\s*(?=\w)")
_TICKED = re.compile(r"[☑☒✓✔✅🗹]\s*([^\W\d_][^☐☑☒✓✔✅🗹□]*)|\[\s*[xXvV]\s*\]\s*([^\[☐☑]+)")
_BOX = re.compile(r"[☐☑☒□✅🗹]|\[\s*[xXvV ]?\s*\]")
_LEADERS = re.compile(r"[.…_]{3,}")
_AHEAD = re.compile(r".*(?:[.…_]{3,}|[,;☐☑☒|]|\d{2}\S*)", re.DOTALL)
_WITHIN, _LONGEST, _MOST_COLONS = 60, 1_000, 20
_MOST_WORDS, _FEWEST_FIELDS = 8, 2


@dataclass
class _Token:
    row: int  # from 1
    lane: int
    field: str  # empty for a label that says nothing known, `line` for a row without one
    label: str
    value: str


@dataclass
class _Card:
    record: Record
    others: list[Record] = field(default_factory=list)


def read(
    tab: Worksheet, *, has_heading: bool = False
) -> tuple[list[Table], list[DroppedRow]] | None:
    """The people of the cards; None for a sheet with fewer than two.

    Below a heading, a label of the head of a household is that of a block, not of a card.
    """
    if has_heading and not _may_hold_cards(tab):
        return None
    tokens = list(_tokens(tab))
    names = _NAMES[:1] if has_heading else _NAMES
    named = [token for token in tokens if token.field in names]
    known = {token.field for token in tokens} - {"", aliases.LINE, *_NAMES}
    is_card = len(named) > 1 or (named and len(known) > _FEWEST_FIELDS)
    if not is_card or not known & _TELLING or len(known) < _FEWEST_FIELDS:
        return None
    cards = [card for lane in _lanes(tokens) for card in _cards(lane)]
    cards = [card for card in cards if looks_like_name(card.record.name)]
    if not cards:
        return None
    team = team_of_titles(tab, min(card.record.row for card in cards) - 1)
    records = [record for card in cards for record in (card.record, *card.others)]
    for record in records:
        record.team = record.team or team
    return tables_of(tab, records)


def _may_hold_cards(tab: Worksheet) -> bool:
    """Every third cell of the first rows is a label with its value, and names are among them."""
    texts = [text for row in tab.rows[:_WITHIN] for text in filled(row)]
    labels = [text for text in texts if ":" in text]
    named = sum(_field(text.partition(":")[0]) == "full_name" for text in labels)
    return len(labels) * 3 > len(texts) and named > 1


def _tokens(tab: Worksheet) -> Iterator[_Token]:
    for number, row in enumerate(tab.rows, start=1):
        cells = [(index, text) for index, cell in enumerate(row) for text in _lines_of(cell)]
        if not tab.name:  # commas and tabs of a text part no cells
            cells = [(0, ", ".join(filled(row)))] if cells else []
        if not cells:
            yield _Token(number, -1, "", "", "")
            continue
        skip = False
        for (index, text), (_next, behind) in zip(cells, [*cells[1:], (0, "")], strict=True):
            if skip:
                skip = False
                continue
            found = list(_labelled(text))
            if not found and behind and (named := _field(text)) and not _field(behind):
                found, skip = [(named, text, behind)], not list(_labelled(behind))
            elif len(found) == 1 and not found[0][2] and _is_value(behind):
                found, skip = [(*found[0][:2], behind)], True
            for named, label, value in found or [(aliases.LINE, "", text)]:
                yield _Token(number, index, named, label, _value(value))


def _lines_of(cell: Cell) -> list[str]:
    texts = map(clean, cell.splitlines()) if isinstance(cell, str) else [text_of(cell)]
    return [text for text in texts if text]


def _is_value(text: str) -> bool:
    return bool(text) and not list(_labelled(text)) and not _field(text)


def _field(label: str) -> str:
    bare = clean(re.sub(r"^(?:ở|có|thuộc)\s+", "", _LEAD.sub("", label.rstrip(" :")), flags=re.I))
    return field_named(bare) if len(bare) < 80 else ""


def _labelled(text: str) -> Iterator[tuple[str, str, str]]:
    """Field, label and value of each `label: value` of the text."""
    if len(text) > _LONGEST:
        return
    colons = [m for m in _COLON.finditer(text) if not text[m.end() : m.end() + 2].isdigit()]
    at = 0
    found: list[tuple[str, str, int, int]] = []
    for colon in colons[:_MOST_COLONS]:
        label, start = _label_before(text[at : colon.start()], is_first=not found)
        if label:
            found.append((_field(label), label, at + start, colon.end()))
            at = colon.end()
    for number, (named, label, _start, end) in enumerate(found):
        stop = found[number + 1][2] if number + 1 < len(found) else len(text)
        yield named, label, text[end:stop]


def _label_before(text: str, *, is_first: bool) -> tuple[str, int]:
    """The longest run of words that names a field; all words for the first label of a line."""
    bare = _AHEAD.sub(lambda found: " " * len(found[0]), text)  # of another label's value
    words = list(re.finditer(r"\S+", bare))
    for first in range(max(0, len(words) - _MOST_WORDS), len(words)):
        start = words[first].start()
        if _field(text[start:]):
            return clean(text[start:]), start
    if is_first and 0 < len(words) <= _MOST_WORDS:
        return clean(_LEAD.sub("", text)), 0
    return "", 0


def _value(text: str) -> str:
    if _BOX.search(text):
        ticked = [next(filter(None, groups)) for groups in _TICKED.findall(text)]
        return clean(" ".join(ticked)).strip(" ,;.")
    bare = clean(_LEADERS.sub(" ", text)).strip(" .,;…_")
    return "" if not any(map(str.isalnum, bare)) else bare


def _lanes(tokens: list[_Token]) -> list[list[_Token]]:
    """The tokens of each column that has names, with those of the columns right of it."""
    starts = sorted({token.lane for token in tokens if token.field in _NAMES})
    ends = [*starts[1:], 10_000]
    starts[0] = 0
    return [
        [t for t in tokens if t.lane == -1 or start <= t.lane < end]
        for start, end in zip(starts, ends, strict=True)
    ]


def _cards(tokens: list[_Token]) -> Iterator[_Card]:
    card: _Card | None = None
    ahead: list[_Token] = []  # of the card that begins
    for token in tokens:
        if token.lane == -1:
            if card and card.record.name:
                yield card
                card = None
            ahead = ahead if card is None and not any(t.lane == -1 for t in ahead) else []
            continue
        if token.field in _NAMES and token.value and (card is None or _is_next(card, token)):
            if card:
                yield card
            card = _Card(Record(token.row))
            for one in ahead:
                _fill_in(card, one)
            ahead = []
        if card is None:
            ahead.append(token)
        else:
            _fill_in(card, token)
    if card:
        yield card


def _is_next(card: _Card, token: _Token) -> bool:
    """A second name on a card is of the next, unless it says who the head of the household is."""
    return token.field == "full_name" or not card.record.name


def _fill_in(card: _Card, token: _Token) -> None:
    record = card.record
    if token.field == aliases.LINE:
        _fill_in_line(card, token)
        return
    if token.field or token.value:
        record.rows.add(token.row)
    if not token.value or is_nothing(token.value):
        return
    if token.field in _NAMES and not record.name:
        record.row = token.row
        record.fields["full_name"] = token.value
    elif token.field == "team" and not record.team:
        record.team = team_name(token.value)
        record.add("team", token.value)
    elif token.field in ("", aliases.IGNORED, aliases.NATIONAL_ID):
        if token.field != aliases.NATIONAL_ID:
            record.add("note", f"{token.label}: {token.value}")
    elif token.field in record.fields and token.field not in ("phone", "note"):
        record.add("note", f"{token.label}: {token.value}")
    else:
        record.add(token.field, token.value)


def _fill_in_line(card: _Card, token: _Token) -> None:
    """`- Lưu Thị Thiện, vợ, 1965`: a further person of the household."""
    record = card.record
    is_listed = bool(_BULLET.match(token.value))
    people = people_in(token.value, is_listing=is_listed) if record.name else []
    for one in people:
        other = Record(token.row, dict(fields_of(one, record.name)), {token.row})
        other.team = record.team
        for name in _OF_HOUSEHOLD:
            if name in record.fields:
                other.fields.setdefault(name, record.fields[name])
        card.others.append(other)
    if not people and (is_listed or token.row in record.rows):
        record.rows.add(token.row)
        record.add("note", _BULLET.sub("", token.value))
