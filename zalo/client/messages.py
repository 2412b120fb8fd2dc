"""Messages to groups and to persons."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final

from zalo.client.calls import Calls
from zalo.client.errors import ZaloRejected, ZaloRetryable
from zalo.client.types import SentMessage, UploadedDocument, UploadedImage, as_id, as_text

# Uploads.


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
        data = self._upload("image", filename, content, IMAGE_TYPES, MAX_IMAGE_BYTES)
        attachment_id = as_id(data.get("attachment_id"))
        if not attachment_id:
            raise ZaloRetryable("upload: no attachment_id in the answer")
        return UploadedImage(attachment_id)

    def upload_file(self, filename: str, content: bytes) -> UploadedDocument:
        """Hand Zalo a PDF or Word file of at most 5 MB under the name that residents see.

        Raises ZaloRejected (-201, -210) before any request for another type or size.
        """
        data = self._upload("file", filename, content, FILE_TYPES, MAX_FILE_BYTES)
        token = as_text(data.get("token"))
        if not token:
            raise ZaloRetryable("upload: no token in the answer")
        return UploadedDocument(token)

    def _upload(
        self, kind: str, filename: str, content: bytes, types: Mapping[bytes, str], most: int
    ) -> Mapping[str, Any]:
        media_type = next((name for magic, name in types.items() if content.startswith(magic)), "")
        if not media_type:
            raise ZaloRejected(f"upload: no {kind} of a type that Zalo takes", code=-201)
        if len(content) > most:
            raise ZaloRejected(f"upload: more than {most // 1024**2} MB", code=-210)
        return self._data(
            "POST",
            f"/v2.0/oa/upload/{kind}",
            is_repeatable=True,
            files={"file": (filename, content, media_type)},
        )


class EndpointFamily(StrEnum):
    """The API path for messages to one person: it depends on the type of the account."""

    V2 = "v2"
    V3 = "v3"


PERSON_PATHS: Final = {
    EndpointFamily.V2: "/v2.0/oa/message",
    EndpointFamily.V3: "/v3.0/oa/message/cs",
}
MAX_ASK_TITLE: Final = 100
MAX_ASK_SUBTITLE: Final = 500


class MessageCalls(Calls):
    """Sends; each may end uncertain."""

    def send_text_to_group(self, zalo_group_id: str, text: str) -> SentMessage:
        """Post `text` into a group of this account. The limit of Zalo is 2,000 characters."""
        return self._send("/v3.0/oa/group/message", {"group_id": zalo_group_id}, {"text": text})

    def send_image_to_group(
        self, zalo_group_id: str, attachment_id: str, caption: str
    ) -> SentMessage:
        """Post an uploaded picture with its caption into a group of this account.

        Always in the template form, as Zalo refuses a flat attachment, and always with a caption,
        which the group page marks as mandatory. ZaloAttachmentExpired: upload again.
        """
        return self._send(
            "/v3.0/oa/group/message",
            {"group_id": zalo_group_id},
            {
                "text": caption,
                "attachment": {
                    "type": "template",
                    "payload": {
                        "template_type": "media",
                        "elements": [{"media_type": "image", "attachment_id": attachment_id}],
                    },
                },
            },
        )

    def send_file_to_group(self, zalo_group_id: str, token: str) -> SentMessage:
        """Post an uploaded file; Zalo takes no text beside it.

        ZaloAttachmentExpired: upload again.
        """
        message = {"attachment": {"type": "file", "payload": {"token": token}}}
        return self._send("/v3.0/oa/group/message", {"group_id": zalo_group_id}, message)

    def send_text_to_user(
        self, zalo_user_id: str, text: str, *, family: EndpointFamily, quoted_id: str = ""
    ) -> SentMessage:
        """Answer one person through the endpoint family of this account, perhaps with a quote.

        ZaloWrongEndpoint: nothing was accepted, the other family is the right one.
        """
        quote = {"quote_message_id": quoted_id} if quoted_id else {}
        return self._send(PERSON_PATHS[family], {"user_id": zalo_user_id}, {"text": text, **quote})

    def send_image_to_user(
        self, zalo_user_id: str, attachment_id: str, caption: str = "", *, family: EndpointFamily
    ) -> SentMessage:
        """Send one person an uploaded picture. ZaloAttachmentExpired: upload again."""
        element = {"media_type": "image", "attachment_id": attachment_id}
        text = {"text": caption} if caption else {}
        message = {**text, "attachment": _template("media", element)}
        return self._send(PERSON_PATHS[family], {"user_id": zalo_user_id}, message)

    def send_file_to_user(
        self, zalo_user_id: str, token: str, *, family: EndpointFamily
    ) -> SentMessage:
        """Send one person an uploaded file; Zalo takes no text beside it."""
        message = {"attachment": {"type": "file", "payload": {"token": token}}}
        return self._send(PERSON_PATHS[family], {"user_id": zalo_user_id}, message)

    def ask_contact_data(
        self,
        zalo_user_id: str,
        *,
        title: str,
        subtitle: str,
        image_url: str,
        family: EndpointFamily,
    ) -> SentMessage:
        """Show one person the button that shares name and phone.

        Raises ZaloRejected (-201, -210) before any request where one of the three is missing or
        too long.
        """
        if not (title and subtitle and image_url.startswith("https://")):
            raise ZaloRejected("contact data: a part is missing", code=-201)
        if len(title) > MAX_ASK_TITLE or len(subtitle) > MAX_ASK_SUBTITLE:
            raise ZaloRejected("contact data: too long", code=-210)
        element = {"title": title, "subtitle": subtitle, "image_url": image_url}
        message = {"attachment": _template("request_user_info", element)}
        return self._send(PERSON_PATHS[family], {"user_id": zalo_user_id}, message)


def _template(kind: str, element: Mapping[str, str]) -> dict[str, Any]:
    payload = {"template_type": kind, "elements": [dict(element)]}
    return {"type": "template", "payload": payload}
