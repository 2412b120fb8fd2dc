"""From what Zalo answered, or failed to answer, to what is recorded of a delivery."""

import random
from datetime import datetime, timedelta

from broadcasts.models import Delivery
from broadcasts.services.claims import Answer, Claim
from zalo.errors import (
    ZaloConsentRequired,
    ZaloError,
    ZaloRejected,
    ZaloRetryable,
    ZaloThrottled,
    ZaloUnauthorized,
    ZaloUncertain,
)
from zalo.types import SentMessage

BACK_OFF_S = (2, 5, 10, 20, 40, 60)
CONSENT_RETRY_S = 5
ACCOUNT_RETRY_S = 30

Status = Delivery.Status


def back_off(attempts: int) -> float:
    """Seconds until the next attempt, growing to a minute, with a fifth of jitter."""
    base = BACK_OFF_S[min(attempts, len(BACK_OFF_S) - 1)]
    return base * random.uniform(0.8, 1.2)  # noqa: S311 -- jitter, not a secret


def of_sent(claim: Claim, sent: SentMessage, parts: int, now: datetime) -> Answer:
    """Zalo named the message: the delivery is sent, or its next part is queued at once."""
    done = claim.part + 1
    if done < parts:
        return Answer(claim, Status.QUEUED, done, 0, sent.message_id, next_attempt_at=now)
    return Answer(claim, Status.SENT, done, claim.attempts, sent.message_id, now)


def of_error(claim: Claim, error: ZaloError, now: datetime) -> Answer:
    """Retryable → queued again; rejected → failed; anything unclear → uncertain.

    What is refused to the whole account (switched off, package lapsed, wrong secret) waits: it is
    no fault of the post, and goes on by itself once a person has mended it.
    """
    code = "" if error.code is None else str(error.code)

    def answer(status: str, attempts: int, wait_s: float | None = None) -> Answer:
        return Answer(
            claim,
            status,
            claim.part,
            attempts,
            next_attempt_at=None if wait_s is None else now + timedelta(seconds=wait_s),
            error_code=code,
            error_text=str(error),
        )

    match error:
        case ZaloUncertain():
            return answer(Status.UNCERTAIN, claim.attempts + 1)
        case ZaloConsentRequired():
            return answer(Status.QUEUED, claim.attempts, CONSENT_RETRY_S)
        case ZaloRejected() if error.is_account_wide:
            return answer(Status.QUEUED, claim.attempts, ACCOUNT_RETRY_S)
        case ZaloThrottled():
            return answer(Status.QUEUED, claim.attempts, error.retry_after or 1)
        case ZaloRetryable():
            wait_s = error.retry_after or back_off(claim.attempts)
            return answer(Status.QUEUED, claim.attempts + 1, wait_s)
        case ZaloRejected():
            return answer(Status.FAILED, claim.attempts + 1)
    raise error


def blocks_everything(error: ZaloError) -> bool:
    """Whether the next call of this account would meet the same wall, so that we pause first."""
    if isinstance(error, ZaloRejected):
        return error.is_account_wide
    return isinstance(error, (ZaloThrottled, ZaloUnauthorized)) or (
        isinstance(error, ZaloRetryable) and error.code is None
    )
