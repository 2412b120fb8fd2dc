"""One call of an account: its token renewed once, its lanes paused, its trouble noted.

May be used from any thread and does not touch the database in the normal case: the token is held
in the process, the call log is buffered.
"""

import time
from collections.abc import Callable
from functools import partial
from typing import Any, Final

from django.conf import settings
from django.db import DatabaseError
from django.utils import timezone

from accounts import work_budget
from zalo.client.api import ZaloClient
from zalo.client.errors import (
    ZaloError,
    ZaloRejected,
    ZaloRetryable,
    ZaloThrottled,
    ZaloUnauthorized,
    ZaloWrongEndpoint,
)
from zalo.official_accounts import call_log
from zalo.official_accounts.models import PARKED_FOR, OfficialAccount
from zalo.pacing.slot_book import UNREACHABLE_RETRY_S, Lane, SlotBook, SlotBookUnavailable
from zalo.tokens import services as tokens

STILL_WANTED_S = 1.0
"""After a longer renewal the caller decides anew: the post may have been stopped meanwhile."""


def slots(account: OfficialAccount) -> SlotBook:
    """The slot book that every call of this account keeps to."""
    return SlotBook(account.oa_id)


def call[Answer](
    account: OfficialAccount,
    do: Callable[[ZaloClient], Answer],
    reference: str,
    *,
    is_question: bool = False,
) -> Answer:
    """Make one call; on a refused token renew it and repeat once, on -32 pause every lane.

    `is_question`: a refusal is an answer, and no trouble to be noted on the account.
    """
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
        is_trouble = error.is_account_wide and not isinstance(error, ZaloWrongEndpoint)
        if is_trouble and not is_question:
            _note_from_any_thread(account, error)
        raise


def _client(account: OfficialAccount, token: str, reference: str) -> ZaloClient:
    return ZaloClient(
        settings.ZALO_API_URL,
        token,
        timeout=tokens.timeout(),
        app_secret=settings.ZALO_APP_SECRET,
        observer=partial(call_log.record, account.pk, reference=reference),
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


def note_failure(account: OfficialAccount, error: ZaloError) -> None:
    """Keep what is wrong with the whole account on its row, for the health page.

    Not once it was connected anew since it was read: that ended the trouble. That consent is needed
    is marked by `zalo.tokens.services` alone, which holds the lock of the row.
    """
    if not (error.is_account_wide or isinstance(error, ZaloRetryable)):
        return
    now = timezone.now()
    values: dict[str, Any] = {"last_error": str(error)[:255], "last_error_at": now}
    if error.parks_account:
        values["parked_until"] = now + PARKED_FOR
    for name, value in values.items():
        setattr(account, name, value)
    rows = OfficialAccount.objects.filter(pk=account.pk, connected_at=account.connected_at)
    rows.update(**values)


def note_success(account: OfficialAccount) -> None:
    """A call got through: what stood against the whole account is mended."""
    if account.parked_until is None:
        return
    account.parked_until = None
    with tokens.leaving_connection_as_found():
        try:
            update(account, parked_until=None, last_error="", last_error_at=None)
        except DatabaseError:
            return  # the next success tries again, with the row read anew


def _note_from_any_thread(account: OfficialAccount, error: ZaloError) -> None:
    is_noted = account.is_parked(timezone.now()) or not error.parks_account
    if is_noted and account.last_error == str(error)[:255]:
        return
    account.last_error = str(error)[:255]
    with tokens.leaving_connection_as_found():
        try:
            note_failure(account, error)
        except DatabaseError:
            account.last_error = ""  # not kept: the next failure tries again


def update(account: OfficialAccount, **values: object) -> None:
    OfficialAccount.objects.filter(pk=account.pk).update(**values)
    for name, value in values.items():
        setattr(account, name, value)


# The pace of an account: before each call a slot, and none while Zalo refuses the account.


PATIENCE_S: Final = 5.0
LONG_PATIENCE_S: Final = 20.0
LOOK_S: Final = 1.0
"""How often a call that waits for a slot asks again, and whether its worker is to stop."""


class ZaloParked(ZaloRetryable):
    """Zalo refuses the whole account: no call until a person has mended it, or a while later."""

    def __init__(self, account: OfficialAccount, wait_s: float) -> None:
        self._sentence = account.last_error
        super().__init__("account parked", retry_after=wait_s)

    @property
    def sentence(self) -> str:
        return self._sentence


def wait_for_slot(
    account: OfficialAccount, *, lane: Lane = "routine", patience_s: float = PATIENCE_S
) -> None:
    """Return when the account may make one more call.

    Raises ZaloThrottled when none came within `patience_s`, ZaloParked, and SlotBookUnavailable
    without Redis: all before anything was asked of Zalo.
    """
    now = timezone.now()
    if account.parked_until is not None and account.parked_until > now:
        raise ZaloParked(account, (account.parked_until - now).total_seconds())
    book = slots(account)
    until = time.monotonic() + patience_s
    while (booking := book.book(lane=lane)) is None:
        if work_budget.is_stopping() or time.monotonic() + book.retry_in_s > until:
            raise ZaloThrottled("no slot in time", retry_after=book.retry_in_s)
        time.sleep(min(book.retry_in_s, LOOK_S))
    time.sleep(booking.wait_s)


def wait_for_idle_slot(account: OfficialAccount) -> None:
    """For long jobs: as `wait_for_slot`, for a slot that no post wants."""
    wait_for_slot(account, lane="background", patience_s=LONG_PATIENCE_S)
