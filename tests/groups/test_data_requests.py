"""Requests about personal data: their last days, what carrying out does, who may."""

from datetime import date, datetime, timedelta

import pytest
import time_machine
from django.db import IntegrityError
from django.utils import timezone

from accounts.models import AuditEvent
from accounts.retention import purge_expired
from accounts.services import NotAllowed
from groups.models import DataRequest, Member
from groups.personal_data import erasure
from groups.personal_data import services as personal_data
from tests.factories.accounts import make_user
from tests.factories.groups import make_group, make_member, make_membership
from tests.factories.people import make_consent, make_data_request

Kind = DataRequest.Kind


@pytest.fixture
def officer(officer_of, hamlet):
    return officer_of(hamlet)


@pytest.fixture
def member(hamlet):
    return make_member(hamlet)


def asked(member: Member, kind: str, **fields) -> DataRequest:
    return make_data_request(
        member.hamlet.commune, hamlet=member.hamlet, member=member, kind=kind, **fields
    )


@pytest.mark.parametrize(
    ("kind", "due_on"),
    [
        (Kind.WITHDRAW, date(2026, 11, 28)),
        (Kind.RESTRICT, date(2026, 11, 28)),
        (Kind.OBJECT, date(2026, 11, 28)),
        (Kind.ACCESS, date(2026, 11, 23)),
        (Kind.CORRECT, date(2026, 11, 23)),
        (Kind.DELETE, date(2026, 12, 3)),
    ],
)
def test_last_days_are_counted_from_the_day_of_receipt(commune, kind, due_on):
    friday = timezone.make_aware(datetime(2026, 11, 13, 16, 30))  # noqa: DTZ001 -- made aware

    request = make_data_request(commune, kind=kind, received_at=friday)

    assert (request.acknowledge_by, request.due_on) == (date(2026, 11, 17), due_on)


def test_a_holiday_moves_the_acknowledgement(commune):
    monday = timezone.make_aware(datetime(2026, 11, 23, 8))  # noqa: DTZ001 -- made aware

    assert make_data_request(commune, received_at=monday).acknowledge_by == date(2026, 11, 26)


def test_receiving_takes_the_place_of_the_member(officer, member):
    request = DataRequest(kind=Kind.ACCESS, person_name="A", contact="0900 000 001", member=member)

    personal_data.receive(request, by=officer)

    assert (request.hamlet, request.commune) == (member.hamlet, member.hamlet.commune)
    event = AuditEvent.objects.get(action="datarequest.received")
    assert event.target_label == f"Xem dữ liệu của mình số {request.pk}"


def test_receiving_for_somebody_out_of_sight_is_refused(officer, other_hamlet):
    request = DataRequest(kind=Kind.ACCESS, person_name="A", member=make_member(other_hamlet))

    with pytest.raises(NotAllowed):
        personal_data.receive(request, by=officer)


def test_withdrawing_ends_consent_and_places(officer, member, hamlet):
    make_consent(member)
    place = make_membership(member, make_group(hamlet))
    request = asked(member, Kind.WITHDRAW)

    personal_data.carry_out(request, by=officer)

    for row in (request, member, place):
        row.refresh_from_db()
    assert (member.status, member.consent_basis, place.state) == ("withdrawn", "none", "left")
    assert (request.status, request.handled_by) == ("done", officer)
    assert request.acknowledged_at is not None


def test_deleting_anonymises(officer, member):
    personal_data.carry_out(asked(member, Kind.DELETE), by=officer)

    member.refresh_from_db()
    assert (member.status, member.full_name) == ("anonymised", erasure.BLANK_NAME)


@pytest.mark.parametrize("kind", [Kind.DELETE, Kind.WITHDRAW])
def test_who_was_erased_by_hand_needs_no_second_erasing(officer, member, kind):
    request = asked(member, kind)
    erasure.anonymise(member, by=officer)

    personal_data.carry_out(request, by=officer)

    request.refresh_from_db()
    assert request.status == "done"


def test_what_a_person_does_by_hand_needs_words(officer, member):
    request = asked(member, Kind.CORRECT)

    with pytest.raises(NotAllowed, match="đã làm gì"):
        personal_data.carry_out(request, by=officer)
    personal_data.carry_out(request, by=officer, result="Đã sửa năm sinh")

    request.refresh_from_db()
    assert request.result == "Đã sửa năm sinh"


def test_a_request_of_nobody_known_needs_an_answer_in_words(chief, commune):
    request = make_data_request(commune, kind=Kind.DELETE)

    with pytest.raises(NotAllowed, match="chọn người này"):
        personal_data.carry_out(request, by=chief)
    personal_data.carry_out(request, by=chief, result="Xã không giữ dữ liệu nào")

    request.refresh_from_db()
    assert request.status == "done"


