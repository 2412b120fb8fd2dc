"""The own calendar: at a secret address, without names, revocable."""

import re

import pytest
from django.urls import reverse
from icalendar import Calendar

from accounts.models import AuditEvent
from accounts.workflow.declaration import NotAllowed
from duty.models import Feed
from duty.shifts import feeds
from tests.duty.roster.conftest import DAY, HOUR, NOON, local

pytestmark = pytest.mark.django_db


def get(client, secret):
    return client.get(reverse("duty_feed", args=[secret]))


def test_calendar_has_the_own_shifts_in_local_time_and_no_name(roster, client):
    roster.shift(roster.an, local(3))
    roster.shift(roster.binh, local(4))
    response = get(client, feeds.make(by=roster.an))

    text = response.content.decode()
    calendar = Calendar.from_ical(text)
    (event,) = calendar.walk("VEVENT")
    assert (event["SUMMARY"], event["DTSTART"].dt) == ("Trực ban", local(3))
    assert event["DTSTART"].params["TZID"] == "Asia/Ho_Chi_Minh"
    assert [str(zone["TZID"]) for zone in calendar.walk("VTIMEZONE")] == ["Asia/Ho_Chi_Minh"]
    for name in ("An", "Bình", "binh", roster.commune.name):
        assert not re.search(rf"\b{name}\b", text)


def test_answer_is_private_and_needs_no_session(roster, client):
    response = get(client, feeds.make(by=roster.an))

    assert response["Cache-Control"].startswith("private")
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert dict(response.cookies) == {}


def test_only_the_hash_is_stored(roster):
    secret = feeds.make(by=roster.an)

    assert secret not in Feed.objects.get().secret_hash
    assert secret not in str(list(AuditEvent.objects.values()))


def test_new_address_and_revoking_end_the_old_one(roster, client):
    first = feeds.make(by=roster.an)
    second = feeds.make(by=roster.an)
    assert (get(client, first).status_code, get(client, second).status_code) == (404, 200)

    feeds.revoke(by=roster.an)

    assert get(client, second).status_code == 404
    assert get(client, "x" * 32).status_code == 404


def test_disabled_account_and_lost_role_end_the_calendar(roster, client):
    secret, other = feeds.make(by=roster.an), feeds.make(by=roster.binh)
    roster.an.is_active = False
    roster.an.save()
    roster.binh.groups.clear()

    assert (get(client, secret).status_code, get(client, other).status_code) == (404, 404)


def test_reading_is_written_once_an_hour(roster, client):
    secret = feeds.make(by=roster.an)
    get(client, secret)
    roster.clock.shift(HOUR / 2)
    get(client, secret)
    assert Feed.objects.get().read_at == NOON
    roster.clock.shift(DAY)
    get(client, secret)
    assert Feed.objects.get().read_at > NOON


def test_account_without_shifts_has_no_calendar(roster, tech_admin):
    with pytest.raises(NotAllowed):
        feeds.make(by=tech_admin)
