"""Faults that a document may have."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    """One thing against the rules: `what` for machines, `sentence` for a person."""

    what: str
    sentence: str
