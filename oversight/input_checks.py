"""Why an act is refused, in a sentence; and what may not be written down here at all."""

import re
from typing import Any

from accounts.models import Commune
from accounts.services import NotAllowed
from broadcasts.content_check.services import Level, check_name, find


def lock_commune(commune_id: int) -> None:
    """Of two who write down the same at once, the second sees what the first has written.

    To be called before any other row is locked.
    """
    Commune.objects.select_for_update(of=("self",), no_key=True).get(pk=commune_id)


def is_replaced_in_turn(row: Any, other: Any) -> bool:
    """Whether `row` took the place of `other`, at once or over others in between."""
    rows, seen, at = type(row)._default_manager, set(), other.pk
    while at is not None and at not in seen:
        if at == row.pk:
            return True
        seen.add(at)
        at = rows.values_list("replaced_by", flat=True).get(pk=at)
    return False


def blocked(words: str) -> list[str]:
    """Secrecy marks, numbers and names of residents in these words, each as a sentence."""
    hits = find(words) if words.strip() else []
    return list(dict.fromkeys(hit.sentence for hit in hits if hit.level == Level.BLOCK))


def blocked_fields(row: Any, names: tuple[str, ...]) -> dict[str, list[str]]:
    """The same for the fields of a row, and for the name of its file."""
    found = {name: sentences for name in names if (sentences := blocked(str(getattr(row, name))))}
    if getattr(row, "file", None):
        name = (row.file.name or "").rpartition("/")[2]
        if hits := check_name(name):
            found["file"] = [hit.sentence for hit in hits if hit.level == Level.BLOCK]
    return {name: sentences for name, sentences in found.items() if sentences}


def require_clean(*texts: str) -> None:
    """Raises NotAllowed for words that may not stand here."""
    if sentences := [sentence for text in texts for sentence in blocked(text)]:
        raise NotAllowed(" ".join(dict.fromkeys(sentences)))


# Which pages of the portal may be named as evidence of something done.


LONGEST = 200
# Segments that are neither empty nor dots, by which a browser would end up on another page.
_PAGE = re.compile(r"/admin/(?!(?i:reports)(?:/|$))(?:[A-Za-z0-9_-][A-Za-z0-9_.-]*(?:/|$))+")


def page_of(text: str) -> str:
    """The page in an address that somebody copied, without host and query; "" for nothing.

    Never one of elsewhere, and none of a tip: whoever reads the evidence is not to learn which
    tip it was. A query could lead on to one, or hold its code. Raises NotAllowed.
    """
    address = text.strip()
    if not address:
        return ""
    start = address.find("/admin/")
    path = re.split(r"[?#]", address[start:])[0] if start >= 0 else ""
    if len(path) > LONGEST or not _PAGE.fullmatch(path):
        raise NotAllowed(
            "Địa chỉ phải là một trang trong cổng (có /admin/ trong địa chỉ), và không phải trang "
            "của phản ánh."
        )
    return path
