"""Groups that the account owns: making, reading, changing, ending; the people in them."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from zalo_simulator.api.calls import (
    Call,
    Refused,
    Routes,
    paging,
    require_groups_api,
    routes,
    text_of,
)
from zalo_simulator.records import Asset, Group, Person
from zalo_simulator.state import SimulatorState
from zalo_simulator.state.base import as_day
from zalo_simulator.state.groups import PRODUCTS

BASE: Final = "/v3.0/oa/group"
MAX_NAME: Final = 30
MAX_DESCRIPTION: Final = 500
MAX_FIRST_MEMBERS: Final = 99
SETTINGS: Final = ("lock_send_msg", "join_appr", "enable_msg_history", "enable_link_join")


def own_group(state: SimulatorState, group_id: object, *, may_be_disabled: bool = False) -> Group:
    """A living group of this account. Raises Refused: -201, -403, or -237 where it has lapsed."""
    require_groups_api(state)
    if not isinstance(group_id, str) or not group_id:
        raise Refused(-201, "group_id is invalid")
    group = state.groups.get(group_id)
    if group is None or group.kind != "oa" or group.status == "dissolved":
        raise Refused(-403)
    if group.status != "enabled" and not may_be_disabled:
        raise Refused(-237)
    return group


def named_people(state: SimulatorState, body: Mapping[str, Any]) -> list[Person]:
    """The people of `member_user_ids`, which must be an array of known ids."""
    ids = body.get("member_user_ids")
    if not isinstance(ids, list) or not ids:
        raise Refused(-201, "member_user_ids is invalid")
    people = [state.people.get(user_id) for user_id in ids if isinstance(user_id, str)]
    found = [person for person in people if person is not None]
    if len(found) != len(ids):
        raise Refused(-201, "member_user_ids is invalid")
    return list({person.id: person for person in found}.values())


def require_invitable(state: SimulatorState, people: list[Person]) -> None:
    """Followers, and those who have spoken within seven days, unless they block invitations."""
    for person in people:
        if person.refusal == -217:
            raise Refused(-217)
        if not state.may_be_invited(person):
            raise Refused(-213)


def free_asset(state: SimulatorState, asset_id: object, *, group_id: str = "") -> Asset:
    """The asset, which this group may be put on."""
    if not isinstance(asset_id, str) or not asset_id:
        raise Refused(-201, "asset_id is invalid")
    asset = state.assets.get(asset_id)
    if code := state.asset_error(asset, group_id=group_id):
        raise Refused(code)
    assert asset is not None  # noqa: S101 -- an unknown asset is an error above
    return asset


def _create(state: SimulatorState, call: Call) -> dict[str, Any]:
    require_groups_api(state)
    body = call.json()
    name = text_of(body, "group_name", MAX_NAME, is_required=True)
    description = text_of(body, "group_description", MAX_DESCRIPTION)
    people = named_people(state, body)
    if len(people) > MAX_FIRST_MEMBERS:
        raise Refused(-210, f"member_user_ids is over {MAX_FIRST_MEMBERS}")
    if not any(person.is_admin for person in people):
        raise Refused(-201, "member_user_ids must hold an admin of OA")
    require_invitable(state, people)
    with state.lock:
        asset = free_asset(state, body.get("asset_id"))
        if 1 + len(people) > PRODUCTS[asset.product_type]:
            raise Refused(-210, "member_user_ids is over the size of the asset")
        group = state.create_group(name, asset, people, description=description)
    return {
        "group_id": group.id,
        "group_link": group.link,
        "name": group.name,
        "avatar": group.avatar,
        "group_description": group.description,
        "total_member": group.total_member,
        "status": group.status,
    }


def detail(state: SimulatorState, group: Group) -> dict[str, Any]:
    """Everything about a group, as `getgroup` and every change of it answer."""
    asset = state.assets[group.asset_id]
    return {
        "group_info": {
            "group_id": group.id,
            "group_link": group.link,
            "name": group.name,
            "group_description": group.description,
            "avatar": group.avatar,
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
        "group_setting": {name: getattr(group, name) for name in SETTINGS},
    }


def _updateinfo(state: SimulatorState, call: Call) -> dict[str, Any]:
    body = call.json()
    group = own_group(state, body.get("group_id"))
    changes: dict[str, Any] = {}
    if "group_name" in body:
        changes["name"] = text_of(body, "group_name", MAX_NAME, is_required=True)
    if "group_description" in body:
        changes["description"] = text_of(body, "group_description", MAX_DESCRIPTION)
    if "group_avatar" in body:
        changes["avatar"] = text_of(body, "group_avatar", 2000)
        if not changes["avatar"].startswith("https://"):
            raise Refused(-201, "group_avatar is invalid")
    for name in SETTINGS:
        if name in body:
            if not isinstance(body[name], bool):
                raise Refused(-201, f"{name} is invalid")
            changes[name] = body[name]
    if not changes:
        raise Refused(-201, "nothing to update")
    state.change_group(group, **changes)
    return detail(state, group)


def _updateasset(state: SimulatorState, call: Call) -> dict[str, Any]:
    """Also for a group that has lapsed: it is how a person brings it back to life."""
    body = call.json()
    with state.lock:
        group = own_group(state, body.get("group_id"), may_be_disabled=True)
        asset = free_asset(state, body.get("asset_id"), group_id=group.id)
        if group.total_member > PRODUCTS[asset.product_type]:
            raise Refused(-210, "the group is larger than the asset")
        state.move_to_asset(group, asset)
    return detail(state, group)


def _getgroupsofoa(state: SimulatorState, call: Call) -> dict[str, Any]:
    require_groups_api(state)
    offset, count = paging(call)
    with state.lock:
        groups = [
            group
            for group in state.groups.values()
            if group.kind == "oa" and group.status != "dissolved"
        ]
    page = groups[offset : offset + count]
    return {
        "offset": offset,
        "count": str(count),
        "total": len(groups),
        "group_count": len(page),
        "groups": [_summary(state, group) for group in page],
    }


def _summary(state: SimulatorState, group: Group) -> dict[str, Any]:
    values = {
        "group_id": group.id,
        "name": group.name,
        "avatar": group.avatar,
        "status": group.status,
        "group_link": group.link,
        "total_member": group.total_member,
    }
    ends = state.dissolved_at(group)
    if group.status == "disabled" and ends != float("inf"):
        values["auto_delete_date"] = as_day(state.local(ends).date())
    return values


def _listmember(state: SimulatorState, call: Call) -> dict[str, Any]:
    group = own_group(state, call.query.get("group_id"))
    offset, count = paging(call)
    with state.lock:
        members: list[dict[str, Any]] = [
            {"oa_id": state.oa_id, "name": state.oa_name, "avatar": ""}
        ]
        members += [
            {"user_id": user_id, "name": state.people[user_id].name, "avatar": ""}
            for user_id in state.roster(group)
        ]
    return _page(members, offset, count)


def _listpendinginvite(state: SimulatorState, call: Call) -> dict[str, Any]:
    group = own_group(state, call.query.get("group_id"))
    offset, count = paging(call)
    with state.lock:
        members = [
            {"user_id": user_id, "name": state.people[user_id].name} for user_id in group.pending
        ]
    return _page(members, offset, count)


def _page(members: list[dict[str, Any]], offset: int, count: int) -> dict[str, Any]:
    page = members[offset : offset + count]
    return {
        "offset": str(offset),
        "count": count,
        "total": str(len(members)),
        "member_count": len(page),
        "members": page,
    }


def _invite(state: SimulatorState, call: Call) -> None:
    body = call.json()
    with state.lock:
        group = own_group(state, body.get("group_id"))
        people = named_people(state, body)
        require_invitable(state, people)
        new = [person.id for person in people if person.id not in group.members]
        if new and state.is_full(group, len(new)):
            raise Refused(-210, "the group is full")
        state.invite(group, new)


def _of_members(
    act: Callable[[SimulatorState, Group, list[str]], None],
    held: Callable[[Group], list[str]],
) -> Callable[[SimulatorState, Call], None]:
    """A call about people who must all be in the list that `held` gives; without `data`."""

    def handle(state: SimulatorState, call: Call) -> None:
        body = call.json()
        with state.lock:
            group = own_group(state, body.get("group_id"))
            state.roster(group)
            ids = [person.id for person in named_people(state, body)]
            if not set(ids) <= set(held(group)):
                raise Refused(-201, "member_user_ids is invalid")
            act(state, group, ids)

    return handle


def _approve(state: SimulatorState, group: Group, ids: list[str]) -> None:
    if state.is_full(group, len(ids)):
        raise Refused(-210, "the group is full")
    state.approve(group, ids)


def _remove(state: SimulatorState, group: Group, ids: list[str]) -> None:
    left = set(group.members) - set(ids)
    if not any(state.people[user_id].is_admin for user_id in left):
        raise Refused(-201, "an admin of OA must stay")  # undocumented: the careful reading
    state.take_out(group, ids)


def _members(group: Group) -> list[str]:
    return list(group.members)


ROUTES: Final[Routes] = routes(
    "group_info",
    {
        ("POST", f"{BASE}/creategroupwithoa"): _create,
        ("GET", f"{BASE}/getgroup"): lambda state, call: detail(
            state, own_group(state, call.query.get("group_id"))
        ),
        ("POST", f"{BASE}/updateinfo"): _updateinfo,
        ("POST", f"{BASE}/updateasset"): _updateasset,
        ("GET", f"{BASE}/getgroupsofoa"): _getgroupsofoa,
        ("POST", f"{BASE}/delete"): lambda state, call: state.dissolve(
            own_group(state, call.json().get("group_id"))
        ),
        ("GET", f"{BASE}/listmember"): _listmember,
        ("GET", f"{BASE}/listpendinginvite"): _listpendinginvite,
        ("POST", f"{BASE}/invite"): _invite,
        ("POST", f"{BASE}/acceptpendinginvite"): _of_members(_approve, lambda group: group.pending),
        ("POST", f"{BASE}/rejectpendinginvite"): _of_members(
            lambda state, group, ids: state.reject(group, ids), lambda group: group.pending
        ),
        ("POST", f"{BASE}/addadmins"): _of_members(
            lambda state, group, ids: state.set_deputies(group, ids, are_deputies=True), _members
        ),
        ("POST", f"{BASE}/removeadmins"): _of_members(
            lambda state, group, ids: state.set_deputies(group, ids, are_deputies=False),
            lambda group: group.deputies,
        ),
        ("POST", f"{BASE}/removemembers"): _of_members(_remove, _members),
    },
)
