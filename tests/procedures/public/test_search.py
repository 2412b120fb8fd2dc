"""The search of `/thu-tuc/`: what was meant, and what becomes of a question without an answer."""

import re

import pytest
from django.test import Client

from accounts.users.roles import Role
from procedures.models import Question
from procedures.searching.services import refresh
from reports.public import unfound
from reports.public.thresholds import Counts
from tests.factories.accounts import make_user
from tests.factories.procedures import content_with, make_procedure, make_published
from tests.procedures.public.conftest import text_of
from tests.reports.public.walking import Walk

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _calm(monkeypatch):
    monkeypatch.setattr(unfound, "_lately", Counts(window_s=3600, most=10))


def press(commune, words, **fields):
    """The button under the results."""
    return Client().post(f"/phan-anh/{commune.code}/chua-thay-thu-tuc/", {"q": words, **fields})


@pytest.mark.parametrize("asked", ["đăng ký tạm trú", "dang ky tam tru"])
def test_what_was_meant_is_answered_at_once(get, home_commune, library, asked):
    answer = get(q=asked)
    main = text_of(answer)
    main = main[main.index("<main") :]

    assert "Chuyển đến" in main or "Đến ở nơi khác xã thường trú" in main
    assert 'href="/thu-tuc/dang-ky-tam-tru/"' in main
    assert answer["Cache-Control"] == "no-store"
    assert "noindex" in answer["X-Robots-Tag"]
    assert not Question.objects.exists()


def test_words_that_mean_nothing_lead_to_a_person(get, home_commune, library):
    text = text_of(get(q="xyzzy qwrtp"))

    assert "Chưa có thủ tục nào đúng với lời hỏi này" in text
    assert f"/phan-anh/{home_commune.code}/bao-tin/?viec=thu-tuc" in text
    assert f'action="/phan-anh/{home_commune.code}/chua-thay-thu-tuc/"' in text
    assert not Question.objects.exists()


def test_procedure_without_content_is_found_and_not_told(get, home_commune):
    procedure = make_procedure(name="Đăng ký thuyền thúng", slug="thuyen-thung")
    make_published(
        procedure, content=content_with(short_answer="Lời cũ."), valid_to="2020-01-01",
        valid_from="2019-01-01",
    )  # fmt: skip

    refresh()

    text = text_of(get(q="đăng ký thuyền thúng"))

    assert "Đăng ký thuyền thúng" in text
    assert "Lời cũ" not in text


@pytest.mark.parametrize("asked", ["", "   ", "%", "'; --", "a" * 5000, "\u200b", "🚗"])
def test_rubbish_is_answered(get, home_commune, library, asked):
    assert get(q=asked).status_code == 200


def test_button_keeps_the_words_and_nobody(get, home_commune):
    answer = press(home_commune, "  đổi bằng lái xe\nở đâu ")
    thanks = Client().get(answer.url)

    question = Question.objects.get()
    assert (question.commune, question.asked, question.channel, question.outcome) == (
        home_commune, "đổi bằng lái xe ở đâu", "page", "unanswered",
    )  # fmt: skip
    assert answer.url == "/thu-tuc/da-ghi/"
    assert "Đã ghi câu hỏi" in text_of(thanks)
    assert "?viec=thu-tuc" in text_of(thanks)
    assert not answer.cookies


def test_words_with_a_mark_of_secrecy_are_not_kept(home_commune):
    answer = press(home_commune, "TỐI MẬT\nKế hoạch tuần tra")

    assert "Điều này không gửi qua đây được" in text_of(answer)
    assert "Kế hoạch tuần tra" not in text_of(answer)
    assert not Question.objects.exists()


def test_nothing_typed_is_nothing_kept(home_commune):
    assert press(home_commune, " \n").url == "/thu-tuc/"
    assert not Question.objects.exists()


def test_flood_is_bounded_and_told(home_commune, monkeypatch):
    monkeypatch.setattr(unfound, "MOST_AN_HOUR", 2)

    urls = [press(home_commune, f"hỏi {number}").url for number in range(3)]

    assert Question.objects.count() == 2
    assert urls[2] == "/thu-tuc/da-ghi/?day=dong"
    assert "Câu vừa gõ chưa được ghi lại" in text_of(Client().get(urls[2]))


def test_words_that_name_an_officer_are_not_written_down(home_commune):
    make_user(home_commune, Role.OFFICER, last_name="Đặng Quốc", first_name="Vinh")

    answer = press(home_commune, "anh Đặng Quốc Vinh đòi phong bì thì báo ai")

    assert answer.url == press(home_commune, "hỏi chuyện khác").url
    assert [row.asked for row in Question.objects.all()] == ["hỏi chuyện khác"]


def test_odd_letters_are_taken(home_commune):
    address = f"/phan-anh/{home_commune.code}/chua-thay-thu-tuc/"
    kind = "application/x-www-form-urlencoded"

    Client().post(address, "q=c%00%E1%BA%A3%07i%ED%A0%BD%0D%0Ag%C3%AC", content_type=kind)

    assert re.fullmatch("cải\\ufffd* gì", Question.objects.get().asked)


def test_only_the_button_of_a_known_commune_counts(home_commune):
    address = f"/phan-anh/{home_commune.code}/chua-thay-thu-tuc/"

    assert Client().get(address, {"q": "tạm trú"}).status_code == 405
    assert Client().post("/phan-anh/00000/chua-thay-thu-tuc/", {"q": "x"}).status_code == 404
    assert not Question.objects.exists()


def test_question_goes_straight_to_the_words_of_the_form(home_commune):
    answer = Client().get(f"/phan-anh/{home_commune.code}/bao-tin/", {"viec": "thu-tuc"})

    assert "Chuyện gì đã xảy ra?" in text_of(answer)


def test_form_leads_to_the_search(home_commune):
    walk = Walk(home_commune)
    walk.press("now", "khong")
    walk.press("subject", "thu-tuc")

    assert 'action="/thu-tuc/"' in walk.html
