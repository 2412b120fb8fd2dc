"""Control API: `POST /_sim/<entry>` with a JSON object, or a list of them.

groups   {"name", "kind", "id"?, …} or a list of them
profile  {"profile"?, "group_refusal"?, "account_refusal"?}: the kind of account; -235, -224 or null
          for its groups; -204, -212, -219 … or null for everything
app      {"redirect_uris"?, "permissions"?, "is_app_active"?, "is_proof_required"?,
          "rate_per_min"?, "app_rate_per_min"?, "is_oauth_error_numbered"?, "is_invite_waiting"?,
          "article_rounds"?, "article_quota"?}
quota    {"quota_total"?, "quota_left"?, "purchased_left"?, "zca_balance"?}
assets   {"product_type", "days_left"?, "valid_through"?, "auto_renew"?, "is_free"?, "quota_type"?}
people   {"name", "id"?, "days_since_interaction"?, "count"?, …}, or a list of such
person   {"user_id", "refusal"?, "age"?, "is_mobile"?, "is_admin"?, …}
paste    {"group_id", "text", "name"}: a person posts by hand (ordinary groups)
deed     {"deed", "user_id", …}: what a resident does, see `zalo_simulator.people`
media    {"media_type", "base64"}: put up a picture or a file that a resident then sends
faults   see `zalo_simulator.faults`
tokens   {"action": "kill" | "revoke" | "show"}
clock    {"advance_s"}
webhook  {"url", "secret", …}, see `zalo_simulator.webhooks.Console`; {"subscribe": true}
storm    {"events", "per_second"?, "duplicates"?, "shuffled"?, "wrongly_signed"?, "tampered"?}
reset    {"groups": true} to forget the groups too
"""

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

from zalo_simulator import faults
from zalo_simulator.answers import Page, as_json, message_json, wrong
from zalo_simulator.api import Call
from zalo_simulator.state.base import Settings

if TYPE_CHECKING:
    from zalo_simulator.server import Simulator

MAX_PASTE: Final = 10_000
MAX_MEDIA: Final = 6 * 1024 * 1024
MOST_PEOPLE: Final = 100_000
PROFILE: Final = frozenset({"profile", "account_refusal", "group_refusal"})
QUOTA: Final = frozenset({"quota_total", "quota_left", "purchased_left", "zca_balance"})


def post(simulator: "Simulator", call: Call, name: str) -> Page:
    """Carry out what was told; a sentence says what is wrong with it."""
    # Only JSON: a page of another site cannot send that without asking first.
    if "application/json" not in call.headers.get("content-type", ""):
        return wrong("hãy gửi JSON (Content-Type: application/json)", 415)
    try:
        body = json.loads(call.body or b"{}")
    except ValueError:
        return wrong("JSON không đọc được")
    items = body if isinstance(body, list) else [body]
    if not items or not all(isinstance(item, dict) for item in items):
        return wrong("hãy gửi một đối tượng JSON")
    carry_out = ENTRIES.get(name)
    if carry_out is None:
        return wrong("không có trang này", 404)
    try:
        if name in MANY:
            return as_json(carry_out(simulator, items, isinstance(body, list)))
        if isinstance(body, list):
            return wrong("chỗ này nhận từng đối tượng một, không nhận danh sách")
        return as_json(carry_out(simulator, items[0]))
    except (KeyError, TypeError) as error:
        return wrong(f"không đúng dạng: {error}")
    except ValueError as error:
        return wrong(str(error))


# The account, its application, its places for groups, and its people.


def _settings(known: frozenset[str]) -> Callable[..., dict[str, Any]]:
    def change(simulator: "Simulator", values: Mapping[str, Any]) -> dict[str, Any]:
        if unknown := values.keys() - known:
            raise ValueError(f"không có mục {', '.join(sorted(unknown))}")
        simulator.state.change_settings(**values)
        return described(simulator)

    return change


def described(simulator: "Simulator") -> dict[str, Any]:
    """How everything is set up now."""
    return asdict(simulator.state.settings)


def _assets(simulator: "Simulator", values: Mapping[str, Any]) -> dict[str, Any]:
    if values:
        simulator.state.add_asset(**values)
    with simulator.state.lock:
        return {"assets": [asdict(asset) for asset in simulator.state.assets.values()]}


def _people(simulator: "Simulator", items: list[dict[str, Any]], is_list: bool) -> dict[str, Any]:
    made = [_add_people(simulator, item) for item in items]
    return {"people": made} if is_list else made[0]


def _add_people(simulator: "Simulator", values: Mapping[str, Any]) -> dict[str, Any]:
    values = dict(values)
    count = values.pop("count", None)
    if count is None:
        person = simulator.state.add_person(**values)
        return {"user_id": person.id, "name": person.name}
    if not 0 < int(count) <= MOST_PEOPLE:
        raise ValueError(f"count phải từ 1 đến {MOST_PEOPLE}")
    return {"count": len(simulator.state.add_people(int(count), **values))}


