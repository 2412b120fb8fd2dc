"""Days in groups: written with each change, by whom and from which source, and read at a day."""

from datetime import date, timedelta

import pytest
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone

from groups.coverage import households
from groups.duplicates import services as duplicates
from groups.models import Membership, MembershipSpell, ProxySpell
from groups.personal_data import erasure
from groups.residents.spells.models import Source
from groups.residents.spells.sources import left_as_they_are, recorded_as
from groups.residents.spells.triggers import BACK_FILL
from groups.zalo_groups import services as zalo_groups
from tests.factories.groups import make_group, make_member, make_ordinary_group

JANUARY, MARCH, JUNE, SEPTEMBER = (date(2026, month, 1) for month in (1, 3, 6, 9))


@pytest.fixture
def group(hamlet):
    return make_ordinary_group(hamlet)


@pytest.fixture
def member(hamlet):
    return make_member(hamlet, household_code="H1")


def joined(member, group, on=None, **fields):
    return Membership.objects.create(
        member=member, group=group, state="joined", joined_on=on, **fields
    )


def days(member):
    rows = MembershipSpell.objects.filter(member=member).order_by("began_on", "pk")
    return [(row.began_on, row.ended_on, row.is_estimated) for row in rows]


def inside_on(hamlet, day):
    return households.by_hamlet([hamlet], day)[hamlet.pk].joined


def test_joining_on_a_day_begins_a_spell_on_it(member, group):
    joined(member, group, JANUARY)

    assert days(member) == [(JANUARY, None, False)]


def test_joining_without_a_day_begins_an_estimate_today(member, group):
    joined(member, group)

    assert days(member) == [(timezone.localdate(), None, True)]


def test_leaving_and_coming_back_makes_two_spells(member, group):
    place = joined(member, group, JANUARY)
    Membership.objects.filter(pk=place.pk).update(state="left", left_on=MARCH)
    Membership.objects.filter(pk=place.pk).update(state="joined", joined_on=JUNE, left_on=None)

    assert days(member) == [(JANUARY, MARCH, False), (JUNE, None, False)]


def test_coming_back_without_a_new_day_begins_today(member, group):
    place = joined(member, group, JANUARY)
    place.state, place.left_on = "left", MARCH
    place.save()
    place.state, place.left_on = "joined", None
    place.save()

    assert days(member) == [(JANUARY, MARCH, False), (timezone.localdate(), None, True)]


def test_a_day_stated_later_replaces_the_estimate(member, group):
    place = joined(member, group)
    place.joined_on = MARCH
    place.save()

    assert days(member) == [(MARCH, None, False)]


def test_leaving_is_dated_as_stated_and_corrected_later(member, group):
    place = joined(member, group, JANUARY)
    place.state, place.left_on = "left", JUNE
    place.save()
    place.left_on = MARCH
    place.save()

    assert days(member) == [(JANUARY, MARCH, False)]


def test_a_past_stay_is_written_as_a_whole(member, group):
    Membership.objects.create(
        member=member, group=group, state="left", joined_on=JANUARY, left_on=MARCH
    )

    assert days(member) == [(JANUARY, MARCH, False)]


def test_deleting_a_membership_ends_the_spell_and_keeps_the_past(member, group):
    joined(member, group, JANUARY).delete()

    assert days(member) == [(JANUARY, timezone.localdate(), False)]


def test_an_invitation_is_no_spell(member, group):
    Membership.objects.create(member=member, group=group, state="invited")

    assert days(member) == []


def test_spells_name_their_source(member, group, chief):
    place = joined(member, group, JANUARY, zalo_said_at=timezone.now())
    assert MembershipSpell.objects.get().source == Source.ZALO

    with transaction.atomic(), recorded_as(Source.ROLL_CALL, by=chief, on=MARCH):
        Membership.objects.filter(pk=place.pk).update(state="left")

    spell = MembershipSpell.objects.get()
    assert (spell.ended_on, spell.end_source, spell.end_recorded_by) == (
        MARCH, Source.ROLL_CALL, chief,
    )  # fmt: skip


def test_source_ends_with_its_block(member, group, chief):
    with transaction.atomic(), recorded_as(Source.LIST, by=chief, on=JANUARY):
        pass
    joined(member, group)

    spell = MembershipSpell.objects.get()
    assert (spell.source, spell.recorded_by) == (Source.HAND, None)


def test_nothing_is_written_where_spells_stay(member, group):
    with transaction.atomic(), left_as_they_are():
        joined(member, group, JANUARY)

    assert days(member) == []


def test_a_proxy_has_days(hamlet, member):
    first, second = make_member(hamlet), make_member(hamlet)
    for through in (first, second, None):
        member.reached_through = through
        member.save()

    rows = ProxySpell.objects.order_by("pk")
    today = timezone.localdate()
    assert [(row.through, row.began_on, row.ended_on) for row in rows] == [
        (first, today, today), (second, today, today),
    ]  # fmt: skip


def test_a_form_of_the_admin_names_its_account(member, group, chief, login):
    data = {"member": member.pk, "group": group.pk, "role": "member", "state": "joined",
            "joined_on": "2026-01-01"}  # fmt: skip

    answer = login(chief).post(reverse("admin:groups_membership_add"), data)

    assert answer.status_code == 302
    spell = MembershipSpell.objects.get()
    assert (spell.began_on, spell.source, spell.recorded_by) == (JANUARY, Source.HAND, chief)


