"""Notices by web push to the stand-in: what arrives, and what each answer makes of it."""

import logging
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Alarm
from accounts.users.roles import Role
from dev.push_service.phones import Received
from duty.models import Device, Notice, Occasion
from duty.occasions import services
from duty.services import close_occasions
from duty.ways import devices, sending
from duty.ways.push import answers, payload, transport
from duty.ways.push.transport import Answer
from tests.factories.accounts import make_user
from zalo.outbox.outcomes import Verdict

pytestmark = pytest.mark.django_db


def words(one: Received) -> dict[str, object]:
    assert one.words is not None
    return dict(one.words)


def test_urgent_matter_is_on_the_lock_screen(post):
    device = post.enrol()
    occasion = post.open()

    post.run()

    [one] = post.received
    assert (one.status, one.length) == (201, payload.LENGTH + 103)
    assert one.headers["urgency"] == "high"
    assert 3590 < int(one.headers["ttl"]) <= 3600
    assert len(one.headers["topic"]) == 32
    assert words(one)["title"] == "Bình Yên"
    assert words(one)["text"] == "Có việc cần xem ngay"
    assert words(one)["token"] == occasion.token
    device.refresh_from_db()
    assert device.accepted_at is not None
    assert occasion.notices.get().state == Notice.State.ACCEPTED


def test_taking_replaces_the_notice_on_the_screens_of_others(post):
    second = make_user(post.commune, Role.OFFICER)
    post.matters.first[post.officer.pk] = [post.officer.pk, second.pk]
    post.enrol("máy 1")
    post.enrol("máy 2", second)
    occasion = post.open()
    post.run()

    services.claim(occasion, by=second)
    post.send()

    first, last = [one for one in post.received if one.phone == "máy 1"]
    assert last.headers["topic"] == first.headers["topic"]
    assert last.headers["urgency"] == "normal"
    assert [one["text"] for one in post.phone("máy 1").screen.values()] == ["Đã có người nhận"]
    assert words(last)["loud"] is False
    assert len([one for one in post.received if one.phone == "máy 2"]) == 1


def test_topic_and_tag_say_nothing_of_each_other_or_of_the_address(post):
    post.enrol()
    occasion = post.open()
    post.run()

    [one] = post.received
    said = {one.headers["topic"][:16], str(words(one)["tag"])[:16], occasion.token[:16]}
    assert len(said) == 3


def test_every_device_of_a_person_is_told(post):
    post.enrol("điện thoại")
    post.enrol("máy bàn")
    post.open()

    post.run()

    assert sorted(one.phone for one in post.received) == ["máy bàn", "điện thoại"]


def test_device_that_gave_up_is_off_and_its_owner_is_told(post):
    gone, other = post.enrol("cũ"), post.enrol("mới")
    post.phone("cũ").is_gone = True
    post.open()

    post.run()

    gone.refresh_from_db()
    other.refresh_from_db()
    assert (gone.off_because, other.off_at) == (Device.Off.GONE, None)
    lost = Occasion.objects.open().get(kind="device_lost")
    assert lost.subject_pk == gone.pk


@pytest.mark.parametrize(("is_on_duty", "level"), [(True, "now"), (False, "shift")])
def test_lost_phone_of_a_keeper_waits_for_no_morning(post, commune, is_on_duty, level):
    other = make_user(commune, Role.OFFICER)
    device = post.enrol(user=post.officer if is_on_duty else other)

    devices.lose(device)

    assert Occasion.objects.get(kind="device_lost").level == level


def test_step_goes_on_at_once_where_the_only_device_gave_up(post):
    post.enrol()
    post.service.switch("404")
    occasion = post.open()

    post.run()

    occasion.refresh_from_db()
    assert occasion.next_step_at <= timezone.now()
    assert occasion.events.filter(kind="nobody_reached").exists()


@pytest.mark.parametrize("status", ["400", "401", "403", "413"])
def test_own_fault_is_said_once_and_costs_no_device(post, caplog, status):
    device, _technician = post.enrol(), make_user(post.commune, Role.TECH_ADMIN)
    post.service.switch(status, times=3)
    logging.getLogger("duty.ways.push.answers").propagate = True

    with caplog.at_level(logging.ERROR, "duty.ways.push.answers"):
        for _ in range(3):
            post.open()
            post.run()
            close_occasions(post.officer)

    device.refresh_from_db()
    assert device.off_at is None
    assert {one.state for one in Notice.objects.all()} == {Notice.State.FAILED}
    assert len(caplog.messages) <= 1  # none where an earlier test of the hour said the same
    assert post.phone().token not in caplog.text
    alarm = Alarm.objects.get(kind="push_refused")
    assert (alarm.count, status in alarm.subject) == (3, True)
    assert Occasion.objects.filter(kind="push_refused").count() == 1


