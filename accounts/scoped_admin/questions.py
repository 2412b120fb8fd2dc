"""Questions to the database as text and values, and the memory that spares making them anew.

To build and compile the query sets of a home page takes longer than the database needs to answer
them. A `Later` is built once a day for an account with the same rights and the same scope; its
text is kept in the process, never an answer. What moves with the clock moves in the kept values
too: a moment with microseconds was reckoned from now, any other is a fixed one of the day.
"""

import copy
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS
from django.db.backends.postgresql.psycopg_any import Range
from django.db.models import QuerySet

# Nobody reads the difference between more than so many.
COUNTED: Final = 1000
# So many are remembered in a process: those of about ten accounts.
MOST_PLANS: Final = 800


def many(number: int) -> str:
    """A number in words for people: `hơn 1000` where no more were counted."""
    return str(number) if number < COUNTED else f"hơn {COUNTED}"


@dataclass(frozen=True, slots=True)
class Number:
    """How many rows a query set has, at most `most`; None: however many there are."""

    rows: QuerySet[Any]
    most: int | None = COUNTED


@dataclass(frozen=True, slots=True)
class Later:
    """A query set, or the `Number` of one, that is built where it is not known yet.

    `build` may use of what changes only the account, its rights, what was read ahead, the clock and
    the values in `given`; without a query set there are no rows. `name` tells it from other
    questions of the same code.
    """

    name: str
    build: Callable[[], QuerySet[Any] | Number | None]
    given: Hashable = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """A statement with its values; `made` makes the answer of the columns that were fetched.

    `bound` holds the text with the values in it, once a connection has made it.
    """

    sql: str
    params: tuple[Any, ...]
    made: Callable[[list[Any]], Any]
    bound: list[str] = field(default_factory=list)

    def moved(self, by: timedelta) -> "Plan":
        """The same, asked at another moment."""
        if not any(map(_moves, self.params)):
            return self
        return Plan(self.sql, tuple(_moved(one, by) for one in self.params), self.made)

    def text(self, bind: Callable[[str, tuple[Any, ...]], str]) -> str:
        """The statement with its values, as `bind` of a cursor writes them."""
        if not self.bound:
            self.bound.append(bind(self.sql, self.params))
        return self.bound[0]


@dataclass(frozen=True, slots=True)
class _Asker:
    """For whom a page asks: whatever a question may depend on, and the moment.

    `known` says what the page has read so far, as a text; what it said at first is in the key.
    """

    key: Hashable
    known: Callable[[], str]
    known_ahead: str
    now: datetime


_asker: ContextVar[_Asker | None] = ContextVar("asker_of_this_page", default=None)
_plans: dict[Hashable, tuple[datetime, Plan]] = {}


@contextmanager
def asked_for(key: Hashable, known: Callable[[], str], now: datetime) -> Iterator[None]:
    """For as long as this lasts, questions are kept under this key, and taken from there.

    A clock that stands at a whole second is that of a test: nothing is kept then.
    """
    ahead = known()
    asker = _Asker((key, ahead, now.date()), known, ahead, now)
    before = _asker.set(asker if now.microsecond else None)
    try:
        yield
    finally:
        _asker.reset(before)


def plan_of(question: QuerySet[Any] | Number | Later) -> Plan:
    """The statement of a question."""
    if not isinstance(question, Later):
        return _compiled(question)
    asker = _asker.get()
    if asker is None:
        return _compiled(question.build())
    key = question.name, question.given, question.build.__code__, asker.key
    if (found := _plans.get(key)) is not None:
        made_at, plan = found
        return plan.moved(asker.now - made_at)
    plan = _compiled(question.build())
    if (
        asker.known() != asker.known_ahead
    ):  # ids that were read meanwhile stand in it, and not in its key
        return plan
    if not any(isinstance(one, Range) for one in plan.params):
        if len(_plans) >= MOST_PLANS:
            _plans.clear()
        _plans[key] = asker.now, plan
    return plan


def forget() -> None:
    """Build all questions anew."""
    _plans.clear()


def _moves(param: Any) -> bool:
    return isinstance(param, datetime) and param.microsecond != 0


def _moved(param: Any, by: timedelta) -> Any:
    return param + by if _moves(param) else param


def _compiled(question: QuerySet[Any] | Number | None) -> Plan:
    if question is None:
        return Plan("", (), _no_rows)
    is_number = isinstance(question, Number)
    if isinstance(question, Number):
        rows = question.rows.order_by().select_related(None).values("pk")[: question.most]
    else:
        rows = question.all()
    compiler: Any = rows.query.get_compiler(DEFAULT_DB_ALIAS)
    try:
        sql, params = compiler.as_sql()
    except EmptyResultSet:
        return Plan("", (), _nothing if is_number else _no_rows)
    if is_number:
        text = f"SELECT COUNT(*) FROM ({sql}) AS counted"  # noqa: S608 -- Django's own text
        return Plan(text, tuple(params), _first_cell)

    converters: dict[int, Any] = {}

    def made(fetched: list[Any]) -> list[Any]:
        if not fetched:
            return []
        if not converters:
            columns = [column for column, *_rest in compiler.select[: compiler.col_count]]
            converters[0] = compiler.get_converters(columns)
        return _rows_of(rows, compiler, fetched, converters[0])

    return Plan(sql, tuple(params), made)


def _nothing(fetched: list[Any]) -> int:
    return 0


def _no_rows(fetched: list[Any]) -> list[Any]:
    return []


def _first_cell(fetched: list[Any]) -> int:
    number: int = fetched[0][0]
    return number


def _rows_of(
    rows: QuerySet[Any], compiler: Any, fetched: list[Any], converters: dict[int, Any]
) -> list[Any]:
    """Rows, as the query set makes them of columns: a copy gets its own compiler, answered."""
    answered = copy.copy(compiler)
    answered.execute_sql = lambda *args, **kwargs: [fetched]
    answered.get_converters = lambda columns: converters
    query = copy.copy(rows.query)
    query.get_compiler = lambda *args, **kwargs: answered  # type: ignore[method-assign]
    known: Any = type(rows).__new__(type(rows))
    known.__dict__.update(rows.__dict__, _query=query, _result_cache=None)
    return list(known)
