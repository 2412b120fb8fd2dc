"""An officer on duty with a phone at the stand-in, a made-up kind of matter, and rounds."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Commune, User
from accounts.users.roles import Role
from dev.push_service.phones import Phone, Received
from dev.push_service.server import PushService, start
from duty.models import Device, Notice, Occasion, Seat, Shift
from duty.occasions import rounds
from duty.services import open_occasion
from duty.ways import base, devices, sending
from duty.ways.push import transport
from tests.duty.conftest import Matters
from tests.factories.accounts import make_user

KEY = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"  # of the example of RFC 8291
PORTAL = "https://cong.example.vn"
PUSH = base.way("push")


@pytest.fixture
def service(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[PushService]:
    """A stand-in, to which alone this portal pushes."""
    running = start()
    settings.VAPID_PRIVATE_KEY, settings.VAPID_SUBJECT = KEY, "mailto:truc@congan.example.vn"
    settings.PUSH_HOSTS, settings.PORTAL_URL = [running.url], PORTAL
    monkeypatch.setattr(base, "_WAYS", {"push": PUSH})
    yield running
    transport.forget_connections()
    running.stop()


@dataclass
class Post:
    """The officer on duty, with matters to be told of."""

    commune: Commune
    officer: User
    service: PushService
    matters: Matters

    def enrol(self, name: str = "máy 1", user: User | None = None, **options: Any) -> Device:
        """A phone of the stand-in as a device."""
        phone = self.service.phones.add(name, **options)
        given = devices.Subscription.read(phone.subscription(self.service.url))
        return devices.enrol(user or self.officer, given, label=name)

    def phone(self, name: str = "máy 1") -> Phone:
        return self.service.phones.named(name)

    def open(self, kind: str = "tip_now") -> Occasion:
        self.matters.standing.add(self.officer.pk)
        return open_occasion(kind, self.officer, commune=self.commune)

    def run(self) -> None:
        """One round of steps, and what it has to send."""
        rounds.advance_due()
        self.send()

    def send(self) -> None:
        """Send what is due, whenever it is due."""
        Notice.objects.pending().update(next_attempt_at=timezone.now() - timedelta(seconds=1))
        sending.drain("push")

    @property
    def received(self) -> list[Received]:
        return list(self.service.phones.received)


@pytest.fixture
def post(commune: Commune, service: PushService, matters: Matters) -> Post:
    officer = make_user(commune, Role.OFFICER, username="truc.ban")
    now = timezone.now()
    Shift.objects.create(
        commune=commune, seat=Seat.DUTY, person=officer,
        starts_at=now - timedelta(hours=1), ends_at=now + timedelta(hours=5),
    )  # fmt: skip
    return Post(commune, officer, service, matters)
