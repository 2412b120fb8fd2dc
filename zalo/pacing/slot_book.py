"""The slot book: one account's calls keep to one rate over all processes, in Redis.

One number is kept, the time of the next free slot, by the clock of the Redis server, which all
share. Booking is one script call: `slot = max(now, next); next = slot + n/rate`. The caller sleeps
once, until its slot. Nothing accumulates while nothing is sent, so there are no bursts.

Three lanes: while the urgent lane books, the others are told to come back, and the background lane
takes a slot only that nobody else has asked for.
"""

from dataclasses import dataclass
from typing import Any, Final, Literal

import redis
from django.conf import settings
from redis.backoff import NoBackoff
from redis.retry import Retry

from zalo.client.errors import ZaloRetryable

Lane = Literal["background", "routine", "urgent"]

HORIZON_S: Final[dict[Lane, float]] = {"background": 0.0, "routine": 2.0, "urgent": 5.0}
"""No slot is booked further ahead: an urgent call waits behind what is booked, and a process that
ends loses what it has booked."""
URGENT_HOLDS_S: Final = 1.5
"""How long after its last booking the urgent lane keeps the routine lane out."""
BATCH_S: Final = 0.1
UNREACHABLE_RETRY_S: Final = 2.0
FIRST_PAUSE_S: Final = 2.0
LONGEST_PAUSE_S: Final = 60.0
SLOW_MEMORY_S: Final = 120.0

# KEYS: next free slot (µs), urgent flag. ARGV: n, µs a slot, horizon µs, lane, flag's life ms.
# Answers {wait µs, 0} when booked, {-1, retry µs} when not.
_BOOK = """
local t = redis.call('TIME')
local now = t[1] * 1000000 + t[2]
if ARGV[4] == 'urgent' then
  redis.call('SET', KEYS[2], '1', 'PX', ARGV[5])
else
  local left = redis.call('PTTL', KEYS[2])
  if left > 0 then return {-1, left * 1000} end
end
local slot = tonumber(redis.call('GET', KEYS[1]) or '0')
if slot < now then slot = now end
local wait = slot - now
local horizon = tonumber(ARGV[3])
if wait > horizon then return {-1, wait - horizon} end
local length = ARGV[1] * ARGV[2]
redis.call('SET', KEYS[1], string.format('%.0f', slot + length),
           'PX', math.ceil((wait + length) / 1000) + 60000)
return {math.floor(wait), 0}
"""

# KEYS: next free slot. ARGV: pause µs. Nobody books a slot before the pause is over.
_PAUSE = """
local t = redis.call('TIME')
local until_us = t[1] * 1000000 + t[2] + ARGV[1]
local slot = tonumber(redis.call('GET', KEYS[1]) or '0')
if slot < until_us then
  redis.call('SET', KEYS[1], string.format('%.0f', until_us),
             'PX', math.ceil(ARGV[1] / 1000) + 60000)
end
return 1
"""

# KEYS: next free slot, how often of late, pause in force. ARGV: first pause ms, longest ms, memory
# ms. The answers of calls that were under way together count as one. Answers the pause in ms.
_SLOW_DOWN = """
local left = redis.call('PTTL', KEYS[3])
if left > 0 then return left end
local times = redis.call('INCR', KEYS[2])
redis.call('PEXPIRE', KEYS[2], ARGV[3])
local pause = math.min(ARGV[1] * 2 ^ (times - 1), tonumber(ARGV[2]))
redis.call('SET', KEYS[3], '1', 'PX', string.format('%.0f', pause))
local t = redis.call('TIME')
local until_us = t[1] * 1000000 + t[2] + pause * 1000
local slot = tonumber(redis.call('GET', KEYS[1]) or '0')
if slot < until_us then
  redis.call('SET', KEYS[1], string.format('%.0f', until_us),
             'PX', string.format('%.0f', pause + 60000))
end
return string.format('%.0f', pause)
"""


