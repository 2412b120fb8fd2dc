"""Long jobs of an account wait for a slot that no post wants before each call."""

import time

from zalo.errors import ZaloThrottled
from zalo.models import OfficialAccount
from zalo.services.calling import slots

PATIENCE_S = 120.0


def wait_for_slot(account: OfficialAccount, *, patience_s: float = PATIENCE_S) -> None:
    """Return when the account may make one more call in the background.

    Raises ZaloThrottled when none came within `patience_s`, SlotBookUnavailable without Redis.
    """
    book = slots(account)
    until = time.monotonic() + patience_s
    while (booking := book.book(lane="background")) is None:
        if time.monotonic() + book.retry_in_s > until:
            raise ZaloThrottled("no slot for a long job", retry_after=book.retry_in_s)
        time.sleep(book.retry_in_s)
    time.sleep(booking.wait_s)
