"""Consent is written down from paper, dated, kept as history, and taken back as easily."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError
from django.utils import timezone

from accounts.models import AuditEvent
from accounts.services import NotAllowed
from groups.models import ConsentRecord, Member
from groups.personal_data import erasure as people
from groups.residents.consent import services as consent
from groups.residents.consent.services import SignedConsent
from groups.residents.forms import paper_choices
from tests.factories.groups import make_hamlet, make_member, make_officer
from tests.factories.people import make_consent, make_notice

TODAY = timezone.localdate


@pytest.fixture
def officer(officer_of, hamlet):
    return officer_of(hamlet)


@pytest.fixture
def notice(commune):
    return make_notice(commune, version="Thông báo 01")


@pytest.fixture
def signed_form(notice, officer):
    return SignedConsent(notice, "list", TODAY() - timedelta(days=3), officer.officer, "Hồ sơ 12")


def test_consent_is_none_until_somebody_states_the_paper(hamlet):
    assert make_member(hamlet).consent_basis == Member.Consent.NONE


def test_consent_of_several_people_is_written_from_one_paper(hamlet, officer, signed_form):
    people = [make_member(hamlet) for _ in range(3)]

    assert consent.give([person.pk for person in people], signed=signed_form, by=officer) == 3

    stated = set(
        Member.objects.values_list("consent_basis", "consent_version", "consent_collected_by")
    )
    assert stated == {("list", "Thông báo 01", officer.officer.pk)}
    record = ConsentRecord.objects.filter(member=people[0]).get()
    assert (record.recorded_by, record.evidence) == (officer, "Hồ sơ 12")
    event = AuditEvent.objects.get(action="consent.given")
    assert event.details == {"rows": 3, "notice": "Thông báo 01"}


def test_the_same_paper_twice_changes_nothing(hamlet, officer, signed_form):
    person = make_member(hamlet)
    consent.give([person.pk], signed=signed_form, by=officer)

    assert consent.give([person.pk], signed=signed_form, by=officer) == 0
    assert ConsentRecord.objects.count() == 1


def test_an_older_paper_does_not_replace_a_newer_agreement(commune, hamlet, officer, signed_form):
    person = make_member(hamlet)
    newer = make_notice(commune, version="Thông báo 02")
    make_consent(person, newer, given_at=timezone.now() - timedelta(days=1))

    consent.give([person.pk], signed=signed_form, by=officer)

    person.refresh_from_db()
    assert person.consent_version == "Thông báo 02"
    assert person.consents.count() == 2


def test_people_out_of_sight_are_left_alone(hamlet, other_hamlet, officer, signed_form):
    far = make_member(other_hamlet)

    assert consent.give([far.pk], signed=signed_form, by=officer) == 0
    far.refresh_from_db()
    assert far.consent_basis == "none"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"given_on": TODAY() + timedelta(days=1)}, "không thể sau hôm nay"),
        ({"given_on": TODAY() - timedelta(days=200)}, "dùng từ ngày"),
        ({"basis": "none"}, "bằng cách nào"),
    ],
)
def test_a_paper_that_cannot_be_is_refused(hamlet, officer, notice, changes, said):
    person = make_member(hamlet)
    values = {"basis": "list", "given_on": TODAY(), "collected_by": officer.officer}

    with pytest.raises(NotAllowed, match=said):
        consent.give([person.pk], signed=SignedConsent(notice, **(values | changes)), by=officer)

    assert ConsentRecord.objects.count() == 0


def test_notice_and_collector_of_another_commune_are_refused(
    other_commune, hamlet, officer, notice
):
    person = make_member(hamlet)
    far = make_officer(other_commune)

    for wrong in (
        SignedConsent(make_notice(other_commune), "list", TODAY(), officer.officer),
        SignedConsent(notice, "list", TODAY(), far),
    ):
        with pytest.raises(NotAllowed):
            consent.give([person.pk], signed=wrong, by=officer)


def test_who_may_not_record_consent_is_refused(hamlet, duty_officer, signed_form):
    with pytest.raises(NotAllowed):
        consent.give([make_member(hamlet).pk], signed=signed_form, by=duty_officer)


def test_withdrawing_keeps_the_history_and_clears_the_state(hamlet, officer, signed_form):
    person = make_member(hamlet)
    consent.give([person.pk], signed=signed_form, by=officer)

    consent.withdraw(person, by=officer)

    person.refresh_from_db()
    record = ConsentRecord.objects.get()
    assert (person.consent_basis, person.consent_given_at) == ("none", None)
    assert (record.withdrawn_recorded_by, record.withdrawn_at is not None) == (officer, True)


def test_agreeing_again_makes_a_withdrawn_person_active(hamlet, officer, signed_form):
    person = make_member(hamlet, status="withdrawn", ended_at=timezone.now() - timedelta(days=5))

    consent.give([person.pk], signed=signed_form, by=officer)

    person.refresh_from_db()
    assert (person.status, person.ended_at) == ("active", None)


@pytest.mark.parametrize("has_history", [True, False])
def test_a_paper_from_before_the_withdrawal_does_not_bring_it_back(
    hamlet, officer, notice, signed_form, has_history
):
    willing, person = make_member(hamlet), make_member(hamlet, full_name="Bà Đã Rút")
    if has_history:
        make_consent(person, notice)
        people.withdraw(person, by=officer)
    else:
        Member.objects.filter(pk=person.pk).update(status="withdrawn", ended_at=timezone.now())

    with pytest.raises(NotAllowed, match="rút đồng ý sau ngày ghi trên giấy: Bà Đã Rút"):
        consent.give([willing.pk, person.pk], signed=signed_form, by=officer)

    person.refresh_from_db()
    willing.refresh_from_db()
    assert (person.status, person.consent_basis, willing.consent_basis) == (
        "withdrawn", "none", "none",
    )  # fmt: skip


def test_an_old_paper_says_nothing_of_who_withdrew_and_agreed_again(
    commune, hamlet, officer, notice, signed_form
):
    person = make_member(hamlet)
    make_consent(person, notice)
    people.withdraw(person, by=officer)
    again = replace(signed_form, notice=make_notice(commune), given_on=TODAY())
    assert consent.give([person.pk], signed=again, by=officer) == 1

    with pytest.raises(NotAllowed, match="Giấy cũ"):
        consent.give([person.pk], signed=signed_form, by=officer)


def test_withdrawal_cannot_lie_in_the_future_or_before_the_agreement(hamlet, officer, signed_form):
    person = make_member(hamlet)
    consent.give([person.pk], signed=signed_form, by=officer)

    for day in (TODAY() + timedelta(days=1), TODAY() - timedelta(days=30)):
        with pytest.raises(NotAllowed):
            consent.withdraw(person, by=officer, withdrawn_on=day)


def test_a_used_notice_stays_as_it_is(hamlet, chief, notice):
    make_consent(make_member(hamlet), notice)

    with pytest.raises(NotAllowed, match="lập bản mới"):
        consent.revise(notice, by=chief, text="Khác")


def test_the_database_refuses_a_consent_in_the_future(hamlet, notice):
    with pytest.raises(IntegrityError, match="consent_not_in_the_future"):
        make_consent(make_member(hamlet), notice, given_at=timezone.now() + timedelta(days=1))


def test_notices_to_choose_from_leave_out_later_ones_and_those_of_others(commune, notice, chief):
    make_notice(commune, valid_from=TODAY() + timedelta(days=5))
    make_notice(make_hamlet().commune)

    notices, _officers = paper_choices(chief, commune, [])

    assert list(notices) == [notice]
