"""Rounds of steps under a clock of our own: whom they would tell. Nothing leaves."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import models

from accounts.models import Commune, User
from duty.models import Notice, Occasion, Seat, Shift
from duty.occasions import rounds
from duty.occasions.models import subject_of
from duty.ways import base
from zalo.outbox.outcomes import Outcome, Verdict

# 14:00 on a Tuesday in Vietnam, the begin of a quarter of an hour.
NOON = datetime(2026, 12, 1, 7, 0, tzinfo=UTC)
# Past every step of every level, and the first repeats.
MINUTES = (0, 2, 3, 5, 10, 32, 62, 25 * 60)


class Telling:
    """A way that everybody has, and the rounds."""

    def __init__(self, clock: Any, patch: pytest.MonkeyPatch) -> None:
        self.clock = clock
        way = base.Way(
            "push", "Ghi lại", base.Doubt.AGAIN, places=lambda user, now: (user.username,),
            load=lambda notice: None, send=lambda notice, loaded: Outcome(Verdict.SENT),
        )  # fmt: skip
        patch.setattr(base, "_WAYS", {"push": way})

    def after(self, minutes: float = 0) -> None:
        """Move the clock and run a round."""
        self.clock.shift(timedelta(minutes=minutes))
        rounds.advance_due()

    def climb(self) -> None:
        """Run all steps, with nobody doing anything about it."""
        begun = datetime.now(UTC)
        for minutes in MINUTES:
            self.clock.move_to(begun + timedelta(minutes=minutes))
            rounds.advance_due()

    def people(self, kind: str = "") -> set[User]:
        """Accounts that got a notice so far."""
        rows = Notice.objects.filter(occasion__kind__startswith=kind, user__isnull=False)
        return set(User.objects.filter(pk__in=rows.values("user")))


def kinds(row: models.Model) -> list[str]:
    """The open occasions of a row."""
    rows = Occasion.objects.open().of_subject(subject_of(row))
    return sorted(rows.values_list("kind", flat=True))


def ends(row: models.Model, kind: str) -> list[str]:
    """Why those that are closed were closed, the oldest first."""
    rows = Occasion.objects.of_subject(subject_of(row), (kind,)).exclude(closed_at=None)
    return list(rows.order_by("pk").values_list("closed_because", flat=True))


def put_on_duty(commune: Commune, **seats: User) -> None:
    """Shifts of a day around `NOON`: `duty=`, `leader=`, `second=`."""
    for seat, person in seats.items():
        Shift.objects.create(
            commune=commune, seat=Seat(seat), person=person,
            starts_at=NOON - timedelta(days=2), ends_at=NOON + timedelta(days=30),
        )  # fmt: skip
