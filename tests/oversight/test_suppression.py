"""No count of tips below five is shown to outsiders, nor can one be worked out.

The attackers here know the rules, try every table there could be, and keep those that would have
been shown in the same way: what is the same in all of them is what they know.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator
from itertools import combinations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oversight.figures.suppression import FEWEST, Breakdown, added, breakdown, breakdown_of, quarter

KEYS = "abcdef"
counts = st.integers(0, 40)


def table(cells: Iterable[int]) -> dict[str, int]:
    return dict(zip(KEYS, cells, strict=False))


def seen(found: Breakdown) -> Hashable:
    return tuple(sorted(found.shown.items())), found.merged, found.rest


def sums_to(total: int, rows: int) -> Iterator[tuple[int, ...]]:
    if rows == 1:
        yield (total,)
        return
    for first in range(total + 1):
        yield from ((first, *rest) for rest in sums_to(total - first, rows - 1))


# Breakdowns


@pytest.mark.parametrize(
    ("cells", "shown", "merged", "rest"),
    [
        # nothing small: everything
        ((12, 9, 5), {"a": 12, "b": 9, "c": 5}, (), 0),
        # one small row takes the last row that could be told along
        ((12, 3, 9), {"a": 12}, ("b", "c"), 12),
        # 3 + 6 = 9 would be too little for a sum, so that one more goes
        ((12, 3, 6), {}, ("a", "b", "c"), 21),
        # small ones alone never make up the sum: each would be known to be small
        ((20, 4, 4, 4, 5), {"a": 20}, ("b", "c", "d", "e"), 17),
        # rows that nobody is in are no better than small ones
        ((20, 0, 0, 10), {"a": 20}, ("b", "c", "d"), 10),
        # too few in all
        ((5, 4), {}, ("a", "b"), None),
        ((0, 0), {}, ("a", "b"), None),
    ],
)
def test_breakdown_hides_small_rows_and_what_would_betray_them(cells, shown, merged, rest):
    found = breakdown(table(cells))

    assert (found.shown, found.merged, found.rest) == (shown, merged, rest)


@pytest.mark.parametrize(
    ("cells", "shown", "merged", "rest"),
    [
        ((12, 9, 5), {"a": 12, "b": 9, "c": 5}, (), 0),
        # what somebody knows hides nothing: the two others hide each other
        ((12, 3, 9), {"c": 9}, ("a", "b"), 15),
        ((6, 8, 3), {}, ("a", "b", "c"), 17),
        ((20, 11, 3), {"a": 20}, ("b", "c"), 14),
        # less than ten without it
        ((4, 5, 30), {}, ("a", "b", "c"), None),
    ],
)
def test_a_row_that_somebody_knows_hides_no_other(cells, shown, merged, rest):
    found = breakdown(table(cells), known={"c"})

    assert (found.shown, found.merged, found.rest) == (shown, merged, rest)


@pytest.mark.parametrize("known", ["", "last", "told to nobody"])
@pytest.mark.parametrize(("total", "rows"), [(t, r) for r in (2, 3, 4) for t in range(10, 25)])
def test_nobody_who_knows_the_rules_works_out_a_small_row_or_a_small_sum_of_rows(
    total, rows, known
):
    """Nor does somebody who counts the last row by themselves, nor anybody else beside them."""
    last = KEYS[rows - 1]
    alike = defaultdict(list)
    for cells in sums_to(total, rows):
        told = seen(breakdown(table(cells), known={last} if known else ()))
        alike[told, cells[-1] if known == "last" and told[2] is not None else None].append(cells)

    unknown = range(rows - (known == "last"))
    betrayed = [
        (tables[0], group)
        for tables in alike.values()
        for size in range(1, rows)
        for group in combinations(unknown, size)
        if len(found := {sum(cells[place] for place in group) for cells in tables}) == 1
        and found < set(range(FEWEST))
    ]

    assert betrayed == []


@given(st.lists(counts, min_size=1, max_size=6).map(table))
def test_breakdown_loses_nothing_and_shows_nothing_small(cells):
    found = breakdown(cells)

    assert all(found.shown[key] == cells[key] >= FEWEST for key in found.shown)
    assert {*found.shown, *found.merged} == set(cells)
    assert found.total in (None, sum(cells.values()))
    assert len(found.merged) != 1 or len(cells) == 1
    assert found.rest is None or not found.merged or found.rest >= 2 * FEWEST


# Months


@pytest.mark.parametrize(
    ("months", "told", "total"),
    [
        ((8, 9, 10), (8, 9, 10), 27),
        ((8,), (8,), None),
        ((8, 9), (8, 9), None),
        # the month after a hidden one hides it in the sum of the quarter
        ((3, 9, 10), (None, None, 10), 22),
        ((9, 3, 10), (9, None, None), 22),
        # nothing is left that could: the quarter has no sum
        ((9, 10, 3), (9, 10, None), None),
        ((9, 3, 5), (9, None, None), None),
        ((3, 4, 5), (None, None, None), 12),
        ((0, 0, 0), (None, None, None), None),
    ],
)
def test_months_hide_each_other_in_the_sum_of_the_quarter(months, told, total):
    found = quarter(months)

    assert (found.months, found.total) == (told, total)


@given(st.tuples(counts, counts, counts))
def test_what_was_told_of_a_month_never_changes(months):
    whole = quarter(months).months

    assert quarter(months[:1]).months == whole[:1]
    assert quarter(months[:2]).months == whole[:2]


def test_nobody_who_knows_the_rules_works_out_a_small_month_or_two_small_ones():
    alike, most = defaultdict(list), 15
    for months in product(range(most + 1), repeat=3):
        found = quarter(months)
        hidden = sum(months) - sum(count or 0 for count in found.months)
        if found.total is None or hidden <= most:  # else more tables than these are alike
            alike[found.months, found.total].append(months)

    betrayed = [
        (tables[0], group)
        for tables in alike.values()
        for size in (1, 2)
        for group in combinations(range(3), size)
        if len(found := {sum(months[place] for place in group) for months in tables}) == 1
        and found < set(range(FEWEST))
    ]

    assert betrayed == []


def test_quarter_without_a_sum_has_no_breakdown():
    cells = {"a": 14, "b": 8}

    assert breakdown_of(quarter((9, 10, 3)), cells) == Breakdown({}, ("a", "b"), None)
    assert breakdown_of(quarter((8, 10, 4)), cells).rest is None
    assert breakdown_of(quarter((7, 10, 5)), cells).shown == cells


def test_breakdown_of_other_tips_than_the_quarter_is_refused():
    with pytest.raises(ValueError, match="add up"):
        breakdown_of(quarter((8, 9, 10)), {"a": 20, "b": 8})


# Longer spans


def test_longer_span_tells_a_row_that_each_quarter_tells():
    first = breakdown(table((12, 9, 6)))
    second = breakdown(table((12, 3, 9)))

    assert added([first, second]) == Breakdown({"a": 24}, ("b", "c"), 27)


def test_longer_span_is_silent_where_a_quarter_is():
    assert added([breakdown(table((12, 9))), breakdown(table((3, 1)))]).rest is None
    assert added([]).total is None


@given(st.lists(st.lists(counts, min_size=3, max_size=3).map(table), min_size=1, max_size=4))
def test_longer_span_adds_up_and_shows_nothing_small(quarters):
    found = added(map(breakdown, quarters))

    assert found.total in (None, sum(sum(cells.values()) for cells in quarters))
    assert all(count >= FEWEST for count in found.shown.values())
    assert {*found.shown, *found.merged} == {*"abc"}