@pytest.mark.parametrize("status", ["429", "406"])
def test_host_that_asks_to_wait_gets_nothing_for_so_long(post, status):
    post.enrol()
    post.service.switch(status, seconds=7)
    occasion = post.open()
    before = timezone.now()

    post.run()

    notice = occasion.notices.get()
    assert notice.state == Notice.State.WAITING
    assert timedelta(seconds=6.5) < notice.next_attempt_at - before < timedelta(seconds=9)
    post.send()
    assert len(post.received) == 1
    assert answers.pause_of(post.service.url) > 5


def test_busy_service_is_asked_again_after_2_5_and_15_seconds(post):
    post.enrol()
    post.service.switch("503", times=9)
    occasion = post.open()
    pauses = []
    post.run()
    for _ in range(3):
        notice = occasion.notices.get()
        pauses.append(round((notice.next_attempt_at - timezone.now()).total_seconds()))
        post.send()

    assert pauses == [2, 5, 15]
    assert len(post.received) == 4
    assert occasion.notices.get().state == Notice.State.FAILED


@pytest.mark.parametrize("kind", ["hang", "reset"])
def test_no_answer_is_tried_again_and_seen_once(post, monkeypatch, kind):
    monkeypatch.setattr(transport, "TIMEOUT_S", (1, 0.4))
    post.enrol()
    post.service.switch(kind, seconds=2)
    occasion = post.open()

    post.run()
    assert occasion.notices.get().state == Notice.State.WAITING
    post.send()

    assert occasion.notices.get().state == Notice.State.ACCEPTED
    assert len(post.phone().screen) == 1


def test_redirect_is_followed_by_nobody(post):
    post.enrol()
    post.service.switch("redirect")
    occasion = post.open()

    post.run()

    assert len(post.received) == 1
    assert occasion.notices.get().state == Notice.State.FAILED


def test_sender_that_was_killed_sends_again_unseen(post):
    post.enrol()
    occasion = post.open()
    post.run()
    occasion.notices.update(state="sending", next_attempt_at=timezone.now() - timedelta(minutes=1))

    sending.drain("push")

    assert len(post.received) == 2
    assert [one["times"] for one in post.phone().screen.values()] == [2]


def test_windows_gets_the_header_that_it_asks_for(post):
    post.enrol()
    occasion = post.open()
    post.run()
    notice = occasion.notices.get()

    headers = payload.headers_of(notice, "wns2-sg2p.notify.windows.com", timezone.now())

    assert headers["X-WNS-Cache-Policy"] == "cache"
    assert int(headers["TTL"]) > 0
    assert "X-WNS-Cache-Policy" not in payload.headers_of(notice, "x.example", timezone.now())


def test_copy_of_the_portal_pushes_nowhere(post, settings):
    post.enrol()
    settings.PORTAL_URL = "https://ban-sao.example.vn"
    post.open()
    post.run()
    settings.PORTAL_URL = "https://cong.example.vn"
    settings.VAPID_PRIVATE_KEY = "q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94"
    post.open("tip_urgent")
    post.run()

    assert post.received == []


def test_notice_that_waits_leaves_no_copy_made_meanwhile(post, settings):
    post.enrol()
    occasion = post.open()
    post.service.switch("503")
    post.run()
    settings.PORTAL_URL = "https://ban-sao.example.vn"

    post.send()

    assert len(post.received) == 1
    assert occasion.notices.get().state == Notice.State.FAILED


def test_portal_without_a_key_pushes_nowhere(post, settings):
    post.enrol()
    settings.VAPID_PRIVATE_KEY = ""
    post.open()

    post.run()

    assert post.received == []


def test_bad_signature_is_refused_by_the_stand_in(post, settings):
    post.enrol()
    settings.VAPID_SUBJECT = "mailto:truc@localhost"
    post.open()

    post.run()

    assert [one.status for one in post.received] == [403]


def test_table_of_answers():
    verdicts = {
        status: answers.outcome_of(Answer(status)).verdict
        for status in (200, 201, 202, 301, 307, 400, 401, 403, 404, 406, 410, 413, 429, 500, 0)
    }

    assert verdicts == {
        **dict.fromkeys((200, 201, 202), Verdict.SENT),
        **dict.fromkeys((301, 307, 400, 401, 403, 404, 410, 413), Verdict.FAILED),
        **dict.fromkeys((406, 429, 500, 0), Verdict.QUEUED),
    }
