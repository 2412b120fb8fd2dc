"""A short rotation of the vault's key under load, through the steps of the long one."""

import random

import pytest

from tests.flows.vault_rotation import run

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.flow,
    pytest.mark.timeout(300),
]


def test_killed_midway_it_loses_nothing_and_the_old_key_can_go() -> None:
    outcome = run(1, random.Random(4), tips=40, kills=1, pause_s=0.3)

    assert outcome.is_good, outcome
    assert outcome.killed_midway == 1
    assert outcome.with_new_key_alone > 0
    assert outcome.looks > 3
