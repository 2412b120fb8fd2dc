"""Lists of the home page are read together, by as many round trips as their longest chain."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Commune, User
from accounts.scoped_admin import questions
from accounts.scoped_admin import work_lists as scoped_admin_work_lists
from accounts.scoped_admin.asking import Asking, alone, attach, counts, together
from accounts.scoped_admin.questions import COUNTED, Later, Number, asked_for, many
from accounts.scoped_admin.work_lists import MOST, WorkItem, WorkList, lists_for, short_list
from groups.models import Hamlet, Regulation
from tests.factories.groups import make_hamlet, make_meeting, make_regulation

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_kept() -> None:
    questions.forget()


@pytest.fixture
def _no_lists(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scoped_admin_work_lists, "_providers", [])


def test_rows_numbers_and_values_come_in_one_round_trip(
    commune: Commune, django_assert_num_queries: Any
) -> None:
    hamlets = [make_hamlet(commune) for _number in range(3)]

    def rows() -> Asking[list[Hamlet]]:
        return (yield Hamlet.objects.select_related("commune").order_by("pk")[:2])

    def number() -> Asking[int]:
        return (yield Number(Hamlet.objects.order_by("name")))

    def values() -> Asking[list[Any]]:
        return (yield [Hamlet.objects.none(), Commune.objects.values_list("pk", "name")])

    def silent() -> Asking[str]:
        return "nothing asked"
        yield Hamlet.objects.all()

    askings: list[Asking[Any]] = [rows(), number(), values(), silent()]
    with django_assert_num_queries(1):
        found, count, (none, pairs), said = together(askings)
        names = [one.commune.name for one in found]

    assert found == hamlets[:2]
    assert names == [commune.name] * 2
    assert (count, none, said) == (3, [], "nothing asked")
    assert pairs == [(commune.pk, commune.name)]


def test_chains_go_on_side_by_side(commune: Commune, django_assert_num_queries: Any) -> None:
    make_hamlet(commune)

    def chain(length: int) -> Asking[int]:
        found = 0
        for _link in range(length):
            found += yield Number(Hamlet.objects.all())
        return found

    with django_assert_num_queries(3):
        assert together([chain(3), chain(1), chain(2)]) == [3, 1, 2]


def test_what_hangs_on_rows_is_attached_as_by_prefetching(django_assert_num_queries: Any) -> None:
    hamlet = make_hamlet()
    first, second = (make_regulation(hamlet, version=number) for number in (1, 2))
    meeting = make_meeting(first)
    rows = list(Regulation.objects.order_by("pk"))

    with django_assert_num_queries(1):
        alone(attach(rows, "meetings", "hamlet"))
        assert [list(row.meetings.all()) for row in rows] == [[meeting], []]
    assert [rows[0].pk, rows[1].pk] == [first.pk, second.pk]


@pytest.mark.usefixtures("_no_lists")
def test_list_gives_the_first_rows_and_the_number_of_all(chief: User) -> None:
    for number in range(MOST + 3):
        make_hamlet(chief.commune, name=f"Ấp {number}")

    @scoped_admin_work_lists.work_list
    def some(user: Any, now: datetime) -> Any:
        rows = lambda: Hamlet.objects.visible_to(user).order_by("pk")  # noqa: E731 -- as lists do
        return short_list("some", rows, lambda one: WorkItem(one.name, "/"))

    @scoped_admin_work_lists.work_list
    def none(user: Any, now: datetime) -> Any:
        return short_list("none", Hamlet.objects.none, lambda one: WorkItem(one.name, "/"))

    @scoped_admin_work_lists.work_list(permission="groups.no_such_right")
    def others(user: Any, now: datetime) -> WorkList:
        return WorkList("others", [], 0)

    (made,) = lists_for(chief, timezone.localtime())

    assert (made.title, made.count, len(made.items)) == ("some", MOST + 3, MOST)
    assert made.app == "tests"
    assert some(chief, timezone.localtime()) == made


def test_more_than_are_counted_are_said_to_be_more() -> None:
    assert (many(12), many(COUNTED)) == ("12", f"hơn {COUNTED}")


class Clock:
    """A question that is built once for an asker, and what it was built with."""

    def __init__(self) -> None:
        self.built: list[datetime] = []

    def question(self, now: datetime) -> Later:
        def build() -> Any:
            self.built.append(now)
            day = now.replace(hour=0, minute=0, second=0, microsecond=0)
            rows = User.objects.filter(last_login__gt=now - timedelta(hours=1))
            return rows.filter(date_joined__gt=day)

        return Later("accounts of an hour", build)


def known() -> str:
    return "hamlets 1 2"


@pytest.mark.usefixtures("db")
def test_kept_question_moves_with_the_clock_and_keeps_fixed_moments() -> None:
    clock = Clock()
    now = timezone.localtime().replace(hour=9, microsecond=5)
    later = now + timedelta(hours=3)
    with asked_for("somebody", known, now):
        questions.plan_of(clock.question(now))
    with asked_for("somebody", known, later):
        kept = questions.plan_of(clock.question(later))

    fresh = questions.plan_of(clock.question(later))

    assert clock.built == [now, later]
    assert (kept.sql, kept.params) == (fresh.sql, fresh.params)


@pytest.mark.parametrize(
    ("key", "moved"),
    [("another", timedelta(0)), ("somebody", timedelta(days=1))],
    ids=["other rights", "other day"],
)
def test_question_of_another_asker_or_day_is_built_anew(key: str, moved: timedelta) -> None:
    clock = Clock()
    now = timezone.localtime().replace(hour=9, microsecond=5)
    for who, moment in (("somebody", now), (key, now + moved)):
        with asked_for(who, known, moment):
            questions.plan_of(clock.question(moment))

    assert len(clock.built) == 2


def test_right_that_is_lost_counts_on_the_next_page(chief: User) -> None:
    make_hamlet(chief.commune)
    now = timezone.localtime()
    assert "Ấp chưa có cán bộ phụ trách" in {made.title for made in lists_for(chief, now)}

    chief.groups.clear()
    again = User.objects.get(pk=chief.pk)

    assert "Ấp chưa có cán bộ phụ trách" not in {made.title for made in lists_for(again, now)}


@pytest.mark.usefixtures("db")
def test_question_with_ids_that_were_read_meanwhile_is_not_kept() -> None:
    clock, read = Clock(), ["nothing"]
    now = timezone.localtime().replace(hour=9, microsecond=5)

    def question() -> Later:
        made = clock.question(now)

        def build() -> Any:
            read.append("teams of today")
            return made.build()

        return Later("teams", build)

    for _time in range(2):
        read[:] = ["nothing"]
        with asked_for("somebody", lambda: str(read), now):
            questions.plan_of(question())

    assert len(clock.built) == 2


@pytest.mark.usefixtures("db")
def test_given_values_tell_questions_apart() -> None:
    now = timezone.localtime().replace(hour=9, microsecond=5)

    def question(*ids: int) -> Later:
        return Later("some", lambda: User.objects.filter(pk__in=ids), given=ids)

    with asked_for("somebody", known, now):
        plans = [questions.plan_of(question(*ids)) for ids in ((1, 2), (3,), (1, 2))]

    assert [plan.params for plan in plans] == [(1, 2), (3,), (1, 2)]
    assert plans[0] is plans[2]


def test_kept_statement_is_bound_anew_at_another_moment(chief: User) -> None:
    now = timezone.localtime().replace(hour=9, microsecond=5)
    User.objects.update(last_login=now + timedelta(hours=1))

    def question() -> Later:
        return Later("new", lambda: Number(User.objects.filter(last_login__gte=now)))

    def asking() -> Asking[int]:
        return (yield question())

    found = []
    for moment in (now, now, now + timedelta(hours=2)):
        with asked_for("somebody", known, moment):
            found.append(alone(asking()))

    assert found == [1, 1, 0]


def test_rows_are_counted_whole_in_one_round_trip(
    commune: Commune, django_assert_num_queries: Any
) -> None:
    for _number in range(3):
        make_hamlet(commune)

    def most() -> Asking[int]:
        return (yield Number(Hamlet.objects.all(), most=2))

    with django_assert_num_queries(1):
        assert counts(Hamlet.objects.order_by("name"), Hamlet.objects.none()) == [3, 0]
    assert alone(most()) == 2
