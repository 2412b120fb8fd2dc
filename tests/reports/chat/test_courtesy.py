"""Courtesy is known by its form, and a word about a matter beside it makes it a tip."""

import pytest

from reports.chat.reading import Meaning, is_courtesy, short
from tests.procedures.question_cases import cases
from vietnamese.text import fold

SETS = ("short_messages", "not_questions", "not_questions_second")


def texts(kind, *names):
    return [case.text for name in names for case in cases(name) if case.kind == kind]


def test_most_courtesies_of_the_set_are_known():
    known = [text for text in texts("greeting", "short_messages") if short(text) is not None]

    assert len(known) >= 57


@pytest.mark.parametrize("name", [*SETS, "first", "second"])
def test_no_tip_and_no_question_is_taken_for_a_courtesy(name):
    said = [case.text for case in cases(name) if case.kind != "greeting"]

    assert [text for text in said for form in (text, fold(text)) if is_courtesy(form)] == []


def test_a_tip_with_courtesy_around_it_stays_a_tip():
    said = [f"{polite}, {tip}" for polite in texts("greeting", "short_messages")
            for tip in texts("tip", "short_messages") if tip != "ba con xin"]  # fmt: skip
    said += [f"{tip} {polite}" for polite in texts("greeting", "short_messages")[::7]
             for tip in texts("tip", "short_messages") if tip != "ba con xin"]  # fmt: skip

    assert [text for text in said if is_courtesy(text)] == []


@pytest.mark.parametrize(
    "text",
    [
        "cảm ơn anh nhưng nó vẫn hát",
        "ok anh mà tụi nó chưa nghỉ",
        "xin lỗi anh, em muốn báo chuyện trộm chó",
        "chúc mừng cái gì, nó phá tiếp rồi",
        "em bị nhắn nhầm hoài, số lạ",
        "đợi hoài không thấy công an",
        "có ai ở đó đang đánh nhau",
        "anh ơi",
        "bà con xin",
        "",
    ],
)
def test_what_leaves_a_word_is_no_courtesy(text):
    assert not is_courtesy(text)


def test_wish_of_any_length_costs_little():
    assert short("chúc anh " * 1000) is not Meaning.GREETING
