"""A small robbery of numbers through pages and files, and that it would find what is planted."""

from collections.abc import Collection
from datetime import date
from functools import partial
from random import Random
from typing import Any

import pytest
from django.db.models import Count

from oversight import periods
from oversight.dashboards import charts
from oversight.figures import suppression
from oversight.figures.suppression import FEWEST, Breakdown
from oversight.periods import Period
from reports.models import TipReport
from tests.flows import difference_attack
from tests.flows.differencing import world as worlds
from tests.flows.differencing.solving import Claim, claims
from tests.flows.differencing.taking import Taker

pytestmark = [pytest.mark.timeout(600), pytest.mark.flow]
A, B, C = (("row", name) for name in "abc")


def last_half(span: Period) -> bool:
    """Two quarters and the half year."""
    return date(2025, 7, 1) <= span.first and span.last <= date(2025, 12, 31) and span.days > 88


def one_quarter(span: Period) -> bool:
    return (span.first, span.last) == (date(2025, 7, 1), date(2025, 9, 30))


quick = partial(difference_attack.run, moments=0, pairs=0, most_pages=0, is_later=False)


@pytest.mark.django_db
def test_nobody_outside_calculates_a_small_count_from_pages_and_files():
    outcome = difference_attack.run(
        3, keep=last_half, share=0.2, pairs=1, moments=1, most_pages=4, is_later=False
    )

    assert outcome.is_good, outcome
    assert outcome.numbers > 30
    assert outcome.cells > 50
    assert outcome.twins == 1


@pytest.mark.django_db
def test_pages_of_the_city_are_read_as_well():
    world, random = worlds.people(), Random(3)
    worlds.spread(world.commune, random, by=world.chief)

    haul = Taker(world, [periods.month(2025, 10)], share=1.0).collect(worlds.LATER, seed=3)

    by_city = [one.total for one in haul.taken if one.where.endswith(": city")]
    workbook = next(one for one in haul.taken if "bang-so-lieu" in one.where and one.key == "tips")
    ((_month, told),) = workbook.rows
    assert told is not None
    assert by_city == [told] * 3  # the row of the commune, the last line, its own page


@pytest.mark.django_db
def test_total_beside_one_hidden_row_is_found(monkeypatch):
    """Small rows are hidden, and nothing else is."""

    def plain(cells: dict[str, int], known: Collection[str]) -> Breakdown:
        small = {key: count for key, count in cells.items() if count < FEWEST}
        shown = {key: count for key, count in cells.items() if key not in small}
        return Breakdown(shown, tuple(small), sum(small.values()))

    monkeypatch.setattr(suppression, "breakdown", plain)

    outcome = quick(2, keep=last_half, share=0.02)

    assert any(not one.startswith("by the rules") for one in outcome.calculated)
    assert any(one.startswith("by the rules") for one in outcome.calculated)


@pytest.mark.django_db
def test_hidden_row_in_the_title_of_a_picture_is_found(monkeypatch):
    drawn = charts.columns

    def telling(table: Any, *, title: str, **more: Any) -> Any:
        found = TipReport.objects.order_by().values_list("kind", "category", "channel")
        rows = sorted(map(str, found.annotate(Count("pk"))))
        months = sorted(map(str, TipReport.objects.order_by().values_list("received_at__month")))
        return drawn(table, title=f"{hash((*rows, *months))} {title}", **more)

    monkeypatch.setattr(charts, "columns", telling)

    outcome = quick(2, keep=one_quarter, share=1.0, pairs=1)

    assert any("so-lieu/toan-xa/" in one for one in outcome.seen), outcome


def test_bounds_find_what_one_subtraction_tells():
    known = {(frozenset({A, B, C}), 20), (frozenset({A}), 12), (frozenset({B}), 6)}

    assert claims(known) == [Claim(C, 2, 2)]


def test_steps_find_what_no_two_equations_tell():
    """Each pair alone leaves all open."""
    known = {(frozenset({A, B}), 7), (frozenset({B, C}), 8), (frozenset({A, C}), 5)}

    assert claims(known) == [Claim(A, 2, 2), Claim(C, 3, 3)]


def test_a_rule_with_a_sum_tells_that_a_small_row_is_not_empty():
    known = {(frozenset({A, B}), 7)}

    assert claims(known) == []
    assert claims(known, {A: 4, B: 4}) == [Claim(A, 3, 4), Claim(B, 3, 4)]


def test_numbers_that_contradict_each_other_are_no_proof():
    with pytest.raises(ValueError, match="contradict"):
        claims({(frozenset({A}), 3), (frozenset({A}), 4)})
