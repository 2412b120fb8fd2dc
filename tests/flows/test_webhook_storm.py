"""A small storm of events, through every restart of the large one."""

import random
from pathlib import Path

import pytest

from tests.flows.webhook_storm import run_storm

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.db_broker,
    pytest.mark.flow,
    pytest.mark.timeout(300),
]


def test_each_event_is_counted_once_and_none_is_lost(tmp_path: Path) -> None:
    outcome = run_storm(tmp_path, 400, random.Random(4))

    assert outcome.is_good, outcome
    assert outcome.refused >= 4
    assert outcome.told > outcome.events
    assert len(outcome.restarts) == 7
