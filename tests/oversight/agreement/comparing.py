"""Takes every form of the figures of a span as a reader gets it, and holds it against the count."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from random import Random

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.papers.services import Issuer
from documents.building import build
from oversight import periods
from oversight.figures.registry import FIGURES, behind_row, compute
from oversight.figures.report import KEYS, report_of_figures, report_paper
from oversight.figures.scopes import Scope, scope_of, whole_commune
from oversight.figures.table import NotListed, Row
from oversight.figures.workbook import workbook_of
from oversight.periods import Period
from tests.oversight.agreement import reading
from tests.oversight.agreement.reading import Lines
from tests.oversight.agreement.scene import DAYS, FIRST, Place
from tests.papers_checking import validate

BACKEND = "django.contrib.auth.backends.ModelBackend"
LISTS = 12  # numbers of a span whose list is opened


@dataclass(frozen=True)
class Reader:
    """Somebody who reads the figures of a place, as a body that issues papers."""

    name: str
    user: User
    scope: Scope
    issuer: Issuer


def readers(place: Place) -> list[Reader]:
    """The commune as the police, the Party and the People's Committee read it; the hamlets of an
    officer, together and one by one."""
    officer = scope_of(place.officer)
    assert officer is not None
    bodies = (
        ("police", place.chief, Issuer.POLICE), ("party", place.office, Issuer.PARTY),
        ("committee", place.office, Issuer.COMMITTEE),
    )  # fmt: skip
    found = [
        Reader(name, user, whole_commune(place.commune, reader=user), issuer)
        for name, user, issuer in bodies
    ]
    found.append(Reader("own hamlets", place.officer, officer, Issuer.POLICE))
    found.extend(
        Reader(
            f"hamlet {hamlet.code}", place.chief,
            Scope(place.commune, (hamlet,), place.chief, is_whole=False), Issuer.POLICE,
        )
        for hamlet in place.hamlets
    )  # fmt: skip
    return found


def any_period(chance: Random) -> Period:
    """A month, a quarter, a half, a year, or two days that somebody chose."""
    year, kind = chance.choice([2024, 2025, 2026]), chance.randrange(8)
    if kind == 0:
        return periods.month(year, chance.randrange(1, 13))
    if kind in (1, 2):
        return periods.quarter(year, chance.randrange(1, 5))
    if kind == 3:
        return periods.half(year, chance.randrange(1, 3))
    if kind == 4:
        return periods.whole_year(year)
    first = FIRST + timedelta(days=chance.randrange(DAYS))
    return Period(first, first + timedelta(days=chance.randrange(200)))


def published(reader: Reader, period: Period) -> dict[str, Lines]:
    """Return the count of each figure that is published at all."""
    found = {}
    for key, figure in FIGURES.items():
        table = compute(key, reader.scope, period, as_of=timezone.now()).table
        lines = [*table.rows, *([table.total] if table.total else [])]
        if table.rows:
            found[figure.name] = [(line.label, list(line.values)) for line in lines]
    return found


def disagreements(reader: Reader, period: Period) -> Iterator[str]:
    """Return the forms that differ from the counts; call with the clock standing still."""
    counted = published(reader, period)
    for form, found in _forms(reader, period):
        said = {name: lines for name, lines in found.items() if lines}
        for name in sorted(counted.keys() | said.keys()):
            if counted.get(name) != said.get(name):
                yield f"{reader.name}, {period.words}, {form}, {name}"
    yield from _lists(reader, period)


def _forms(reader: Reader, period: Period) -> Iterator[tuple[str, dict[str, Lines]]]:
    """Return the forms of the pages; those of hamlets are made without a page."""
    if not reader.scope.is_whole:
        now = timezone.now()
        content = report_of_figures(reader.scope, period, as_of=now)
        paper = report_paper(content, reader.scope, issuer=reader.issuer, signed_on=now)
        yield "Word", _measured(build(paper))
        counted = [compute(key, reader.scope, period, as_of=now) for key in KEYS]
        yield "Excel", reading.of_workbook(workbook_of(counted, title="Số liệu", commune="xã"))
        return
    browser = client_of(reader.user)
    days = {"tu": period.first.isoformat(), "den": period.last.isoformat()}
    report = f"admin:oversight_report_{reader.issuer}"
    yield "page", reading.of_page(browser.get(reverse("admin:oversight_figures"), days).text)
    yield "sheet", reading.of_sheet(browser.get(reverse(report), days).text)
    yield "Word", _measured(browser.post(reverse(f"{report}_file"), days).content)
    workbook = browser.post(reverse("admin:oversight_workbook"), days).content
    yield "Excel", reading.of_workbook(workbook)


def _measured(content: bytes) -> dict[str, Lines]:
    faults = validate(content)
    assert faults == [], faults
    return reading.of_word(content)


def _lists(reader: Reader, period: Period) -> Iterator[str]:
    """Some of the numbers that lead to a list: it says the number again, and is as long."""
    chance = Random(f"{reader.name} {period.first} {period.last}")
    numbers = list(_listed(reader, period))
    browser = client_of(reader.user)
    for key, row, column, address in chance.sample(numbers, min(LISTS, len(numbers))):
        answer = browser.get(address)
        shown, value = answer.context, row.values[column]
        if answer.status_code != 200 or shown["asked"].value != value:
            yield f"{reader.name}, {period.words}, list of {key}, {row.label}: {answer.status_code}"
            continue
        added = shown["sum"]
        if value != (shown["page"].paginator.count if added is None else added):
            yield f"{reader.name}, {period.words}, list of {key}, {row.label}: length"


def _listed(reader: Reader, period: Period) -> Iterator[tuple[str, Row, int, str]]:
    """Every number that this reader may open: its figure, its line and column, the address."""
    for key in KEYS:
        table = compute(key, reader.scope, period, as_of=timezone.now()).table
        for row in (*table.rows, *([table.total] if table.total else [])):
            for column in range(len(row.values)):
                with suppress(NotListed):
                    yield key, row, column, behind_row(key, reader.scope, period, row, column)


def client_of(user: User) -> Client:
    browser = Client()
    browser.force_login(user, backend=BACKEND)
    return browser
