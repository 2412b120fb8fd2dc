"""The account itself: its profile, its purchases, the calls through which money would move.

Nothing in the portal may ever call the last; they are here so that a test can count to zero.
"""

import secrets
from datetime import timedelta
from typing import Any, Final

from zalo_simulator.api.calls import (
    Call,
    Refused,
    Routes,
    refuse_state_agency,
    require_groups_api,
    require_package,
    routes,
)
from zalo_simulator.records import Asset
from zalo_simulator.state import PROFILES, SimulatorState
from zalo_simulator.state.base import DAY_S, as_day, day_end
from zalo_simulator.state.groups import PRODUCTS
from zalo_simulator.state.people import FREE_S

OWNERS: Final = ("OA", "APP")
QUOTA_TYPES: Final = ("sub_quota", "purchase_quota", "reward_quota")
ORDER_LIFE_S: Final = 300
SOLD: Final = {
    "739448264820568793": "gmf10",
    "2405469629611791306": "gmf50",
    "2275350247265190619": "gmf100",
    "3678557233392100095": "gmf1000",
}


def _group_quota(state: SimulatorState, call: Call) -> list[dict[str, Any]]:
    require_groups_api(state)
    return _assets(state, call)


def _assets(state: SimulatorState, call: Call) -> list[dict[str, Any]]:
    body = call.json()
    if body.get("quota_owner") not in OWNERS:
        raise Refused(-201, "quota_owner is invalid")
    product, quota = body.get("product_type"), body.get("quota_type")
    if product is not None and product not in PRODUCTS:
        raise Refused(-201, "product_type is invalid")
    if quota is not None and quota not in QUOTA_TYPES:
        raise Refused(-201, "quota_type is invalid")
    with state.lock:
        return [
            _described(asset)
            for asset in state.assets.values()
            if body["quota_owner"] == "OA"
            and product in (None, asset.product_type)
            and quota in (None, asset.quota_type)
            and (asset.used_id or day_end(asset.valid_through) > state.now())
        ]


def _described(asset: Asset) -> dict[str, Any]:
    values = {
        "product_type": asset.product_type,
        "quota_type": asset.quota_type,
        "asset_id": asset.id,
        "valid_through": asset.valid_through,
        "auto_renew": asset.auto_renew,
        "status": "used" if asset.used_id else "available",
    }
    return values | ({"used_id": asset.used_id} if asset.used_id else {})


def _message_quota(state: SimulatorState, call: Call) -> Any:
    """Of one person, or of the whole account; the same path."""
    refuse_state_agency(state)
    body = call.json()
    if "quota_owner" in body:
        if str(body.get("product_type", "")).startswith("gmf"):
            return _group_quota(state, call)
        return _package(state, body)
    person = state.people.get(str(body.get("user_id", "")))
    if person is None:
        raise Refused(-201, "user_id is invalid")
    silence = state.silence_s(person)
    is_free = silence is not None and silence <= FREE_S
    promoted = state.now() - person.promoted_at < DAY_S
    allowance = state.article_allowance()
    left = max(0, allowance - state.articles_this_month(person, state.now()))
    return {
        "user_id": person.id,
        "last_interaction": ""
        if person.interacted_at is None
        else str(int(person.interacted_at * 1000)),
        "cs_reply": {"remain": "8" if is_free else "0", "total": "8"},
        "promotion": {
            "daily_remain": 0 if promoted else 1,
            "daily_total": "1",
            "monthly_remain": left,
            "monthly_total": str(allowance),
        },
    }


def _package(state: SimulatorState, body: Any) -> list[dict[str, Any]]:
    if body.get("quota_owner") not in OWNERS or body.get("product_type") != "cs":
        raise Refused(-201, "quota_owner or product_type is invalid")
    if body["quota_owner"] == "APP":
        return []
    settings = state.settings
    values = {
        "sub_quota": (settings.quota_left, settings.quota_total),
        "purchase_quota": (settings.purchased_left, settings.purchased_left),
    }
    return [
        {
            "product_type": "cs",
            "quota_type": quota_type,
            "remain": remain,
            "total": str(total),
            "valid_through": "31/12/2027",
            "auto_renew": True,
            "status": "available" if remain else "used",
        }
        for quota_type, (remain, total) in values.items()
        if total and body.get("quota_type") in (None, quota_type)
    ]


def _create_order(state: SimulatorState, call: Call) -> dict[str, Any]:
    require_package(state)
    now = state.local_now()
    if not (0, 1) <= (now.hour, now.minute) <= (23, 54):
        raise Refused(-201, "orders are closed")
    product = SOLD.get(str(call.json().get("product_id", "")))
    if product is None:
        raise Refused(-201, "product_id is invalid")
    token = secrets.token_urlsafe(24)
    with state.lock:
        state.orders[token] = (product, state.now() + ORDER_LIFE_S)
        state.stats["orders_created"] += 1
    return {"order_token": token, "expires_in": str(ORDER_LIFE_S)}


def _confirm_order(state: SimulatorState, call: Call) -> dict[str, Any]:
    require_package(state)
    with state.lock:
        product, until = state.orders.pop(str(call.json().get("order_token", "")), ("", 0.0))
        if not product or state.now() >= until:
            raise Refused(-201, "order_token is invalid")
        last = as_day((state.local_now() + timedelta(days=365)).date())
        asset = state.add_asset(product, quota_type="purchase_quota", valid_through=last)
        state.stats["money_spent"] += 1
    return {"asset_id": asset.id, "product_type": product}


def _getoa(state: SimulatorState, call: Call) -> dict[str, Any]:
    profile = PROFILES[state.profile]
    return {
        "oa_id": state.oa_id,
        "name": state.oa_name,
        "oa_alias": "binhyen",
        "is_verified": profile["is_verified"],
        "oa_type": profile["oa_type"],
        "cate_name": "Cơ quan nhà nước",
        "num_follower": str(sum(person.is_follower for person in state.people.values())),
        "avatar": "",
        "cover": "",
        "package_name": profile["package"],
        "package_valid_through_date": "31/12/2027",
        "linked_ZCA": "" if state.settings.zca_balance is None else "ZCA-0001",
    }


ROUTES: Final[Routes] = (
    routes("group_info", {("POST", "/v3.0/oa/quota/group"): _group_quota})
    | (
        routes(
            "send",
            {
                ("POST", "/v3.0/oa/quota/message"): _message_quota,
                ("POST", "/v3.0/oa/purchase/create_order"): _create_order,
                ("POST", "/v3.0/oa/purchase/confirm_order"): _confirm_order,
            },
        )
    )
    | routes("oa_info", {("GET", "/v2.0/oa/getoa"): _getoa})
)
