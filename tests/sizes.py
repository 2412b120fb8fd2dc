"""Sizes of the tests that `make drill` runs whole and `make test` in part."""

import os

from dev.drill import WHOLE


def is_whole() -> bool:
    return WHOLE in os.environ


def size[Amount](whole: Amount, part: Amount) -> Amount:
    """How much of a test this run does: a number, or a list of cases."""
    return whole if is_whole() else part
