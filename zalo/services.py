"""The only doors of the wall: everything above `zalo` calls these and nothing else.

The send doors may be called from any thread and do not touch the database in the normal case: the
token is held in the process, the call log is buffered, the rate is kept by the caller's slot book
(`slots`). They raise what `zalo.errors` describes and nothing else.
"""

import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial

from django.conf import settings
from django.db import DatabaseError
from django.utils import timezone

from zalo import call_log, tokens
from zalo.client import EndpointFamily, ZaloClient
from zalo.errors import (
    ZaloConsentRequired,
    ZaloError,
    ZaloRejected,
    ZaloRetryable,
    ZaloThrottled,
    ZaloUnauthorized,
    ZaloWrongEndpoint,
)
from zalo.models import OfficialAccount
from zalo.throttle import UNREACHABLE_RETRY_S, SlotBook, SlotBookUnavailable
from zalo.types import (
    CallRecord,
    GroupDetail,
    GroupPage,
    GroupSummary,
    OaProfile,
    SentMessage,
    UploadedImage,
)

__all__ = [
    "account_for",
    "group_detail",
    "list_groups",
    "refresh_profile",
    "send_image_to_group",
    "send_text_to_group",
    "send_text_to_user",
    "slots",
    "upload_image",
]

STATE_AGENCY = 4
GROUPS_A_PAGE = 50
MOST_GROUPS = 10_000
STILL_WANTED_S = 1.0
"""After a longer renewal the caller decides anew: the post may have been stopped meanwhile."""
PROFILE_EVERY = timedelta(hours=24)


def account_for(commune_id: int) -> OfficialAccount | None:
    """The account in use of a commune, or None where none is connected."""
    return OfficialAccount.objects.connected().filter(commune_id=commune_id).first()


def slots(account: OfficialAccount) -> SlotBook:
    """The slot book that every call of this account keeps to."""
    return SlotBook(account.oa_id)


