"""Questions of many functions put to the database together: one round trip a wave.

A function asks by `yield`: a query set, and gets its rows as a list; a `Number`, and gets how many
there are; a list of questions, and gets a list of answers. `together` runs many such functions side
by side and sends what all of them ask at the same moment in one go, so that a page costs as many
round trips as its longest chain of questions. Rows come as they would from the query set itself,
with everything that is joined to them.
"""

from collections.abc import Generator, Iterable, Iterator, Sequence
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import QuerySet

from accounts.scoped_admin.questions import Later, Number, Plan, plan_of

type Leaf = QuerySet[Any] | Number | Later
type Question = Leaf | list[Question]
type Asking[T] = Generator[Question, Any, T]


def alone[T](asking: Asking[T]) -> T:
    """Answer the questions of a function, wave by wave, and give what it returns."""
    answer: Any = None
    while True:
        try:
            asked = asking.send(answer)
        except StopIteration as end:
            made: T = end.value
            return made
        answer = _answer(asked)


def together[T](askings: Iterable[Asking[T]]) -> list[T]:
    """Results of the functions, in their order."""
    return alone(side_by_side(askings))


def side_by_side[T](askings: Iterable[Asking[T]]) -> Asking[list[T]]:
    """The same for a function that asks itself: `yield from` it."""
    running = list(askings)
    made: dict[int, T] = {}
    answers: dict[int, Any] = dict.fromkeys(range(len(running)))
    while answers:
        asked: dict[int, Question] = {}
        for place, answer in answers.items():
            try:
                asked[place] = running[place].send(answer)
            except StopIteration as end:
                made[place] = end.value
        answers = dict(zip(asked, (yield list(asked.values())), strict=True)) if asked else {}
    return [made[place] for place in range(len(running))]


def counts(*rows: QuerySet[Any]) -> list[int]:
    """How many rows each of these has, all of them, in one round trip."""
    return alone(_counts(rows))


def _counts(rows: Iterable[QuerySet[Any]]) -> Asking[list[int]]:
    return (yield [Number(one, most=None) for one in rows])


def attach(rows: Sequence[Any], name: str, *joined: str) -> Asking[None]:
    """Read what hangs on these rows by a relation, all of it at once, as prefetching would."""
    if not rows:
        return
    relation = rows[0]._meta.get_field(name)
    key = relation.field.attname
    parts = relation.related_model._default_manager.select_related(*joined)
    whole = tuple(row.pk for row in rows)
    found = yield Later(
        f"{relation.field} of rows",
        lambda: parts.filter(**{f"{relation.field.name}__in": whole}),
        given=(joined, whole),
    )
    for row in rows:
        held = parts.none()
        held._result_cache = [part for part in found if getattr(part, key) == row.pk]
        row._prefetched_objects_cache = {name: held}


def _answer(asked: Question) -> Any:
    leaves = list(_leaves(asked))
    answers = iter(_fetched([plan_of(leaf) for leaf in leaves]))

    def built(part: Question) -> Any:
        return [built(one) for one in part] if isinstance(part, list) else next(answers)

    return built(asked)


def _leaves(asked: Question) -> Iterator[Leaf]:
    if isinstance(asked, list):
        for one in asked:
            yield from _leaves(one)
    else:
        yield asked


def _fetched(plans: list[Plan]) -> list[Any]:
    """The answers by one statement after another in one go.

    The statements are those of the query sets, bound by the client, as Django binds all of them;
    the database answers each with a result of its own.
    """
    asked = [plan for plan in plans if plan.sql]
    if not asked:
        return [plan.made([]) for plan in plans]
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        bind = cursor.cursor.mogrify
        cursor.execute("; ".join(plan.text(bind) for plan in asked))
        fetched = [cursor.fetchall()]
        while cursor.nextset():
            fetched.append(cursor.fetchall())
    answers = iter(fetched)
    return [plan.made(next(answers) if plan.sql else []) for plan in plans]
