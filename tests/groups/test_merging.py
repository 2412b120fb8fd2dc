"""Two rows of one person: joined as a person chooses, taken apart again to the letter."""

from datetime import date, timedelta

import pytest
import time_machine
from django.core import serializers
from django.utils import timezone

from accounts.models import AuditEvent
from accounts.retention import purge_expired
from accounts.services import NotAllowed
from groups.duplicates import services as duplicates
from groups.models import (
    ConsentRecord,
    DataRequest,
    DistinctPair,
    Member,
    MemberMerge,
    Membership,
    RegulationAcknowledgement,
)
from groups.personal_data import erasure
from groups.residents.consent import services as consent
from tests.factories.groups import (
    make_acknowledgement,
    make_group,
    make_hamlet,
    make_member,
    make_membership,
    make_regulation,
    make_team,
)
from tests.factories.people import make_consent, make_data_request, make_notice

KEPT = (Member, Membership, ConsentRecord, DataRequest, RegulationAcknowledgement, DistinctPair)


def snapshot() -> str:
    """Everything that hangs on people, to the letter."""
    rows = [row for model in KEPT for row in model._base_manager.order_by("pk")]
    return serializers.serialize("json", rows, indent=1)


@pytest.fixture
def officer(officer_of, hamlet):
    return officer_of(hamlet)


@pytest.fixture
def survivor(hamlet):
    return make_member(
        hamlet, full_name="Nguyễn Thị Hòa", birth_year=1960, phone="", address="Số 1",
        household_code="H1",
    )  # fmt: skip


@pytest.fixture
def absorbed(hamlet):
    return make_member(
        hamlet, full_name="Nguyễn Thị Hoà", birth_year=1960, birth_date=date(1960, 5, 4),
        phone="+84900000123", address="Số 2", household_code="H2",
    )  # fmt: skip


def furnish(hamlet, survivor, absorbed, by):
    """All that can hang on two rows, some of it on both."""
    both, only = make_group(hamlet), make_group(hamlet)
    make_membership(survivor, both, state="invited", joined_on=None)
    make_membership(absorbed, both, state="joined", joined_on=date(2026, 8, 1))
    make_membership(absorbed, only, role="deputy")
    first, second = make_notice(hamlet.commune), make_notice(hamlet.commune)
    make_consent(survivor, first, given_at=timezone.now() - timedelta(days=9))
    make_consent(absorbed, first, given_at=timezone.now() - timedelta(days=8))
    make_consent(absorbed, second, given_at=timezone.now() - timedelta(days=7))
    make_data_request(hamlet.commune, hamlet=hamlet, member=absorbed)
    rules = make_regulation(hamlet)
    make_acknowledgement(survivor, rules, by)
    make_acknowledgement(absorbed, rules, by, way="meeting")
    make_member(hamlet, reached_through=absorbed)
    duplicates.tell_apart(absorbed, make_member(hamlet), by=by)
    for row in (survivor, absorbed):
        row.refresh_from_db()


def test_the_chosen_values_stand_and_the_other_row_is_hidden(officer, survivor, absorbed):
    duplicates.merge(survivor, absorbed, from_absorbed={"phone": True, "birth": True}, by=officer)

    survivor.refresh_from_db()
    absorbed.refresh_from_db()
    assert (survivor.phone, survivor.birth_date) == ("+84900000123", date(1960, 5, 4))
    assert (survivor.full_name, survivor.address) == ("Nguyễn Thị Hòa", "Số 1")
    assert (absorbed.status, absorbed.merged_into) == ("merged", survivor)
    assert list(Member.objects.visible_to(officer)) == [survivor]
    assert AuditEvent.objects.get(action="member.merged").actor == officer


def test_what_hung_on_the_other_row_hangs_on_the_survivor(officer, hamlet, survivor, absorbed):
    furnish(hamlet, survivor, absorbed, officer)

    duplicates.merge(survivor, absorbed, from_absorbed={}, by=officer)

    survivor.refresh_from_db()
    places = survivor.memberships.values_list("state", "role", "joined_on").order_by("joined_on")
    assert list(places) == [
        ("joined", "member", date(2026, 8, 1)),
        ("joined", "deputy", timezone.localdate()),
    ]
    assert survivor.consents.count() == 2
    assert survivor.consent_version == ConsentRecord.objects.in_force().first().notice.version
    assert survivor.data_requests.count() == 1
    assert survivor.acknowledgements.count() == 1
    assert survivor.passes_on_to.count() == 1
    for relation in ("memberships", "consents", "data_requests", "acknowledgements"):
        assert getattr(absorbed, relation).count() == 0


