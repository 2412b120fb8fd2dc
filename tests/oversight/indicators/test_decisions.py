"""Matters on the one page that wait for a decision: of which rows, for whom, with which way."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.papers.services import Issuer
from accounts.scoped_admin.asking import alone
from accounts.users.roles import Role
from oversight.dashboards.decisions import matters
from oversight.direction.models import Direction, Proposal
from oversight.direction.rounds.models import DirectionRound
from tests.factories.accounts import make_commune, make_user
from tests.factories.direction import make_direction, make_proposal
from tests.factories.groups import make_hamlet
from tests.factories.summaries import make_draft

TODAY = timezone.localdate()


def days_ago(days):
    return TODAY - timedelta(days=days)


def late(commune, days, **fields):
    return make_direction(
        make_hamlet(commune), given_on=days_ago(30), due_on=days_ago(days), **fields
    )


@pytest.fixture
def office(commune):
    return make_user(commune, Role.PARTY_OFFICE)


def words_of(user):
    return [(one.words, one.verb) for one in alone(matters(user, TODAY))]


def test_nothing_open_says_nothing(commune, office):
    make_direction(make_hamlet(commune))
    late(make_commune(name="Xã Kế Bên"), 5)
    assert words_of(office) == []


def test_directions_past_due_are_for_the_office_to_remind_and_for_members_to_see(
    commune, office, party_member
):
    late(commune, 2)
    late(commune, 5)
    late(commune, 9, state=Direction.State.ACCEPTED, answered_on=days_ago(10))
    words = "2 chỉ đạo quá hạn chưa có trả lời, lâu nhất 5 ngày"
    assert words_of(office) == [(words, "Xem, nhắc")]
    assert words_of(party_member) == [(words, "Xem")]


def test_replies_wait_for_who_settles_them(commune, office, party_member):
    replied = {"state": Direction.State.REPLIED, "answered_on": TODAY}
    make_direction(make_hamlet(commune), **replied)
    other = make_direction(make_hamlet(commune), **replied)
    DirectionRound.objects.filter(pk=other.round_id).update(issuer=DirectionRound.Issuer.POLICE)
    assert words_of(office) == [("1 trả lời chỉ đạo chờ ghi nhận", "Xem trả lời")]
    assert words_of(party_member) == []


def test_proposals_wait_until_they_are_answered(commune, office, party_member):
    sent = make_proposal(make_hamlet(commune))
    words = f"1 kiến nghị chờ trả lời, gửi sớm nhất {timezone.localtime(sent.sent_at):%d/%m/%Y}"
    assert words_of(office) == [(words, "Trả lời")]
    assert words_of(party_member) == [(words, "Xem")]
    sent.state, sent.answer = Proposal.State.ANSWERED, "Đồng ý."
    sent.answered_by, sent.answered_at = office, timezone.now()
    sent.save()
    assert words_of(office) == []


def test_drafts_wait_for_who_signs_them(commune, chief, office):
    make_draft(chief, Issuer.POLICE)
    assert words_of(chief) == [("1 dự thảo báo cáo chờ ký", "Đọc và ký")]
    assert words_of(office) == []


@pytest.mark.parametrize("role", [Role.PARTY_OFFICE, Role.PARTY_MEMBER])
def test_each_way_opens(commune, login, role):
    late(commune, 5)
    make_proposal(make_hamlet(commune))
    user = make_user(commune, role)
    client = login(user)
    page = client.get(reverse("admin:oversight_one_page")).content.decode()
    found = alone(matters(user, TODAY))
    assert len(found) == 2
    for one in found:
        assert one.url in page
        assert client.get(one.url).status_code == 200
