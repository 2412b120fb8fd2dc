"""Work lists: what waits for an account, each list the answer to one question of an app.

Apps register functions that look at one question (“which posts wait for my approval?”) and answer
with a `WorkList`, or with None when the question is not this account's. The home page puts the
matters of all of them in one order (`accounts.scoped_admin.queue`).

A function that reads rows asks for them by `yield` (`accounts.scoped_admin.asking`): all lists of a
page are then read together.
"""

from collections.abc import Callable, Collection, Generator, Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from enum import IntEnum, StrEnum
from functools import wraps
from inspect import isgenerator
from typing import Any, Final, overload

from django.db.models import QuerySet
from django.utils import timezone

from accounts.scoped_admin.asking import Asking, alone, together
from accounts.scoped_admin.questions import Later, Number, asked_for
from accounts.scoped_admin.request_cache import known, read_ahead, reading_once
from accounts.scoped_admin.terms import PLAIN, Term


class Level(IntEnum):
    """How soon a matter wants a person; the levels of occasions, the gravest first."""

    NOW = 0
    HOURS = 1
    SHIFT = 2


class Place(StrEnum):
    """Parts of the home page, one of which a list stands in."""

    QUEUE = "queue"  # its lines are matters of the queue
    LINE = "line"  # said in a line under the greeting
    NEXT = "next"  # the same, and what comes once nothing waits
    READING = "reading"  # what a reader comes for, before the queue
    FOOT = "foot"  # links below the queue
    FIRST = "first"  # steps of the first days, on a card of their own


@dataclass(frozen=True, slots=True)
class Act:
    """A button of a matter: one tap that does it (`posts`), or the page with its form."""

    words: str
    url: str
    posts: bool = False
    fields: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class WorkItem:
    """One matter: what it is, where to open it, and a sentence (place, since when, until when).

    `key` names the row that it is about (`subject_of`), by which it is one matter with those of
    other lists and with its occasion. `is_urgent` asks for care; what `presses` cannot wait.
    Beside `acts` it is opened by the verb of its list, unless one of them opens a page.
    """

    title: str
    url: str
    note: str = ""
    is_urgent: bool = False
    presses: bool = False
    key: str = ""
    due_at: datetime | None = None
    # What is due then.
    term: Term = PLAIN
    acts: tuple[Act, ...] = ()
    # Said before the words of all lists: where it is, and who is in charge (`is_in_charge`).
    lead: str = ""
    is_in_charge: bool = False
    # Said instead of `note` where the words of another list stand before it; `taker` goes with it.
    aside: str = ""
    taker: str = ""
    # Of an occasion: its level, whether a person has taken it, and whether another one has.
    level: Level | None = None
    is_taken: bool = False
    is_others: bool = False
    # Of a step of the first days.
    is_done: bool = False


@dataclass(frozen=True)
class WorkList:
    """The matters of one question. `count` is the whole number, `items` the first of them.

    `verb` is what is done with each; `level` how soon, where a matter does not say it itself.
    `actions` begin something new. Without a number it is no list of work.
    """

    title: str
    items: list[WorkItem]
    count: int
    url: str = ""
    verb: str = "Mở"
    level: Level = Level.HOURS
    place: Place = Place.QUEUE
    actions: list[WorkItem] = field(default_factory=list)
    # What other lists say of the same matters goes before its words.
    is_said_last: bool = False
    # Its title says that its matters are late, as their terms do.
    says_late: bool = False
    app: str = ""

    @property
    def presses(self) -> bool:
        """Whether one of its lines cannot wait."""
        return any(item.presses for item in self.items)


# Matters of one list that are read; more are a number and a link.
MOST: Final = 12
DAY_ENDS: Final = time(17)


def by_day(day: date | None) -> datetime | None:
    """The moment by which something of a day is due."""
    return timezone.make_aware(datetime.combine(day, DAY_ENDS)) if day else None


