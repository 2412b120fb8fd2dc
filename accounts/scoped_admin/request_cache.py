"""Per-request memo for look-ups shared by several work lists, such as the hamlets covered.

Only while a page is put together, which changes nothing: `reading_once` starts with nothing known
and forgets all of it at its end. Everywhere else each question is asked anew.
"""

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

_known: ContextVar[dict[Hashable, Any] | None] = ContextVar("known_for_this_page", default=None)


@contextmanager
def reading_once() -> Iterator[None]:
    """For as long as this lasts, `once` answers the same question the same way."""
    before = _known.set({})
    try:
        yield
    finally:
        _known.reset(before)


def is_reading_once() -> bool:
    return _known.get() is not None


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
