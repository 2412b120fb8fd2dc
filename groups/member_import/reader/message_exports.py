"""Messages that a phone saved as a table: `Date | Type | Number | Contact | Message`.

Who writes of nobody else writes of himself, so that the number of the message is his.
"""

import re
from collections.abc import Iterator

from groups.member_import.reader.aliases import plain_heading
from groups.member_import.reader.cells import text_of
from groups.member_import.reader.files import Worksheet
from groups.member_import.reader.lines import PHONE
from groups.member_import.reader.mentions import people_in
from groups.member_import.reader.people_table import Table
from groups.member_import.reader.problems import DroppedRow
from groups.member_import.reader.records import Record, tables_of
from groups.member_import.reader.rows import cell_at, team_inside
from groups.member_import.reader.talk import record_of
from vietnamese.text import fold

_NUMBERS = re.compile(r"number|from|address|sender|phone( number)?|so( may| gui)?|nguoi gui")
_TEXTS = re.compile(r"message|body|text|content|noi dung( tin( nhan)?)?|tin nhan")
_WAYS = re.compile(r"type|direction|loai|chieu")
_SENT = re.compile(r"sent|out|outgoing|da gui|gui di")
_FOR_ANOTHER = re.compile(
    r"\b(?:cho|giup|ho|thay) (?:ong|ba|cha|me|ma|bo|chau|con|anh|chi|em|bac|co|chu)\b"
)
_REFUSES = re.compile(r"\b(?:khong|ko|hong) (?:muon|nhan|dong y)\b|\bdung nhan\b")
_WITHIN, _FEWEST = 5, 2


def read(tab: Worksheet) -> tuple[list[Table], list[DroppedRow]] | None:
    """The people of the messages; None for any other table."""
    for top, row in enumerate(tab.rows[:_WITHIN]):
        headings = [plain_heading(text_of(cell)) for cell in row]
        numbers = next((n for n, text in enumerate(headings) if _NUMBERS.fullmatch(text)), None)
        texts = next((n for n, text in enumerate(headings) if _TEXTS.fullmatch(text)), None)
        if numbers is None or texts is None:
            continue
        direction = next((n for n, text in enumerate(headings) if _WAYS.fullmatch(text)), None)
        records = list(_records(tab, top, numbers, texts, direction))
        return tables_of(tab, records) if len(records) >= _FEWEST else None
    return None


def _records(
    tab: Worksheet, top: int, numbers: int, texts: int, direction: int | None
) -> Iterator[Record]:
    for number in range(top + 1, len(tab.rows)):
        row = tab.rows[number]
        text, folded = text_of(cell_at(row, texts)), fold(text_of(cell_at(row, texts)))
        which = fold(text_of(cell_at(row, direction))) if direction is not None else ""
        is_sent = bool(_SENT.fullmatch(which))
        if is_sent or _REFUSES.search(folded):
            continue
        sender = PHONE.search(text_of(cell_at(row, numbers)))
        team = team_inside(text)
        people = people_in(text)
        for nth, one in enumerate(people):
            record = record_of(one, number + 1)
            record.rows = {number + 1}
            if team:
                record.team = team
            is_own = not nth and not one.phones and not _FOR_ANOTHER.search(folded)
            if is_own and sender:
                phones = [found[0] for found in PHONE.finditer(text)] or [sender[0]]
                record.fields["phone"] = "\n".join(phones)
            yield record
