"""Addresses of the public pages."""

from typing import Final

from django.urls import reverse
from django.utils.http import urlencode

from accounts.communes.public_pages import communes, site_address
from accounts.models import Commune
from procedures.library.models import Procedure

# Whose hours and phone the page shows, where a portal serves several communes.
COMMUNE: Final = "xa"
# Said in the address of the page of thanks, where nothing more could be written down.
FULL: Final = "dong"


def page_url(procedure: Procedure, commune: Commune | None = None) -> str:
    """The page of a procedure, whole where the portal knows its own address."""
    return site_address(page_path(procedure, commune))


def noted_path(commune: Commune, *, is_full: bool = False) -> str:
    """Path of the page of thanks for a question without an answer."""
    query = {"day": FULL} if is_full else {}
    return with_commune(reverse("procedures:noted"), code_to_say(commune), **query)


def page_path(procedure: Procedure, commune: Commune | None = None) -> str:
    """Path of the page of a procedure."""
    return with_commune(reverse("procedures:page", args=[procedure.slug]), code_to_say(commune))


def code_to_say(commune: Commune | None) -> str:
    """The code by which addresses name the commune; blank where there is but one."""
    return commune.code if commune is not None and len(communes()) > 1 else ""


def with_commune(path: str, code: str, **query: str) -> str:
    """The path with the commune in it, and what else it says."""
    if code:
        query[COMMUNE] = code
    return f"{path}?{urlencode(query)}" if query else path
