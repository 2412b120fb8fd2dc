"""A commune with people who keep shifts, at a fixed hour."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from accounts.models import Commune, User
from accounts.users.roles import Role
from duty.models import Device, Notice, Seat, Shift
from duty.occasions import rounds
from duty.ways import base, sending
from duty.ways.push import keys
from tests.factories.accounts import make_user
from zalo.outbox.outcomes import Outcome, Verdict

# 14:00 on Tuesday 1/12/2026 in Vietnam.
NOON = datetime(2026, 12, 1, 7, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def local(day: int, hour: int = 7, minute: int = 30, month: int = 12) -> datetime:
    """A moment of December 2026 by the clock of Vietnam."""
    return datetime(2026, month, day, hour, minute, tzinfo=UTC) - 7 * HOUR


@dataclass
class Roster:
    """A commune with a chief and four persons who may keep shifts."""

    commune: Commune
    chief: User
    leader: User
    an: User
    binh: User
    cuc: User
    clock: Any
    notified: list[str]

    def shift(self, person: User, starts_at: datetime, *, hours: float = 24, **rest: Any) -> Shift:
        """A row of the roster, not made by any service."""
        rest.setdefault("seat", Seat.DUTY)
        return Shift.objects.create(
            commune=self.commune, person=person, starts_at=starts_at,
            ends_at=starts_at + hours * HOUR, **rest,
        )  # fmt: skip

    def device(self, person: User, *, days_ago: float = 1, **rest: Any) -> Device:
        """A device that took and displayed a notice some days ago."""
        at = datetime.now(UTC) - timedelta(days=days_ago)
        values = {"accepted_at": at, "shown_at": at, "made_for": keys.made_for()} | rest
        return Device.objects.create(
            user=person, endpoint_hash=f"{person.pk}:{Device.objects.count()}",
            subscription="{}", host="fcm.googleapis.com", **values,
        )  # fmt: skip

    def run(self) -> list[str]:
        """One round of steps and sends; returns the names of whoever got something by it."""
        before = len(self.notified)
        rounds.advance_due()
        for way in sending.due_ways():
            sending.drain(way)
        return sorted(self.notified[before:])


@pytest.fixture
def roster(commune: Commune, monkeypatch: pytest.MonkeyPatch) -> Iterator[Roster]:
    notified: list[str] = []

    def send(notice: Notice, loaded: Any) -> Outcome:
        assert notice.user is not None
        if notice.text != Notice.Text.TAKEN:
            notified.append(notice.user.username)
        return Outcome(Verdict.SENT)

    way = base.Way(
        "push", "Ghi lại", base.Doubt.AGAIN, places=lambda user, now: (user.username,),
        load=lambda notice: None, send=send,
    )  # fmt: skip
    monkeypatch.setattr(base, "_WAYS", {"push": way})
    with time_machine.travel(NOON, tick=False) as clock:
        people = {
            "chief": (Role.CHIEF, "Lê", "Khải"), "leader": (Role.CHIEF, "Phạm", "Hạnh"),
            "an": (Role.OFFICER, "Trần", "An"), "binh": (Role.OFFICER, "Ngô", "Bình"),
            "cuc": (Role.DUTY_OFFICER, "Đỗ", "Cúc"),
        }  # fmt: skip
        made = {
            name: make_user(commune, role, username=name, last_name=last, first_name=first)
            for name, (role, last, first) in people.items()
        }
        yield Roster(commune=commune, clock=clock, notified=notified, **made)


@pytest.fixture
def page(client: Client) -> Any:
    """`page(user)`: a signed-in client."""

    def sign_in(user: User) -> Client:
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return sign_in
