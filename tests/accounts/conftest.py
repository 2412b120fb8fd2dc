"""Fixtures that the tests of codes share."""

import time
from collections.abc import Iterator

import pytest
import time_machine

from accounts.sign_in.second_factor import STEP_S


@pytest.fixture
def step_begins() -> Iterator[None]:
    """A new code has just come up: none changes in the middle of a test, however slow it is."""
    now = time.time()
    with time_machine.travel(now - now % STEP_S, tick=True):
        yield
