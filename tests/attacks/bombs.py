"""Small pictures and documents that grow without end, or lead out of the file."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from typing import Final

from PIL import Image

from tests.broadcasts.documents import with_parts, word

_HEAD: Final = b"\x89PNG\r\n\x1a\n"
_W: Final = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_MIB: Final = 1024 * 1024


def _chunk(kind: bytes, content: bytes) -> bytes:
    crc = struct.pack(">I", zlib.crc32(kind + content))
    return struct.pack(">I", len(content)) + kind + content + crc


def png(side: int, *, more: bytes = b"") -> bytes:
    """A black picture of one bit a point, with more chunks before it."""
    points = zlib.compress(b"\0" * ((side + 7) // 8 + 1) * min(side, 8000), 9)
    size = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    return _HEAD + _chunk(b"IHDR", size) + more + _chunk(b"IDAT", points) + _chunk(b"IEND", b"")


def _grown(prefix: bytes) -> bytes:
    return prefix + zlib.compress(b"x" * 80 * _MIB, 9)


def _tiff() -> bytes:
    kept = io.BytesIO()
    Image.new("1", (5600, 5600)).save(kept, "TIFF", compression="group4")
    return kept.getvalue()


def _gif() -> bytes:
    """A screen of two billion points, said by twenty bytes."""
    return b"GIF89a\xff\xff\xff\xff\0\0\0,\0\0\0\0\xff\xff\xff\xff\0\x08\x01\0\0;"


PICTURES: Final[dict[str, Callable[[], bytes]]] = {
    "wide png": lambda: png(30_000),
    "png of two billion a side": lambda: _HEAD
    + _chunk(b"IHDR", struct.pack(">IIBBBBB", 2**31 - 1, 2**31 - 1, 1, 0, 0, 0, 0))
    + _chunk(b"IEND", b""),
    "png with a text": lambda: png(10, more=_chunk(b"zTXt", _grown(b"a\0\0"))),
    "png with a text of letters": lambda: png(10, more=_chunk(b"iTXt", _grown(b"a\0\1\0\0\0"))),
    "png with many texts": lambda: png(
        10, more=_chunk(b"zTXt", b"a\0\0" + zlib.compress(b"x" * 900_000, 9)) * 200),
    "png with a profile": lambda: png(10, more=_chunk(b"iCCP", _grown(b"a\0\0"))),
    "wide tiff": _tiff,
    "wide gif": _gif,
    "wide bmp": lambda: b"BM" + struct.pack(
        "<IHHIIiiHHIIiiII", 100, 0, 0, 54, 40, 60_000, 60_000, 1, 1, 0, 0, 0, 0, 0, 0),
}  # fmt: skip


def _zip(parts: dict[str, bytes]) -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return kept.getvalue()


def _text(inside: str, before: str = "") -> dict[str, bytes]:
    return {"word/document.xml": f"{before}<w:document {_W}>{inside}</w:document>".encode()}


def _of(parts: dict[str, bytes]) -> bytes:
    with zipfile.ZipFile(io.BytesIO(word("a"))) as archive:
        return _zip({name: archive.read(name) for name in archive.namelist()} | parts)


def _overlapping() -> bytes:
    """Five thousand entries that all say the same megabyte."""
    kept = bytearray(_of({"word/media/a.xml": b" " * _MIB}))
    at = kept.rfind(b"PK\x05\x06")
    start = kept.rfind(b"PK\x01\x02")
    entry = bytes(kept[start:at])
    end = bytearray(kept[at:])
    entries = 4000
    count, size = struct.unpack_from("<HI", end, 10)
    struct.pack_into("<HHI", end, 8, count + entries, count + entries, size + entries * len(entry))
    named = b"".join(
        entry.replace(b"word/media/a.xml", b"word/med%04d.xml" % number)
        for number in range(entries)
    )
    return bytes(kept[:at]) + named + bytes(end)


_ENTITY = '<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
_LAUGH = (
    '<!DOCTYPE d [<!ENTITY a0 "ha">'
    + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    + "]>"
)
DOCUMENTS: Final[dict[str, Callable[[], bytes]]] = {
    "blank gigabyte": lambda: _of({"word/document.xml": b" " * 300 * _MIB}),
    "many parts": lambda: _of({f"word/x{n}.xml": b" " * 8 * _MIB for n in range(10)}),
    "overlapping parts": _overlapping,
    "deep": lambda: _of(_text("<w:p>" * 300_000 + "</w:p>" * 300_000)),
    "entity of a file": lambda: _of(_text("<w:p><w:r><w:t>&x;</w:t></w:r></w:p>", _ENTITY)),
    "entity behind a long remark": lambda: _of(
        _text("<w:p><w:r><w:t>&x;</w:t></w:r></w:p>", f"<!--{'-x' * 3000}-->{_ENTITY}")),
    "entity of the network": lambda: _of(
        _text("&x;", _ENTITY.replace("file:///etc", "http://127.0.0.1:9"))),
    "laughs": lambda: _of(_text("<w:p><w:r><w:t>&a11;</w:t></w:r></w:p>", _LAUGH)),
    "definitions of elsewhere": lambda: _of(
        _text("", '<!DOCTYPE d SYSTEM "http://127.0.0.1:9/a.dtd">')),
    "letters of two bytes": lambda: with_parts(
        word("a"), {"word/footer9.xml": (_ENTITY + "<d>&x;</d>").encode("utf-16-le")}),
}  # fmt: skip
