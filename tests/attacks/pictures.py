"""Pictures of every accepted kind that say, in each place where a kind has room, who took them."""

import struct
import zlib
from io import BytesIO
from typing import Any

from PIL import Image, ImageCms
from PIL.PngImagePlugin import PngInfo

CANARY = "Bay Le 0912345678 Galaxy"
_BYTES = CANARY.encode()
KINDS = ("JPEG", "MPO", "PNG", "GIF", "WEBP", "BMP", "TIFF", "AVIF")


def _exif() -> Image.Exif:
    exif = Image.Exif()
    exif[0x010E] = CANARY
    exif.get_ifd(0x8825)[0x1D] = CANARY
    return exif


def _profile() -> bytes:
    """A colour profile with a description of its own."""
    plain = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return plain + _BYTES


def _chunk(kind: bytes, content: bytes) -> bytes:
    crc = struct.pack(">I", zlib.crc32(kind + content))
    return struct.pack(">I", len(content)) + kind + content + crc


def _saved(picture: Image.Image, kind: str, **options: Any) -> bytes:
    kept = BytesIO()
    picture.save(kept, kind, **options)
    return kept.getvalue()


def _png(picture: Image.Image) -> bytes:
    texts = PngInfo()
    texts.add_text("comment", CANARY)
    texts.add_itxt("XML:com.adobe.xmp", CANARY)
    texts.add_text("Author", CANARY, zip=True)
    content = _saved(picture, "PNG", pnginfo=texts, exif=_exif(), icc_profile=_profile())
    return content[:-12] + _chunk(b"caNy", _BYTES) + content[-12:]


def _gif(picture: Image.Image) -> bytes:
    """A comment as Pillow writes it, and an application block with XMP behind the head."""
    content = _saved(picture.convert("P"), "GIF", comment=_BYTES)
    colours = 3 * 2 ** ((content[10] & 7) + 1) if content[10] & 0x80 else 0
    head = 13 + colours
    application = b"\x21\xff\x0bXMP DataXMP" + bytes([len(_BYTES)]) + _BYTES + b"\0"
    return content[:head] + application + content[head:]


def telling(kind: str, size: tuple[int, int] = (48, 32)) -> bytes:
    """A picture of this kind with the canary in all its remarks, and once behind its end."""
    picture = Image.new("RGB", size, "teal")
    told: dict[str, Any] = {"exif": _exif(), "xmp": _BYTES, "icc_profile": _profile()}
    match kind:
        case "PNG":
            content = _png(picture)
        case "GIF":
            content = _gif(picture)
        case "BMP":
            content = _saved(picture, kind)
        case "TIFF":
            content = _saved(picture, kind, description=CANARY, software=CANARY)
        case "WEBP" | "AVIF":
            content = _saved(picture, kind, **told)
        case _:
            content = _saved(picture, kind, comment=_BYTES, **told)
    return content + _BYTES


def segments(jpeg: bytes) -> set[int]:
    """The markers before the picture of a JPEG."""
    found, at = set(), 2
    while jpeg[at + 1] != 0xDA:
        found.add(jpeg[at + 1])
        at += 2 + struct.unpack_from(">H", jpeg, at + 2)[0]
    return found