class SlotBookUnavailable(ZaloRetryable):
    """Redis cannot be reached, so nobody may send: wait and ask again."""

    default_sentence = (
        "Chưa kết nối được Redis nên việc gửi tạm dừng; không có gì bị mất và hệ thống sẽ tự gửi "
        "tiếp. Quản trị kỹ thuật hãy kiểm tra dịch vụ Redis."
    )


@dataclass(frozen=True, slots=True)
class Booking:
    """Slots that are ours: make the first call after `wait_s`, the others `interval_s` apart."""

    wait_s: float
    interval_s: float


class _Redis:
    """The connection pool and scripts of this process."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.client = redis.Redis.from_url(
            url,
            socket_connect_timeout=2,
            socket_timeout=5,
            # One more try, for a connection that a restarted server has dropped: a script that
            # ran twice only leaves a slot unused.
            retry=Retry(NoBackoff(), 1),
        )
        self.book: Any = self.client.register_script(_BOOK)
        self.pause: Any = self.client.register_script(_PAUSE)
        self.slow_down: Any = self.client.register_script(_SLOW_DOWN)


_redis: _Redis | None = None


def _connected() -> _Redis:
    global _redis
    if _redis is None or _redis.url != settings.REDIS_URL:
        _redis = _Redis(settings.REDIS_URL)
    return _redis


class SlotBook:
    """The slots of one account. Make one for each user: `retry_in_s` belongs to the last refusal.

    The rate is `rate_per_min`, or ZALO_RATE_PER_MIN as it stands at each booking. Every method
    raises SlotBookUnavailable when Redis cannot be reached.
    """

    def __init__(self, oa_id: str, *, rate_per_min: float | None = None) -> None:
        prefix = f"{settings.REDIS_KEY_PREFIX}:zalo:slots:{{{oa_id}}}"
        self._keys = [prefix, f"{prefix}:urgent"]
        self._rate_per_min = rate_per_min
        self.retry_in_s = 0.0

    @property
    def rate_per_s(self) -> float:
        """How many calls a second the account may make."""
        return float(self._rate_per_min or settings.ZALO_RATE_PER_MIN) / 60

    def batch_limit(self, most: int) -> int:
        """How many slots to book at once: about a tenth of a second of the rate, so that urgent
        calls do not wait behind a long batch."""
        return max(1, min(most, int(self.rate_per_s * BATCH_S)))

    def book(self, n: int = 1, *, lane: Lane = "routine") -> Booking | None:
        """Book `n` slots in a row.

        None: nothing was booked, because the next free slot lies beyond the horizon of the lane or
        because the urgent lane is busy; ask again after `retry_in_s`.
        """
        interval_s = 1 / self.rate_per_s
        wait_us, retry_us = self._run(
            _connected().book,
            self._keys,
            [
                n,
                round(interval_s * 1e6),
                round(HORIZON_S[lane] * 1e6),
                lane,
                round(URGENT_HOLDS_S * 1000),
            ],
        )
        if wait_us < 0:
            self.retry_in_s = max(retry_us / 1e6, 0.01)
            return None
        return Booking(wait_us / 1e6, interval_s)

    def pause(self, seconds: float) -> None:
        """Let no lane book a slot within the next `seconds`; a longer pause in force stays."""
        self._run(_connected().pause, self._keys[:1], [round(seconds * 1e6)])

    def slow_down(self) -> float:
        """Zalo says "too fast" without saying for how long: pause every lane for 2 s, and twice as
        long each time that it says so again within two minutes, up to a minute. Returns the
        seconds."""
        keys = [self._keys[0], f"{self._keys[0]}:slow", f"{self._keys[0]}:paused"]
        args = [round(s * 1000) for s in (FIRST_PAUSE_S, LONGEST_PAUSE_S, SLOW_MEMORY_S)]
        return float(self._run(_connected().slow_down, keys, args)) / 1000

    @staticmethod
    def _run(script: Any, keys: list[str], args: list[Any]) -> Any:
        try:
            return script(keys=keys, args=args)
        except redis.RedisError as error:
            raise SlotBookUnavailable(
                f"slot book: {type(error).__name__}", retry_after=UNREACHABLE_RETRY_S
            ) from error
