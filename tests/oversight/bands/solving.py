"""Exact values that hidden quarters can have, by all statements that an attacker has read.

A statement says between what the sum of up to four consecutive quarters lies. The quarters before
the model began are known to be zero. States are the last three quarters: forward they are all that
can be reached, backward all that can go on to the end.
"""

from collections.abc import Iterable
from dataclasses import dataclass

State = tuple[int, int, int]
ZEROS: State = (0, 0, 0)


@dataclass(frozen=True)
class Statement:
    """The quarters `first` to `last` (from 0) have between `low` and `high` tips together."""

    first: int
    last: int
    low: int
    high: int


def feasible(quarters: int, statements: Iterable[Statement]) -> list[set[int]]:
    """Possible values of each quarter. Raises ValueError for contradictory statements."""
    ending: list[list[Statement]] = [[] for _one in range(quarters)]
    for one in statements:
        if one.last - one.first > 3:
            raise ValueError("more than four quarters")
        ending[one.last].append(one)
    steps: list[dict[State, set[tuple[State, int]]]] = []  # by state after: states before, value
    states = {ZEROS}
    for quarter in range(quarters):
        after: dict[State, set[tuple[State, int]]] = {}
        for state in states:
            for value in _values(state, quarter, ending[quarter]):
                after.setdefault((*state[1:], value), set()).add((state, value))
        if not after:
            raise ValueError("the statements contradict each other")
        steps.append(after)
        states = set(after)
    found: list[set[int]] = []
    alive = states
    for after in reversed(steps):
        found.insert(0, {value for state in alive for _before, value in after[state]})
        alive = {before for state in alive for before, _value in after[state]}
    return found


def _values(state: State, quarter: int, ending: list[Statement]) -> range:
    """Values of a quarter that fit every statement which ends with it."""
    low, high = 0, None
    for one in ending:
        behind = one.last - one.first
        known = sum(state[3 - behind :]) if behind else 0
        low = max(low, one.low - known)
        high = one.high - known if high is None else min(high, one.high - known)
    if high is None:
        raise ValueError(f"quarter {quarter} has no bound")
    return range(low, high + 1)
