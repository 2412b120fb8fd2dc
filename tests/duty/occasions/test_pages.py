"""The page behind the address of a notice, and the list: what they show, and to whom."""

from datetime import timedelta
from urllib.parse import unquote

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import AuditEvent
from accounts.users.roles import Role
from duty.models import Occasion, OccasionEvent, Sight
from duty.occasions import services
from tests.factories.accounts import make_user

pytestmark = pytest.mark.django_db


def address(occasion, step=""):
    if step:
        return reverse("duty_occasion_act", args=[occasion.token, step])
    return reverse("duty_occasion", args=[occasion.token])


def test_stranger_is_led_to_the_sign_in_and_back_to_the_matter(station):
    occasion = station.open()

    answer = Client().get(address(occasion))

    assert answer.status_code == 302
    assert unquote(answer["Location"]) == f"/admin/login/?next=/viec/{occasion.token}/"
    assert not Sight.objects.exists()


def test_looking_notes_the_sight_and_takes_nothing(station, login):
    occasion = station.open()
    station.after(0)

    answer = login(station.duty).get(address(occasion))

    assert answer.status_code == 200
    assert "Tin báo việc đang xảy ra" in answer.content.decode()
    assert f"/viec-cua/{station.chief.pk}/" in answer.content.decode()
    occasion.refresh_from_db()
    assert occasion.taken_by is None
    assert occasion.sights.get().user == station.duty
    assert occasion.notices.get().opened_at is not None


def test_what_a_page_asks_by_itself_is_no_looking_and_writes_nothing(station, login):
    occasion = station.open()
    station.after(0)
    client = login(station.duty)
    client.get(reverse("admin:index"))

    for page in (address(occasion), reverse("admin:duty_occasion_list")):
        with CaptureQueriesContext(connection) as made:
            assert client.get(page, headers={"X-Live": "1"}).status_code == 200
        assert {query["sql"].split()[0] for query in made.captured_queries} == {"SELECT"}

    assert not Sight.objects.exists()
    assert occasion.notices.get().opened_at is None


def test_page_that_asks_of_a_matter_that_is_over_learns_it_and_is_still_signed_in(station, login):
    station.matters.hidden_from = {station.second.pk}
    hidden, closed = station.open_row(101), station.open_row(102)
    station.close_row(102)
    client = login(station.second)

    pages = [
        client.get(address(one), headers={"X-Live": "1"}).content.decode().replace(one.token, "")
        for one in (hidden, closed)
    ]

    assert pages[0] == pages[1]
    assert f'data-account="{station.second.pk}"' in pages[0]
    assert "data-live=" not in pages[0]
    assert 'id="live"' not in client.get(address(closed)).content.decode()


def test_address_leaks_to_no_other_site(station, login):
    answer = login(station.duty).get(address(station.open()))

    assert answer["Referrer-Policy"] == "same-origin"
    assert "no-store" in answer["Cache-Control"]


def test_button_takes_it_and_the_page_says_who_has_it(station, login):
    occasion = station.open()
    client = login(station.leader)

    page = client.post(address(occasion, "nhan"), follow=True).content.decode()

    occasion.refresh_from_db()
    assert occasion.taken_by == station.leader
    assert "Đồng chí đang nhận việc này" in page
    assert "Tôi nhận</button>" not in page
    other = login(station.duty).get(address(occasion)).content.decode()
    assert f"{station.leader} đã nhận" in other
    assert AuditEvent.objects.filter(action="occasion.taken", actor=station.leader).count() == 1


def test_taker_who_is_still_at_work_takes_it_for_longer(station, login):
    occasion = station.open()
    client = login(station.leader)
    client.post(address(occasion, "nhan"))
    station.clock.shift(800)

    assert "Tôi vẫn đang xử lý" in client.get(address(occasion)).content.decode()
    client.post(address(occasion, "nhan"))

    assert station.after(800) == []
    occasion.refresh_from_db()
    assert occasion.is_taken()


