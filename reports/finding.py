"""Finding tips by code, hamlet or words, though no word lies in the database in clear.

Keyed hashes of words give candidates; those are opened and compared, so that false hits fall out.
"""

from typing import Any, NamedTuple

from django.db.models import Q

from groups.models import Hamlet
from groups.vietnamese import fold
from reports.searching import tokens, words_of

# Newest first: a word that stands in more tips than that says little, and each is opened.
CANDIDATES = 200
# Letters in a row that the index of codes is made of, and digits that a number has at most.
TRIGRAM, DIGITS = 3, 9


class Found(NamedTuple):
    """What a search found, and whether older tips with the same words were not looked at."""

    rows: Any
    is_cut: bool = False


def find(rows: Any, term: str) -> Found:
    """Those of the rows whose code, hamlet, summary or place the term names; in their order."""
    folded = fold(term)
    if not folded:
        return Found(rows)
    named = Q(hamlet__in=_hamlets(folded)) | _of_code(term.strip())
    wanted = words_of(term)
    if not wanted:
        return Found(rows.filter(named))
    candidates = list(
        rows.filter(search_tokens__contains=tokens(term))
        .select_related(None)
        .defer(None)  # or `only` leaves out what the list does
        .only("uuid", "summary", "place")
        .order_by("-pk")[:CANDIDATES]
    )
    found = [tip.pk for tip in candidates if wanted <= words_of(f"{tip.summary} {tip.place}")]
    return Found(rows.filter(named | Q(pk__in=found)), len(candidates) == CANDIDATES)


def _hamlets(folded: str) -> list[int]:
    """Hamlets with these words in their names (`ấp 1` is not `ấp 10`), else with these letters.

    As a list: of a subquery the database guesses the length, and reads the whole table for it.
    """
    names = Hamlet.objects.filter(search_text__contains=folded).values_list("pk", "search_text")
    whole = [pk for pk, name in names if f" {folded} " in f" {name} "]
    return whole or [pk for pk, _name in names]


def _of_code(term: str) -> Q:
    """By a part of the code; by a number alone, the tip of that number in any year."""
    if term.isdecimal() and len(term) <= DIGITS:
        return Q(code__iendswith=f"-{int(term):04d}")
    return Q(code__icontains=term) if len(term) >= TRIGRAM else Q()
