"""The process's knowledge of the gate, and the condition that stands in each of its claims.

A process learns the epoch once, after the detectors have looked, and learns it anew only when a
piece of work begins. Between two looks it remembers the highest `high_water` that it has seen: data
of an earlier moment refuse its claims at once.
"""

import logging
import threading
import time
import uuid
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import BooleanField
from django.db.models.expressions import RawSQL

from accounts.workflow.declaration import NotAllowed
from zalo.hold import detectors, witness
from zalo.hold.models import SendGate
from zalo.hold.witness import WitnessUnreachable

logger = logging.getLogger(__name__)
STALE_S: Final = 2.0

# For claims written in SQL; `values` has its parameters.
GATE_IS_OPEN: Final = """EXISTS (
    SELECT FROM zalo_sendgate gate WHERE gate.state = 'open' AND gate.blocked = ''
    AND gate.epoch = %(gate_epoch)s AND gate.high_water >= %(gate_high_water)s)"""
# Asked after a claim, twice a second: the next one is refused by data of an earlier moment.
SEEN_S: Final = 0.5
HIGH_WATER: Final = "SELECT high_water FROM zalo_sendgate"
CLOSED: Final = (
    "Việc gửi và thay đổi ở Zalo đang được giữ lại để rà soát. Xem trang “Giữ việc gửi” hoặc hỏi "
    "chỉ huy."
)
_NOBODY: Final = uuid.UUID(int=0)
_lock = threading.RLock()


@dataclass
class _Known:
    installation: uuid.UUID
    epoch: uuid.UUID
    high_water: int
    is_open: bool
    at: float
    seen_at: float = 0.0


_known: _Known | None = None


def forget() -> None:
    """Learn it anew at the next need."""
    global _known
    with _lock:
        _known = None


def begin() -> bool:
    """Say whether anything may leave; asked where a piece of work begins.

    Learns the epoch where it is not known or is no longer that of the database.
    """
    with _lock:
        known = _look()
        return known is not None and known.is_open


def require_open() -> None:
    """Refuse an act that leaves at once, such as a change of a group. Raises NotAllowed.

    No claim follows, so the row is asked now.
    """
    if not begin() or not SendGate.objects.filter(gate_is_open()).exists():
        raise NotAllowed(CLOSED)


def look() -> None:
    """Within a piece of work: note how far the gate has got, and never another epoch."""
    with _lock:
        if _known is None or time.monotonic() - _known.at < STALE_S:
            return
        witnessed, row = _witnessed(_known), _row()
        if row.epoch == _known.epoch:
            _known.high_water = max(_known.high_water, row.high_water, witnessed)
        _known.is_open, _known.at = _is_open(row), time.monotonic()


def note_high_water(high_water: int) -> None:
    """Remember how far the gate has got; a lower number than before changes nothing."""
    known = _known
    if known is not None:
        known.high_water, known.seen_at = max(known.high_water, high_water), time.monotonic()


def wants_high_water() -> bool:
    """Whether it is time to ask how far the gate has got."""
    return _known is not None and time.monotonic() - _known.seen_at >= SEEN_S


def values() -> dict[str, Any]:
    """Parameters of `GATE_IS_OPEN`; those of no gate where the witnesses cannot be asked."""
    with _lock:
        known = _known or _learn()
        if known is None:
            return {"gate_epoch": _NOBODY, "gate_high_water": 0}
        return {"gate_epoch": known.epoch, "gate_high_water": known.high_water}


def gate_is_open() -> RawSQL:
    """The same condition for a claim that is a queryset."""
    held = values()
    sql = GATE_IS_OPEN
    for name in held:
        sql = sql.replace(f"%({name})s", "%s")
    return RawSQL(sql, tuple(held.values()), output_field=BooleanField())  # noqa: S611 -- own words


def stamp() -> tuple[uuid.UUID, str] | None:
    """Installation and epoch for the journal; None where they are not known."""
    known = _known
    return None if known is None else (known.installation, str(known.epoch))


def _look() -> _Known | None:
    if _known is None:
        return _learn()
    if time.monotonic() - _known.at < STALE_S:
        return _known
    # What is read first may only be older.
    witnessed, row = _witnessed(_known), _row()
    if row.epoch != _known.epoch or row.high_water < max(_known.high_water, witnessed):
        return _learn()
    _known.high_water, _known.is_open = row.high_water, _is_open(row)
    _known.at = time.monotonic()
    return _known


def _witnessed(known: _Known) -> int:
    """The high water by the witnesses; 0 where none can be asked."""
    try:
        found = witness.read(known.installation)
    except WitnessUnreachable:
        return 0
    return max((one.high_water for one in found if one.epoch == str(known.epoch)), default=0)


def _learn() -> _Known | None:
    global _known
    _known = None
    try:
        row, _witnesses = detectors.look()
    except WitnessUnreachable:
        return None
    _known = _Known(row.installation, row.epoch, row.high_water, _is_open(row), time.monotonic())
    return _known


def _row() -> SendGate:
    return SendGate.objects.get()


def _is_open(row: SendGate) -> bool:
    return row.state == SendGate.State.OPEN and not row.blocked
