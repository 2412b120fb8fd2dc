"""Running text that names people: a chat, lines without columns, a family tree of cells.

A message is what stands between two heads (`[18:40, 12/10/2026] Bác Cường: …`), times or empty
rows; facts that it tells on a line of their own are of the person named before, or after.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from groups.member_import.reader import scanned
from groups.member_import.reader.files import Cell, Worksheet
from groups.member_import.reader.mentions import Mention, people_in
from groups.member_import.reader.people_table import Table
from groups.member_import.reader.problems import DroppedRow
from groups.member_import.reader.records import Record, tables_of
from groups.member_import.reader.rows import TEAM_INSIDE, filled, group_name, is_group, team_name
from vietnamese.text import clean, fold

_HEAD = re.compile(
    r"^\[?\s*\d{1,2}:\d{2}(?::\d{2})?[^\]:]{0,20}\]\s*(?:[^:]{1,40}:\s*)?"
    r"|^\[?\d{1,2}/\d{1,2}(?:/\d{2,4})?,?\s+\d{1,2}:\d{2}(?::\d{2})?\s*(?:[AP]M)?\s*\]?\s*[-–]?\s*"
    r"(?:[^:]{1,40}:\s*)?",
    re.IGNORECASE,
)
_TIME = re.compile(r"(?:hôm (?:qua|nay) )?\d{1,2}:\d{2}(?: [ap]m)?", re.IGNORECASE)
# `cà văn thương 1984`: a whole name in small letters, before a year or a number.
_SMALL = re.compile(
    r"^[a-zà-ỹ]{1,7} (?:văn|thị|hữu|ngọc|đình) [a-zà-ỹ]{1,7}(?: [a-zà-ỹ]{1,7})?(?=[\s,\-–]+\d)"
)
_ITEM = re.compile(r"^\s*(?:\d{1,3}\s*[.)/:]|[-–*•+])\s*")
_TEAM_SAID = re.compile(
    r"^\s*(tổ\s+(?:số\s+)?\d{1,3}[a-z]?)(?!\w)(?!.*\d)[^,]{0,25}$", re.IGNORECASE
)
_LEAST = 2
_TABLE = 3  # cells in every row of a text: columns
_MOST_CELLS = 1.6  # filled cells a row, on average, where cells are lines


@dataclass
class _Message:
    """Rows of the sheet, from 1, with their texts without the head."""

    rows: list[int] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)

    def place_of(self, at: int) -> int:
        """The row in which this place of the joined text stands."""
        for row, text in zip(self.rows, self.texts, strict=True):
            if at <= len(text):
                return row
            at -= len(text) + 1
        return self.rows[-1]


def read(tab: Worksheet) -> tuple[list[Table], list[DroppedRow]] | None:
    """The people of the text; None where there are too few to be sure."""
    if not is_running(tab):
        return None
    records = list(_records(_messages(tab), _team_of(tab)))
    if len(records) < _LEAST:
        return None
    return tables_of(tab, records)


def is_running(tab: Worksheet) -> bool:
    """Text rather than a table: hardly a row has a second cell, or commas cut it anyhow."""
    counts = [count for row in tab.rows if (count := len(filled(row)))]
    if not tab.name and counts:
        width, often = Counter(counts).most_common(1)[0]
        return width < _TABLE or often < len(counts)
    return sum(counts) <= len(counts) * _MOST_CELLS


def _messages(tab: Worksheet) -> Iterator[_Message]:
    message = _Message()
    for number, row in enumerate(tab.rows, start=1):
        text = _text_of(row)
        head = _HEAD.match(text)
        if not text or _TIME.fullmatch(text) or head or _ITEM.match(text):
            if message.rows:
                yield message
            message = _Message()
        if text and not _TIME.fullmatch(text):
            message.rows.append(number)
            written = scanned.mended(text[head.end() :] if head else text)
            message.texts.append(_SMALL.sub(lambda name: name[0].title(), written))
    if message.rows:
        yield message


def _team_of(tab: Worksheet) -> str:
    """The team that the sheet, or the name of the group above a chat, says."""
    if is_group(clean(tab.name)):
        return group_name(clean(tab.name))
    first = next((_text_of(row) for row in tab.rows if filled(row)), "")
    found = TEAM_INSIDE.findall(first) if _GROUP.match(fold(first)) else []
    return team_name(found[0]) if len(found) == 1 else ""


_GROUP = re.compile(r"(?:ten )?nhom\b|to \d|(?:danh sach|ds)\b")


def _text_of(row: Sequence[Cell]) -> str:
    """The row as it was typed: a comma had cut it into cells."""
    return clean(", ".join(filled(row)))


def _records(messages: Iterator[_Message], team: str) -> Iterator[Record]:
    """The people of all messages; a list that is sent again with one more says nobody twice."""
    seen: dict[tuple[str, ...], Record] = {}
    for message in messages:
        first = message.texts[0]
        of_team = _TEAM_SAID.match(first)
        if of_team or is_group(first):
            team = group_name(of_team[1] if of_team else first)
        for record in records_of(message):
            record.team = team
            key = (fold(record.name), *map(str, (record.fields.get(n, "") for n in _SAME)))
            if key in seen:
                seen[key].rows |= record.rows | {record.row}
                continue
            seen[key] = record
            yield record


_SAME = ("birth", "phone")


def records_of(message: _Message) -> list[Record]:
    text = "\n".join(message.texts)
    people = people_in(text)
    records: list[Record] = []
    head = ""
    for number, one in enumerate(people):
        stop = people[number + 1].begin if number + 1 < len(people) else len(text)
        record = record_of(one, message.place_of(one.start))
        first, last = message.place_of(one.begin), message.place_of(max(one.end, stop - 1))
        record.rows = {row for row in message.rows if first <= row <= last}
        if number == 0:
            record.rows |= {message.place_of(at) for at in one.ahead}
        if one.relation and head:
            record.fields["household_head"] = head
        head = head if one.relation and head else one.name
        records.append(record)
    return records


def record_of(one: Mention, row: int) -> Record:
    """The mention as texts for the columns of a table."""
    record = Record(row)
    record.fields["full_name"] = one.name
    for name, text in (
        ("birth", one.birth), ("phone", "\n".join(one.phones)), ("gender", one.sex),
        ("relative_phone", "\n".join(one.other_phones)), ("relation", one.relation),
    ):  # fmt: skip
        if text:
            record.fields[name] = text
    for piece in filter(None, one.rest.split("; ")):
        record.add("address" if _ADDRESS.match(piece) else "note", piece)
    return record


_ADDRESS = re.compile(
    r"(?:ở |trọ |tại )?(?:(?:số )?nhà|số|hẻm|ngõ|kiệt|ngách|đường|nha so|đội|lô)\s(?:số )?[^\s]*\d"
    r"|(?:địa chỉ|đ/c|nơi ở)\b|\d+[a-z]?(?:/\d+)* (?:hẻm|đường|ngõ|kiệt)",
    re.IGNORECASE,
)
