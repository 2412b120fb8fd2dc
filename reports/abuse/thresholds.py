"""How often something came lately: in the memory of this process, bounded, under hashes.

Each process counts for itself and forgets with its end (decision 0074). The limits that are held
against the counts therefore mean “about”, and passing one never refuses anybody: it asks for more
work.
"""

import hashlib
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

_HASH_BYTES = 12


@dataclass(slots=True)
class _Count:
    window: int
    now: int
    before: int


class Counts:
    """Counts by key over a sliding window; the keys longest unused fall out above `most`.

    A window is counted in two halves, this one and the last, the last by the share of it that the
    sliding window still covers: two small numbers a key however much comes.
    """

    def __init__(
        self, *, window_s: float, most: int, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._window_s = window_s
        self._most = most
        self._clock = clock
        self._secret = secrets.token_bytes(32)
        self._kept: OrderedDict[bytes, _Count] = OrderedDict()
        self._lock = threading.Lock()
        self._latest = 0.0

    def __len__(self) -> int:
        return len(self._kept)

    def add(self, key: str) -> None:
        """One more of this key."""
        hashed = self._hashed(key)
        with self._lock:
            window, _share = self._window()
            count = self._kept.pop(hashed, None) or _Count(window, 0, 0)
            self._move(count, window)
            count.now += 1
            self._kept[hashed] = count
            self._make_room(window)

    def of(self, key: str) -> float:
        """About how many came within the last window."""
        hashed = self._hashed(key)
        with self._lock:
            window, share = self._window()
            count = self._kept.get(hashed)
            if count is None:
                return 0
            self._move(count, window)
            return count.now + count.before * (1 - share)

    def _hashed(self, key: str) -> bytes:
        return hashlib.blake2b(key.encode(), key=self._secret, digest_size=_HASH_BYTES).digest()

    def _window(self) -> tuple[int, float]:
        """The number of the present window and how much of it is over; time never runs back."""
        self._latest = max(self._latest, self._clock())
        window, into = divmod(self._latest, self._window_s)
        return int(window), into / self._window_s

    @staticmethod
    def _move(count: _Count, window: int) -> None:
        """Bring a count to the present window."""
        if window != count.window:
            count.before = count.now if window == count.window + 1 else 0
            count.now = 0
            count.window = window

    def _make_room(self, window: int) -> None:
        while len(self._kept) > 1:
            oldest = next(iter(self._kept.values()))
            if len(self._kept) <= self._most and oldest.window + 2 > window:
                return
            self._kept.popitem(last=False)
