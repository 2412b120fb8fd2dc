"""Pictures that a resident hands in: counted, weighed, made anew without metadata."""

from collections.abc import Sequence
from typing import Final

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from content_rules.rulebook import carries_mark
from reports.intake import File
from reports.tips.errors import CarriesSecret
from zalo.inbox.file_types import NotTaken, made_harmless

MOST: Final = 5
MOST_BYTES: Final = 20 * 1024 * 1024
# The proxy lets 32 MB of a whole form through (deploy/Caddyfile).
MOST_BYTES_TOGETHER: Final = 30 * 1024 * 1024


class PictureRefused(ValueError):
    """The message is a sentence for the person."""


def weigh(uploads: Sequence[UploadedFile]) -> None:
    """Check number, sizes and names, without opening one. Raises PictureRefused, CarriesSecret."""
    if len(uploads) > MOST:
        raise PictureRefused(
            _("Mỗi lần gửi được {most} ảnh. Bà con chọn lại ít ảnh hơn.").format(most=MOST)
        )
    if any(carries_mark(upload.name or "", "file_name") for upload in uploads):
        raise CarriesSecret
    heavy = [at for at, upload in enumerate(uploads, 1) if (upload.size or 0) > MOST_BYTES]
    if heavy:
        raise PictureRefused(
            _("Ảnh thứ {at} nặng quá. Bà con chọn ảnh khác, hoặc chụp lại.").format(at=heavy[0])
        )
    if sum(upload.size or 0 for upload in uploads) > MOST_BYTES_TOGETHER:
        raise PictureRefused(_("Các ảnh cộng lại nặng quá. Bà con chọn ít ảnh hơn."))


def made_anew(uploads: Sequence[UploadedFile]) -> list[File]:
    """Each picture as a small JPEG without place, phone or time. Raises PictureRefused."""
    return [_made_anew(at, upload) for at, upload in enumerate(uploads, 1)]


def _made_anew(at: int, upload: UploadedFile) -> File:
    upload.seek(0)
    try:
        content, content_type = made_harmless("image", upload.read())
    except NotTaken as error:
        if error.is_broken:
            sentence = _(
                "Ảnh thứ {at} bị hỏng, không mở được. Bà con chọn ảnh khác, hoặc mở ảnh đó lên, "
                "chụp màn hình, rồi gửi ảnh vừa chụp."
            )
        else:
            sentence = _(
                "Tệp thứ {at} không phải ảnh, hoặc là kiểu ảnh ở đây không mở được. Bà con mở ảnh "
                "đó lên, chụp màn hình, rồi gửi ảnh vừa chụp."
            )
        raise PictureRefused(sentence.format(at=at)) from error
    return File(content, content_type)
