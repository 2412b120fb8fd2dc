"""Messages into groups and to persons, in each of the families of calls; their histories."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final

from zalo_simulator.api import articles, content
from zalo_simulator.api.calls import (
    MAX_HISTORY,
    Call,
    Refused,
    Routes,
    data_paging,
    is_whole,
    paging,
    refuse_business,
    refuse_state_agency,
    require_groups_api,
    require_package,
    routes,
)
from zalo_simulator.api.groups import BASE, own_group
from zalo_simulator.api.users import known
from zalo_simulator.records import Message, Person
from zalo_simulator.state import SimulatorState
from zalo_simulator.state.base import DAY_S
from zalo_simulator.state.people import FREE_S, WINDOW_S

LEGACY_ENDS: Final = date(2026, 3, 1)
ICONS: Final = (":>", "--b", ":-((", "/-strong", "/-heart", ":-h", ":o", "/-remove")


def _send_to_group(state: SimulatorState, call: Call) -> dict[str, Any]:
    with state.lock:
        group = own_group(state, call.group_id)
        message = content.read(state, call, needs_caption=True, chat_id=group.id)
        if message.event == "template":
            raise Refused(-233)
        sent = state.send(message.event, group_id=group.id, **message.posted)
    return {"message_id": sent.id, "group_id": group.id}


def _recipient(call: Call) -> Mapping[str, Any]:
    recipient = call.json().get("recipient")
    if not isinstance(recipient, dict):
        raise Refused(-201, "recipient is invalid")
    return recipient


def _silence_of(state: SimulatorState, person: Person) -> float:
    """How long the person has been silent. Raises Refused where nothing may be sent any more."""
    if person.refusal:
        raise Refused(person.refusal)
    silence = state.silence_s(person)
    if silence is None:
        raise Refused(-232)
    if silence > WINDOW_S:
        raise Refused(-230)
    return silence


def _send_cs(state: SimulatorState, call: Call) -> dict[str, Any]:
    refuse_state_agency(state)
    with state.lock:
        person = known(state, _recipient(call).get("user_id"))
        silence = _silence_of(state, person)
        message = content.read(state, call, needs_caption=False, chat_id=person.id)
        code, quota = state.charge(person, is_free=silence <= FREE_S)
        if code:
            raise Refused(code)
        sent = state.send(message.event, user_id=person.id, **message.posted)
    data = {
        "message_id": sent.id,
        "user_id": person.id,
        "sent_time": str(int(sent.at * 1000)),
    }
    return data | ({"quota": quota} if quota else {})


def _v2_message(state: SimulatorState, call: Call) -> dict[str, Any]:
    """One path for three things: a broadcast, a reaction, a message to one person."""
    recipient = _recipient(call)
    if "target" in recipient:
        return articles.send(state, call, recipient["target"])
    action = call.json().get("sender_action")
    if action is not None:
        return _react(state, recipient, action)
    refuse_business(state)
    with state.lock:
        person = known(state, recipient.get("user_id"))
        _silence_of(state, person)
        message = content.read(state, call, needs_caption=False, chat_id=person.id)
        sent = state.send(message.event, user_id=person.id, **message.posted)
    return {"message_id": sent.id, "user_id": person.id}


def _react(state: SimulatorState, recipient: Mapping[str, Any], action: object) -> dict[str, Any]:
    person = known(state, recipient.get("user_id"))
    if not isinstance(action, dict) or action.get("react_icon") not in ICONS:
        raise Refused(-201, "react_icon is invalid")
    with state.lock:
        message = state.find_message(str(action.get("react_message_id", "")))
        if message is None or message.user_id != person.id:
            raise Refused(-201, "react_message_id is invalid")
        if not state.react(message, action["react_icon"]):
            raise Refused(-210, "message has too many reactions")
    return {"message_id": message.id, "user_id": person.id}


def _template_by_uid(state: SimulatorState, call: Call) -> None:
    """No template of this account may go by user id: it keeps none of the kind that may."""
    refuse_state_agency(state)
    require_package(state)
    body = call.json()
    nested = body.get("recipient")
    holder = nested if isinstance(nested, dict) else body
    person = known(state, holder.get("user_id"))
    if not body.get("template_id") or not isinstance(body.get("template_data"), dict):
        raise Refused(-201, "template_id or template_data is invalid")
    if person.refusal:
        raise Refused(person.refusal)
    raise Refused(-249)


def _legacy(state: SimulatorState, call: Call) -> tuple[Person, Mapping[str, Any]]:
    if state.local_now().date() >= LEGACY_ENDS:
        raise Refused(-240)
    refuse_state_agency(state)
    require_package(state)
    if state.is_night():
        raise Refused(-234)
    message = call.json().get("message")
    attachment = message.get("attachment") if isinstance(message, dict) else None
    payload = attachment.get("payload") if isinstance(attachment, dict) else None
    if not isinstance(payload, dict):
        raise Refused(-201, "payload is invalid")
    person = known(state, _recipient(call).get("user_id"))
    if person.refusal:
        raise Refused(person.refusal)
    return person, payload


def _transaction(state: SimulatorState, call: Call) -> dict[str, Any]:
    person, payload = _legacy(state, call)
    kind = str(payload.get("template_type", ""))
    if not kind.startswith("transaction_"):
        raise Refused(-201, "template_type is invalid")
    silence = state.silence_s(person)
    if silence is None or silence > 365 * DAY_S:
        raise Refused(-232)
    return _sent_template(state, person, kind)


def _promotion(state: SimulatorState, call: Call) -> dict[str, Any]:
    person, payload = _legacy(state, call)
    if payload.get("template_type") != "promotion":
        raise Refused(-201, "template_type is invalid")
    if not person.is_follower:
        raise Refused(-213)
    if state.local(person.promoted_at).date() == state.local_now().date():
        raise Refused(-218)
    person.promoted_at = state.now()
    return _sent_template(state, person, "promotion")


def _sent_template(state: SimulatorState, person: Person, kind: str) -> dict[str, Any]:
    sent = state.send("template", user_id=person.id, text="", kind="links", extra={"kind": kind})
    return {"message_id": sent.id, "user_id": person.id}


# Histories: the last message of each chat, and one chat in full, ten at a time.


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


ROUTES: Final[Routes] = (
    routes("group_info", {("POST", "/v3.0/oa/group/message"): _send_to_group})
    | routes(
        "send",
        {
            ("POST", "/v3.0/oa/message/cs"): _send_cs,
            ("POST", "/v2.0/oa/message"): _v2_message,
            ("POST", "/v3.0/oa/message/template"): _template_by_uid,
            ("POST", "/v3.0/oa/message/transaction"): _transaction,
            ("POST", "/v3.0/oa/message/promotion"): _promotion,
        },
    )
    | routes(
        "manage_messages",
        {
            ("GET", "/v2.0/oa/listrecentchat"): _recent,
            ("GET", "/v2.0/oa/conversation"): _conversation,
        },
    )
    | routes(
        "group_info",
        {
            ("GET", f"{BASE}/listrecentchat"): _group_recent,
            ("GET", f"{BASE}/conversation"): _group_conversation,
        },
    )
)
