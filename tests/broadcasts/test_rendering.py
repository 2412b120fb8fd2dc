"""Words as they leave."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadcasts.posts.rendering import PART_LIMIT, length, plain, text_parts, without_mentions

LETTERS = st.text(alphabet="aăâđêôơư ạ.\n🙂x", max_size=6000)


def test_plain_composes_and_drops_invisible_letters() -> None:
    decomposed = unicodedata.normalize("NFD", "Công an xã")

    assert plain(f"  {decomposed}\u200b \r\n\r\n\r\n\r\nBình Minh ") == "Công an xã\n\nBình Minh"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[@abc]", "[ @abc]"),
        ("[ @abc]", "[ @abc]"),
        (plain("[\u034f@abc]"), "[ @abc]"),
        (plain("[\u2061@abc]"), "[ @abc]"),
        ("[[@1] [@2]", "[[ @1] [ @2]"),
        ("thư: a@b.vn", "thư: a@b.vn"),
    ],
)
def test_without_mentions_breaks_the_bracket(text: str, expected: str) -> None:
    assert without_mentions(text) == expected


def test_text_parts_keeps_a_short_text_whole() -> None:
    assert text_parts("Chào bà con.\n\nĐoạn hai.") == ["Chào bà con.\n\nĐoạn hai."]


def test_text_parts_splits_at_paragraph_ends() -> None:
    first, second = "a" * 1500, "b" * 1500

    assert text_parts(f"{first}\n\n{second}") == [first, second]


def test_text_parts_splits_a_long_paragraph_at_sentence_ends() -> None:
    sentence = "Bà con chú ý phòng cháy. "

    parts = text_parts(sentence * 200)

    assert all(part.endswith("cháy.") for part in parts)


def test_text_parts_fills_a_message_before_a_long_paragraph() -> None:
    sentence = "Bà con chú ý phòng cháy. "

    first, second = text_parts("THÔNG BÁO\n\n" + sentence * 120)

    assert first.startswith("THÔNG BÁO\n\nBà con")
    assert length(first) > 1900
    assert second.endswith("cháy.")


def test_text_parts_cuts_a_word_that_no_message_can_hold() -> None:
    assert [len(part) for part in text_parts("x" * 4500)] == [2000, 2000, 500]


def test_length_counts_as_a_phone_does() -> None:
    assert length("a🙂") == 3


@given(LETTERS)
def test_text_parts_fit_and_lose_nothing(text: str) -> None:
    parts = text_parts(text)

    assert all(0 < length(part) <= PART_LIMIT for part in parts)
    assert "".join("".join(parts).split()) == "".join(without_mentions(plain(text)).split())
