"""Statements that hold restored data before any part of the portal starts."""

from typing import Final

from accounts.models import SignIn, User
from accounts.sign_in.sessions import LOST_EPOCHS
from zalo.hold.holding import SHIFT
from zalo.hold.models import HeldRow, SendGate

RESTORED: Final = "Vừa khôi phục từ bản sao lưu."
_STATEMENTS: Final = """BEGIN;
UPDATE {gate} SET state = 'held', reason = '{reason}', held_at = now(), is_restored = true,
    lost_from = COALESCE(beat_at, now()), lost_to = NULL, started_at = NULL, asked_by_id = NULL,
    asked_at = NULL, accounts_confirmed_by_id = NULL;
DELETE FROM {rows};
UPDATE {users} SET session_epoch = session_epoch + {epochs};
UPDATE {sign_ins} SET ended_at = GREATEST(now(), started_at) WHERE ended_at IS NULL;
SELECT count(setval(format('%I.%I', schemaname, sequencename)::regclass,
    LEAST(max_value, COALESCE(last_value, 0) + {shift})))
FROM pg_sequences WHERE schemaname = current_schema();
COMMIT;
"""


def restored() -> str:
    """Do for psql what `holding.hold` does for restored data. The first step of a person tells the
    audit trail of it."""
    return _STATEMENTS.format(
        gate=SendGate._meta.db_table, rows=HeldRow._meta.db_table, users=User._meta.db_table,
        sign_ins=SignIn._meta.db_table, epochs=LOST_EPOCHS, shift=SHIFT, reason=RESTORED,
    )  # fmt: skip
