"""The worklist of what residents asked: once each, sealed words, what may be done."""

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent
from accounts.scoped_admin.work_lists import lists_for
from accounts.users.roles import Role
from procedures.asking import services as asking
from procedures.asking.services import Plan
from procedures.editions.services import NotAllowed
from procedures.models import Question, Synonym
from tests.factories.accounts import make_commune, make_user
from tests.factories.procedures import days_ago, make_procedure, make_published

LIST = "admin:procedures_question_changelist"
Outcome = Question.Outcome


def asked(commune, text="làm giấy gì đó ở đâu", *, days=0, outcome=Outcome.UNANSWERED):
    return asking.log(commune, text, Question.Channel.CHAT, Plan(outcome), on=days_ago(days))


def page(name, question):
    return reverse(f"admin:procedures_question_{name}", args=[question.pk])


def test_the_same_words_are_one_line_with_how_often_most_asked_first(commune, chief, login):
    asked(commune, "hỏi một lần", days=0)
    asked(commune, "Hỏi hai lần?", days=5)
    twice = asked(commune, "hoi hai lan", days=3)

    shown = login(chief).get(reverse(LIST))

    rows = list(shown.context["cl"].result_list)
    assert [(row.asked, row.times) for row in rows] == [("hoi hai lan", 2), ("hỏi một lần", 1)]
    assert rows[0].pk == twice.pk


def test_each_look_is_written_down(commune, chief, login):
    question = asked(commune)
    web = login(chief)

    web.get(reverse(LIST))
    web.get(page("show", question))

    looks = AuditEvent.objects.filter(action="question.read", actor=chief)
    assert [event.details["count"] for event in looks] == [1, 1]


def test_list_waits_for_an_answer_and_shows_others_on_demand(commune, chief, login):
    waiting = asked(commune, "đang chờ")
    asked(commune, "đã có", outcome=Outcome.OFFERED)
    web = login(chief)

    assert [row.pk for row in web.get(reverse(LIST)).context["cl"].result_list] == [waiting.pk]
    everything = web.get(reverse(LIST), {"ket-qua": "tat-ca"}).context["cl"].result_list
    assert len(everything) == 2


def test_question_is_settled_by_an_edition_with_all_that_are_the_same(commune, chief, login):
    edition = make_published()
    elsewhere = asked(make_commune("Xã khác"), "cùng một câu")
    asked(commune, "cùng một câu", days=2)
    question = asked(commune, "Cùng một câu!")

    told = login(chief).post(page("settle", question), {"edition": edition.pk}, follow=True)

    assert "Đã ghi cho 2 lần hỏi." in told.content.decode()
    own = Question.objects.filter(commune=commune)
    assert set(own.values_list("outcome", "edition", "settled_by")) == {
        (Outcome.SETTLED, edition.pk, chief.pk)
    }
    elsewhere.refresh_from_db()
    assert elsewhere.outcome == Outcome.UNANSWERED


def test_question_is_set_aside(commune, chief, login):
    question = asked(commune, "hôm nay trời đẹp")

    login(chief).post(page("set_aside", question))

    question.refresh_from_db()
    assert (question.outcome, question.edition) == (Outcome.SET_ASIDE, None)


def test_words_of_residents_are_added_for_a_procedure(commune, chief, login):
    procedure = make_published(make_procedure(name="Cấp giấy thử")).procedure
    question = asked(commune, "xin cái giấy thử nghiệm")
    form = {"term": " giấy  thử nghiệm ", "procedure": procedure.pk}

    told = login(chief).post(page("teach", question), form, follow=True)

    made = Synonym.objects.get(term="giấy thử nghiệm")
    assert (made.procedure, made.area) == (procedure, None)
    assert "Từ giờ máy hiểu" in told.content.decode()
    again = login(chief).post(page("teach", question), form, follow=True)
    assert "Từ này đã có" in again.content.decode()


def test_empty_form_says_what_is_missing(commune, chief, login):
    question = asked(commune)
    web = login(chief)

    assert "Hãy chọn thủ tục" in web.post(page("settle", question), follow=True).content.decode()
    assert "chọn thủ tục" in web.post(page("teach", question), follow=True).content.decode()


@pytest.mark.parametrize("role", [Role.HAMLET_HEAD, Role.PARTY_MEMBER, Role.TECH_ADMIN])
def test_whoever_answers_no_residents_sees_none(commune, login, role):
    question = asked(commune)
    web = login(make_user(commune, role))

    assert web.get(reverse(LIST)).status_code in (302, 403)
    assert web.get(page("show", question)).status_code in (302, 403, 404)


def test_another_commune_sees_and_changes_nothing(commune, login):
    question = asked(commune, "câu của xã này")
    other = make_user(make_commune("Xã khác"), Role.CHIEF)
    web = login(other)

    assert list(web.get(reverse(LIST)).context["cl"].result_list) == []
    for name in ("show", "settle", "set_aside", "teach"):
        assert web.post(page(name, question)).status_code in (404, 405)
    with pytest.raises(NotAllowed):
        asking.settle(question, by=other)


def test_officer_settles_and_does_not_teach(commune, login):
    question = asked(commune)
    officer = make_user(commune, Role.OFFICER)

    shown = login(officer).get(page("show", question)).content.decode()

    assert "Không phải câu hỏi thủ tục" in shown
    assert "Thêm từ" not in shown
    assert login(officer).post(page("teach", question)).status_code == 403


def test_commune_that_shares_the_library_does_not_teach(commune, chief, login):
    make_commune("Xã khác")
    question = asked(commune)

    assert "Thêm từ" not in login(chief).get(page("show", question)).content.decode()
    with pytest.raises(NotAllowed):
        asking.teach(question, "giấy thử", make_procedure(), by=chief)


def test_home_page_says_how_often_and_never_what(commune, chief):
    asked(commune, "chuyện riêng của ai", days=4)
    asked(commune, "Chuyện riêng của ai", days=1)

    shown = {found.title: found for found in lists_for(chief, timezone.localtime())}
    found = shown["Câu hỏi thủ tục chưa có câu trả lời"]
    assert found.count == 1
    assert "Đã hỏi 2 lần." in found.items[0].note
    assert "riêng" not in str(found)


@pytest.mark.parametrize("count", [1, 3])
def test_list_asks_the_same_for_one_and_three(
    commune, chief, login, django_assert_max_num_queries, count
):
    for number in range(count):
        asked(commune, f"câu số {number}")
    web = login(chief)
    web.get(reverse(LIST))

    with django_assert_max_num_queries(16):
        assert len(web.get(reverse(LIST)).context["cl"].result_list) == count
