"""Messages of the account into groups that it owns."""

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from zalo.capabilities.services import used
from zalo.capabilities.states import Capability, may
from zalo.channels.base import Channel, Closed, Content, File, Line, Picture, Text
from zalo.client.api import ZaloClient
from zalo.client.types import SentMessage, UploadedDocument, UploadedImage
from zalo.official_accounts.models import OfficialAccount
from zalo.official_accounts.services import account_for
from zalo.pacing.services import call, slots


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
    """Post into a group of the account; `reference` is our own number for the call log.

    Raises ZaloRetryable (nothing was accepted), ZaloRejected (refused for good) or ZaloUncertain
    (it may stand in the group: a person must look). ZaloAttachmentExpired: upload again, then
    repeat. ZaloThrottled has paused every lane already.
    """
    if not isinstance(content, Text | Picture | File):
        raise TypeError(f"no group takes a {type(content).__name__}")

    def post(client: ZaloClient) -> SentMessage:
        match content:
            case Text():
                return client.send_text_to_group(to, content.text)
            case Picture():
                return client.send_image_to_group(to, content.attachment_id, content.caption)
            case File():
                return client.send_file_to_group(to, content.token)

    with used(account, Capability.GROUPS):
        return call(account, post, reference)


GROUP = Channel(
    "api", _("Máy gửi"), send=send, line=line, group_kinds=frozenset({"oa"}), keeps_uploads=True
)
