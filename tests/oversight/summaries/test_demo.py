"""The summaries of the demo are drafted and signed by those who do so in a commune."""

from datetime import date

import pytest
from django.urls import reverse

from accounts.demo import Place
from oversight.models import PeriodSummary
from oversight.summaries import demo
from oversight.summaries.services import check
from tests.oversight.conftest import at

pytestmark = pytest.mark.django_db
NOW = at(date(2026, 11, 20))


@pytest.fixture
def made(commune, hamlet, chief, party_office, time_machine, tips_of):
    time_machine.move_to(NOW, tick=False)
    tips_of(3, date(2026, 9, 8))
    demo.make(Place(commune, {}, NOW))
    return commune


def test_demo_has_a_signed_summary_of_each_body_and_a_draft(made, chief, party_office):
    signed = PeriodSummary.objects.filter(status="signed")

    assert {one.issuer: one.signed_by for one in signed} == {
        "police": chief, "committee": party_office, "party": party_office,
    }  # fmt: skip
    assert {(one.first, one.last) for one in signed} == {(date(2026, 9, 1), date(2026, 9, 30))}
    assert [check(one) for one in signed] == [[], [], []]
    draft = PeriodSummary.objects.get(status="draft")
    assert (draft.issuer, draft.last, draft.drafted_by) == ("police", date(2026, 10, 31), None)


def test_whoever_signed_for_the_committee_opens_the_page_and_its_file(made, party_office, login):
    signed = PeriodSummary.objects.get(issuer="committee")

    page = login(party_office).get(reverse("admin:oversight_periodsummary_show", args=[signed.pk]))

    assert page.status_code == 200
    assert "Ủy ban nhân dân" in page.content.decode()
    assert bytes(signed.docx).startswith(b"PK")
