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
from accounts.roles import Role
from reports.models import TipEvent, TipReport
from reports.searching import tokens
from tests.factories.accounts import make_user
from tests.factories.groups import make_hamlet
from tests.factories.procedures import (
    make_area,
    make_procedure,
    make_published,
    make_question,
    make_synonym,
    make_text,
)
from tests.factories.tips import (
    make_canned,
    make_clock_rule,
    make_diversion,
    make_message,
    make_opening,
    make_tip,
    make_worked,
)

MANY = 50
_numbers = count(1)


def officer(commune: Commune) -> User:
    return make_user(commune, Role.OFFICER)


def tip(commune: Commune) -> TipReport:
    return make_worked(officer(commune), hamlet=make_hamlet(commune), place="Quán nước")


ROWS: dict[str, Callable[[Commune], Any]] = {
    "reports_tipreport": tip,
    "reports_identityopening": lambda commune: make_opening(tip(commune), officer(commune)),
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


@pytest.fixture
def everything(commune, login) -> Client:
    """Who holds every right in the commune."""
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
    for _number in range(2):
        ROWS[name](commune)
    few, _page = asked(everything, address)
    for _number in range(MANY):
        ROWS[name](commune)

    many, page = asked(everything, address)

    assert page.count("<tr") >= MANY
    assert many <= few


def test_a_search_of_tips_asks_for_fifty_as_often_as_for_two(commune, everything):
    address = f"{reverse('admin:reports_tipreport_changelist')}?q=đánh bạc"
    few = _searched(commune, everything, address, 2)

    assert _searched(commune, everything, address, MANY) <= few


def _searched(commune: Commune, client: Client, address: str, number: int) -> int:
    for _number in range(number):
        found = tip(commune)
        found.search_tokens = tokens(f"{found.summary} {found.place}")
        found.save()
    questions, page = asked(client, address)
    assert page.count("<tr") >= number
    return questions


def test_the_register_asks_for_fifty_tips_as_often_as_for_two(commune, everything):
    address = reverse("admin:reports_tipreport_register")
    for _number in range(2):
        tip(commune)
    few, _page = asked(everything, address)
    for _number in range(MANY):
        tip(commune)

    many, page = asked(everything, address)

    assert page.count("<tr") >= MANY
    assert many <= few


@pytest.mark.parametrize("name", ["show", "trail", "talk"])
def test_a_page_of_a_tip_asks_for_fifty_parts_as_often_as_for_two(name, commune, everything):
    found = tip(commune)
    address = reverse(f"admin:reports_tipreport_{name}", args=[found.pk])
    add_parts(found, 2)
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
    for _number in range(2):
        make_tip(commune)
    few, _page = asked(everything, address)
    for _number in range(MANY):
        make_tip(commune)

    many, _page = asked(everything, address)

    assert many <= few
