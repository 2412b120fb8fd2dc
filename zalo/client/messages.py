"""Messages to groups and to persons."""

from enum import StrEnum
from typing import Final

from zalo.client.calls import Calls
from zalo.types import SentMessage


class EndpointFamily(StrEnum):
    """Which path takes messages to one person: it depends on the type of the account."""

    V2 = "v2"
    V3 = "v3"


PERSON_PATHS: Final = {
    EndpointFamily.V2: "/v2.0/oa/message",
    EndpointFamily.V3: "/v3.0/oa/message/cs",
}


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

    def send_text_to_user(
        self, zalo_user_id: str, text: str, *, family: EndpointFamily
    ) -> SentMessage:
        """Answer one person through the endpoint family of this account.

        ZaloWrongEndpoint: nothing was accepted, the other family is the right one.
        """
        return self._send(PERSON_PATHS[family], {"user_id": zalo_user_id}, {"text": text})
