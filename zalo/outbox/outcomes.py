"""From what Zalo answered, or failed to answer, to what becomes of a row: one ladder for all."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from django.conf import settings

from zalo.channels.person import ZaloNotSent
from zalo.client.errors import (
    ZaloConsentRequired,
    ZaloError,
    ZaloRejected,
    ZaloRetryable,
    ZaloThrottled,
    ZaloUnauthorized,
    ZaloUncertain,
)
from zalo.official_accounts.models import PARKED_FOR

BACK_OFF_S: Final = (2, 5, 10, 20, 40, 60)
CONSENT_RETRY_S: Final = 5


class Verdict(StrEnum):
    """Meaning of an answer for a row."""

    SENT = "sent"
    QUEUED = "queued"
    UNCERTAIN = "uncertain"
    FAILED = "failed"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Outcome:
    """Outcome of one row; `wait_s` of one that is queued again.

    `closed`: Zalo was not asked, because it would have refused or charged. An attempt that was none
    (`is_attempt`) brings no row nearer to being given up: the account had to wait, not the row.
    """

    verdict: Verdict
    sentence: str = ""
    code: str = ""
    wait_s: float = 0
    is_attempt: bool = True
    message_id: str = field(default="", repr=False)

    def next_at(self, now: datetime) -> datetime:
        """When one that is queued again may leave."""
        return now + timedelta(seconds=self.wait_s)


def back_off(attempts: int, waits_s: Sequence[float] = BACK_OFF_S) -> float:
    """Seconds until the next attempt, growing, with a fifth of jitter."""
    base = waits_s[min(attempts, len(waits_s) - 1)]
    return base * random.uniform(0.8, 1.2)  # noqa: S311 -- jitter, not a secret


def outcome_of(
    error: ZaloError,
    *,
    attempts: int = 0,
    waits_s: Sequence[float] = BACK_OFF_S,
    waits_for_capability: bool = True,
) -> Outcome:
    """Unclear → uncertain; not made → queued again; refused → failed.

    What is refused to the whole account (switched off, package lapsed, wrong secret) waits: it is
    no fault of the row, and goes on by itself once a person has mended it. What the account may not
    do at all (`codes.OF_A_CAPABILITY`) waits for it too, unless the row has no other way to go.
    """
    code = "" if error.code is None else str(error.code)

    def queued(wait_s: float, *, is_attempt: bool = False) -> Outcome:
        return Outcome(Verdict.QUEUED, str(error), code, wait_s, is_attempt)

    match error:
        case ZaloUncertain():
            return Outcome(Verdict.UNCERTAIN, str(error), code)
        case ZaloConsentRequired():
            return queued(CONSENT_RETRY_S)
        case ZaloNotSent():
            return Outcome(Verdict.CLOSED, str(error), code)
        case ZaloRejected() if error.parks_account:
            return queued(PARKED_FOR.total_seconds())
        case ZaloRejected() if error.is_account_wide and waits_for_capability:
            return queued(PARKED_FOR.total_seconds())
        case ZaloThrottled():
            return queued(error.retry_after or 1)
        case ZaloRetryable():
            return queued(error.retry_after or back_off(attempts, waits_s), is_attempt=True)
    return Outcome(Verdict.FAILED, str(error), code)


def blocks_account(error: ZaloError) -> bool:
    """Whether the next call of this account would fail alike, so that we pause first."""
    if isinstance(error, ZaloRejected):
        return error.is_account_wide
    return isinstance(error, (ZaloThrottled, ZaloUnauthorized)) or (
        isinstance(error, ZaloRetryable) and error.code is None
    )


def interrupted_before(now: datetime) -> datetime:
    """The time before which a claim without an answer is given up: its sender is gone.

    A call may connect and wait twice, with a new token between.
    """
    return now - timedelta(seconds=4 * settings.ZALO_TIMEOUT_S + 10)
