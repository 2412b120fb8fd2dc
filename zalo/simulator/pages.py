"""What people and tests see of the simulator: the chat page, and the doors under `/_sim/`.

GET  /                      the page
GET  /_sim/groups           groups with their last message
POST /_sim/groups           {"name", "kind", "id"?, …} or a list of them
GET  /_sim/messages         ?group_id= &after=  →  {"count", "messages"}
POST /_sim/paste            {"group_id", "text", "name"}: a person posts by hand (ordinary groups)
POST /_sim/people           {"name", "id"?, "days_since_interaction"?}
GET  /_sim/stats            counts of calls, accepted messages, refreshes, calls a second
GET, POST, DELETE /_sim/faults   see `zalo.simulator.faults`
POST /_sim/tokens           {"action": "kill" | "revoke" | "show"}
POST /_sim/clock            {"advance_s"}
POST /_sim/reset            {"groups": true} to forget the groups too
GET  /_sim/image/<id>, /_sim/assets/<name>
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from zalo.simulator import faults
from zalo.simulator.api import Call
from zalo.simulator.faults import FaultBook
from zalo.simulator.records import Message
from zalo.simulator.state import SimulatorState

ASSETS: Final = Path(__file__).parent / "assets"
MEDIA_TYPES: Final = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
PAGE_HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}
MAX_PASTE: Final = 10_000


@dataclass(slots=True)
class Page:
    """An answer to a person or a test."""

    body: bytes
    status: int = 200
    media_type: str = "application/json; charset=utf-8"
    headers: dict[str, str] = field(default_factory=dict)


def _json(value: Any, status: int = 200) -> Page:
    return Page(
        json.dumps(value, ensure_ascii=False).encode(),
        status,
        headers={"Cache-Control": "no-store"},
    )


def _wrong(sentence: str, status: int = 400) -> Page:
    return _json({"error": sentence}, status)


def answer(state: SimulatorState, book: FaultBook, call: Call) -> Page:
    """Serve one request that is not part of Zalo's API."""
    match call.method, call.path.strip("/").split("/"):
        case "GET", [""]:
            return _asset("index.html")
        case "GET", ["_sim", "assets", name]:
            return _asset(name)
        case "GET", ["_sim", "image", image_id]:
            return _image(state, image_id)
        case "GET", ["_sim", "groups"]:
            return _json(_groups(state))
        case "GET", ["_sim", "messages"]:
            return _messages(state, call)
        case "GET", ["_sim", "stats"]:
            return _json(_stats(state))
        case "GET", ["_sim", "faults"]:
            return _json({"faults": book.listed()})
        case "DELETE", ["_sim", "faults"]:
            book.clear()
            return _json({"faults": []})
        case "POST", ["_sim", door]:
            return _post(state, book, call, door)
    return _wrong("không có trang này", 404)


def _asset(name: str) -> Page:
    path = ASSETS / name
    if path.parent != ASSETS or path.suffix not in MEDIA_TYPES or not path.is_file():
        return _wrong("không có tệp này", 404)
    return Page(path.read_bytes(), 200, MEDIA_TYPES[path.suffix], dict(PAGE_HEADERS))


def _image(state: SimulatorState, image_id: str) -> Page:
    with state.lock:
        attachment = state.attachments.get(image_id)
    if attachment is None:
        return _wrong("không có ảnh này", 404)
    return Page(attachment.content, 200, attachment.media_type, {"Cache-Control": "max-age=3600"})


def _as_json(message: Message, group_name: str) -> dict[str, Any]:
    return {
        "seq": message.seq,
        "message_id": message.id,
        "group_id": message.group_id,
        "group": group_name,
        "user_id": message.user_id,
        "sender": message.sender,
        "sender_name": message.sender_name,
        "text": message.text,
        "image_id": message.image_id,
        "at": message.at,
        "mentions": message.mentions,
    }


