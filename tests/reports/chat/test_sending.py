"""Answers leave once, free of charge or not at all, and nobody guesses what became of them."""

import threading
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from accounts.users.roles import Role
from reports.chat import answers, sending
from reports.chat.sending import TOO_LATE
from reports.chat.work_lists import answers_astray
from reports.models import ChatReply, TipAttachment, TipMessage, TipReport
from reports.tips import receipts
from reports.tips.errors import NotAllowed
from reports.work import answers as work_answers
from tests.conftest import MODEL_BACKEND
from tests.factories.accounts import make_user
from tests.vaults import look, opened
from zalo.inbox.events import OwnEcho
from zalo.models import ApiCall, Follower, InboundFile, OfficialAccount, WebhookEvent
from zalo.official_accounts import call_log
from zalo.official_accounts.alarms import Kind, alarm_of
from zalo_simulator.faults import parse

pytestmark = pytest.mark.django_db(transaction=True)

WORDS = "Tối nào cũng có người tụ tập đánh bạc sau quán nước."
ANSWER = "Cán bộ đã ghi nhận và sẽ đến xem. Xin ông (bà) cho biết thường vào lúc mấy giờ?"
State = TipMessage.State


@pytest.fixture
def officer(scene, commune):
    return make_user(commune, Role.CHIEF)


def answered(scene: Any, officer: Any, text: str = ANSWER) -> TipMessage:
    return work_answers.answer(scene.tip, by=officer, text=text)


def old(days: float = 3) -> None:
    """Make the resident's last words so old, with nobody knowing anything newer."""
    past = timezone.now() - timedelta(days=days)
    TipReport.objects.update(received_at=past)
    for tip in TipReport.objects.all():
        tip.sealed_texts.update(at=past)
        tip.messages.filter(direction="in").update(at=past)
    Follower.objects.update(last_interaction_at=past)


def test_first_answer_and_the_officers_reach_the_phone(scene, officer):
    tip = scene.writes(WORDS)
    message = answered(scene, officer)

    sending.send_due()

    first, second = scene.heard()
    assert tip.code in first
    assert second == ANSWER
    message.refresh_from_db()
    assert (message.state, message.next_attempt_at, message.error_text) == (State.SENT, None, "")


def test_answers_of_a_tip_keep_their_order(scene, officer):
    scene.writes(WORDS, sends=False)
    for number in range(3):
        answered(scene, officer, f"Lời thứ {number}")
    scene.simulator.refuse()
    sending.send_due()
    scene.simulator.accept()
    TipMessage.objects.filter(state=State.QUEUED).update(next_attempt_at=timezone.now())

    sending.send_due()

    assert scene.heard()[1:] == ["Lời thứ 0", "Lời thứ 1", "Lời thứ 2"]


def test_call_log_names_no_tip(scene):
    scene.writes(WORDS)
    call_log.flush()

    assert set(ApiCall.objects.filter(endpoint__contains="message").values_list("reference")) == {
        ("answer",)
    }


def test_receipt_is_made_as_it_leaves_and_kept_as_a_hash(scene):
    tip = scene.writes(WORDS)
    scene.does("write", text="MÃ")

    said = scene.heard()[-1]
    digits = receipts.normalise(said.splitlines()[1])
    tip.refresh_from_db()
    assert (len(digits), receipts.check_digit(digits)) == (receipts.LENGTH, "0")
    assert tip.receipt_hash == receipts.hash_of(digits)
    assert not ChatReply.objects.exists()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM reports_tipmessage WHERE text LIKE %s", [digits])
        assert cursor.fetchone() == (0,)

    scene.does("write", text="mã")

    tip.refresh_from_db()
    assert tip.receipt_hash != receipts.hash_of(digits)
    assert len(scene.heard()) == 3


def test_greeting_is_answered_and_the_row_goes(scene):
    scene.does("write", text="Chào cán bộ")

    assert "cứ viết ngay tại đây" in scene.heard()[0]
    assert not ChatReply.objects.exists()
    assert not TipReport.objects.exists()


def test_after_48_hours_the_machine_sends_nothing(scene, officer):
    scene.writes(WORDS)
    message = answered(scene, officer)
    old(days=2.1)
    calls = len(scene.heard())

    sending.send_due()

    message.refresh_from_db()
    assert (message.state, message.error_text) == (State.CLOSED, TOO_LATE)
    assert len(scene.heard()) == calls


def test_answer_that_came_too_late_leaves_when_the_resident_writes_again(scene, officer):
    scene.writes(WORDS)
    answered(scene, officer)
    old(days=2.1)
    sending.send_due()

    scene.writes("Sao chưa thấy ai trả lời vậy cán bộ")

    assert ANSWER in scene.heard()


def test_zalo_away_puts_off_and_sends_once(scene, officer):
    scene.writes(WORDS)
    message = answered(scene, officer)
    scene.simulator.refuse()
    sending.send_due()
    message.refresh_from_db()
    assert message.state == State.QUEUED
    scene.simulator.accept()
    TipMessage.objects.filter(pk=message.pk).update(next_attempt_at=timezone.now())

    sending.send_due()
    sending.send_due()

    assert scene.heard().count(ANSWER) == 1


