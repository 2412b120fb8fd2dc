"""Figures of the year: what the police count, what outsiders get, and nothing of informants."""

from datetime import date

import pytest
from django.utils import timezone

from accounts.models import User
from accounts.users.roles import Role
from oversight import periods
from oversight.figures.registry import behind_row, compute
from oversight.figures.scopes import Scope, whole_commune
from oversight.figures.table import NotListed
from tests.factories.accounts import make_user
from tests.factories.groups import make_hamlet
from tests.factories.year import (
    make_accepted,
    make_achievement,
    make_checklist,
    make_commendation,
    make_form,
    make_informant,
)

pytestmark = pytest.mark.django_db
YEAR = periods.whole_year(2026)


def values_of(key, scope):
    table = compute(key, scope, YEAR, as_of=timezone.now()).table
    return {row.label: row.values for row in table.rows}


@pytest.fixture
def thanked(commune, hamlet):
    """Two collectives, one of them public, a person, an informant, and one without a decision."""
    form, sealed = make_form(commune), make_form(commune)
    make_accepted(make_achievement(commune, hamlet=hamlet), form=form, is_public=True)
    make_accepted(make_achievement(commune), form=form)
    make_accepted(make_achievement(commune, subject_kind="individual"), form=form)
    make_accepted(make_informant(commune), form=sealed)
    make_commendation(make_achievement(commune), form=form)
    return form, sealed


def test_police_count_every_decision_and_an_informant_as_one_more_person(chief, thanked):
    form, sealed = thanked

    counted = values_of("commendations", whole_commune(chief.commune, reader=chief))

    assert counted == {str(form): (2, 1), str(sealed): (0, 1)}


@pytest.mark.parametrize("role", [Role.PARTY_MEMBER, Role.PARTY_OFFICE, Role.FRONT])
def test_outsiders_get_what_was_made_public_and_no_line_of_an_informant(role, commune, thanked):
    form, _sealed = thanked
    reader = make_user(commune, role)
    scope = whole_commune(commune, reader=reader)

    assert values_of("commendations", scope) == {str(form): (1, 0)}
    row = compute("commendations", scope, YEAR, as_of=timezone.now()).table.rows[0]
    with pytest.raises(NotListed):
        behind_row("commendations", scope, YEAR, row, 0)


def test_one_more_informant_changes_no_number_of_outsiders(commune, thanked):
    nobody = User(commune=commune, is_active=False)
    scope = whole_commune(commune, reader=nobody)
    before = values_of("commendations", scope)

    make_accepted(make_informant(commune), form=thanked[0])

    assert values_of("commendations", scope) == before


def test_no_hamlet_counts_an_informant(chief, hamlet, thanked):
    scope = Scope(chief.commune, (hamlet,), chief, is_whole=False)

    assert sum(map(sum, values_of("commendations", scope).values())) == 1


def test_places_are_counted_by_what_papers_say(chief):
    ours, other = make_hamlet(chief.commune), make_hamlet(chief.commune)
    decided = {"decision_number": "7/QĐ", "decided_on": date(2026, 11, 9), "recorded_by": chief}
    make_checklist(chief.commune, ours, registered_on=date(2026, 2, 1), is_recognised=True,
                   **decided)  # fmt: skip
    make_checklist(chief.commune, other, registered_on=date(2026, 2, 1), is_recognised=False,
                   **decided)  # fmt: skip
    make_checklist(chief.commune, make_hamlet(chief.commune))
    make_checklist(chief.commune, None, is_recognised=True, **decided)

    counted = values_of("checklists", whole_commune(chief.commune, reader=chief))

    assert [values[0] for values in counted.values()] == [2, 1, 1]
