"""Uploads: pictures, moving pictures, files."""

from email.parser import BytesParser
from email.policy import HTTP
from typing import Any, Final

from zalo.simulator.api.calls import Call, Refused, Routes, routes
from zalo.simulator.state import SimulatorState

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


def _upload_image(state: SimulatorState, call: Call) -> dict[str, Any]:
    return _upload_picture(state, call, "image", IMAGE_TYPES, MAX_IMAGE_BYTES, ("file",))


def _upload_gif(state: SimulatorState, call: Call) -> dict[str, Any]:
    # The paper names the field in two ways, so both are taken.
    return _upload_picture(state, call, "gif", GIF_TYPES, MAX_FILE_BYTES, ("file", "image"))


def _upload_picture(
    state: SimulatorState,
    call: Call,
    kind: str,
    types: dict[bytes, str],
    most: int,
    fields: tuple[str, ...],
) -> dict[str, Any]:
    name, content = _uploaded_file(call, fields)
    media_type = next((kept for magic, kept in types.items() if content.startswith(magic)), None)
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
        ("POST", "/v2.0/oa/upload/image"): _upload_image,
        ("POST", "/v2.0/oa/upload/gif"): _upload_gif,
        ("POST", "/v2.0/oa/upload/file"): _upload_file,
    },
)
