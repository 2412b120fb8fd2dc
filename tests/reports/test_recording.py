"""Recorded words are sealed, written once, and never read again by who passed them on."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import AuditEvent
from accounts.quarters import quarter
from accounts.users.roles import Role
from reports.intake import Person, Relayed, TipContent
from reports.models import TipReport
from reports.recording import services as recording
from reports.recording.services import AlreadyTaken
from reports.tips import receipts
from reports.tips.errors import CarriesSecret, NotAllowed
from reports.vault import passed_on_days
from tests.factories.accounts import make_user
from tests.factories.groups import make_group, make_hamlet
from tests.vaults import reporter_of

pytestmark = pytest.mark.django_db

WORDS = "Có nhóm thanh niên tụ tập nẹt pô trước trường học."
NOBODY = Person()


def test_call_is_written_down_with_a_receipt(duty_officer, hamlet):
    person = Person(name="Nguyễn Thị Mẫu", phone="0900000123")
    told = TipContent(WORDS, place="cổng trường", hamlet=hamlet, urgency="urgent")

    taken = recording.record(told, by=duty_officer, channel="phone", person=person)

    tip = taken.tip
    assert (tip.channel, tip.recorded_by, tip.hamlet, tip.urgency) == (
        "phone", duty_officer, hamlet, "urgent",
    )  # fmt: skip
    assert tip.receipt_hash == receipts.hash_of(taken.receipt)
    assert (reporter_of(tip).name, reporter_of(tip).why_unnamed) == ("Nguyễn Thị Mẫu", "")


def test_who_gives_no_name_has_a_reason(duty_officer):
    first = recording.record(TipContent("a"), by=duty_officer, channel="phone", person=NOBODY).tip
    afraid = Person(why_unnamed="Sợ bị trả thù")
    second = recording.record(TipContent("b"), by=duty_officer, channel="desk", person=afraid).tip

    assert reporter_of(first).why_unnamed == recording.NAMELESS
    assert reporter_of(second).why_unnamed == "Sợ bị trả thù"


def test_no_trail_tells_the_second_of_a_call(duty_officer):
    tip = recording.record(TipContent(WORDS), by=duty_officer, channel="phone", person=NOBODY).tip

    assert not AuditEvent.objects.filter(action__startswith="tip.").exists()
    event = tip.events.get(kind="received")
    assert (event.by, event.at) == (duty_officer, quarter(event.at))
    assert tip.received_at == quarter(tip.received_at)


def test_same_form_writes_one_tip(duty_officer):
    record = lambda: recording.record(  # noqa: E731 -- twice the same
        TipContent(WORDS), by=duty_officer, channel="phone", person=NOBODY, once="form-1"
    )
    first = record()

    with pytest.raises(AlreadyTaken) as refused:
        record()

    assert refused.value.tip == first.tip
    assert TipReport.objects.count() == 1


def test_secret_is_not_written_down(duty_officer):
    with pytest.raises(CarriesSecret):
        recording.record(
            TipContent("a", place="TUYỆT MẬT\nSố 1"),
            by=duty_officer,
            channel="phone",
            person=NOBODY,
        )

    assert not TipReport.objects.exists()


@pytest.mark.parametrize("role", [Role.HAMLET_HEAD, Role.PARTY_OFFICE, Role.FRONT, Role.TECH_ADMIN])
def test_others_write_nothing_down(commune, role):
    with pytest.raises(NotAllowed):
        recording.record(
            TipContent(WORDS), by=make_user(commune, role), channel="phone", person=NOBODY
        )


def test_hamlet_of_another_commune_is_refused(duty_officer, other_commune):
    elsewhere = make_hamlet(other_commune)

    with pytest.raises(NotAllowed):
        recording.record(
            TipContent(WORDS, hamlet=elsewhere), by=duty_officer, channel="phone", person=NOBODY
        )


def test_channel_of_a_machine_is_refused(duty_officer):
    with pytest.raises(NotAllowed):
        recording.record(TipContent(WORDS), by=duty_officer, channel="web_form", person=NOBODY)


@pytest.mark.parametrize("channel", TipReport.PASSED_ON)
def test_officer_writes_down_through_whom_it_came(duty_officer, channel):
    with pytest.raises(NotAllowed):
        recording.record(TipContent(WORDS), by=duty_officer, channel=channel, person=NOBODY)
    heard_at = timezone.now() - timedelta(hours=3)

    taken = recording.record(
        TipContent(WORDS), by=duty_officer, channel=channel, person=NOBODY,
        relayed=Relayed("Tổ trưởng tổ 5", heard_at),
    )  # fmt: skip

    assert (taken.receipt, taken.tip.receipt_hash) == ("", "")
    assert taken.tip.relayed_through == "Tổ trưởng tổ 5"
    assert taken.tip.relayed_at == quarter(heard_at)


# Seen in a group


def test_group_gives_place_and_exposure_and_nobody(duty_officer, hamlet):
    group = make_group(hamlet)

    tip = recording.capture(group, TipContent(WORDS), by=duty_officer)

    assert (tip.exposure, tip.zalo_group, tip.hamlet) == ("public_in_group", group, hamlet)
    assert (reporter_of(tip).name, reporter_of(tip).zalo_user_id, tip.receipt_hash) == ("", "", "")


def test_group_of_another_commune_is_refused(duty_officer, other_commune):
    with pytest.raises(NotAllowed):
        recording.capture(
            make_group(make_hamlet(other_commune)), TipContent(WORDS), by=duty_officer
        )


# Passed on by hamlet heads


def test_hamlet_head_passes_on_for_the_own_hamlet_and_sees_nothing(hamlet_head_of, hamlet):
    head = hamlet_head_of(hamlet)

    tip = recording.relay(TipContent(WORDS, hamlet=hamlet), by=head, person=NOBODY)

    assert (tip.channel, tip.recorded_by, tip.receipt_hash) == ("hamlet_head", head, "")
    assert tip.relayed_through == head.get_full_name() or head.username
    assert not TipReport.objects.visible_to(head).exists()
    assert passed_on_days.days_of(head) == [timezone.localdate()]


@pytest.mark.parametrize("where", ["other", "nowhere"])
def test_hamlet_head_passes_nothing_on_for_elsewhere(hamlet_head_of, hamlet, other_hamlet, where):
    head = hamlet_head_of(hamlet)

    with pytest.raises(NotAllowed):
        recording.relay(
            TipContent(WORDS, hamlet=other_hamlet if where == "other" else None),
            by=head,
            person=NOBODY,
        )

    assert not TipReport.objects.exists()


def test_days_are_those_of_this_account_alone(hamlet_head_of, hamlet):
    recording.relay(TipContent(WORDS, hamlet=hamlet), by=hamlet_head_of(hamlet), person=NOBODY)

    assert passed_on_days.days_of(hamlet_head_of(hamlet)) == []


def test_officer_does_not_pass_on_as_a_hamlet_head(duty_officer, hamlet):
    with pytest.raises(NotAllowed):
        recording.relay(TipContent(WORDS, hamlet=hamlet), by=duty_officer, person=NOBODY)
