"""Rules shared by the verbs over tips: text limits, secrecy, the right to work on a tip."""

import unicodedata
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from accounts.workflow.services import lock, lock_for, record, sees
from content_rules.rulebook import carries_mark
from reports.tips.errors import CarriesSecret, NotAllowed
from reports.tips.models import TipReport

# What officers write about a tip: cleaned, of a length, and never a secret.


SUMMARY, NOTE, REASON, ANSWER = 1_000, 2_000, 500, 2_000


def require_no_secret(*texts: str) -> None:
    """Raises CarriesSecret when one of the texts carries a mark of secrecy."""
    if any(carries_mark(text) for text in texts if text):
        raise CarriesSecret


def cleaned(text: str, what: str, most: int, *, may_be_empty: bool = False) -> str:
    """The text as it is kept. Raises NotAllowed, CarriesSecret.

    `what` names it in the sentence of a refusal (“tóm tắt”); `most` is in characters after NFC.
    """
    kept = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\x00", "")).strip()
    if not kept and not may_be_empty:
        raise NotAllowed(f"Hãy ghi {what}.")
    if len(kept) > most:
        raise NotAllowed(f"Phần {what} dài {len(kept)} chữ, tối đa {most} chữ. Hãy viết ngắn lại.")
    require_no_secret(kept)
    return kept


# Questions and acts that several steps of a tip share.


__all__ = [
    "begin", "is_worker", "leave_unowned", "lock", "note", "quarter", "require_worker", "sees",
]  # fmt: skip

QUARTER_MINUTES = 15


def quarter(at: datetime) -> datetime:
    """The quarter of an hour that a moment lies in, as its first minute."""
    return at.replace(minute=at.minute - at.minute % QUARTER_MINUTES, second=0, microsecond=0)


def is_worker(user: User, tip: TipReport) -> bool:
    """Who works on the tip: its owner, a helper, whoever sees all; of nobody's tip each who may."""
    if tip.owner_id in (None, user.pk) or user.has_perm("reports.view_all_tipreports"):
        return True
    today = timezone.localdate()
    return tip.helpers.filter(Q(until=None) | Q(until__gte=today), user=user).exists()


def require_worker(tip: TipReport, by: User) -> None:
    """Raises NotAllowed for one who sees the tip and has no part in the work on it."""
    if not is_worker(by, tip):
        raise NotAllowed(
            f"Phản ánh này do {tip.owner} phụ trách. Hãy nhờ chỉ huy giao lại, hoặc nhờ "
            f"{tip.owner} thêm làm người phối hợp."
        )


def leave_unowned(tip: TipReport) -> None:
    """Nobody's any more: what was being worked on waits again, sorted as it was."""
    tip.owner = tip.assigned_at = None
    if tip.status == TipReport.Status.IN_PROGRESS:
        is_sorted = bool(tip.kind and tip.category)
        tip.status = TipReport.Status.TRIAGED if is_sorted else TipReport.Status.NEW
    tip.save(update_fields=["owner", "assigned_at", "status"])


# Names that the chat still imports.


def begin(tip: TipReport, by: User, permission: str) -> None:
    """Lock a tip that still has its content, for an account that may do this. Raises NotAllowed."""
    lock_for(tip, by, permission=f"reports.{permission}")


def note(
    tip: TipReport,
    kind: str,
    *,
    by: User | None = None,
    at: datetime | None = None,
    note: str = "",
    **details: Any,
) -> None:
    """Append a step of the tip."""
    record(tip, kind, by=by, at=at, text=note, **details)
