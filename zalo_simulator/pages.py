"""Pages of the simulator, and its read API under `/_sim/`.

GET  /, /cu-dan, /dieu-khien  the groups, the residents, the controls
GET  /_sim/people           ?search= : who is there, with what each may still be sent
GET  /_sim/control          profile, places, clock, tokens' lives, webhook, storm
GET  /_sim/groups           groups with their last message
GET  /_sim/messages         ?group_id= or ?user_id= &after=  →  {"count", "messages"}
GET  /_sim/profile, /_sim/assets, /_sim/broadcasts
GET  /_sim/stats            counts of calls, accepted messages, refreshes, calls a second
GET, DELETE /_sim/faults    see `zalo_simulator.faults`
POST /_sim/<entry>          see `zalo_simulator.control`
GET  /_sim/image/<id>, /_sim/assets/<name>
"""

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from zalo_simulator import control
from zalo_simulator.answers import Page, as_json, message_json, wrong
from zalo_simulator.api import Call
from zalo_simulator.records import Message
from zalo_simulator.state import PROFILES, SimulatorState

if TYPE_CHECKING:
    from zalo_simulator.server import Simulator

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
PEOPLE_SHOWN: Final = 200
PAGES: Final = {"": "index.html", "cu-dan": "resident.html", "dieu-khien": "control.html"}


def is_page(path: str) -> bool:
    """Whether an address is one of ours rather than of Zalo's API."""
    return path.strip("/") in PAGES or path.startswith("/_sim/") or path == "/favicon.ico"


def answer(simulator: "Simulator", call: Call) -> Page:
    """Serve one request that is not part of Zalo's API."""
    state, book = simulator.state, simulator.faults
    match call.method, call.path.strip("/").split("/"):
        case "GET", [name] if name in PAGES:
            return _asset(PAGES[name])
        case "GET", ["_sim", "assets", name]:
            return _asset(name)
        case "GET", ["_sim", "image", image_id]:
            return _image(state, image_id)
        case "GET", ["_sim", "groups"]:
            return as_json(_groups(state))
        case "GET", ["_sim", "messages"]:
            return _messages(state, call)
        case "GET", ["_sim", "people"]:
            return as_json(_people(state, call.query.get("search", "")))
        case "GET", ["_sim", "stats"]:
            return as_json(_stats(state))
        case "GET", ["_sim", "control"]:
            return as_json(_control(simulator))
        case "GET", ["_sim", name] if name in control.VIEWS:
            return as_json(control.VIEWS[name](simulator))
        case "GET", ["_sim", "faults"]:
            return as_json({"faults": book.listed()})
        case "DELETE", ["_sim", "faults"]:
            book.clear()
            return as_json({"faults": []})
        case "POST", ["_sim", name]:
            return control.post(simulator, call, name)
    return wrong("không có trang này", 404)


def _asset(name: str) -> Page:
    path = ASSETS / name
    if path.parent != ASSETS or path.suffix not in MEDIA_TYPES or not path.is_file():
        return wrong("không có tệp này", 404)
    return Page(path.read_bytes(), 200, MEDIA_TYPES[path.suffix], dict(PAGE_HEADERS))


def _image(state: SimulatorState, image_id: str) -> Page:
    attachment = state.visible_media(image_id)
    if attachment is None:
        return wrong("không có ảnh này", 404)
    return Page(attachment.content, 200, attachment.media_type, {"Cache-Control": "max-age=3600"})


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
                "last": message_json(last[group.id], group.name) if group.id in last else None,
            }
            for group in state.groups.values()
        ]
    return {"oa_name": state.oa_name, "count": len(groups), "groups": groups}


def _messages(state: SimulatorState, call: Call) -> Page:
    try:
        after = int(call.query.get("after", "0"))
    except ValueError:
        return wrong("after phải là số")
    messages = state.messages_of(call.query.get("group_id"), after)
    if user_id := call.query.get("user_id"):
        messages = [message for message in messages if message.user_id == user_id]
    names = {group.id: group.name for group in list(state.groups.values())}
    return as_json(
        {
            "count": len(messages),
            "messages": [message_json(m, names.get(m.group_id, "")) for m in messages],
        }
    )


def _people(state: SimulatorState, search: str) -> dict[str, Any]:
    """The first of the people whose name or number fits, the latest heard first."""
    wanted = search.strip().casefold()
    with state.lock:
        now = state.now()
        last: dict[str, Message] = {message.user_id: message for message in state.messages}
        found = [
            person
            for person in state.people.values()
            if wanted in person.name.casefold() or wanted in person.id
        ]
        found.sort(key=lambda person: -(person.interacted_at or 0))
        people = [
            {
                "user_id": person.id,
                "name": person.name,
                "is_follower": person.is_follower,
                "silent_h": None
                if person.interacted_at is None
                else round((now - person.interacted_at) / 3600, 1),
                "last": message_json(last[person.id]) if person.id in last else None,
            }
            for person in found[:PEOPLE_SHOWN]
        ]
    return {"oa_name": state.oa_name, "count": len(found), "people": people}


def _control(simulator: "Simulator") -> dict[str, Any]:
    state, storm = simulator.state, simulator.storm
    with state.lock:
        now = state.now()
        return {
            "oa_name": state.oa_name,
            "profile": state.profile,
            "profiles": sorted(PROFILES),
            "group_refusal": state.settings.group_refusal,
            "places": len(state.assets),
            "free_places": sum(not asset.used_id for asset in state.assets.values()),
            "now": now,
            "access_h": round((state.tokens.access_until - now) / 3600, 1),
            "refresh_d": round((state.tokens.refresh_until - now) / 86_400, 1),
            "webhook": simulator.webhooks.described(),
            "storm": storm.described() if storm else None,
            "faults": simulator.faults.listed(),
        }


def _stats(state: SimulatorState) -> dict[str, Any]:
    with state.lock:
        return {
            "counts": dict(state.stats),
            "messages": len(state.messages),
            "calls_by_second": {str(second): n for second, n in state.calls_by_second.items()},
        }
