"""The report as a download of the page of figures."""

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent
from accounts.papers.checking import validate
from accounts.roles import Role
from tests.factories.accounts import make_profile, make_user

pytestmark = pytest.mark.django_db
PAGE = reverse("admin:oversight_figures")
FILE = reverse("admin:oversight_report_file")


def test_chief_takes_the_report_of_the_days_on_the_page(chief, login):
    make_profile(chief.commune)
    day = timezone.localdate().isoformat()
    browser = login(chief)

    answer = browser.post(FILE, {"tu": day, "den": day})

    assert FILE in browser.get(PAGE).text
    assert validate(answer.content) == []
    assert "bao-cao-" in answer["Content-Disposition"]
    event = AuditEvent.objects.get(action="paper.report_exported")
    assert (event.actor, event.details["first"], event.details["draft"]) == (chief, day, 1)


@pytest.mark.parametrize(
    "role", [Role.PARTY_MEMBER, Role.PARTY_OFFICE, Role.FRONT, Role.TECH_ADMIN]
)
def test_report_of_the_police_is_for_who_signs_it(chief, login, role):
    browser = login(make_user(chief.commune, role))

    assert browser.post(FILE, {}).status_code == 403
    assert FILE not in browser.get(PAGE).text
    assert not AuditEvent.objects.filter(action="paper.report_exported").exists()


def test_days_that_make_no_span_are_named(chief, login):
    answer = login(chief).post(FILE, {"tu": "2026-03-02", "den": "2026-03-01"})

    assert answer.status_code == 400
    assert "đứng trước" in answer.text


def test_report_needs_a_commune(superuser, login):
    answer = login(superuser).post(FILE, {})

    assert answer.status_code == 400
    assert "tài khoản của một xã" in answer.text