@pytest.mark.parametrize("step", ["nhan", "tra", "giao"])
def test_get_of_a_step_does_nothing_and_leads_to_the_page(station, login, step):
    occasion = station.open()

    answer = login(station.duty).get(address(occasion, step))

    assert answer["Location"] == address(occasion)
    occasion.refresh_from_db()
    assert occasion.taken_by is None


def test_unknown_closed_and_hidden_matters_look_the_same(station, login, caplog):
    station.matters.hidden_from = {station.second.pk}
    hidden, closed = station.open_row(101), station.open_row(102)
    station.close_row(102)
    client = login(station.second)

    answers = [
        client.get(target)
        for target in (address(hidden), address(closed), "/viec/khong-co-ma-nay/")
    ]

    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert len({answer.content for answer in answers}) == 1
    assert "Không còn việc này" in answers[0].content.decode()
    assert client.post(address(hidden, "nhan")).content == answers[0].content
    assert Occasion.objects.get(pk=hidden.pk).taken_by is None
    assert not Sight.objects.exists()
    assert caplog.text == ""


def test_account_of_another_commune_sees_nothing(station, login, other_commune):
    occasion = station.open()
    stranger = make_user(other_commune, Role.CHIEF)
    station.matters.hidden_from = {stranger.pk}

    assert "Không còn việc này" in login(stranger).get(address(occasion)).content.decode()
    page = login(stranger).get(reverse("admin:duty_occasion_list")).content.decode()
    assert occasion.token not in page


def test_giving_back_tells_anew_but_not_who_gave_it_back(station, login):
    occasion = station.open()
    station.after(0)
    client = login(station.duty)
    client.post(address(occasion, "nhan"))
    station.after(1)

    client.get(address(occasion))
    client.post(address(occasion, "tra"), {"ve": "danh-sach"})

    occasion.refresh_from_db()
    assert occasion.taken_by is None
    assert "truc.ban" not in station.after(1)
    assert sorted(station.after(180) + station.after(120)) == ["truc.chi.huy", "truc.phu"]
    kinds = list(OccasionEvent.objects.filter(by=station.duty).values_list("kind", flat=True))
    assert kinds == ["taken", "released"]


def test_nobody_gives_back_what_another_has(station, login):
    occasion = station.open()
    services.claim(occasion, by=station.leader)

    page = login(station.duty).post(address(occasion, "tra"), follow=True).content.decode()

    assert services.NOT_TAKEN in page
    occasion.refresh_from_db()
    assert occasion.taken_by == station.leader


def test_handing_over_by_name_quiets_the_phones(station, login):
    occasion = station.open()
    station.after(0)
    client = login(station.duty)
    page = client.get(address(occasion)).content.decode()
    assert f'<option value="{station.second.pk}">' in page

    client.post(address(occasion, "giao"), {"cho": station.second.pk})

    occasion.refresh_from_db()
    assert occasion.taken_by == station.second
    assert station.after(200) == ["truc.ban"]  # whose phone says that somebody has it
    assert AuditEvent.objects.filter(action="occasion.handed_over").get().reason == str(
        station.second
    )


def test_nothing_is_handed_to_who_may_not_open_it(station, login):
    station.matters.hidden_from = {station.second.pk}
    occasion = station.open()
    client = login(station.duty)

    page = client.get(address(occasion)).content.decode()
    client.post(address(occasion, "giao"), {"cho": station.second.pk})

    assert f'<option value="{station.second.pk}">' not in page
    occasion.refresh_from_db()
    assert occasion.taken_by is None


def test_account_without_the_right_may_look_and_not_take(station, login, commune):
    reader = make_user(commune, Role.PARTY_MEMBER)
    occasion = station.open()
    client = login(reader)

    page = client.get(address(occasion)).content.decode()
    client.post(address(occasion, "nhan"))

    assert "Tôi nhận</button>" not in page
    assert client.get(reverse("admin:duty_occasion_list")).status_code == 403
    occasion.refresh_from_db()
    assert occasion.taken_by is None


