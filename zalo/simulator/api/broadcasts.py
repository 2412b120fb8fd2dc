"""An article to all followers, or to those of some provinces (fact sheet §5.1)."""

from typing import Any, Final

from zalo.simulator.api.calls import Call, Refused
from zalo.simulator.api.content import only_element
from zalo.simulator.api.gates import require_package
from zalo.simulator.state import SimulatorState

TARGETS: Final = {
    "ages": range(8),
    "gender": range(3),
    "locations": range(3),
    "cities": range(64),
    "platform": range(1, 4),
}


def send(state: SimulatorState, call: Call, target: object) -> dict[str, Any]:
    """Accept a broadcast; the answer says nothing about whom it will reach."""
    if state.profile == "unverified":
        require_package(state)
    checked = _target(target)
    article_id = _article_id(call)
    with state.lock:
        if article_id not in state.articles:
            raise Refused(-201, "attachment_id is invalid")
        if state.is_night():
            raise Refused(-234)
        sent = state.broadcast(article_id, checked)
    return {"message_id": sent.id}


def _target(target: object) -> dict[str, str]:
    if not isinstance(target, dict):
        raise Refused(-201, "target is invalid")
    for name, value in target.items():
        if name not in TARGETS or not isinstance(value, str):
            raise Refused(-201, f"target {name} is invalid")
        parts = value.split(",")
        if not all(part.isdecimal() and int(part) in TARGETS[name] for part in parts):
            raise Refused(-201, f"target {name} is invalid")
    return dict(target)


def _article_id(call: Call) -> str:
    message = call.json().get("message")
    if not isinstance(message, dict):
        raise Refused(-233)
    attachment = message.get("attachment")
    if not isinstance(attachment, dict) or attachment.get("type") != "template":
        raise Refused(-233)
    payload = attachment.get("payload")
    if not isinstance(payload, dict) or payload.get("template_type") != "media":
        raise Refused(-233)
    element = only_element(payload)
    if element.get("media_type") != "article":
        raise Refused(-233)
    return str(element.get("attachment_id", ""))
