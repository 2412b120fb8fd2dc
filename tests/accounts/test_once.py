"""A page reads once the lists that it asks for, and forgets them with its answer."""

import pytest
from django.utils import timezone

from accounts.scoped_admin.request_cache import is_reading_once, once, reading_once
from accounts.scoped_admin.work_lists import lists_for
from accounts.users.roles import Role
from groups.models import HamletAssignment, ZaloGroup
from tests.factories.accounts import make_user
from tests.factories.groups import make_assignment, make_group, make_officer

pytestmark = pytest.mark.django_db


def test_same_question_of_an_account_is_asked_once_a_page(commune):
    first, second = make_user(commune), make_user(commune)
    asked = []

    def read() -> int:
        asked.append(1)
        return len(asked)

    with reading_once():
        assert [once("what", user, read) for user in (first, first, second)] == [1, 1, 2]
        assert once("else", first, read) == 3
    assert not is_reading_once()
    assert once("what", first, read) == 4


def test_nothing_is_known_any_more_after_an_error():
    with pytest.raises(ValueError, match="lost"), reading_once():
        raise ValueError("lost")

    assert not is_reading_once()


def test_hamlet_taken_away_is_gone_from_the_next_page(commune, hamlet):
    user = make_user(commune, Role.OFFICER)
    make_assignment(make_officer(commune, user=user), hamlet)
    group = make_group(hamlet)
    with reading_once():
        assert ZaloGroup.objects.visible_to(user).get() == group
    lists_for(user, timezone.localtime())

    HamletAssignment.objects.all().delete()

    assert not ZaloGroup.objects.visible_to(user).exists()
    with reading_once():
        assert not ZaloGroup.objects.visible_to(user).exists()
