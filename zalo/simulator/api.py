"""The simulated Official Account API: what Zalo accepts, what it refuses, in its own words.

Numbers are sent as strings in some fields and integers in others on purpose, as Zalo does.
"""

import hashlib
import hmac
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.parser import BytesParser
from email.policy import HTTP
from typing import Any, Final

from zalo.simulator.state import PROFILES, Group, SimulatorState

MAX_TEXT: Final = 2000
MAX_IMAGE_BYTES: Final = 1024 * 1024
WINDOW_DAYS: Final = 7
FREE_HOURS: Final = 48
MENTION: Final = re.compile(r"\[@([0-9a-zA-Z]+)\]")
IMAGE_TYPES: Final = {b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n\x1a\n": "image/png"}
MESSAGES: Final = {
    -32: "Request rate limit of OA reached",
    -100: "Attachment id is expired",
    -200: "Send message failed",
    -201: "Parameter is invalid",
    -210: "Parameter is over the limit",
    -213: "User has not followed OA",
    -216: "Access token is invalid",
    -220: "Access token is expired",
    -221: "OA has not been verified",
    -224: "OA package is not allowed to use this API",
    -230: "User has not interacted with the OA in the past 7 days",
    -232: "User has not interacted with the OA",
    -233: "Message type is invalid or not supported",
    -235: "API does not support this type of OA",
    -237: "The group is disabled",
    -240: "API is no longer supported",
    -242: "appsecret_proof is invalid",
    -403: "OA is not in this group",
    404: "Empty api",
}


@dataclass(frozen=True, slots=True)
class Call:
    """One request as the API sees it; header names in lower case."""

    method: str
    path: str
    headers: Mapping[str, str]
    query: Mapping[str, str]
    body: bytes

    def json(self) -> Mapping[str, Any]:
        """The JSON object of the body, or an empty one."""
        if "application/json" not in self.headers.get("content-type", ""):
            return {}
        try:
            value = json.loads(self.body)
        except ValueError:
            return {}
        return value if isinstance(value, dict) else {}

    @property
    def group_id(self) -> str:
        """The group that the call is about, for rules that strike one group."""
        if self.method == "GET":
            return self.query.get("group_id", "")
        recipient = self.json().get("recipient")
        return str(recipient.get("group_id", "")) if isinstance(recipient, dict) else ""


@dataclass(slots=True)
class Reply:
    """One answer: a JSON body with HTTP 200, as Zalo answers errors too."""

    body: dict[str, Any]
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def code(self) -> int:
        return int(self.body.get("error", 0))


class Refused(Exception):
    """The API refuses with a number."""

    def __init__(self, code: int, message: str = "") -> None:
        self.code = code
        self.message = message or MESSAGES.get(code, "Error")
        super().__init__(code)


def failure(code: int, message: str = "") -> Reply:
    """An error answer; it has no `data`."""
    return Reply({"error": code, "message": message or MESSAGES.get(code, "Error")})


def answer(state: SimulatorState, call: Call) -> Reply:
    """Carry out one call of the Official Account API."""
    headers: dict[str, str] = {}
    try:
        _check_token(state, call)
        is_within, remain = state.take_call()
        headers = {
            "X-RateLimit-Limit": str(state.rate_per_min or 4000),
            "X-RateLimit-Remain": str(remain),
        }
        if not is_within:
            raise Refused(-32)
        handler = ROUTES.get((call.method, call.path))
        if handler is None:
            raise Refused(404)
        data = handler(state, call)
        reply = Reply({"error": 0, "message": "Success", "data": data})
    except Refused as refused:
        reply = failure(refused.code, refused.message)
    reply.headers = headers
    return reply


def _check_token(state: SimulatorState, call: Call) -> None:
    token = call.headers.get("access_token")
    if code := state.access_error(token):
        raise Refused(code)
    proof = call.headers.get("appsecret_proof")
    if proof is None and not state.is_proof_required:
        return
    expected = hmac.new(
        state.app_secret.encode(), (token or "").encode(), hashlib.sha256
    ).hexdigest()
    # Without a secret of its own the simulator cannot judge a proof and lets it pass.
    if state.app_secret and not hmac.compare_digest(proof or "", expected):
        raise Refused(-242)


def _require_groups_api(state: SimulatorState) -> None:
    if state.group_refusal is not None:
        raise Refused(state.group_refusal)
    if state.profile == "low_package":
        raise Refused(-224)
    if state.profile == "unverified":
        raise Refused(-221)


def _own_group(state: SimulatorState, group_id: object) -> Group:
    if not isinstance(group_id, str) or not group_id:
        raise Refused(-201, "group_id is invalid")
    group = state.groups.get(group_id)
    if group is None or group.kind != "oa":
        raise Refused(-403)
    return group


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
    _require_groups_api(state)
    with state.lock:
        group = _own_group(state, call.group_id)
        if group.status != "enabled":
            raise Refused(-237)
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


def _upload_image(state: SimulatorState, call: Call) -> dict[str, Any]:
    content = _uploaded_file(call)
    media_type = next((t for magic, t in IMAGE_TYPES.items() if content.startswith(magic)), None)
    if media_type is None:
        raise Refused(-201, "file must be jpg or png")
    if len(content) > MAX_IMAGE_BYTES:
        raise Refused(-210, "file is over 1MB")
    return {"attachment_id": state.add_attachment(media_type, content).id}


def _uploaded_file(call: Call) -> bytes:
    content_type = call.headers.get("content-type", "")
    if not content_type.startswith("multipart/form-data"):
        raise Refused(-201, "file is empty")
    head = f"Content-Type: {content_type}\r\n\r\n".encode()
    parsed = BytesParser(policy=HTTP).parsebytes(head + call.body)
    for part in parsed.iter_parts():
        if part.get_param("name", header="content-disposition") == "file":
            content = part.get_payload(decode=True)
            return content if isinstance(content, bytes) else b""
    raise Refused(-201, "file is empty")


def _getoa(state: SimulatorState, call: Call) -> dict[str, Any]:
    profile = PROFILES[state.profile]
    return {
        "oa_id": state.oa_id,
        "name": state.oa_name,
        "oa_alias": "binhyen",
        "is_verified": profile["is_verified"],
        "oa_type": profile["oa_type"],
        "cate_name": "Cơ quan nhà nước",
        "num_follower": str(len(state.people)),
        "avatar": "",
        "cover": "",
        "package_name": profile["package"],
        "package_valid_through_date": "31/12/2027",
        "linked_ZCA": "",
    }


def _paging(call: Call) -> tuple[int, int]:
    try:
        return int(call.query.get("offset", "0")), min(int(call.query.get("count", "5")), 50)
    except ValueError:
        raise Refused(-201, "offset or count is invalid") from None


def _getgroupsofoa(state: SimulatorState, call: Call) -> dict[str, Any]:
    _require_groups_api(state)
    offset, count = _paging(call)
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
    _require_groups_api(state)
    group = _own_group(state, call.query.get("group_id"))
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
            "asset_type": f"gmf{group.max_member}",
            "asset_id": group.asset_id,
            "valid_through": group.asset_valid_through,
            "auto_renew": "true",
        },
        "group_setting": {
            "lock_send_msg": True,
            "join_appr": True,
            "enable_msg_history": True,
            "enable_link_join": True,
        },
    }


Handler = Callable[[SimulatorState, Call], dict[str, Any]]

ROUTES: Final[dict[tuple[str, str], Handler]] = {
    ("POST", "/v3.0/oa/group/message"): _send_to_group,
    ("POST", "/v3.0/oa/message/cs"): _send_cs,
    ("POST", "/v2.0/oa/message"): _send_v2,
    ("POST", "/v2.0/oa/upload/image"): _upload_image,
    ("GET", "/v2.0/oa/getoa"): _getoa,
    ("GET", "/v3.0/oa/group/getgroupsofoa"): _getgroupsofoa,
    ("GET", "/v3.0/oa/group/getgroup"): _getgroup,
}
