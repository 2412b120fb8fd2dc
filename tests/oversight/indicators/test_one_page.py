"""The one page: who opens it, what it says, how large it is."""

import re
from datetime import date

import pytest
import time_machine
from django.urls import reverse

from accounts.users.roles import Role
from oversight import periods
from tests.factories.accounts import make_commune, make_user
from tests.factories.direction import make_direction
from tests.factories.groups import make_hamlet
from tests.factories.summaries import make_target

LAST = date(2026, 10, 31)
OCTOBER = {"tu": "2026-10-01", "den": "2026-10-31"}
READERS = {Role.CHIEF, Role.PARTY_MEMBER, Role.PARTY_OFFICE, Role.FRONT}
QUERIES, BYTES = 15, 25_000

pytestmark = pytest.mark.usefixtures("in_november")


@pytest.fixture
def in_november():
    with time_machine.travel("2026-11-28 09:00+07:00", tick=False):
        yield


def get(client, **asked):
    return client.get(reverse("admin:oversight_one_page"), asked)


@pytest.mark.parametrize("role", Role)
def test_leaders_and_outside_readers_alone_open_it(commune, login, role):
    response = get(login(make_user(commune, role)))
    assert (response.status_code == 200) == (role in READERS), role
    assert response.status_code in (200, 302, 403)


@pytest.mark.parametrize("role", sorted(READERS))
def test_it_opens_with_a_finding_and_says_the_rest_in_rows(commune, login, freeze, role):
    make_target(commune)
    freeze(LAST, coverage__households=300, coverage__joined=99)
    freeze(date(2026, 9, 30), coverage__households=300, coverage__joined=90)
    page = get(login(make_user(commune, role))).content.decode()
    title = re.search(r"<h1>(.*?)</h1>", page, re.DOTALL)
    assert title
    assert "33%" in title[1]
    assert "80%" in title[1]
    row = re.search(r"<tbody>.*?</tbody>", page, re.DOTALL)
    assert row
    assert "Chưa đạt" in row[0]
    assert "tăng 3 điểm" in row[0]
    assert page.count("<svg") == row[0].count("<tr>")
    assert "tu=2026-10-01" in row[0]
    assert "#so-coverage" in row[0]


def test_a_month_that_runs_is_not_judged(commune, hamlet, chief, login):
    make_target(commune)
    page = get(login(chief), tu="2026-11-01", den="2026-11-30").content.decode()
    assert "Kỳ chưa hết nên chưa đánh giá" in page
    assert not re.search(r'class="word (missed|near|met)"', page)


@pytest.mark.parametrize("asked", [{"tu": "rubbish"}, {"tu": "2026-12-01", "den": "2026-01-01"}])
def test_days_that_are_none_are_answered_with_a_sentence(commune, chief, login, asked):
    response = get(login(chief), **asked)
    assert response.status_code == 400
    assert 'role="alert"' in response.content.decode()


def test_targets_and_numbers_of_another_commune_stay_there(commune, chief, login, freeze):
    freeze(LAST, coverage__households=300, coverage__joined=99)
    make_target(make_commune(name="Xã Kế Bên"), value=91)
    page = get(login(chief), **OCTOBER).content.decode()
    assert "33%" in page
    assert "91%" not in page


def test_only_who_may_set_targets_is_led_there(commune, login):
    there = reverse("admin:oversight_target_changelist")
    for role in READERS:
        shown = there in get(login(make_user(commune, role))).content.decode()
        assert shown == (role in (Role.CHIEF, Role.PARTY_OFFICE)), role


@pytest.mark.parametrize("role", sorted(READERS))
def test_it_costs_few_queries_and_little_to_load(
    commune, login, freeze, django_assert_max_num_queries, role
):
    make_target(commune)
    for _number in range(19):
        make_direction(make_hamlet(commune), given_on=date(2026, 9, 1), due_on=date(2026, 9, 8))
    for month in range(1, 11):
        freeze(
            periods.month(2026, month).last, coverage__households=300, coverage__joined=month * 9
        )
    client = login(make_user(commune, role))
    get(client, **OCTOBER)
    with django_assert_max_num_queries(QUERIES):
        response = get(client, **OCTOBER)
    assert len(response.content) <= BYTES
