"""The chief sets levels, silence and the night; figures say which kind is worth telling."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent
from accounts.workflow.declaration import NotAllowed
from duty.models import DutySettings, KindChange, Occasion
from duty.occasions import drills, kind_changes, services, usefulness

pytestmark = pytest.mark.django_db
KINDS_PAGE = "admin:duty_kind_list"


def change(client, kind, step, **data):
    return client.post(reverse("admin:duty_kind_change", args=[kind, step]), data, follow=True)


def test_level_of_a_kind_is_changed_and_audited(station, login):
    change(login(station.chief), "tip_new", "muc", level="now")

    assert station.open_row(1, "tip_new").level == "now"
    event = AuditEvent.objects.get(action="occasion_kind.level_changed")
    assert event.details == {
        "kind": "Tin báo mới", "before": "Trong giờ", "after": "Ngay, cả ngày đêm",
    }  # fmt: skip


def test_only_the_chief_changes_kinds(station, login):
    assert login(station.duty).get(reverse(KINDS_PAGE)).status_code == 403
    with pytest.raises(NotAllowed):
        kind_changes.set_level("tip_new", "shift", commune=station.commune, by=station.duty)

    assert not KindChange.objects.exists()


def test_silence_needs_an_end_and_is_shown_on_every_home(station, login):
    client = login(station.chief)
    change(client, "tip_new", "tat", last_day="")
    assert not KindChange.objects.exists()

    change(client, "tip_new", "tat", last_day="2026-12-03")

    station.open_row(1, "tip_new")
    assert station.after(3600) == []
    home = login(station.duty).get(reverse("admin:index")).content.decode()
    assert "Loại việc đang tạm tắt báo" in home
    assert "Không báo tới hết 03/12/2026" in home
    station.clock.move_to("2026-12-03T23:31:00+00:00")  # 06:31 of the day after
    assert station.after(0) != []


def test_silence_holds_back_what_is_open_already_and_its_end_lets_it_go(station):
    station.open_row(1, "tip_new")
    kind_changes.mute(
        "tip_new", timezone.localdate() + timedelta(days=2),
        commune=station.commune, by=station.chief,
    )  # fmt: skip
    assert station.after(1200) == []

    kind_changes.reset("tip_new", commune=station.commune, by=station.chief)

    assert station.after(0) == ["truc.ban"]


@pytest.mark.parametrize("days", [-1, 61])
def test_silence_ends_from_today_on_and_within_two_months(station, days):
    with pytest.raises(NotAllowed):
        kind_changes.mute(
            "tip_new", timezone.localdate() + timedelta(days=days),
            commune=station.commune, by=station.chief,
        )  # fmt: skip


def test_what_is_told_at_once_cannot_be_silenced(station, login):
    client = login(station.chief)

    page = change(client, "tip_now", "tat", last_day="2026-12-03").content.decode()

    assert "Loại việc báo ngay thì không tắt được" in page
    assert 'id="tat-tip_now"' not in page
    assert 'id="tat-tip_new"' in page


def test_kind_raised_to_at_once_loses_its_silence(station):
    day = timezone.localdate() + timedelta(days=2)
    options = {"commune": station.commune, "by": station.chief}
    kind_changes.mute("tip_new", day, **options)
    kind_changes.set_level("tip_new", "now", **options)

    station.open_row(1, "tip_new")

    assert station.after(0) == ["truc.ban"]


def test_grave_fact_of_a_silenced_kind_is_told(station):
    kind_changes.mute(
        "zalo_refuses", timezone.localdate() + timedelta(days=2),
        commune=station.commune, by=station.chief,
    )  # fmt: skip
    station.open_row(1, "zalo_refuses", level="now")

    assert station.after(0) == ["truc.ban"]


def test_reset_is_audited_and_forgets_the_change(station, login):
    client = login(station.chief)
    change(client, "tip_new", "muc", level="shift")

    change(client, "tip_new", "dat-lai")

    assert services.level_of("tip_new", station.commune) == ("hours", None)
    assert AuditEvent.objects.filter(action="occasion_kind.reset").count() == 1


@pytest.mark.parametrize("kind", ["many", "many_own", "drill", "khong-co"])
def test_own_kinds_are_not_for_the_chief(station, login, kind):
    login(station.chief).post(
        reverse("admin:duty_kind_change", args=[kind, "muc"]), {"level": "shift"}
    )

    assert not KindChange.objects.exists()


def test_night_of_the_commune_is_changed(station, login):
    login(station.chief).post(
        reverse("admin:duty_kind_night"), {"night_from": "00:30", "night_to": "05:00"}
    )

    hours = DutySettings.objects.get(commune=station.commune)
    assert (f"{hours.night_from:%H:%M}", f"{hours.night_to:%H:%M}") == ("00:30", "05:00")
    station.open_row(1, "tip_new")
    assert station.after(120) == ["truc.ban"]
    station.clock.move_to("2026-12-01T18:00:00+00:00")  # 01:00
    station.open_row(2, "tip_new")
    assert station.after(120) == []


def test_use_of_a_kind_counts_persons_and_not_devices(station):
    opened, unopened = station.open_row(1), station.open_row(2)
    station.after(0)
    station.clock.shift(200)
    services.note_seen(opened, station.duty)
    services.claim(opened, by=station.duty)
    station.after(400)
    station.close_row(1)
    station.close_row(2)

    use = usefulness.of_month(station.commune, timezone.localdate())[0]

    told = {("truc.ban", 1)} | {
        (one.user.username, 2)
        for one in unopened.notices.select_related("user").exclude(text="taken")
    }
    assert (use.kind, use.sent) == ("tip_now", len(told))
    assert (use.opened, use.opened_soon, use.taken) == (1, 1, 1)
    assert (use.escalated, use.closed_unopened) == (1, 1)


def test_routine_kind_that_few_open_is_proposed_for_the_start_of_a_shift(station, login):
    for number in range(1, 13):
        station.matters.first[number] = [station.duty.pk]
        occasion = station.open_row(number, "tip_new")
        station.after(1200)
        if number == 1:
            services.note_seen(occasion, station.duty)
        station.close_row(number)
        station.clock.shift(86_400 - 1_200)
    client = login(station.chief)

    page = client.get(reverse("admin:duty_kind_usefulness")).content.decode()
    assert "Ít người mở (8%)" in page
    change(client, "tip_new", "muc", level="shift")

    assert services.level_of("tip_new", station.commune)[0] == "shift"
    after = client.get(reverse("admin:duty_kind_usefulness")).content.decode()
    assert "Ít người mở" not in after


def test_figures_are_of_the_own_commune_and_the_asked_month(station, login):
    station.open_row(1)
    station.after(0)
    client = login(station.chief)
    page = reverse("admin:duty_kind_usefulness")

    assert "Tin báo việc đang xảy ra" in client.get(page).content.decode()
    assert "chưa báo việc nào" in client.get(page, {"thang": "2026-11"}).content.decode()
    assert client.get(page, {"thang": "khong-phai-thang"}).status_code == 200


def test_drill_reaches_people_and_shows_who_got_it_when(station, login):
    client = login(station.chief)
    client.post(reverse("admin:duty_drill_begin"))
    station.clock.shift(2)
    assert station.after(0) == ["truc.ban"]
    drill = Occasion.objects.get(kind="drill")
    station.clock.shift(7)
    services.note_seen(drill, station.duty)

    page = " ".join(client.get(reverse("admin:duty_drill_show")).content.decode().split())

    assert str(station.duty) in page
    assert "7.0 giây" in page or "7,0 giây" in page
    client.post(reverse("admin:duty_drill_end"))
    drill.refresh_from_db()
    assert drill.closed_because == Occasion.Ended.DONE
    assert station.after(4000) == []


def test_drill_ends_by_itself_after_an_hour(station):
    drills.begin(station.commune, by=station.chief)
    with pytest.raises(NotAllowed):
        drills.begin(station.commune, by=station.chief)
    for _ in range(60):
        station.after(60)

    assert not Occasion.objects.open().exists()


def test_drill_is_for_the_chief_of_the_commune(station, login):
    assert login(station.leader).post(reverse("admin:duty_drill_begin")).status_code == 403
    assert not Occasion.objects.exists()
