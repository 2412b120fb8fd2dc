"""A short rotation of keys while tips come in, through the steps of the long one."""

import random
from pathlib import Path

import pytest

from tests.flows.rotation_under_way import run

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.flow,
    pytest.mark.timeout(300),
]


def test_no_tip_is_lost_and_the_old_key_can_go(tmp_path: Path) -> None:
    outcome = run(tmp_path, 3, random.Random(6), pause_s=0.1, web_workers=1)

    assert outcome.is_good, outcome
    assert outcome.resealed > 0  # what comes in is the vault's; few rows are the portal's
    assert outcome.with_new_key_alone > 5
    assert outcome.saved_late > 2
