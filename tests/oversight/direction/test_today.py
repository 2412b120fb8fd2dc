"""The home page reminds those who answer for party organisations without news of spreading."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.scoped_admin.work_lists import lists_for
from accounts.users.roles import Role
from tests.factories.accounts import make_user
from tests.factories.direction import make_document, make_organisation, make_spreading

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(commune):
    return make_user(commune, Role.PARTY_OFFICE)


@pytest.fixture
def cells(commune):
    return [make_organisation(commune) for _number in range(2)]


@pytest.fixture
def due(commune):
    """Documents to be spread, the first one first."""
    today = timezone.localdate()
    return [
        make_document(commune, spread_by=today + timedelta(days=number - 7)) for number in range(13)
    ]


def reminder(user):
    found = lists_for(user, timezone.now())
    return next((one for one in found if one.title == "Chi bộ chưa báo quán triệt"), None)


def test_documents_that_all_have_told_of_hide_none_of_the_others(office, cells, due):
    for document in due[:6]:
        for cell in cells:
            make_spreading(cell, document, recorded_by=office)
    make_spreading(cells[0], due[6], recorded_by=office)

    found = reminder(office)

    assert found.count == 7
    assert [item.title for item in found.items] == [one.number for one in due[6:]]
    assert [item.note.partition(".")[0] for item in found.items[:2]] == [
        "1 chi bộ, tổ chức đảng chưa báo", "2 chi bộ, tổ chức đảng chưa báo",
    ]  # fmt: skip
    assert [item.is_urgent for item in found.items[:2]] == [True, False]


def test_nothing_is_said_once_all_organisations_of_the_commune_have_told(
    office, commune, other_commune, cells, due
):
    make_organisation(other_commune)
    make_organisation(commune, valid_to=timezone.localdate() - timedelta(days=1))
    for document in due:
        for cell in cells:
            make_spreading(cell, document, recorded_by=office)

    assert reminder(office) is None
