"""The report as a sheet and a file, the workbook: who gets which from the page of figures."""

from io import BytesIO

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from accounts.models import AuditEvent
from accounts.papers.services import Issuer
from accounts.users.roles import Role
from oversight.figures.registry import FIGURES
from oversight.figures.workbook import HOW, NUMBERS
from tests.factories.accounts import make_profile, make_user
from tests.papers_checking import validate

pytestmark = pytest.mark.django_db
PAGE = reverse("admin:oversight_figures")
SHEETS = {issuer: reverse(f"admin:oversight_report_{issuer}") for issuer in Issuer}
FILES = {issuer: reverse(f"admin:oversight_report_{issuer}_file") for issuer in Issuer}
WORKBOOK = reverse("admin:oversight_workbook")
# Of which bodies each role prints the report, and of which it takes the file.
PRINTS = {
    Role.CHIEF: {Issuer.POLICE},
    Role.PARTY_MEMBER: {Issuer.PARTY},
    Role.PARTY_OFFICE: {Issuer.PARTY, Issuer.COMMITTEE},
}
TAKES = PRINTS | {Role.PARTY_MEMBER: set()}
READERS = {Role.CHIEF, Role.PARTY_MEMBER, Role.PARTY_OFFICE, Role.FRONT}


def trail() -> list[str]:
    return list(
        AuditEvent.objects.filter(action__startswith="paper.").values_list("action", flat=True)
    )


@pytest.mark.parametrize("role", Role)
def test_each_body_has_its_report_through_its_own_account(commune, login, role):
    browser = login(make_user(commune, role))

    printed = {one for one in Issuer if browser.get(SHEETS[one]).status_code == 200}
    taken = {one for one in Issuer if browser.post(FILES[one]).status_code == 200}

    assert printed == PRINTS.get(role, set())
    assert taken == TAKES.get(role, set())
    assert trail().count("paper.report_printed") == len(printed)
    assert trail().count("paper.report_exported") == len(taken)


@pytest.mark.parametrize("role", sorted(READERS))
def test_page_of_figures_offers_what_may_be_had_and_nothing_else(commune, login, role):
    text = login(make_user(commune, role)).get(PAGE).text

    assert {one for one in Issuer if f'href="{SHEETS[one]}?' in text} == PRINTS.get(role, set())
    assert {one for one in Issuer if f'"{FILES[one]}"' in text} == TAKES.get(role, set())
    assert f'"{WORKBOOK}"' in text


@pytest.mark.parametrize("issuer", Issuer)
def test_sheet_and_file_are_the_same_draft(commune, login, issuer):
    make_profile(commune)
    role = Role.CHIEF if issuer is Issuer.POLICE else Role.PARTY_OFFICE
    day = timezone.localdate().isoformat()
    browser = login(make_user(commune, role))

    page = browser.get(SHEETS[issuer], {"tu": day, "den": day}).text
    file = browser.post(FILES[issuer], {"tu": day, "den": day})

    assert validate(file.content) == []
    assert "bao-cao" in file["Content-Disposition"]
    assert "DỰ THẢO LẦN 1" in page
    assert ("ĐẢNG CỘNG SẢN VIỆT NAM" in page) is (issuer is Issuer.PARTY)
    details = AuditEvent.objects.filter(action__startswith="paper.").values_list("details", flat=1)
    assert {(one["issuer"], one["first"], one["draft"]) for one in details} == {(issuer, day, 1)}


@pytest.mark.parametrize("right", ["print_party_report", "take_party_report"])
def test_account_that_reads_tips_makes_no_paper_of_the_party(chief, login, right):
    chief.user_permissions.add(Permission.objects.get(codename=right))
    browser = login(chief)

    assert browser.get(SHEETS[Issuer.PARTY]).status_code == 403
    assert browser.post(FILES[Issuer.COMMITTEE]).status_code == 403
    assert FILES[Issuer.PARTY] not in browser.get(PAGE).text


@pytest.mark.parametrize("role", Role)
def test_workbook_is_for_whoever_sees_the_page(commune, login, role):
    answer = login(make_user(commune, role)).post(WORKBOOK)

    assert answer.status_code == (200 if role in READERS else 403)
    assert trail() == (["paper.figures_exported"] if role in READERS else [])


def test_workbook_has_every_figure_and_says_who_took_it(commune, party_member, login):
    answer = login(party_member).post(WORKBOOK)

    book = load_workbook(BytesIO(answer.content))
    named = [row[0] for row in book[HOW].iter_rows(min_row=2, values_only=True)]
    assert sorted(named) == sorted(figure.name for figure in FIGURES.values())
    words = [str(cell.value) for row in book[NUMBERS].iter_rows() for cell in row if cell.value]
    assert any(party_member.username in text for text in words)
    assert answer["Content-Disposition"].endswith('.xlsx"')


@pytest.mark.parametrize("address", [FILES[Issuer.POLICE], WORKBOOK])
def test_days_that_make_no_span_are_named(chief, login, address):
    answer = login(chief).post(address, {"tu": "2026-03-02", "den": "2026-03-01"})

    assert answer.status_code == 400
    assert "đứng trước" in answer.text
    assert trail() == []


@pytest.mark.parametrize("address", [FILES[Issuer.POLICE], WORKBOOK])
def test_papers_need_a_commune(superuser, login, address):
    answer = login(superuser).post(address)

    assert answer.status_code == 400
    assert "tài khoản của một xã" in answer.text
