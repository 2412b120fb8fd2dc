"""Places for groups: what they cost a group when they lapse (fact sheet §4.1)."""

from typing import Any

import pytest
import requests

from tests.zalo.simulator.asking import get, heard, pass_days, post, tell
from zalo_simulator.server import Simulator
from zalo_simulator.state.people import ADMIN_ID

BASE = "/v3.0/oa/group"


def create(simulator: Simulator, asset_id: str, **changes: Any) -> dict[str, Any]:
    body = {"group_name": "Tổ dân phố 5", "asset_id": asset_id, "member_user_ids": [ADMIN_ID]}
    return post(simulator, f"{BASE}/creategroupwithoa", body | changes)


def assets(simulator: Simulator, **filters: str) -> list[dict[str, Any]]:
    return post(simulator, "/v3.0/oa/quota/group", {"quota_owner": "OA"} | filters)["data"]


def test_asset_goes_from_available_to_used(simulator: Simulator):
    asset = simulator.state.add_asset("gmf50")
    before = assets(simulator)

    group_id = create(simulator, asset.id)["data"]["group_id"]

    assert [(item["status"], "used_id" in item) for item in before] == [("available", False)]
    assert [(item["status"], item["used_id"]) for item in assets(simulator)] == [("used", group_id)]
    assert before[0]["auto_renew"] is False
    detail = get(simulator, f"{BASE}/getgroup", group_id=group_id)["data"]
    assert (detail["group_info"]["max_member"], detail["asset_info"]["auto_renew"]) == (
        "50",
        "false",
    )


def test_list_is_filtered_by_product_and_kind(simulator: Simulator):
    simulator.state.add_asset("gmf50")
    bought = simulator.state.add_asset("gmf100", quota_type="purchase_quota")

    assert [a["asset_id"] for a in assets(simulator, product_type="gmf100")] == [bought.id]
    assert [a["asset_id"] for a in assets(simulator, quota_type="purchase_quota")] == [bought.id]
    assert post(simulator, "/v3.0/oa/quota/group", quota_owner="me")["error"] == -201
    wrong = {"quota_owner": "OA", "product_type": "gmf7"}
    assert post(simulator, "/v3.0/oa/quota/group", wrong)["error"] == -201


def test_asset_serves_one_group(simulator: Simulator):
    paid = simulator.state.add_asset()
    free = simulator.state.add_asset(is_free=True)
    lapsed = simulator.state.add_asset(days_left=-1)
    create(simulator, paid.id)
    create(simulator, free.id)

    assert create(simulator, paid.id)["error"] == -238
    assert create(simulator, free.id)["error"] == -241
    assert create(simulator, lapsed.id)["error"] == -238
    assert create(simulator, "không-có")["error"] == -238


def test_asset_of_a_dissolved_group_is_free_again_unless_it_was_a_gift(simulator: Simulator):
    paid = simulator.state.add_asset()
    free = simulator.state.add_asset(is_free=True)
    for asset in (paid, free):
        group_id = create(simulator, asset.id)["data"]["group_id"]
        assert post(simulator, f"{BASE}/delete", group_id=group_id)["error"] == 0

    assert create(simulator, paid.id)["error"] == 0
    assert create(simulator, free.id)["error"] == -241


def test_lapsed_group_refuses_every_call_but_its_renewal(simulator: Simulator):
    group = simulator.state.add_group("Ấp Bình An", days_left=3)
    pass_days(simulator, 4)
    about = {"group_id": group.id, "member_user_ids": [ADMIN_ID]}
    message = {"recipient": {"group_id": group.id}, "message": {"text": "Chào"}}

    answers = [
        get(simulator, f"{BASE}/{name}", group_id=group.id)
        for name in ("getgroup", "listmember", "listpendinginvite", "conversation")
    ]
    answers += [
        post(simulator, f"{BASE}/{name}", about | {"group_name": "Mới"})
        for name in (
            *("updateinfo", "invite", "acceptpendinginvite", "rejectpendinginvite"),
            *("addadmins", "removeadmins", "removemembers", "delete"),
        )
    ]
    answers.append(post(simulator, f"{BASE}/message", message))

    assert [answer["error"] for answer in answers] == [-237] * 13
    assert not any("data" in answer for answer in answers)
    [listed] = get(simulator, f"{BASE}/getgroupsofoa")["data"]["groups"]
    assert listed["status"] == "disabled"
    assert listed["auto_delete_date"]
    assert simulator.state.messages == []


