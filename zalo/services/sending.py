"""Messages into groups, and the pictures that they name."""

from zalo.capabilities import Capability
from zalo.models import OfficialAccount
from zalo.services.calling import call
from zalo.services.learning import used
from zalo.types import SentMessage, UploadedDocument, UploadedImage


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
