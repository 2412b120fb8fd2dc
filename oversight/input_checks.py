"""Checks of texts, numbers of documents and portal addresses; locks against double entry."""

import re
from datetime import date
from typing import Any

from django.utils import timezone

from accounts.models import Commune
from accounts.services import NotAllowed
from broadcasts.content_check.services import check_name
from content_rules.engine.findings import Level
from content_rules.rulebook import blocked


def lock_commune(commune_id: int) -> None:
    """Serialise writers of one commune. Call before any other row is locked."""
    Commune.objects.select_for_update(of=("self",), no_key=True).get(pk=commune_id)


def is_replaced_in_turn(row: Any, other: Any) -> bool:
    """Whether `row` replaced `other`, directly or through others."""
    rows, seen, at = type(row)._default_manager, set(), other.pk
    while at is not None and at not in seen:
        if at == row.pk:
            return True
        seen.add(at)
        at = rows.values_list("replaced_by", flat=True).get(pk=at)
    return False


def blocked_fields(row: Any, names: tuple[str, ...]) -> dict[str, list[str]]:
    """The same by field of a row, and for the name of its file."""
    found = {name: sentences for name in names if (sentences := blocked(str(getattr(row, name))))}
    if getattr(row, "file", None):
        name = (row.file.name or "").rpartition("/")[2]
        if hits := check_name(name):
            found["file"] = [hit.sentence for hit in hits if hit.level == Level.BLOCK]
    return {name: sentences for name, sentences in found.items() if sentences}


def require_clean(*texts: str) -> None:
    """Raise NotAllowed for texts with blocked content."""
    if sentences := [sentence for text in texts for sentence in blocked(text)]:
        raise NotAllowed(" ".join(dict.fromkeys(sentences)))


def require_not_future(day: date, what: str) -> None:
    """Raise NotAllowed for a day after today."""
    if day > timezone.localdate():
        raise NotAllowed(f"{what} không thể ở sau hôm nay.")


LONGEST_PAGE = 200
# Number of a document, which cannot hold a name.
NUMBER = re.compile(r"\d{1,5}[0-9A-ZĐ/.-]{0,20}")
# Segments neither empty nor dots: a browser would resolve those to another page.
_PAGE = re.compile(r"/admin/(?!(?i:reports)(?:/|$))(?:[A-Za-z0-9_-][A-Za-z0-9_.-]*(?:/|$))+")


def in_trail(number: str, on: date | None, result: str = "") -> str:
    """Number, day and result of a document for the audit trail, without words around the number."""
    found = NUMBER.search(number)
    day = f"ngày {on:%d/%m/%Y}" if on else ""
    return ", ".join(filter(None, (found[0] if found else "", day, result)))


def page_of(text: str) -> str:
    """Return the portal page of a copied address, without host and query; "" for nothing.

    Raises NotAllowed for other sites and for pages of tips: evidence must not reveal which tip it
    was. The query is cut because it could hold the code of a tip.
    """
    address = text.strip()
    if not address:
        return ""
    start = address.find("/admin/")
    path = re.split(r"[?#]", address[start:])[0] if start >= 0 else ""
    if len(path) > LONGEST_PAGE or not _PAGE.fullmatch(path):
        raise NotAllowed(
            "Địa chỉ phải là một trang trong cổng (có /admin/ trong địa chỉ), và không phải trang "
            "của phản ánh."
        )
    return path
