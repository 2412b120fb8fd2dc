"""Cells that say that somebody agreed: a mark, words, a day, the paper."""

import re
from datetime import date

from groups.member_import.reader.cells import is_nothing, text_of
from groups.member_import.reader.files import Cell
from groups.member_import.reader.zalo_marks import JOINED, NAMED, read_mark, shortened
from vietnamese.text import fold

FIELDS = ("consent_mark", "consent_on", "consent_paper")
_AGREES = re.compile(
    r"(?:da |co |deu )?(?:dong y|nhat tri|chap thuan|ky|ky ten|ky phieu|ky giay|ky du)(?: ten)?"
    r"(?: roi| het)?"
)


def read_agreement(cell: Cell) -> tuple[bool, date | None, str]:
    """Whether a cell says that the person agreed, since when, and words that say neither."""
    text = text_of(cell)
    if not text or is_nothing(text):
        return False, None, ""
    mark = read_mark(cell)
    if mark.state == JOINED or (mark.state == NAMED and _AGREES.fullmatch(fold(mark.text))):
        return True, mark.on, ""
    return False, None, shortened(text) if mark.state == NAMED else ""
