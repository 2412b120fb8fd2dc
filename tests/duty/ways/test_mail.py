"""Mails leave by SMTP to a server of this test on loopback, which answers as it is told."""

import asyncio
import re
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP
from django.db import connection

from duty.models import DutySettings, Notice
from duty.occasions import rounds
from duty.ways import sending
from duty.ways.mail import smtp
from tests.duty.ways.notices import PORTAL, notice_for, state_of

pytestmark = pytest.mark.django_db(transaction=True)
State = Notice.State


@dataclass
class Postbox:
    """A server of mail; `answer` is the reply to DATA, or what it does in place of one."""

    answer: str = "250 OK"
    to_recipient: str = "250 OK"
    mails: list[Message] = field(default_factory=list)

    async def handle_RCPT(
        self, server: Any, session: Any, envelope: Any, to: str, options: Any
    ) -> str:
        if self.to_recipient.startswith("250"):
            envelope.rcpt_tos.append(to)
        return self.to_recipient

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.mails.append(message_from_bytes(envelope.content))
        if self.answer == "hang":
            await asyncio.sleep(3)
        if self.answer == "drop":
            server.transport.abort()
        return self.answer if self.answer[0].isdigit() else "250 OK"


@pytest.fixture
def postbox(real_ways: Any, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Postbox]:
    box = Postbox()
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    made = loop.create_server(lambda: SMTP(box, hostname="thu.test", loop=loop), "127.0.0.1", 0)
    server = asyncio.run_coroutine_threadsafe(made, loop).result(5)
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST = "127.0.0.1"
    settings.EMAIL_PORT = server.sockets[0].getsockname()[1]
    settings.MAIL_FROM = "bao-viec@xa.example.vn"
    monkeypatch.setattr(smtp, "TIMEOUT_S", 1)
    yield box
    loop.call_soon_threadsafe(server.close)
    loop.call_soon_threadsafe(loop.stop)
    thread.join(5)


@pytest.fixture
def notice(station, postbox) -> Notice:
    station.duty.email = "truc.ban@xa.example.vn"
    station.duty.save()
    return notice_for(station.open(), "mail", f"own:{station.duty.pk}", station.duty)


def test_mail_says_that_there_is_something_and_where(station, postbox, notice):
    assert sending.drain("mail") == 1

    (mail,) = postbox.mails
    assert state_of(notice)[0] == State.ACCEPTED
    assert mail["To"] == "truc.ban@xa.example.vn"
    assert mail["Subject"] is not None
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail.get_content_type() == "text/plain"
    words: Any = mail.get_payload(decode=True)
    link = f"{PORTAL}/viec/{notice.occasion.token}/"
    assert words.decode().splitlines() == ["Có việc cần xem ngay", link]


def test_step_makes_mails_for_who_has_an_address_alone(station, postbox):
    station.duty.email = "truc.ban@xa.example.vn"
    station.duty.save()
    station.open()

    station.run()
    station.after(300)

    assert [mail["To"] for mail in postbox.mails] == ["truc.ban@xa.example.vn"] * 2


def test_office_gets_a_mail_at_the_last_step_alone(station, postbox):
    DutySettings.objects.create(commune=station.commune, office_mail="co-quan@xa.example.vn")
    station.duty.email = "truc.ban@xa.example.vn"
    station.duty.save()
    station.open()

    rounds.advance_due()
    assert not Notice.objects.filter(place="office").exists()
    for _ in range(3):
        station.after(600)

    assert "co-quan@xa.example.vn" in [mail["To"] for mail in postbox.mails]


def test_without_a_sender_no_mail_is_made(station, postbox, settings):
    settings.MAIL_FROM = ""
    station.duty.email = "truc.ban@xa.example.vn"
    station.duty.save()
    station.open()

    rounds.advance_due()

    assert not Notice.objects.filter(way="mail").exists()


def test_refused_recipient_is_not_tried_again(station, postbox, notice):
    postbox.to_recipient = "550 nobody of that name"

    sending.drain("mail")

    assert state_of(notice) == (State.FAILED, "Máy chủ thư từ chối. (550)", 1)
    assert "truc.ban" not in notice.reason


@pytest.mark.parametrize("place", ["answer", "to_recipient"])
def test_server_that_wants_us_later_is_asked_later(station, postbox, notice, place):
    setattr(postbox, place, "451 later")

    sending.drain("mail")
    assert state_of(notice) == (State.WAITING, "Máy chủ thư chưa nhận lúc này. (451)", 1)

    assert sending.drain("mail") == 0
    setattr(postbox, place, "250 OK")
    station.clock.shift(10)
    sending.drain("mail")
    assert state_of(notice)[0] == State.ACCEPTED


def test_server_that_is_away_is_given_up_after_four_attempts(station, postbox, notice, settings):
    settings.EMAIL_PORT = 9

    for _ in range(6):
        sending.drain("mail")
        station.clock.shift(100)

    assert state_of(notice) == (State.FAILED, "Không nối được với máy chủ thư.", 4)


@pytest.mark.parametrize("trouble", ["hang", "drop"])
def test_doubt_is_repeated_once_with_the_same_message_id(station, postbox, notice, trouble):
    postbox.answer = trouble

    sending.drain("mail")
    assert state_of(notice)[0] == State.WAITING
    for _ in range(4):
        station.clock.shift(60)
        sending.drain("mail")

    assert state_of(notice) == (State.UNCERTAIN, smtp.IN_DOUBT, 2)
    assert len(postbox.mails) == 2
    (mark,) = {mail["Message-ID"] for mail in postbox.mails}
    assert re.fullmatch(r"<[0-9a-f]{32}@xa\.example\.vn>", mark)


def test_mail_of_a_lost_sender_is_repeated_once(station, postbox, notice):
    Notice.objects.filter(pk=notice.pk).update(state=State.SENDING, attempts=1)
    station.clock.shift(1)

    sending.drain("mail")
    station.clock.shift(10)
    sending.drain("mail")
    assert state_of(notice)[0] == State.ACCEPTED

    Notice.objects.filter(pk=notice.pk).update(state=State.SENDING, attempts=2)
    station.clock.shift(1)
    sending.drain("mail")
    assert state_of(notice)[0] == State.UNCERTAIN


def test_no_mail_leaves_this_machine_unencrypted(station, postbox, notice, settings):
    settings.EMAIL_HOST = "thu.example.vn"

    sending.drain("mail")

    assert state_of(notice) == (State.FAILED, smtp.IN_CLEAR, 1)
    assert postbox.mails == []


def test_server_without_starttls_gets_no_mail(station, postbox, notice, settings):
    settings.EMAIL_USE_TLS = True

    sending.drain("mail")

    assert state_of(notice) == (State.FAILED, smtp.IN_CLEAR, 1)
    assert postbox.mails == []


def test_slow_ways_are_sent_one_at_a_time(station, postbox, notice):
    def ask(function: str) -> bool:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {function}(%s)", [sending.SLOW])
            return bool(cursor.fetchone()[0])

    with ThreadPoolExecutor(1) as other_process:
        assert other_process.submit(ask, "pg_try_advisory_lock").result()
        assert sending.drain("mail") == 0

        assert other_process.submit(ask, "pg_advisory_unlock").result()
        assert sending.drain("mail") == 1
        assert other_process.submit(ask, "pg_try_advisory_lock").result()
        other_process.submit(lambda: connection.close()).result()


def test_account_that_was_switched_off_gets_no_mail(station, postbox, notice):
    station.duty.is_active = False
    station.duty.save()

    assert sending.drain("mail") == 0
    assert postbox.mails == []
