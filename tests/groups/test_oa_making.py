"""Making a group at Zalo: what no call was made for, or what no group can help, leaves no trace."""

from typing import Any

import pytest
import responses
from django.utils import timezone

from groups.models import GroupCreation, ZaloGroup
from groups.oa_groups import creation
from groups.oa_groups.creation import Wanted
from groups.services import NotAllowed
from tests.factories.groups import make_group, make_officer
from tests.factories.zalo import make_asset, make_official_account
from zalo.client import transport
from zalo.official_accounts.alarms import Kind, alarm_of
from zalo.tokens import services as tokens

pytestmark = pytest.mark.django_db(transaction=True)

API = "http://zalo.test"
CREATE = f"{API}/v3.0/oa/group/creategroupwithoa"


@pytest.fixture(autouse=True)
def _wire(settings: Any) -> None:
    settings.ZALO_API_URL = API
    transport.forget_connections()
    tokens.forget()


@pytest.fixture
def account(commune: Any) -> Any:
    return make_official_account(commune)


@pytest.fixture
def group(hamlet: Any) -> ZaloGroup:
    return make_group(hamlet, status="draft", zalo_group_id="")


@pytest.fixture
def wanted(commune: Any, account: Any) -> Wanted:
    admin = make_officer(commune, zalo_user_id="8123456789012345678")
    return Wanted(make_asset(account), "Ấp Một bình yên", admin)


@responses.activate
def test_refusal_of_the_whole_account_leaves_all_as_it_was(account, group, wanted, chief):
    refused = responses.post(CREATE, json={"error": -14024, "message": "no"})

    for _time in range(2):
        with pytest.raises(NotAllowed, match="không đủ quyền"):
            creation.create(group, wanted, by=chief)

    account.refresh_from_db()
    group.refresh_from_db()
    alarm = alarm_of(account, timezone.now())
    assert (refused.call_count, GroupCreation.objects.count()) == (1, 0)
    assert (group.status, group.zalo_group_id) == ("draft", "")
    assert alarm is not None
    assert alarm.kind == Kind.REFUSED


@responses.activate
def test_without_the_slot_book_no_attempt_is_begun(account, group, wanted, chief, settings):
    never = responses.post(CREATE, json={"error": 0})
    settings.REDIS_URL = "redis://127.0.0.1:9/0"

    with pytest.raises(NotAllowed, match="Chưa gọi được"):
        creation.create(group, wanted, by=chief)

    assert (never.call_count, GroupCreation.objects.count()) == (0, 0)


@responses.activate
def test_unclear_answer_stays_open_for_a_person(account, group, wanted, chief):
    responses.post(CREATE, status=502)

    attempt = creation.create(group, wanted, by=chief)

    assert (attempt.state, attempt.settled_at) == (GroupCreation.State.UNCERTAIN, None)