def send_text_to_group(
    account: OfficialAccount, zalo_group_id: str, text: str, *, reference: str = ""
) -> SentMessage:
    """Post a text into a group of the account; `reference` is our own number for the call log.

    Raises ZaloRetryable (nothing was accepted), ZaloRejected (refused for good) or ZaloUncertain
    (it may stand in the group: a person must look). ZaloThrottled has paused every lane already.
    """
    return _call(account, lambda client: client.send_text_to_group(zalo_group_id, text), reference)


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
    return _call(
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
    return _call(account, lambda client: client.upload_image(filename, content), "upload")


def refresh_profile(account: OfficialAccount) -> OaProfile:
    """Ask Zalo who the account is and keep the answer on the row (the account's health check).

    Raises ZaloRetryable or ZaloRejected; the failure is kept on the row too.
    """
    try:
        profile = _call(account, ZaloClient.get_oa, "profile")
    except ZaloError as error:
        note_failure(account, error)
        raise
    finally:
        call_log.flush()
    now = timezone.now()
    values = {
        "name": profile.name or account.name,
        "oa_type": profile.oa_type,
        "is_verified": profile.is_verified,
        "package_name": profile.package_name,
        "checked_at": now,
        "last_error": "",
        "last_error_at": None,
    }
    _update(account, **values)
    return profile


def list_groups(account: OfficialAccount) -> list[GroupSummary]:
    """Every group that the account owns. Raises ZaloRetryable or ZaloRejected."""
    groups: list[GroupSummary] = []
    try:
        while len(groups) < MOST_GROUPS:
            page = _call(account, partial(_groups_from, offset=len(groups)), "groups")
            groups.extend(page.groups)
            if not page.groups or len(groups) >= page.total:
                break
    finally:
        call_log.flush()
    return groups


def group_detail(account: OfficialAccount, zalo_group_id: str) -> GroupDetail:
    """One group of the account. ZaloRejected (-403): it is not the account's."""
    try:
        return _call(account, lambda client: client.group_detail(zalo_group_id), "group")
    finally:
        call_log.flush()


def note_failure(account: OfficialAccount, error: ZaloError) -> None:
    """Keep what is wrong with the whole account on its row, for the health page."""
    if error.is_account_wide or isinstance(error, ZaloRetryable):
        values: dict[str, object] = {
            "last_error": str(error)[:255],
            "last_error_at": timezone.now(),
        }
        if isinstance(error, ZaloConsentRequired):
            values["needs_consent"] = True
        _update(account, **values)


def check_accounts() -> dict[str, int]:
    """Look at each connected account once a day, and at one in trouble each time; returns counts.

    The door of the periodic task. Stops when Zalo itself seems out of reach: the rest of a city's
    accounts would only wait for the same timeouts.
    """
    counts = {"healthy": 0, "failing": 0}
    unmade = 0
    for account in OfficialAccount.objects.due_for_check(timezone.now() - PROFILE_EVERY):
        try:
            refresh_profile(account)
        except ZaloError as error:
            counts["failing"] += 1
            unmade = unmade + 1 if tokens.is_unreachable(error) else 0
        else:
            counts["healthy"] += 1
            unmade = 0
        if unmade == tokens.UNREACHABLE_IN_A_ROW:
            break
    return counts


def _call[Answer](
    account: OfficialAccount, do: Callable[[ZaloClient], Answer], reference: str
) -> Answer:
    """Make one call; on a refused token renew it and repeat once, on -32 pause every lane."""
    token = tokens.access_token(account)
    try:
        try:
            return do(_client(account, token, reference))
        except ZaloUnauthorized:
            asked_at = time.monotonic()
            fresh = tokens.renew(account, stale_token=token)
            if time.monotonic() - asked_at > STILL_WANTED_S:
                raise ZaloRetryable("token renewed late: ask whether still wanted") from None
            return do(_client(account, fresh, reference))
    except ZaloThrottled as error:
        _pause(account, error)
        raise
    except (ZaloRejected, ZaloUnauthorized) as error:
        if error.is_account_wide and not isinstance(error, ZaloWrongEndpoint):
            _note_from_any_thread(account, error)
        raise


def _groups_from(client: ZaloClient, *, offset: int) -> GroupPage:
    return client.groups_of_oa(offset, GROUPS_A_PAGE)


def _client(account: OfficialAccount, token: str, reference: str) -> ZaloClient:
    def observe(record: CallRecord) -> None:
        call_log.record(account.pk, record, reference=reference)

    return ZaloClient(
        settings.ZALO_API_URL,
        token,
        timeout=tokens.timeout(),
        app_secret=settings.ZALO_APP_SECRET,
        observer=observe,
    )


def _pause(account: OfficialAccount, error: ZaloThrottled) -> None:
    try:
        book = slots(account)
        if error.retry_after:
            book.pause(error.retry_after)
        else:
            error.retry_after = book.slow_down()
    except SlotBookUnavailable:
        # Without Redis nobody can book a slot, which is a pause already.
        error.retry_after = error.retry_after or UNREACHABLE_RETRY_S


def _send_to_user(
    account: OfficialAccount, zalo_user_id: str, text: str, family: EndpointFamily, reference: str
) -> SentMessage:
    return _call(
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
            _update(account, endpoint_family=family.value)
        except DatabaseError:
            # The message has been sent, and that must be told; the next call finds out again.
            account.endpoint_family = OfficialAccount.EndpointFamily(family.value)


def _note_from_any_thread(account: OfficialAccount, error: ZaloError) -> None:
    sentence = str(error)[:255]
    if account.last_error == sentence:
        return
    account.last_error = sentence
    with tokens.leaving_connection_as_found():
        try:
            note_failure(account, error)
        except DatabaseError:
            account.last_error = ""  # not kept: the next failure tries again


def _update(account: OfficialAccount, **values: object) -> None:
    OfficialAccount.objects.filter(pk=account.pk).update(**values)
    for name, value in values.items():
        setattr(account, name, value)
