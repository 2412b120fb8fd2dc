"""The page of the city: its door, rows that say what the communes say, how often it asks."""

from datetime import date, timedelta
from io import BytesIO
from random import Random

import openpyxl
import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent, Commune
from accounts.users.roles import Role
from broadcasts.models import Topic
from oversight import periods
from oversight.figures.city import TOLD_ALONE, city_of, figures_of
from oversight.figures.month_ends import keeping
from oversight.figures.published import NOT_OVER
from oversight.figures.registry import compute
from oversight.figures.rollups import recounting
from oversight.figures.scopes import whole_commune
from oversight.models import DirtySlice
from tests.factories.accounts import make_commune, make_user
from tests.factories.broadcasts import make_broadcast, make_delivery
from tests.factories.groups import (
    make_group,
    make_hamlet,
    make_member,
    make_membership,
    make_ordinary_group,
    make_regulation,
)
from tests.factories.procedures import make_question
from tests.factories.tips import make_tip
from tests.oversight.conftest import at

PAGE, FILE = "admin:oversight_city", "admin:oversight_city_file"
FIRST = date(2026, 1, 1)
QUARTER, HALF, MARCH = periods.quarter(2026, 1), periods.half(2026, 1), periods.month(2026, 3)


def asked(period, **more):
    return {"tu": period.first.isoformat(), "den": period.last.isoformat(), **more}


@pytest.fixture
def reader(db):
    return make_user(None, Role.CITY)


def live(commune, random, *, tips=()):
    """Things that happened in a commune in the first half of a year; `tips` by month."""
    hamlets = [make_hamlet(commune, households=random.choice([0, 40])) for _ in range(2)]
    groups = [make(place) for place in hamlets for make in (make_group, make_ordinary_group)]
    for place in hamlets:
        for _number in range(random.randrange(4)):
            code = f"H{random.randrange(3)}"
            make_membership(make_member(place, household_code=code), random.choice(groups))
        if random.random() < 0.6:
            make_regulation(place, agreed=random.random() < 0.5)
    for _number in range(3):
        moment = at(FIRST + timedelta(days=random.randrange(180)))
        post = make_broadcast(
            commune, status="completed", topic=random.choice(Topic.objects.order_by("pk")[:2]),
            scheduled_for=moment, approved_at=moment - timedelta(hours=1), started_at=moment,
        )  # fmt: skip
        for group in groups:
            then = at(FIRST + timedelta(days=random.randrange(180)))
            if group.capabilities.sends_by_api:
                make_delivery(post, group, status="sent", sent_at=then)
            elif random.random() < 0.5:
                make_delivery(post, group, status="posted", posted_at=then)
            else:
                make_delivery(post, group, status="missed")
    for _number in range(random.randrange(6)):
        make_question(commune, asked_on=FIRST + timedelta(days=random.randrange(180)))
    for month, count in enumerate(tips, 1):
        for _number in range(count):
            make_tip(commune, received_at=at(date(2026, month, 9)))


def told_by_the_commune(commune, reader, period, now):
    """The row of a commune, from its own figures as outsiders get them."""
    scope = whole_commune(commune, reader=reader)
    of = {
        key: compute(key, scope, period, as_of=now).table
        for key in (
            "coverage", "groups", "regulations", "posts_by_topic", "hand_posting", "questions",
            "tips",
        )
    }  # fmt: skip
    groups = dict(zip(of["groups"].columns, of["groups"].total.values, strict=True))
    tips = of["tips"].total or next(iter(of["tips"].rows), None)
    return (
        len(of["coverage"].rows), *of["coverage"].total.values[:2], groups["Đang hoạt động"],
        sum(row.values[0] for row in of["regulations"].rows if row.key in ("agreed", "issued")),
        *of["posts_by_topic"].total.values,
        sum(row.values[0] for row in of["hand_posting"].rows if row.key == "missed"),
        sum(of["questions"].total.values),
        tips.values[0] if tips else None,
    )  # fmt: skip


def rows_of(counted):
    tables = [one.table for one in counted]
    return [
        tuple(value for table in tables for value in table.rows[place].values)
        for place in range(len(tables[0].rows))
    ]


