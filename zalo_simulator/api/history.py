"""Histories: the last message of each chat, and one chat in full, ten at a time."""

from collections.abc import Iterable
from typing import Any, Final

from zalo_simulator.api.calls import (
    MAX_HISTORY,
    Call,
    Refused,
    Routes,
    data_paging,
    is_whole,
    paging,
    require_groups_api,
    routes,
)
from zalo_simulator.api.groups import BASE, own_group
from zalo_simulator.records import Message
from zalo_simulator.state import SimulatorState


def _recent(state: SimulatorState, call: Call) -> list[dict[str, Any]]:
    """The last message of each person's chat."""
    offset, count = data_paging(call.data(), most=MAX_HISTORY)
    with state.lock:
        last = {m.user_id: m for m in state.messages if m.user_id and not m.group_id}
        found = sorted(last.values(), key=lambda message: -message.seq)
        return [_item(state, message) for message in found[offset : offset + count]]


def _conversation(state: SimulatorState, call: Call) -> list[dict[str, Any]]:
    data = call.data()
    offset, count = data_paging(data, most=MAX_HISTORY)
    user_id = data.get("user_id")
    if not isinstance(user_id, str) and not is_whole(user_id):
        raise Refused(-201, "user_id is invalid")
    if str(user_id) not in state.people:
        raise Refused(-201, "user_id is invalid")
    with state.lock:
        return _page(state, state.chat(str(user_id))[offset : offset + count])


def _group_recent(state: SimulatorState, call: Call) -> list[dict[str, Any]]:
    """The latest messages of all groups that live."""
    require_groups_api(state)
    offset, count = paging(call, most=MAX_HISTORY)
    with state.lock:
        owned = {
            group.id
            for group in state.groups.values()
            if group.kind == "oa" and group.status == "enabled"
        }
        found = [m for m in reversed(state.messages) if m.group_id in owned]
        return _page(state, found[offset : offset + count])


def _group_conversation(state: SimulatorState, call: Call) -> list[dict[str, Any]]:
    group = own_group(state, call.query.get("group_id"))
    offset, count = paging(call, most=MAX_HISTORY)
    with state.lock:
        return _page(state, state.chat(group.id)[offset : offset + count])


def _page(state: SimulatorState, messages: Iterable[Message]) -> list[dict[str, Any]]:
    return [_item(state, message) for message in messages]


def _item(state: SimulatorState, message: Message) -> dict[str, Any]:
    is_ours = message.sender == "oa"
    values: dict[str, Any] = {
        "src": 0 if is_ours else 1,
        "time": int(message.at * 1000),
        "type": message.kind,
        "message": message.text,
        "message_id": message.id,
        "from_id": message.sender_id or message.user_id,
        "from_display_name": message.sender_name,
        "from_avatar": "",
    }
    if message.group_id:
        values["group_id"] = message.group_id
    else:
        values["to_id"] = message.user_id if is_ours else state.oa_id
        person = state.people.get(message.user_id)
        values["to_display_name"] = (person.name if person else "") if is_ours else state.oa_name
        values["to_avatar"] = ""
    media_id = message.image_id or message.extra.get("file_id", "")
    if media_id:
        url = state.media_url(media_id) if state.visible_media(media_id) else ""
        values |= {"url": url, "thumb": url, "description": message.extra.get("file_name", "")}
    if "location" in message.extra:
        values["location"] = message.extra["location"]
    return values


ROUTES: Final[Routes] = routes(
    "manage_messages",
    {
        ("GET", "/v2.0/oa/listrecentchat"): _recent,
        ("GET", "/v2.0/oa/conversation"): _conversation,
    },
) | routes(
    "group_info",
    {
        ("GET", f"{BASE}/listrecentchat"): _group_recent,
        ("GET", f"{BASE}/conversation"): _group_conversation,
    },
)
