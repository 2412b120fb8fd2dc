from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procedures.searching.words import (
    MOST_WORDS,
    PLAIN,
    SHORT_FORMS,
    key_of,
    size_of,
    words_of,
    words_of_question,
)

TODAY = date(2026, 11, 26)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Đăng ký tạm trú", "dang ki tam tru"),
        ("dạ cho em hỏi làm tạm trú ạ", "hoi lam tam tru"),
        ("LÝ LỊCH tư pháp", "li lich tu phap"),
        ("mất cccd", "mat can cuoc"),
        ("nhập hk, làm hc", "nhap ho khau lam ho chieu"),
        ("đc ko?", "khong"),
        ("con 8t", "con 8 tuoi"),
        ("mẫu CT01", "mau ct 01"),
        ("mức2", "muc 2"),
        ("  \u200b", ""),
    ],
)
def test_words_are_read_as_they_are_looked_up(text, words):
    assert words_of(text) == words.split()


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("ddawng kys", "dang ki"),
        ("tajm trus", "tam tru"),
        ("matas theer", "mat the"),
        ("cuwowcs", "cuoc"),
        ("nhaf", "nha"),
    ],
)
def test_marks_typed_as_letters_are_taken_off(typed, meant):
    assert words_of(typed) == meant.split()


@pytest.mark.parametrize("word", ["passport", "karaoke", "visa", "vneid", "homestay", "online"])
def test_words_of_other_languages_stay(word):
    assert words_of(word) == [word]


def test_year_of_birth_is_an_age_of_today():
    assert words_of_question("làm căn cước cho con sinh năm 2018", TODAY)[-2:] == ["8", "tuoi"]
    assert words_of_question("bé sn 2022 làm thẻ", TODAY)[1:3] == ["4", "tuoi"]
    assert "2018" in words_of_question("xe đời 2018", TODAY)


def test_no_is_told_from_broken():
    for text in ("làm thẻ được hong", "làm thẻ hông", "lam the hong a?", "làm thẻ được hong vậy"):
        assert words_of(text) == ["lam", "the", "khong"], text
    for text in ("làm thẻ hỏng", "lam the bi hong", "lam the hong roi"):
        assert words_of(text)[:3] == ["lam", "the", "hong"], text


def test_spaces_do_not_matter_and_long_foreign_words_count_for_two():
    assert key_of(words_of("tạm trú")) == key_of(words_of("tamtru")) == "tamtru"
    assert [size_of(words_of(text)) for text in ("tạm trú", "karaoke", "mức 2")] == [2, 2, 2]


def test_short_forms_stand_for_words_as_they_are_read():
    for words in SHORT_FORMS.values():
        assert words_of(" ".join(words)) == list(words)
    assert not PLAIN & {"mat", "tach", "xe", "tru"}


@given(st.text(max_size=3000))
def test_any_text_gives_a_few_plain_words(text):
    words = words_of_question(text, TODAY)

    assert len(words) <= MOST_WORDS
    assert all(word.isascii() and word.isalnum() and word == word.lower() for word in words)
    assert all(words)
