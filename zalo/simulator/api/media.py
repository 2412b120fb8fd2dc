"""Uploads."""

from email.parser import BytesParser
from email.policy import HTTP
from typing import Any, Final

from zalo.simulator.api.calls import Call, Refused, Routes, routes
from zalo.simulator.state import SimulatorState

MAX_IMAGE_BYTES: Final = 1024 * 1024
IMAGE_TYPES: Final = {b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n\x1a\n": "image/png"}


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


ROUTES: Final[Routes] = routes("send", {("POST", "/v2.0/oa/upload/image"): _upload_image})
