"""From the answer of a push service to what becomes of a notice: one table."""

import logging
import time
from typing import Final

from django.core.cache import cache
from redis import RedisError

from duty.ways.push.transport import Answer
from zalo.outbox.outcomes import Outcome, Verdict

logger = logging.getLogger(__name__)

ACCEPTED: Final = frozenset({200, 201, 202})
GONE: Final = frozenset({404, 410})
# WNS says 406 where others say 429.
THROTTLED: Final = frozenset({406, 429})
WAITS_S: Final = (2.0, 5.0, 15.0)
PAUSE_S: Final = 30.0
ONE_MATTER_S: Final = 3600


def outcome_of(answer: Answer, *, attempts: int = 1) -> Outcome:
    """Taken, gone, wait, our own fault, or again later; `attempts` counts this one."""
    status = answer.status
    code = str(status) if status else ""
    if status in ACCEPTED:
        return Outcome(Verdict.SENT, code=code)
    if status in GONE:
        return Outcome(Verdict.FAILED, "máy đã bỏ đăng ký", code)
    if status in THROTTLED:
        pause = PAUSE_S if answer.retry_after_s is None else answer.retry_after_s
        return Outcome(Verdict.QUEUED, "dịch vụ đẩy bảo chờ", code, pause, is_attempt=False)
    if status == 0 or status >= 500:
        wait_s = WAITS_S[min(max(attempts, 1), len(WAITS_S)) - 1]
        return Outcome(Verdict.QUEUED, "dịch vụ đẩy không trả lời", code, wait_s)
    # A redirect too: where it leads was checked by nobody.
    return Outcome(Verdict.FAILED, f"dịch vụ đẩy từ chối ({status})", code)


def is_gone(outcome: Outcome) -> bool:
    """Whether the device takes no pushes any more."""
    return outcome.verdict == Verdict.FAILED and outcome.code in {str(one) for one in GONE}


def is_our_fault(outcome: Outcome) -> bool:
    """Whether the service refused what the portal made: its key, its signature, its size."""
    return outcome.verdict == Verdict.FAILED and bool(outcome.code) and not is_gone(outcome)


def tell_operator(host: str, answer: Answer) -> None:
    """One line in the log an hour for a host and a status that are our fault; no address."""
    status = answer.status
    if status in ACCEPTED | GONE | THROTTLED or status == 0 or status >= 500:
        return
    try:
        is_new = cache.add(f"push:refused:{host}:{status}", 1, ONE_MATTER_S)
    except RedisError:
        is_new = True
    if is_new:
        logger.error("push service %s answered %s: %s", host, status, answer.detail)


def note_pause(origin: str, outcome: Outcome) -> None:
    """A host that asks to wait gets nothing from anybody until then."""
    if outcome.verdict != Verdict.QUEUED or outcome.is_attempt:
        return
    try:
        cache.set(f"push:wait:{origin}", time.time() + outcome.wait_s, max(1, outcome.wait_s))
    except RedisError:
        logger.warning("push: no cache to keep that %s asks to wait", origin)


def pause_of(origin: str) -> float:
    """Seconds for which a host still asks to wait."""
    try:
        return max(0.0, float(cache.get(f"push:wait:{origin}", 0)) - time.time())
    except RedisError:
        return 0.0
