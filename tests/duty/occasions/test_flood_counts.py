"""A flood says how many matters the reader may open, and never how many there are in all."""

import pytest
from django.urls import reverse

from duty.models import Occasion
from duty.occasions import services, subjects
from tests.duty.conftest import Station

pytestmark = pytest.mark.django_db


@pytest.fixture
def flood(station: Station, monkeypatch: pytest.MonkeyPatch) -> Occasion:
    """Six matters, of which four are kept from the second one on duty."""
    for number in range(101, 107):
        station.open_row(number)
    station.run()
    of_all = subjects.openable_asked

    def of_some(occasions, user, of_flood=()):
        sees_all = user != station.second
        one_way, other = (
            [one for one in rows if sees_all or not 101 <= one.subject_pk <= 104]
            for rows in (occasions, of_flood)
        )
        return of_all(one_way, user, other)

    monkeypatch.setattr(subjects, "openable_asked", of_some)
    found = Occasion.objects.get(kind="many")
    assert (found.count, found.folded.count()) == (6, 6)
    return found


def pages_of(client, flood):
    found = [client.get(reverse("duty_occasion", args=[flood.token]))]
    found += [client.get(reverse(name)) for name in ("admin:duty_occasion_list", "admin:index")]
    return [page.content.decode() for page in found]


def test_each_reader_gets_the_number_of_those_in_sight(station, login, flood):
    whole = pages_of(login(station.duty), flood)[0]
    barred = pages_of(login(station.second), flood)[0]

    assert "6 việc." in whole
    assert "2 việc." in barred


def test_no_page_says_how_many_there_are_in_all(station, login, flood):
    pages = pages_of(login(station.second), flood)

    assert "Nhiều việc cần xem" in pages[1]
    for page in pages:
        assert "(6)" not in page
        assert "6 việc" not in page
        assert "6 lần" not in page


def test_history_says_no_numbers_of_who_took_all_or_a_part(station, login, flood):
    services.claim(flood, by=station.second)
    services.release(Occasion.objects.get(subject="accounts.user:105"), by=station.second)
    services.claim(flood, by=station.duty)

    events = flood.events.filter(kind="taken").order_by("pk")
    assert [(one.by, one.note) for one in events] == [
        (station.second, "một phần"), (station.duty, ""),
    ]  # fmt: skip
    page = pages_of(login(station.second), flood)[0]
    assert "5 việc" not in page
