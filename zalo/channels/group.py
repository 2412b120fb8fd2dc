"""Messages of the account into groups that it owns."""

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from zalo.capabilities.services import used
from zalo.capabilities.states import Capability, may
from zalo.channels.base import Channel, Closed, Content, File, Line, Picture, Text
from zalo.client.types import SentMessage, UploadedDocument, UploadedImage
from zalo.official_accounts.models import OfficialAccount
from zalo.official_accounts.services import account_for
from zalo.pacing.services import call, slots

# Messages into groups, and the pictures that they name.


def send_text_to_group(
    account: OfficialAccount, zalo_group_id: str, text: str, *, reference: str = ""
) -> SentMessage:
    """Post a text into a group of the account; `reference` is our own number for the call log.

    Raises ZaloRetryable (nothing was accepted), ZaloRejected (refused for good) or ZaloUncertain
    (it may stand in the group: a person must look). ZaloThrottled has paused every lane already.
    """
    with used(account, Capability.GROUPS):
        return call(
            account, lambda client: client.send_text_to_group(zalo_group_id, text), reference
        )


def send_image_to_group(
    account: OfficialAccount,
    zalo_group_id: str,
    attachment_id: str,
    caption: str,
    *,
    reference: str = "",
) -> SentMessage:
    """Post an uploaded picture with its caption; as `send_text_to_group`.

    ZaloAttachmentExpired: upload the picture again, then repeat.
    """
    with used(account, Capability.GROUPS):
        return call(
            account,
            lambda client: client.send_image_to_group(zalo_group_id, attachment_id, caption),
            reference,
        )


def send_file_to_group(
    account: OfficialAccount, zalo_group_id: str, token: str, *, reference: str = ""
) -> SentMessage:
    """Post an uploaded file, which is a message of its own; as `send_text_to_group`.

    ZaloAttachmentExpired: upload the file again, then repeat.
    """
    with used(account, Capability.GROUPS):
        return call(
            account, lambda client: client.send_file_to_group(zalo_group_id, token), reference
        )


def upload_file(account: OfficialAccount, filename: str, content: bytes) -> UploadedDocument:
    """Hand Zalo a PDF or docx of at most 5 MB. ZaloRejected where it is neither."""
    with used(account, Capability.FILES):
        return call(account, lambda client: client.upload_file(filename, content), "upload")


def upload_image(account: OfficialAccount, filename: str, content: bytes) -> UploadedImage:
    """Hand Zalo a JPEG or PNG of at most 1 MB. ZaloRejected where it is neither."""
    with used(account, Capability.FILES):
        return call(account, lambda client: client.upload_image(filename, content), "upload")


NO_ACCOUNT = (
    "Xã chưa kết nối tài khoản Zalo OA nên máy chưa gửi được. Hãy báo quản trị kỹ thuật kết nối; "
    "bài sẽ tự gửi sau đó."
)
NO_CONSENT = (
    "Zalo cần được cấp quyền lại nên máy chưa gửi được. Hãy báo quản trị kỹ thuật; bài sẽ tự gửi "
    "sau khi cấp quyền."
)


def line(commune_id: int) -> Line | Closed:
    """The account of a commune, where it may post into groups now."""
    account = account_for(commune_id)
    if account is None:
        return Closed(NO_ACCOUNT)
    answer = may(account, Capability.GROUPS)
    if answer.is_no:
        return Closed(answer.sentence, is_for_good=True)
    if account.needs_consent:
        return Closed(NO_CONSENT)
    if account.is_parked(timezone.now()):
        return Closed(account.last_error)
    return Line(slots(account), account)


def send(
    account: OfficialAccount,
    to: str,
    content: Content,
    *,
    heard_at: datetime | None = None,
    reference: str = "",
) -> SentMessage:
    """Post into one group. Raises as `zalo.channels.group`."""
    match content:
        case Text():
            return send_text_to_group(account, to, content.text, reference=reference)
        case Picture():
            return send_image_to_group(
                account, to, content.attachment_id, content.caption, reference=reference
            )
        case File():
            return send_file_to_group(account, to, content.token, reference=reference)
    raise TypeError(f"no group takes a {type(content).__name__}")


GROUP = Channel(
    "api", _("Máy gửi"), send=send, line=line, group_kinds=frozenset({"oa"}), keeps_uploads=True
)
