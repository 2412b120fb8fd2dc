"""What stands in the Word file is what was counted, whatever the span and whoever reads."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from io import BytesIO
from random import Random

import pytest
from django.utils import timezone
from docx import Document
from docx.table import Table

from accounts.papers.building import build
from accounts.papers.letterheads import Issuer
from accounts.roles import Role
from oversight.figures import FIGURES, compute
from oversight.papers.report import NOT_TOLD, report_of_figures, report_paper
from oversight.periods import Period, quarter
from oversight.scopes import Scope, whole_commune
from tests.factories.accounts import make_user
from tests.factories.groups import make_hamlet, make_meeting
from tests.factories.tips import make_tip

pytestmark = pytest.mark.django_db
FIRST, DAYS, SPANS = date(2025, 10, 1), 400, 8


@pytest.fixture
def busy(chief):
    """A commune with tips and meetings on many days."""
    chance = Random(5)
    hamlet = make_hamlet(chief.commune)
    for _ in range(60):
        day = FIRST + timedelta(days=chance.randrange(DAYS))
        at = timezone.make_aware(datetime.combine(day, time(9)))
        make_tip(
            hamlet=hamlet, received_at=at, channel=chance.choice(["phone", "desk", "web_form"])
        )
    for _ in range(10):
        make_meeting(hamlet=hamlet, held_on=FIRST + timedelta(days=chance.randrange(DAYS)))
    return chief.commune


def tables(content: bytes) -> Iterator[tuple[str, list[list[str]]]]:
    """Each table of figures under the heading that it stands below."""
    heading = ""
    for block in Document(BytesIO(content)).iter_inner_content():
        if not isinstance(block, Table):
            number, _dot, text = block.text.partition(". ")
            if number.isdecimal() or set(number) <= set("IVX"):
                heading = text
        elif heading:
            yield heading, [[cell.text for cell in row.cells] for row in block.rows]


def numbers(row: list[str]) -> list[int | None]:
    return [None if one == NOT_TOLD else int(one.replace(".", "")) for one in row[1:]]


def disagreements(scope: Scope, period: Period, as_of: datetime) -> list[str]:
    content = report_of_figures(scope, period, as_of=as_of)
    paper = report_paper(content, scope, issuer=Issuer.POLICE, signed_on=as_of)
    found = dict(tables(build(paper)))
    wrong = []
    for key, figure in FIGURES.items():
        table = compute(key, scope, period, as_of=as_of).table
        is_told = table.rows or not table.note
        lines = [*table.rows, *([table.total] if table.total else [])] if is_told else []
        said = [(row[0], numbers(row)) for row in found.get(figure.name, [[]])[1:]]
        if said != [(line.label, list(line.values)) for line in lines]:
            wrong.append(f"{key} {period.words}")
    return wrong


def test_file_and_figures_agree_for_any_span(busy, chief):
    chance = Random(7)
    scope, now = whole_commune(busy, reader=chief), timezone.now()
    spans = []
    for _ in range(SPANS):
        first = FIRST + timedelta(days=chance.randrange(DAYS))
        spans.append(Period(first, first + timedelta(days=chance.randrange(120))))

    assert [one for span in spans for one in disagreements(scope, span, now)] == []


def test_file_for_outsiders_says_what_they_are_shown(busy):
    office = make_user(busy, Role.PARTY_OFFICE)
    scope, now = whole_commune(busy, reader=office), timezone.now()

    assert disagreements(scope, quarter(2026, 1), now) == []
    assert disagreements(scope, Period(date(2026, 1, 5), date(2026, 2, 7)), now) == []
