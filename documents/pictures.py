"""Pictures that people hand in: made small, stripped of what a phone writes into them."""

import struct
import threading
from io import BytesIO
from typing import IO, Any, Final

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.http import FileResponse, Http404
from PIL import Image, ImageOps, UnidentifiedImageError
from PIL.JpegImagePlugin import JpegImageFile

from documents import heic

MAX_UPLOAD_BYTES = 20 * 1024 * 1024
MAX_BYTES = 1_000_000  # Zalo takes 1 MB
SIDES = (1600, 1280, 1024, 800)
MAX_PIXELS = 60_000_000
# But for JPEG, a picture is opened whole before it is made small: 4 bytes a pixel, at times twice.
MAX_PIXELS_WHOLE: Final = 30_000_000
# Pillow opens some forty more, one of them (EPS) by running another program.
FORMATS: Final = ("JPEG", "PNG", "GIF", "WEBP", "BMP", "TIFF", "AVIF")
QUALITIES = (88, 80, 70, 60, 45)
# Hostile bytes break Pillow in many ways, a text that unpacks to gigabytes with a bare ValueError.
_BROKEN: Final = (
    Image.DecompressionBombError, ArithmeticError, EOFError, LookupError, MemoryError, OSError,
    RuntimeError, SyntaxError, TypeError, ValueError, struct.error,
)  # fmt: skip
# A file of a hundred kilobytes may open to a hundred megabytes: one at a time in one process.
_ONE_AT_A_TIME: Final = threading.Lock()


class NotAPicture(ValueError):
    """The bytes are no picture, a broken one, or far too large; the message is for a person."""


def small_jpeg(stream: IO[bytes]) -> bytes:
    """An upright JPEG of at most 1 MB without metadata (place, phone, time). Raises NotAPicture."""
    try:
        with _ONE_AT_A_TIME:
            picture = _opened_small(stream)
    except heic.Broken as error:
        if error.is_too_large:
            raise NotAPicture("Ảnh lớn quá. Hãy chọn ảnh nhỏ hơn.") from error
        raise NotAPicture("Không mở được ảnh HEIC này. Hãy chụp màn hình ảnh rồi gửi.") from error
    except NotAPicture:
        raise
    except _BROKEN as error:
        raise NotAPicture("Tệp này không phải là ảnh, hoặc ảnh bị hỏng.") from error
    picture.info.clear()  # Pillow writes the comment that it read there into the new file
    for side in SIDES:
        picture.thumbnail((side, side))
        if (content := _encoded(picture)) is not None:
            return content
    raise NotAPicture("Không thu nhỏ được ảnh xuống dưới 1 MB. Hãy chọn ảnh khác.")


def prepare(upload: Any) -> ContentFile:
    """Turn an uploaded picture into a small JPEG file. Raises ValidationError."""
    if upload.size > MAX_UPLOAD_BYTES:
        raise ValidationError("Ảnh nặng quá 20 MB. Hãy chọn ảnh khác hoặc chụp lại.")
    upload.seek(0)
    try:
        content = small_jpeg(upload)
    except NotAPicture as error:
        raise ValidationError(str(error)) from error
    stem = upload.name.rpartition("/")[2].rpartition(".")[0] or "anh"
    return ContentFile(content, name=f"{stem[:60]}.jpg")


def _opened_small(stream: IO[bytes]) -> Image.Image:
    """Upright, on white, and no larger than is kept: small first, for all else costs by the pixel.

    Raises NotAPicture, and what Pillow raises.
    """
    head = stream.read(12)
    stream.seek(0)
    if heic.is_heic(head):
        stream = BytesIO(heic.to_jpeg(stream.read()))
    picture: Image.Image = Image.open(stream, formats=FORMATS)
    most = MAX_PIXELS if isinstance(picture, JpegImageFile) else MAX_PIXELS_WHOLE
    if picture.width * picture.height > most:
        raise NotAPicture("Ảnh lớn quá. Hãy chọn ảnh nhỏ hơn.")
    largest = (SIDES[0], SIDES[0])
    picture.draft("RGB", largest)  # a JPEG is not even read in full
    if picture.mode not in ("L", "RGB", "RGBA"):
        picture = picture.convert("RGBA" if _is_see_through(picture) else "RGB")
    picture.thumbnail(largest)
    return _flat(ImageOps.exif_transpose(picture))


def _is_see_through(picture: Image.Image) -> bool:
    return "A" in picture.getbands() or "transparency" in picture.info


def _flat(picture: Image.Image) -> Image.Image:
    """On white, without transparency."""
    if not _is_see_through(picture):
        return picture.convert("RGB")
    layered = picture.convert("RGBA")
    ground = Image.new("RGBA", layered.size, "white")
    return Image.alpha_composite(ground, layered).convert("RGB")


def _encoded(picture: Image.Image) -> bytes | None:
    """The best quality that fits, None where even the lowest does not."""
    for quality in QUALITIES:
        target = BytesIO()
        picture.save(target, "JPEG", quality=quality, optimize=True)
        if target.tell() <= MAX_BYTES:
            return target.getvalue()
    return None


# Pictures leave through views that know who asks; there is no public address for files.


CONTENT_TYPES = {"JPEG": "image/jpeg", "PNG": "image/png"}


def picture(stored: Any, *, download_as: str) -> FileResponse:
    """A stored JPEG or PNG, by what it is and not by its name. Raises Http404."""
    if not stored:
        raise Http404
    try:
        with stored.open("rb") as content, Image.open(content) as image:
            content_type = CONTENT_TYPES[image.format or ""]
    except (FileNotFoundError, UnidentifiedImageError, KeyError) as error:
        raise Http404 from error
    response = FileResponse(
        stored.storage.open(stored.name, "rb"),
        content_type=content_type,
        as_attachment=bool(download_as),
        filename=download_as or "anh.jpg",
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, max-age=300"
    return response