def _groups(state: SimulatorState) -> dict[str, Any]:
    with state.lock:
        counts: dict[str, int] = {}
        last: dict[str, Message] = {}
        for message in state.messages:
            counts[message.group_id] = counts.get(message.group_id, 0) + 1
            last[message.group_id] = message
        groups = [
            {
                "group_id": group.id,
                "name": group.name,
                "kind": group.kind,
                "status": group.status,
                "link": group.link,
                "total_member": group.total_member,
                "count": counts.get(group.id, 0),
                "last": _as_json(last[group.id], group.name) if group.id in last else None,
            }
            for group in state.groups.values()
        ]
    return {"oa_name": state.oa_name, "count": len(groups), "groups": groups}


def _messages(state: SimulatorState, call: Call) -> Page:
    try:
        after = int(call.query.get("after", "0"))
    except ValueError:
        return _wrong("after phải là số")
    messages = state.messages_of(call.query.get("group_id"), after)
    names = {group.id: group.name for group in list(state.groups.values())}
    return _json(
        {
            "count": len(messages),
            "messages": [_as_json(m, names.get(m.group_id, "")) for m in messages],
        }
    )


def _stats(state: SimulatorState) -> dict[str, Any]:
    with state.lock:
        return {
            "counts": dict(state.stats),
            "messages": len(state.messages),
            "calls_by_second": {str(second): n for second, n in state.calls_by_second.items()},
        }


def _post(state: SimulatorState, book: FaultBook, call: Call, door: str) -> Page:
    # Only JSON: a page of another site cannot send that without asking first.
    if "application/json" not in call.headers.get("content-type", ""):
        return _wrong("hãy gửi JSON (Content-Type: application/json)", 415)
    try:
        body = json.loads(call.body or b"{}")
    except ValueError:
        return _wrong("JSON không đọc được")
    items = body if isinstance(body, list) else [body]
    if not all(isinstance(item, dict) for item in items):
        return _wrong("hãy gửi một đối tượng JSON")
    try:
        match door:
            case "groups":
                made = [_add_group(state, item) for item in items]
                return _json({"groups": made} if isinstance(body, list) else made[0])
            case "faults":
                for item in items:
                    book.add(faults.parse(item))
                return _json({"faults": book.listed()})
            case "people":
                person = state.add_person(**items[0])
                return _json({"user_id": person.id, "name": person.name})
            case "paste":
                return _paste(state, items[0])
            case "tokens":
                return _tokens(state, str(items[0].get("action", "show")))
            case "clock":
                state.advance(float(items[0].get("advance_s", 0)))
                return _json({"now": state.now()})
            case "reset":
                book.clear()
                state.reset(keep_groups=not items[0].get("groups", False))
                return _json({"reset": True})
    except (KeyError, TypeError, ValueError) as error:
        return _wrong(f"không đúng dạng: {error}")
    return _wrong("không có trang này", 404)


def _add_group(state: SimulatorState, values: Mapping[str, Any]) -> dict[str, str]:
    values = dict(values)
    name, kind = str(values.pop("name")), str(values.pop("kind", "oa"))
    if kind not in {"oa", "ordinary"}:
        raise ValueError("kind là oa hoặc ordinary")
    group = state.add_group(name, kind=kind, **values)
    return {"group_id": group.id, "name": group.name, "kind": group.kind, "link": group.link}


def _paste(state: SimulatorState, values: Mapping[str, Any]) -> Page:
    group = state.groups.get(str(values["group_id"]))
    text = str(values["text"]).strip()
    if group is None or group.kind != "ordinary":
        return _wrong("Chỉ dán bài vào nhóm thường.")
    if not text or len(text) > MAX_PASTE:
        return _wrong("Bài dán đang trống hoặc quá dài.")
    name = str(values.get("name") or "").strip()[:60] or "Cán bộ xã"
    message = state.post(group_id=group.id, text=text, sender="person", sender_name=name)
    return _json(_as_json(message, group.name))


def _tokens(state: SimulatorState, action: str) -> Page:
    match action:
        case "kill":
            state.kill_access_token()
        case "revoke":
            state.revoke()
        case "show":
            pass
        case _:
            return _wrong("action là kill, revoke hoặc show")
    return _json(
        {
            "oa_id": state.oa_id,
            "access_token": state.tokens.access if action == "show" else "",
            "refresh_token": state.tokens.refresh if action == "show" else "",
        }
    )
