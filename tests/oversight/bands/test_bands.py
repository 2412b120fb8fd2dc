"""Bands of tips: what they say, and that nobody works out more."""

import math
from itertools import product
from random import Random

import pytest

from oversight import periods
from oversight.figures.bands import (
    Band,
    Release,
    Share,
    band_of,
    interval,
    sentences,
    share_block,
    share_of,
    tells_overdue,
    trend_to,
    year_to,
)
from tests.oversight.bands.reading import quarters, released, statements
from tests.oversight.bands.solving import Statement, feasible

FEWEST, EXACT = 5, 20
HISTORIES = 1_000  # a tenth of what a full proof asks
CORNERS = {
    "nothing": [0] * 12,
    "all four": [4] * 12,
    "all five": [5] * 12,
    "all nine": [9] * 12,
    "all nineteen": [19] * 12,
    "nothing, then twenty": [0] * 6 + [20] * 6,
    "to and fro": [0, 20] * 6,
    "over each edge": [4, 5, 9, 10, 14, 15, 19, 20, 19, 4, 0, 21],
    "many": [120] * 12,
}


def poisson(random: Random, mean: float) -> int:
    product_, limit, count = random.random(), math.exp(-mean), 0
    while product_ > limit:
        product_ *= random.random()
        count += 1
    return count


def narrowest(history: list[int], random: Random) -> int:
    """Fewest values that a hidden quarter keeps; the true one is always among them."""
    found = feasible(len(history), statements(released(history, random)))
    assert all(count in values for count, values in zip(history, found, strict=True))
    hidden = [len(values) for count, values in zip(history, found, strict=True) if count < EXACT]
    return min(hidden, default=FEWEST)


def test_every_hidden_quarter_of_random_histories_keeps_five_values():
    random = Random(22)
    for _number in range(HISTORIES):
        mean = random.uniform(5, 120) / 4
        history = [0] * 4 + [poisson(random, mean) for _one in range(12)]

        assert narrowest(history, random) >= FEWEST


@pytest.mark.parametrize("name", CORNERS)
def test_every_hidden_quarter_of_corner_histories_keeps_five_values(name):
    assert narrowest([0] * 4 + CORNERS[name], Random(1)) >= FEWEST


@pytest.mark.parametrize("yearly", [10, 20, 40])
def test_exact_rolling_totals_give_away_every_quarter(yearly):
    """The same solver on the numbers that the old idea would tell."""
    random = Random(yearly)
    history = [0] * 4 + [poisson(random, yearly / 4) for _one in range(12)]

    found = feasible(
        16,
        [
            Statement(max(0, end - 3), end, total, total)
            for end in range(16)
            for total in [sum(history[max(0, end - 3) : end + 1])]
        ],
    )

    assert [values == {count} for values, count in zip(found, history, strict=True)] == [True] * 16


def test_shares_of_overlapping_years_would_narrow_a_quarter():
    """Why a share is told of quarters that no earlier share was about."""
    possible = set()
    for last in range(5, 10):
        for first, middle in product(range(10, 15), range(30, 43)):
            for late in range(middle + 1):
                of_year = share_of(first + middle - late, first + middle)
                falls = any(
                    share_of(middle + last - late - more, middle + last) is Share.OVER_HALF
                    for more in range(last + 1)
                )
                if of_year is Share.NEARLY_ALL and falls:
                    possible.add(last)

    assert possible == {6, 7, 8, 9}


def test_every_word_about_the_share_fits_every_number_from_twenty_on():
    for total in range(20, 500):
        assert {share_of(in_time, total) for in_time in range(total + 1)} == set(Share)


@pytest.mark.parametrize(("own", "others"), [(0, (5, 9)), (3, (2, 6)), (4, (1, 5))])
def test_who_knows_own_tips_takes_them_away_and_no_more(own, others):
    found = feasible(5, [*(Statement(one, one, 0, 0) for one in range(4)), Statement(4, 4, 5, 9)])

    assert {value - own for value in found[4]} == set(range(others[0], others[1] + 1))


def test_four_own_tips_tell_that_nobody_else_reported_and_never_that_somebody_did():
    """Accepted, and written down in the threat model."""
    found = feasible(1, [Statement(0, 0, 0, 4)])

    assert {value - 4 for value in found[0] if value >= 4} == {0}


@pytest.mark.parametrize("low", [-5, 1, 4, 6, 19])
def test_band_holds_no_number_below_twenty(low):
    with pytest.raises(ValueError, match="band"):
        Band(low)


@pytest.mark.parametrize(
    ("count", "low", "high"),
    [(0, 0, 4), (4, 0, 4), (5, 5, 9), (14, 10, 14), (19, 15, 19), (20, 20, 20), (24, 24, 24)],
)
def test_band_of_a_count(count, low, high):
    assert (band_of(count).low, band_of(count).high) == (low, high)


def plain(*counts: int) -> dict[periods.Period, Release]:
    spans = quarters(len(counts))
    return {one: Release(band_of(count)) for one, count in zip(spans, counts, strict=True)}


def test_sentences_of_a_first_quarter():
    told = plain(7)

    assert list(sentences(told, list(told))) == [
        "Quý I/2023, bà con gửi từ 5 đến 9 phản ánh.",
        "Số phản ánh chưa đủ nhiều để nêu tỷ lệ đúng hạn.",
    ]


def test_sentences_of_a_quarter_after_two_years():
    told = plain(0, 0, 0, 0, 12, 16, 24, 3)
    newest = list(told)[-1]
    told[newest] = Release(Band(0), Share.MOST, list(told)[4], is_overdue=False)

    assert list(sentences(told, [newest])) == [
        "Quý IV/2024, bà con gửi dưới 5 phản ánh.",
        "Trong bốn quý năm 2024, từ 49 đến 61 phản ánh.",
        "So với bốn quý trước đó: tăng rõ.",
        "Năm 2024: phần lớn phản ánh được giải quyết đúng hạn.",
        "Hết quý IV/2024, không còn phản ánh quá hạn.",
    ]


def test_a_year_without_one_of_its_quarters_is_not_added_up():
    told = plain(9, 9, 9, 9, 9)
    last = list(told)[-1]
    del told[quarters(5)[2]]

    assert interval(told, year_to(last)) is None
    assert trend_to(told, last) is None


@pytest.mark.parametrize(
    ("counts", "words"),
    [
        ((20, 20, 20, 20, 30, 30, 30, 30), "tăng rõ"),
        ((30, 30, 30, 30, 20, 20, 20, 20), "giảm rõ"),
        ((4, 4, 4, 4, 5, 5, 5, 5), "tăng rõ"),
        ((5, 5, 5, 4, 5, 5, 5, 5), "chưa thấy thay đổi rõ"),
    ],
)
def test_trend_compares_the_bands(counts, words):
    told = plain(*counts)

    assert trend_to(told, list(told)[-1]) == words


def test_share_is_told_of_quarters_since_the_last_share():
    told = plain(10, 5)
    third, fourth, fifth = quarters(5)[2:]

    block = share_block(told, third, Band(5))
    assert block == quarters(3)
    told[third] = Release(Band(5), Share.MOST, block[0])
    assert share_block(told, fourth, Band(15)) == []
    told[fourth] = Release(Band(15))
    assert share_block(told, fifth, Band(5)) == [fourth, fifth]


def test_whether_anything_is_overdue_asks_for_five_tips_of_a_year():
    told = plain(5, 0, 0)
    fourth, fifth = quarters(5)[3:]

    assert tells_overdue(told, fourth, Band(0))
    told[fourth] = Release(Band(0))
    assert not tells_overdue(told, fifth, Band(0))
