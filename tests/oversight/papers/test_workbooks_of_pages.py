"""The tables of a page of figures as a workbook: who takes it, and that it says what they see."""

from datetime import date
from io import BytesIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from accounts.models import AuditEvent
from accounts.users.roles import Role
from oversight.figures.workbook import NUMBERS
from tests.factories.accounts import make_user
from tests.factories.groups import make_assignment, make_hamlet, make_officer

pytestmark = pytest.mark.django_db
AUGUST = {"tu": "2026-08-01", "den": "2026-08-31"}
HAMLET, HAMLETS = "admin:oversight_hamlet_workbook", "admin:oversight_hamlets_workbook"
DUTY, PARTY, POLICE = (f"admin:oversight_{name}_workbook" for name in ("duty", "party", "police"))
OUTSIDE = {Role.PARTY_MEMBER, Role.PARTY_OFFICE, Role.FRONT}
TAKE = {
    PARTY: OUTSIDE,
    POLICE: {Role.CHIEF},
    HAMLETS: OUTSIDE | {Role.CHIEF, Role.OFFICER, Role.HAMLET_HEAD},
    DUTY: {Role.CHIEF, Role.DUTY_OFFICER},
}


def in_charge(commune, hamlet, role):
    """An account of the role that covers the hamlet."""
    user = make_user(commune, role)
    make_assignment(make_officer(commune, user=user), hamlet)
    return user


def words_of(answer) -> str:
    assert answer.status_code == 200
    sheet = load_workbook(BytesIO(answer.content))[NUMBERS]
    return "\n".join(str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value)


def downloads() -> list[AuditEvent]:
    return list(AuditEvent.objects.filter(action="paper.figures_exported"))


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("name", TAKE)
def test_workbook_is_for_whoever_opens_the_page(commune, hamlet, login, name, role):
    browser = login(in_charge(commune, hamlet, role))

    answer = browser.post(reverse(name))

    assert (answer.status_code != 403) == (role in TAKE[name])
    assert len(downloads()) == (answer.status_code == 200)
    assert browser.get(reverse(name)).status_code in {403, 405}


@pytest.mark.parametrize("role", [Role.CHIEF, Role.PARTY_MEMBER, Role.HAMLET_HEAD])
def test_page_of_a_hamlet_offers_its_workbook_which_names_the_hamlet(commune, hamlet, login, role):
    browser = login(in_charge(commune, hamlet, role))
    file = reverse(HAMLET, args=[hamlet.pk])

    page = browser.get(reverse("admin:oversight_hamlet", args=[hamlet.pk]), AUGUST).text
    words = words_of(browser.post(file, AUGUST))

    assert f'action="{file}"' in page
    assert str(hamlet) in words
    assert "háng 8/2026" in words
    (event,) = downloads()
    assert event.details["hamlets"] == [hamlet.code]


@pytest.mark.parametrize("role", [Role.PARTY_MEMBER, Role.FRONT, Role.HAMLET_HEAD])
def test_workbook_of_a_hamlet_says_nothing_of_tips_outside_the_police(
    commune, hamlet, login, tips_of, role
):
    tips_of(23, date(2026, 8, 3), hamlet=hamlet)
    file = reverse(HAMLET, args=[hamlet.pk])

    words = words_of(login(in_charge(commune, hamlet, role)).post(file, AUGUST))
    of_police = words_of(login(make_user(commune, Role.CHIEF)).post(file, AUGUST))

    assert "hản ánh" not in words
    assert "\n23\n" not in words
    assert "\n23\n" in of_police


@pytest.mark.parametrize("role", [Role.OFFICER, Role.HAMLET_HEAD, Role.PARTY_MEMBER])
def test_other_hamlets_are_not_there(commune, hamlet, login, other_commune, role):
    browser = login(in_charge(commune, hamlet, role))
    other, away = make_hamlet(commune), make_hamlet(other_commune)

    answers = [browser.post(reverse(HAMLET, args=[one.pk])).status_code for one in (other, away)]

    assert answers == [200 if role == Role.PARTY_MEMBER else 404, 404]


def test_duty_desk_takes_what_its_officer_sees(commune, hamlet, login):
    officer = words_of(login(make_user(commune, Role.DUTY_OFFICER)).post(reverse(DUTY)))
    chief = words_of(login(make_user(commune, Role.CHIEF)).post(reverse(DUTY)))

    assert "Lần chuyển nơi khác" in chief
    assert "Lần chuyển nơi khác" not in officer


def test_days_that_make_no_span_are_named(commune, hamlet, login):
    wrong = {"tu": "2026-03-02", "den": "2026-03-01"}

    answer = login(make_user(commune, Role.CHIEF)).post(reverse(POLICE), wrong)

    assert answer.status_code == 400
    assert "đứng trước" in answer.text
    assert downloads() == []