def test_lost_answer_of_zalo_is_never_repeated(scene, officer):
    scene.writes(WORDS)
    message = answered(scene, officer)
    scene.simulator.faults.add(parse({"kind": "lose_answer", "path": "/v3.0/oa/message/cs"}))
    sending.send_due()
    scene.simulator.faults.clear()

    sending.send_due()

    message.refresh_from_db()
    assert message.state == State.UNCERTAIN
    assert scene.heard().count(ANSWER) == 1


def test_sender_who_died_leaves_an_unclear_answer(scene, officer, monkeypatch):
    scene.writes(WORDS)
    message = answered(scene, officer)

    class Killed(BaseException):
        pass

    def dies(*args, **kwargs):
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(sending.TalkAnswers, "record", dies)
        with pytest.raises(Killed):
            sending.send_due()
    message.refresh_from_db()
    assert message.state == State.SENDING
    TipMessage.objects.filter(pk=message.pk).update(next_attempt_at=timezone.now())

    sending.send_due()

    message.refresh_from_db()
    assert message.state == State.UNCERTAIN
    assert scene.heard().count(ANSWER) == 1


def test_sender_who_died_with_a_fixed_answer_forgets_whom(scene):
    scene.does("write", text="alo", sends=False)
    ChatReply.objects.update(state="sending", next_attempt_at=timezone.now())

    sending.send_due()

    reply = ChatReply.objects.get()
    assert (reply.state, look(reply).zalo_user_id) == ("uncertain", "")
    assert scene.heard() == []


def test_two_workers_send_each_answer_once(scene, officer):
    scene.writes(WORDS)
    for number in range(12):
        answered(scene, officer, f"Lời thứ {number}")

    def work():
        try:
            sending.send_due()
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _number in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    sending.send_due()

    assert sorted(scene.heard()[1:]) == sorted(f"Lời thứ {number}" for number in range(12))
    assert set(TipMessage.objects.filter(by=officer).values_list("state")) == {(State.SENT,)}


def test_refusal_of_one_person_is_told_to_the_officer(scene, officer):
    scene.writes(WORDS)
    message = answered(scene, officer)
    scene.state.change_person(scene.person, refusal=-227)

    sending.send_due()

    message.refresh_from_db()
    assert message.state == State.FAILED
    assert message.error_text
    with pytest.raises(NotAllowed):
        answers.settle(message, by=officer, how="arrived")
    scene.state.change_person(scene.person, refusal=0)

    answers.settle(message, by=officer, how="again")
    sending.send_due()

    assert scene.heard()[-1] == ANSWER


def test_account_that_lost_its_grant_keeps_answers_waiting(scene, officer):
    scene.writes(WORDS)
    message = answered(scene, officer)
    OfficialAccount.objects.update(is_active=False)

    sending.send_due()

    message.refresh_from_db()
    assert message.state == State.QUEUED
    assert "chưa kết nối" in message.error_text


def waiting_states() -> set[str]:
    return {*TipMessage.objects.filter(via="chat", direction="out").values_list("state", flat=True),
            *ChatReply.objects.values_list("state", flat=True)}  # fmt: skip


def test_without_the_slot_book_both_kinds_of_answers_wait(scene, officer, settings):
    scene.writes(WORDS, sends=False)
    scene.does("write", text="MÃ", sends=False)
    there, settings.REDIS_URL = settings.REDIS_URL, "redis://127.0.0.1:9/0"

    sending.send_due()
    away = waiting_states()
    settings.REDIS_URL = there
    TipMessage.objects.filter(state=State.QUEUED).update(next_attempt_at=timezone.now())
    ChatReply.objects.update(next_attempt_at=timezone.now())
    sending.send_due()

    assert away == {State.QUEUED, "waiting"}
    assert waiting_states() == {State.SENT}
    assert len(scene.heard()) == 2


def test_refusal_of_the_whole_account_parks_it_and_alarms(scene, officer):
    scene.writes(WORDS, sends=False)
    scene.does("write", text="MÃ", sends=False)
    scene.simulator.faults.add(parse({"kind": "-14024", "path": "/v3.0/oa/message/cs"}))

    sending.send_due()
    answered(scene, officer)
    sending.send_due()

    alarm = alarm_of(OfficialAccount.objects.get(), timezone.now())
    assert waiting_states() == {State.QUEUED, "waiting"}
    assert scene.state.stats["calls /v3.0/oa/message/cs"] == 1
    assert alarm is not None
    assert alarm.kind == Kind.REFUSED


# What Zalo tells of the account's own words


def test_echo_proves_what_nobody_answered_for(scene, officer):
    scene.writes(WORDS)
    message = answered(scene, officer)
    TipMessage.objects.filter(pk=message.pk).update(state=State.UNCERTAIN, next_attempt_at=None)

    echo(scene, ANSWER, "z-77")

    message.refresh_from_db()
    assert message.state == State.SENT


