"""An answer about documents settles its question, and no stale word leaves."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError
from django.utils import timezone

from accounts.users.roles import Role
from procedures.editions.work_lists import question_note
from procedures.models import Edition, Question
from reports.chat import answers, sending, texts
from reports.models import ChatReply, TipMessage, TipReport
from reports.work import answers as work_answers
from reports.work import suggestions
from tests import caches
from tests.factories.accounts import make_user
from tests.factories.procedures import days_ago
from tests.vaults import look, opened
from zalo.inbox.events import OwnEcho
from zalo.models import Follower, OfficialAccount
from zalo_simulator.faults import parse

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("library")]

SURE = "gia hạn tạm trú cần giấy tờ gì"
NEAR = "tam tru"
SLUG = "gia-han-tam-tru"
SEND = "/v3.0/oa/message/cs"
Outcome, Told = Question.Outcome, Question.AnswerState
State = TipMessage.State


@pytest.fixture(autouse=True)
def _fresh(scene, django_capture_on_commit_callbacks):
    """Nothing remembered of before; what is remembered takes effect as outside of a test."""
    caches.forget()
    does = scene.does

    def committed(deed: str, *, sends: bool = True, **values: Any) -> None:
        with django_capture_on_commit_callbacks(execute=True):
            does(deed, sends=False, **values)
        if sends:
            sending.send_due()

    scene.does = committed


def state_of_question() -> tuple[str, str]:
    row = Question.objects.get()
    return row.outcome, row.told


def edition() -> Edition:
    return Edition.objects.published().get(procedure__slug=SLUG)


def reopen() -> None:
    Edition.objects.filter(procedure__slug=SLUG).update(
        reopened_at=timezone.now(), reopened_because="TT 1 thay đổi"
    )


def test_question_counts_as_told_once_zalo_named_the_message(scene):
    scene.does("write", text=SURE, sends=False)
    assert state_of_question() == (Outcome.ANSWERED, Told.WAITING)

    sending.send_due()

    assert state_of_question() == (Outcome.ANSWERED, Told.SENT)
    assert not ChatReply.objects.exists()


@pytest.mark.parametrize("asked", [SURE, NEAR], ids=["answer", "choice"])
def test_refused_answer_puts_the_question_back_and_names_nobody(scene, asked):
    scene.state.change_person(scene.person, refusal=-227)

    scene.does("write", text=asked)

    assert state_of_question() == (Outcome.UNANSWERED, Told.FAILED)
    question, reply = Question.objects.get(), ChatReply.objects.get()
    assert (question.edition, question.is_lost) == (None, True)
    assert (reply.state, reply.question, look(reply).zalo_user_id) == ("failed", None, "")
    row = Question.objects.unanswered().each_once().get()
    assert question_note(row) == "Hỏi lần đầu. Câu trả lời: Không gửi được."


def test_lost_answer_of_zalo_waits_for_a_person_and_is_not_repeated(scene):
    scene.simulator.faults.add(parse({"kind": "lose_answer", "path": SEND}))
    scene.does("write", text=SURE)
    scene.simulator.faults.clear()

    sending.send_due()

    assert state_of_question() == (Outcome.UNANSWERED, Told.UNCERTAIN)
    assert len(scene.heard()) == 1


def test_pick_proves_that_an_unclear_choice_arrived(scene):
    scene.simulator.faults.add(parse({"kind": "lose_answer", "path": SEND}))
    scene.does("write", text=NEAR)
    scene.simulator.faults.clear()

    scene.does("write", text="1")

    assert state_of_question() == (Outcome.ANSWERED, Told.SENT)


def test_refused_answer_to_a_pick_puts_the_question_back(scene):
    scene.does("write", text=NEAR)
    assert state_of_question() == (Outcome.OFFERED, Told.SENT)
    scene.state.change_person(scene.person, refusal=-227)

    scene.does("write", text="1")

    assert state_of_question() == (Outcome.UNANSWERED, Told.FAILED)


def test_sender_who_died_puts_the_question_back(scene):
    scene.does("write", text=SURE, sends=False)
    ChatReply.objects.update(state="sending", next_attempt_at=timezone.now())

    sending.send_due()

    assert state_of_question() == (Outcome.UNANSWERED, Told.UNCERTAIN)


def test_answer_that_came_too_late_puts_the_question_back(scene):
    scene.does("write", text=SURE, sends=False)
    ChatReply.objects.update(heard_at=timezone.now() - timedelta(hours=50))
    scene.state.change_person(scene.person, refusal=-227)
    Follower.objects.update(last_interaction_at=timezone.now() - timedelta(hours=50))

    sending.send_due()

    assert state_of_question() == (Outcome.UNANSWERED, Told.CLOSED)


def test_answer_that_waits_leaves_the_question_as_it_was(scene):
    scene.does("write", text=SURE, sends=False)
    scene.simulator.refuse()

    sending.send_due()

    assert state_of_question() == (Outcome.ANSWERED, Told.WAITING)
    assert ChatReply.objects.get().question_id is not None


def test_edition_reopened_before_its_answer_left_is_not_told(scene):
    scene.does("write", text=SURE, sends=False)
    reopen()

    sending.send_due()

    assert scene.heard() == [texts.NOT_NOW]
    assert state_of_question() == (Outcome.UNANSWERED, Told.WITHHELD)


def test_settled_question_stays_settled_when_a_late_answer_fails(scene, commune):
    scene.does("write", text=SURE, sends=False)
    chief = make_user(commune, Role.CHIEF)
    Question.objects.update(outcome=Outcome.SETTLED, settled_by=chief, settled_at=timezone.now())
    scene.state.change_person(scene.person, refusal=-227)

    sending.send_due()

    assert state_of_question() == (Outcome.SETTLED, Told.WAITING)


def test_database_refuses_an_answered_question_that_nobody_was_told(scene):
    scene.does("write", text=SURE)

    with pytest.raises(IntegrityError, match="question_answered_was_told"):
        Question.objects.update(told=Told.FAILED)


# In the talk of a tip


def asked_beside_a_question(scene: Any) -> TipReport:
    """A question that waits for an officer, and in its talk one that the machine answers."""
    Edition.objects.filter(procedure__slug="khai-bao-tam-vang").update(verified_on=days_ago(181))
    tip = scene.writes("khai báo tạm vắng làm ở đâu")
    assert tip.kind == "procedure_question"
    Question.objects.all().delete()
    scene.does("write", text=SURE, sends=False)
    return tip


def answer_in(tip: TipReport) -> TipMessage:
    return tip.messages.filter(direction="out").order_by("-pk")[0]


def test_answer_in_a_talk_names_its_edition_and_forgets_its_question(scene):
    tip = asked_beside_a_question(scene)
    assert answer_in(tip).question_id == Question.objects.get().pk

    sending.send_due()

    assert (answer_in(tip).edition, answer_in(tip).question, answer_in(tip).state) == (
        edition(), None, State.SENT,
    )  # fmt: skip
    assert state_of_question() == (Outcome.ANSWERED, Told.SENT)


def test_machine_says_in_a_talk_what_it_may_say_as_it_leaves(scene):
    tip = asked_beside_a_question(scene)
    reopen()

    sending.send_due()

    assert scene.heard()[-1] == answer_in(tip).text == texts.NOT_NOW
    assert state_of_question() == (Outcome.UNANSWERED, Told.WITHHELD)


@pytest.mark.parametrize("kind", ["refused", "lost", "died"])
def test_answer_in_a_talk_that_did_not_arrive_puts_the_question_back(scene, kind):
    tip = asked_beside_a_question(scene)
    if kind == "refused":
        scene.state.change_person(scene.person, refusal=-227)
    elif kind == "lost":
        scene.simulator.faults.add(parse({"kind": "lose_answer", "path": SEND}))
    else:
        TipMessage.objects.filter(pk=answer_in(tip).pk).update(
            state=State.SENDING, next_attempt_at=timezone.now()
        )

    sending.send_due()

    told = Told.FAILED if kind == "refused" else Told.UNCERTAIN
    assert state_of_question() == (Outcome.UNANSWERED, told)
    assert answer_in(tip).question is None


@pytest.mark.parametrize("echoed", [True, False], ids=["answer", "other words"])
def test_echo_of_an_unclear_answer_in_a_talk_answers_its_question(scene, echoed):
    tip = asked_beside_a_question(scene)
    scene.simulator.faults.add(parse({"kind": "lose_answer", "path": SEND}))
    sending.send_due()
    text = answer_in(tip).text if echoed else "Đã ghi nhận."

    with opened():
        answers.note_echo(
            scene.account, OwnEcho("z-9", scene.person.id, "", "", timezone.now(), text)
        )

    lost = (Outcome.UNANSWERED, Told.UNCERTAIN)
    assert state_of_question() == ((Outcome.ANSWERED, Told.SENT) if echoed else lost)
    assert Question.objects.get().edition == (edition() if echoed else None)
    assert answer_in(tip).question is None


def officers_answer(scene: Any, commune: Any) -> tuple[TipMessage, Any]:
    officer = make_user(commune, Role.CHIEF)
    tip = scene.writes("Cho hỏi chuyện ở xóm tôi đánh bạc")
    text = suggestions.words_of(edition(), tip)
    return work_answers.answer(tip, by=officer, text=text, edition=edition()), officer


CHANGES = {
    "reopened": {"reopened_at": timezone.now() + timedelta(hours=3), "reopened_because": "TT 1"},
    "superseded": {"status": "superseded", "superseded_at": timezone.now()},
    "out of force": {"valid_to": days_ago(1), "valid_from": None},
    "gone stale": {"verified_on": days_ago(181), "next_review_on": days_ago(1)},
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_officers_answer_does_not_leave_once_its_edition_changed(scene, commune, change):
    message, officer = officers_answer(scene, commune)
    Edition.objects.filter(pk=edition().pk).update(**change)
    if "verified_on" in change:
        TipMessage.objects.filter(pk=message.pk).update(at=timezone.now() - timedelta(days=2))
    heard = len(scene.heard())

    sending.send_due()

    message.refresh_from_db()
    assert (message.state, message.error_text) == (State.FAILED, answers.CHANGED)
    assert len(scene.heard()) == heard
    assert TipMessage.objects.filter(answers.astray()).get() == message

    answers.settle(message, by=officer, how="again")
    sending.send_due()

    assert scene.heard()[-1] == message.text


def test_officer_may_tell_what_was_being_checked_when_it_was_written(scene, commune):
    reopen()

    message, _officer = officers_answer(scene, commune)
    sending.send_due()

    message.refresh_from_db()
    assert message.state == State.SENT


def test_officers_answer_without_the_library_asks_no_edition(scene, commune):
    tip = scene.writes("Cho hỏi chuyện ở xóm tôi đánh bạc")
    message = work_answers.answer(tip, by=make_user(commune, Role.CHIEF), text="Đã ghi nhận.")
    reopen()
    OfficialAccount.objects.update(is_active=True)

    sending.send_due()

    message.refresh_from_db()
    assert message.state == State.SENT
