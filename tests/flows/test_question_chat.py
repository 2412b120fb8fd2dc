"""A resident asks about papers on the phone: every word over HTTP, in both profiles of Zalo."""

import pytest
from django.urls import reverse
from django.utils import timezone

from procedures.models import Edition, Question
from reports.chat import sending
from reports.models import ChatReply, TipMessage, TipReport
from tests import caches
from tests.factories.procedures import days_ago
from tests.flows.connected import Connected
from tests.flows.test_tip_chat import PROFILES, Phone
from zalo.models import WebhookEvent

pytestmark = [
    pytest.mark.django_db(transaction=True), pytest.mark.timeout(240),
    pytest.mark.usefixtures("library"),
]  # fmt: skip

SURE = "gia hạn tạm trú cần giấy tờ gì"
NEAR = "tam tru"
TIP = "Tối nào cũng có người tụ tập đánh bạc sau quán nước, không ai khai báo tạm trú."


@pytest.fixture
def phone(connected: Connected) -> Phone:
    caches.forget()
    connected.connect()
    return Phone(connected)


@PROFILES
def test_a_question_is_answered_at_once_and_leaves_nothing_of_who_asked(
    connected: Connected, phone: Phone
) -> None:
    connected.simulator.webhooks.configure({"duplicates": 1.0, "shuffled": 0.5})

    phone.writes("Chào cán bộ")
    phone.writes(SURE)

    _hello, answer = phone.reads()
    assert answer.startswith("GIA HẠN TẠM TRÚ")
    assert f"{Edition.objects.published().get(procedure__slug='gia-han-tam-tru').link}" in answer
    assert "rà soát ngày" in answer
    assert answer.endswith("Chưa đúng điều cần hỏi thì nhắn: GẶP CÁN BỘ.")
    assert len(answer) <= 2000
    assert Question.objects.get().outcome == "answered"
    assert not TipReport.objects.exists()
    assert not ChatReply.objects.exists()
    connected.heard_out()
    assert not WebhookEvent.objects.exclude(body="").exists()


@PROFILES
def test_one_of_three_is_picked_by_its_number(connected: Connected, phone: Phone) -> None:
    phone.writes(NEAR)

    (offer,) = phone.reads()
    names = [line.partition(". ")[2] for line in offer.splitlines()[1:-1]]
    assert len(names) == 3

    phone.writes("2")

    assert phone.reads()[-1].startswith(names[1].upper())
    assert Question.objects.get().edition.procedure.name == names[1]
    assert not TipReport.objects.exists()


@PROFILES
def test_an_officer_answers_from_the_library_with_a_number_and_enter(
    connected: Connected, phone: Phone
) -> None:
    edition = Edition.objects.published().get(procedure__slug="gia-han-tam-tru")
    Edition.objects.filter(pk=edition.pk).update(verified_on=days_ago(181))

    phone.writes(SURE)

    tip = TipReport.objects.get()
    assert (tip.kind, Question.objects.get().outcome) == ("procedure_question", "unanswered")
    assert "đã nhận câu hỏi" in phone.reads()[-1]
    web = connected.sign_in(connected.chief)
    page = reverse("admin:reports_tipreport_talk", args=[tip.pk])
    shown = web.get(page)
    assert 'data-answer-key="1"' in shown.content.decode()
    first = shown.context["library"]["suggestions"][0]
    assert first.edition == edition
    assert "Máy không gửi" in shown.content.decode()

    picked = web.get(page, {"thu-tuc": edition.pk})
    assert "autofocus" in picked.content.decode()
    words = picked.context["form"]["text"].value()
    told = web.post(page, {"text": f"{words}\nCô Lụa nhớ mang theo CT01.", "thu-tuc": edition.pk})
    assert told.status_code == 302
    sending.send_due()

    answer = phone.reads()[-1]
    assert answer.startswith("GIA HẠN TẠM TRÚ\nNội dung này đang được rà soát lại.")
    assert answer.endswith("Cô Lụa nhớ mang theo CT01.")
    question = Question.objects.get()
    assert (question.outcome, question.edition) == ("settled", edition)
    assert TipMessage.objects.get(by=connected.chief).state == "sent"
    trail = web.get(reverse("admin:reports_tipreport_trail", args=[tip.pk])).content.decode()
    assert f"theo thư viện: {edition}" in trail


@PROFILES
def test_whoever_was_answered_wrongly_reaches_an_officer(
    connected: Connected, phone: Phone
) -> None:
    phone.writes(SURE)
    phone.writes("GẶP CÁN BỘ")

    tip = TipReport.objects.get()
    assert tip.sealed_texts.get().text == f"{SURE}\nGẶP CÁN BỘ"
    assert tip.code in phone.reads()[-1]


@PROFILES
def test_a_tip_that_speaks_of_papers_is_heard_as_a_tip(connected: Connected, phone: Phone) -> None:
    phone.writes(TIP)

    tip = TipReport.objects.get()
    assert tip.kind == ""
    (answer,) = phone.reads()
    assert tip.code in answer
    assert not Question.objects.exists()


@PROFILES
def test_an_edition_that_is_reopened_before_it_leaves_is_not_told(
    connected: Connected, phone: Phone
) -> None:
    connected.simulator.residents.do("write", {"user_id": phone.person.id, "text": SURE})
    connected.heard_out()
    edition = ChatReply.objects.get().edition
    Edition.objects.filter(pk=edition.pk).update(reopened_at=timezone.now())

    sending.send_due()

    (answer,) = phone.reads()
    assert "vừa được mở lại để rà soát" in answer
    assert "GẶP CÁN BỘ" in answer
