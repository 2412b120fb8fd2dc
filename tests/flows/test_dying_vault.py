"""The vault dies a few times among the work of the large drill."""

import random

import pytest

from tests.flows.dying_vault import run

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.flow,
    pytest.mark.timeout(300),
]


def test_nothing_is_lost_and_no_number_is_shown_twice() -> None:
    outcome = run(2, random.Random(8), people=12, officers=6)

    assert outcome.is_good, outcome.faults
    assert outcome.tips > 3
    assert outcome.shown > 0
