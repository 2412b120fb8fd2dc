"""The pieces that every step of a tip shares: lock, check, move, write down."""

from datetime import datetime
from typing import Any

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


def require(tip: TipReport, by: User, permission: str) -> None:
    """The account may do this, and may see this tip at all. Raises NotAllowed."""
    visible = TipReport.objects.visible_to(by).filter(pk=tip.pk).exists()
    if not visible or not by.has_perm(f"reports.{permission}"):
        raise NotAllowed("Tài khoản này không có quyền làm việc đó với phản ánh này.")


def require_kept(tip: TipReport) -> None:
    """A tip that is a single line, or whose content went by rule, is not worked on any more."""
    if tip.emptied_at is not None:
        raise NotAllowed("Phản ánh này không còn nội dung nên không làm tiếp được.")


def move(tip: TipReport, status: str) -> None:
    """Set a status that the table of transitions allows. Raises TransitionNotAllowed."""
    if status not in TipReport.TRANSITIONS[tip.status]:
        raise TransitionNotAllowed(
            f"Phản ánh đang ở trạng thái “{tip.get_status_display()}” nên không thể chuyển sang "
            f"“{TipReport.Status(status).label}”."
        )
    tip.status = status


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
