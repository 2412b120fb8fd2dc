"""Answers that may have left before a restore: never again by themselves, and no trace of whom."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.forms.models import model_to_dict
from django.utils import timezone

from accounts.users.roles import Role
from reports.chat import answers, sending
from reports.chat.work_lists import answers_astray
from reports.models import ChatReply, TipMessage
from reports.work import answers as work_answers
from tests.factories.accounts import make_user
from tests.flows.harness import forget_redis
from tests.vaults import look
from tests.zalo.gate import rows_after_restore
from zalo.hold import journal, process, services
from zalo.models import HeldRow, SendGate

pytestmark = pytest.mark.django_db(transaction=True)

WORDS = "Tối nào cũng có người tụ tập đánh bạc sau quán nước."
ANSWER = "Cán bộ đã ghi nhận và sẽ đến xem."
State, Decision = TipMessage.State, HeldRow.Decision


@pytest.fixture(autouse=True)
def _outside(tmp_path: Path, settings: Any) -> Iterator[None]:
    settings.WITNESS_DIR = tmp_path
    process.forget()
    yield
    process.forget()
    forget_redis()


@pytest.fixture
def officer(scene: Any, commune: Any) -> Any:
    return make_user(commune, Role.CHIEF)


@pytest.fixture
def message(scene: Any, officer: Any) -> TipMessage:
    """An officer's answer that waits; the resident has read the automatic ones."""
    scene.writes(WORDS)
    return work_answers.answer(scene.tip, by=officer, text=ANSWER)


def open_again(officer: Any) -> None:
    """Past what the two persons do: the gate alone is of interest here."""
    SendGate.objects.update(state="open", reason="", held_at=None)
    process.forget()


def settle(rows: list[HeldRow], decision: str, officer: Any) -> None:
    assert services.settle(rows, decision, by=officer) == len(rows)


def test_row_says_nothing_of_the_person_the_words_or_the_tip(scene, message, officer):
    (row,) = rows_after_restore()

    told = model_to_dict(row)
    scene.tip.refresh_from_db()
    assert row.title == "Trả lời người nhắn tin"
    assert (row.place, row.group_id, row.due_at, row.noted_at) == ("", "", None, None)
    assert row.subject_id == row.commune_id
    for secret in (scene.tip.code, scene.person.id, scene.person.name, ANSWER, str(officer)):
        assert secret not in str(told)


def test_no_journal_knows_of_answers(scene, message):
    services.beat()
    sending.send_due()

    assert message.tip.messages.filter(state=State.SENT, by__isnull=False).exists()
    assert journal.tail(SendGate.objects.get().installation) == []


def test_proposed_waits_for_the_officer_and_never_leaves_by_itself(scene, message, officer):
    before = scene.heard()
    rows = rows_after_restore()

    settle(rows, "", officer)
    open_again(officer)
    sending.send_due()

    message.refresh_from_db()
    astray = answers_astray(officer, timezone.now())
    assert (message.state, message.error_text) == (State.UNCERTAIN, sending.UNCLEAR)
    assert [item.title for item in astray.items] == [scene.tip.code]
    assert scene.heard() == before
    settled = answers.settle(message, by=officer, how=answers.How.AGAIN)
    sending.send_due()
    settled.refresh_from_db()
    assert (settled.state, scene.heard()[-1]) == (State.SENT, ANSWER)


@pytest.mark.parametrize("state", ["queued", "sending"])
def test_what_was_not_sent_leaves_once_open(state, scene, message, officer):
    TipMessage.objects.filter(pk=message.pk).update(state=state)

    settle(rows_after_restore(), Decision.SEND, officer)
    held = sending.send_due()
    open_again(officer)
    sending.send_due()

    assert held == 0
    assert scene.heard().count(ANSWER) == 1


def test_sent_and_dropped_are_closed(scene, message, officer):
    second = work_answers.answer(scene.tip, by=officer, text="Lời thứ hai.")
    rows = rows_after_restore()

    settle(rows[:1], Decision.SENT, officer)
    settle(rows[1:], Decision.DROP, officer)
    open_again(officer)
    sending.send_due()

    message.refresh_from_db()
    second.refresh_from_db()
    assert (message.state, second.state) == (State.SENT, State.FAILED)
    assert "không gửi nữa" in second.error_text
    assert not set(scene.heard()) & {ANSWER, "Lời thứ hai."}


@pytest.mark.parametrize(
    ("decision", "left"),
    [("sent", []), ("drop", ["failed"]), ("uncertain", ["uncertain"]), ("send", ["waiting"])],
)
def test_reply_outside_a_talk_loses_its_person(decision, left, scene, officer):
    ChatReply.objects.create(
        account=scene.account, kind="greeting", zalo_user_id=scene.person.id,
        heard_at=timezone.now(), next_attempt_at=timezone.now(),
    )  # fmt: skip

    settle(rows_after_restore(), decision, officer)

    rows = list(ChatReply.objects.all())
    assert [row.state for row in rows] == left
    assert [bool(look(row).zalo_user_id) for row in rows] == [decision == "send" for _row in rows]


def test_answer_written_while_held_leaves_once_open(scene, message, officer):
    services.hold(by=None, reason="Khôi phục", is_restored=True)
    late = work_answers.answer(scene.tip, by=officer, text="Viết sau khi giữ.")
    services.start(by=None)

    assert late.pk not in set(HeldRow.objects.values_list("row_id", flat=True))
    assert HeldRow.objects.count() == 1


def test_held_by_hand_asks_nobody(scene, message, officer):
    services.hold(by=officer, reason="Thử")
    services.start(by=officer)

    assert not HeldRow.objects.exists()


def test_answer_that_came_meanwhile_is_left_alone(scene, message, officer):
    rows = rows_after_restore()
    TipMessage.objects.filter(pk=message.pk).update(state=State.SENT, next_attempt_at=None)

    settle(rows, Decision.UNCERTAIN, officer)

    message.refresh_from_db()
    assert message.state == State.SENT
