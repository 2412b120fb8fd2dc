"""Figures of direction: the borders of days, one commune alone, and lists as long as the number."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from accounts.users.roles import Role
from oversight import periods
from oversight.dashboards.list_page import visible
from oversight.figures.registry import LISTINGS, behind_row, compute
from oversight.figures.scopes import Scope, whole_commune
from oversight.figures.table import Ask
from oversight.models import Body, PartyOrganisation
from tests.factories.accounts import make_user
from tests.factories.direction import (
    make_body,
    make_direction,
    make_document,
    make_issued,
    make_milestone,
    make_organisation,
    make_plan,
    make_proposal,
    make_spreading,
)
from tests.factories.groups import make_hamlet
from tests.oversight.conftest import at

pytestmark = pytest.mark.django_db
NOVEMBER = periods.month(2026, 11)
FIRST, LAST, TODAY = date(2026, 11, 1), date(2026, 11, 30), date(2026, 11, 20)
DAY = timedelta(days=1)
KEYS = ("directions", "spreading", "plan_steps", "proposals")


@pytest.fixture(autouse=True)
def on_the_twentieth(time_machine):
    time_machine.move_to(at(TODAY), tick=False)


@pytest.fixture
def office(commune):
    return make_user(commune, Role.PARTY_OFFICE)


@pytest.fixture
def women(commune):
    return make_body(commune, Body.Kind.WOMEN)


def table_of(key, reader, scope=None):
    scope = scope or whole_commune(reader.commune, reader=reader)
    return compute(key, scope, NOVEMBER, as_of=timezone.now()).table


def row_of(table, label):
    return next(row.values for row in table.rows if row.label == label)


def given(to, on, due, answered=None, **fields):
    state = fields.pop("state", "replied" if answered else "open")
    return make_direction(
        to, given_on=on, due_on=due, answered_on=answered, state=state, **fields
    )  # fmt: skip


def test_directions_are_told_apart_by_the_day_that_is_due(women, office):
    given(women, FIRST, TODAY - DAY, TODAY - DAY)
    given(women, FIRST, TODAY - DAY, TODAY)
    given(women, FIRST, TODAY)
    given(women, FIRST, TODAY - DAY, state="returned")
    given(women, FIRST, TODAY, state="closed", closed_at=timezone.now())
    given(women, FIRST, LAST, TODAY, state="closed", closed_at=timezone.now())

    table = table_of("directions", office)

    assert row_of(table, "Mặt trận, đoàn thể, cơ quan khác") == (2, 1, 1, 1, 1)
    assert table.total.values == (2, 1, 1, 1, 1)


@pytest.mark.parametrize(
    ("on", "counted"), [(FIRST - DAY, 0), (FIRST, 1), (LAST, 1), (LAST + DAY, 0)]
)
def test_a_direction_counts_in_the_month_it_was_given_in(on, counted, women, office):
    given(women, on, on + 30 * DAY)

    assert sum(table_of("directions", office).total.values) == counted


def test_directions_stand_in_the_line_of_whoever_got_them(commune, hamlet, office):
    places = {
        "Công an, Ủy ban nhân dân": make_body(commune, Body.Kind.COMMITTEE),
        "Mặt trận, đoàn thể, cơ quan khác": make_body(commune, Body.Kind.FRONT),
        "Ấp, khu phố": hamlet,
        "Tổ chức đảng": make_organisation(commune),
    }
    for to in places.values():
        given(to, TODAY, LAST)
    given(make_body(make_hamlet().commune, Body.Kind.FRONT), TODAY, LAST)

    table = table_of("directions", office)

    assert [row.label for row in table.rows] == list(places)
    assert [row.values for row in table.rows] == [(0, 0, 1, 0, 0)] * 4


def test_a_hamlet_is_told_of_its_own_alone(commune, hamlet, women, office):
    other = make_hamlet(commune)
    plan = make_issued(women)
    for place in (hamlet, other, other):
        given(place, TODAY, LAST)
        make_milestone(plan, hamlet=place, due_on=LAST)
        make_proposal(place, sent_at=at(TODAY))
    given(women, TODAY, LAST)
    make_milestone(plan, due_on=LAST)
    own = Scope(commune, (hamlet,), office, is_whole=False)

    for key in ("directions", "plan_steps", "proposals"):
        assert sum(table_of(key, office, own).total.values) == 1, key
    assert table_of("spreading", office, own).rows == ()
    assert table_of("spreading", office, own).note


def test_steps_are_told_apart_and_drafts_and_dropped_ones_left_out(women, office):
    plan = make_issued(women)
    make_milestone(plan, due_on=TODAY, state="done", done_on=TODAY)
    make_milestone(plan, due_on=TODAY - DAY, state="done", done_on=TODAY)
    make_milestone(plan, due_on=TODAY)
    make_milestone(plan, due_on=TODAY - DAY, state="doing")
    make_milestone(plan, due_on=TODAY, state="dropped", drop_reason="Đã gộp.")
    make_milestone(plan, due_on=None)
    make_milestone(plan, due_on=FIRST - DAY)
    make_milestone(plan, due_on=LAST + DAY)
    make_milestone(make_plan(women), due_on=TODAY)

    table = table_of("plan_steps", office)

    assert row_of(table, str(Body.Kind.WOMEN.label)) == (1, 1, 1, 1)
    assert table.total.values == (1, 1, 1, 1)


def test_a_closed_plan_keeps_what_was_done_and_leaves_the_rest_to_the_next(women, office):
    after = make_issued(women)
    closed = make_issued(
        women, state="closed", closed_on=TODAY, close_note="Đã thay.", replaced_by=after
    )
    make_milestone(closed, due_on=TODAY - DAY, state="done", done_on=TODAY - DAY)
    for plan in (closed, after):
        make_milestone(plan, what="Lập tổ", due_on=TODAY - DAY)
        make_milestone(plan, what="Họp dân", due_on=LAST, state="doing")

    table = table_of("plan_steps", office)
    scope = whole_commune(office.commune, reader=office)
    behind = LISTINGS["plan_steps"].rows(Ask(scope, NOVEMBER, timezone.now()))

    assert table.total.values == (1, 0, 1, 1)
    assert [(one.what, one.plan) for one in behind if one.state != "done"] == [
        ("Lập tổ", after), ("Họp dân", after),
    ]  # fmt: skip


def test_an_organisation_counts_once_however_much_it_spread(commune, office):
    cell, quiet = make_organisation(commune), make_organisation(commune)
    make_organisation(commune, valid_to=TODAY - DAY)
    for number, day in enumerate((FIRST - DAY, FIRST, LAST, LAST + DAY)):
        make_spreading(cell, make_document(commune), held_on=day, attendees=10 + number)

    table = table_of("spreading", office)

    assert quiet.pk
    kind = str(PartyOrganisation.Kind.AGENCY_CELL.label)
    assert row_of(table, kind) == (1, 2, 2, 23)


def test_a_proposal_counts_on_the_day_of_vietnam_on_which_it_was_sent(women, office):
    make_proposal(women, sent_at=at(FIRST, 0))
    make_proposal(women, sent_at=at(FIRST, 0) - timedelta(minutes=1))
    make_proposal(women, sent_at=at(LAST, 23), state="withdrawn")
    make_proposal(
        women, sent_at=at(TODAY), state="answered", answer="Đồng ý.", answered_by=office,
        answered_at=at(TODAY, 10),
    )  # fmt: skip

    table = table_of("proposals", office)

    assert [row.values for row in table.rows] == [(1,), (1,), (1,)]


@pytest.fixture
def busy(commune, hamlet, women, office):
    """Something in every column, and as much in another commune, which no list may show."""
    elsewhere = make_hamlet()
    for home, place in ((commune, hamlet), (elsewhere.commune, elsewhere)):
        bodies = [make_body(home, kind) for kind in (Body.Kind.POLICE, Body.Kind.FRONT)]
        for to in (*bodies, place, make_organisation(home)):
            for due, answered in ((TODAY, TODAY), (TODAY - DAY, TODAY), (TODAY, None)):
                given(to, FIRST, due, answered)
            given(to, FIRST, TODAY - DAY)
            given(to, FIRST, TODAY, state="closed", closed_at=timezone.now())
            if not isinstance(to, PartyOrganisation):
                make_proposal(to, sent_at=at(TODAY))
        plan = make_issued(bodies[1])
        for where in (place, None):
            make_milestone(plan, hamlet=where, due_on=TODAY, state="done", done_on=TODAY)
            make_milestone(plan, hamlet=where, due_on=TODAY - DAY)
        cell = make_organisation(home)
        make_spreading(cell, make_document(home), held_on=TODAY, attendees=12)
        make_spreading(cell, make_document(home), held_on=TODAY, attendees=7)
    return whole_commune(commune, reader=office)


@pytest.mark.parametrize("key", KEYS)
def test_each_list_is_as_long_as_its_number(key, busy, commune, hamlet, office):
    for scope in (busy, Scope(commune, (hamlet,), office, is_whole=False)):
        counted = compute(key, scope, NOVEMBER, as_of=timezone.now())
        listing = LISTINGS[key]
        total = [counted.table.total] if counted.table.total else []
        for row in (*counted.table.rows, *total):
            for column, value in enumerate(row.values):
                assert behind_row(key, scope, NOVEMBER, row, column)
                found = visible(listing, scope, counted, row.key, column)
                added = listing.sums.get(column)
                said = sum(getattr(one, added) for one in found) if added else found.count()
                assert said == value, (key, row.label, column)
    assert any(compute(key, busy, NOVEMBER, as_of=timezone.now()).table.total.values)


@pytest.mark.parametrize("role", [Role.PARTY_OFFICE, Role.PARTY_MEMBER])
@pytest.mark.parametrize("key", KEYS)
def test_the_page_of_a_list_opens_for_the_party_and_each_line_leads_on(
    key, role, busy, commune, login
):
    reader = make_user(commune, role)
    client = login(reader)
    scope = whole_commune(commune, reader=reader)
    table = compute(key, scope, NOVEMBER, as_of=timezone.now()).table
    for column in range(len(table.columns)):
        response = client.get(behind_row(key, scope, NOVEMBER, table.total, column))

        assert response.status_code == 200
        assert response.context["asked"].value == table.total.values[column]
        for line in response.context["lines"][:1]:
            assert client.get(line.url).status_code == 200
