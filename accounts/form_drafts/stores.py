"""Kinds of drafts: the forms that each has, where their texts lie, and how they are opened.

Closed by default: a form whose view no store names leaves nothing.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import Resolver404, ResolverMatch, resolve

from accounts.form_drafts.models import Draft
from accounts.users.models import User


@dataclass(frozen=True)
class Store:
    """Drafts in one table.

    `refusal` gives a word for the script of the page where texts may not be saved, else nothing.
    `place` gives the columns of a draft beside its texts; None where the account may not write
    there, or not any more. `open_later` opens one draft when somebody asks for it; without it all
    come with the page.
    """

    model: type[Draft]
    has_form: Callable[[str], bool]
    refusal: Callable[[Iterable[str]], str]
    place: Callable[[ResolverMatch, User], Mapping[str, Any] | None] = lambda _match, _by: {}
    open_later: Callable[[Draft], str] | None = None
    is_away: Callable[[], bool] = lambda: False
    # Views without such a form of their own, which show one of another view.
    shows_form: Callable[[str], bool] = lambda _view: False
    multiple_of: int = 1  # bytes: lengths of texts that are saved are padded to it
    left_out: frozenset[str] = frozenset()  # names of fields

    def padded(self, text: str) -> str:
        """The text as it is sealed; JSON reads past blanks at its end."""
        return text + " " * (-len(text.encode()) % self.multiple_of)

    def place_of(self, address: str, by: User) -> Mapping[str, Any] | None:
        """Columns of a draft of the form at an address, for an account that may write there."""
        match = _match(address)
        if match is None or not self.has_form(match.view_name):
            return None
        return self.place(match, by)


_stores: list[Store] = []


def register(store: Store) -> None:
    """Have the forms of a store saved; called by modules that an app's `ready` imports."""
    if all(one.model is not store.model for one in _stores):
        _stores.append(store)


def all_stores() -> Iterator[Store]:
    yield from _stores


def store_of(view: str) -> Store | None:
    """The store of the form of a view."""
    return next((one for one in _stores if one.has_form(view)), None)


def store_on(view: str) -> Store | None:
    """The store of the forms on the page of a view."""
    found = (one for one in _stores if one.has_form(view) or one.shows_form(view))
    return next(found, None)


def store_at(address: str) -> Store | None:
    """The store of the form at an address."""
    match = _match(address)
    return None if match is None else store_of(match.view_name)


def _match(address: str) -> ResolverMatch | None:
    try:
        return resolve(address)
    except Resolver404:
        return None
