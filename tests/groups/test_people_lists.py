"""Lists about people take as many queries for several rows as for one."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories.groups import make_group, make_member, make_membership
from tests.factories.people import make_consent, make_data_request, make_merge, make_notice


def one_more(hamlet):
    """A row in every list, and one more line on the page of a person."""
    notice = make_notice(hamlet.commune)
    member = make_member(hamlet, household_code="H1", full_name="Lê Văn Một", birth_year=1950)
    make_membership(member, make_group(hamlet))
    make_consent(member, notice)
    make_data_request(hamlet.commune, hamlet=hamlet, member=member)
    make_merge(member, make_member(hamlet))
    return member


def queries(client, page):
    client.get(page)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(page).status_code == 200
    return len(captured)


@pytest.mark.parametrize(
    "address",
    [
        "groups_datarequest_changelist",
        "groups_membermerge_changelist",
        "groups_consentnotice_changelist",
        "groups_member_duplicates",
        "index",
    ],
)
def test_lists_do_not_ask_for_each_row(login, officer_of, hamlet, address):
    client, page = login(officer_of(hamlet)), reverse(f"admin:{address}")
    one_more(hamlet)
    one_more(hamlet)

    few = queries(client, page)
    one_more(hamlet)

    assert queries(client, page) == few


def test_the_page_of_a_person_does_not_ask_for_each_agreement(login, officer_of, hamlet):
    client, member = login(officer_of(hamlet)), one_more(hamlet)
    page = reverse("admin:groups_member_change", args=[member.pk])
    make_consent(member, make_notice(hamlet.commune))

    few = queries(client, page)
    make_consent(member, make_notice(hamlet.commune))
    make_member(hamlet, household_code="H1")

    assert queries(client, page) == few
