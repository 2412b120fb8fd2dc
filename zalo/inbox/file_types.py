"""File types by their bytes, never by their name; and which files of residents are accepted."""

import re
import zipfile
from io import BytesIO
from typing import Final

from documents import active_content
from documents.heic import is_heic
from documents.pictures import NotAPicture, small_jpeg

MIB: Final = 1024 * 1024
MOST_BYTES: Final = {
    "image": 20 * MIB,
    "gif": 20 * MIB,
    "audio": 20 * MIB,
    "video": 25 * MIB,
    "file": 20 * MIB,
}
MOST_PARTS: Final = 5000
PART_BEGINS: Final = b"PK\x01\x02"
"""How each entry in the directory of a zip begins."""

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")
_PICTURES = ("image/jpeg", "image/png", "image/gif", "image/webp", "image/bmp", "image/heic")
_STARTS: Final = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"BM", "image/bmp"),
    (b"#!AMR", "audio/amr"),
    (b"ID3", "audio/mpeg"),
    (b"\xff\xfb", "audio/mpeg"),
    (b"\xff\xf3", "audio/mpeg"),
    (b"\xff\xf1", "audio/aac"),
    (b"\xff\xf9", "audio/aac"),
    (b"OggS", "audio/ogg"),
    (b"\x1a\x45\xdf\xa3", "video/webm"),
    (b"%PDF-", "application/pdf"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    (b"{\\rtf", "application/rtf"),
)
_OFFICE: Final = {
    "word/": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xl/": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ppt/": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}
# Before the ending of a document with programs or objects inside: nothing opens such a type.
RISKY: Final = "application/x-risky-"
_DOCUMENTS: Final = {
    "application/pdf": "pdf",
    "application/x-ole-storage": "doc",
    "application/rtf": "rtf",
    **dict(zip(_OFFICE.values(), ("docx", "xlsx", "pptx"), strict=True)),
}
_ACCEPTED: Final = {
    "image": ("image/",),
    "gif": ("image/",),
    "audio": ("audio/", "video/mp4"),  # a voice message may stand in a container for video
    "video": ("video/",),
    "file": ("image/", "audio/", "video/", "application/", "text/plain"),
}


class NotTaken(Exception):
    """A type that is not taken, or (`is_broken`) a file that is not what it says."""

    def __init__(self, *, is_broken: bool = False) -> None:
        super().__init__("broken" if is_broken else "type")
        self.is_broken = is_broken


def type_of(content: bytes) -> str:
    """The media type that the bytes show, empty for one that is not taken."""
    for start, name in _STARTS:
        if content.startswith(start):
            return name
    if content[:4] == b"RIFF":
        return {b"WEBP": "image/webp", b"WAVE": "audio/wav"}.get(content[8:12], "")
    if content[4:8] == b"ftyp":
        brand = content[8:12]
        if is_heic(content[:12]):
            return "image/heic"
        if brand in {b"avif", b"avis"}:
            return ""  # pictures that no part of the portal can make harmless
        return "audio/mp4" if brand.startswith(b"M4A") else "video/mp4"
    if content[:4] == b"PK\x03\x04":
        return _office_type(content)
    return "text/plain" if _is_text(content) else ""


def _office_type(content: bytes) -> str:
    """A document in a zip; any other archive can hold anything."""
    if content.count(PART_BEGINS) > MOST_PARTS:
        return ""  # reading the names alone of hundreds of thousands takes minutes and memory
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return ""
    if "[Content_Types].xml" not in names:
        return ""
    return next(
        (kind for part, kind in _OFFICE.items() if any(name.startswith(part) for name in names)), ""
    )


def _is_text(content: bytes) -> bool:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False
    head = text.lstrip()
    if not head or head.startswith(("<", "#!", "%!")):
        return False  # pages and scripts are text that something would run
    return not _CONTROL.search(text)


def made_harmless(kind: str, content: bytes) -> tuple[bytes, str]:
    """The bytes to store and their media type; pictures are written anew without metadata.

    A document with programs or objects inside is kept as it is, under a type (`RISKY`) that nothing
    opens. Raises NotTaken.
    """
    found = type_of(content)
    if not found or not found.startswith(_ACCEPTED[kind]):
        raise NotTaken
    if found in _DOCUMENTS:
        return content, RISKY + _DOCUMENTS[found] if active_content.look(content) else found
    if found not in _PICTURES:
        return content, found
    try:
        return small_jpeg(BytesIO(content)), "image/jpeg"
    except NotAPicture as error:
        raise NotTaken(is_broken=True) from error
