"""The data of the practice portal: whose accounts, which passwords, and whose database never."""

from typing import Any

import pytest
from django.contrib.auth.hashers import check_password
from django.core.management import CommandError, call_command
from django.db import connection

from accounts.models import User
from accounts.users.roles import Role
from broadcasts.demo import practice, stage
from broadcasts.demo.accounts import DEMO_ACCOUNTS, DEMO_PASSWORD, make_accounts
from broadcasts.demo.practice import NotForPractice, Person
from groups.models import HamletAssignment, Officer, Team
from tests.factories.accounts import PASSWORD, make_commune, make_second_factor, make_user
from tests.factories.groups import make_hamlet, make_team
from zalo_simulator.state.people import ADMIN_ID

PEOPLE = [
    Person("truong.congan", "Trần Thị", "Thật", Role.CHIEF),
    Person("cb1", "Lê", "An", Role.OFFICER),
    Person("cb2", "Lê", "Bình", Role.OFFICER),
    Person("ap1", "Lê", "Chi", Role.HAMLET_HEAD),
    Person("to1", "Lê", "Dung", Role.TEAM_LEADER),
    Person("tp", "Lê", "Giang", Role.CITY),
]


@pytest.fixture
def place(commune: Any) -> Any:
    for _number in range(2):
        make_team(make_hamlet(commune))
    make_accounts(commune)
    practice.lock_colleagues()
    return commune


def test_real_settings_run_nothing(db: None) -> None:
    with pytest.raises(CommandError, match=r"config\.settings_practice"):
        call_command("practice")


def test_database_of_others_is_neither_taken_nor_emptied(db: None, settings: Any) -> None:
    with pytest.raises(NotForPractice):
        practice.take_over()
    with pytest.raises(NotForPractice):
        practice.drop_everything()
    settings.PRACTICE = True
    for options in ([], ["--reset"]):
        with pytest.raises(CommandError, match="không do lệnh này lập"):
            call_command("practice", *options)


def test_database_that_accounts_come_from_is_refused(db: None, settings: Any) -> None:
    own = connection.settings_dict
    settings.PRACTICE = True
    settings.PRACTICE_ACCOUNTS_FROM = (
        f"postgres://x@{own['HOST']}:{own['PORT'] or 5432}/{own['NAME']}"
    )

    with pytest.raises(CommandError, match="không do lệnh này lập"):
        call_command("practice")


@pytest.mark.django_db(transaction=True)
def test_of_an_account_are_read_login_name_and_role_alone() -> None:
    commune = make_commune()
    chief = make_user(commune, Role.CHIEF, password=PASSWORD, email="a@example.vn")
    make_second_factor(chief)
    make_user(commune, Role.OFFICER, is_active=False)
    make_user(commune, is_superuser=True)
    own = connection.settings_dict
    address = (
        f"postgres://{own['USER']}:{own['PASSWORD']}@{own['HOST']}:{own['PORT']}/{own['NAME']}"
    )

    assert practice.people_of(address) == [
        Person(chief.username, chief.last_name, chief.first_name, Role.CHIEF)
    ]


def test_copied_accounts_have_a_place_and_no_password(place: Any) -> None:
    practice.copy_accounts(place, PEOPLE)

    for person in PEOPLE:
        user = User.objects.get(username=person.username)
        assert not user.has_usable_password()
        assert [group.name for group in user.groups.all()] == [str(person.role.label)]
        assert (user.email, user.is_superuser, user.last_login) == ("", False, None)
        assert not hasattr(user, "second_factor")
    assert str(User.objects.get(username="truong.congan")) == "Trần Thị Thật"
    assert User.objects.get(username="tp").commune is None
    covered = HamletAssignment.objects.filter(officer__user__username__in=["cb1", "cb2"])
    assert len({row.hamlet for row in covered}) == 2
    assert HamletAssignment.objects.filter(officer__user__username="ap1").count() == 1
    assert Team.objects.get(leader__user__username="to1")
    assert {officer.phone for officer in Officer.objects.all()} == {""}


def test_second_copy_changes_nothing(place: Any) -> None:
    practice.copy_accounts(place, PEOPLE)
    users = list(User.objects.filter(username="cb1"))
    practice.slips_for(users)
    before = User.objects.values_list("username", "password")

    kept = list(before)
    practice.copy_accounts(place, PEOPLE)

    assert list(before.all()) == kept
    assert HamletAssignment.objects.count() == 3


def test_slip_opens_once_and_must_be_changed(place: Any) -> None:
    users = practice.copy_accounts(place, PEOPLE)

    slips = practice.slips_for(users)

    assert [slip.username for slip in slips] == [person.username for person in PEOPLE]
    assert len({slip.password for slip in slips}) == len(PEOPLE)
    for slip in slips:
        user = User.objects.get(username=slip.username)
        assert user.check_password(slip.password)
        assert user.must_change_password
    assert practice.slips_for(users) == []
    (anew,) = practice.slips_for(users[:1], anew=True)
    assert anew.password != slips[0].password


def test_known_password_of_the_demo_opens_no_invented_account(place: Any) -> None:
    invented = User.objects.filter(username__in=[one.username for one in DEMO_ACCOUNTS])

    assert invented.count() == len(DEMO_ACCOUNTS)
    assert not [user for user in invented if check_password(DEMO_PASSWORD, user.password)]


def test_roles_that_nobody_has_get_an_invented_colleague(place: Any) -> None:
    roles = {person.role for person in PEOPLE}

    missing = practice.colleagues_for(roles)

    held = {user.groups.get().name for user in missing}
    assert held == {str(role.label) for role in set(Role) - roles}
    assert len(missing) == len(held)


def test_administrator_of_the_simulated_zalo_is_the_one_it_knows() -> None:
    assert stage.ADMIN_ID == ADMIN_ID
