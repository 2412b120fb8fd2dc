"""Quarters of an hour: what is kept where the minute would find a person."""

from datetime import datetime
from typing import Final

MINUTES: Final = 15


def quarter(at: datetime) -> datetime:
    """Return the first minute of the quarter of an hour that a moment lies in."""
    return at.replace(minute=at.minute - at.minute % MINUTES, second=0, microsecond=0)
