"""The reader of dumps names a column that tells, and none that parts a few tips by chance."""

import random
from collections.abc import Callable

import pytest

from tests.flows.leaks import reading
from tests.flows.leaks.people import people

NAMED, UNNAMED = range(1, 7), range(7, 14)


def dump_of(value: Callable[[int], str], tips: range = range(1, 14)) -> bytes:
    """Return a dump of attachments with one column beside the number of the tip."""
    rows = "".join(f"{tip}\t{value(tip)}\n" for tip in tips)
    return f"COPY public.reports_tipattachment (tip_id, content) FROM stdin;\n{rows}\\.\n".encode()


def test_column_that_knows_each_side_is_named():
    plain = dump_of(lambda tip: "t" if tip in NAMED else "f")

    assert reading.telling_columns(plain, NAMED, UNNAMED) == {"reports_tipattachment.content": 1.0}


@pytest.mark.parametrize("errors", [0, 1])
def test_lengths_that_part_thirteen_tips_by_chance_name_nothing(errors: int):
    lengths = {tip: 100 + tip for tip in range(1, 14)}
    if errors:
        lengths[1], lengths[13] = lengths[7] + 50, lengths[13] + 60

    plain = dump_of(lambda tip: "x" * lengths[tip])

    assert reading.telling_columns(plain, NAMED, UNNAMED) == {}


def test_lengths_of_many_tips_are_named():
    named, unnamed = range(1, 56), range(56, 111)
    plain = dump_of(lambda tip: "x" * (100 + tip % 5 + 9 * (tip in named)), range(1, 111))

    assert reading.telling_columns(plain, named, unnamed) == {"reports_tipattachment.content": 1.0}


def test_random_lengths_of_two_hundred_runs_name_nothing():
    chance = random.Random(18)
    found = []
    for _run in range(200):
        lengths = [chance.randrange(5_000, 5_400) for _tip in range(14)]
        found.append(
            reading.telling_columns(dump_of(lambda tip, of=lengths: "x" * of[tip]), NAMED, UNNAMED)
        )

    assert found == [{}] * 200


def test_one_seed_makes_the_same_people_with_the_same_photos():
    assert people(3, random.Random(6)) == people(3, random.Random(6))
    assert len({one.photo for one in people(20, random.Random(6))}) == 20
