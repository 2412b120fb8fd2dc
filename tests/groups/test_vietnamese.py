"""Vietnamese names, letters and phones as data."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vietnamese.text import (
    LETTERS_FOLDED,
    LETTERS_MARKED,
    clean,
    fold,
    given_name,
    is_landline,
    is_old_phone,
    local_phone,
    masked_phone,
    normalise_phone,
    sort_key,
    title_case,
)

VIETNAMESE = st.text(alphabet=LETTERS_MARKED + "abcdefghijklmnopqrstuvwxyz ABC'’-", max_size=60)


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("  Nguyễn   Văn  An ", "Nguyễn Văn An"),
        ("Nguyễn\u00a0Văn\tAn\n", "Nguyễn Văn An"),
        ("Nguyê\u0303n", "Nguyễn"),
        ("N\u200bguy\ufeffễn", "Nguyễn"),
        ("", ""),
        (" \u200b ", ""),
        ("K’ Brối", "K’ Brối"),
    ],
)
def test_text_is_kept_clean(written, kept):
    assert clean(written) == kept


@pytest.mark.parametrize(
    ("name", "folded"),
    [
        ("Điểu Thị Đượm", "dieu thi duom"),
        ("NGUYỄN THÚY HÒA", "nguyen thuy hoa"),
        ("Nguyễn Thuý Hoà", "nguyen thuy hoa"),
        ("Y Thuyên Niê", "y thuyen nie"),
        ("K’ Brối", "k’ broi"),
        ("Ấp 3 – Đồi Chè", "ap 3 – doi che"),
        ("ĐẶNG", "dang"),
    ],
)
def test_search_text_has_no_marks(name, folded):
    assert fold(name) == folded


@given(VIETNAMESE)
def test_fold_does_not_care_how_letters_are_composed(text):
    assert fold(unicodedata.normalize("NFD", text)) == fold(unicodedata.normalize("NFC", text))


@given(VIETNAMESE)
def test_fold_is_stable_and_without_case(text):
    assert fold(fold(text)) == fold(text) == fold(text.upper())


@given(st.text(max_size=40))
def test_clean_is_stable(text):
    assert clean(clean(text)) == clean(text)


def test_letters_for_the_database_match_fold():
    assert len(LETTERS_MARKED) == len(LETTERS_FOLDED)
    assert fold(LETTERS_MARKED) == LETTERS_FOLDED


@pytest.mark.parametrize(
    ("name", "given"),
    [("Nguyễn Văn An", "An"), ("An", "An"), ("Điểu Len", "Len"), ("Lê Thị  Hoa ", "Hoa"), ("", "")],
)
def test_person_is_called_by_the_last_word(name, given):
    assert given_name(name) == given


def test_names_sort_by_given_name_then_family_then_middle():
    names = ["Trần Văn Bình", "Lê Thị An", "Nguyễn Văn An", "Lê Văn An"]

    assert sorted(names, key=sort_key) == [
        "Lê Thị An", "Lê Văn An", "Nguyễn Văn An", "Trần Văn Bình",
    ]  # fmt: skip


def test_alphabet_and_tones_sort_as_in_a_dictionary():
    words = ["An", "Ăn", "Ân", "Dung", "Đung", "E", "Ê", "Hoa", "Hòa", "Hỏa", "Hõa", "Hóa", "Họa",
             "O", "Ô", "Ơ", "U", "Ư", "Y"]  # fmt: skip

    assert sorted(set(words), key=sort_key) == words


@given(VIETNAMESE)
def test_sort_key_does_not_care_how_letters_are_composed(text):
    assert sort_key(unicodedata.normalize("NFD", text)) == sort_key(text)


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("0912000111", "+84912000111"),
        ("0912 000 111", "+84912000111"),
        ("0912.000.111", "+84912000111"),
        ("(0912) 000-111", "+84912000111"),
        ("84912000111", "+84912000111"),
        ("+84 912 000 111", "+84912000111"),
        ("0084912000111", "+84912000111"),
        ("912000111", "+84912000111"),
        ("01682000111", "+84382000111"),
        ("01202000111", "+84702000111"),
        ("01992000111", "+84592000111"),
        ("841682000111", "+84382000111"),
        ("02513000111", "+842513000111"),
        ("", ""),
        ("không có", "không có"),
        ("0912000", "0912000"),
        ("0612000111", "0612000111"),
        ("270123456", "270123456"),  # an old identity number, not a landline
        ("0251300011", "0251300011"),
        ("09120001112", "09120001112"),
    ],
)
def test_phones_become_one_form(written, kept):
    assert normalise_phone(written) == kept


@given(st.from_regex(r"0[35789][0-9]{8}", fullmatch=True))
def test_every_way_of_writing_a_mobile_is_one_number(number):
    ways = {
        number,
        f"+84{number[1:]}",
        f"84{number[1:]}",
        f"{number[:4]} {number[4:7]} {number[7:]}",
    }

    assert {normalise_phone(way) for way in ways} == {f"+84{number[1:]}"}


@given(st.text(max_size=20))
def test_normalising_a_phone_is_stable(text):
    assert normalise_phone(normalise_phone(text)) == normalise_phone(text)


def test_phone_is_said_as_people_say_it():
    assert local_phone("+84912000111") == "0912 000 111"
    assert local_phone("không rõ") == "không rõ"
    assert local_phone("") == ""


def test_masked_phone_shows_three_digits():
    assert masked_phone("+84912000111") == "••• ••• 111"
    assert masked_phone("") == ""


@pytest.mark.parametrize(
    ("written", "titled"),
    [
        ("NGUYỄN THỊ  A", "Nguyễn Thị A"),
        ("nguyễn văn an", "Nguyễn Văn An"),
        ("H’HEN NIÊ", "H’Hen Niê"),
        ("K’ BRỐI", "K’ Brối"),
        ("MA-RI-A LỆ", "Ma-Ri-A Lệ"),
        ("Nguyễn McAn", "Nguyễn McAn"),
    ],
)
def test_names_of_one_case_get_capitals(written, titled):
    assert title_case(written) == titled


def test_kinds_of_phones_are_told_apart():
    assert is_old_phone("01682000111")
    assert not is_old_phone("0382000111")
    assert is_landline("+842513822000")
    assert not is_landline("+84912000111")
