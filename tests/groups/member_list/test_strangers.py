"""Lists of strangers stay read as well as they are: people exact, silent losses, false alarms."""

import pytest

from tests.groups.member_list.strangers import HERE, Score, lists_of, score_of

# At first go 133, 96, 131, 237, 218, 170, 183 and 193 people were exact, with 16, 15, 1, 15, 3,
# 22, 10 and 10 silent losses.
FLOORS = {
    "a": (262, 1272, 0, 7), "b": (218, 863, 0, 3), "c": (206, 822, 0, 3), "d": (291, 1242, 0, 4),
    "e": (249, 899, 0, 2), "f": (210, 762, 0, 3), "g": (244, 905, 0, 3), "h": (223, 739, 0, 2),
}  # fmt: skip


@pytest.mark.parametrize("folder", FLOORS)
def test_lists_of_strangers_are_read_as_well_as_they_were(folder):
    exact, cells, silent, alarms = FLOORS[folder]
    total = Score()

    for path, truth in lists_of(HERE / folder):
        total += score_of(path, truth)

    assert total.exact >= exact, total.faults
    assert total.cells_exact >= cells
    assert total.silent <= silent
    assert total.false_alarms <= alarms


def test_a_wrong_phone_is_no_exact_person():
    path, truth = next(iter(lists_of(HERE / "a")))
    before = score_of(path, truth)
    truth["people"][0]["phone"] = "0900999999"

    after = score_of(path, truth)

    assert (before.exact - after.exact, before.cells_exact - after.cells_exact) == (1, 1)
    assert after.silent == before.silent + 1
