"""Two phones at once: real transactions, one waits for the other and sees what it wrote."""

import time
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from django.db import connection, transaction

from accounts.users.roles import Role, sync_roles
from groups.models import Member, Membership
from groups.roll_call import services
from tests.factories.accounts import make_commune, make_user
from tests.factories.groups import (
    make_assignment,
    make_hamlet,
    make_member,
    make_officer,
    make_ordinary_group,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def scene():
    sync_roles()
    hamlet = make_hamlet(make_commune())
    user = make_user(hamlet.commune, Role.HAMLET_HEAD)
    make_assignment(make_officer(hamlet.commune, user=user), hamlet)
    return make_ordinary_group(hamlet), user, make_member(hamlet, full_name="Tô Thị Đua")


def somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS(SELECT FROM pg_locks WHERE NOT granted)")
        return bool(cursor.fetchone()[0])


def save(group, user, member):
    return services.save(group, seen={member.pk: "0"}, ticked={member.pk}, by=user)


def saved_beside(act, scene):
    """The outcome of a save that begins while `act` is written and not yet committed."""
    began, waits = Event(), Event()

    def hold_open():
        try:
            with transaction.atomic():
                act()
                began.set()
                waits.wait(5)
        finally:
            connection.close()

    def save_and_close():
        try:
            return save(*scene)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(hold_open)
        assert began.wait(5)
        second = pool.submit(save_and_close)
        until = time.monotonic() + 5
        while not (has_waited := somebody_waits()) and time.monotonic() < until:
            time.sleep(0.01)
        waits.set()
        first.result()
        outcome = second.result()
    assert has_waited, "the two never met"
    return outcome


def test_two_saves_of_one_tick_write_one_place(scene):
    _group, _user, member = scene

    outcome = saved_beside(lambda: save(*scene), scene)

    assert (outcome.joined, outcome.warnings) == (0, [])
    assert Membership.objects.count() == member.spells.count() == 1


def test_a_place_written_beside_a_save_is_told_not_overwritten(scene):
    """The other writer knows nothing of rolls: it locks no group, only names the person."""
    group, _user, member = scene

    outcome = saved_beside(
        lambda: Membership.objects.create(member=member, group=group, state="declined"), scene
    )

    assert (outcome.joined, outcome.changed) == (0, ["Tô Thị Đua"])
    assert Membership.objects.get().state == "declined"


def test_who_moves_away_beside_a_save_is_not_written(scene):
    _group, _user, member = scene
    elsewhere = make_hamlet(make_commune())

    outcome = saved_beside(
        lambda: Member.objects.filter(pk=member.pk).update(hamlet=elsewhere), scene
    )

    assert (outcome.joined, outcome.gone) == (0, 1)
    assert not Membership.objects.exists()
