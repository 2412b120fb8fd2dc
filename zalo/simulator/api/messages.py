"""Messages into groups and to persons."""

import re
from typing import Any, Final

from zalo.simulator.api.calls import Call, Refused, Routes, routes
from zalo.simulator.api.groups import own_group
from zalo.simulator.state import SimulatorState

MAX_TEXT: Final = 2000
WINDOW_DAYS: Final = 7
FREE_HOURS: Final = 48
MENTION: Final = re.compile(r"\[@([0-9a-zA-Z]+)\]")


def _message(state: SimulatorState, call: Call, *, needs_caption: bool) -> tuple[str, str]:
    """The text and the picture's id of a message object."""
    message = call.json().get("message")
    if not isinstance(message, dict):
        raise Refused(-233)
    text = message.get("text", "")
    if not isinstance(text, str):
        raise Refused(-201, "text is invalid")
    if len(text) > MAX_TEXT:
        raise Refused(-210, "text is over 2000 characters")
    attachment = message.get("attachment")
    if attachment is None:
        if not text.strip():
            raise Refused(-201, "text is empty")
        return text, ""
    if needs_caption and not text.strip():
        raise Refused(-201, "text is empty")
    return text, _image_id(state, attachment)


def _image_id(state: SimulatorState, attachment: object) -> str:
    if not isinstance(attachment, dict) or attachment.get("type") != "template":
        raise Refused(-201, "attachment type is invalid")
    payload = attachment.get("payload")
    elements = payload.get("elements") if isinstance(payload, dict) else None
    if (
        not isinstance(payload, dict)
        or payload.get("template_type") != "media"
        or not isinstance(elements, list)
        or len(elements) != 1
        or not isinstance(elements[0], dict)
    ):
        raise Refused(-201, "payload is invalid")
    element = elements[0]
    if element.get("media_type") != "image":
        raise Refused(-233)
    if bool(element.get("url")) == bool(element.get("attachment_id")):
        raise Refused(-201, "exactly one of url and attachment_id")
    if element.get("url"):
        raise Refused(-201, "url cannot be reached")  # the simulator never fetches anything
    attachment_id = str(element["attachment_id"])
    if state.usable_attachment(attachment_id) is None:
        raise Refused(-100)
    return attachment_id


def _send_to_group(state: SimulatorState, call: Call) -> dict[str, Any]:
    with state.lock:
        group = own_group(state, call.group_id)
        text, image_id = _message(state, call, needs_caption=True)
        sent = state.post(
            group_id=group.id, text=text, image_id=image_id, mentions=MENTION.findall(text)
        )
    return {"message_id": sent.id, "group_id": group.id}


def _send_to_person(state: SimulatorState, call: Call) -> dict[str, Any]:
    recipient = call.json().get("recipient")
    user_id = recipient.get("user_id") if isinstance(recipient, dict) else None
    person = state.people.get(user_id) if isinstance(user_id, str) else None
    if person is None:
        raise Refused(-201, "user_id is invalid")
    if person.interacted_at is None:
        raise Refused(-232)
    silence_s = state.now() - person.interacted_at
    if silence_s > WINDOW_DAYS * 86_400:
        raise Refused(-230)
    text, image_id = _message(state, call, needs_caption=False)
    sent = state.post(user_id=person.id, text=text, image_id=image_id)
    data: dict[str, Any] = {
        "message_id": sent.id,
        "user_id": person.id,
        "sent_time": str(int(sent.at * 1000)),
    }
    if silence_s <= FREE_HOURS * 3600:
        data["quota"] = {"quota_type": "reply", "remain": "8", "total": "8"}
    else:
        data["quota"] = {
            "quota_type": "sub_quota",
            "remain": 499,
            "total": "500",
            "expired_date": "31/12/2027",
        }
    return data


def _send_cs(state: SimulatorState, call: Call) -> dict[str, Any]:
    if state.profile == "state_agency":
        raise Refused(-235)
    return _send_to_person(state, call)


def _send_v2(state: SimulatorState, call: Call) -> dict[str, Any]:
    if state.profile != "state_agency":
        raise Refused(-240)
    return _send_to_person(state, call)


ROUTES: Final[Routes] = routes(
    "send",
    {
        ("POST", "/v3.0/oa/group/message"): _send_to_group,
        ("POST", "/v3.0/oa/message/cs"): _send_cs,
        ("POST", "/v2.0/oa/message"): _send_v2,
    },
)
