"""Two rows a person below two rows of headings: `Họ và tên | ĐT bản thân`, `Ngày sinh | ĐT nhà`.

Only where the first column counts every second row, and the second heading names what stands below
the first: else a second row of headings says more of the columns.
"""

import re
from collections.abc import Iterator, Sequence

from groups.member_import.reader import aliases
from groups.member_import.reader.aliases import field_named
from groups.member_import.reader.births import read_birth
from groups.member_import.reader.cells import text_of
from groups.member_import.reader.files import Worksheet
from groups.member_import.reader.filling import team_of_titles
from groups.member_import.reader.judging import share_of
from groups.member_import.reader.lines import PHONE
from groups.member_import.reader.people_table import Table
from groups.member_import.reader.problems import DroppedRow
from groups.member_import.reader.records import Record, tables_of
from groups.member_import.reader.rows import cell_at, filled

_FEWEST = 2
_TELLING = frozenset(("birth", "phone", "other_phone", "relative_phone", "gender", "address"))
_OF_FAMILY = re.compile(r"gia đình|người (?:nhà|thân)|bố|mẹ|cha|vợ|chồng", re.IGNORECASE)
_PHONES = ("phone", "other_phone", "relative_phone")
_COUNT = re.compile(r"\d{1,4}[.)]?")


def read(tab: Worksheet, start: int, height: int) -> tuple[list[Table], list[DroppedRow]] | None:
    """The people, each of two rows; None for a list of a row a person."""
    second = start + 1
    if not height or second + _FEWEST >= len(tab.rows) or not filled(tab.rows[second]):
        return None
    fields = [field_named(text_of(cell)) for cell in tab.rows[start]]
    below = [field_named(text_of(cell)) for cell in tab.rows[second]]
    name = next((n for n, field in enumerate(fields) if field == "full_name"), None)
    if name is None or "number" not in fields:
        return None
    other = cell_at(below, name)
    if other not in _TELLING or set(filled(tab.rows[second])) & set(filled(tab.rows[start])):
        return None
    pairs = list(_pairs(tab, second + 1, fields.index("number"), name))
    if len(pairs) < _FEWEST:
        return None
    births = [cell_at(tab.rows[number + 1], name) for number in pairs]
    if other == "birth" and share_of(births, read_birth) < _MOST:
        return None
    team = team_of_titles(tab, start)
    records = [_record(tab, number, start, (fields, below), team) for number in pairs]
    return tables_of(tab, records)


_MOST = 0.75


def _pairs(tab: Worksheet, body: int, count: int, name: int) -> Iterator[int]:
    """The first of the two rows of each person; nobody where a counted row stands alone."""
    counted = [
        n
        for n in range(body, len(tab.rows))
        if _COUNT.fullmatch(text_of(cell_at(tab.rows[n], count)))
    ]
    for number in counted:
        if number + 1 >= len(tab.rows) or number + 1 in counted:
            return
        if text_of(cell_at(tab.rows[number], name)) and filled(tab.rows[number + 1]):
            yield number


def _record(
    tab: Worksheet, number: int, start: int, fields: tuple[Sequence[str], ...], team: str
) -> Record:
    record = Record(number + 1, rows={number + 1, number + 2}, team=team)
    for level, named in enumerate(fields):
        for index, cell in enumerate(tab.rows[number + level]):
            text = text_of(cell)
            heading = text_of(cell_at(tab.rows[start + level], index))
            field = named[index] if index < len(named) else ""
            if not text or field == "number":
                continue
            if field in _PHONES or (field in ("", aliases.IGNORED) and PHONE.search(text)):
                is_own = level == 0 and not _OF_FAMILY.search(f"{heading} {text}")
                record.add("phone" if is_own else "relative_phone", text)
            elif field in ("", aliases.IGNORED, "note") or field in record.fields:
                record.add("note", f"{heading}: {text}" if heading else text)
            elif field != aliases.NATIONAL_ID:
                record.fields[field] = cell
    return record
