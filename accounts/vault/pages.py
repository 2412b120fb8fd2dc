"""Pages that the vault answers whole: their registry.

An app registers the names of views that open words of tips. Web hands requests for them to the
vault (`accounts.vault.relay`), which runs the same code, and answers no other address.
"""

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import Resolver404, resolve

from accounts.vault.operations import MOST_ROWS


@dataclass(frozen=True)
class Page:
    """A view of the vault. `most`: how many tips one call opens at most; None where the hour alone
    limits them. `is_public`: it proves by itself who may see, without an account."""

    view: str
    most: int | None = MOST_ROWS
    is_public: bool = False
    is_sent: bool = False  # answered there where a form is sent, by web where it is asked for


_pages: dict[str, Page] = {}


def register(
    *views: str, most: int | None = MOST_ROWS, is_public: bool = False, is_sent: bool = False
) -> None:
    """Have these views answered by the vault."""
    for view in views:
        if view in _pages:
            raise ValueError(f"two pages named {view!r}")
        _pages[view] = Page(view, most, is_public, is_sent)


def names() -> frozenset[str]:
    """Names of all views that the vault answers."""
    return frozenset(_pages)


def page_of(request: HttpRequest) -> Page | None:
    """The page that a request is for, if the vault answers it."""
    try:
        page = _pages.get(resolve(request.path_info).view_name)
    except Resolver404:
        return None
    return None if page is None or (page.is_sent and request.method != "POST") else page
