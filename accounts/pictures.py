"""Pictures that people hand in: made small, stripped of what a phone writes into them."""

from io import BytesIO
from typing import IO, Any

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from PIL import Image, ImageOps, UnidentifiedImageError

MAX_UPLOAD_BYTES = 20 * 1024 * 1024
MAX_BYTES = 1_000_000  # Zalo takes 1 MB
SIDES = (1600, 1280, 1024, 800)
MAX_PIXELS = 60_000_000
QUALITIES = (88, 80, 70, 60, 45)


class NotAPicture(ValueError):
    """The bytes are no picture, a broken one, or far too large; the message is for a person."""


def small_jpeg(stream: IO[bytes]) -> bytes:
    """An upright JPEG of at most 1 MB without metadata (place, phone, time). Raises NotAPicture."""
    try:
        picture: Image.Image = Image.open(stream)
        if picture.width * picture.height > MAX_PIXELS:
            raise NotAPicture("Ảnh lớn quá. Hãy chọn ảnh nhỏ hơn.")
        picture = _flat(ImageOps.exif_transpose(picture))
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError) as error:
        raise NotAPicture("Tệp này không phải là ảnh, hoặc ảnh bị hỏng.") from error
    for side in SIDES:
        picture.thumbnail((side, side))
        if (content := _encoded(picture)) is not None:
            return content
    raise NotAPicture("Không thu nhỏ được ảnh xuống dưới 1 MB. Hãy chọn ảnh khác.")


def prepare(upload: Any) -> ContentFile:
    """What a person handed in as a small JPEG file. Raises ValidationError."""
    if upload.size > MAX_UPLOAD_BYTES:
        raise ValidationError("Ảnh nặng quá 20 MB. Hãy chọn ảnh khác hoặc chụp lại.")
    upload.seek(0)
    try:
        content = small_jpeg(upload)
    except NotAPicture as error:
        raise ValidationError(str(error)) from error
    stem = upload.name.rpartition("/")[2].rpartition(".")[0] or "anh"
    return ContentFile(content, name=f"{stem[:60]}.jpg")


def _flat(picture: Image.Image) -> Image.Image:
    """On white, without transparency."""
    if "A" not in picture.getbands() and "transparency" not in picture.info:
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