@pytest.mark.parametrize(
    "taken", [{}, dict.fromkeys(duplicates.CHOICES, True), {"full_name": True, "place": True}]
)
def test_taking_apart_restores_everything_to_the_letter(officer, hamlet, survivor, absorbed, taken):
    furnish(hamlet, survivor, absorbed, officer)
    absorbed.team = make_team(hamlet)
    absorbed.save()
    before = snapshot()

    made = duplicates.merge(survivor, absorbed, from_absorbed=taken, by=officer)
    assert snapshot() != before
    kept = duplicates.split(made, by=officer)

    assert kept == []
    assert snapshot() == before
    assert not MemberMerge.objects.exists()


def test_taking_apart_restores_the_words_that_searches_read(officer, survivor, absorbed):
    made = duplicates.merge(survivor, absorbed, from_absorbed={"full_name": True}, by=officer)
    duplicates.split(made, by=officer)

    assert set(Member.objects.search("hòa")) == {survivor, absorbed}
    survivor.refresh_from_db()
    assert survivor.full_name == "Nguyễn Thị Hòa"


def test_what_was_edited_since_stays_and_is_named(officer, survivor, absorbed):
    made = duplicates.merge(
        survivor, absorbed, from_absorbed={"phone": True, "address": True}, by=officer
    )
    Member.objects.filter(pk=survivor.pk).update(phone="+84900000777")

    kept = duplicates.split(made, by=officer)

    survivor.refresh_from_db()
    assert kept == ["số điện thoại"]
    assert (survivor.phone, survivor.address) == ("+84900000777", "Số 1")


def test_a_chain_is_taken_apart_from_its_end(officer, hamlet, survivor, absorbed):
    third = make_member(hamlet, full_name="Nguyễn Thị Hoa")
    before = snapshot()
    inner = duplicates.merge(survivor, absorbed, from_absorbed={"phone": True}, by=officer)
    outer = duplicates.merge(third, survivor, from_absorbed={"phone": True}, by=officer)

    with pytest.raises(NotAllowed, match="tách lần đó trước"):
        duplicates.split(inner, by=officer)
    duplicates.split(outer, by=officer)
    duplicates.split(MemberMerge.objects.get(pk=inner.pk), by=officer)

    assert snapshot() == before


def test_a_withdrawn_agreement_does_not_come_back_by_merging(officer, hamlet, survivor, absorbed):
    notice = make_notice(hamlet.commune)
    make_consent(survivor, notice)
    consent.withdraw(survivor, by=officer)

    duplicates.merge(survivor, absorbed, from_absorbed={}, by=officer)

    survivor.refresh_from_db()
    assert survivor.consent_basis == "none"


def test_nobody_is_reached_through_oneself(officer, survivor, absorbed):
    survivor.reached_through = absorbed
    survivor.save()
    before = snapshot()

    made = duplicates.merge(survivor, absorbed, from_absorbed={}, by=officer)
    survivor.refresh_from_db()
    assert survivor.reached_through is None
    duplicates.split(made, by=officer)

    assert snapshot() == before


def test_whoever_was_told_apart_from_one_is_so_from_the_other(officer, hamlet, survivor, absorbed):
    third = make_member(hamlet)
    duplicates.tell_apart(absorbed, third, by=officer)

    made = duplicates.merge(survivor, absorbed, from_absorbed={}, by=officer)
    assert DistinctPair.objects.filter(first=survivor, second=third).exists()

    duplicates.split(made, by=officer)
    assert list(DistinctPair.objects.values_list("first", "second")) == [(absorbed.pk, third.pk)]


