"""People in a group of the account: the list, invitations, the queue, deputies."""

from collections.abc import Callable
from typing import Any, Final

from zalo_simulator.api.calls import Call, Refused, Routes, paging, routes
from zalo_simulator.api.groups import BASE, named_people, own_group, require_invitable
from zalo_simulator.records import Group
from zalo_simulator.state import SimulatorState


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
