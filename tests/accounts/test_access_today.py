"""The chief's lists of who waits to get in, and of who was let in by others."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from accounts import services
from accounts.models import User
from accounts.scoped_admin.work_lists import WorkList, lists_for
from accounts.sign_in import second_factor
from accounts.users.roles import Role
from tests.accounts.test_second_factor_reset import REASON
from tests.factories.accounts import PASSWORD, make_second_factor, make_user

WAITING, OF_LATE = "Chờ đồng chí cho cài bước hai", "Mật khẩu, bước hai mới cấp lại"


@pytest.fixture(autouse=True)
def required(settings) -> None:
    settings.SECOND_FACTOR_REQUIRED = True


@pytest.fixture
def officer(commune) -> User:
    return make_user(commune, Role.OFFICER, password=PASSWORD, last_login=timezone.now())


def list_of(user: User, title: str) -> WorkList | None:
    found = [one for one in lists_for(user, timezone.localtime()) if one.title == title]
    return found[0] if found else None


def test_officer_who_waits_is_shown_to_the_chief_with_the_way(chief, officer):
    found = list_of(chief, WAITING)

    assert (found.count, [item.title for item in found.items]) == (1, [str(officer)])
    assert found.items[0].url == reverse(
        "admin:accounts_user_reset_second_factor", args=[officer.pk]
    )


@pytest.mark.parametrize(
    "change",
    [{"last_login": None}, {"must_change_password": True}, {"is_active": False}],
    ids=["never signed in", "temporary password", "locked"],
)
def test_who_cannot_be_permitted_yet_does_not_wait(chief, officer, change):
    User.objects.filter(pk=officer.pk).update(**change)

    assert list_of(chief, WAITING) is None


def test_who_has_set_up_or_has_a_permit_does_not_wait(chief, officer, actor):
    second_factor.reset(officer, by=chief, reason=REASON)
    ready = actor(Role.OFFICER, last_login=timezone.now())
    make_second_factor(ready)

    assert list_of(chief, WAITING) is None
    with time_machine.travel(timezone.now() + timedelta(days=8), tick=False):
        assert [item.title for item in list_of(chief, WAITING).items] == [str(officer)]


def test_nobody_waits_where_nobody_must(chief, officer, settings):
    settings.SECOND_FACTOR_REQUIRED = False

    assert list_of(chief, WAITING) is None


def test_officers_of_another_commune_and_hamlet_heads_are_not_listed(chief, other_commune, commune):
    make_user(other_commune, Role.OFFICER, last_login=timezone.now())
    make_user(commune, Role.HAMLET_HEAD, last_login=timezone.now())

    assert list_of(chief, WAITING) is None


def test_chief_learns_of_a_password_that_others_issued(chief, tech_admin, commune):
    head = make_user(commune, Role.HAMLET_HEAD, password=PASSWORD)
    services.issue_temporary_password(head, by=tech_admin)
    item = list_of(chief, OF_LATE).items[0]

    assert item.title == str(head)
    assert item.note.startswith(f"Cấp mật khẩu tạm: {tech_admin}, ")
    assert list_of(tech_admin, OF_LATE) is None


def test_own_acts_and_old_ones_are_no_news(chief, deputy_chief, officer):
    second_factor.reset(officer, by=chief, reason=REASON)

    assert list_of(chief, OF_LATE) is None
    assert list_of(deputy_chief, OF_LATE).count == 1
    with time_machine.travel(timezone.now() + timedelta(days=4), tick=False):
        assert list_of(deputy_chief, OF_LATE) is None


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.CHIEF}))
def test_both_lists_are_the_chiefs_alone(actor, officer, tech_admin, role):
    services.issue_temporary_password(actor(Role.HAMLET_HEAD), by=tech_admin)
    other = actor(role)

    assert (list_of(other, WAITING), list_of(other, OF_LATE)) == (None, None)
