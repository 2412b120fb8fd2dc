"""The pace of an account: before each call a slot, and none while Zalo refuses the account."""

import time
from typing import Final

from django.utils import timezone

from zalo.errors import ZaloRetryable, ZaloThrottled
from zalo.models import OfficialAccount
from zalo.services.calling import slots
from zalo.throttle import Lane

PATIENCE_S: Final = 5.0
LONG_PATIENCE_S: Final = 120.0


class ZaloParked(ZaloRetryable):
    """Zalo refuses the whole account: no call until a person has mended it, or a while later."""

    def __init__(self, account: OfficialAccount, wait_s: float) -> None:
        self._sentence = account.last_error
        super().__init__("account parked", retry_after=wait_s)

    @property
    def sentence(self) -> str:
        return self._sentence


def require_unparked(account: OfficialAccount) -> None:
    """Raise ZaloParked while the account makes no calls."""
    now = timezone.now()
    if account.parked_until is not None and account.parked_until > now:
        raise ZaloParked(account, (account.parked_until - now).total_seconds())


def wait_for_slot(
    account: OfficialAccount, *, lane: Lane = "routine", patience_s: float = PATIENCE_S
) -> None:
    """Return when the account may make one more call.

    Raises ZaloThrottled when none came within `patience_s`, ZaloParked, and SlotBookUnavailable
    without Redis: all before anything was asked of Zalo.
    """
    require_unparked(account)
    book = slots(account)
    until = time.monotonic() + patience_s
    while (booking := book.book(lane=lane)) is None:
        if time.monotonic() + book.retry_in_s > until:
            raise ZaloThrottled("no slot in time", retry_after=book.retry_in_s)
        time.sleep(book.retry_in_s)
    time.sleep(booking.wait_s)


def wait_for_idle_slot(account: OfficialAccount) -> None:
    """For long jobs: as `wait_for_slot`, for a slot that no post wants."""
    wait_for_slot(account, lane="background", patience_s=LONG_PATIENCE_S)
