"""The page of figures: who opens it, what it tells whom, how it is asked for."""

import re
from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.users.roles import Role
from oversight import periods
from oversight.dashboards.commune import QUESTIONS
from oversight.figures.published import BY_QUARTER, NOT_OVER, TOO_FEW
from oversight.figures.registry import FIGURES
from tests.factories.accounts import make_user
from tests.factories.groups import make_group, make_hamlet, make_member, make_membership

PAGE = "admin:oversight_figures"
READERS = (Role.CHIEF, Role.PARTY_MEMBER, Role.PARTY_OFFICE, Role.FRONT)
# What was counted for the month and its neighbours, with room for one more figure.
QUERIES = 75


def asked(period):
    return {"tu": period.first.isoformat(), "den": period.last.isoformat()}


def body(client, period=None):
    response = client.get(reverse(PAGE), asked(period) if period else {})
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize("role", Role)
def test_page_is_for_the_chief_and_for_those_who_oversee(commune, hamlet, login, role):
    response = login(make_user(commune, role)).get(reverse(PAGE))

    assert response.status_code == (200 if role in READERS else 403)


def test_page_is_closed_to_strangers(client, db):
    assert client.get(reverse(PAGE)).status_code == 302


def test_every_figure_answers_one_question():
    keys = [key for _question, figures in QUESTIONS for key in figures]

    assert len(QUESTIONS) == 7
    assert sorted(keys) == sorted(FIGURES)


def test_page_tells_this_month_without_being_asked(commune, party_member, login):
    words = periods.month(timezone.localdate().year, timezone.localdate().month).words

    text = body(login(party_member))

    assert f"Số liệu {words}" in text
    assert text.count('aria-current="page"') == 1
    assert NOT_OVER in text


def test_party_member_sees_households_and_no_list_but_those_of_direction(
    commune, hamlet, party_member, login
):
    make_membership(make_member(hamlet, household_code="H1"), make_group(hamlet))

    text = body(login(party_member))

    assert str(hamlet) in text
    assert set(re.findall(r"/so-lieu/danh-sach/([a-z_]+)/", text)) == {
        "directions", "plan_steps", "proposals", "spreading"
    }  # fmt: skip
    assert "Không mở được danh sách" in text


def test_party_member_is_told_no_small_number_that_the_chief_reads(
    commune, hamlet, tips_of, chief, party_member, login
):
    august = periods.month(2026, 8)
    tips_of(4, date(2026, 8, 3))

    outside, inside = body(login(party_member), august), body(login(chief), august)

    assert TOO_FEW in outside
    assert BY_QUARTER in outside
    assert re.search(r">\s*4\s*</", outside) is None
    assert re.search(r">\s*4\s*</", inside)
    assert "so-tiep-nhan/?tu=2026-08-01" in inside
    assert "so-tiep-nhan" not in outside


def test_page_counts_nothing_of_another_commune(commune, hamlet, other_commune, chief, login):
    away = make_hamlet(other_commune, name="Nơi khác")
    make_membership(make_member(away, household_code="H1"), make_group(away))

    assert "Nơi khác" not in body(login(chief))


@pytest.mark.parametrize(
    ("days", "sentence"),
    [
        ({"tu": "2026-08-01"}, "Ngày không đọc được"),
        ({"tu": "2026-13-01", "den": "2026-12-01"}, "Ngày không đọc được"),
        ({"tu": "hôm qua", "den": "hôm nay"}, "Ngày không đọc được"),
        ({"tu": "2026-08-02", "den": "2026-08-01"}, "Ngày cuối đứng trước"),
        ({"tu": "1900-01-01", "den": "2026-08-01"}, "nhiều nhất năm năm"),
        ({"tu": "0001-01-01", "den": "0001-01-01"}, "từ năm 2000"),
        ({"tu": "1999-12-31", "den": "2000-01-01"}, "từ năm 2000"),
        ({"tu": "2100-12-31", "den": "2101-01-01"}, "đến năm 2100"),
        ({"tu": "9999-12-31", "den": "9999-12-31"}, "đến năm 2100"),
    ],
)
def test_days_that_make_no_span_are_refused_in_words(party_member, login, days, sentence):
    response = login(party_member).get(reverse(PAGE), days)

    assert response.status_code == 400
    assert sentence in response.content.decode()


def test_account_of_no_commune_is_told_to_use_another(superuser, login):
    response = login(superuser).get(reverse(PAGE))

    assert response.status_code == 400
    assert "tài khoản của một xã" in response.content.decode()


def test_page_needs_neither_script_nor_style_of_its_own(party_member, login):
    text = body(login(party_member))

    assert "style=" not in text
    assert "<script>" not in text
    assert text.count("<script src=") == text.count("<script") == 2  # prints; alerts
    assert "<details>" in text


def test_page_asks_as_often_for_many_hamlets_as_for_one(
    commune, hamlet, party_member, login, django_assert_max_num_queries
):
    for _number in range(20):
        make_membership(make_member(place := make_hamlet(commune)), make_group(place))
    client = login(party_member)

    with django_assert_max_num_queries(QUERIES):
        body(client, periods.month(2026, 8))


def test_home_page_leads_to_the_figures(party_member, login):
    text = login(party_member).get(reverse("admin:index")).content.decode()

    assert reverse(PAGE) in text
    assert "Toàn xã: số liệu tháng" in text
    assert "by-count" not in text  # ways to go are no work that waits
