"""Random orders of facts, people, rounds and kills: nothing is lost, nothing is repeated."""

import random
from collections import Counter

import pytest

from accounts.workflow.declaration import NotAllowed
from duty.models import Notice, Occasion
from duty.occasions import rounds, services
from duty.ways import base, sending
from zalo.outbox.outcomes import Outcome, Verdict

pytestmark = pytest.mark.django_db

ORDERS = 10  # of each seed
KINDS = ("tip_now", "tip_urgent", "hand_urgent", "tip_new", "answer_late", "zalo_refuses")
State = Notice.State


class Killed(BaseException):
    """The process ended here."""


class Play:
    """One order of events over a station; `sent` counts the calls of each notice."""

    def __init__(self, station, monkeypatch, chance):
        self.station, self.patch, self.chance = station, monkeypatch, chance
        self.people = [station.duty, station.leader, station.second, station.chief]
        self.sent, self.kills = Counter(), Counter()
        way = base.way("push")

        def send(notice, loaded):
            self.sent[notice.pk] += 1
            return Outcome(Verdict.SENT)

        monkeypatch.setattr(
            base, "_WAYS", {"push": base.Way("push", "Ghi", way.doubt, way.places, way.load, send)}
        )

    def act(self):
        self.chance.choices(
            [self.open, self.close, self.claim, self.release, self.look, self.run,
             self.kill_round, self.kill_sender, self.pass_time],
            [6, 2, 3, 1, 2, 6, 3, 3, 4],
        )[0]()  # fmt: skip
        assert not Occasion.objects.open().filter(next_step_at=None).exists()

    def any_open(self):
        rows = list(Occasion.objects.open().order_by("pk"))
        return self.chance.choice(rows) if rows else None

    def open(self):
        self.station.open_row(self.chance.randrange(1, 13), self.chance.choice(KINDS))

    def close(self):
        self.station.close_row(self.chance.randrange(1, 13))

    def claim(self):
        if occasion := self.any_open():
            try:
                services.claim(occasion, by=self.chance.choice(self.people))
            except NotAllowed:
                return

    def release(self):
        occasion = self.any_open()
        if occasion is not None and occasion.taken_by is not None:
            services.release(occasion, by=occasion.taken_by)

    def look(self):
        if occasion := self.any_open():
            services.note_seen(occasion, self.chance.choice(self.people))

    def run(self):
        rounds.advance_due()
        sending.drain("push")

    def kill_round(self):
        """A round that ends between two of its writes."""
        left = self.chance.randrange(4)
        write = services.workflow_event

        def write_or_die(*given, **options):
            nonlocal left
            left -= 1
            if left < 0:
                raise Killed
            write(*given, **options)

        with self.patch.context() as patch:
            patch.setattr(services, "workflow_event", write_or_die)
            try:
                rounds.advance_due()
            except Killed:
                return

    def kill_sender(self):
        """A sender that ends after its claim, when some calls have been made."""
        calls = self.chance.randrange(3)

        def send_and_die(outbox, rows):
            for row in rows[:calls]:
                outbox.prepare(row)()
            for row in rows:
                self.kills[row.pk] += 1
            raise Killed

        with self.patch.context() as patch:
            patch.setattr(sending.Notices, "_send", send_and_die)
            try:
                sending.drain("push")
            except Killed:
                return

    def pass_time(self):
        self.station.clock.shift(self.chance.choice([1, 2, 5, 30, 120, 180, 300, 900, 3600]))

    def recover(self):
        """A minute with everything at work again."""
        for _ in range(6):
            self.run()
            self.station.clock.shift(10)
        self.run()

    def check(self):
        rounds.audit()
        closed = Notice.objects.exclude(occasion__closed_at=None)
        assert not closed.filter(state__in=[State.SENDING]).exists()
        for occasion in Occasion.objects.open().select_related("folded_into"):
            last = occasion.notices.order_by("-step").values_list("step", flat=True).first()
            ended = occasion.notices.filter(step=last)
            assert not ended.filter(state__in=[State.WAITING, State.SENDING]).exists()
            assert not ended.exclude(state=State.ACCEPTED).filter(reason="").exists()
            if occasion.taken_by_id is not None:
                others = occasion.notices.filter(made_at__gt=occasion.taken_at)
                late = others.exclude(user=occasion.taken_by).exclude(text="taken")
                assert not late.exists()
            elif occasion.folded_into is None and occasion.step:
                assert occasion.events.filter(kind__in=["told", "nobody"]).exists()
            elif occasion.folded_into is not None:
                assert occasion.folded_into.is_open or occasion.next_step_at is not None
        for notice, calls in self.sent.items():
            assert calls <= 1 + self.kills[notice]
        places = Notice.objects.values_list("occasion", "step", "place", "text")
        assert len(places) == len(set(places))


@pytest.mark.parametrize("seed", range(6))
def test_random_orders_lose_and_repeat_nothing(station, monkeypatch, seed):
    for order in range(ORDERS):
        chance = random.Random(1_000 * seed + order)
        play = Play(station, monkeypatch, chance)
        for _ in range(chance.randrange(6, 14)):
            play.act()

        play.recover()

        play.check()
        for number in range(1, 13):
            station.close_row(number)
        assert not Occasion.objects.open().exclude(kind="many_own").exists()
