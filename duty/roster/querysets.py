"""Query sets of shifts and absences."""

from datetime import datetime
from typing import Any, Self

from accounts.communes.querysets import CommuneScopedQuerySet


class ShiftQuerySet(CommuneScopedQuerySet):
    """Shifts of a commune."""

    def at(self, moment: datetime) -> Self:
        """Shifts that go on at this moment."""
        return self.filter(starts_at__lte=moment, ends_at__gt=moment)

    def between(self, start: datetime, end: datetime) -> Self:
        """Shifts that touch a time."""
        return self.filter(starts_at__lt=end, ends_at__gt=start)

    def in_seat(self, seat: Any) -> Self:
        """Shifts of one seat."""
        return self.filter(seat=seat)


class AbsenceQuerySet(CommuneScopedQuerySet):
    """Days off and who stands in."""

    def at(self, moment: datetime) -> Self:
        """Absences that count at this moment."""
        return self.filter(starts_at__lte=moment, ends_at__gt=moment, ended_at=None)

    def between(self, start: datetime, end: datetime) -> Self:
        """Absences that count at some time between two instants."""
        return self.filter(starts_at__lt=end, ends_at__gt=start, ended_at=None)
