"""Behind the figures of direction: who does not oversee the commune lists what is their own."""

from contextlib import suppress
from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.users.roles import Role
from oversight import periods
from oversight.dashboards.list_page import PART
from oversight.figures.listing import COUNTS_ONLY
from oversight.figures.registry import LISTINGS, behind, behind_row, compute
from oversight.figures.scopes import Scope, whole_commune
from oversight.figures.table import ALL, NotListed
from oversight.models import Body
from tests.factories.accounts import make_user
from tests.factories.direction import (
    make_body,
    make_direction,
    make_document,
    make_issued,
    make_milestone,
    make_organisation,
    make_proposal,
    make_spreading,
    speaker_of,
)
from tests.factories.groups import make_assignment, make_hamlet, make_officer
from tests.oversight.conftest import at

pytestmark = pytest.mark.django_db
NOVEMBER = periods.month(2026, 11)
DAYS = {"tu": "2026-11-01", "den": "2026-11-30"}
TODAY = date(2026, 11, 20)
Kind = Body.Kind
OWN_KEYS = ("directions", "plan_steps", "proposals")


@pytest.fixture(autouse=True)
def on_the_twentieth(time_machine: Any) -> None:
    time_machine.move_to(at(TODAY), tick=False)


@pytest.fixture
def bodies(commune: Any, hamlet: Any) -> dict[str, Body]:
    """Five bodies, a hamlet and a cell, each with a direction, a step of a plan, a proposal."""
    kinds = (Kind.POLICE, Kind.COMMITTEE, Kind.FRONT, Kind.WOMEN, Kind.PARTY)
    found = {str(kind): make_body(commune, kind) for kind in kinds}
    cell = make_organisation(commune)
    for to in (*found.values(), hamlet, make_hamlet(commune), cell):
        make_direction(to, title=f"Việc của {to}", given_on=TODAY, due_on=TODAY + timedelta(2))
        if to is not cell:
            make_proposal(to, title=f"Đề nghị của {to}", sent_at=at(TODAY))
    for body in found.values():
        make_milestone(make_issued(body), what=f"Bước của {body}", due_on=TODAY)
    make_milestone(make_issued(found["front"]), what="Bước ở ấp", hamlet=hamlet, due_on=TODAY)
    make_spreading(cell, make_document(commune), held_on=TODAY)
    return found


@pytest.fixture
def front(bodies: dict[str, Body]) -> Any:
    return speaker_of(bodies["front"])


def opened(login: Any, reader: Any, key: str, **asked: str) -> Any:
    return login(reader).get(reverse("admin:oversight_list", args=[key]), DAYS | asked)


def rows_on(response: Any) -> set[str]:
    return {line.cells[0].text for line in response.context["lines"]}


def lines_with_a_list(reader: Any, key: str) -> set[str]:
    scope = whole_commune(reader.commune, reader=reader)
    table = compute(key, scope, NOVEMBER, as_of=timezone.now()).table
    found = set()
    for row in (*table.rows, *([table.total] if table.total else [])):
        with suppress(NotListed):
            behind_row(key, scope, NOVEMBER, row)
            found.add(row.key)
    return found


@pytest.mark.parametrize(
    ("key", "line", "own"),
    [
        ("directions", "police", {"Việc của {police}", "Việc của {committee}"}),
        ("plan_steps", "police", {"Bước của {police}"}),
        ("plan_steps", "committee", {"Bước của {committee}"}),
    ],
)
def test_a_chief_lists_the_whole_line_of_police_and_committee(key, line, own, bodies, chief, login):
    response = opened(login, chief, key, dong=line)

    table = compute(
        key, whole_commune(chief.commune, reader=chief), NOVEMBER, as_of=timezone.now()
    ).table
    number = next(sum(row.values) for row in table.rows if row.key == line)
    assert rows_on(response) == {words.format(**bodies) for words in own}
    assert response.context["page"].paginator.count == number
    page = response.content.decode()
    for line_shown in response.context["lines"]:
        assert line_shown.url in page
        assert login(chief).get(line_shown.url).status_code == 200