def test_echo_outranks_an_unclear_answer_that_is_written_later(scene, officer, monkeypatch):
    scene.writes(WORDS)
    sending.send_due()
    message = answered(scene, officer)
    scene.simulator.faults.add(parse({"kind": "lose_answer", "path": "/v3.0/oa/message/cs"}))
    record = sending.TalkAnswers.record

    def after_the_echo(self, claimed, row, outcome):
        echo(scene, ANSWER, "z-77")
        record(self, claimed, row, outcome)

    monkeypatch.setattr(sending.TalkAnswers, "record", after_the_echo)

    sending.send_due()

    message.refresh_from_db()
    assert message.state == State.SENT


def test_echo_of_what_left_changes_nothing(scene, officer):
    scene.writes(WORDS)
    answered(scene, officer)
    sending.send_due()
    again = answered(scene, officer)
    TipMessage.objects.filter(pk=again.pk).update(state=State.UNCERTAIN, next_attempt_at=None)
    sent = next(row for row in scene.state.messages if row.text == ANSWER)

    echo(scene, ANSWER, sent.id)

    again.refresh_from_db()
    assert again.state == State.UNCERTAIN


def test_what_was_typed_in_zalos_own_tool_stands_in_the_talk(scene, officer):
    tip = scene.writes(WORDS)

    echo(scene, "Anh đang ở đâu ạ?", "z-1", admin="a-1")
    echo(scene, "Anh đang ở đâu ạ?", "z-1", admin="a-1")

    said = tip.messages.get(signed_as=answers.SIGNED_IN_ZALO)
    assert (said.text, said.state, said.by) == ("Anh đang ở đâu ạ?", State.SENT, None)


def test_secret_typed_in_zalos_own_tool_is_not_kept(scene, officer):
    tip = scene.writes(WORDS)

    echo(scene, "TỐI MẬT\nKế hoạch", "z-2", admin="a-1")

    assert tip.messages.count() == 1


def echo(scene: Any, text: str, message_id: str, *, admin: str = "") -> None:
    with opened():
        answers.note_echo(
            scene.account, OwnEcho(message_id, scene.person.id, "", admin, timezone.now(), text)
        )


# Files


def picture() -> bytes:
    made = BytesIO()
    image = Image.new("RGB", (60, 40), "red")
    exif = image.getexif()
    exif[0x010F] = "MAKER-OF-THE-PHONE"
    image.save(made, "JPEG", exif=exif)
    return made.getvalue()


def test_picture_moves_into_the_tip_and_lies_there_alone(scene):
    scene.writes(WORDS)
    scene.sends_picture(picture())

    kept = look(TipAttachment.objects.get())
    assert (kept.state, kept.content_type, kept.inbound) == ("ready", "image/jpeg", None)
    assert b"MAKER" not in bytes(kept.content)
    assert kept.fingerprint
    assert not InboundFile.objects.exists()
    assert not WebhookEvent.objects.exclude(body="", private_body="").exists()


def test_file_that_is_none_is_refused_and_said(scene):
    tip = scene.writes(WORDS)
    scene.sends_picture(b"MZ this is a program")

    kept = TipAttachment.objects.get()
    assert (kept.state, kept.content) == ("refused", None)
    assert not InboundFile.objects.exists()
    assert scene.heard()[-1].startswith("Có một tệp chưa nhận được")
    assert tip.messages.filter(direction="out").count() == 2


# Looking after what did not arrive


@pytest.mark.parametrize("how", ["arrived", "again", "spoken"])
def test_person_settles_what_is_unclear(scene, officer, how):
    scene.writes(WORDS)
    message = answered(scene, officer)
    TipMessage.objects.filter(pk=message.pk).update(state=State.UNCERTAIN, next_attempt_at=None)
    page = reverse("admin:reports_tipreport_settle", args=[scene.tip.pk, message.pk])
    client = Client()
    client.force_login(officer, backend=MODEL_BACKEND)

    client.post(page, {"how": how})

    message.refresh_from_db()
    expected = {
        "arrived": (State.SENT, "chat"),
        "again": (State.QUEUED, "chat"),
        "spoken": (State.SHOWN, "spoken"),
    }
    assert (message.state, message.via) == expected[how]
    home = answers_astray(officer, timezone.now())
    assert home is None


def test_home_page_tells_of_answers_that_did_not_arrive(scene, officer, commune):
    scene.writes(WORDS)
    message = answered(scene, officer)
    assert answers_astray(officer, timezone.now()) is None
    TipMessage.objects.filter(pk=message.pk).update(state=State.CLOSED, next_attempt_at=None)

    found = answers_astray(officer, timezone.now())

    assert (found.count, found.items[0].title) == (1, scene.tip.code)
    assert ANSWER not in str(found)
    assert answers_astray(make_user(commune, Role.HAMLET_HEAD), timezone.now()) is None
