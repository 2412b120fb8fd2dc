"""The home page asks first which lists have anything to show."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Commune, User
from accounts.scoped_admin import work_lists as scoped_admin_work_lists
from accounts.scoped_admin.work_lists import WorkList, lists_for, work_list
from groups.models import Hamlet
from tests.factories.groups import make_group
from tests.factories.zalo import make_official_account

pytestmark = pytest.mark.django_db
# Queries of a chief's home page with nothing to do; four of them for shifts, occasions and devices.
QUIET = 40


@pytest.fixture
def called(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the lists that were made, of those registered within the test alone."""
    monkeypatch.setattr(scoped_admin_work_lists, "_providers", [])
    names: list[str] = []
    return names


def one_line(line: scoped_admin_work_lists.WorkItem, user: Any, now: datetime) -> WorkList:
    return WorkList(f"of {line.title}", [line], 1)


def register(name: str, called: list[str], asks: Any) -> None:
    def made(user: Any, now: datetime) -> WorkList | None:
        called.append(name)
        return WorkList(name, [], 1)

    work_list(asks=asks)(made)


def test_only_lists_with_rows_are_made(
    called: list[str], chief: User, hamlet: Hamlet, django_assert_num_queries: Any
) -> None:
    register("some", called, lambda user, now: Hamlet.objects.filter(pk=hamlet.pk).order_by("name"))
    register("none", called, lambda user, now: Hamlet.objects.filter(pk=0))
    register("empty", called, lambda user, now: Hamlet.objects.none())
    register("not asked", called, lambda user, now: None)

    with django_assert_num_queries(1):
        made = lists_for(chief, timezone.localtime())

    assert [one.title for one in made] == ["some"]
    assert called == ["some"]


def test_lists_without_a_question_are_always_made(called: list[str], chief: User) -> None:
    @work_list
    def always(user: Any, now: datetime) -> WorkList | None:
        return WorkList("always", [], 0)

    assert [one.title for one in lists_for(chief, timezone.localtime())] == ["always"]


def test_a_quiet_home_page_asks_little(
    login: Callable[[User], Client],
    chief: User,
    commune: Commune,
    hamlet: Hamlet,
    django_assert_max_num_queries: Any,
) -> None:
    make_official_account(commune)
    make_group(hamlet)
    client = login(chief)
    client.get(reverse("admin:index"))

    with django_assert_max_num_queries(QUIET):
        assert client.get(reverse("admin:index")).status_code == 200


def test_later_lists_are_folded_with_their_number_and_what_is_urgent(
    monkeypatch: pytest.MonkeyPatch, login: Callable[[User], Client], chief: User
) -> None:
    monkeypatch.setattr(scoped_admin_work_lists, "_providers", [])
    for place in range(scoped_admin_work_lists.OPEN_LISTS + 2):
        line = scoped_admin_work_lists.WorkItem(
            f"line {place}", "/", is_urgent=place == scoped_admin_work_lists.OPEN_LISTS
        )
        work_list(partial(one_line, line))

    page = login(chief).get(reverse("admin:index")).content.decode()

    assert page.count('<section class="by-card"') == scoped_admin_work_lists.OPEN_LISTS
    assert page.count('<details class="by-card by-fold">') == 2
    assert page.count("Có việc gấp</span>") == 1
    assert f"line {scoped_admin_work_lists.OPEN_LISTS + 1}" in page


def pressing(title: str, order: int, **more: Any) -> None:
    line = scoped_admin_work_lists.WorkItem(f"line of {title}", f"/{title}/", **more)
    work_list(lambda user, now: WorkList(title, [line], 1, order=order))


def test_what_cannot_wait_comes_first_and_is_the_main_button(
    monkeypatch: pytest.MonkeyPatch, login: Callable[[User], Client], chief: User
) -> None:
    monkeypatch.setattr(scoped_admin_work_lists, "_providers", [])
    pressing("before all", 0)
    pressing("usual", 5, is_urgent=True)
    pressing("second", 60, presses=True)
    pressing("first", 15, presses=True)

    answer = login(chief).get(reverse("admin:index"))
    page = answer.content.decode()

    assert [made.title for made in answer.context["work_lists"]] == [
        "before all", "first", "second", "usual",
    ]  # fmt: skip
    (main,) = answer.context["home_actions"]
    assert (main.title, main.url) == ("line of first", "/first/")
    assert "by-danger" in page.split("line of first")[0]
    assert page.count(">Khẩn</span>") == 2


def test_nothing_is_called_urgent_that_can_wait(
    monkeypatch: pytest.MonkeyPatch, login: Callable[[User], Client], chief: User
) -> None:
    monkeypatch.setattr(scoped_admin_work_lists, "_providers", [])
    pressing("usual", 5, is_urgent=True)

    answer = login(chief).get(reverse("admin:index"))

    assert answer.context["home_actions"] == []
    assert "Khẩn" not in answer.content.decode()
