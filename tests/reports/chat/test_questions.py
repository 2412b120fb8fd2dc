"""Questions about papers in the chat: answered, offered, or carried to an officer; once each."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone

from accounts.workflow.services import sees
from procedures.models import Edition, Procedure, Question
from reports.chat.questions import REMEMBERED_FOR
from reports.models import ChatReply, TipMessage, TipReport
from reports.work import answers, suggestions
from tests import caches
from tests.factories.accounts import make_profile
from tests.factories.procedures import days_ago
from tests.zalo import webhooks
from zalo.inbox import services as inbox
from zalo.inbox.interpreting import interpret_due

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("library")]

SURE = "gia hạn tạm trú cần giấy tờ gì"
NEAR = "tam tru"
TIP = "Tối nào cũng có người tụ tập đánh bạc sau quán nước."
Outcome = Question.Outcome


@pytest.fixture(autouse=True)
def _fresh(chat, django_capture_on_commit_callbacks):
    """Nothing remembered of before; what is remembered takes effect as outside of a test."""
    caches.forget()
    chat.now = timezone.now() - timedelta(minutes=5)
    tell = chat.tell

    def committed(*bodies):
        with django_capture_on_commit_callbacks(execute=True):
            return tell(*bodies)

    chat.tell = committed


def edition_of(slug):
    return Edition.objects.published().get(procedure__slug=slug)


def replies():
    return list(ChatReply.objects.order_by("pk"))


def test_sure_question_is_answered_and_leaves_no_tip_and_nobody(chat):
    chat.says(SURE)

    assert not TipReport.objects.exists()
    (reply,) = replies()
    assert (reply.kind, reply.edition) == ("answer", edition_of("gia-han-tam-tru"))
    assert reply.heard_at.minute % 15 == 0
    question = Question.objects.get()
    assert (question.outcome, question.edition) == (Outcome.ANSWERED, reply.edition)
    assert (question.asked, question.channel) == (SURE, "chat")


def test_question_that_names_an_officer_stands_in_no_list_of_questions(chat, officer_of, hamlet):
    officer = officer_of(hamlet, last_name="Đặng Quốc", first_name="Vinh")

    tip = chat.says("gia hạn tạm trú cần giấy tờ gì, anh Đặng Quốc Vinh bảo nộp thêm phong bì")

    assert tip is not None
    assert not Question.objects.exists()
    assert not sees(officer, tip)


def test_question_that_zalo_tells_twice_is_answered_once(chat):
    body = chat.body(SURE)
    chat.tell(body, body)
    chat.tell(body)

    assert len(replies()) == Question.objects.count() == 1


def test_near_ones_are_offered_and_picked_by_number(chat):
    chat.says(NEAR)
    (offer,) = replies()
    editions = Edition.objects.published().in_bulk(Question.objects.get().offered)
    assert (offer.kind, len(offer.offered)) == ("choice", 3)
    assert {edition.procedure_id for edition in editions.values()} <= set(offer.offered)

    chat.says("số 2 ạ")

    _offer, answer = replies()
    assert (answer.kind, answer.edition.procedure_id) == ("answer", offer.offered[1])
    question = Question.objects.get()
    assert (question.outcome, question.edition) == (Outcome.ANSWERED, answer.edition)
    chat.says("1")
    assert replies()[-1].edition.procedure_id == offer.offered[0]
    assert not TipReport.objects.exists()


def test_number_beyond_the_choice_shows_it_again(chat, monkeypatch):
    monkeypatch.setattr("procedures.asking.services.MOST_OFFERED", 2)
    chat.says(NEAR)

    chat.says("3")

    first, second = replies()
    assert (second.kind, second.offered) == ("choice", first.offered)
    assert Question.objects.get().outcome == Outcome.OFFERED


def test_choice_is_forgotten_after_a_while(chat):
    chat.says(NEAR)
    caches.forget()  # what half an hour does

    chat.says("2")

    assert [row.kind for row in replies()] == ["choice", "late_pick"]
    assert not TipReport.objects.exists()
    assert timedelta(minutes=10) <= REMEMBERED_FOR <= timedelta(hours=1)


def test_nobody_is_known_by_what_is_remembered(chat, monkeypatch):
    kept = {}
    monkeypatch.setattr(cache, "set", lambda key, value, timeout=None: kept.update({key: value}))
    chat.says(NEAR)

    (key,) = [key for key in kept if "asked" in key]
    assert "7001" not in key
    assert "7001" not in str(kept[key])


@pytest.mark.parametrize("words", ["GẶP CÁN BỘ", "chưa đúng ạ"])
def test_whoever_was_not_helped_reaches_an_officer_with_the_question(chat, words):
    chat.says(SURE)

    tip = chat.says(words)

    assert tip.kind == "procedure_question"
    assert [row.text for row in tip.sealed_texts.all()] == [f"{SURE}\n{words}"]
    question = Question.objects.get()
    assert (question.outcome, question.edition) == (Outcome.UNANSWERED, None)
    assert "đã nhận câu hỏi" in tip.messages.get().text


def test_wish_for_a_person_without_a_question_is_a_tip(chat):
    tip = chat.says("GẶP CÁN BỘ")

    assert (tip.kind, tip.sealed_texts.get().text) == ("", "GẶP CÁN BỘ")
    assert not Question.objects.exists()


@pytest.mark.parametrize(
    "change",
    [
        {"verified_on": days_ago(181), "next_review_on": days_ago(31)},
        {"reopened_at": timezone.now(), "reopened_because": "TT 1 thay đổi"},
        {"status": "superseded", "superseded_at": timezone.now()},
    ],
    ids=["stale", "reopened", "no longer in use"],
)
def test_what_no_machine_may_tell_goes_to_an_officer(chat, change):
    Edition.objects.filter(procedure__slug="gia-han-tam-tru").update(**change)

    tip = chat.says(SURE)

    assert tip.kind == "procedure_question"
    assert not replies()
    assert Question.objects.get().outcome == Outcome.UNANSWERED


def test_answer_of_a_draft_waits_for_an_officer_and_says_where_to_go(chat, commune):
    make_profile(
        commune, duty_phone="0276 000 113", reception_place="Trụ sở Công an xã, ấp 2",
        opening_hours="7 giờ 30 đến 17 giờ",
    )  # fmt: skip

    tip = chat.says("mất cccd báo mất ở đâu")

    said = tip.messages.get().text
    assert tip.kind == "procedure_question"
    name = Procedure.objects.get(slug="cap-lai-the-can-cuoc").name
    assert f"Máy hiểu ông (bà) hỏi về: {name}." in said
    assert "tới Trụ sở Công an xã, ấp 2 (giờ tiếp dân: 7 giờ 30 đến 17 giờ)" in said
    assert "0276 000 113" in said
    draft = Edition.objects.get(procedure__slug="cap-lai-the-can-cuoc")
    assert draft.status == "draft"
    assert draft.short_answer not in said
    assert len(said) <= 2000


def test_who_wishes_for_a_person_is_told_of_no_procedure(chat):
    chat.says(SURE)

    tip = chat.says("GẶP CÁN BỘ")

    said = tip.messages.get().text
    assert "Cán bộ sẽ trả lời ngay" in said
    assert "Máy hiểu" not in said


def test_picked_one_that_may_not_be_told_goes_to_an_officer(chat):
    chat.says(NEAR)
    procedure = replies()[0].offered[0]
    Edition.objects.filter(procedure=procedure).update(reopened_at=timezone.now())

    tip = chat.says("1")

    first, second = tip.sealed_texts.get().text.splitlines()
    assert first == NEAR
    assert second == Edition.objects.filter(procedure=procedure)[0].procedure.name
    assert Question.objects.get().outcome == Outcome.UNANSWERED


def test_question_beside_a_tip_is_answered_in_its_talk_where_the_officer_sees_it(chat):
    tip = chat.says(TIP)

    chat.says(SURE, at=chat.later(hours=-1))

    assert TipReport.objects.count() == 1
    assert not replies()
    tip.refresh_from_db()
    assert tip.has_unread
    assert SURE in [m.text for m in tip.messages.filter(direction="in")]
    said = tip.messages.filter(direction="out").order_by("pk").last()
    assert "GIA HẠN TẠM TRÚ" in said.text


def test_near_question_beside_a_tip_waits_for_its_officer(chat):
    tip = chat.says(TIP)

    chat.says(NEAR)

    assert TipReport.objects.count() == 1
    assert all("số 1" not in m.text for m in tip.messages.all())


@pytest.mark.parametrize("words", [SURE, NEAR, "biển số xe của họ đăng ký ở đâu thì tôi không rõ"])
def test_words_in_the_talk_of_a_tip_are_read_by_nobody_who_may_not_see_the_tip(chat, words):
    tip = chat.says(TIP)

    chat.says(words)
    chat.says("GẶP CÁN BỘ")

    said = [row.text for row in (*tip.sealed_texts.all(), *tip.messages.filter(direction="in"))]
    assert {words, "GẶP CÁN BỘ"} <= set(said)
    assert not Question.objects.exists()


def test_beside_an_open_question_near_ones_are_offered_in_the_talk(chat):
    Edition.objects.filter(procedure__slug="gia-han-tam-tru").update(verified_on=days_ago(181))
    tip = chat.says(SURE)

    chat.says("tam vang hay luu tru the")
    chat.says(NEAR)
    offer = tip.messages.filter(direction="out").order_by("pk").last()
    assert "Xin nhắn lại số" in offer.text

    chat.says("1")
    assert TipReport.objects.count() == 1
    assert not replies()


def test_number_after_an_officer_spoke_answers_the_officer(chat, chief):
    Edition.objects.filter(procedure__slug="gia-han-tam-tru").update(verified_on=days_ago(181))
    tip = chat.says(SURE)
    chat.says(NEAR)
    answers.answer(tip, by=chief, text="Nhà mình có mấy người cần gia hạn?")
    count = tip.messages.filter(direction="out").count()

    chat.says("2")

    assert "2" in [m.text for m in tip.messages.filter(direction="in")] + [
        row.text for row in tip.sealed_texts.all()
    ]
    assert tip.messages.filter(direction="out", by=None).count() <= count


def test_harm_after_a_question_is_a_tip_of_its_own_and_forgets_the_choice(chat):
    chat.says(NEAR)

    tip = chat.says(TIP)
    chat.says("2")

    assert tip.kind == ""
    assert [row.kind for row in replies()] == ["choice"]


def test_question_heard_too_late_for_a_free_answer_goes_to_an_officer(chat):
    tip = chat.says(SURE, at=timezone.now() - timedelta(hours=49))

    assert tip.kind == "procedure_question"
    assert not replies()


def test_who_asks_without_end_reaches_an_officer(chat, monkeypatch):
    monkeypatch.setattr("reports.chat.answers.MOST_ANSWERS_AN_HOUR", 2)
    for _time in range(3):
        chat.says(SURE)

    assert len(replies()) == 2
    assert TipReport.objects.get().kind == "procedure_question"


def test_visitor_of_a_web_page_is_heard_by_an_officer(chat):
    stamp = str(int(chat.now.timestamp() * 1000))
    body = webhooks.message(
        "anonymous_send_text", user="v-1", oa=chat.account.oa_id, text=SURE, timestamp=stamp
    )
    inbox.store(inbox.read(webhooks.raw(body)), webhooks.raw(body))
    interpret_due()

    assert not replies()


def test_answer_of_an_officer_from_the_library_settles_the_question(chat, chief):
    Edition.objects.filter(procedure__slug="gia-han-tam-tru").update(verified_on=days_ago(181))
    tip = chat.says(SURE)
    (first, *_others) = suggestions.suggest(tip, timezone.localdate(), by=chief)
    assert first.edition.procedure.slug == "gia-han-tam-tru"
    assert "quá lâu" in first.why_not

    answers.answer(
        tip, by=chief, text=suggestions.words_of(first.edition, tip), edition=first.edition
    )

    question = Question.objects.get()
    assert (question.outcome, question.settled_by) == (Outcome.SETTLED, chief)
    assert question.edition == first.edition
    event = tip.events.get(kind="answered")
    assert event.details == {"library": str(first.edition)}
    assert TipMessage.objects.get(by=chief).text.startswith("GIA HẠN TẠM TRÚ")


def test_question_asks_little_of_the_database(chat, django_assert_max_num_queries):
    chat.says(SURE)
    body = chat.body("khai báo tạm vắng làm ở đâu", at=timezone.now())
    inbox.store(inbox.read(webhooks.raw(body)), webhooks.raw(body))

    with django_assert_max_num_queries(24):
        interpret_due()

    assert len(replies()) == 2
