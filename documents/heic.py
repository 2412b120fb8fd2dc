"""HEIC, the pictures of newer phones, opened in a process of its own.

Its decoder is large and young beside Pillow's; what a hostile file does to it, it does to that
process alone. Run as a script: the picture comes in, a JPEG of the size that is kept goes out. It
imports nothing of the project, so that it starts fast.
"""

import resource
import sys
from io import BytesIO
from typing import Final

BRANDS: Final = frozenset({b"heic", b"heix", b"heim", b"heis", b"mif1"})
MAX_PIXELS: Final = 60_000_000
TOO_LARGE, BROKEN = 3, 4
_SIDE, _QUALITY = 1600, 92
_WAIT_S = 30
_MEMORY = 1536 * 1024 * 1024
_SECONDS = 20


class Broken(ValueError):
    """No picture that can be opened; `is_too_large` where it has too many points."""

    def __init__(self, *, is_too_large: bool = False) -> None:
        super().__init__("too large" if is_too_large else "broken")
        self.is_too_large = is_too_large


def is_heic(head: bytes) -> bool:
    """Whether a file that begins with these bytes (twelve are enough) says that it is one."""
    return head[4:8] == b"ftyp" and head[8:12] in BRANDS


def to_jpeg(content: bytes) -> bytes:
    """An upright JPEG without metadata, no larger than is kept. Raises Broken."""
    from documents import isolated  # noqa: PLC0415 -- the script knows nothing of the project

    answer = isolated.run(__file__, content, wait_s=_WAIT_S)
    if answer.code:
        raise Broken(is_too_large=answer.code == TOO_LARGE)
    return answer.output


def _main() -> int:
    import pi_heif  # noqa: PLC0415 -- only in the process that may die of it
    from PIL import Image, ImageOps  # noqa: PLC0415 -- as above

    try:
        opened = pi_heif.open_heif(BytesIO(sys.stdin.buffer.read()))
        if opened.size[0] * opened.size[1] > MAX_PIXELS:
            return TOO_LARGE
        picture = ImageOps.exif_transpose(opened.to_pillow())
        picture.thumbnail((_SIDE, _SIDE))
        ground = Image.new("RGB", picture.size, "white")
        ground.paste(picture, mask=picture.getchannel("A") if "A" in picture.getbands() else None)
        ground.save(sys.stdout.buffer, "JPEG", quality=_QUALITY)
    except MemoryError:
        return TOO_LARGE
    except Exception:
        return BROKEN
    sys.stdout.buffer.flush()
    return 0


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.exit(_main())
