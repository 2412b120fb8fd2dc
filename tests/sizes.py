"""Sizes of the tests that `make drill` runs whole and `make test` in part."""

import os

from dev.drill import WHOLE


def is_whole() -> bool:
    return WHOLE in os.environ


def size(whole: int, part: int) -> int:
    return whole if is_whole() else part