def test_list_has_the_gravest_and_oldest_first(station, login):
    first = station.open_row(1, "tip_new")
    station.clock.shift(timedelta(minutes=1))
    second = station.open_row(2, "tip_now")
    station.clock.shift(timedelta(minutes=1))
    third = station.open_row(3, "tip_urgent")

    page = login(station.duty).get(reverse("admin:duty_occasion_list")).content.decode()

    places = [page.index(one.token) for one in (second, third, first)]
    assert places == sorted(places)


def test_everything_of_a_routine_kind_is_taken_for_half_an_hour(station, login):
    routine = [station.open_row(number, "tip_new") for number in (1, 2, 3)]
    other = station.open_row(4, "approval_routine")
    station.open_row(5, "tip_now")
    client = login(station.duty)
    list_page = reverse("admin:duty_occasion_list")
    assert "Tôi đang xử lý cả 3 việc: Tin báo mới" in client.get(list_page).content.decode()

    client.post(reverse("admin:duty_occasion_take_kind", args=["tip_new"]))

    for one in routine:
        one.refresh_from_db()
        assert one.taken_by == station.duty
        assert one.taken_until - one.taken_at == timedelta(minutes=30)
    other.refresh_from_db()
    assert other.taken_by is None
    client.post(reverse("admin:duty_occasion_take_kind", args=["tip_now"]))
    assert Occasion.objects.get(kind="tip_now").taken_by is None


def cards(response):
    return [card for hour in response.context["queue"].hours for card in hour.cards]


def test_urgent_matter_is_the_first_card_of_home_and_taken_there_by_one_press(station, login):
    station.open_row(1, "tip_new")
    urgent = station.open_row(2, "tip_now")
    client = login(station.duty)

    response = client.get(reverse("admin:index"))

    first, second = [card for card in cards(response) if "Tin báo" in card.title]
    assert (first.title, first.presses, first.opened_at) == (
        "Tin báo việc đang xảy ra", True, address(urgent),
    )  # fmt: skip
    assert (second.title, second.presses) == ("Tin báo mới", False)
    take = first.buttons[1]
    assert (take.words, take.posts) == ("Tôi nhận", True)
    assert take.url in response.content.decode()
    answer = client.post(take.url, dict(take.fields))
    assert (answer.status_code, answer.url) == (302, reverse("admin:index"))
    urgent.refresh_from_db()
    assert urgent.taken_by == station.duty


def test_home_holds_no_matter_that_is_kept_from_the_account(station, login):
    station.open_row(2, "tip_now")
    station.matters.hidden_from.add(station.duty.pk)

    response = login(station.duty).get(reverse("admin:index"))

    assert not [card for card in cards(response) if "Tin báo" in card.title]
    assert [card for card in cards(login(station.leader).get(reverse("admin:index")))
            if "Tin báo" in card.title]  # fmt: skip


def test_matter_that_another_has_taken_is_only_to_know(station, login):
    taken = station.open_row(2, "tip_now")
    services.claim(taken, by=station.leader)

    response = login(station.duty).get(reverse("admin:index"))

    (hour,) = [one.key for one in response.context["queue"].hours for card in one.cards
               if card.title == "Tin báo việc đang xảy ra"]  # fmt: skip
    assert hour == "de-biet"


def test_list_costs_as_many_queries_for_two_matters_as_for_twenty(
    station, login, django_assert_max_num_queries
):
    client = login(station.duty)
    list_page = reverse("admin:duty_occasion_list")
    client.get(list_page)
    station.open_row(1)
    with django_assert_max_num_queries(60) as few:
        client.get(list_page)
    for number in range(2, 20):
        station.open_row(number)

    with django_assert_max_num_queries(len(few.captured_queries)):
        client.get(list_page)


def test_history_of_the_page_says_who_and_when_and_no_content(station, login):
    occasion = station.open()
    station.after(0)
    services.claim(occasion, by=station.leader)

    page = login(station.duty).get(address(occasion)).content.decode()

    assert "Bắt đầu báo" in page
    assert f"Nhận việc: {station.leader}" in " ".join(page.split())
    assert "14:00:00 01/12" in page
