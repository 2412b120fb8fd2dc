"""Finding tips by code, hamlet or words, though no word lies in the database in clear.

Keyed hashes of words give candidates; those are opened and compared, so that false hits fall out.
"""

from typing import Any

from django.db.models import Q

from groups.vietnamese import fold
from reports.searching import tokens, words_of

# Newest first: a word that stands in more tips than that says little.
CANDIDATES = 500


def find(rows: Any, term: str) -> Any:
    """Those of the rows whose code, hamlet, summary or place the term names; in their order."""
    folded = fold(term)
    if not folded:
        return rows
    plain = Q(code__icontains=term.strip()) | Q(hamlet__search_text__contains=folded)
    wanted = words_of(term)
    if not wanted:
        return rows.filter(plain)
    candidates = (
        rows.filter(search_tokens__contains=tokens(term))
        .select_related(None)
        .only("uuid", "summary", "place")
        .order_by("-pk")[:CANDIDATES]
    )
    found = [tip.pk for tip in candidates if wanted <= words_of(f"{tip.summary} {tip.place}")]
    return rows.filter(plain | Q(pk__in=found))
