"""Per-request memo for look-ups shared by several work lists, such as the hamlets covered.

Only while a page is put together, which changes nothing: `reading_once` starts with nothing known
and forgets all of it at its end. Everywhere else each question is asked anew.
"""

from collections.abc import Callable, Hashable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.http import HttpRequest

from accounts.scoped_admin.asking import Asking, alone, side_by_side

_known: ContextVar[dict[Hashable, Any] | None] = ContextVar("known_for_this_page", default=None)


@contextmanager
def reading_once() -> Iterator[None]:
    """For as long as this lasts, `once` answers the same question the same way."""
    before = _known.set({})
    try:
        yield
    finally:
        _known.reset(before)


@contextmanager
def asking_anew() -> Iterator[None]:
    """For as long as this lasts nothing is known: ids stand in a question as questions."""
    before = _known.set(None)
    try:
        yield
    finally:
        _known.reset(before)


def is_reading_once() -> bool:
    return _known.get() is not None


def known() -> str:
    """All that is known for this page, as a text to compare by."""
    return repr(sorted((_known.get() or {}).items(), key=repr))


def once[T](what: str, user: Any, read: Callable[[], T]) -> T:
    """The answer of `read` for an account, asked for only the first time inside `reading_once`.

    For ids that hang on the account alone. Its commune and its rights are asked of the object.
    """
    known = _known.get()
    if known is None:
        return read()
    key = what, user.pk
    if key not in known:
        known[key] = read()
    answer: T = known[key]
    return answer


def once_shown[T](request: HttpRequest, key: Hashable, read: Callable[[], T]) -> T:
    """The answer of `read`, asked for once by a page that is only shown; a form asks each time."""
    if request.method != "GET":
        return read()
    known = request.__dict__.setdefault("read_for_page", {})
    if key not in known:
        known[key] = read()
    answer: T = known[key]
    return answer


_ahead: dict[str, Callable[[Any], Asking[Any] | None]] = {}


def ahead[Made: Callable[[Any], Any]](what: str) -> Callable[[Made], Made]:
    """Register how `read_ahead` reads what `once` knows by this name: a function of the account
    that asks by `yield`, or None where this account needs it not."""

    def register(asking: Made) -> Made:
        _ahead[what] = asking
        return asking

    return register


def read_ahead(user: Any) -> None:
    """Read what the lists of a page will ask of `once`, all of it together."""
    alone(read_ahead_asked([user]))


def read_ahead_asked(users: Iterable[Any]) -> Asking[None]:
    """The same for several accounts; nothing outside `reading_once`."""
    known = _known.get()
    if known is None:
        return
    wanted = {
        (what, user.pk): made
        for user in users
        for what, read in _ahead.items()
        if (what, user.pk) not in known and (made := read(user)) is not None
    }
    answers = yield from side_by_side(wanted.values())
    known.update(zip(wanted, answers, strict=True))