def city(reader, period, now):
    communes = Commune.objects.visible_to(reader).order_by("code")
    return communes, figures_of(city_of(communes, period, now))


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.CITY])
@pytest.mark.parametrize("name", [PAGE, FILE])
def test_page_is_closed_to_every_other_role(commune, hamlet, login, role, name):
    client = login(make_user(commune, role))
    response = client.get(reverse(name)) if name == PAGE else client.post(reverse(name))

    assert response.status_code == 403


@pytest.mark.parametrize("role", [None, *Role])
def test_page_needs_the_right_and_no_commune(commune, login, role):
    homeless = login(make_user(None, role)).get(reverse(PAGE))
    settled = login(make_user(commune, role)).get(reverse(PAGE))

    assert homeless.status_code == (200 if role is Role.CITY else 403)
    assert settled.status_code == 403


def test_city_reads_counts_and_nothing_else(commune, hamlet, reader, login):
    client = login(reader)

    home = client.get(reverse("admin:index")).content.decode()

    assert f'"{reverse(PAGE)}' in home
    for name in ("groups_hamlet", "groups_member", "reports_tipreport", "accounts_commune"):
        assert client.get(reverse(f"admin:{name}_changelist")).status_code == 403
    assert client.get(reverse("admin:oversight_figures")).status_code == 403


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("is_counted", [False, True])
def test_rows_say_what_the_communes_say(reader, seed, is_counted):
    random, now = Random(seed), timezone.now()
    for tips in ((7, 6, 9, 8, 2, 1), (1, 2, 3, 12, 0, 5), ()):
        live(make_commune(), random, tips=tips)
    if is_counted:
        recounting.recount_dirty()
        now = timezone.now()
        live(Commune.objects.order_by("code")[0], random)  # some months are dirty again

    for period in (MARCH, QUARTER, HALF, periods.hamlet_year(2026)):
        communes, counted = city(reader, period, now)

        assert rows_of(counted) == [
            told_by_the_commune(commune, reader, period, now) for commune in communes
        ]
        for one in counted[:-1]:
            assert one.table.total.values == tuple(
                sum(column) for column in zip(*(row.values for row in one.table.rows), strict=True)
            )


def test_rows_of_a_frozen_month_say_what_the_communes_say(reader):
    places = [make_commune(), make_commune()]
    for commune in places:
        live(commune, Random(4), tips=())
    with time_machine.travel(MARCH.ends_at + timedelta(minutes=10)):
        assert all(keeping.keep(commune, MARCH, timezone.now()) for commune in places)
    live(places[0], Random(5))  # changes nothing in March
    now = timezone.now()

    communes, counted = city(reader, MARCH, now)

    assert rows_of(counted) == [
        told_by_the_commune(commune, reader, MARCH, now) for commune in communes
    ]
    assert not any(one.figure.is_of_moment for one in counted[:3])


def test_city_and_commune_freeze_the_same_numbers_whoever_asks_first(reader):
    first, second = make_commune(), make_commune()
    for commune in (first, second):
        live(commune, Random(3), tips=(6, 7, 8))
    now = timezone.now()
    told_by_the_commune(first, reader, QUARTER, now)
    city(reader, QUARTER, now)
    for commune in (first, second):
        make_tip(commune, received_at=at(date(2026, 2, 3)))

    communes, counted = city(reader, QUARTER, timezone.now())

    assert [row.values for row in counted[-1].table.rows] == [(21,), (21,)]
    assert [told_by_the_commune(one, reader, QUARTER, now)[-1] for one in communes] == [21, 21]


def test_commune_that_hides_its_tips_is_not_in_the_sum(reader, login):
    for tips in ((7, 7, 7), (2, 1, 0), (9, 9, 9)):
        live(make_commune(), Random(1), tips=tips)

    _communes, counted = city(reader, QUARTER, timezone.now())
    tips = counted[-1].table
    text = login(reader).get(reverse(PAGE), asked(QUARTER)).content.decode()

    assert [row.values for row in tips.rows] == [(21,), (None,), (27,)]
    assert (tips.total.label, tips.total.values) == (TOLD_ALONE, (48,))
    assert f"{TOLD_ALONE}: 48 phản ánh." in text
    assert "không nêu" in text


