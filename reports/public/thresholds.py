"""Counts of recent events: in the memory of this process, bounded, under hashes.

Each process counts for itself and forgets with its end (decision 0074). The limits that are held
against the counts therefore mean “about”, and passing one never refuses anybody: it asks for more
work.

Nor is a limit known. Were it, whoever fills a count up to one below it sees on the page when
somebody else of the same network tells something.
"""

import hashlib
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from django.utils.crypto import salted_hmac

_HASH_BYTES = 12


def drawn(label: str) -> float:
    """A number from 0 to 1 that all processes draw alike and nobody outside can know."""
    digest = salted_hmac("reports.abuse.thresholds", label, algorithm="sha256").digest()
    return int.from_bytes(digest[:6]) / 2**48


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

    def limit(self, label: str, about: float, *, low: float = -1.0) -> float:
        """Return the limit of a count: `about` on the average, from `low` to as far beyond it.

        Drawn for each label, no whole number, and drawn anew once in each window, at a moment that
        is drawn too. From below nothing on every number is as likely: then a limit that is passed
        fits any number of others, and one that was passed before the first says little too.
        """
        with self._lock:
            window, share = self._window()
        turn = window + (share >= drawn(f"{label}:turn:{window}"))
        return low + 2 * (about - low) * drawn(f"{label}:{turn}")

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
