"""The home page tells each role about people and their data."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from accounts.models import Holiday
from accounts.scoped_admin.work_lists import lists_for
from groups.personal_data import erasure
from groups.personal_data import services as personal_data
from tests.factories.groups import make_group, make_member, make_membership
from tests.factories.people import make_consent, make_data_request, make_notice


def found(user, title):
    lists = lists_for(user, timezone.localtime())
    return next((row for row in lists if row.title.startswith(title)), None)


@pytest.fixture
def officer(officer_of, hamlet):
    return officer_of(hamlet)


def asked(hamlet, days=0, **fields):
    received = timezone.now() - timedelta(days=days)
    return make_data_request(hamlet.commune, hamlet=hamlet, received_at=received, **fields)


def test_open_requests_stand_with_their_clock_the_overdue_first(officer, hamlet):
    asked(hamlet, person_name="Người Mới", kind="access")
    asked(hamlet, days=40, person_name="Người Trễ", kind="access")
    done = asked(hamlet, person_name="Người Xong", kind="access")
    personal_data.carry_out(done, by=officer, result="Đã trao")

    row = found(officer, "Yêu cầu về dữ liệu")

    assert (row.title, row.count) == ("Yêu cầu về dữ liệu", 2)
    assert [item.title.split(": ")[1] for item in row.items] == ["Người Trễ", "Người Mới"]
    assert [item.is_urgent for item in row.items] == [True, False]
    assert "Quá hạn" in row.items[0].note
    assert "chậm nhất" in row.items[1].note


def test_requests_of_other_hamlets_and_for_others_are_not_shown(
    officer, hamlet_head_of, duty_officer, hamlet, other_hamlet
):
    asked(other_hamlet)
    assert found(officer, "Yêu cầu về dữ liệu") is None

    asked(hamlet)
    assert found(officer, "Yêu cầu về dữ liệu").count == 1
    for other in (hamlet_head_of(hamlet), duty_officer):
        assert found(other, "Yêu cầu về dữ liệu") is None


def test_people_without_consent_are_counted_within_sight(officer, hamlet, other_hamlet):
    make_notice(hamlet.commune)
    make_consent(make_member(hamlet))
    for place in (hamlet, hamlet, other_hamlet):
        make_member(place)

    row = found(officer, "Sự đồng ý")

    assert (row.count, row.items[0].title) == (2, "2 người chưa có sự đồng ý")
    assert "consent_basis__exact=none" in row.items[0].url


def test_without_a_notice_the_chief_is_asked_for_one(chief, officer, hamlet):
    make_member(hamlet)

    assert found(officer, "Sự đồng ý") is None
    assert found(chief, "Sự đồng ý").items[0].title == "Lập bản thông báo đầu tiên"


def test_a_calendar_that_is_not_announced_is_recalled_from_november(tech_admin, chief):
    with time_machine.travel("2030-10-31T09:00:00+07:00", tick=False):
        assert found(tech_admin, "Lịch nghỉ") is None
    with time_machine.travel("2030-11-02T09:00:00+07:00", tick=False):
        assert "Chưa có ngày nào" in found(tech_admin, "Lịch nghỉ").items[0].note
        assert found(chief, "Lịch nghỉ") is None
        day = Holiday.objects.create(day="2031-01-01", name="Tết", is_provisional=True)
        assert "tính trước" in found(tech_admin, "Lịch nghỉ").items[0].note
        Holiday.objects.filter(pk=day.pk).update(is_provisional=False)
        assert found(tech_admin, "Lịch nghỉ") is None


def test_who_left_every_group_waits_for_a_decision(officer, hamlet, other_hamlet, login):
    left, inside, invited, _never = (make_member(hamlet) for _ in range(4))
    first, second = make_group(hamlet), make_group(hamlet)
    for member in (left, inside, invited, make_member(other_hamlet)):
        make_membership(member, first, state="left")
    make_membership(inside, second)
    make_membership(invited, second, state="invited")

    row = found(officer, "Người đã rời nhóm")
    page = login(officer).get(row.items[0].url)

    assert (row.count, list(page.context["cl"].result_list)) == (1, [left])
    erasure.leave(left, by=officer)
    assert found(officer, "Người đã rời nhóm") is None
