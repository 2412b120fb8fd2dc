"""The pieces that every step of a tip shares: lock, check, move, write down."""

from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils import timezone

from accounts import audit
from accounts.models import User
from reports.models import TipEvent, TipReport
from reports.services.errors import NotAllowed, TransitionNotAllowed

QUARTER_MINUTES = 15


def quarter(at: datetime) -> datetime:
    """The quarter of an hour that a moment lies in, as its first minute."""
    return at.replace(minute=at.minute - at.minute % QUARTER_MINUTES, second=0, microsecond=0)


def lock(tip: TipReport) -> None:
    """Take the row and read it anew into the given instance; call inside a transaction."""
    tip.refresh_from_db(
        from_queryset=TipReport.objects.select_for_update(of=("self",)).select_related(
            "commune", "hamlet"
        )
    )


def sees(user: User, tip: TipReport) -> bool:
    """Whether the account may know of this tip at all, at this moment."""
    return TipReport.objects.visible_to(user).filter(pk=tip.pk).exists()


def require(tip: TipReport, by: User, *permissions: str) -> None:
    """The account may do this by one of the permissions, and sees this tip. Raises NotAllowed."""
    may = any(by.has_perm(f"reports.{permission}") for permission in permissions)
    if not may or not sees(by, tip):
        raise NotAllowed("Tài khoản này không có quyền làm việc đó với phản ánh này.")


def require_kept(tip: TipReport) -> None:
    """A tip that is a single line, or whose content went by rule, is not worked on any more."""
    if tip.emptied_at is not None:
        raise NotAllowed("Phản ánh này không còn nội dung nên không làm tiếp được.")


def begin(tip: TipReport, by: User, *permissions: str) -> None:
    """Lock a tip that still has its content, for an account that may do this. Raises NotAllowed."""
    lock(tip)
    require(tip, by, *permissions)
    require_kept(tip)


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


def move(tip: TipReport, status: str) -> None:
    """Set a status that the table of transitions allows. Raises TransitionNotAllowed."""
    if status not in TipReport.TRANSITIONS[tip.status]:
        raise TransitionNotAllowed(
            f"Phản ánh đang ở trạng thái “{tip.get_status_display()}” nên không thể chuyển sang "
            f"“{TipReport.Status(status).label}”."
        )
    tip.status = status


def leave_unowned(tip: TipReport) -> None:
    """Nobody's any more: what was being worked on waits again, sorted as it was."""
    tip.owner = tip.assigned_at = None
    if tip.status == TipReport.Status.IN_PROGRESS:
        is_sorted = bool(tip.kind and tip.category)
        tip.status = TipReport.Status.TRIAGED if is_sorted else TipReport.Status.NEW
    tip.save(update_fields=["owner", "assigned_at", "status"])


def note(
    tip: TipReport,
    kind: str,
    *,
    by: User | None = None,
    at: datetime | None = None,
    note: str = "",
    **details: Any,
) -> TipEvent:
    """Append a step, and an audit event when a person did it.

    `note` is sealed and goes into the step alone; `details` are facts without content. Steps of a
    reporter give `at` as a quarter of an hour and leave no audit event.
    """
    if by is not None:
        audit.record(f"tip.{kind}", by=by, target=tip, commune=tip.commune, **details)
    event = TipEvent(tip=tip, kind=kind, by=by, note=note, details=details)
    if at is not None:
        event.at = at
    event.save()
    return event
