"""Papers that people hand in: a Word file, a PDF or a photo, kept private.

A photo is made anew (see `documents.pictures`). Word and PDF are kept as they are, without programs
and objects inside, never opened here and only ever handed out as a download.
"""

import zipfile
from io import BytesIO
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from django.http import FileResponse, Http404

from documents import active_content, pictures

MAX_BYTES = 20 * 1024 * 1024
CONTENT_TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "jpg": "image/jpeg",
}
_WRONG_KIND = "Chỉ nhận tệp Word (.docx), PDF hoặc ảnh chụp."
_REFUSALS = {
    active_content.ACTIVE: (
        "Tệp có macro, mã lệnh, đối tượng nhúng hoặc nội dung lấy từ nơi khác nên không được nhận. "
        "Hãy chép nội dung sang tệp mới, xuất ra PDF, hoặc chụp ảnh."
    ),
    active_content.PASSWORD: "Tệp đặt mật khẩu. Hãy bỏ mật khẩu, lưu lại rồi tải lên.",
    active_content.BROKEN: "Tệp bị hỏng hoặc tải lên dở dang. Hãy lưu lại rồi tải lên.",
}
_BROKEN = "Tệp bị hỏng hoặc tải lên dở dang. Hãy mở tệp trên máy, lưu lại rồi tải lên."


def prepare(upload: Any) -> ContentFile:
    """Turn an upload into the file to store. Raises ValidationError."""
    if upload.size > MAX_BYTES:
        raise ValidationError("Tệp nặng quá 20 MB. Hãy chụp lại hoặc tách thành nhiều tệp.")
    upload.seek(0)
    start = upload.read(8)
    upload.seek(0)
    if start.startswith(b"%PDF-"):
        content = upload.read()
        _check_inside(content)
        return _file_of(upload, "pdf", content)
    if start.startswith(b"PK"):
        content = upload.read()
        _check_word(content)
        return _file_of(upload, "docx", content)
    try:
        return _file_of(upload, "jpg", pictures.small_jpeg(upload))
    except pictures.NotAPicture as error:
        raise ValidationError(f"{error} {_WRONG_KIND}") from error


def _file_of(upload: Any, suffix: str, content: bytes) -> ContentFile:
    stem = upload.name.rpartition("/")[2].rpartition(".")[0] or "tep"
    return ContentFile(content, name=f"{stem[:60]}.{suffix}")


def _check_word(content: bytes) -> None:
    """A zip that holds a Word text."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as parts:
            entries = parts.infolist()
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        raise ValidationError(_BROKEN) from error
    names = {entry.filename for entry in entries}
    if "word/document.xml" not in names:
        raise ValidationError(f"Đây không phải là tệp Word. {_WRONG_KIND}")
    _check_inside(content)


def _check_inside(content: bytes) -> None:
    """No program, no object, no content from elsewhere, no password."""
    found = active_content.look(content)
    if found:
        raise ValidationError(_REFUSALS[found])


def download(stored: Any, *, name: str) -> FileResponse:
    """A stored paper as a download under a name of ours. Raises Http404."""
    if not stored:
        raise Http404
    suffix = stored.name.rpartition(".")[2].lower()
    try:
        content = stored.storage.open(stored.name, "rb")
    except FileNotFoundError as error:
        raise Http404 from error
    response = FileResponse(
        content,
        content_type=CONTENT_TYPES.get(suffix, "application/octet-stream"),
        as_attachment=True,
        filename=f"{name}.{suffix}",
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


def forget(stored: Any) -> None:
    """Remove a stored paper once the transaction holds; an empty field is none."""
    if stored:
        storage, name = stored.storage, stored.name
        transaction.on_commit(lambda: storage.delete(name))
