"""Ninety lists with columns about groups: every fact of every person."""

import random

import pytest

from groups.member_import.reader.zalo_marks import read_mark
from tests.groups.group_lists.cases import cases


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.name)
def test_list_is_read_exactly(case):
    assert case.facts() == case.wanted()


def test_there_are_ninety_lists():
    found = cases()

    assert len(found) == 90
    assert len({case.name for case in found}) == 90


@pytest.mark.parametrize("seed", range(20))
def test_no_cell_with_a_letter_or_digit_is_passed_over(seed):
    chance = random.Random(seed)
    texts = "x đã vào chưa rời nhóm 12/3/2026 31/02 tổ 3 con - ( ) … ✓ ? zalo không ; 2026 của /"
    words = [*texts.split(), "0900000000"]
    for _number in range(500):
        text = "".join(
            chance.choice(words) + chance.choice(("", " ")) for _ in range(chance.randint(1, 6))
        )
        mark = read_mark(text)
        assert mark.state or not any(map(str.isalnum, text)), text


@pytest.mark.parametrize("cell", [True, False, 0, 1, 2, 46100, 1.5, "", " ", "()", "=", "..."])
def test_any_cell_is_read(cell):
    read_mark(cell)
