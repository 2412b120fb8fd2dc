"""Matters of which each person has an own part: “Tôi đang làm” of one silences nobody else."""

import pytest
from django.urls import reverse

from accounts.workflow.declaration import NotAllowed
from duty.models import Notice, Occasion
from duty.occasions import services
from duty.occasions.kinds import KINDS

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def posting(station):
    """An urgent post of which two persons have a group each, who were told once."""
    occasion = station.open("hand_urgent")
    station.matters.first[station.chief.pk] = [station.duty.pk, station.second.pk]
    assert sorted(station.after(0)) == ["truc.ban", "truc.phu"]
    return occasion


def test_kinds_of_posting_by_hand_are_such_matters():
    assert [key for key, kind in KINDS.items() if kind.all_must_know] == [
        "hand_urgent", "hand_routine",
    ]  # fmt: skip


def test_person_at_work_hears_no_more_and_all_others_go_on(station, posting):
    services.claim(posting, by=station.duty)

    assert station.after(1) == []  # nobody hears that somebody has it
    assert station.after(179) == ["truc.phu"]
    assert sorted(station.after(120)) == ["truc.chi.huy", "truc.phu"]
    posting.refresh_from_db()
    assert (posting.taken_by, posting.taken_until) == (None, None)


def test_waiting_notices_of_the_person_alone_are_called_off(station, posting):
    Notice.objects.update(state="waiting")

    services.claim(posting, by=station.duty)

    states = {one.user.username: one.state for one in posting.notices.all()}
    assert states == {"truc.ban": "cancelled", "truc.phu": "waiting"}


def test_who_is_at_work_is_named_once_in_the_history(station, posting, login):
    client = login(station.duty)
    address = reverse("duty_occasion", args=[posting.token])
    before = client.get(address).content.decode()
    take = reverse("duty_occasion_act", args=[posting.token, "nhan"])
    client.post(take)
    client.post(take)

    page = client.get(address).content.decode()

    assert "Tôi đang làm</button>" in before
    assert "Tôi nhận</button>" not in before
    assert f"Đang làm: {station.duty}." in page
    assert "Tôi đang làm</button>" not in page
    assert posting.events.filter(kind="at_work", by=station.duty).count() == 1
    other = login(station.second).get(address).content.decode()
    assert "Tôi đang làm</button>" in other


def test_it_is_given_to_nobody_by_name(station, posting, login):
    with pytest.raises(NotAllowed, match="phần của mình"):
        services.hand_over(posting, to=station.second, by=station.duty)

    page = login(station.duty).get(reverse("duty_occasion", args=[posting.token]))
    assert "Giao cho người khác" not in page.content.decode()


def test_list_offers_the_same_and_takes_no_such_kind_at_once(station, login):
    for number in (101, 102):
        station.open_row(number, "hand_routine")
    client = login(station.duty)

    page = client.get(reverse("admin:duty_occasion_list")).content.decode()

    assert "Tôi đang làm</button>" in page
    assert "mỗi người làm phần của mình" in page
    assert "Nhận nhiều việc cùng loại" not in page
    at_once = reverse("admin:duty_occasion_take_kind", args=["hand_routine"])
    assert client.post(at_once).status_code == 404


def test_flood_is_taken_without_them_and_goes_on_for_their_owners(station):
    for number in range(4):
        station.open_row(100 + number)
    post = station.open_row(104, "hand_urgent")
    station.matters.first[104] = [station.second.pk]
    station.run()
    flood = Occasion.objects.get(kind="many")

    services.claim(flood, by=station.duty)

    post.refresh_from_db()
    flood.refresh_from_db()
    assert (post.taken_by, flood.taken_by) == (None, None)
    assert Occasion.objects.filter(taken_by=station.duty).count() == 4
    assert station.after(180) == ["truc.phu"]
    with pytest.raises(NotAllowed, match="phần của mình"):
        services.claim(flood, by=station.leader)


def test_flood_of_them_alone_is_taken_by_nobody(station):
    for number in range(5):
        station.open_row(100 + number, "hand_urgent")
    station.run()

    with pytest.raises(NotAllowed, match="phần của mình"):
        services.claim(Occasion.objects.get(kind="many"), by=station.duty)

    assert not Occasion.objects.exclude(taken_by=None).exists()