def test_span_that_still_runs_tells_no_tips(commune, reader, login):
    today = timezone.localdate()
    text = login(reader).get(reverse(PAGE), asked(periods.month_of(today))).content.decode()

    assert NOT_OVER in text
    assert TOLD_ALONE not in text


@pytest.mark.parametrize(("is_dirty", "most"), [(False, 13), (True, 17)])
def test_page_asks_as_often_for_many_communes_as_for_few(reader, is_dirty, most):
    def queries():
        with CaptureQueriesContext(connection) as seen:
            city(reader, HALF, timezone.now())
        return len(seen)

    def grow(count):
        for _number in range(count):
            live(make_commune(), Random(2))
        if not is_dirty:
            recounting.recount_dirty()

    grow(3)
    reader.has_perm("accounts.view_all_communes")  # looked up once
    few = queries()
    grow(9)

    assert queries() == few <= most


def test_figures_are_fresh_after_a_write_without_a_round(reader):
    commune = make_commune()
    live(commune, Random(5))
    recounting.recount_dirty()
    before = rows_of(city(reader, QUARTER, timezone.now())[1])[0]

    make_question(commune, asked_on=MARCH.first)
    assert DirtySlice.objects.exists()
    after = rows_of(city(reader, QUARTER, timezone.now())[1])[0]

    assert after[-2] == before[-2] + 1


def test_communes_stand_in_the_order_of_their_codes(reader, login):
    for name, code in (("Sau", "90002"), ("Trước", "90001")):
        make_hamlet(make_commune(name, code=code))

    text = login(reader).get(reverse(PAGE)).content.decode()

    assert text.index("Xã Trước") < text.index("Xã Sau")
    assert "không xếp hạng" in text


def test_one_commune_has_its_row_and_its_hamlets(reader, login):
    here, there = make_commune("Đây"), make_commune("Kia")
    make_hamlet(here, name="Bến Mẫu", households=10)
    make_hamlet(there, name="Đồi Mẫu")
    client = login(reader)

    assert f"xa={here.code}" in client.get(reverse(PAGE)).content.decode()
    text = client.get(reverse(PAGE), {"xa": here.code}).content.decode()

    assert "Bến Mẫu" in text
    assert "Xã Kia" not in text
    assert "Đồi Mẫu" not in text


@pytest.mark.parametrize(
    "rubbish",
    [
        {"tu": "2026-13-01", "den": "2026-01-31"},
        {"tu": "2026-01-05", "den": "2026-01-31"},
        {"tu": "2026-01-01"},
        {"tu": "1000-01-01", "den": "2026-01-31"},
        {"xa": "00000"},
        {"xa": "' OR 1=1 --"},
        {"xa": "9" * 5000},
        {"xa": "²"},
    ],
)
def test_rubbish_in_the_address_gets_a_sentence(commune, reader, login, rubbish):
    client = login(reader)

    page = client.get(reverse(PAGE), rubbish)

    assert page.status_code == 400
    assert 'role="alert"' in page.content.decode()
    assert client.post(reverse(FILE), rubbish).status_code == 400
    assert not AuditEvent.objects.filter(action="paper.figures_exported").exists()


def test_workbook_says_what_the_page_says(reader, login):
    for tips in ((7, 7, 7), (1, 0, 0)):
        live(make_commune(), Random(4), tips=tips)

    response = login(reader).post(reverse(FILE), asked(QUARTER))

    assert "attachment" in response["Content-Disposition"]
    sheet = openpyxl.load_workbook(BytesIO(response.content)).worksheets[0]
    lines = [tuple(cell.value for cell in row) for row in sheet.iter_rows()]
    for one in city(reader, QUARTER, timezone.now())[1]:
        for row in (*one.table.rows, one.table.total):
            values = tuple("–" if value is None else value for value in row.values)
            assert (row.label, *values) in [line[: len(values) + 1] for line in lines]
    event = AuditEvent.objects.get(action="paper.figures_exported")
    assert (event.actor, event.commune) == (reader, None)
