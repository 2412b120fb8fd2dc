"""Personal words of a resident are proposed to be struck out before others work with them."""

import re
import time
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.redaction.services import Suggestion, apply, suggestions

CASES = Path(__file__).parent / "striking_cases"
_MARKS = re.compile(r"\[\[(.+?)\]\]|\(\((.+?)\)\)")


def cases(name: str) -> list[tuple[str, list[tuple[int, int]], list[tuple[int, int]]]]:
    """Text, places that must be ticked, places that may be."""
    told = []
    for line in (CASES / name).read_text().splitlines():
        if not line or line.startswith("#"):
            continue
        text, at = "", 0
        must: list[tuple[int, int]] = []
        may: list[tuple[int, int]] = []
        for mark in _MARKS.finditer(line):
            text += line[at : mark.start()]
            words = mark[1] or mark[2]
            (must if mark[1] else may).append((len(text), len(text) + len(words)))
            text += words
            at = mark.end()
        told.append((text + line[at:], must, may))
    return told


def ticked(text: str) -> set[int]:
    """The places of the letters that would be struck out without a further click."""
    return {
        place
        for found in suggestions(text)
        if found.is_ticked
        for place in range(found.start, found.end)
    }


def letters(text: str, places: list[tuple[int, int]]) -> set[int]:
    return {place for start, end in places for place in range(start, end) if text[place].isalnum()}


def missed(text, must):
    gone = ticked(text)
    return [text[start:end] for start, end in must if letters(text, [(start, end)]) - gone]


def too_much(text, must, may):
    """Words struck out although nobody would be known by them."""
    allowed = letters(text, must + may)
    return [
        word[0]
        for word in re.finditer(r"\w+", text)
        if set(range(*word.span())) <= ticked(text) and not set(range(*word.span())) & allowed
    ]


MENDED = [*cases("written.txt"), *cases("later.txt"), *cases("third.txt")]


@pytest.mark.parametrize("case", MENDED, ids=lambda case: case[0][:40])
def test_what_tells_who_wrote_is_ticked(case):
    text, must, _may = case

    assert missed(text, must) == []


@pytest.mark.parametrize("case", [*MENDED, *cases("unseen.txt")], ids=lambda case: case[0][:40])
def test_nothing_that_tells_who_wrote_goes_unmentioned(case):
    text, must, _may = case
    shown = {place for one in suggestions(text) for place in range(one.start, one.end)}

    assert letters(text, must) - shown == set()


def test_of_texts_the_rules_never_saw_this_much_is_ticked():
    told = [(len(must), len(missed(text, must))) for text, must, _may in cases("unseen.txt")]
    marked, not_ticked = map(sum, zip(*told, strict=True))

    assert (marked, not_ticked <= 10) == (18, True)


@pytest.mark.parametrize("case", cases("written.txt"), ids=lambda case: case[0][:40])
def test_little_else_is_ticked(case):
    text, must, may = case

    assert len(too_much(text, must, may)) <= 2


# Suggestions


def test_a_suggestion_says_where_why_and_what_instead():
    text = "Gọi tôi 0900 000 001 nhé"

    (found,) = [one for one in suggestions(text) if one.kind == "phone"]

    assert text[found.start : found.end] == found.words == "0900 000 001"
    assert found.replacement == "[số điện thoại]"
    assert found.why.endswith(".")
    assert found.is_ticked


def test_names_of_others_are_offered_and_left_to_the_officer():
    found = list(suggestions("Ông Đặng Văn Em ấp 2 nấu rượu lậu."))

    assert [(one.words, one.is_ticked) for one in found if one.kind == "name"] == [
        ("Đặng Văn Em", False)
    ]


def test_suggestions_stand_in_order_and_do_not_overlap():
    for text, _must, _may in cases("written.txt"):
        found = suggestions(text)

        assert found == sorted(found, key=lambda one: one.start)
        assert all(one.end <= next_.start for one, next_ in pairwise(found))


@given(st.text(max_size=400))
def test_any_text_has_suggestions_that_fit_it(text):
    for found in suggestions(text):
        assert 0 <= found.start < found.end <= len(text)
        assert text[found.start : found.end] == found.words


