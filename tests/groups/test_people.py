"""Leaving, coming back, withdrawing, and personal data that goes for good."""

from datetime import timedelta

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import IntegrityError
from django.utils import timezone

from accounts.models import AuditEvent
from accounts.retention import purge_expired
from accounts.services import NotAllowed
from groups.models import Member, Membership
from groups.personal_data import erasure
from tests.factories.groups import make_group, make_member, make_membership
from tests.factories.people import make_consent


@pytest.fixture
def officer(officer_of, hamlet):
    return officer_of(hamlet)


@pytest.fixture
def member(hamlet):
    return make_member(hamlet, address="Số 1", household_code="H1")


def ended(hamlet, *, days: float, status: str = "left", **fields):
    moment = timezone.now() - timedelta(days=days)
    return make_member(hamlet, status=status, ended_at=moment, **fields)


def test_leaving_ends_places_in_groups(officer, member, hamlet):
    place = make_membership(member, make_group(hamlet))
    through = make_member(hamlet, reached_through=member)

    erasure.leave(member, by=officer, reason="Chuyển về quê")

    place.refresh_from_db()
    member.refresh_from_db()
    through.refresh_from_db()
    assert (member.status, member.ended_at is not None) == ("left", True)
    assert (place.state, place.left_on) == (Membership.State.LEFT, timezone.localdate())
    assert through.reached_through is None
    assert AuditEvent.objects.get(action="member.left").reason == "Chuyển về quê"


def test_who_left_may_come_back_and_who_withdrew_may_not(officer, member):
    erasure.leave(member, by=officer)
    assert erasure.come_back(member, by=officer).status == "active"

    erasure.withdraw(member, by=officer)
    with pytest.raises(NotAllowed, match="rút đồng ý"):
        erasure.come_back(member, by=officer)


def test_withdrawing_ends_consent_and_places(officer, member, hamlet):
    make_consent(member)
    place = make_membership(member, make_group(hamlet))

    erasure.withdraw(member, by=officer)

    member.refresh_from_db()
    place.refresh_from_db()
    assert (member.status, member.consent_basis, place.state) == ("withdrawn", "none", "left")


def test_who_left_and_then_withdraws_is_not_kept_longer(officer, hamlet):
    gone = ended(hamlet, days=60)
    before = gone.ended_at

    erasure.withdraw(gone, by=officer)

    gone.refresh_from_db()
    assert (gone.status, gone.ended_at) == ("withdrawn", before)


def test_people_of_elsewhere_are_refused(officer, other_hamlet):
    far = make_member(other_hamlet)

    for verb in (erasure.leave, erasure.withdraw, erasure.anonymise):
        with pytest.raises(NotAllowed):
            verb(far, by=officer)
    far.refresh_from_db()
    assert far.status == "active"


def test_anonymising_leaves_nothing_that_names_the_person(officer, member, hamlet):
    place = make_membership(member, make_group(hamlet))
    record = make_consent(member, evidence="Danh sách có tên")
    name, pk = member.full_name, member.pk
    LogEntry.objects.create(
        user=officer, content_type=ContentType.objects.get_for_model(Member), object_id=str(pk),
        object_repr=name, action_flag=CHANGE,
    )  # fmt: skip

    erasure.anonymise(member, by=officer)

    row = Member.objects.filter(pk=pk).values().get()
    assert name not in repr(row)
    blank = ("phone", "address", "household_code", "consent_version")
    assert {row[column] for column in blank} == {""}
    assert (row["birth_year"], row["birth_date"]) == (None, None)
    assert "da xoa" in row["search_text"]
    record.refresh_from_db()
    place.refresh_from_db()
    assert (record.evidence, place.state) == ("", "left")
    assert LogEntry.objects.get().object_repr == erasure.BLANK_NAME


def test_the_anonymised_are_on_no_list(officer, member):
    erasure.anonymise(member, by=officer)

    assert not Member.objects.visible_to(officer).exists()
    assert not Membership.objects.visible_to(officer).exists()
    with pytest.raises(NotAllowed):
        erasure.come_back(member, by=officer)


def test_the_database_refuses_to_fill_an_anonymised_row(officer, member):
    erasure.anonymise(member, by=officer)

    with pytest.raises(IntegrityError, match="member_anonymised_is_blank"):
        Member.objects.filter(pk=member.pk).update(phone="+84900000001")


def test_retention_blanks_those_who_ended_long_ago(hamlet, settings):
    old = ended(hamlet, days=91)
    withdrawn = ended(hamlet, days=200, status="withdrawn")
    fresh = ended(hamlet, days=89)
    active = make_member(hamlet)
    unstamped = make_member(hamlet, status="left")

    assert purge_expired(dry_run=True)["groups.Member"] == 2
    assert purge_expired()["groups.Member"] == 2

    states = dict(Member.objects.values_list("pk", "status"))
    assert (states[old.pk], states[withdrawn.pk]) == ("anonymised", "anonymised")
    assert (states[fresh.pk], states[active.pk], states[unstamped.pk]) == ("left", "active", "left")
    unstamped.refresh_from_db()
    assert unstamped.ended_at is not None
    assert AuditEvent.objects.get(action="member.anonymised").details == {"rows": 2}


def test_the_days_before_the_purge_are_a_setting(hamlet, settings):
    settings.MEMBER_PURGE_DAYS = 10
    ended(hamlet, days=11)

    assert purge_expired()["groups.Member"] == 1


def test_an_active_person_has_no_end(member):
    with pytest.raises(IntegrityError, match="member_active_has_not_ended"):
        Member.objects.filter(pk=member.pk).update(ended_at=timezone.now())
