"""Filters of named works: a value that no work has means none."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.contrib import admin
from django.test import Client, RequestFactory
from django.urls import reverse

from accounts.models import Commune, User
from accounts.scoped_admin.work_filter import WorkFilter
from tests.factories.groups import make_hamlet

pytestmark = pytest.mark.django_db


def filters() -> list[Any]:
    return [
        pytest.param(model_admin, chosen, id=f"{model_admin}-{chosen.__name__}")
        for model_admin in admin.site._registry.values()
        for chosen in model_admin.list_filter
        if isinstance(chosen, type) and issubclass(chosen, WorkFilter)
    ]


@pytest.mark.parametrize(("model_admin", "chosen"), filters())
def test_unknown_value_is_none_in_every_such_filter(
    model_admin: Any, chosen: type[WorkFilter], superuser: User
) -> None:
    request = RequestFactory().get("/")
    request.user = superuser

    made = chosen(request, {chosen.parameter_name: ["xyz"]}, model_admin.model, model_admin)  # type: ignore[dict-item]

    assert made.value() is None


def test_list_of_hamlets_by_an_unknown_value_is_the_whole_list(
    commune: Commune, chief: User, login: Callable[[User], Client]
) -> None:
    today = make_hamlet(commune)
    past = make_hamlet(commune, valid_from=date(2020, 1, 1), valid_to=date(2024, 12, 31))
    client = login(chief)

    def looked_at(value: str | None) -> tuple[set[int], list[str]]:
        query = {} if value is None else {"hieu-luc": value}
        page = client.get(reverse("admin:groups_hamlet_changelist"), query).context["cl"]
        chosen = next(one for one in page.filter_specs if isinstance(one, WorkFilter))
        marked = [str(one["display"]) for one in chosen.choices(page) if one["selected"]]
        return {row.pk for row in page.result_list}, marked

    assert [looked_at(value) for value in (None, "xyz", "nay", "cu")] == [
        ({today.pk, past.pk}, ["Tất cả"]),
        ({today.pk, past.pk}, ["Tất cả"]),
        ({today.pk}, ["Đang có"]),
        ({past.pk}, ["Đã sáp nhập, giải thể"]),
    ]
