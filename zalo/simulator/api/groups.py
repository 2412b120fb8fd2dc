"""Groups that the account owns."""

from typing import Any, Final

from zalo.simulator.api.calls import Call, Refused, Routes, paging, routes
from zalo.simulator.records import Group
from zalo.simulator.state import SimulatorState


def require_groups_api(state: SimulatorState) -> None:
    if state.settings.group_refusal is not None:
        raise Refused(state.settings.group_refusal)
    if state.profile == "low_package":
        raise Refused(-224)
    if state.profile == "unverified":
        raise Refused(-221)


def own_group(state: SimulatorState, group_id: object) -> Group:
    if not isinstance(group_id, str) or not group_id:
        raise Refused(-201, "group_id is invalid")
    group = state.groups.get(group_id)
    if group is None or group.kind != "oa" or group.status == "dissolved":
        raise Refused(-403)
    return group


def _getgroupsofoa(state: SimulatorState, call: Call) -> dict[str, Any]:
    require_groups_api(state)
    offset, count = paging(call)
    with state.lock:
        groups = [group for group in state.groups.values() if group.kind == "oa"]
    page = groups[offset : offset + count]
    return {
        "offset": offset,
        "count": str(count),
        "total": len(groups),
        "group_count": len(page),
        "groups": [
            {
                "group_id": group.id,
                "name": group.name,
                "avatar": "",
                "status": group.status,
                "group_link": group.link,
                "total_member": group.total_member,
            }
            for group in page
        ],
    }


def _getgroup(state: SimulatorState, call: Call) -> dict[str, Any]:
    require_groups_api(state)
    group = own_group(state, call.query.get("group_id"))
    asset = state.assets[group.asset_id]
    return {
        "group_info": {
            "group_id": group.id,
            "group_link": group.link,
            "name": group.name,
            "group_description": group.description,
            "avatar": "",
            "status": group.status,
            "total_member": group.total_member,
            "max_member": str(group.max_member),
        },
        "asset_info": {
            "asset_type": asset.product_type,
            "asset_id": asset.id,
            "valid_through": asset.valid_through,
            "auto_renew": "true" if asset.auto_renew else "false",
        },
        "group_setting": {
            "lock_send_msg": group.lock_send_msg,
            "join_appr": group.join_appr,
            "enable_msg_history": group.enable_msg_history,
            "enable_link_join": group.enable_link_join,
        },
    }


ROUTES: Final[Routes] = routes(
    "group_info",
    {
        ("GET", "/v3.0/oa/group/getgroupsofoa"): _getgroupsofoa,
        ("GET", "/v3.0/oa/group/getgroup"): _getgroup,
    },
)
