"""Steps of an occasion by a virtual clock: who gets a notice at which minute."""

import pytest
from django.db import IntegrityError, transaction

from accounts.workflow.declaration import NotAllowed
from duty.models import Device, Notice, Occasion, Shift
from duty.occasions import rounds, services
from duty.services import close_occasions, open_occasion
from zalo.outbox.outcomes import Outcome, Verdict

pytestmark = pytest.mark.django_db(transaction=True)


def test_unanswered_matter_climbs_at_its_minutes(station):
    station.open()

    assert station.after(0) == ["truc.ban"]
    assert station.after(179) == []
    assert station.after(1) == ["truc.ban"]
    assert sorted(station.after(120)) == ["truc.ban", "truc.chi.huy", "truc.phu"]
    assert station.after(300) == ["truong"]
    assert station.after(899) == []
    assert station.after(1) == ["truong"]
    for _ in range(3):
        assert station.after(900) == ["truong"]
    assert station.after(3600) == ["truong"]
    assert station.after(3600) == ["truong"]


def test_taking_silences_everybody_and_says_so_to_who_got_it(station):
    occasion = station.open()
    station.after(0)
    station.after(180)
    station.after(120)

    services.claim(occasion, by=station.leader)

    assert sorted(station.after(1)) == ["truc.ban", "truc.phu"]
    assert {text for _name, text, _token in station.recorder.sent[-2:]} == {"taken"}
    assert station.after(600) == []


def test_taking_for_longer_says_so_to_nobody_once_more(station):
    occasion = station.open()
    for seconds in (0, 180, 120):
        station.after(seconds)
    services.claim(occasion, by=station.leader)
    assert sorted(station.after(1)) == ["truc.ban", "truc.phu"]

    services.claim(occasion, by=station.leader)

    assert station.after(1) == []
    services.hand_over(occasion, to=station.second, by=station.leader)
    assert sorted(station.after(1)) == ["truc.ban", "truc.chi.huy"]


def test_taking_expires_with_one_reminder_and_begins_again(station):
    occasion = station.open()
    station.after(0)
    services.claim(occasion, by=station.leader)
    station.after(1)

    assert station.after(900) == ["truc.chi.huy"]
    assert station.after(179) == []
    assert station.after(1) == ["truc.ban"]


def test_closing_by_the_fact_calls_off_what_waits(station):
    occasion = station.open()
    rounds.advance_due()

    assert close_occasions(station.chief) == 1
    assert station.after(1) == []
    assert occasion.notices.get().state == Notice.State.CANCELLED
    assert station.after(3600) == []


def test_matter_that_no_longer_stands_is_closed_though_nobody_closed_it(station):
    occasion = station.open()
    station.matters.standing.clear()

    assert station.after(0) == []
    occasion.refresh_from_db()
    assert occasion.closed_because == Occasion.Ended.GONE


def test_second_fact_of_a_subject_counts_and_repeats_nothing(station):
    first = station.open()
    station.after(0)

    assert station.open() == first
    assert station.after(1) == []
    first.refresh_from_db()
    assert first.count == 2


def test_rolled_back_fact_tells_nobody(station):
    with transaction.atomic():
        station.open()
        transaction.set_rollback(True)

    assert station.after(0) == []
    assert not Occasion.objects.exists()


def test_hold_that_is_lifted_lets_the_last_step_go_to_each_place_once(station):
    occasion = station.open()
    for seconds in (0, 180, 120, 300):  # steps go on, and nothing leaves
        station.clock.shift(seconds)
        rounds.advance_due()

    assert sorted(station.after(0)) == ["truc.ban", "truc.chi.huy", "truc.phu", "truong"]
    over = occasion.notices.filter(state=Notice.State.CANCELLED)
    assert set(over.values_list("user__username", "reason")) == {("truc.ban", "bước sau thay")}


def test_step_that_sends_nothing_to_a_place_leaves_what_waits_there(station, monkeypatch):
    station.open()
    rounds.advance_due()
    monkeypatch.setattr(
        rounds.fatigue, "fold",
        lambda occasion, notices, now: [setattr(one, "state", "folded") for one in notices],
    )  # fmt: skip
    station.clock.shift(180)
    rounds.advance_due()

    assert station.after(0) == ["truc.ban"]


def test_long_outage_gives_one_late_step(station):
    station.open()
    station.after(0)

    assert station.after(7200) == ["truc.ban"]
    assert station.after(119) == []


def test_person_who_opened_the_page_gets_no_repeat_and_others_do(station):
    occasion = station.open()
    station.after(0)
    services.note_seen(occasion, station.duty)

    assert station.after(180) == []
    assert sorted(station.after(120)) == ["truc.chi.huy", "truc.phu"]


def test_matter_that_all_have_seen_and_nobody_takes_comes_back_after_the_last_step(station):
    occasion = station.open()
    station.after(0)
    for person in (station.duty, station.leader, station.second, station.chief):
        services.note_seen(occasion, person)

    assert station.after(180) + station.after(120) + station.after(300) == []
    for pause in (900, 900, 900, 900, 3600, 3600):
        assert station.after(pause) == ["truong"]


def test_nobody_on_duty_falls_to_the_chief(station):
    Shift.objects.all().delete()
    station.open()

    assert station.after(0) == ["truong"]


def test_duty_officer_without_a_device_is_passed_over_in_the_same_round(station):
    station.recorder.closed_to = {"truc.ban"}
    occasion = station.open()

    assert sorted(station.after(0)) == ["truc.chi.huy", "truc.phu"]
    assert occasion.events.filter(kind="nobody").exists()


def test_who_may_not_open_the_matter_is_not_told(station):
    station.matters.hidden_from = {station.duty.pk}
    station.open()

    assert "truc.ban" not in station.after(0) + station.after(300) + station.after(600)
    with pytest.raises(NotAllowed):
        services.claim(Occasion.objects.get(), by=station.duty)


def test_refused_push_brings_the_next_step_forward(station):
    station.recorder.answers = [Outcome(Verdict.FAILED, "không còn máy")]
    station.open()

    assert station.after(0) == ["truc.ban"]
    assert station.after(2) == ["truc.ban"]  # the second step, long before its minute


def test_routine_matter_waits_for_the_morning(station):
    station.clock.move_to("2026-12-01T16:00:00+00:00")  # 23:00
    station.open("tip_new")

    assert station.after(600) == []
    station.clock.move_to("2026-12-01T23:31:00+00:00")  # 06:31
    assert station.after(0) != []


def test_open_occasion_always_has_a_next_step(station):
    occasion = station.open()

    with pytest.raises(IntegrityError), transaction.atomic():
        Occasion.objects.filter(pk=occasion.pk).update(next_step_at=None)


def test_auditor_fails_loudly_where_rounds_stand_still(station):
    station.open()
    rounds.audit()
    station.clock.shift(61)

    with pytest.raises(rounds.RoundsStandStill):
        rounds.audit()


def test_new_round_after_the_end_tells_anew(station):
    first = station.open()
    station.after(0)
    close_occasions(station.chief)
    second = station.open()

    assert second.pk != first.pk
    assert second.round == 2
    assert station.after(0) == ["truc.ban"]


def test_graver_fact_starts_the_steps_of_its_level(station):
    open_occasion("zalo_refuses", station.chief, commune=station.commune)
    station.matters.standing.add(station.chief.pk)
    open_occasion("zalo_refuses", station.chief, commune=station.commune, level="now")

    assert station.after(0) == ["truc.ban"]
    assert Device.objects.count() == 0
