"""Sixty lists with columns about groups: every fact of every person."""

import pytest

from tests.groups.group_lists.cases import cases


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.name)
def test_list_is_read_exactly(case):
    assert case.facts() == case.wanted()


def test_there_are_sixty_lists_of_different_columns():
    found = cases()

    assert len(found) == 60
    assert len({case.name for case in found}) == 60
