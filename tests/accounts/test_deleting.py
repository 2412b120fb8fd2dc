"""No row is deleted in the admin without a reason in the trail."""

import pytest
from django.urls import reverse

from accounts.models import AuditEvent
from groups.models import Membership
from tests.factories.groups import make_group, make_member, make_membership

pytestmark = pytest.mark.django_db


@pytest.fixture
def places(hamlet):
    group = make_group(hamlet)
    return [make_membership(make_member(hamlet), group) for _number in range(2)]


def test_one_row_goes_with_a_reason_alone(chief, login, places):
    client = login(chief)
    url = reverse("admin:groups_membership_delete", args=[places[0].pk])

    asked = client.get(url)
    refused = client.post(url, {"post": "yes", "delete_reason": "  "})
    assert Membership.objects.count() == 2
    client.post(url, {"post": "yes", "delete_reason": "Ghi nhầm nhóm"})

    assert 'name="delete_reason"' in asked.content.decode()
    assert "Hãy ghi lý do xóa." not in asked.content.decode()
    assert (refused.status_code, "Hãy ghi lý do xóa." in refused.content.decode()) == (200, True)
    assert list(Membership.objects.all()) == [places[1]]
    event = AuditEvent.objects.get(action="data.deleted")
    assert (event.actor, event.reason) == (chief, "Ghi nhầm nhóm")


def test_so_do_several(chief, login, places):
    client = login(chief)
    url = reverse("admin:groups_membership_changelist")
    chosen = {"action": "delete_selected", "_selected_action": [row.pk for row in places]}

    asked = client.post(url, chosen)
    refused = client.post(url, chosen | {"post": "yes"})
    assert Membership.objects.count() == 2
    client.post(url, chosen | {"post": "yes", "delete_reason": "Nhóm đã giải tán"})

    assert 'name="delete_reason"' in asked.content.decode()
    assert "Hãy ghi lý do xóa." in refused.content.decode()
    assert not Membership.objects.exists()
    reasons = AuditEvent.objects.filter(action="data.deleted").values_list("reason", flat=True)
    assert list(reasons) == ["Nhóm đã giải tán"] * 2
