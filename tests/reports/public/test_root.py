"""The root of the site: doors and numbers for residents, one way in for those who work here."""

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from accounts.users.roles import Role
from benchmarks._walk import Page, weigh
from tests.factories.accounts import make_commune, make_profile, make_user

MOST = 40 * 1024


@pytest.fixture(autouse=True)
def _made_anew() -> None:
    cache.clear()


def text_of_root(**query: str) -> str:
    answer = Client().get("/", query)
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers
    return answer.content.decode()


def test_the_root_has_a_door_to_everything_and_numbers_to_ring(commune):
    make_profile(commune, duty_phone="0251 000 0113", opening_hours="Sáng thứ hai")

    text = text_of_root()

    for address in (
        reverse("tip_home", args=[commune.code]), reverse("tip_answers"),
        reverse("procedures:home"), reverse("genuine_groups", args=[commune.code]),
        reverse("admin:index"), "tel:113", "tel:114", "tel:115", "tel:111", "tel:02510000113",
    ):  # fmt: skip
        assert f'"{address}' in text, address
    assert "Đăng nhập" in text
    assert "Sáng thứ hai" in text
    assert "testserver" in text


def test_of_several_communes_the_doors_ask_which_until_one_is_named(commune):
    other = make_commune("Nơi khác")

    unnamed, named = text_of_root(), text_of_root(xa=other.code)

    assert f'"{reverse("tip_communes")}"' in unnamed
    assert f'"{reverse("tip_home", args=[other.code])}"' in named
    assert str(commune).lower() not in named.lower()


def test_the_root_is_light(commune):
    page = Page("nobody", "home", "", text_of_root())

    weigh([page])

    assert page.first_bytes <= MOST


def test_of_all_readers_of_a_minute_the_cache_answers(commune):
    answer = Client().get("/")

    assert set(answer["Cache-Control"].split(", ")) == {"max-age=60", "public"}
    assert answer["Vary"] == "Cookie"


def test_who_is_signed_in_goes_on_to_the_admin_and_no_cache_keeps_that(commune, login):
    answer = login(make_user(commune, Role.OFFICER)).get("/")

    assert (answer.status_code, answer["Location"]) == (302, "/admin/")
    assert "public" not in answer.get("Cache-Control", "")
    assert "Cookie" in answer["Vary"]
