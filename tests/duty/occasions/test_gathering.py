"""A flood climbs as one, failures of one cause are quiet, caps fold and drop nothing."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from duty.models import Notice, Occasion
from duty.occasions import services
from zalo.outbox.outcomes import Outcome, Verdict

pytestmark = pytest.mark.django_db


def many():
    return Occasion.objects.get(kind="many", closed_at=None)


def test_five_grave_matters_at_once_are_one_push(station):
    opened = [station.open_row(number) for number in range(1, 6)]

    assert station.after(0) == ["truc.ban"]
    assert set(many().folded.all()) == set(opened)
    assert many().count == 5
    assert station.after(180) == ["truc.ban"]
    assert sorted(station.after(120)) == ["truc.ban", "truc.chi.huy", "truc.phu"]
    assert station.after(300) == ["truong"]


def test_four_grave_matters_are_told_one_by_one(station):
    for number in range(1, 5):
        station.open_row(number)

    assert station.after(0) == ["truc.ban"] * 4
    assert not Occasion.objects.filter(kind="many").exists()


def test_five_within_more_than_ten_minutes_are_no_flood(station):
    for number in range(1, 6):
        occasion = station.open_row(number)
        station.after(0)
        services.note_seen(occasion, station.duty)
        station.after(151)

    assert not Occasion.objects.filter(kind="many").exists()


def test_fifth_one_takes_the_earlier_ones_along_without_losing_height(station):
    for number in range(1, 5):
        station.open_row(number)
    station.after(0)
    station.after(180)
    station.clock.shift(100)
    station.open_row(5)

    assert station.after(0) == ["truc.ban"]
    assert many().folded.count() == 1
    # The four fold at their own step, which is that of the leader.
    assert sorted(station.after(20)) == ["truc.ban", "truc.chi.huy", "truc.phu"]
    assert many().folded.count() == 5


def test_flood_tells_the_people_of_each_matter_in_it(station):
    for number in range(1, 5):
        station.open_row(number)
    station.matters.first[5] = [station.chief.pk]
    station.open_row(5)

    assert sorted(station.after(0)) == ["truc.ban", "truong"]


def test_new_matter_in_a_flood_is_told_within_three_minutes_even_to_who_has_looked(station):
    for number in range(1, 6):
        station.open_row(number)
    station.after(0)
    services.note_seen(many(), station.duty)
    station.clock.shift(60)
    station.open_row(6, "tip_urgent")

    assert station.after(0) == []
    assert station.after(119) == []
    assert station.after(1) == ["truc.ban"]


def test_call_for_help_in_a_flood_is_told_within_a_minute(station):
    for number in range(1, 6):
        station.open_row(number)
    station.after(0)
    services.note_seen(many(), station.duty)
    station.clock.shift(20)
    station.open_row(6, "tip_now")

    assert station.after(0) == []
    assert station.after(40) == ["truc.ban"]


def test_taking_the_flood_takes_what_the_person_may_open(station, login):
    opened = [station.open_row(number) for number in range(1, 6)]
    station.after(0)

    page = login(station.leader).post(
        reverse("duty_occasion_act", args=[many().token, "nhan"]), follow=True
    )

    assert page.status_code == 200
    for one in opened:
        one.refresh_from_db()
        assert one.taken_by == station.leader
    assert many().taken_by == station.leader
    assert station.after(1) == ["truc.ban"]  # the word that somebody has it
    assert station.after(800) == []


def test_flood_of_which_some_may_not_be_opened_is_told_on(station, monkeypatch):
    opened = [station.open_row(number) for number in range(1, 6)]
    station.after(0)
    subject = services.subjects.subject(opened[0])
    closed_to_leader = type(subject)(
        may_open=lambda user, pk: user != station.leader or pk != 5,
        address=subject.address, stands=subject.stands, first=subject.first,
    )  # fmt: skip
    monkeypatch.setitem(services.subjects._SUBJECTS, "tip_now", closed_to_leader)

    services.claim(many(), by=station.leader)

    assert [one.taken_by for one in Occasion.objects.filter(kind="tip_now").order_by("pk")] == [
        *[station.leader] * 4, None,
    ]  # fmt: skip
    assert many().taken_by is None
    assert station.after(180) == ["truc.ban"]


def test_taking_of_a_flood_expires_with_one_reminder(station):
    for number in range(1, 6):
        station.open_row(number)
    station.after(0)
    services.claim(many(), by=station.leader)
    station.after(1)

    assert station.after(900) == ["truc.chi.huy"]
    assert station.after(179) == []
    assert station.after(1) == ["truc.ban"]
    assert not Occasion.objects.exclude(taken_by=None).exists()


def test_flood_ends_with_its_last_matter(station):
    for number in range(1, 6):
        station.open_row(number)
    station.after(0)
    for number in range(1, 5):
        station.close_row(number)
    flood = many()

    station.close_row(5)

    flood.refresh_from_db()
    assert flood.closed_because == Occasion.Ended.DONE
    assert station.after(4000) == []


def test_matters_of_a_flood_stand_in_the_list(station, login):
    opened = [station.open_row(number) for number in range(1, 6)]
    station.after(0)

    list_page = reverse("admin:duty_occasion_list")
    client = login(station.duty)

    page = client.get(list_page, {"nhom": "ngay"}).content.decode()

    assert [one.token in page for one in opened] == [True] * 5
    assert many().token in page
    first = client.get(list_page).content.decode()
    assert many().token in first
    assert "Xem cả 6 việc" in first


def test_forgotten_end_of_a_matter_in_a_flood_is_found(station):
    for number in range(1, 6):
        station.open_row(number)
    station.after(0)
    station.matters.standing.clear()

    station.after(301)

    assert not Occasion.objects.open().exists()


@pytest.mark.parametrize("parent", ["nothing_leaves", "zalo_refuses"])
def test_failures_of_one_cause_only_raise_its_count(station, parent):
    cause = station.open_row(1, parent)
    station.after(120)
    for number in range(2, 9):
        station.open_row(number, "answer_late")

    assert station.after(120) == []
    cause.refresh_from_db()
    assert cause.count == 8
    assert cause.folded.count() == 7


def test_failures_are_told_once_their_cause_is_over(station):
    station.open_row(1, "zalo_refuses")
    station.after(120)
    station.open_row(2, "answer_uncertain")
    station.after(120)
    station.close_row(1)

    assert station.after(1200) == ["truc.ban"]


def test_over_the_cap_one_notice_stands_for_the_rest_and_all_are_in_the_list(station, login):
    numbers = range(1, 10)
    for number in numbers:
        occasion = station.open_row(number, "tip_new")
        station.clock.shift(timedelta(minutes=3))
        station.run()
        if number <= 3:
            services.note_seen(occasion, station.duty)
    station.after(120)

    texts = [text for _name, text, _token in station.recorder.sent]
    own = Occasion.objects.get(kind="many_own")
    folded = Notice.objects.filter(state=Notice.State.FOLDED)
    assert len(texts) == 4  # three matters, and one for the rest
    assert folded.count() == 6
    assert own.notices.get().user == station.duty

    client = login(station.duty)
    first = client.get(f"/viec/{own.token}/", follow=True)
    page = client.get(first.request["PATH_INFO"], {"nhom": "hom-nay"}).content.decode()

    assert "Xem cả 9 việc" in first.content.decode()
    assert [one.token in page for one in Occasion.objects.filter(kind="tip_new")] == [True] * 9
    own.refresh_from_db()
    assert own.closed_at is not None
    assert not folded.filter(opened_at=None).exists()


def test_burst_of_routine_matters_is_one_push_and_the_page_names_the_rest(station, login):
    first = station.open_row(1, "tip_new")
    for number in range(2, 6):
        station.open_row(number, "tip_new")

    station.after(120)

    assert station.recorder.people() == ["truc.ban"]
    assert Notice.objects.filter(state=Notice.State.FOLDED).count() == 4
    page = login(station.duty).get(f"/viec/{first.token}/").content.decode()
    assert "Còn 4 việc khác cần xem" in page
    assert station.after(1800) == ["truc.ban"]  # the next ones, once the first was opened


def test_list_that_was_looked_at_leaves_no_routine_matter_unread(station, login):
    first = station.open_row(1, "tip_new")
    assert station.after(120) == ["truc.ban"]

    login(station.duty).get(reverse("admin:duty_occasion_list"))

    assert first.notices.get().opened_at is not None
    station.open_row(2, "tip_new")
    assert station.after(120) == ["truc.ban"]


def test_look_at_the_list_spares_nobody_the_steps_of_a_grave_matter(station, login):
    grave = station.open_row(1)
    assert station.after(0) == ["truc.ban"]

    login(station.duty).get(reverse("admin:duty_occasion_list"))

    assert not grave.sights.exists()
    assert station.after(180) == ["truc.ban"]


def test_folded_grave_matter_still_climbs_to_others(station):
    for number in range(1, 21):
        station.open_row(number)
        station.clock.shift(timedelta(minutes=2, seconds=50))
        station.run()
        services.claim(Occasion.objects.get(subject=f"accounts.user:{number}"), by=station.duty)
    station.clock.shift(120)
    station.open_row(21)
    station.after(1)

    grave = Occasion.objects.get(subject="accounts.user:21")
    assert grave.notices.get(user=station.duty).state == Notice.State.FOLDED
    assert Occasion.objects.get(kind="many_own").notices.filter(user=station.duty).count() == 1
    station.after(180)
    assert {"truc.chi.huy", "truc.phu"} <= set(station.after(120))


def test_routine_matter_that_was_not_opened_is_not_told_twice_to_one_person(station):
    station.open_row(1, "tip_new")

    assert station.after(120) == ["truc.ban"]
    assert station.after(1800) == []  # the second step is the same officer
    assert station.after(1800) == ["truc.chi.huy"]


def test_nothing_routine_is_told_at_night_not_even_an_expired_taking(station):
    station.clock.move_to("2026-12-01T13:55:00+00:00")  # 20:55
    occasion = station.open_row(1, "tip_new", due_at=timezone.now() + timedelta(hours=30))
    station.after(120)
    services.claim(occasion, by=station.leader, until=timezone.now() + timedelta(minutes=30))
    station.run()

    before = len(station.recorder.sent)
    station.clock.move_to("2026-12-01T14:30:00+00:00")  # 21:30
    for _ in range(8):
        station.after(3600)
    assert station.recorder.sent[before:] == []
    station.clock.move_to("2026-12-02T00:00:00+00:00")  # 07:00
    station.run()
    assert len(station.recorder.sent) > before


def test_matter_of_the_third_level_is_told_at_the_start_of_a_shift(station):
    station.open_row(1, "backup_old")

    assert station.after(3600) == []
    station.clock.move_to("2026-12-02T00:29:00+00:00")  # 07:29
    assert station.after(0) == []
    assert station.after(60) != []


def test_storm_of_failures_ends_with_the_last_step(station):
    station.recorder.answers = [Outcome(Verdict.FAILED, "hỏng")] * 500
    station.open()
    for _ in range(100):
        station.after(2)

    assert Notice.objects.count() <= 12
