"""An officer links the own Zalo by a code and is told there; the duty group; a simulated Zalo."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.users.roles import Role
from accounts.workflow.declaration import NotAllowed
from duty.models import DutySettings, Notice, OwnPhone, OwnZalo, OwnZaloCode
from duty.ways import sending
from duty.ways.zalo import group, linking, person
from groups.linking import services as member_links
from groups.models import ZaloLink
from reports.models import TipReport
from tests.duty.ways.notices import PORTAL, REAL, notice_for, state_of
from tests.factories.accounts import make_commune, make_user
from tests.factories.groups import make_hamlet, make_member
from tests.factories.zalo import make_official_account
from tests.zalo.webhooks import body, post
from zalo.inbox.interpreting import interpret_due
from zalo.models import Follower, OfficialAccount, WebhookEvent
from zalo.outbox import rows
from zalo.pacing.slot_book import SlotBook
from zalo_simulator.faults import parse

pytestmark = pytest.mark.django_db(transaction=True)
State = Notice.State


def test_code_of_the_page_links_and_is_no_tip(scene):
    link = scene.link()

    assert link.user == scene.officer
    assert link.follower.is_named
    assert link.follower.last_interaction_at is None
    assert not TipReport.objects.exists()
    assert set(WebhookEvent.objects.values_list("body", flat=True)) == {""}
    assert list(REAL["zalo"].places(scene.officer, timezone.now())) == [f"own:{scene.officer.pk}"]


def test_code_works_once_and_ten_minutes(scene):
    message = linking.new_code(by=scene.officer)
    scene.writes(message)
    OwnZalo.objects.all().delete()

    scene.writes(message)
    assert not OwnZalo.objects.exists()
    assert TipReport.objects.count() == 1  # what is no live code is left to those who hear tips

    message = linking.new_code(by=scene.officer)
    OwnZaloCode.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    scene.writes(message)
    assert not OwnZalo.objects.exists()


def test_code_of_another_commune_is_left_alone(scene):
    elsewhere = make_commune("Xã Khác")
    make_official_account(elsewhere)
    stranger = make_user(elsewhere, Role.OFFICER)

    scene.writes(linking.new_code(by=stranger))

    assert not OwnZalo.objects.exists()
    assert TipReport.objects.count() == 1


def test_words_around_a_code_are_a_tip(scene):
    scene.writes(f"Cho hỏi {linking.new_code(by=scene.officer)} là gì")

    assert not OwnZalo.objects.exists()
    assert TipReport.objects.count() == 1


def test_begin_of_a_shift_opens_the_window_of_who_is_linked(scene):
    link = scene.link()
    OwnZalo.objects.update(heard_at=timezone.now() - timedelta(hours=47))
    assert list(REAL["zalo"].places(scene.officer, timezone.now())) == []
    assert "OA chưa nhắn được cho đồng chí" in REAL["zalo"].in_words(scene.officer, timezone.now())

    scene.writes("Nhận ca")

    link.refresh_from_db()
    assert timezone.now() - link.heard_at < timedelta(minutes=1)
    assert not TipReport.objects.exists()


def test_same_words_of_a_resident_are_a_tip(scene):
    scene.writes("Nhận ca")

    assert TipReport.objects.count() == 1


def test_other_words_of_who_is_linked_keep_no_time(scene):
    link = scene.link()
    before = timezone.now() - timedelta(hours=5)
    OwnZalo.objects.update(heard_at=before)

    scene.writes("Có người lạ ở tổ 5")

    link.refresh_from_db()
    assert link.heard_at == before
    assert TipReport.objects.count() == 1


def test_message_of_a_notice_says_no_more_than_the_address(scene):
    scene.link()
    notice = scene.notice()

    assert sending.drain("zalo") == 1

    assert state_of(notice)[0] == State.ACCEPTED
    assert scene.heard() == [f"Có việc cần xem ngay\n{PORTAL}/viec/{notice.occasion.token}/"]


def test_window_that_closed_meanwhile_costs_nothing(scene):
    scene.link()
    notice = scene.notice()
    OwnZalo.objects.update(heard_at=timezone.now() - timedelta(hours=46))

    sending.drain("zalo")

    assert state_of(notice)[:2] == (State.FAILED, person.WINDOW_IS_CLOSED)
    assert scene.heard() == []


def test_message_whose_answer_is_lost_is_never_repeated(scene):
    scene.link()
    notice = scene.notice()
    scene.simulator.faults.add(parse({"kind": "lose_answer", "path": "/v3.0/oa/message/cs"}))

    for _ in range(3):
        sending.drain("zalo")

    assert state_of(notice)[0] == State.UNCERTAIN
    assert len(scene.heard()) == 1


def test_notice_of_a_lost_sender_is_not_repeated(scene):
    scene.link()
    notice = scene.notice()
    Notice.objects.update(state=State.SENDING, attempts=1)

    sending.drain("zalo")

    assert state_of(notice)[0] == State.UNCERTAIN
    assert scene.heard() == []


def test_refused_window_is_closed_here_too(scene):
    link = scene.link()
    notice = scene.notice()
    scene.simulator.faults.add(parse({"kind": "-230", "path": "/v3.0/oa/message/cs"}))

    sending.drain("zalo")

    link.refresh_from_db()
    assert state_of(notice)[0] == State.FAILED
    assert link.heard_at is None


def test_without_a_slot_the_notice_waits_and_is_no_attempt(scene, monkeypatch):
    scene.link()
    notice = scene.notice()
    lanes: list[str] = []

    def full(self: SlotBook, n: int = 1, *, lane: str = "routine") -> None:
        lanes.append(lane)
        self.retry_in_s = 30.0

    monkeypatch.setattr(SlotBook, "book", full)
    monkeypatch.setattr(rows, "PATIENCE_S", 0.0)

    sending.drain("zalo")

    assert state_of(notice)[0] == State.WAITING
    assert scene.heard() == []
    assert lanes == ["urgent"]


@pytest.mark.parametrize("kind", sorted(person.ABOUT_ZALO))
def test_trouble_of_zalo_is_not_told_by_zalo(scene, kind):
    scene.link()
    DutySettings.objects.create(commune=scene.account.commune, duty_group="nhom-truc")
    occasion = scene.open(kind)
    type(occasion).objects.update(level="now")
    occasion.refresh_from_db()
    notice = notice_for(occasion, "zalo", f"own:{scene.officer.pk}", scene.officer)

    sending.drain("zalo")

    assert state_of(notice)[:2] == (State.FAILED, person.NOT_BY_ZALO)
    assert list(REAL["group"].shared(occasion, timezone.now())) == []
    assert scene.heard() == []


def test_account_without_consent_reaches_nobody(scene):
    scene.link()
    OfficialAccount.objects.update(needs_consent=True)

    assert list(REAL["zalo"].places(scene.officer, timezone.now())) == []


def test_newer_link_replaces_and_a_person_ends_it(scene):
    scene.link()
    other = make_user(scene.account.commune, Role.OFFICER)

    scene.writes(linking.new_code(by=other))
    assert OwnZalo.objects.get().user == other

    assert Follower.objects.get().is_named

    assert linking.unlink(by=other)
    assert not OwnZalo.objects.exists()
    assert not Follower.objects.get().is_named


def test_link_ends_with_the_account(scene):
    scene.link()
    OwnPhone.objects.create(user=scene.officer, phone="+84912000111")

    scene.officer.is_active = False
    scene.officer.save()

    assert not OwnZalo.objects.exists()
    assert not OwnPhone.objects.exists()


def test_resident_who_ends_a_link_of_the_list_stays_named_as_an_officer(scene):
    scene.link()
    member = make_member(
        make_hamlet(scene.account.commune), consent_basis="list", consent_given_at=timezone.now()
    )
    of_list = member_links.make(
        member, Follower.objects.get(), method=ZaloLink.Method.CODE, at=timezone.now()
    )

    assert linking.unlink(by=scene.officer)
    assert Follower.objects.get().is_named

    member_links.end(of_list)
    assert not Follower.objects.get().is_named


def test_who_withdraws_on_zalo_is_linked_no_more(scene):
    scene.link()

    scene.simulator.state.listeners.append(
        lambda name, payload: post(
            Client(),
            body(name, **{**payload, "timestamp": str(int(timezone.now().timestamp() * 1000))}),
        )
    )
    scene.simulator.residents.do("withdraw", {"user_id": scene.someone.id})
    interpret_due()

    assert not OwnZalo.objects.exists()


def test_code_is_for_accounts_that_are_told(scene):
    with pytest.raises(NotAllowed):
        linking.new_code(by=make_user(scene.account.commune))
    OfficialAccount.objects.update(is_active=False)
    with pytest.raises(NotAllowed):
        linking.new_code(by=scene.officer)


def test_duty_group_gets_the_address_once_in_a_while(scene):
    made = scene.simulator.state.add_group("Trực ban")
    DutySettings.objects.create(commune=scene.account.commune, duty_group=made.id)
    occasion, now = scene.open(), timezone.now()
    assert list(REAL["group"].shared(occasion, now)) == [group.PLACE]
    notice = notice_for(occasion, "group", group.PLACE, None)

    sending.drain("group")

    assert state_of(notice)[0] == State.ACCEPTED
    texts = [one.text for one in scene.simulator.state.messages if one.group_id == made.id]
    assert texts == [f"Có việc cần xem ngay\n{PORTAL}/viec/{occasion.token}/"]
    assert list(REAL["group"].shared(occasion, now + timedelta(minutes=14))) == []
    assert list(REAL["group"].shared(occasion, now + timedelta(minutes=16))) == [group.PLACE]


def test_duty_group_hears_of_what_must_be_known_now_alone(scene):
    DutySettings.objects.create(commune=scene.account.commune, duty_group="nhom-truc")

    assert list(REAL["group"].shared(scene.open("tip_new"), timezone.now())) == []


def test_doubt_in_the_group_is_not_repeated(scene):
    made = scene.simulator.state.add_group("Trực ban")
    DutySettings.objects.create(commune=scene.account.commune, duty_group=made.id)
    notice = notice_for(scene.open(), "group", group.PLACE, None)
    scene.simulator.faults.add(parse({"kind": "lose_answer", "group_id": made.id}))

    for _ in range(3):
        sending.drain("group")

    assert state_of(notice)[0] == State.UNCERTAIN
    assert len([one for one in scene.simulator.state.messages if one.group_id == made.id]) == 1
