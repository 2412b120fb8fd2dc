"""Is the database the one that sent last? Asked when a process starts, and every five seconds.

What is read first may only be older than what is read after it: witnesses and journal, then rows.
"""

import logging
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from django.db import connection
from django.utils import timezone

from zalo.hold import journal, witness
from zalo.hold.holding import hold
from zalo.hold.kinds import journalled
from zalo.hold.models import SendGate
from zalo.hold.witness import Witness, WitnessUnreachable

logger = logging.getLogger(__name__)
CLOCK_S: Final = 2.0
State = SendGate.State

OLDER = "Dữ liệu cũ hơn những gì đã gửi đi: có vẻ vừa được khôi phục từ bản sao lưu."
OTHER_SERVER = "Dữ liệu vừa được chuyển sang một máy chủ cơ sở dữ liệu khác."
NO_WITNESS = (
    "Dữ liệu cho biết đã từng gửi bài, nhưng không còn dấu nào bên ngoài cơ sở dữ liệu để đối "
    "chiếu. Có thể dữ liệu đã được khôi phục."
)
CLOCK_BACK = "Đồng hồ máy chủ chạy lùi so với lần ghi trước. Hãy chỉnh giờ; việc gửi tự đi tiếp."
CLOCKS_APART = (
    "Đồng hồ của máy chạy phần mềm và của cơ sở dữ liệu lệch nhau quá 2 giây. Hãy chỉnh giờ; việc "
    "gửi tự đi tiếp."
)


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why nothing may leave; `last_sign` is the youngest moment that a witness knows."""

    reason: str
    last_sign: datetime | None = None


def look() -> tuple[SendGate, list[Witness]]:
    """Look once, hold where something is wrong; the row and the witnesses that were read.

    Raises WitnessUnreachable where nobody can know.
    """
    installation = SendGate.objects.values_list("installation", flat=True).get()
    try:
        witnesses, lines = witness.read(installation), _journal_tail(installation)
    except WitnessUnreachable:
        logger.error("nothing leaves: neither witness can be read")
        raise
    gate = SendGate.objects.get()
    if gate.state == State.OPEN:
        trouble = _older(gate, witnesses) or _other_server(gate) or _journal(gate, lines)
        if trouble is not None:
            gate = hold(trouble.reason, is_restored=True, lost_to=trouble.last_sign, is_known=True)
    return gate, witnesses


def clock_trouble(witnesses: list[Witness]) -> str:
    """Sentence on what is wrong with the clocks; blank where nothing is."""
    with connection.cursor() as cursor:
        before = timezone.now()
        cursor.execute("SELECT clock_timestamp()")
        (database_now,) = cursor.fetchone()
    after = timezone.now()
    if (
        max((before - database_now).total_seconds(), (database_now - after).total_seconds())
        > CLOCK_S
    ):
        return CLOCKS_APART
    last = max((one.at for one in witnesses), default=0.0)
    return CLOCK_BACK if last > after.timestamp() + CLOCK_S else ""


def system_identifier() -> str:
    """The number of the database server's data folder: another one after a dump is restored."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT system_identifier::text FROM pg_control_system()")
        return str(cursor.fetchone()[0])


def _older(gate: SendGate, witnesses: list[Witness]) -> Trouble | None:
    earlier = {str(epoch) for epoch in gate.earlier_epochs}
    for one in witnesses:
        is_past = one.epoch in earlier and one.high_water <= gate.high_water
        if is_past or (one.epoch == str(gate.epoch) and one.high_water <= gate.high_water):
            continue
        return Trouble(OLDER, datetime.fromtimestamp(one.at, UTC))
    if not witnesses and gate.beat_at is not None:
        return Trouble(NO_WITNESS)
    return None


def _other_server(gate: SendGate) -> Trouble | None:
    if gate.system_identifier and gate.system_identifier != system_identifier():
        return Trouble(OTHER_SERVER)
    return None


def _journal_tail(installation: Any) -> list[journal.Line]:
    try:
        return journal.tail(installation)
    except OSError as error:
        logger.error("the journal of sends cannot be read: %s", type(error).__name__)
        return []


def _journal(gate: SendGate, lines: list[journal.Line]) -> Trouble | None:
    """A send that the rows do not know: they are older than it."""
    claims: dict[str, dict[int, str]] = {}
    for line in lines:
        if line.epoch == str(gate.epoch):
            known = claims.setdefault(line.kind, {})
            known[line.row_id] = max(known.get(line.row_id, ""), line.claimed_at)
    for kind, seen in claims.items():
        if kind in journalled and (moment := journalled[kind].unknown(seen)):
            return Trouble(OLDER, datetime.fromisoformat(moment))
    return None