def test_renewal_brings_a_lapsed_group_back(simulator: Simulator):
    group = simulator.state.add_group("Ấp Bình An", days_left=3)
    pass_days(simulator, 10)
    fresh = simulator.state.add_asset("gmf1000", days_left=300)

    echoed = post(simulator, f"{BASE}/updateasset", group_id=group.id, asset_id=fresh.id)["data"]

    assert (echoed["group_info"]["status"], echoed["group_info"]["max_member"]) == (
        "enabled",
        "1000",
    )
    assert echoed["asset_info"]["asset_id"] == fresh.id
    pass_days(simulator, 60)
    assert get(simulator, f"{BASE}/getgroup", group_id=group.id)["error"] == 0


def test_group_is_dissolved_after_forty_five_days_and_that_is_told(simulator: Simulator):
    group = simulator.state.add_group("Ấp Bình An", days_left=3)
    told = heard(simulator)

    pass_days(simulator, 47)
    assert told == []
    pass_days(simulator, 3)

    assert told == [("disperse_group", {"oa_id": simulator.state.oa_id, "group_id": group.id})]
    assert get(simulator, f"{BASE}/getgroup", group_id=group.id)["error"] == -403
    assert get(simulator, f"{BASE}/getgroupsofoa")["data"]["total"] == 0


def test_page_shows_a_group_as_lapsed_without_any_call_of_the_portal(simulator: Simulator):
    simulator.state.add_group("Ấp Bình An", days_left=3)
    with simulator.state.lock:
        simulator.state.clock_offset_s += 5 * 86_400  # time that went by, not an advance

    [shown] = requests.get(f"{simulator.url}/_sim/groups", timeout=30).json()["groups"]

    assert shown["status"] == "disabled"


def test_asset_that_renews_itself_does_not_lapse(simulator: Simulator):
    group = simulator.state.add_group("Ấp Bình An", days_left=3, auto_renew=True)

    pass_days(simulator, 800)

    detail = get(simulator, f"{BASE}/getgroup", group_id=group.id)["data"]
    assert detail["group_info"]["status"] == "enabled"
    assert detail["asset_info"]["auto_renew"] == "true"


def test_asset_must_hold_the_people_of_the_group(simulator: Simulator):
    small = simulator.state.add_asset("gmf10")
    ids = [person.id for person in simulator.state.add_people(10)]

    assert create(simulator, small.id, member_user_ids=[ADMIN_ID, *ids[:9]])["error"] == -210
    assert create(simulator, small.id, member_user_ids=[ADMIN_ID, *ids[:8]])["error"] == 0

    big = simulator.state.add_group("Đông", total_member=300)
    other = simulator.state.add_asset("gmf100")
    answer = post(simulator, f"{BASE}/updateasset", group_id=big.id, asset_id=other.id)
    assert answer["error"] == -210


@pytest.mark.parametrize(("wait_s", "code"), [(0, 0), (301, -201)])
def test_money_moves_only_through_an_order_that_is_counted(
    simulator: Simulator, wait_s: float, code: int
):
    now = simulator.state.local_now()
    simulator.state.set_clock(now.replace(hour=12))
    purchase = "/v3.0/oa/purchase"

    order = post(simulator, f"{purchase}/create_order", product_id="2275350247265190619")
    simulator.state.advance(wait_s)
    token = order["data"]["order_token"]
    answer = post(simulator, f"{purchase}/confirm_order", order_token=token)

    assert answer["error"] == code
    assert simulator.state.stats["money_spent"] == (0 if code else 1)
    assert simulator.state.stats["orders_created"] == 1
    assert len(assets(simulator)) == (0 if code else 1)


def test_assets_come_through_the_door(simulator: Simulator):
    made = tell(simulator, "assets", product_type="gmf10", days_left=14)["assets"]

    assert [asset["product_type"] for asset in made] == ["gmf10"]
    assert [asset["asset_id"] for asset in assets(simulator)] == [made[0]["id"]]
