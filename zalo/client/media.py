"""Uploads."""

from typing import Final

from zalo.client.calls import Calls
from zalo.errors import ZaloRejected, ZaloRetryable
from zalo.types import UploadedDocument, UploadedImage, as_id, as_text

IMAGE_TYPES: Final = {b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n\x1a\n": "image/png"}
MAX_IMAGE_BYTES: Final = 1024 * 1024
WORD: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
FILE_TYPES: Final = {b"%PDF-": "application/pdf", b"PK\x03\x04": WORD}
MAX_FILE_BYTES: Final = 5 * 1024 * 1024


class MediaCalls(Calls):
    """Pictures and files, handed over before a message names them."""

    def upload_image(self, filename: str, content: bytes) -> UploadedImage:
        """Hand Zalo a JPEG or PNG of at most 1 MB, to be named in messages for some days.

        Raises ZaloRejected (-201, -210) before any request for another type or size.
        """
        media_type = next(
            (name for magic, name in IMAGE_TYPES.items() if content.startswith(magic)), None
        )
        if media_type is None:
            raise ZaloRejected("upload: neither JPEG nor PNG", code=-201)
        if len(content) > MAX_IMAGE_BYTES:
            raise ZaloRejected("upload: more than 1 MB", code=-210)
        data = self._data(
            "POST",
            "/v2.0/oa/upload/image",
            is_repeatable=True,
            files={"file": (filename, content, media_type)},
        )
        attachment_id = as_id(data.get("attachment_id"))
        if not attachment_id:
            raise ZaloRetryable("upload: no attachment_id in the answer")
        return UploadedImage(attachment_id)

    def upload_file(self, filename: str, content: bytes) -> UploadedDocument:
        """Hand Zalo a PDF or Word file of at most 5 MB under the name that residents see.

        Raises ZaloRejected (-201, -210) before any request for another type or size.
        """
        media_type = next(
            (name for magic, name in FILE_TYPES.items() if content.startswith(magic)), None
        )
        if media_type is None:
            raise ZaloRejected("upload: neither PDF nor docx", code=-201)
        if len(content) > MAX_FILE_BYTES:
            raise ZaloRejected("upload: more than 5 MB", code=-210)
        data = self._data(
            "POST",
            "/v2.0/oa/upload/file",
            is_repeatable=True,
            files={"file": (filename, content, media_type)},
        )
        token = as_text(data.get("token"))
        if not token:
            raise ZaloRetryable("upload: no token in the answer")
        return UploadedDocument(token)
