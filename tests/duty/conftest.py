"""A commune with people on duty, a made-up kind of matter, and a way that only records."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from accounts.models import Commune, User
from accounts.users.roles import Role
from duty.models import Notice, Occasion, Seat, Shift
from duty.occasions import rounds, subjects
from duty.occasions.kinds import APART
from duty.services import close_occasions, open_occasion
from duty.ways import base, sending
from tests.factories.accounts import make_user
from zalo.outbox.outcomes import Outcome, Verdict

# 14:00 on a Tuesday in Vietnam.
NOON = datetime(2026, 12, 1, 7, 0, tzinfo=UTC)


@dataclass
class Recorder:
    """A way that sends to nobody; `answers` are given in turn, then all is accepted."""

    sent: list[tuple[str, str, str]] = field(default_factory=list)
    answers: list[Outcome] = field(default_factory=list)
    closed_to: set[str] = field(default_factory=set)

    def people(self) -> list[str]:
        """Names of the accounts that got something, in order."""
        return [name for name, _text, _token in self.sent]


@pytest.fixture
def recorder(monkeypatch: pytest.MonkeyPatch) -> Recorder:
    kept = Recorder()

    def send(notice: Notice, loaded: Any) -> Outcome:
        assert notice.user is not None
        kept.sent.append((notice.user.username, notice.text, notice.occasion.token))
        return kept.answers.pop(0) if kept.answers else Outcome(Verdict.SENT)

    way = base.Way(
        "push", "Ghi lại", base.Doubt.AGAIN,
        places=lambda user, now: () if user.username in kept.closed_to else (user.username,),
        load=lambda notice: None, send=send,
    )  # fmt: skip
    monkeypatch.setattr(base, "_WAYS", {"push": way})
    return kept


@dataclass
class Matters:
    """The answers of a made-up app for every kind that the tests open."""

    standing: set[int] = field(default_factory=set)
    first: dict[int, list[int]] = field(default_factory=dict)
    hidden_from: set[int] = field(default_factory=set)


@pytest.fixture
def matters(monkeypatch: pytest.MonkeyPatch) -> Matters:
    kept = Matters()
    subject = subjects.Subject(
        may_open=lambda user, pk: user.pk not in kept.hidden_from,
        address=lambda user, pk: f"/viec-cua/{pk}/",
        stands=lambda pk: pk in kept.standing,
        first=lambda pk, now: kept.first.get(pk, ()),
    )
    own = {key: subjects._SUBJECTS[key] for key in APART}
    monkeypatch.setattr(subjects, "_SUBJECTS", dict.fromkeys(subjects.KINDS, subject) | own)
    return kept


@dataclass
class Station:
    """People of a commune on duty, a clock, and rounds."""

    commune: Commune
    duty: User
    leader: User
    second: User
    chief: User
    clock: Any
    recorder: Recorder
    matters: Matters

    def open(self, kind: str = "tip_now", **options: Any) -> Occasion:
        """A matter about the account of the chief, which stands for a row of any app."""
        self.matters.standing.add(self.chief.pk)
        return open_occasion(kind, self.chief, commune=self.commune, **options)

    def open_row(self, number: int, kind: str = "tip_now", **options: Any) -> Occasion:
        """A matter about a row of any app with this number."""
        self.matters.standing.add(number)
        return open_occasion(kind, User(pk=number), commune=self.commune, **options)

    def close_row(self, number: int) -> None:
        """The fact behind such a matter is over."""
        self.matters.standing.discard(number)
        close_occasions(User(pk=number))

    def run(self) -> None:
        """One round of steps, and what it has to send."""
        rounds.advance_due()
        for way in sending.due_ways():
            sending.drain(way)

    def after(self, seconds: float) -> list[str]:
        """Move the clock, run a round; returns the names of whoever got something by it."""
        before = len(self.recorder.sent)
        self.clock.shift(timedelta(seconds=seconds))
        self.run()
        return self.recorder.people()[before:]


@pytest.fixture
def station(commune: Commune, recorder: Recorder, matters: Matters) -> Iterator[Station]:
    with time_machine.travel(NOON, tick=False) as clock:
        names = {"duty": "truc.ban", "leader": "truc.chi.huy", "second": "truc.phu"}
        people = {
            seat: make_user(commune, Role.OFFICER, username=name) for seat, name in names.items()
        }
        chief = make_user(commune, Role.CHIEF, username="truong")
        for seat, person in people.items():
            Shift.objects.create(
                commune=commune, seat=Seat(seat), person=person,
                starts_at=NOON - timedelta(hours=7), ends_at=NOON + timedelta(hours=17),
            )  # fmt: skip
        yield Station(commune=commune, chief=chief, clock=clock, recorder=recorder,
                      matters=matters, **people)  # fmt: skip
