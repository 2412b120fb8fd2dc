"""Pictures that people hand in: made small, stripped of what a phone writes into them."""

from io import BytesIO
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from PIL import Image, ImageOps, UnidentifiedImageError

MAX_UPLOAD_BYTES = 20 * 1024 * 1024
MAX_BYTES = 1024 * 1024  # what Zalo takes
MAX_SIDE = 1600
MAX_PIXELS = 60_000_000
QUALITIES = (88, 80, 70, 60, 45)


def prepare(upload: Any) -> ContentFile:
    """A JPEG of at most 1 MB without metadata (place, phone, time). Raises ValidationError."""
    if upload.size > MAX_UPLOAD_BYTES:
        raise ValidationError("Ảnh nặng quá 20 MB. Hãy chọn ảnh khác hoặc chụp lại.")
    try:
        upload.seek(0)
        picture = Image.open(upload)
        if picture.width * picture.height > MAX_PIXELS:
            raise ValidationError("Ảnh lớn quá. Hãy chọn ảnh nhỏ hơn.")
        picture = _flat(ImageOps.exif_transpose(picture))
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError) as error:
        raise ValidationError("Tệp này không phải là ảnh, hoặc ảnh bị hỏng.") from error
    picture.thumbnail((MAX_SIDE, MAX_SIDE))
    stem = upload.name.rpartition("/")[2].rpartition(".")[0] or "anh"
    return ContentFile(_encoded(picture), name=f"{stem[:60]}.jpg")


def _flat(picture: Image.Image) -> Image.Image:
    """On white, without transparency."""
    if "A" not in picture.getbands() and "transparency" not in picture.info:
        return picture.convert("RGB")
    layered = picture.convert("RGBA")
    ground = Image.new("RGBA", layered.size, "white")
    return Image.alpha_composite(ground, layered).convert("RGB")


def _encoded(picture: Image.Image) -> bytes:
    content = b""
    for quality in QUALITIES:
        target = BytesIO()
        picture.save(target, "JPEG", quality=quality, optimize=True)
        content = target.getvalue()
        if len(content) <= MAX_BYTES:
            break
    return content
