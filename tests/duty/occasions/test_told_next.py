"""The people told next are named beforehand; their numbers not to everybody."""

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.scoped_admin.work_lists import lists_of_apps
from accounts.users.roles import Role
from duty.occasions import by_hour, services, steps
from tests.duty.conftest import NOON
from tests.factories.accounts import make_user
from tests.factories.groups import make_officer

pytestmark = pytest.mark.django_db
PHONE = "+84900000123"
TITLE = "Việc khẩn lúc này báo ai trước"


def state_of(user):
    _lists, lines = lists_of_apps(user, NOON, ["duty"])
    return next((line.note for line in lines if line.title == TITLE), None)


def test_who_is_named_next_is_who_the_round_then_tells(station):
    occasion = station.open()
    station.run()
    for _round in range(3):
        occasion.refresh_from_db()
        now = timezone.now()
        named = {person.username for person in steps.told_next(occasion, now)}
        told = station.after((occasion.next_step_at - now).total_seconds())
        assert set(told) <= named
        assert named


def test_the_card_says_when_and_whom_in_words_until_it_is_taken(station):
    occasion = station.open()
    station.run()
    station.after(180)
    occasion.refresh_from_db()

    assert by_hour.note_of(occasion, station.duty, timezone.now()).endswith(
        " 14:05 01/12 báo tiếp trực chỉ huy, trực phụ, trực ban."
    )
    services.claim(occasion, by=station.duty)
    occasion.refresh_from_db()
    assert "báo tiếp" not in by_hour.note_of(occasion, station.duty, timezone.now())
    assert steps.told_next(occasion, timezone.now()) == []


def test_order_of_tonight_with_numbers_only_for_readers_of_officers(station, commune, login):
    make_officer(commune, user=station.leader, phone=PHONE)
    assert station.chief.has_perm(steps.OFFICERS)
    without = make_user(commune, Role.DUTY_OFFICER)
    without_right = make_user(commune)

    words = state_of(station.chief)

    assert words.startswith(f"Ngay: trực ban {station.duty}; sau 5 phút chưa ai nhận: trực chỉ huy")
    assert PHONE in words
    assert words.endswith(f"sau 10 phút chưa ai nhận: chỉ huy {station.chief}.")
    assert steps.phone_of(station.leader, without_right) == ""
    assert (PHONE in state_of(without)) == without.has_perm(steps.OFFICERS)
    page = login(station.chief).get(reverse("admin:duty_shift_mine")).content.decode()
    assert f'href="tel:{PHONE}"' in page


def test_page_of_a_matter_names_the_next_and_nothing_of_it_is_on_it(station, login):
    occasion = station.open()
    station.run()
    occasion.refresh_from_db()
    station.after(180)

    page = login(station.duty).get(reverse("duty_occasion", args=[occasion.token]))

    assert "báo tiếp:" in page.content.decode()
    named = {person.username for person, _phone in page.context["told_next"]}
    assert {"truc.chi.huy", "truc.phu"} <= named
