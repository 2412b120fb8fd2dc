"""200 texts that name officers: thanks and addressing keep the tip whole, no accusation is shown.

They were written before the rules, but by the same hand; those under `unseen` after them.
"""

import tomllib
from pathlib import Path

import pytest

from content_rules.courtesy import is_courteous
from reports.redaction.officers import officers_spoken_of

TEXTS = tomllib.loads(Path(__file__).with_name("mention_texts.toml").read_text("utf-8"))
OFFICERS = {name: name for name in TEXTS["officers"]}
ACCUSING = [(text, group["about"]) for group in TEXTS["accusing"] for text in group["texts"]]
SLY = [text for group in TEXTS["accusing"] if group.get("is_sly") for text in group["texts"]]


def test_there_are_as_many_texts_as_asked_for():
    assert (len(TEXTS["thanks"]), len(ACCUSING), len(SLY)) == (100, 100, 40)


def test_thanks_and_addressing_keep_the_tip_whole():
    held = [text for text in TEXTS["thanks"] if not is_courteous(text, OFFICERS)]

    assert len(held) <= 5, held


def test_no_accusation_is_shown_to_the_accused():
    shown = [text for text, _about in ACCUSING if is_courteous(text, OFFICERS)]
    unnamed = [text for text, about in ACCUSING if set(about) - officers_spoken_of(text, OFFICERS)]

    assert (shown, unnamed) == ([], [])


@pytest.mark.parametrize("unseen", TEXTS["unseen"], ids=("later", "third", "fourth"))
def test_texts_written_after_the_rules_wait_rather_than_show(unseen):
    shown = [text for text in unseen["accusing"] if is_courteous(text, OFFICERS)]
    unnamed = [text for text in unseen["accusing"] if not officers_spoken_of(text, OFFICERS)]
    whole = [text for text in unseen["thanks"] if is_courteous(text, OFFICERS)]

    assert (shown, unnamed) == ([], [])
    assert len(whole) >= len(unseen["thanks"]) * 0.75


@pytest.mark.parametrize("name", ["stranger", "second_stranger"])
def test_no_accusation_by_a_stranger_is_shown(name: str):
    """Their first go: thanks whole 0 and 2 of 100, shown 2 (names misspelt) and 0 of 100."""
    path = Path(__file__).with_name(f"mention_texts_{name}.toml")
    texts = tomllib.loads(path.read_text("utf-8"))
    officers = {officer: officer for officer in texts["officers"]}
    accusing = texts["accusing"]

    shown = [one["text"] for one in accusing if is_courteous(one["text"], officers)]
    unnamed = [
        one["text"]
        for one in accusing
        if set(one["about"]) - officers_spoken_of(one["text"], officers)
    ]

    assert (len(texts["thanks"]), len(accusing), shown, unnamed) == (100, 100, [], [])


@pytest.mark.parametrize("text", ["Tràn Quốc Bão ăn tiền", "Dặng Quóc Vinh nhận quà"])
def test_a_name_is_found_with_the_wrong_marks(text):
    assert len(officers_spoken_of(text, OFFICERS)) == 1


@pytest.mark.parametrize(
    "text",
    [
        "Đặng  Quốc   Vinh ăn tiền", "Đ.Q. Vinh ăn tiền", "Đặng-Quốc-Vinh ăn tiền",
        "d a n g  q u o c  v i n h", "đc vinh ăn tiền", "sếp Vinh ăn tiền", "Vinh công an ăn tiền",
        "D\u200bang Quoc V\u200binh", "ĐẶNGQUỐCVINH",
    ],
)  # fmt: skip
def test_a_name_is_found_however_it_is_spelt(text):
    assert officers_spoken_of(text, OFFICERS) == {"Đặng Quốc Vinh"}


@pytest.mark.parametrize(
    "text",
    [
        "Anh Nguyễn Văn Vinh ăn tiền", "Đặng Quốc Vĩnh ăn tiền", "dự lễ tôn vinh", "Lâm Đồng",
        "công an xã bảo tôi đợi", "đá, ngô, vàn, lầm",
    ],
)  # fmt: skip
def test_another_name_is_nobody(text):
    assert officers_spoken_of(text, OFFICERS) == set()


@pytest.mark.parametrize(
    "text",
    [
        "Gửi đồng chí Đặng Quốc Vinh, bà con khó khăn vì đồng chí.",
        "Gửi đồng chí Đặng Quốc Vinh, ai cũng biết.",
        "Tôi gặp đồng chí Đặng Quốc Vinh ở ấp 3 trong đêm.",
        "Cảm ơn đồng chí Đặng Quốc Vinh đã tới nhà em.",
        "Cảm ơn đồng chí Đặng Quốc Vinh đã giúp đỡ cô.",
        "Cảm ơn đồng chí Đặng Quốc Vinh đã giúp gia đình ông.",
        "Mong đồng chí Đặng Quốc Vinh làm việc có trách nhiệm.",
        "Cảm ơn anh Ngô Văn Lâm đã giúp anh Đặng Quốc Vinh.",
        "Cảm ơn đồng chí Đặng Quốc Vinh...",
        "Cảm ơn “đồng chí” Đặng Quốc Vinh đã giúp đỡ.",
        "Cảm ơn đồng chí Đặng Quốc Vinh 500",
        "Cảm ơn đồng chí Đặng Quốc Vinh đã giúp đỡ?",
        "Đặng Quốc Vinh",
        "",
    ],
)
def test_a_sting_made_of_courteous_words_is_unclear(text):
    assert not is_courteous(text, OFFICERS)
