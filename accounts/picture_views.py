"""Pictures leave through views that know who asks; there is no public address for files."""

from typing import Any

from django.http import FileResponse, Http404
from PIL import Image, UnidentifiedImageError

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
