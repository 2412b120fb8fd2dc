"""Search words of tips as keyed numbers, and how alike two tips are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.vault.errors import VaultOnly
from accounts.vault.indexes import vault_index
from reports.tips.search import is_same_place, likeness, place_of, tokens
from tests.vaults import opened, outside

BOUND = 2**20


def test_tokens_are_small_numbers_each_once_in_order():
    made = tokens("Cháy nhà ở ấp 3, cháy lớn")

    assert made == sorted(set(made))
    assert all(0 <= token < BOUND for token in made)
    assert len(made) == 4  # cháy, nhà, 3, lớn; “ở” and “ấp” say nothing


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Đánh bạc", "danh bac"),
        ("ĐÁNH BẠC", "đánh bạc"),
        ("đa\u0301nh bạc", "đánh bạc"),
        ("đánh, bạc!", "bạc đánh"),
        ("đánh\u200b bạc", "đánh bạc"),
        ("60B1-123.45", "60b112345"),
        ("60B1 - 123.45", "60B1-12345"),
        ("hoà giải", "hòa giải"),
        ("xe của ông Tư ở ấp 2", "xe ông tư 2"),
    ],
)
def test_the_same_words_have_the_same_tokens(one, other):
    assert tokens(one) == tokens(other) != []


@pytest.mark.parametrize("text", ["", "   ", "và của ở thì", "…!?", "\x00", "😀"])
def test_words_that_say_nothing_have_none(text):
    assert tokens(text) == []


def test_tokens_of_words_asked_for_are_among_those_of_the_text():
    text = "Quán karaoke Hoa Mai ở ấp 3 mở nhạc tới khuya, xe 60B1-123.45 đậu trước cửa"

    for asked in ("karaoke hoa mai", "nhac khuya", "60B1 12345", "60b1-123.45", "ấp 3"):
        assert set(tokens(asked)) <= set(tokens(text)), asked


def test_tokens_hang_on_the_key(settings):
    before = tokens("đánh bạc")
    settings.VAULT_INDEX_KEY = "another-key-" * 4

    assert tokens("đánh bạc") != before


def test_web_and_workers_make_no_token():
    with outside(), pytest.raises(VaultOnly):
        tokens("đánh bạc")


def test_a_token_is_not_the_beginning_of_an_index_of_another_column():
    (token,) = tokens("karaoke")

    with opened():
        assert int(vault_index("karaoke", purpose="zalo-user")[:5], 16) != token


def test_a_long_text_has_a_bounded_number_of_tokens():
    text = " ".join(f"tu{number}" for number in range(5000))

    assert len(tokens(text)) == 400


@given(st.text(max_size=300))
def test_any_text_has_tokens_in_bounds(text):
    made = tokens(text)

    assert made == sorted(set(made))
    assert all(0 <= token < BOUND for token in made)


# Likeness


with opened():
    FIRE = tokens("Cháy rẫy điều nhà ông Tư ở ấp 3, khói bay vào trường học")
    SAME = tokens("rẫy điều ông tư ấp 3 bị cháy, khói mù mịt, trường học phải cho nghỉ")
    OTHER = tokens("Thanh niên tụ tập nẹt pô trước chợ lúc nửa đêm")


def test_two_tellings_of_one_thing_are_alike_and_others_are_not():
    assert likeness(FIRE, FIRE) == 1
    assert likeness(FIRE, SAME) > 0.5
    assert likeness(FIRE, OTHER) < 0.2


def test_a_short_telling_is_not_like_a_long_one_for_one_word():
    assert likeness(tokens("cháy"), FIRE) < 0.5
    assert likeness(tokens("cháy rẫy điều"), FIRE) > likeness(tokens("cháy"), FIRE)


@given(st.lists(st.integers(0, 50)), st.lists(st.integers(0, 50)))
def test_likeness_goes_both_ways_and_stays_between_nothing_and_one(one, other):
    assert likeness(one, other) == likeness(other, one)
    assert 0 <= likeness(one, other) <= 1


@pytest.mark.parametrize(("one", "other"), [([], []), ([], [1]), ([1], [2])])
def test_without_common_words_nothing_is_alike(one, other):
    assert likeness(one, other) == 0


# Places


@pytest.mark.parametrize(
    ("written", "place"),
    [
        ("12/4 đường Hùng Vương", "12/4 duong hung vuong"),
        ("Số 12/4, đ. Hùng Vương", "12/4 duong hung vuong"),
        ("số nhà 12 / 4 Đường Hùng  Vương", "12/4 duong hung vuong"),
        ("KP 2", "khu pho 2"),
        ("k.p.2", "khu pho 2"),
        ("Khu phố 02", "khu pho 2"),
        ("ngã 3 Suối Nhum", "nga ba suoi nhum"),
        ("ngã ba Suối Nhum", "nga ba suoi nhum"),
        ("QL14", "quoc lo 14"),
        ("quốc lộ 14", "quoc lo 14"),
        ("gần chợ ấp 3", "cho ap 3"),
        ("trước cổng trường TH Lê Lợi", "truong tieu hoc le loi"),
        ("", ""),
    ],
)
def test_places_are_written_one_way(written, place):
    assert place_of(written) == place


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Chợ ấp 3", "gần chợ ấp 3", True),
        ("12/4 Hùng Vương", "số 12/4 đường Hùng Vương", True),
        ("12/4 Hùng Vương", "12/5 Hùng Vương", False),
        ("đường Hùng Vương", "12/4 Hùng Vương", False),
        ("ngã 3 Suối Nhum", "ngã ba suối nhum, sát cây xăng", True),
        ("quán Ba Sen", "Quán nhậu Ba Sen ấp 2", True),
        ("ấp 2", "ấp 3", False),
        ("ấp 3", "ấp 3", False),  # that is the hamlet, which is compared by itself
        ("chợ", "chợ", False),  # every hamlet has one
        ("", "", False),
        ("", "chợ ấp 3", False),
        ("QL14 km 20", "quốc lộ 14 km20", True),
        ("cầu sắt", "Cầu Sắt cũ", True),
    ],
)
def test_places_are_compared_by_what_names_them(one, other, same):
    assert is_same_place(one, other) is same
    assert is_same_place(other, one) is same


@given(st.text(max_size=100), st.text(max_size=100))
def test_any_two_places_are_compared_both_ways(one, other):
    assert is_same_place(one, other) == is_same_place(other, one)
