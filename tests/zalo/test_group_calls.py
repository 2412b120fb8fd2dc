"""Groups of the account on the wire: what is asked, what an answer means, what never is asked."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import requests
import responses

from tests.factories.zalo import make_official_account
from zalo import services
from zalo.client import transport
from zalo.client.api import ZaloClient
from zalo.client.errors import ZaloRejected, ZaloRetryable, ZaloUncertain
from zalo.client.types import GroupPerson, GroupSettings, PeopleChange
from zalo.models import GroupAsset
from zalo.tokens import services as tokens

ROOT = Path(__file__).resolve().parents[2]
API = "http://zalo.test"
GROUP = f"{API}/v3.0/oa/group"
DETAIL = {
    "error": 0,
    "data": {
        "group_info": {
            "group_id": "0a1b2c3d4e5f60718293", "group_link": "https://zalo.me/g/thu001",
            "name": "Tổ dân phố 5", "group_description": "", "status": "disabled",
            "total_member": 2, "max_member": "100", "auto_delete_date": "15/02/2027",
        },
        "asset_info": {
            "asset_type": "gmf100", "asset_id": "ffee0011", "valid_through": "31/12/2026",
            "auto_renew": "true",
        },
        "group_setting": {
            "lock_send_msg": True, "join_appr": "false", "enable_msg_history": "1",
            "enable_link_join": False,
        },
    },
}  # fmt: skip


@pytest.fixture(autouse=True)
def _fresh(settings: Any) -> None:
    transport.forget_connections()
    tokens.forget()
    settings.ZALO_API_URL = API


@pytest.fixture
def client() -> ZaloClient:
    return ZaloClient(API, "secret-token", timeout=(5, 5))


def sent(call: int = 0) -> Any:
    return json.loads(responses.calls[call].request.body)


@responses.activate
def test_places_are_read_with_numbers_and_switches_as_zalo_mixes_them(client: ZaloClient):
    responses.post(
        f"{API}/v3.0/oa/quota/group",
        json={"error": 0, "data": [
            {"product_type": "gmf100", "quota_type": "sub_quota", "asset_id": "ffee0011",
             "valid_through": "31/12/2026", "auto_renew": False, "status": "used",
             "used_id": "0a1b"},
            {"product_type": "gmf1000", "quota_type": "purchase_quota", "asset_id": 77,
             "valid_through": "", "auto_renew": "true", "status": "available"},
        ]},
    )  # fmt: skip

    used, free = client.group_assets()

    assert sent() == {"quota_owner": "OA"}
    assert (used.capacity, used.valid_through, used.is_used, used.used_by) == (
        100, date(2026, 12, 31), True, "0a1b",
    )  # fmt: skip
    assert used.is_auto_renewed is False
    assert (free.asset_id, free.capacity, free.valid_through, free.is_used) == (
        "77", 1000, None, False,
    )  # fmt: skip
    assert free.is_auto_renewed is True


@responses.activate
def test_a_group_is_made_with_an_array_of_people_and_named_by_zalo(client: ZaloClient):
    responses.post(
        f"{GROUP}/creategroupwithoa",
        json={"error": 0, "data": {"group_id": "0f", "group_link": "https://zalo.me/g/x",
                                   "name": "Ấp Cây Da", "total_member": "2"}},
    )  # fmt: skip

    made = client.create_group(name="Ấp Cây Da", description="", asset_id="a1", user_ids=["7001"])

    assert sent() == {"group_name": "Ấp Cây Da", "asset_id": "a1", "member_user_ids": ["7001"]}
    assert (made.group_id, made.link, made.total_member) == ("0f", "https://zalo.me/g/x", 2)


@responses.activate
@pytest.mark.parametrize(
    "answer",
    [
        {"json": {"error": 0, "message": "Success"}},
        {"status": 502, "body": "<html>"},
        {"body": requests.exceptions.ReadTimeout()},
        {"json": {"error": -200}},
    ],
)
def test_a_group_that_may_have_been_made_is_uncertain(client: ZaloClient, answer: Any):
    responses.post(f"{GROUP}/creategroupwithoa", **answer)

    with pytest.raises(ZaloUncertain):
        client.create_group(name="Ấp", description="", asset_id="a1", user_ids=["1"])

    assert len(responses.calls) == 1


@responses.activate
def test_detail_carries_switches_place_and_the_day_of_deletion(client: ZaloClient):
    responses.get(f"{GROUP}/getgroup", json=DETAIL)

    detail = client.group_detail("0a1b2c3d4e5f60718293")

    assert detail.settings == GroupSettings(
        is_send_locked=True, needs_approval=False, shows_history=True, is_link_open=False
    )
    assert (detail.is_enabled, detail.deletes_on, detail.asset_id) == (
        False, date(2027, 2, 15), "ffee0011",
    )  # fmt: skip


@responses.activate
def test_an_update_sends_what_is_changed_and_nothing_else(client: ZaloClient):
    responses.post(f"{GROUP}/updateinfo", json=DETAIL)

    client.update_group("0f", switches={"is_send_locked": False, "is_link_open": True})
    client.update_group("0f", name="Tên mới")

    assert sent(0) == {"group_id": "0f", "lock_send_msg": False, "enable_link_join": True}
    assert sent(1) == {"group_id": "0f", "group_name": "Tên mới"}


@responses.activate
@pytest.mark.parametrize(
    ("change", "path"),
    [
        (PeopleChange.ACCEPT, "acceptpendinginvite"),
        (PeopleChange.REJECT, "rejectpendinginvite"),
        (PeopleChange.INVITE, "invite"),
        (PeopleChange.ADD_DEPUTIES, "addadmins"),
        (PeopleChange.REMOVE_DEPUTIES, "removeadmins"),
        (PeopleChange.REMOVE, "removemembers"),
    ],
)
def test_people_are_moved_by_an_array_of_ids(client: ZaloClient, change: PeopleChange, path: str):
    responses.post(f"{GROUP}/{path}", json={"error": 0, "message": "Success"})

    client.change_people("0f", change, ["7001", "7002"])

    assert sent() == {"group_id": "0f", "member_user_ids": ["7001", "7002"]}


@responses.activate
def test_a_disabled_group_and_a_taken_place_are_refused_with_their_numbers(client: ZaloClient):
    responses.post(f"{GROUP}/invite", json={"error": -237, "message": "The group is disabled"})
    responses.post(f"{GROUP}/updateasset", json={"error": -238, "message": "used"})

    with pytest.raises(ZaloRejected) as disabled:
        client.change_people("0f", PeopleChange.INVITE, ["1"])
    with pytest.raises(ZaloRejected) as taken:
        client.change_asset("0f", "a1")

    assert (disabled.value.code, taken.value.code) == (-237, -238)


@responses.activate
def test_a_read_without_answer_may_be_repeated(client: ZaloClient):
    responses.get(f"{GROUP}/listmember", status=502, body="<html>")

    with pytest.raises(ZaloRetryable):
        client.group_people("0f")


def member(number: int) -> dict[str, str]:
    return {"user_id": str(number), "name": f"Người {number}", "avatar": ""}


@responses.activate
def test_the_roster_is_read_to_its_end_without_the_account_itself(commune):
    account = make_official_account(commune)
    first = [{"oa_id": account.oa_id, "name": "OA"}, *(member(n) for n in range(49))]
    for rows in (first, [member(49)]):
        responses.get(
            f"{GROUP}/listmember", json={"error": 0, "data": {"total": "51", "members": rows}}
        )

    people = services.group_people(account, "0f")

    assert people == [GroupPerson(str(n), f"Người {n}") for n in range(50)]
    assert [call.request.params["offset"] for call in responses.calls] == ["0", "50"]
    assert "Người" not in repr(people)


def tell_assets(*assets: dict[str, Any]) -> None:
    responses.post(f"{API}/v3.0/oa/quota/group", json={"error": 0, "data": list(assets)})


@responses.activate
def test_places_are_kept_and_a_place_that_zalo_no_longer_names_is_gone(commune):
    account = make_official_account(commune)
    one = {"asset_id": "one", "product_type": "gmf100", "status": "available",
           "valid_through": "31/12/2099"}  # fmt: skip
    two = one | {"asset_id": "two", "valid_through": "01/01/2020"}
    tell_assets(one, two)
    services.refresh_assets(account)
    free = [asset.asset_id for asset in GroupAsset.objects.free(date(2026, 1, 1))]
    responses.reset()
    tell_assets(one | {"status": "used", "used_id": "0f"})

    kept = services.refresh_assets(account)

    assert [(asset.asset_id, asset.status, asset.used_by) for asset in kept] == [
        ("one", "used", "0f")
    ]
    assert GroupAsset.objects.get(asset_id="two").gone_at is not None
    assert free == ["one"]  # the other had lapsed
    assert not GroupAsset.objects.free(date(2026, 1, 1)).exists()


def test_no_code_names_the_calls_that_spend_money():
    """Packages are bought by a person in Zalo's own console."""
    apps = ("accounts", "zalo", "groups", "broadcasts", "config")
    named = [
        str(path.relative_to(ROOT))
        for app in apps
        for path in (ROOT / app).rglob("*.py")
        if "oa/purchase" in (text := path.read_text())
        or "create_order" in text
        or "confirm_order" in text
    ]

    assert named == []
    assert not any("purchase" in name for name in dir(ZaloClient))
    assert any((ROOT / "zalo").rglob("*.py"))


def test_no_call_dissolves_a_group():
    """Docs/decisions/0058: a group is dissolved by a person in Zalo's own console."""
    client_code = "".join(path.read_text() for path in (ROOT / "zalo/client").rglob("*.py"))

    assert "group/delete" not in client_code
    assert '"delete"' not in client_code
