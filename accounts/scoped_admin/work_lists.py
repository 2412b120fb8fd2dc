"""The home page: short lists of what waits for this account today.

Each app registers functions that look at one question (“which posts wait for my approval?”) and
answer with a `WorkList`, or with None when the question is not this account's. Most have nothing to
show: those that say which rows they need are called only where there are some.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import wraps
from typing import Any, Final, overload

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from accounts.scoped_admin.request_cache import reading_once


@dataclass(frozen=True)
class WorkItem:
    """One line: what it is, where to open it, and a short note (time, hamlet).

    `is_urgent` asks for care and gets a dot; what `presses` cannot wait: it is called “Khẩn”, comes
    first, and the first of all is the main button.
    """

    title: str
    url: str
    note: str = ""
    is_urgent: bool = False
    presses: bool = False


@dataclass(frozen=True)
class WorkList:
    """A short list for the home page. `count` is the whole number, `items` the first few.

    Without a number it is no list of work.
    """

    title: str
    items: list[WorkItem]
    count: int
    url: str = ""
    empty: str = ""
    icon: str = "task_alt"
    order: int = 100
    actions: list[WorkItem] = field(default_factory=list)

    @property
    def is_urgent(self) -> bool:
        """Whether one of the lines shown is urgent; a folded list says so."""
        return any(item.is_urgent or item.presses for item in self.items)

    @property
    def presses(self) -> bool:
        """Whether one of the lines shown cannot wait."""
        return any(item.presses for item in self.items)

    @property
    def place(self) -> tuple[bool, int]:
        """Rank: what cannot wait goes before all that has no place of its own above."""
        return self.order > 0 and not self.presses, self.order


# The lists that come first stand open; those after them show their name and number until pressed.
OPEN_LISTS: Final = 6

# Lines of a short list.
MOST = 5


def short_list(
    title: str, rows: QuerySet[Any], item: Callable[[Any], WorkItem], **rest: Any
) -> WorkList | None:
    """A list of the first rows, each as `item` says, with the number of all.

    None without any, unless `rest` has a sentence for that: `empty`.
    """
    found = list(rows[: MOST + 1])
    if not found and not rest.get("empty"):
        return None
    count = len(found) if len(found) <= MOST else rows.count()
    return WorkList(title, [item(row) for row in found[:MOST]], count, **rest)


Provider = Callable[[Any, datetime], WorkList | None]
Question = Callable[[Any, datetime], QuerySet[Any] | None]
_providers: list[tuple[Provider, Question | None]] = []


@overload
def work_list(provider: Provider) -> Provider: ...
@overload
def work_list(
    *, asks: Question | None = None, permission: str = ""
) -> Callable[[Provider], Provider]: ...
def work_list(
    provider: Provider | None = None, *, asks: Question | None = None, permission: str = ""
) -> Any:
    """Register a provider, for accounts with `permission`; a decorator, imported from `ready`.

    `asks(user, now)` gives the rows without which the list is not shown, or None where the question
    is not this account's: whether there are any is asked for all lists in one query.
    """

    def question(user: Any, now: datetime) -> QuerySet[Any] | None:
        return asks(user, now) if asks and (not permission or user.has_perm(permission)) else None

    def register(made: Provider) -> Provider:
        @wraps(made)
        def guarded(user: Any, now: datetime) -> WorkList | None:
            if asks:
                return None if question(user, now) is None else made(user, now)
            return made(user, now) if not permission or user.has_perm(permission) else None

        _providers.append((made, question) if asks else (guarded, None))
        return guarded

    return register if provider is None else register(provider)


def lists_for(user: Any, now: datetime) -> list[WorkList]:
    """The work lists of an account, in their order."""
    with reading_once():
        return sorted(_found(user, now), key=lambda made: made.place)


def _found(user: Any, now: datetime) -> list[WorkList]:
    questions = {
        place: rows
        for place, (_provider, asks) in enumerate(_providers)
        if asks is not None and (rows := asks(user, now)) is not None
    }
    wanted = _with_rows(questions)
    return [
        made
        for place, (provider, asks) in enumerate(_providers)
        if (asks is None or place in wanted) and (made := provider(user, now)) is not None
    ]


def _with_rows(questions: Mapping[int, QuerySet[Any]]) -> set[int]:
    """Return the questions that any row answers, asked in one query.

    Each question is written as `exists()` writes it. As columns of one queryset they would all be
    copied and resolved anew, which takes longer than the database needs for its answers.
    """
    asked: dict[int, str] = {}
    given: list[Any] = []
    for place, rows in questions.items():
        try:
            sql, params = rows.query.exists().get_compiler(connection=connection).as_sql()
        except EmptyResultSet:
            continue
        asked[place] = f"EXISTS({sql})"
        given += params
    if not asked:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(asked.values())}", given)
        answers = cursor.fetchone() or ()
    return {place for place, is_any in zip(asked, answers, strict=True) if is_any}


def dashboard(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Adds the work lists to the context of the admin's index page."""
    now = timezone.localtime()
    context["work_lists"] = lists_for(request.user, now)
    context["open_lists"] = OPEN_LISTS
    context["now"] = now
    return context
