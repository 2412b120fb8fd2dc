"""Signals for the levels above. Both are sent inside the transaction: a receiver that raises undoes
the whole change, and a rehearsal rolls back what receivers did.

A receiver returns a list of `Moved`, or None when nothing of its own was touched.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.dispatch import Signal

# change: HamletChange, successors: {old hamlet id: [new hamlet ids]}, by: User.
# A renamed hamlet is its own successor.
hamlets_changing = Signal()

# handover: Handover, giver: User | None, taker: User, by: User. Not sent for a leave cover.
handing_over = Signal()


@dataclass(frozen=True)
class Moved:
    """One line of what moved, for the rehearsal and the record: “Tổ nhân dân: 7”."""

    label: str
    count: int


def gather(responses: Sequence[tuple[object, Any]]) -> list[Moved]:
    """The lines that receivers returned."""
    return [line for _receiver, lines in responses for line in lines or [] if line.count]
