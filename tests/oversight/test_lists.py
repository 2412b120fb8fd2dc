"""The list behind a number: as long as the number, for whoever may read its records."""

from copy import deepcopy
from datetime import date
from random import Random

import pytest
from django.utils import timezone

from accounts.models import User
from accounts.users.roles import Role
from oversight import periods
from oversight.dashboards.list_page import visible
from oversight.figures.registry import FIGURES, LISTINGS, behind_row, compute, compute_all
from oversight.figures.scopes import Scope, scope_of, whole_commune
from oversight.figures.table import ALL, NotListed
from tests.factories.accounts import make_commune, make_user
from tests.factories.groups import make_assignment, make_hamlet, make_officer
from tests.factories.scenes import shared_scene
from tests.oversight.busy import busy_commune
from tests.sizes import is_whole

SPANS = (
    periods.month(2026, 11), periods.quarter(2026, 4), periods.whole_year(2026),
    periods.Period(date(2026, 10, 20), date(2026, 11, 19)), periods.hamlet_year(2026),
)  # fmt: skip
# The chief's numbers are asked of every span; `make drill ARGS=figures` asks the others so, too.
SPANS_OF_OTHERS = (SPANS[1:4], (SPANS[0], SPANS[4]))


def lines_of(table):
    return [*table.rows, *([table.total] if table.total else [])]


def reason_of(key, scope, period, row, column):
    """Why a number has no list; empty where it has one."""
    try:
        behind_row(key, scope, period, row, column)
    except NotListed as why:
        return str(why)
    return ""


def length(key, scope, counted, row, column):
    """Of the list behind a number, or what it adds up."""
    if key not in LISTINGS:
        raise AssertionError(f"{key} leads to a list that is not of this page")
    listing = LISTINGS[key]
    found = visible(listing, scope, counted, row.key, column)
    added = listing.sums.get(column)
    return sum(getattr(one, added) for one in found) if added else found.count()


def busy_scopes() -> tuple[list[Scope], User]:
    """Of the chief, of an officer, and of one hamlet that the chief looks at; the Party office."""
    commune = make_commune()
    hamlet, chief = make_hamlet(commune), make_user(commune, Role.CHIEF)
    busy_commune(commune, hamlet, by=chief, chance=Random(20261126))
    officer = make_user(commune, Role.OFFICER)
    make_assignment(make_officer(commune, user=officer), hamlet)
    own, one = scope_of(officer), Scope(commune, (hamlet,), chief, is_whole=False)
    assert own is not None
    return [whole_commune(commune, reader=chief), own, one], make_user(commune, Role.PARTY_OFFICE)


busy = shared_scene(busy_scopes)


@pytest.fixture
def scopes(busy, db):
    return deepcopy(busy[0])


@pytest.fixture
def party_office(busy, db):
    return deepcopy(busy[1])


@pytest.mark.parametrize("key", FIGURES)
def test_every_number_is_as_long_as_its_list_or_says_why_it_has_none(key, scopes):
    now = timezone.now()
    spans = (SPANS,) * len(scopes) if is_whole() else (SPANS, *SPANS_OF_OTHERS)
    for scope, asked in zip(scopes, spans, strict=True):
        for period in asked:
            counted = compute(key, scope, period, as_of=now)
            for row in lines_of(counted.table):
                for column, value in enumerate(row.values):
                    if reason := reason_of(key, scope, period, row, column):
                        assert reason.endswith(".")
                    else:
                        listed = length(key, scope, counted, row, column)
                        assert listed == value, (key, period.words, row.label, column)


@pytest.mark.parametrize("key", LISTINGS)
def test_page_of_a_list_says_the_number_and_has_so_many_lines(key, scopes, party_office, login):
    chief = scopes[0].reader
    reader = chief if LISTINGS[key].shows(scopes[0], ALL) else party_office
    scope, period, now = whole_commune(chief.commune, reader=reader), SPANS[2], timezone.now()
    table = compute(key, scope, period, as_of=now).table
    column = max(set(range(len(table.columns))) - LISTINGS[key].unlisted.keys())
    row = table.rows[0]

    response = login(scope.reader).get(behind_row(key, scope, period, row, column))

    assert response.status_code == 200
    assert response.context["asked"].value == row.values[column]
    lines = response.context["page"].paginator.count
    assert row.values[column] == (lines if key != "meetings" else response.context["sum"])
    assert len(response.context["lines"]) == lines


@pytest.mark.parametrize("whose", range(3), ids=["chief", "officer", "hamlet"])
def test_figures_counted_together_are_those_counted_alone(whose, scopes):
    scope, alone, now = scopes[whose], deepcopy(scopes[whose]), timezone.now()
    for period in SPANS[1:4]:
        together = compute_all(FIGURES, scope, period, as_of=now)
        assert together == [compute(key, alone, period, as_of=now) for key in FIGURES]
