"""Every form of the figures says the count, for any span and any reader.

`python -m tests.flows.agree --ranges 200` does the same for two hundred spans.
"""

from collections.abc import Iterator
from datetime import date
from random import Random

import pytest
import time_machine

from oversight.figures import report
from oversight.figures.registry import FIGURES
from oversight.figures.table import Row, Table
from oversight.periods import Period
from tests.factories.scenes import shared_scene
from tests.oversight.agreement.comparing import (
    Reader,
    any_period,
    disagreements,
    published,
    readers,
)
from tests.oversight.agreement.scene import NOON, Place, make_place
from tests.sizes import size

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(300)]
RANGES = size(12, 8)  # each reader at least once


def build() -> Place:
    with time_machine.travel(NOON, tick=False):
        return make_place(Random(11), tips=200, posts=20)


built = shared_scene(build)


@pytest.fixture
def place(built: Place, db: None) -> Iterator[Place]:
    with time_machine.travel(NOON, tick=False):
        yield built


def reader_of(place: Place, number: int) -> Reader:
    everyone = readers(place)
    return everyone[number % len(everyone)]


def any_periods() -> list[Period]:
    chance = Random(12)
    return [any_period(chance) for _number in range(RANGES)]


@pytest.mark.parametrize(("number", "period"), list(enumerate(any_periods())))
def test_every_form_says_what_was_counted(place, number, period):
    assert list(disagreements(reader_of(place, number), period)) == []


def test_police_party_and_committee_are_asked(place):
    asked = {reader_of(place, number).name for number in range(RANGES)}

    assert asked >= {"police", "party", "committee"}


def test_there_is_something_to_compare(place):
    year = Period(date(2025, 1, 1), date(2025, 12, 31))
    by_name = {reader.name: published(reader, year) for reader in readers(place)}

    # the hours that tips took need steps, which rows alone do not have
    every = {figure.name for key, figure in FIGURES.items() if key != "tip_days"}
    assert by_name["police"].keys() >= every
    assert FIGURES["tips"].name in by_name["party"]
    assert FIGURES["tip_clocks"].name not in by_name["party"]


def test_a_wrong_number_is_noticed(place, monkeypatch):
    """The comparison itself: a file that is one off in one place."""
    honest = report.compute_all

    def one_more(keys, scope, period, *, as_of):
        return [spoilt(one) for one in honest(keys, scope, period, as_of=as_of)]

    def spoilt(counted):
        if counted.figure.key != "meetings":
            return counted
        first, *others = counted.table.rows
        rows = (Row(first.label, (first.values[0] + 1, *first.values[1:])), *others)
        spoiled = Table(counted.table.columns, rows, counted.table.total, counted.table.note)
        return type(counted)(counted.figure, counted.period, counted.as_of, spoiled)

    monkeypatch.setattr(report, "compute_all", one_more)
    year = Period(date(2025, 1, 1), date(2025, 12, 31))
    police = readers(place)[0]

    assert list(disagreements(police, year)) == [
        "police, năm 2025, sheet, Họp lấy ý kiến", "police, năm 2025, Word, Họp lấy ý kiến",
    ]  # fmt: skip
