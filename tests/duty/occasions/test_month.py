"""A made-up month by a virtual clock: how many pushes an officer gets in a shift.

200 tips, 60 posts and 30 faults fall on thirty days; ten officers keep three seats in turn. People
look at their phones after a while or not at all, take what they opened, and end it after the work.
"""

import heapq
import random
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from statistics import median
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from accounts.users.roles import Role
from accounts.workflow.declaration import NotAllowed
from duty.models import Notice, Occasion, Seat, Shift
from duty.occasions import rounds, services, subjects
from tests.factories.accounts import make_user
from tests.sizes import size

pytestmark = [pytest.mark.django_db, pytest.mark.flow]

DAYS = 30
MOST_A_SHIFT, MEDIAN_A_SHIFT = 8, 3
# What is urgent is never capped: a shift with many urgent matters has more than eight pushes.
SHIFTS_WITHIN, MOST_ROUTINE = 0.95, 6
CALM = ("hours", "shift")
# The share of notices that a person looks at, and after how long on average: of grave matters by
# day and by night, of routine ones.
SEEN = {"now": (0.9, 0.75, 90), "hours": (0.8, 0.0, 1_200), "shift": (0.8, 0.0, 1_200)}


@dataclass
class Month:
    """Events of a month in their order, and what the phones showed."""

    station: Any
    chance: random.Random
    start: datetime
    queue: list[Any] = field(default_factory=list)
    order: Any = field(default_factory=count)
    numbers: Any = field(default_factory=lambda: count(1))
    pushes: Counter[Any] = field(default_factory=Counter)
    routine: Counter[Any] = field(default_factory=Counter)
    quiet: Counter[Any] = field(default_factory=Counter)
    at_night: list[str] = field(default_factory=list)
    missing: list[int] = field(default_factory=list)
    ending: set[int] = field(default_factory=set)
    first: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))

    def at(self, when: datetime, act: Any, *given: Any) -> None:
        heapq.heappush(self.queue, (when, next(self.order), act, given))

    def open(self, kind: str, last_s: float, first: list[int] | None = None) -> None:
        """A fact, and the moment at which it ends though nobody looks at the portal."""
        number = next(self.numbers)
        self.station.matters.first[number] = first or []
        self.station.open_row(number, kind)
        self.at(timezone.now() + timedelta(seconds=last_s), self.close, number)

    def close(self, number: int) -> None:
        if number in self.station.matters.standing:
            self.station.close_row(number)

    def play(self) -> None:
        end = self.start + timedelta(days=DAYS)
        while True:
            steps = (
                Occasion.objects.open()
                .order_by("next_step_at")
                .values_list("next_step_at", flat=True)
            )
            due = [one for one in (steps.first(), self.queue[0][0] if self.queue else None) if one]
            if not due or min(due) >= end:
                return
            self.station.clock.move_to(max(min(due), timezone.now()))
            while self.queue and self.queue[0][0] <= timezone.now():
                _when, _order, act, given = heapq.heappop(self.queue)
                act(*given)
            if rounds.advance_due():
                self.deliver()

    def deliver(self) -> None:
        """Put on the screens what a round has made, and decide when each person looks."""
        now = timezone.now()
        waiting = Notice.objects.pending().select_related("occasion", "user")
        for notice in list(waiting):
            assert notice.user is not None
            key = notice.user.username, (now - self.start).days
            if notice.text == Notice.Text.TAKEN:
                self.quiet[key] += 1
                continue
            self.pushes[key] += 1
            self.routine[key] += notice.occasion.level in CALM or notice.occasion.kind == "many_own"
            local = timezone.localtime(now)
            is_night = local.hour >= 21 or (local.hour, local.minute) < (6, 30)
            if is_night and notice.occasion.level in CALM:
                self.at_night.append(f"{notice.occasion.kind} {local}")
            by_day, by_night, mean_s = SEEN[notice.occasion.level]
            if self.chance.random() < (by_night if is_night else by_day):
                pause = timedelta(seconds=self.chance.expovariate(1 / mean_s) + 5)
                self.at(now + pause, self.look, notice.occasion, notice.user)
        waiting.update(state=Notice.State.ACCEPTED, accepted_at=now)
        folded = Notice.objects.filter(state=Notice.State.FOLDED, made_at=now)
        for notice in folded.select_related("occasion", "user"):
            self.look_for(notice)

    def look(self, occasion: Occasion, person: User) -> None:
        """Open the matter, take it unless somebody has it, and end it after the work."""
        occasion.refresh_from_db()
        if not occasion.is_open:
            return
        services.note_seen(occasion, person)
        if occasion.kind == "many_own":
            services.note_list_seen(person, Occasion.objects.open())
            return
        try:
            services.claim(occasion, by=person)
        except NotAllowed:
            return
        self.deliver()
        if occasion.kind == "many":
            taken = Occasion.objects.filter(folded_into=occasion, taken_by=person)
        else:
            taken = Occasion.objects.filter(pk=occasion.pk)
        # Of what all must know each has a part; it ends with the first here.
        for one in taken.exclude(kind__in=("many", "many_own")).exclude(pk__in=self.ending):
            self.ending.add(one.pk)
            # A grave matter ends once it is read, approved, posted; a routine one after the work.
            longest = 20 if one.level == "now" else 90
            work = timedelta(minutes=self.chance.uniform(1, longest))
            self.at(timezone.now() + work, self.close, one.subject_pk)

    def look_for(self, notice: Notice) -> None:
        """A folded matter that stands must be in the list of the person."""
        listed = subjects.openable(Occasion.objects.to_list(notice.user), notice.user)
        if notice.occasion.is_open and notice.occasion not in listed:
            self.missing.append(notice.occasion.pk)


