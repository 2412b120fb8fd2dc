"""A result that goes by chat is told once it arrived, and not a moment before."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.quarters import quarter
from accounts.users.roles import Role
from reports.chat import answers, sending
from reports.chat.work_lists import answers_astray
from reports.models import TipClock, TipMessage, TipReport
from reports.tips.errors import NotAllowed, TransitionNotAllowed
from reports.work import answers as work_answers
from reports.work import closing, results
from tests.conftest import MODEL_BACKEND
from tests.factories.accounts import make_user
from tests.reports.chat.test_sending import WORDS, old

pytestmark = pytest.mark.django_db(transaction=True)

RESULT = "Công an xã đã giải tán đám đánh bạc. Cảm ơn ông (bà)."
State = TipMessage.State


@pytest.fixture
def officer(scene, commune):
    return make_user(commune, Role.CHIEF)


def resolved(scene: Any, officer: Any) -> TipReport:
    tip = scene.writes(WORDS)
    tip.sealed_texts.update(at=tip.received_at)
    TipReport.objects.filter(pk=tip.pk).update(
        kind="feedback", category="ttatxh", status="in_progress", owner=officer, has_unread=False
    )
    tip.summary = "Đánh bạc buổi tối."
    tip.save(update_fields=["summary"])
    sending.send_due()
    closing.resolve(
        tip, by=officer, disposition="handled_here", measure="reminded", outcome="Đã giải tán."
    )
    return tip


def state_of(tip: TipReport) -> tuple[str, bool]:
    tip.refresh_from_db()
    return tip.status, tip.told_at is not None


def result_of(tip: TipReport) -> TipMessage:
    return tip.messages.get(is_result=True)


def test_result_is_told_when_it_has_left(scene, officer):
    tip = resolved(scene, officer)

    closing.tell(tip, by=officer, text=RESULT)
    assert state_of(tip) == ("resolved", False)
    assert results.why_not_told(tip).startswith("Kết quả đang chờ gửi")
    with pytest.raises(TransitionNotAllowed, match="đang chờ gửi"):
        closing.close(tip, by=officer)

    sending.send_due()
    assert state_of(tip) == ("told", True)
    assert tip.told_at >= tip.resolved_at
    assert tip.events.filter(kind="told").count() == 1
    assert not TipClock.objects.filter(tip=tip, stage="answer", state="running").exists()
    assert closing.close(tip, by=officer).status == "closed"


def test_result_after_48_hours_waits_and_is_not_told(scene, officer):
    tip = resolved(scene, officer)
    old()

    closing.tell(tip, by=officer, text=RESULT)
    sending.send_due()

    assert result_of(tip).state == State.CLOSED
    assert state_of(tip) == ("resolved", False)
    assert TipClock.objects.filter(tip=tip, stage="answer").exclude(state="met").exists()
    waiting = answers_astray(officer, timezone.localtime())
    assert [(item.title, item.is_urgent) for item in waiting.items] == [(tip.code, True)]
    assert "Kết quả chưa tới" in waiting.items[0].note
    with pytest.raises(NotAllowed, match="chưa tới người báo tin"):
        closing.tell(tip, by=officer, text=RESULT)
    with pytest.raises(TransitionNotAllowed, match="chưa tới người báo tin"):
        closing.close(tip, by=officer)


def test_result_leaves_and_is_told_when_the_resident_writes_again(scene, officer):
    tip = resolved(scene, officer)
    old()
    closing.tell(tip, by=officer, text=RESULT)
    sending.send_due()

    scene.writes("Cán bộ ơi vụ đó sao rồi")
    sending.send_due()

    assert state_of(tip) == ("told", True)
    told = tip.events.get(kind="told")
    # the minute would be that of the resident's words
    assert told.at == tip.told_at
    assert tip.told_at == max(quarter(tip.told_at), result_of(tip).at)


@pytest.mark.parametrize("how", ["spoken", "left"])
def test_officer_settles_a_result_that_did_not_arrive(scene, officer, how):
    tip = resolved(scene, officer)
    old()
    closing.tell(tip, by=officer, text=RESULT)
    sending.send_due()

    answers.settle(result_of(tip), by=officer, how=how)

    assert state_of(tip) == ("told", True)
    assert result_of(tip).state == State.SHOWN
    assert answers_astray(officer, timezone.localtime()) is None


def test_told_by_word_of_mouth_ends_the_waiting(scene, officer):
    tip = resolved(scene, officer)
    old()
    closing.tell(tip, by=officer, text=RESULT)
    sending.send_due()

    closing.tell(tip, by=officer, text="Gặp tại nhà văn hóa.", spoken=True)

    assert state_of(tip) == ("told", True)
    assert (result_of(tip).state, result_of(tip).via) == (State.SHOWN, "spoken")


def test_result_of_an_outcome_that_was_opened_again_tells_nothing(scene, officer):
    tip = resolved(scene, officer)
    closing.tell(tip, by=officer, text=RESULT)
    closing.reopen(tip, by=officer, reason="Họ tụ tập lại.")
    closing.resolve(
        tip, by=officer, disposition="handled_here", measure="reminded", outcome="Đã xử phạt."
    )

    sending.send_due()

    assert result_of(tip).state == State.SENT
    assert state_of(tip) == ("resolved", False)
    assert results.why_not_told(tip) == ""


def test_tip_closed_at_once_is_told_when_the_words_have_left(scene, officer):
    tip = scene.writes(WORDS)
    TipReport.objects.filter(pk=tip.pk).update(has_unread=False)
    tip.summary = "Đánh bạc buổi tối."
    tip.save(update_fields=["summary"])

    closing.close_unworked(
        tip, by=officer, disposition="guided", outcome="Đã hướng dẫn.", answer=RESULT
    )
    assert state_of(tip) == ("closed", False)

    sending.send_due()
    assert state_of(tip) == ("closed", True)


def test_page_says_that_the_result_waits_and_offers_no_second_telling(scene, officer):
    tip = resolved(scene, officer)
    old()
    closing.tell(tip, by=officer, text=RESULT)
    sending.send_due()
    client = Client()
    client.force_login(officer, backend=MODEL_BACKEND)

    page = client.get(reverse("admin:reports_tipreport_show", args=[tip.pk])).content.decode()
    talk = client.get(reverse("admin:reports_tipreport_talk", args=[tip.pk])).content.decode()

    assert "Kết quả chưa tới người báo tin." in page
    assert reverse("admin:reports_tipreport_tell", args=[tip.pk]) not in page
    assert "Để người báo tin xem bằng mã biên nhận" in talk


def test_another_answer_after_the_outcome_tells_no_result(scene, officer):
    tip = resolved(scene, officer)

    work_answers.answer_all(tip, by=officer, text="Xin cho biết thêm giờ.")
    sending.send_due()

    assert state_of(tip) == ("resolved", False)
