"""Rules shared by the verbs over tips: text limits, secrecy, the right to work on a tip."""

import unicodedata

from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from accounts.workflow.services import Permission, lock_for
from content_rules.rulebook import GIVES_AWAY, carries_mark, find
from reports.tips import occasions
from reports.tips.errors import CarriesSecret, NotAllowed
from reports.tips.models import TipReport

# Longest texts of officers, in characters.
MAX_SUMMARY, MAX_NOTE, MAX_REASON, MAX_ANSWER = 1_000, 2_000, 500, 2_000


def require_no_secret(*texts: str) -> None:
    """Raises CarriesSecret when one of the texts carries a mark of secrecy."""
    if any(carries_mark(text) for text in texts if text):
        raise CarriesSecret


def cleaned(text: str, what: str, most: int, *, may_be_empty: bool = False) -> str:
    """Return the text as it is stored. Raises NotAllowed, CarriesSecret.

    `what` names it in a refusal (“tóm tắt”); `most` is in characters after NFC.
    """
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\x00", "")).strip()
    if not text and not may_be_empty:
        raise NotAllowed(f"Hãy ghi {what}.")
    if len(text) > most:
        raise NotAllowed(f"Phần {what} dài {len(text)} chữ, tối đa {most} chữ. Hãy viết ngắn lại.")
    require_no_secret(text)
    return text


def fit_to_tell(text: str, what: str, most: int) -> str:
    """Return words that others will read, as they are stored. Raises NotAllowed, CarriesSecret.

    Beyond `cleaned`, they neither name nor describe who gave information: one answer goes to all
    reporters of a matter.
    """
    text = cleaned(text, what, most)
    hits = [hit.sentence for hit in find(text) if hit.rule in GIVES_AWAY]
    if hits:
        raise NotAllowed(" ".join(dict.fromkeys(hits)))
    return text


def has_summary(tip: TipReport) -> bool:
    """Whether a clean summary is stored; nothing is opened."""
    return TipReport.objects.filter(pk=tip.pk).exclude(summary="").exists()


def is_worker(user: User, tip: TipReport) -> bool:
    """Whether the account owns the tip, helps with it or sees all; a tip without owner is open to
    every account."""
    if tip.owner_id in (None, user.pk) or user.has_perm("reports.view_all_tipreports"):
        return True
    today = timezone.localdate()
    return tip.helpers.filter(Q(until=None) | Q(until__gte=today), user=user).exists()


def lock_for_worker(tip: TipReport, by: User, permission: Permission) -> None:
    """Lock a tip for an account that has the right and works on it. Raises NotAllowed."""
    lock_for(tip, by, permission=permission)
    if not is_worker(by, tip):
        raise NotAllowed(
            f"Phản ánh này do {tip.owner} phụ trách. Hãy nhờ chỉ huy giao lại, hoặc nhờ "
            f"{tip.owner} thêm làm người phối hợp."
        )


def leave_unowned(tip: TipReport) -> None:
    """Take the owner away; a tip under verification waits again, sorted as it was."""
    tip.owner = tip.assigned_at = tip.owner_due_on = None
    if tip.status == TipReport.Status.IN_PROGRESS:
        is_sorted = bool(tip.kind and tip.category)
        tip.status = TipReport.Status.TRIAGED if is_sorted else TipReport.Status.NEW
    tip.save(update_fields=["owner", "assigned_at", "owner_due_on", "status"])
    occasions.follow_owner_day(tip)
    occasions.given_up(tip)
