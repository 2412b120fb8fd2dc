"""A page remembers its row while it is put together, and no other."""

from typing import Any

import pytest
from django.contrib import admin
from django.http import Http404
from django.test import RequestFactory

from accounts.models import User
from accounts.scoped_admin.base import in_sight
from accounts.scoped_admin.request_cache import once_shown
from accounts.users.roles import Role
from groups.models import Member
from tests.factories.accounts import make_commune, make_user
from tests.factories.groups import make_hamlet, make_member


@pytest.fixture
def chief(db: None) -> User:
    return make_user(make_commune("Bình Minh", code="90001"), Role.CHIEF)


def asked(user: User, method: str = "get") -> Any:
    request = getattr(RequestFactory(), method)("/")
    request.user = user
    return request


def test_a_row_in_sight_opens_no_other_on_the_same_page(chief: User) -> None:
    own = make_member(make_hamlet(chief.commune))
    elsewhere = make_member(make_hamlet(make_commune("Bình An", code="90002")))
    members, request = admin.site._registry[Member], asked(chief)

    assert in_sight(members, request, str(own.pk)).get() == own
    assert in_sight(members, request, str(own.pk)).get() == own
    with pytest.raises(Http404):
        in_sight(members, request, str(elsewhere.pk))
    with pytest.raises(Http404):
        in_sight(members, request, "không")
    assert list(in_sight(members, request, None)) == [own]


@pytest.mark.parametrize(("method", "times"), [("get", 1), ("post", 2)])
def test_a_shown_page_reads_once_and_a_form_each_time(method: str, times: int) -> None:
    read: list[str] = []
    request = asked(User(), method)

    for _button in range(2):
        once_shown(request, "row", lambda: read.append("row"))

    assert len(read) == times