def _person(simulator: "Simulator", values: Mapping[str, Any]) -> dict[str, Any]:
    values = dict(values)
    person = simulator.state.people.get(str(values.pop("user_id")))
    if person is None:
        raise ValueError("Không có người này.")
    simulator.state.change_person(person, **values)
    return asdict(person)


def _broadcasts(simulator: "Simulator") -> dict[str, Any]:
    with simulator.state.lock:
        return {"broadcasts": [asdict(sent) for sent in simulator.state.broadcasts]}


# Groups, residents, faults, tokens, the clock, webhooks.


def _groups(simulator: "Simulator", items: list[dict[str, Any]], is_list: bool) -> dict[str, Any]:
    made = [_add_group(simulator, item) for item in items]
    return {"groups": made} if is_list else made[0]


def _add_group(simulator: "Simulator", values: Mapping[str, Any]) -> dict[str, str]:
    values = dict(values)
    name, kind = str(values.pop("name")), str(values.pop("kind", "oa"))
    if kind not in {"oa", "ordinary"}:
        raise ValueError("kind là oa hoặc ordinary")
    group = simulator.state.add_group(name, kind=kind, **values)
    return {"group_id": group.id, "name": group.name, "kind": group.kind, "link": group.link}


def _faults(simulator: "Simulator", items: list[dict[str, Any]], is_list: bool) -> dict[str, Any]:
    for item in items:
        simulator.faults.add(faults.parse(item))
    return {"faults": simulator.faults.listed()}


def _paste(simulator: "Simulator", values: Mapping[str, Any]) -> dict[str, Any]:
    group = simulator.state.groups.get(str(values["group_id"]))
    text = str(values["text"]).strip()
    if group is None or group.kind != "ordinary":
        raise ValueError("Chỉ dán bài vào nhóm thường.")
    if not text or len(text) > MAX_PASTE:
        raise ValueError("Bài dán đang trống hoặc quá dài.")
    name = str(values.get("name") or "").strip()[:60] or "Cán bộ xã"
    message = simulator.state.post(group_id=group.id, text=text, sender="person", sender_name=name)
    return message_json(message, group.name)


def _media(simulator: "Simulator", values: Mapping[str, Any]) -> dict[str, Any]:
    content = base64.b64decode(str(values["base64"]), validate=True)
    if not content or len(content) > MAX_MEDIA:
        raise ValueError("Tệp đang trống hoặc nặng quá 6 MB.")
    return {"media_id": simulator.state.add_attachment(str(values["media_type"]), content).id}


def _tokens(simulator: "Simulator", values: Mapping[str, Any]) -> dict[str, Any]:
    state, action = simulator.state, str(values.get("action", "show"))
    match action:
        case "kill":
            state.kill_access_token()
        case "revoke":
            state.revoke()
        case "show":
            pass
        case _:
            raise ValueError("action là kill, revoke hoặc show")
    return {
        "oa_id": state.oa_id,
        "access_token": state.tokens.access if action == "show" else "",
        "refresh_token": state.tokens.refresh if action == "show" else "",
    }


def _clock(simulator: "Simulator", values: Mapping[str, Any]) -> dict[str, Any]:
    simulator.state.advance(float(values.get("advance_s", 0)))
    return {"now": simulator.state.now()}


def _webhook(simulator: "Simulator", values: Mapping[str, Any]) -> dict[str, Any]:
    settings = {name: value for name, value in values.items() if name != "subscribe"}
    simulator.webhooks.configure(settings)
    if values.get("subscribe"):
        simulator.webhooks.subscribe()
    return simulator.webhooks.described()


def _reset(simulator: "Simulator", values: Mapping[str, Any]) -> dict[str, Any]:
    simulator.faults.clear()
    simulator.state.reset(keep_groups=not values.get("groups", False))
    return {"reset": True}


VIEWS: Final[dict[str, Callable[["Simulator"], dict[str, Any]]]] = {
    "profile": described,
    "assets": lambda simulator: _assets(simulator, {}),
    "broadcasts": _broadcasts,
}
"""Views of the state at `GET /_sim/<name>`."""
MANY: Final = frozenset({"groups", "faults", "people"})
"""Entries that accept a list too."""
ENTRIES: Final[dict[str, Callable[..., dict[str, Any]]]] = {
    "profile": _settings(PROFILE),
    "app": _settings(frozenset(Settings.__dataclass_fields__) - PROFILE - QUOTA),
    "quota": _settings(QUOTA),
    "assets": _assets,
    "people": _people,
    "person": _person,
    "groups": _groups,
    "paste": _paste,
    "deed": lambda simulator, values: simulator.residents.do(str(values["deed"]), values),
    "media": _media,
    "faults": _faults,
    "tokens": _tokens,
    "clock": _clock,
    "webhook": _webhook,
    "storm": lambda simulator, values: simulator.blow(values).described(),
    "reset": _reset,
}