def test_refusing_needs_a_reason(officer, member):
    request = asked(member, Kind.DELETE)

    with pytest.raises(NotAllowed, match="lý do"):
        personal_data.refuse(request, by=officer, reason=" ")
    personal_data.refuse(request, by=officer, reason="Đang có tranh chấp")

    request.refresh_from_db()
    member.refresh_from_db()
    assert (request.status, request.refusal_reason) == ("refused", "Đang có tranh chấp")
    assert member.status == "active"


def test_the_last_day_is_put_off_once_with_a_reason(officer, member):
    request = asked(member, Kind.ACCESS)
    first = request.due_on

    with pytest.raises(NotAllowed, match="lý do"):
        personal_data.extend(request, by=officer, reason="")
    personal_data.extend(request, by=officer, reason="Đang tìm hồ sơ giấy")
    with pytest.raises(NotAllowed, match="một lần"):
        personal_data.extend(request, by=officer, reason="Nữa")

    request.refresh_from_db()
    assert request.due_on == first + timedelta(days=10)


def test_an_overdue_request_is_not_put_off(officer, member):
    request = asked(member, Kind.ACCESS)

    with (
        time_machine.travel(timezone.now() + timedelta(days=11), tick=False),
        pytest.raises(NotAllowed, match="quá hạn"),
    ):
        personal_data.extend(request, by=officer, reason="Bận")


def test_a_closed_request_stays_closed(officer, member):
    request = asked(member, Kind.WITHDRAW)
    personal_data.carry_out(request, by=officer)

    for again in (
        lambda: personal_data.acknowledge(request, by=officer),
        lambda: personal_data.carry_out(request, by=officer),
        lambda: personal_data.refuse(request, by=officer, reason="x"),
    ):
        with pytest.raises(NotAllowed, match="giải quyết xong"):
            again()


def test_others_may_not_settle(duty_officer, officer_of, other_hamlet, hamlet_head_of, member):
    request = asked(member, Kind.DELETE)

    for stranger in (duty_officer, officer_of(other_hamlet), hamlet_head_of(member.hamlet)):
        with pytest.raises(NotAllowed):
            personal_data.carry_out(request, by=stranger)
    member.refresh_from_db()
    assert member.status == "active"


def test_who_wrote_it_down_goes_on_seeing_it(duty_officer, officer, commune, member):
    own = make_data_request(commune, recorded_by=duty_officer)
    other = asked(member, Kind.ACCESS)

    assert list(DataRequest.objects.visible_to(duty_officer)) == [own]
    assert list(DataRequest.objects.visible_to(officer)) == [other]


def test_the_name_of_an_erased_person_goes_from_the_request(officer, member):
    erased, refused = asked(member, Kind.DELETE), asked(make_member(member.hamlet), Kind.DELETE)
    personal_data.carry_out(erased, by=officer)
    personal_data.refuse(refused, by=officer, reason="Không đúng người")

    with time_machine.travel(timezone.now() + timedelta(days=31), tick=False):
        assert purge_expired()["groups.DataRequest"] == 1

    erased.refresh_from_db()
    assert (erased.person_name, erased.contact, erased.member) == (erasure.BLANK_NAME, "", None)


def test_the_database_ties_the_end_to_a_person(commune):
    request = make_data_request(commune)

    with pytest.raises(IntegrityError, match="datarequest"):
        DataRequest.objects.filter(pk=request.pk).update(status="done")


def test_saying_who_asks_leaves_a_trace_and_can_be_taken_back(officer, hamlet, member):
    request = make_data_request(hamlet.commune, hamlet=hamlet)

    personal_data.link(request, member, by=officer)
    request.refresh_from_db()
    linked = request.member
    personal_data.unlink(request, by=officer)

    request.refresh_from_db()
    assert (linked, request.member, request.hamlet) == (member, None, hamlet)
    traces = AuditEvent.objects.filter(action__startswith="datarequest.").values_list(
        "action", "details__member"
    )
    assert set(traces) == {
        ("datarequest.linked", member.pk), ("datarequest.unlinked", member.pk),
    }  # fmt: skip


def test_a_request_for_a_hamlet_out_of_sight_is_refused(officer, other_hamlet):
    request = DataRequest(kind=Kind.ACCESS, person_name="Ai", contact="x", hamlet=other_hamlet)

    with pytest.raises(NotAllowed, match="ấp"):
        personal_data.receive(request, by=officer)


def test_a_request_of_no_commune_is_refused_with_a_sentence(db):
    city = make_user(None, is_superuser=True)
    request = DataRequest(kind=Kind.ACCESS, person_name="Ai", contact="x")

    with pytest.raises(NotAllowed, match="xã nào"):
        personal_data.receive(request, by=city)