def fill(month: Month, officers: list[User], chiefs: list[User]) -> None:
    """Spread the facts over the month: most by day, some at night, faults in clusters."""
    chance = month.chance

    def moment() -> datetime:
        day = chance.randrange(DAYS)
        hour = chance.gauss(13.5, 4.5) if chance.random() < 0.85 else chance.uniform(21, 30)
        return month.start - timedelta(hours=7.5) + timedelta(days=day, hours=max(hour, 0))

    hour_s = 3_600
    for number in range(200):
        if number < 16:
            month.at(moment(), month.open, "tip_now", hour_s)
        elif number < 30:
            month.at(moment(), month.open, "tip_urgent", 2 * hour_s)
        else:
            month.at(moment(), month.open, "tip_new", 24 * hour_s)
    for number in range(60):
        approvers = [one.pk for one in chiefs]
        owners = [one.pk for one in chance.sample(officers, 3)]
        if number < 8:
            at = moment()
            month.at(at, month.open, "approval_urgent", hour_s / 2, approvers)
            month.at(at + timedelta(minutes=40), month.open, "hand_urgent", hour_s, owners)
        else:
            at = moment()
            month.at(at, month.open, "approval_routine", 8 * hour_s, approvers)
            month.at(at + timedelta(hours=9), month.open, "hand_routine", 12 * hour_s, owners[:1])
    for number in range(30):
        at = moment()
        if number < 6:
            month.at(at, month.open, "zalo_refuses", 3 * hour_s)
            for _ in range(12):
                later = at + timedelta(seconds=chance.uniform(150, 3_000))
                month.at(later, month.open, "answer_late", 3 * hour_s)
        else:
            kind = ("backup_old", "disk_full", "answer_uncertain", "device_lost")[number % 4]
            month.at(at, month.open, kind, 10 * hour_s)


@pytest.mark.timeout(900)
@pytest.mark.parametrize("seed", size([1, 2, 3], [1]))
def test_month_of_a_commune_leaves_people_in_peace(station, seed):
    chance = random.Random(seed)
    start = timezone.make_aware(datetime(2026, 12, 2, 7, 30))  # noqa: DTZ001 -- made aware here
    Shift.objects.all().delete()
    officers = [station.duty, station.leader, station.second] + [
        make_user(station.commune, Role.OFFICER, username=f"can.bo.{number}")
        for number in range(4, 11)
    ]
    chiefs = [station.chief, make_user(station.commune, Role.CHIEF, username="pho")]
    for day in range(DAYS + 1):
        for place, seat in enumerate((Seat.DUTY, Seat.LEADER, Seat.SECOND)):
            Shift.objects.create(
                commune=station.commune, seat=seat, person=officers[(day + 3 * place) % 10],
                starts_at=start + timedelta(days=day), ends_at=start + timedelta(days=day + 1),
            )  # fmt: skip
    station.clock.move_to(start)
    month = Month(station, chance, start)
    fill(month, officers, chiefs)

    month.play()

    counts = list(month.pushes.values())
    print(  # noqa: T201 -- the figures are asked for
        f"seed {seed}: {sum(counts)} pushes and {sum(month.quiet.values())} quiet replacements in "
        f"{len(counts)} shifts of officers, most {max(counts)}, most routine "
        f"{max(month.routine.values())}, over {MOST_A_SHIFT} in "
        f"{sum(one > MOST_A_SHIFT for one in counts)}, median {median(counts)}, "
        f"{Notice.objects.filter(state='folded').count()} folded"
    )
    assert month.at_night == []
    assert month.missing == []
    assert max(month.routine.values()) <= MOST_ROUTINE
    assert sum(one <= MOST_A_SHIFT for one in counts) >= SHIFTS_WITHIN * len(counts)
    assert median(counts) <= MEDIAN_A_SHIFT
