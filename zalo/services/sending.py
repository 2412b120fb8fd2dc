"""Messages that leave, and the pictures that they name."""

from django.db import DatabaseError

from zalo import tokens
from zalo.client import EndpointFamily
from zalo.errors import ZaloWrongEndpoint
from zalo.models import OfficialAccount
from zalo.services.calling import call, update
from zalo.types import SentMessage, UploadedImage

STATE_AGENCY = 4


def send_text_to_group(
    account: OfficialAccount, zalo_group_id: str, text: str, *, reference: str = ""
) -> SentMessage:
    """Post a text into a group of the account; `reference` is our own number for the call log.

    Raises ZaloRetryable (nothing was accepted), ZaloRejected (refused for good) or ZaloUncertain
    (it may stand in the group: a person must look). ZaloThrottled has paused every lane already.
    """
    return call(account, lambda client: client.send_text_to_group(zalo_group_id, text), reference)


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
    return call(
        account,
        lambda client: client.send_image_to_group(zalo_group_id, attachment_id, caption),
        reference,
    )


def send_text_to_user(
    account: OfficialAccount, zalo_user_id: str, text: str, *, reference: str = ""
) -> SentMessage:
    """Answer one person, through the endpoint family that this kind of account uses.

    The family is found by the first call and kept on the account; it is switched only when Zalo
    says so (-235, -240: nothing was accepted), at most once a call. Errors as
    `send_text_to_group`.
    """
    family = _family_of(account)
    other = EndpointFamily.V2 if family is EndpointFamily.V3 else EndpointFamily.V3
    try:
        sent = _send_to_user(account, zalo_user_id, text, family, reference)
    except ZaloWrongEndpoint:
        sent = _send_to_user(account, zalo_user_id, text, other, reference)
        family = other
    _pin_family(account, family)
    return sent


def upload_image(account: OfficialAccount, filename: str, content: bytes) -> UploadedImage:
    """Hand Zalo a JPEG or PNG of at most 1 MB. ZaloRejected where it is neither."""
    return call(account, lambda client: client.upload_image(filename, content), "upload")


def _send_to_user(
    account: OfficialAccount, zalo_user_id: str, text: str, family: EndpointFamily, reference: str
) -> SentMessage:
    return call(
        account,
        lambda client: client.send_text_to_user(zalo_user_id, text, family=family),
        reference,
    )


def _family_of(account: OfficialAccount) -> EndpointFamily:
    if account.endpoint_family != OfficialAccount.EndpointFamily.UNKNOWN:
        return EndpointFamily(account.endpoint_family)
    return EndpointFamily.V2 if account.oa_type == STATE_AGENCY else EndpointFamily.V3


def _pin_family(account: OfficialAccount, family: EndpointFamily) -> None:
    if account.endpoint_family == family:
        return
    with tokens.leaving_connection_as_found():
        try:
            update(account, endpoint_family=family.value)
        except DatabaseError:
            # The message has been sent, and that must be told; the next call finds out again.
            account.endpoint_family = OfficialAccount.EndpointFamily(family.value)