def test_leaving_names_the_account(member, group, chief):
    joined(member, group, JANUARY)

    erasure.leave(member, by=chief)

    spell = MembershipSpell.objects.get()
    assert (spell.ended_on, spell.end_recorded_by) == (timezone.localdate(), chief)


def test_what_was_there_before_spells_is_filled_in_as_an_estimate(hamlet, group):
    proxy, told, invited = make_member(hamlet), make_member(hamlet), make_member(hamlet)
    left, unknown = make_member(hamlet), make_member(hamlet)
    with transaction.atomic(), left_as_they_are():
        joined(proxy, group, JANUARY)
        joined(unknown, group)
        Membership.objects.create(member=invited, group=group, state="invited")
        Membership.objects.create(
            member=left, group=group, state="left", joined_on=JANUARY, left_on=MARCH
        )
        told.reached_through = proxy
        told.save()
    assert not MembershipSpell.objects.exists()

    with connection.cursor() as cursor:
        cursor.execute(BACK_FILL)

    today = timezone.localdate()
    assert [days(one) for one in (proxy, left, unknown, invited)] == [
        [(JANUARY, None, True)], [(JANUARY, MARCH, True)], [(today, None, True)], [],
    ]  # fmt: skip
    assert [(row.member, row.through) for row in ProxySpell.objects.all()] == [(told, proxy)]


# Coverage at the end of a day


def test_coverage_at_a_day_counts_who_was_in_then(hamlet, group, member):
    place = joined(member, group, JANUARY)
    place.state, place.left_on = "left", JUNE
    place.save()

    assert [inside_on(hamlet, day) for day in (
        JANUARY - timedelta(days=1), JANUARY, JUNE - timedelta(days=1), JUNE,
    )] == [0, 1, 1, 0]  # fmt: skip


def test_coverage_now_and_today_are_equal(hamlet, group, member):
    joined(member, group, JANUARY)
    told = make_member(hamlet, household_code="H2", reached_through=member)
    joined(make_member(hamlet, household_code="H3"), group)
    now = households.by_hamlet([hamlet])[hamlet.pk]
    today = households.by_hamlet([hamlet], timezone.localdate())[hamlet.pk]

    assert told.reached_through == member
    assert (today.joined, today.through, today.people_joined) == (2, 1, 2)
    assert (now.joined, now.through, now.people_joined) == (2, 1, 2)
    assert today.members is None


def test_who_moved_away_since_was_still_there(hamlet, group, member, chief):
    joined(member, group, JANUARY)
    erasure.leave(member, by=chief)

    assert households.by_hamlet([hamlet])[hamlet.pk].joined == 0
    assert inside_on(hamlet, MARCH) == 1


def test_a_group_closed_since_still_counts_before(hamlet, group, member, chief):
    joined(member, group, JANUARY)
    zalo_groups.close(group, by=chief)

    assert households.by_hamlet([hamlet])[hamlet.pk].joined == 0
    assert inside_on(hamlet, timezone.localdate() - timedelta(days=1)) == 1
    assert inside_on(hamlet, timezone.localdate()) == 0


def test_a_household_reached_through_another_has_a_past_too(hamlet, group, member, chief):
    joined(member, group, JANUARY)
    other = make_member(hamlet, household_code="H2")
    with transaction.atomic(), recorded_as(Source.LIST, by=chief, on=MARCH):
        other.reached_through = member
        other.save()

    def through(day):
        return households.by_hamlet([hamlet], day)[hamlet.pk].through

    assert (through(MARCH - timedelta(days=1)), through(MARCH)) == (0, 1)


# Merging two rows of one person


def merged_pair(hamlet, group, chief, *, first, second):
    one, other = make_member(hamlet, full_name="Lê Văn Gộp"), make_member(hamlet)
    joined(one, group, first)
    joined(other, group, second)
    before = spells()
    made = duplicates.merge(one, other, from_absorbed={}, by=chief)
    return one, made, before


def spells():
    return list(MembershipSpell.objects.order_by("pk").values())


@pytest.mark.parametrize(("first", "second"), [(JANUARY, MARCH), (MARCH, JANUARY)])
def test_merged_row_was_in_since_the_earlier_day(hamlet, group, chief, first, second):
    one, _made, _before = merged_pair(hamlet, group, chief, first=first, second=second)

    assert [day[:2] for day in days(one)] == [(JANUARY, None)]


@pytest.mark.parametrize(("first", "second"), [(JANUARY, MARCH), (MARCH, JANUARY)])
def test_splitting_restores_the_spells_to_the_letter(hamlet, group, chief, first, second):
    _one, made, before = merged_pair(hamlet, group, chief, first=first, second=second)
    assert spells() != before

    assert duplicates.split(made, by=chief) == []

    assert spells() == before


def test_official_group_has_spells_too(hamlet, member):
    joined(member, make_group(hamlet), JANUARY, zalo_said_at=timezone.now())

    assert days(member) == [(JANUARY, None, False)]
