"""Two workers at once, a killed worker, and a taking at the moment of a step."""

import os
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections
from django.utils import timezone

from accounts.models import User
from duty.models import Notice, Occasion
from duty.occasions import rounds, services
from duty.ways import sending

pytestmark = pytest.mark.django_db(transaction=True)


def in_thread(act):
    """The same, with a connection of its own that is closed afterwards."""

    def run(*given):
        try:
            return act(*given)
        finally:
            connections.close_all()

    return run


def at_once(*acts):
    """Run all side by side, begun at the same moment."""
    barrier = threading.Barrier(len(acts))

    def begin(act):
        barrier.wait()
        return act()

    with ThreadPoolExecutor(len(acts)) as pool:
        return [one.result() for one in [pool.submit(in_thread(begin), act) for act in acts]]


def test_two_rounds_at_once_carry_out_each_step_once(station):
    for number in range(1, 5):
        station.open_row(number)
    for number in range(5, 25):
        station.open_row(number, "tip_new")
    station.clock.shift(120)

    at_once(*[rounds.advance_due] * 3)

    notices = Counter(Notice.objects.exclude(occasion__kind="many_own").values_list("occasion"))
    assert set(notices.values()) == {1}
    assert len(notices) == 24
    assert set(Occasion.objects.exclude(kind="many_own").values_list("step", flat=True)) == {1}


def test_flood_that_two_rounds_see_is_one(station):
    for number in range(1, 31):
        station.open_row(number)

    at_once(*[rounds.advance_due] * 3)
    station.run()

    flood = Occasion.objects.get(kind="many")
    assert flood.folded.count() == flood.count == 30
    assert station.recorder.people() == ["truc.ban"]


def test_round_that_breaks_in_the_middle_leaves_the_step_due(station, monkeypatch):
    broken, whole = station.open_row(1), station.open_row(2)
    make = rounds.make_notices

    def make_and_break(occasion, *given, **options):
        made = make(occasion, *given, **options)
        if occasion.pk == broken.pk:
            raise RuntimeError("hỏng giữa chừng")
        return made

    monkeypatch.setattr(rounds, "make_notices", make_and_break)
    rounds.advance_due()

    assert [one.occasion for one in Notice.objects.all()] == [whole]
    broken.refresh_from_db()
    assert (broken.step, broken.next_step_at) == (0, timezone.now())
    monkeypatch.setattr(rounds, "make_notices", make)
    station.run()
    assert broken.notices.count() == 1


def test_killed_round_leaves_the_step_due(station, monkeypatch):
    occasion = station.open()
    make = rounds.make_notices

    def make_and_die(*given, **options):
        make(*given, **options)
        os._exit(9)

    connections.close_all()
    child = os.fork()
    if child == 0:
        rounds.make_notices = make_and_die
        try:
            rounds.advance_due()
        finally:
            os._exit(1)
    _pid, status = os.waitpid(child, 0)

    assert os.waitstatus_to_exitcode(status) == 9
    occasion.refresh_from_db()
    assert occasion.step == 0
    assert not Notice.objects.exists()
    assert station.after(0) == ["truc.ban"]


@pytest.mark.parametrize("kind", ["taken", "closed"])
def test_no_notice_leaves_after_the_end_of_a_step_that_ran_at_the_same_moment(station, kind):
    for number in range(1, 31):
        station.matters.standing.add(number)
        occasion = services.open_occasion("tip_new", User(pk=number), commune=station.commune)
        station.clock.shift(120)

        def end(occasion=occasion, number=number):
            if kind == "taken":
                services.claim(occasion, by=User.objects.get(pk=station.leader.pk))
            else:
                services.close_occasions(User(pk=number))

        at_once(rounds.advance_due, end)
        before = len(station.recorder.sent)
        sending.drain("push")

        later = station.recorder.sent[before:]
        assert [one for one in later if one[1] != Notice.Text.TAKEN] == []
        assert not occasion.notices.pending().exists()
        station.close_row(number)


def test_lost_claim_of_a_notice_is_not_sent_after_the_taking(station):
    occasion = station.open()
    rounds.advance_due()
    Notice.objects.update(state=Notice.State.SENDING)
    services.claim(occasion, by=station.leader)
    station.clock.shift(30)

    sending.drain("push")

    assert [text for _name, text, _token in station.recorder.sent] == ["taken"]
    assert occasion.notices.get(text="now").state == Notice.State.CANCELLED


def test_lost_claim_of_a_notice_is_sent_again_while_nobody_has_it(station):
    station.open()
    rounds.advance_due()
    Notice.objects.update(state=Notice.State.SENDING)
    station.clock.shift(30)

    sending.drain("push")

    assert station.recorder.people() == ["truc.ban"]


def test_fact_that_ends_while_another_opens_is_never_an_error(station):
    def open_often():
        for _ in range(40):
            station.open_row(7)

    def close_often():
        for _ in range(40):
            services.close_occasions(User(pk=7))

    at_once(open_often, close_often)

    assert connection.is_usable()
    assert Occasion.objects.open().count() <= 1