def test_others_may_neither_merge_nor_take_apart(
    officer, officer_of, other_hamlet, hamlet_head_of, hamlet, survivor, absorbed
):
    made = duplicates.merge(survivor, absorbed, from_absorbed={}, by=officer)
    far = make_member(other_hamlet), make_member(other_hamlet)
    strangers = (officer_of(other_hamlet), hamlet_head_of(hamlet))

    for stranger in strangers:
        with pytest.raises(NotAllowed):
            duplicates.split(made, by=stranger)
    for pair in (far, (survivor, far[0]), (survivor, survivor)):
        with pytest.raises(NotAllowed):
            duplicates.merge(*pair, from_absorbed={}, by=officer)
        with pytest.raises(NotAllowed):
            duplicates.tell_apart(*pair, by=strangers[1])


def test_people_of_two_communes_are_never_joined(superuser, survivor, other_commune):
    with pytest.raises(NotAllowed, match="hai xã"):
        duplicates.merge(
            survivor, make_member(make_hamlet(other_commune)), from_absorbed={}, by=superuser
        )


def test_only_people_who_take_part_are_joined(officer, survivor, absorbed):
    erasure.leave(absorbed, by=officer)

    with pytest.raises(NotAllowed, match="đang tham gia"):
        duplicates.merge(survivor, absorbed, from_absorbed={}, by=officer)


def test_after_thirty_days_the_other_row_goes_for_good(officer, survivor, absorbed):
    made = duplicates.merge(survivor, absorbed, from_absorbed={}, by=officer)

    with time_machine.travel(timezone.now() + timedelta(days=31), tick=False):
        with pytest.raises(NotAllowed, match="quá hạn"):
            duplicates.split(made, by=officer)
        assert purge_expired(dry_run=True)["groups.MemberMerge"] == 1
        assert Member.objects.filter(pk=absorbed.pk).exists()
        assert purge_expired()["groups.MemberMerge"] == 1

    assert list(Member.objects.all()) == [survivor]


def test_erasing_the_survivor_erases_what_it_absorbed(officer, survivor, absorbed):
    duplicates.merge(survivor, absorbed, from_absorbed={}, by=officer)

    erasure.anonymise(survivor, by=officer)

    assert Member.objects.get().full_name == erasure.BLANK_NAME
    assert not MemberMerge.objects.exists()


def test_an_agreement_taken_back_after_joining_stays_so_after_parting(
    officer, hamlet, survivor, absorbed
):
    """Of both rows, also where both had agreed to the same notice and one record was set aside."""
    furnish(hamlet, survivor, absorbed, officer)
    made = duplicates.merge(survivor, absorbed, from_absorbed={}, by=officer)
    survivor.refresh_from_db()
    erasure.withdraw(survivor, by=officer)

    kept = duplicates.split(made, by=officer)

    rows = Member.objects.filter(pk__in=[survivor.pk, absorbed.pk])
    assert set(rows.values_list("status", "consent_basis")) == {("withdrawn", "none")}
    assert ConsentRecord.objects.filter(member=absorbed).count() == 2
    assert not ConsentRecord.objects.in_force().exists()
    assert "trạng thái (đã thôi tham gia)" in kept


def test_whoever_left_after_joining_is_not_back_by_parting(officer, survivor, absorbed):
    made = duplicates.merge(survivor, absorbed, from_absorbed={}, by=officer)
    survivor.refresh_from_db()
    erasure.leave(survivor, by=officer)

    duplicates.split(made, by=officer)

    absorbed.refresh_from_db()
    survivor.refresh_from_db()
    assert (absorbed.status, absorbed.ended_at) == ("left", survivor.ended_at)


def test_parting_puts_nobody_into_a_hamlet_that_has_ended(chief, hamlet, other_hamlet, survivor):
    away = make_member(other_hamlet, full_name="Nguyễn Thị Hoa")
    made = duplicates.merge(survivor, away, from_absorbed={"place": True}, by=chief)
    yesterday = timezone.localdate() - timedelta(days=1)
    type(hamlet).objects.filter(pk=hamlet.pk).update(valid_to=yesterday)

    duplicates.split(made, by=chief)

    survivor.refresh_from_db()
    assert survivor.hamlet == other_hamlet


def test_what_was_erased_meanwhile_is_not_parted(officer, survivor, absorbed):
    made = duplicates.merge(survivor, absorbed, from_absorbed={}, by=officer)
    survivor.refresh_from_db()
    erasure.anonymise(survivor, by=officer)

    with pytest.raises(NotAllowed, match="Không tách lại được nữa"):
        duplicates.split(made, by=officer)
