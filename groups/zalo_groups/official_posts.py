"""Questions of groups about official posts. Posts live in an app above, which answers here."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, Protocol

from django.db.models import Q

from accounts.scoped_admin.asking import Asking, alone


class PostBook(Protocol):
    """The answers of the app that sends posts."""

    def since(self, day: date) -> Any:
        """A condition over groups: an official post arrived on or after this day."""

    def last(self, group_ids: Iterable[int]) -> Asking[dict[int, datetime]]:
        """Group → when the last official post arrived; groups without one are left out."""

    def compose_url(self, user: Any) -> str:
        """Address on which this account writes a post, or nothing."""


_books: list[PostBook] = []


def register(book: PostBook) -> None:
    """Called once, from the `ready` of the app that sends posts."""
    _books[:] = [book]


def since(day: date) -> Any:
    """See `PostBook`; without a book nobody is called silent."""
    return _books[0].since(day) if _books else Q(pk__isnull=False)


def last(group_ids: Iterable[int]) -> dict[int, datetime]:
    return alone(last_asked(group_ids))


def last_asked(group_ids: Iterable[int]) -> Asking[dict[int, datetime]]:
    """The same, read together with what else a page asks for."""
    return (yield from _books[0].last(group_ids)) if _books else {}


def compose_url(user: Any) -> str:
    return _books[0].compose_url(user) if _books else ""
