"""People who hear of occasions: a way that reaches everybody, and rounds by a virtual clock."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine

from accounts.models import Commune, User
from duty.models import Notice, Occasion, Seat, Shift
from duty.occasions import rounds
from duty.ways import base
from zalo.outbox.outcomes import Outcome, Verdict


def everybody_is_reached(monkeypatch: pytest.MonkeyPatch) -> None:
    """One way, at which each person has one place."""
    way = base.Way(
        "push", "Thử", base.Doubt.AGAIN, places=lambda user, now: (user.username,),
        load=lambda notice: None, send=lambda notice, loaded: Outcome(Verdict.SENT),
    )  # fmt: skip
    monkeypatch.setattr(base, "_WAYS", {"push": way})


@dataclass
class Hours:
    """A clock that stands still, and the rounds of duty at its minutes."""

    clock: Any

    def after(self, seconds: float = 0) -> list[str]:
        """Names of the accounts with a new notice after so long and one round, sorted."""
        known = set(Notice.objects.values_list("pk", flat=True))
        self.clock.shift(timedelta(seconds=seconds))
        rounds.advance_due()
        fresh = Notice.objects.exclude(pk__in=known).select_related("user")
        return sorted(one.user.username for one in fresh if one.user is not None)

    def at(self, moment: datetime) -> list[str]:
        """The same at a moment."""
        self.clock.move_to(moment, tick=False)
        return self.after()


@contextmanager
def hours(start: datetime) -> Iterator[Hours]:
    """The clock stands at this moment until it is moved."""
    with time_machine.travel(start, tick=False) as clock:
        yield Hours(clock)


def make_shift(commune: Commune, person: User, now: datetime, seat: str = Seat.DUTY) -> Shift:
    """A shift of a day around a moment."""
    return Shift.objects.create(
        commune=commune, seat=seat, person=person,
        starts_at=now - timedelta(hours=12), ends_at=now + timedelta(hours=12),
    )  # fmt: skip


def open_kinds() -> list[str]:
    """Kinds of the open occasions, sorted."""
    return sorted(Occasion.objects.open().values_list("kind", flat=True))


def ends() -> list[tuple[str, str]]:
    """Kind and reason of those that were closed, in their order."""
    closed = Occasion.objects.exclude(closed_at=None).order_by("pk")
    return list(closed.values_list("kind", "closed_because"))
