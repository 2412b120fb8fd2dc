"""The list by the hour: where a matter stands, what is shown first, and that none is lost."""

from datetime import timedelta

import pytest
from django.urls import reverse

from duty.models import Notice, Occasion, Sight
from duty.occasions import by_hour, services
from tests.duty.conftest import NOON

pytestmark = pytest.mark.django_db
LIST = "admin:duty_occasion_list"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def groups_for(station, *occasions):
    found = by_hour.groups_of(occasions, station.duty, NOON)
    return {group.key: [line.occasion for line in group.lines] for group in found if group.lines}


@pytest.mark.parametrize(
    ("level", "due_in", "key"),
    [
        ("now", None, "ngay"), ("now", 2 * DAY, "ngay"), ("hours", HOUR / 2, "ngay"),
        ("hours", None, "hom-nay"), ("hours", 9 * HOUR, "hom-nay"), ("hours", -DAY, "hom-nay"),
        ("hours", 11 * HOUR, "tuan-nay"), ("hours", 7 * DAY, "tuan-nay"),
        ("hours", 8 * DAY, "de-biet"), ("shift", None, "de-biet"), ("shift", HOUR / 2, "ngay"),
    ],
)  # fmt: skip
def test_matter_stands_under_the_hour_at_which_it_is_due(station, level, due_in, key):
    due_at = None if due_in is None else NOON + due_in
    occasion = Occasion(pk=1, kind="tip_new", level=level, opened_at=NOON, due_at=due_at)

    assert groups_for(station, occasion) == {key: [occasion]}


def test_what_another_has_taken_is_there_to_know_of_and_ones_own_stays(station):
    own, others = station.open_row(1), station.open_row(2)
    services.claim(own, by=station.duty)
    services.claim(others, by=station.leader)

    assert groups_for(station, own, others) == {"ngay": [own], "de-biet": [others]}


def test_soonest_comes_first_and_what_is_taken_last(station):
    late = station.open_row(1, "tip_new", due_at=NOON + 5 * HOUR)
    soon = station.open_row(2, "tip_new", due_at=NOON + 2 * HOUR)
    without = station.open_row(3, "tip_new")
    own = station.open_row(4, "tip_new", due_at=NOON + 2 * HOUR)
    services.claim(own, by=station.duty)

    assert groups_for(station, late, soon, without, own) == {"hom-nay": [soon, late, without, own]}


def test_each_hour_shows_five_and_its_number_and_leads_to_all(station, login):
    opened = [station.open_row(number, "tip_new") for number in range(1, 41)]
    client = login(station.duty)

    first = client.get(reverse(LIST)).content.decode()

    assert sum(one.token in first for one in opened) == 5
    assert '<a class="by-more" href="?nhom=hom-nay">Xem cả 40 việc</a>' in first
    pages = [
        client.get(reverse(LIST), {"nhom": "hom-nay", "trang": number}).content.decode()
        for number in (1, 2, 3)
    ]
    assert [sum(one.token in page for one in opened) for page in pages] == [15, 15, 10]
    assert all(any(one.token in page for page in pages) for one in opened)
    assert "nhom=hom-nay&amp;trang=2" in pages[0]


def test_more_than_are_looked_through_are_spoken_of(station, login, monkeypatch):
    monkeypatch.setattr("duty.occasions.subjects.MOST", 4)
    for number in range(1, 6):
        station.open_row(number, "tip_new")

    assert "Còn việc nữa" in login(station.duty).get(reverse(LIST)).content.decode()


@pytest.mark.parametrize(
    ("back", "query"),
    [("hom-nay", "?nhom=hom-nay"), ("danh-sach", ""), ("//ngoai.example", "")],
)
def test_taking_in_a_group_leads_back_to_it(station, login, back, query):
    occasion = station.open_row(1, "tip_new")

    answer = login(station.duty).post(
        reverse("duty_occasion_act", args=[occasion.token, "nhan"]), {"ve": back}
    )

    assert answer["Location"] == reverse(LIST) + query
    occasion.refresh_from_db()
    assert occasion.taken_by == station.duty


def test_folded_matter_that_the_list_did_not_show_is_unseen(station, login):
    for number in range(1, 9):
        occasion = station.open_row(number, "tip_new")
        Notice.objects.create(
            occasion=occasion, step=0, user=station.duty, way="push", place="1", text="see",
            state="folded", expires_at=NOON + DAY,
        )  # fmt: skip
    client = login(station.duty)

    client.get(reverse(LIST))
    assert Sight.objects.filter(user=station.duty).count() == 5
    client.get(reverse(LIST), {"nhom": "hom-nay"})

    assert Sight.objects.filter(user=station.duty).count() == 8


def test_empty_group_and_empty_list_say_so(station, login):
    client = login(station.duty)

    assert "Không có việc nào cần xem." in client.get(reverse(LIST)).content.decode()
    page = client.get(reverse(LIST), {"nhom": "tuan-nay"}).content.decode()
    assert "Không còn việc nào ở nhóm này." in page
