"""The home page asks first which lists have anything to show."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import today
from accounts.models import Commune, User
from accounts.today import WorkList, lists_for, work_list
from groups.models import Hamlet
from tests.factories.groups import make_group
from tests.factories.zalo import make_official_account

pytestmark = pytest.mark.django_db
QUIET = 34  # queries of a chief's home page with nothing to do


@pytest.fixture
def called(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the lists that were made, of those registered within the test alone."""
    monkeypatch.setattr(today, "_providers", [])
    names: list[str] = []
    return names


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
