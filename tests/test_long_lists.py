"""Lists and long pages of tips and of the library ask as often for fifty rows as for one."""

from collections.abc import Callable
from itertools import count
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Commune, User
from accounts.users.roles import Role
from reports.models import TipEvent, TipReport
from reports.tips.search import tokens
from tests.factories.accounts import make_commune, make_user
from tests.factories.groups import make_hamlet
from tests.factories.procedures import (
    make_area,
    make_procedure,
    make_published,
    make_question,
    make_synonym,
    make_text,
)
from tests.factories.scenes import shared_scene
from tests.factories.tips import (
    make_canned,
    make_clock_rule,
    make_diversion,
    make_message,
    make_opening,
    make_tip,
    make_worked,
)

FEW, MANY = 2, 50
_numbers = count(1)


def officer(commune: Commune) -> User:
    return make_user(commune, Role.OFFICER)


def tip(commune: Commune) -> TipReport:
    return make_worked(officer(commune), hamlet=make_hamlet(commune), place="Quán nước")


ROWS: dict[str, Callable[[Commune], Any]] = {
    "reports_cannedreply": make_canned,
    "reports_clockrule": make_clock_rule,
    "reports_diversion": lambda commune: make_diversion(commune, officer(commune)),
    "procedures_edition": lambda _commune: make_published(),
    "procedures_procedure": lambda _commune: make_procedure(),
    "procedures_procedurearea": lambda _commune: make_area(),
    "procedures_question": lambda commune: make_question(commune, f"câu số {next(_numbers)}"),
    "procedures_synonym": lambda _commune: make_synonym("cạc"),
    "procedures_legaltext": lambda _commune: make_text(),
}


def build() -> dict[int, Commune]:
    """A commune with few tips and one with many, each with a request to open it."""
    communes = {number: make_commune() for number in (FEW, MANY)}
    for number, commune in communes.items():
        for _number in range(number):
            found = tip(commune)
            found.search_tokens = tokens(f"{found.summary} {found.place}")
            found.save()
            make_opening(found, officer(commune))
    return communes


communes = shared_scene(build)


@pytest.fixture
def everything(commune, login) -> Client:
    """Make an account that holds every right in the commune."""
    return login(make_user(commune, is_superuser=True))


def asked(client: Client, address: str) -> tuple[int, str]:
    """How many questions a page asks the database, and what it shows."""
    client.get(address)  # which writes down, now and then, that the session is still in use
    with CaptureQueriesContext(connection) as made:
        answer = client.get(address)
    assert answer.status_code == 200
    return len(made), answer.text


@pytest.mark.parametrize("name", ROWS)
def test_a_list_asks_for_fifty_rows_as_often_as_for_two(name, commune, everything):
    address = reverse(f"admin:{name}_changelist")
    for _number in range(FEW):
        ROWS[name](commune)
    few, _page = asked(everything, address)
    for _number in range(MANY):
        ROWS[name](commune)

    many, page = asked(everything, address)

    assert page.count("<tr") >= MANY
    assert many <= few


@pytest.mark.parametrize(
    "address",
    [
        "reports_tipreport_changelist",
        "reports_tipreport_changelist?q=đánh bạc",
        "reports_tipreport_register",
        "reports_identityopening_changelist",
    ],
)
def test_a_list_of_tips_asks_for_fifty_as_often_as_for_two(address, communes, login, db):
    name, _mark, query = address.partition("?")
    questions = {}
    for number, commune in communes.items():
        client = login(make_user(commune, is_superuser=True))
        questions[number], page = asked(client, f"{reverse(f'admin:{name}')}?{query}")
        assert page.count("<tr") >= number

    assert questions[MANY] <= questions[FEW]


@pytest.mark.parametrize("name", ["show", "trail", "talk"])
def test_a_page_of_a_tip_asks_for_fifty_parts_as_often_as_for_two(name, commune, everything):
    found = tip(commune)
    address = reverse(f"admin:reports_tipreport_{name}", args=[found.pk])
    add_parts(found, FEW)
    few, _page = asked(everything, address)
    add_parts(found, MANY)

    many, _page = asked(everything, address)

    assert many <= few


def add_parts(found: TipReport, number: int) -> None:
    """Words of the reporter, answers of several people, and steps of several people."""
    for _number in range(number):
        by = officer(found.commune)
        make_message(found)
        make_message(found, direction="out", by=by)
        TipEvent.objects.create(tip=found, kind=TipEvent.Kind.NOTED, by=by)


def test_finding_the_like_of_a_tip_asks_for_fifty_as_often_as_for_two(commune, everything):
    found = make_tip(commune)
    address = reverse("admin:reports_tipreport_alike", args=[found.pk])
    for _number in range(FEW):
        make_tip(commune)
    few, _page = asked(everything, address)
    for _number in range(MANY):
        make_tip(commune)

    many, _page = asked(everything, address)

    assert many <= few
