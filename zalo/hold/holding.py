"""Close the gate; what a restore makes necessary at once is done in the same transaction."""

from datetime import datetime
from typing import Final

from django.db import connection, transaction
from django.utils import timezone

from accounts.audit import services as audit
from accounts.enqueue import enqueue
from accounts.models import User
from accounts.sign_in import sessions
from accounts.workflow.services import move
from zalo.hold.models import HeldRow, SendGate

SHIFT: Final = 1_000_000
_SEQUENCES: Final = """
SELECT quote_ident(schemaname) || '.' || quote_ident(sequencename),
    LEAST(max_value, COALESCE(last_value, 0) + %s)
FROM pg_sequences WHERE schemaname = current_schema()
"""


@transaction.atomic
def hold(
    reason: str, *, by: User | None = None, is_restored: bool = False,
    lost_to: datetime | None = None, is_known: bool = False,
) -> SendGate:  # fmt: skip
    """Let nothing leave until two persons open again. Holding twice keeps the first reason.

    With `is_known` a restore that is being looked through stays so: what a slow process found out
    before a person began is what that person looks through.

    Of data that went back in time: numbers of rows that may have been used already are never used
    again, and every session ends, for rights that were taken away meanwhile are back.
    """
    gate = SendGate.objects.select_for_update(of=("self",)).get()
    was_reconciling = gate.state == SendGate.State.RECONCILING
    is_old = is_known and was_reconciling and gate.is_restored
    if gate.state == SendGate.State.HELD or is_old:
        return gate
    move(gate, SendGate.State.HELD)
    now = timezone.now()
    gate.reason, gate.held_at = reason, now
    gate.is_restored = is_restored or (was_reconciling and gate.is_restored)
    gate.asked_by = gate.asked_at = gate.started_at = gate.accounts_confirmed_by = None
    if not was_reconciling or (is_restored and gate.lost_from is None):
        gate.lost_from, gate.lost_to = (gate.beat_at or now) if is_restored else None, lost_to
    gate.save()
    if is_restored:
        skip_used_numbers()
        sessions.end_everyones()
        purge_again()
    if not was_reconciling:
        HeldRow.objects.all().delete()
    audit.record("gate.held", by=by, target=gate, reason=reason)
    return gate


def purge_again() -> None:
    """Have what retention had removed already removed from restored data, before the night."""
    enqueue("accounts.tasks.purge_expired_rows")


def skip_used_numbers() -> None:
    """Move every sequence on, past all numbers that the lost data may have used."""
    with connection.cursor() as cursor:
        cursor.execute(_SEQUENCES, [SHIFT])
        for sequence, value in cursor.fetchall():
            cursor.execute("SELECT setval(%s::regclass, %s)", [sequence, value])