@given(st.text(alphabet="tôi nhà là số 0912345678.,\nNguyễnVănAnlớp5A", max_size=300))
def test_after_all_is_struck_out_none_of_it_stands_there_any_more(text):
    chosen = suggestions(text)
    clean = apply(text, chosen)
    numbers = [one.words for one in chosen if one.kind == "phone"]

    assert all(words not in clean for words in numbers)


# Striking out


def suggestion(text: str, words: str, replacement: str = "[x]") -> Suggestion:
    start = text.index(words)
    return Suggestion(start, start + len(words), words, "name", "Vì thế.", replacement)


def test_what_is_chosen_is_replaced_and_the_rest_stays():
    text = "Tôi là An, nhà ở cạnh chợ."

    assert apply(text, [suggestion(text, "An", "[họ tên]")]) == "Tôi là [họ tên], nhà ở cạnh chợ."
    assert apply(text, []) == text


def test_the_order_of_choice_does_not_matter():
    text = "một hai ba bốn"
    one, two = suggestion(text, "hai", "[2]"), suggestion(text, "bốn", "[4]")

    assert apply(text, [two, one]) == apply(text, [one, two]) == "một [2] ba [4]"


def test_of_choices_that_overlap_no_letter_stays():
    text = "gọi An 0900 000 001 nhé"
    wide, narrow = suggestion(text, "An 0900", "[a]"), suggestion(text, "0900 000 001", "[số]")

    assert apply(text, [narrow, wide]) == "gọi [số] nhé"


def test_the_same_choice_twice_counts_once():
    text = "gọi An nhé"
    one = suggestion(text, "An")

    assert apply(text, [one, one]) == "gọi [x] nhé"


def test_the_same_replacement_side_by_side_is_written_once():
    text = "Nguyễn Văn An, Trần Thị Bình đánh nhau"
    chosen = [
        suggestion(text, "Nguyễn Văn An", "[họ tên]"),
        suggestion(text, ", Trần Thị Bình", "[họ tên]"),
    ]

    assert apply(text, chosen) == "[họ tên] đánh nhau"


def test_choices_of_another_text_are_refused():
    text = "gọi An nhé"

    with pytest.raises(ValueError, match="another text"):
        apply("gọi Em nhé", [suggestion(text, "An")])
    with pytest.raises(ValueError, match="another text"):
        apply("", [suggestion(text, "An")])


def test_marks_and_invisible_signs_are_struck_out_whole():
    text = "gọi so\u0302\u0301 0900\u200b 000 001\u200b nhé"
    found = suggestions(text)

    assert "001" not in apply(text, found)
    assert apply(text, found).endswith(" nhé")


PIECES = [
    "Tôi là Nguyễn Văn An, nhà tôi ở cạnh chợ, số 0900 000 001. ",
    "nhà tôi ",
    "số 1 ",
    "1 2 ",
    "a" * 30 + " ",
    "@.@.",
    "tôi ",
    "con của ",
    "Nguyễn ",
    "zalo ",
    "học lớp ",
    "0",
    "hai ba ",
    "ông bà nội ngoại ",
    "tôi đang còn ",
    "Ng. ",
]


@pytest.mark.parametrize("piece", PIECES)
def test_long_words_are_read_in_a_moment(piece):
    text = (piece * 10_000)[:10_000]
    begun = time.thread_time()
    suggestions(text)

    assert time.thread_time() - begun < 3  # a tenth of it on a machine at rest


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Nhà tôi cuối ngõ 7 sát quán karaoke.", "[người dân gần đó] sát quán karaoke."),
        ("Nhà tôi ở cuối hẻm 12, đêm nào cũng ồn.", "[người dân gần đó], đêm nào cũng ồn."),
        ("Nhà tôi cạnh hẻm 12/4 nên nghe hết.", "[người dân gần đó] [địa chỉ] nên nghe hết."),
        ("nha toi cuoi ngo 7/2a nghe ro", "[người dân gần đó] nghe ro"),
        ("Nhà tôi cuối ngõ, 7 giờ tối là ồn.", "[người dân gần đó], 7 giờ tối là ồn."),
    ],
)
def test_no_number_of_a_place_is_left_behind(text, left):
    chosen = [found for found in suggestions(text) if found.is_ticked]

    assert apply(text, chosen) == left
