"""Uploads: pictures, moving pictures, files."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.parser import BytesParser
from email.policy import HTTP
from typing import Any, Final

from zalo_simulator.api.calls import Call, Refused, Routes, is_whole, routes, text_of
from zalo_simulator.state import SimulatorState

MAX_IMAGE_BYTES: Final = 1024 * 1024
MAX_FILE_BYTES: Final = 5 * 1024 * 1024
IMAGE_TYPES: Final = {b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n\x1a\n": "image/png"}
GIF_TYPES: Final = {b"GIF87a": "image/gif", b"GIF89a": "image/gif"}
FILE_TYPES: Final = {
    "pdf": (b"%PDF-", "application/pdf"),
    "doc": (b"\xd0\xcf\x11\xe0", "application/msword"),
    "docx": (
        b"PK\x03\x04",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ),
    "csv": (b"", "text/csv"),
}


def _upload_picture(
    state: SimulatorState,
    call: Call,
    kind: str,
    types: dict[bytes, str],
    most: int,
    fields: tuple[str, ...],
) -> dict[str, Any]:
    name, content = _uploaded_file(call, fields)
    media_type = next((one for magic, one in types.items() if content.startswith(magic)), None)
    if media_type is None:
        raise Refused(-201, "file type is invalid")
    _check_size(state, content, most)
    return {"attachment_id": state.add_attachment(media_type, content, kind=kind, name=name).id}


def _upload_file(state: SimulatorState, call: Call) -> dict[str, Any]:
    name, content = _uploaded_file(call, ("file",))
    magic, media_type = FILE_TYPES.get(name.rpartition(".")[2].lower(), (b"", ""))
    if not media_type or not content or not content.startswith(magic):
        raise Refused(-201, "file type is invalid")
    _check_size(state, content, MAX_FILE_BYTES)
    return {"token": state.add_attachment(media_type, content, kind="file", name=name).id}


def _check_size(state: SimulatorState, content: bytes, most: int) -> None:
    if len(content) > most:
        raise Refused(-210, f"file is over {most // 1024 // 1024}MB")
    if not state.take_upload():
        raise Refused(-211)


def _uploaded_file(call: Call, fields: tuple[str, ...]) -> tuple[str, bytes]:
    """Name and content of the part that is called by one of `fields`."""
    content_type = call.headers.get("content-type", "")
    if not content_type.startswith("multipart/form-data"):
        raise Refused(-201, "file is empty")
    head = f"Content-Type: {content_type}\r\n\r\n".encode()
    parsed = BytesParser(policy=HTTP).parsebytes(head + call.body)
    for part in parsed.iter_parts():
        if part.get_param("name", header="content-disposition") in fields:
            content = part.get_payload(decode=True)
            return part.get_filename() or "", content if isinstance(content, bytes) else b""
    raise Refused(-201, "file is empty")


ROUTES: Final[Routes] = routes(
    "send",
    {
        ("POST", "/v2.0/oa/upload/image"): lambda state, call: _upload_picture(
            state, call, "image", IMAGE_TYPES, MAX_IMAGE_BYTES, ("file",)
        ),
        # The documentation names the field in two ways, so both are accepted.
        ("POST", "/v2.0/oa/upload/gif"): lambda state, call: _upload_picture(
            state, call, "gif", GIF_TYPES, MAX_FILE_BYTES, ("file", "image")
        ),
        ("POST", "/v2.0/oa/upload/file"): _upload_file,
    },
)


# What a message object holds, and whether Zalo takes it (fact sheet §3.1, §4.3).


MAX_TEXT: Final = 2000
MAX_TITLE: Final = 100
MAX_SUBTITLE: Final = 500
MENTION: Final = re.compile(r"\[@([0-9a-zA-Z]+)\]")
HISTORY_KINDS: Final = {"image": "photo", "gif": "GIF", "template": "links"}


@dataclass(frozen=True, slots=True)
class Content:
    """A message that Zalo takes; `event` is the end of the name by which it is told."""

    event: str
    text: str = ""
    image_id: str = ""
    quote_id: str = ""
    extra: dict[str, Any] = field(default_factory=dict)

    @property
    def posted(self) -> dict[str, Any]:
        """Arguments for `SimulatorState.send`."""
        return {
            "text": self.text,
            "image_id": self.image_id,
            "quote_id": self.quote_id,
            "kind": HISTORY_KINDS.get(self.event, self.event),
            "extra": self.extra,
            "mentions": MENTION.findall(self.text),
        }


def read(state: SimulatorState, call: Call, *, needs_caption: bool, chat_id: str) -> Content:
    """The message object of a call. Raises Refused for what Zalo does not take."""
    message = call.json().get("message")
    if not isinstance(message, dict):
        raise Refused(-233)
    text = text_of(message, "text", MAX_TEXT)
    attachment = message.get("attachment")
    if attachment is None:
        if not text.strip():
            raise Refused(-201, "text is empty")
        return Content("text", text, quote_id=_quote(state, message, chat_id))
    if not isinstance(attachment, dict):
        raise Refused(-201, "attachment is invalid")
    payload = attachment.get("payload")
    if not isinstance(payload, dict):
        raise Refused(-201, "payload is invalid")
    match attachment.get("type"):
        case "file":
            return _file(state, payload, text)
        case "template":
            return _template(state, payload, text, needs_caption=needs_caption)
    raise Refused(-201, "attachment type is invalid")


def _quote(state: SimulatorState, message: Mapping[str, Any], chat_id: str) -> str:
    quote_id = message.get("quote_message_id", "")
    if not quote_id:
        return ""
    if not any(known.id == quote_id for known in state.chat(chat_id)):
        raise Refused(-201, "quote_message_id is invalid")
    return str(quote_id)


def _file(state: SimulatorState, payload: Mapping[str, Any], text: str) -> Content:
    if text:
        raise Refused(-201, "text is not allowed beside a file")
    token = str(payload.get("token", ""))
    if not token:
        raise Refused(-201, "token is invalid")
    file = state.usable_attachment(token, "file")
    if file is None:
        raise Refused(-100)
    return Content("file", extra={"file_id": file.id, "file_name": file.name})


def only_element(payload: Mapping[str, Any]) -> Mapping[str, Any]:
    """The one element of a template."""
    elements = payload.get("elements")
    if not isinstance(elements, list) or len(elements) != 1 or not isinstance(elements[0], dict):
        raise Refused(-201, "elements is invalid")
    return elements[0]


def _template(
    state: SimulatorState, payload: Mapping[str, Any], text: str, *, needs_caption: bool
) -> Content:
    kind = payload.get("template_type")
    if kind == "request_user_info":
        return _request(only_element(payload))
    if kind != "media":
        raise Refused(-201, "template_type is invalid")
    element = only_element(payload)
    media_type = element.get("media_type")
    if media_type == "sticker":
        sticker_id = text_of(element, "attachment_id", 100, is_required=True)
        return Content("sticker", text, extra={"sticker_id": sticker_id})
    if media_type not in ("image", "gif"):
        raise Refused(-233)
    if needs_caption and not text.strip():
        raise Refused(-201, "text is empty")
    if media_type == "gif" and not all(
        is_whole(element.get(side)) and element[side] > 0 for side in ("width", "height")
    ):
        raise Refused(-201, "width or height is invalid")
    return Content(media_type, text, image_id=_media(state, element, media_type))


def _media(state: SimulatorState, element: Mapping[str, Any], kind: str) -> str:
    if bool(element.get("url")) == bool(element.get("attachment_id")):
        raise Refused(-201, "exactly one of url and attachment_id")
    if element.get("url"):
        raise Refused(-201, "url cannot be reached")  # the simulator never fetches anything
    attachment_id = str(element["attachment_id"])
    if state.usable_attachment(attachment_id, kind) is None:
        raise Refused(-100)
    return attachment_id


def _request(element: Mapping[str, Any]) -> Content:
    title = text_of(element, "title", MAX_TITLE, is_required=True)
    subtitle = text_of(element, "subtitle", MAX_SUBTITLE, is_required=True)
    image_url = text_of(element, "image_url", 2000, is_required=True)
    if not image_url.startswith("https://"):
        raise Refused(-201, "image_url is invalid")
    extra = {"request_user_info": {"title": title, "subtitle": subtitle, "image_url": image_url}}
    return Content("template", extra=extra)
