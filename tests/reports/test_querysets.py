"""Each role sees its tips by shift, hamlet and work, and never one about itself."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from accounts.users.roles import Role
from reports.models import TipConflict, TipHelper, TipReport
from tests.factories.accounts import make_commune, make_user
from tests.factories.groups import make_assignment, make_hamlet, make_officer
from tests.factories.tips import make_tip


@pytest.fixture
def commune(db):
    return make_commune()


@pytest.fixture
def hamlet(commune):
    return make_hamlet(commune)


def officer_of(hamlet):
    user = make_user(hamlet.commune, Role.OFFICER)
    make_assignment(make_officer(hamlet.commune, user=user), hamlet)
    return user


def seen(user):
    return set(TipReport.objects.visible_to(user))


def test_an_officer_sees_the_own_hamlet_and_not_the_shift(commune, hamlet):
    user = officer_of(hamlet)
    here = make_tip(hamlet=hamlet)
    make_tip(hamlet=make_hamlet(commune))
    make_tip(commune)

    assert seen(user) == {here}


def test_who_wrote_a_tip_down_sees_it_until_it_is_given_out(commune, hamlet):
    user = officer_of(hamlet)
    own = make_tip(commune, channel="phone", by=user)

    before = seen(user)
    TipReport.objects.filter(pk=own.pk).update(owner=make_user(commune, Role.OFFICER))

    assert (before, seen(user)) == ({own}, set())


def test_the_shift_sees_what_came_in_it_until_it_is_given_out(commune):
    duty = make_user(commune, Role.DUTY_OFFICER)
    new = make_tip(commune)
    make_tip(commune, received_at=timezone.now() - timedelta(hours=25))
    make_tip(commune, owner=make_user(commune, Role.OFFICER))

    assert seen(duty) == {new}


@pytest.mark.parametrize("role", [Role.CHIEF, Role.DUTY_OFFICER, Role.OFFICER])
def test_whoever_a_tip_is_about_sees_nothing_of_it(commune, hamlet, role):
    user = officer_of(hamlet) if role is Role.OFFICER else make_user(commune, role)
    tip = make_tip(hamlet=hamlet)
    TipConflict.objects.create(tip=tip, user=user)

    assert seen(user) == set()


@pytest.mark.parametrize(
    "role", [Role.HAMLET_HEAD, Role.PARTY_MEMBER, Role.PARTY_OFFICE, Role.FRONT, Role.TECH_ADMIN]
)
def test_others_see_no_tip(commune, hamlet, role):
    make_tip(hamlet=hamlet)

    assert seen(make_user(commune, role)) == set()


def test_a_helper_sees_a_tip_until_the_last_day_of_the_cover(commune, hamlet):
    user, today = make_user(commune, Role.OFFICER), timezone.localdate()
    chief = make_user(commune, Role.CHIEF)
    tips = [make_tip(hamlet=hamlet) for _number in range(3)]
    for tip, until in zip(tips, (None, today, today - timedelta(days=1)), strict=True):
        TipHelper.objects.create(tip=tip, user=user, added_by=chief, until=until)

    assert seen(user) == set(tips[:2])
    assert set(TipReport.objects.mine(user)) == set(tips[:2])


def test_whose_tips_they_are_is_answered_by_indexes(commune, hamlet):
    """A subquery in an arm of an OR would have every tip read."""
    user = officer_of(hamlet)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_indexscan = off")

    rows = TipReport.objects.order_by().filter(TipReport.objects.all()._worked_by(user))

    assert "BitmapOr" in rows.explain()
