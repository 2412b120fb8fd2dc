"""Marks that somebody typed decide between procedures that the search finds as likely.

The search compares without marks. Where words came with them, a procedure whose own words carry
other marks (`hồ sơ` for `hộ khẩu`) stands behind one whose words carry the same.
"""

import re
import unicodedata
from collections import defaultdict
from typing import Final

from accounts.vietnamese import fold
from procedures.models import Procedure, Synonym
from procedures.searching.scoring import Score

AS_LIKELY: Final = 0.95  # what has so much of the best is as likely
_WORD: Final = re.compile(r"[^\W\d_]+")


def by_marks(scores: list[Score], text: str) -> list[Score]:
    """The same scores; those as likely as the best are put in the order that marks speak for.

    Asks the database only where there is something to decide.
    """
    typed = [word for word in _words(text) if not word.isascii()]
    ours = [row for row in scores if row.procedure is not None]
    likely = [row for row in ours if row.value >= AS_LIKELY * ours[0].value] if ours else []
    if len(likely) < 2 or not typed:
        return scores
    said = _said_of([row.procedure for row in likely if row.procedure is not None])
    ranked = sorted(likely, key=lambda row: _against(typed, said[row.procedure or 0]))
    places = [place for place, row in enumerate(scores) if row in likely]
    found = list(scores)
    for place, row in zip(places, ranked, strict=True):
        found[place] = row
    return found


def _words(text: str) -> list[str]:
    return _WORD.findall(unicodedata.normalize("NFC", text).lower())


def _said_of(procedures: list[int]) -> dict[int, dict[str, set[str]]]:
    """The words of each procedure as they are written, by what they are without marks."""
    names = Procedure.objects.filter(pk__in=procedures).values_list("pk", "name")
    terms = Synonym.objects.filter(procedure__in=procedures, is_active=True)
    said: dict[int, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for number, text in names.union(terms.values_list("procedure", "term"), all=True):
        for word in _words(text):
            said[number][fold(word)].add(word)
    return said


def _against(typed: list[str], said: dict[str, set[str]]) -> int:
    """How many typed words a procedure only has with other marks, less those that it has as typed.

    What is written without marks agrees with everything.
    """
    found = 0
    for word in typed:
        known = said.get(fold(word), set())
        if word in known:
            found -= 1
        elif known and all(not other.isascii() for other in known):
            found += 1
    return found