def short_list(
    title: str, rows: Callable[[], QuerySet[Any] | None], item: Callable[[Any], WorkItem],
    more: Callable[[list[Any]], Asking[None]] | None = None, **rest: Any,
) -> Generator[Any, Any, WorkList | None]:  # fmt: skip
    """A list of the first of `rows()`, each as `item` says, and the number of all: `yield from` it.

    `rows` is called where its question is not known yet (`Later`), and gives None where it is not
    this account's. `more` asks for what the items need beside the rows. None without any, unless
    something can be begun: `actions`.
    """

    def first() -> QuerySet[Any] | None:
        every = rows()
        return None if every is None else every[: MOST + 1]

    found = yield Later(title, first)
    if not found and not rest.get("actions"):
        return None
    if more is not None:
        yield from more(found[:MOST])
    count = len(found) if len(found) <= MOST else (yield Later(title, lambda: _number(rows())))
    return WorkList(title, [item(row) for row in found[:MOST]], count, **rest)


def _number(rows: QuerySet[Any] | None) -> Number | None:
    return None if rows is None else Number(rows)


Provider = Callable[[Any, datetime], WorkList | None]
# Each with the app that it belongs to.
_providers: list[tuple[str, Callable[[Any, datetime], Asking[WorkList | None]]]] = []
_states: list[tuple[str, Callable[[Any, datetime], Asking[WorkItem | None]]]] = []


@overload
def work_list(provider: Callable[..., Any]) -> Provider: ...
@overload
def work_list(*, permission: str = "") -> Callable[[Callable[..., Any]], Provider]: ...
def work_list(provider: Callable[..., Any] | None = None, *, permission: str = "") -> Any:
    """Register a function of `(user, now)`, for accounts with `permission`; imported by `ready`.

    What it is named by afterwards answers at once, each question by itself.
    """

    def register(made: Callable[..., Any]) -> Provider:
        app = made.__module__.partition(".")[0]

        def asking(user: Any, now: datetime) -> Asking[WorkList | None]:
            if permission and not user.has_perm(permission):
                return None
            answer = made(user, now)
            if isgenerator(answer):
                answer = yield from answer
            return None if answer is None else replace(answer, app=answer.app or app)

        @wraps(made)
        def at_once(user: Any, now: datetime) -> WorkList | None:
            return alone(asking(user, now))

        _providers.append((app, asking))
        return at_once

    return register if provider is None else register(provider)


def state_line[Made: Callable[..., Any]](*, permission: str = "") -> Callable[[Made], Made]:
    """Register a function of `(user, now)` that says in one line how a part of an app stands.

    It asks by `yield` and returns a `WorkItem` or None. Nothing waits in it: it stands on the page
    of its section, and home reads none of it.
    """

    def register(made: Made) -> Made:

        def asking(user: Any, now: datetime) -> Asking[WorkItem | None]:
            if permission and not user.has_perm(permission):
                return None
            answer = made(user, now)
            return (yield from answer) if isgenerator(answer) else answer

        _states.append((made.__module__.partition(".")[0], asking))
        return made

    return register


def lists_for(user: Any, now: datetime) -> list[WorkList]:
    """The work lists of an account, all read together."""
    with reading_once():
        read_ahead(user)
        return lists_read_ahead(user, now)


def lists_read_ahead(user: Any, now: datetime) -> list[WorkList]:
    """The same for a page that has read ahead itself."""
    return _read(user, now, [asking for _app, asking in _providers])


def lists_of_apps(
    user: Any, now: datetime, apps: Collection[str]
) -> tuple[list[WorkList], list[WorkItem]]:
    """The work lists of some apps, and the lines that say how they stand, read together."""
    chosen = [asking for app, asking in _providers if app in apps]
    states = [asking for app, asking in _states if app in apps]
    with reading_once():
        read_ahead(user)
        found = _read(user, now, [*chosen, *states])
    lists = [one for one in found if isinstance(one, WorkList)]
    return lists, [one for one in found if isinstance(one, WorkItem)]


def _read(user: Any, now: datetime, askings: Iterable[Callable[..., Asking[Any]]]) -> list[Any]:
    rights = frozenset(user.get_all_permissions())
    with asked_for((user.pk, user.commune_id, rights), known, now):
        found = together([asking(user, now) for asking in askings])
    return [made for made in found if made is not None]