@pytest.mark.parametrize(
    ("key", "own"),
    [
        ("directions", {"Việc của {front}"}),
        ("plan_steps", {"Bước của {front}", "Bước ở ấp"}),
        ("proposals", {"Đề nghị của {front}"}),
    ],
)
def test_the_front_lists_its_own_and_is_told_that_the_number_counts_others(
    key, own, bodies, front, login
):
    scope = whole_commune(front.commune, reader=front)
    table = compute(key, scope, NOVEMBER, as_of=timezone.now()).table
    column = next(place for place, value in enumerate(table.total.values) if value)

    assert behind(key, scope, NOVEMBER)
    response = login(front).get(behind_row(key, scope, NOVEMBER, table.total, column))

    assert rows_on(response) == {words.format(**bodies) for words in own}
    assert response.context["asked"].value > len(own)
    assert PART in response.content.decode()
    for line in response.context["lines"]:
        assert login(front).get(line.url).status_code == 200


def test_a_list_as_long_as_its_number_says_nothing_of_others(bodies, chief, login):
    waiting = opened(login, chief, "directions", dong="police", cot="3")

    assert waiting.context["asked"].value == 2
    assert PART not in waiting.content.decode()


def test_lines_of_others_are_numbers_alone(bodies, chief, front, login):
    assert lines_with_a_list(chief, "directions") == {"police", ALL}
    assert lines_with_a_list(chief, "plan_steps") == {"police", "committee", ALL}
    assert lines_with_a_list(front, "directions") == {"bodies", ALL}
    assert lines_with_a_list(front, "plan_steps") == {"front", ALL}
    assert lines_with_a_list(chief, "spreading") == lines_with_a_list(front, "spreading") == set()

    for reader, key, line in (
        (chief, "directions", "bodies"), (chief, "directions", "organisations"),
        (chief, "plan_steps", "front"), (front, "directions", "police"),
        (front, "plan_steps", "women"), (front, "spreading", ALL), (chief, "spreading", ALL),
    ):  # fmt: skip
        assert opened(login, reader, key, dong=line).status_code == 403, (key, line)


@pytest.mark.parametrize("key", OWN_KEYS)
def test_who_speaks_for_nobody_has_the_number_and_no_list(key, bodies, commune, login):
    reader = make_user(commune, Role.FRONT)
    scope = whole_commune(commune, reader=reader)

    assert lines_with_a_list(reader, key) == set()
    with pytest.raises(NotListed, match=COUNTS_ONLY):
        behind(key, scope, NOVEMBER)
    assert opened(login, reader, key).status_code == 403


@pytest.mark.parametrize("key", OWN_KEYS)
def test_a_hamlet_head_lists_what_the_own_hamlet_has_to_do(
    key, bodies, commune, hamlet, actor, login
):
    head = actor(Role.HAMLET_HEAD)
    make_assignment(make_officer(commune, user=head), hamlet)
    scope = Scope(commune, (hamlet,), head, is_whole=False)
    total = compute(key, scope, NOVEMBER, as_of=timezone.now()).table.total

    response = opened(login, head, key, ap=str(hamlet.pk))
    other = opened(login, head, key, ap=str(make_hamlet(commune).pk))

    assert len(response.context["lines"]) == sum(total.values) == 1
    assert other.status_code == opened(login, head, key).status_code == 403


@pytest.mark.parametrize("role", [Role.PARTY_OFFICE, Role.PARTY_MEMBER])
def test_the_party_lists_all_of_every_line(role, bodies, commune, login):
    reader = make_user(commune, role)

    for key in (*OWN_KEYS, "spreading"):
        page = opened(login, reader, key)
        assert LISTINGS[key].is_partial(whole_commune(commune, reader=reader)) is False
        assert (page.status_code, PART in page.content.decode()) == (200, False)
    assert len(rows_on(opened(login, reader, "directions"))) == 8
