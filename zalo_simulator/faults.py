"""Breaking on request: rules that say which calls go wrong, how, and how often.

A rule is a JSON object; only `kind` is required:

    kind         refuse | close_after_read | lose_answer | http_502 | body | code | slow |
                 token_death | a number such as "-32" (short for kind "code")
    code         the number to answer (kind code); message: its text
    body, status the raw answer (kind body)
    seconds      how long (kind slow; kind refuse: how long the port stays closed)
    accepted     whether the call is carried out all the same (default: only lose_answer and slow)
    times        how many calls it hits (default: every one)
    after        how many matching calls pass unharmed first
    probability  the share of matching calls it hits (default 1)
    group_id, path  only calls to this group, only this path
    start_in, for_seconds  from when, for how long

`refuse` really closes the port; it needs no call to start.
"""

import random
import threading
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

KINDS: Final = frozenset(
    {
        "refuse",
        "close_after_read",
        "lose_answer",
        "http_502",
        "body",
        "code",
        "slow",
        "token_death",
    }
)
CARRIED_OUT: Final = frozenset({"lose_answer", "slow"})


@dataclass
class Fault:
    """One rule with its counts."""

    kind: str
    code: int = -200
    message: str = ""
    body: str = ""
    status: int = 200
    seconds: float = 1.0
    accepted: bool | None = None
    times: int | None = None
    after: int = 0
    probability: float = 1.0
    group_id: str | None = None
    path: str | None = None
    start_in: float = 0.0
    for_seconds: float | None = None
    seen: int = 0
    hits: int = 0
    added_at: float = 0.0

    @property
    def is_carried_out(self) -> bool:
        """Whether the call takes effect although the caller is told otherwise or nothing."""
        return self.kind in CARRIED_OUT if self.accepted is None else self.accepted


def parse(values: Mapping[str, Any]) -> Fault:
    """A rule from JSON. Raises ValueError for an unknown kind or key."""
    values = dict(values)
    kind = str(values.pop("kind", ""))
    if kind.lstrip("-").isdigit():
        values.setdefault("code", int(kind))
        kind = "code"
    if kind not in KINDS:
        raise ValueError(f"unknown kind {kind!r}; one of {', '.join(sorted(KINDS))}, or a number")
    try:
        return Fault(kind, **values)
    except TypeError as error:
        raise ValueError(str(error)) from error


class FaultBook:
    """The rules in force; safe to use from any thread."""

    def __init__(self, seed: int | None = None) -> None:
        self._lock = threading.Lock()
        self._random = random.Random(seed)  # noqa: S311 -- chance of a test, not a secret
        self._faults: list[Fault] = []
        self._dropped = threading.Event()

    def add(self, fault: Fault) -> Fault:
        """Put a rule in force."""
        with self._lock:
            fault.added_at = time.monotonic()
            self._faults.append(fault)
            return fault

    def clear(self) -> None:
        """Drop every rule; the slow answers under way come at once."""
        with self._lock:
            self._faults.clear()
            self._dropped.set()
            self._dropped = threading.Event()

    def wait(self, fault: Fault) -> None:
        """Hold an answer back for the seconds of its rule, or until the rules are dropped."""
        with self._lock:
            dropped = self._dropped
            is_in_force = any(known is fault for known in self._faults)
        if is_in_force:
            dropped.wait(fault.seconds)

    def take_refusals(self) -> list[Fault]:
        """The `refuse` rules not yet carried out; each is handed out once."""
        with self._lock:
            waiting = [fault for fault in self._faults if fault.kind == "refuse" and not fault.hits]
            for fault in waiting:
                fault.hits += 1
            return waiting

    def listed(self) -> list[dict[str, Any]]:
        """The rules with their counts."""
        with self._lock:
            return [asdict(fault) for fault in self._faults]

    def hit(self, path: str, group_id: str) -> list[Fault]:
        """The rules that strike this call, in the order in which they were added."""
        if not self._faults:
            return []
        with self._lock:
            return [fault for fault in self._faults if self._strikes(fault, path, group_id)]

    def _strikes(self, fault: Fault, path: str, group_id: str) -> bool:
        if fault.kind == "refuse":
            return False
        if fault.path not in (None, path) or fault.group_id not in (None, group_id):
            return False
        age = time.monotonic() - fault.added_at - fault.start_in
        if age < 0 or (fault.for_seconds is not None and age > fault.for_seconds):
            return False
        fault.seen += 1
        if fault.seen <= fault.after or (fault.times is not None and fault.hits >= fault.times):
            return False
        if self._random.random() >= fault.probability:
            return False
        fault.hits += 1
        return True
