"""Messages to one person who wrote to the account."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from zalo.channels.contents import ContactButton, Content, File, Picture, Text
from zalo.channels.kinds import Channel
from zalo.models import OfficialAccount
from zalo.services import persons
from zalo.types import SentMessage


def send(
    account: OfficialAccount,
    to: str,
    content: Content,
    *,
    heard_at: datetime | None = None,
    reference: str = "",
) -> SentMessage:
    """Answer what a person wrote at `heard_at`. Raises as `zalo.services.persons`."""
    match content:
        case Text():
            return persons.send_text_to_user(
                account, to, content.text, heard_at=heard_at, reference=reference
            )
        case ContactButton():
            return persons.ask_contact_data(
                account, to, title=content.title, subtitle=content.subtitle,
                image_url=content.image_url, heard_at=heard_at, reference=reference,
            )  # fmt: skip
        case Picture():
            return persons.send_image_to_user(
                account, to, content.attachment_id, content.caption, heard_at=heard_at,
                reference=reference,
            )  # fmt: skip
        case File():
            return persons.send_file_to_user(
                account, to, content.token, heard_at=heard_at, reference=reference
            )
    raise TypeError(f"no person is sent a {type(content).__name__}")


PERSON = Channel("person", _("Nhắn tin cho từng người"), send=send)
