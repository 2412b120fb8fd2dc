"""Keeping a tip past its term, because a case or an archive needs it."""

from django.db import transaction

from accounts.models import User
from accounts.workflow.services import lock_for, record
from reports.models import TipEvent, TipReport
from reports.services.errors import TransitionNotAllowed
from reports.services.words import REASON, cleaned


@transaction.atomic
def hold(tip: TipReport, *, by: User, reason: str) -> TipReport:
    """Nothing of the tip is deleted by rule until it is released. Raises NotAllowed."""
    lock_for(tip, by, permission="reports.hold_tipreport")
    if tip.is_held:
        raise TransitionNotAllowed("Phản ánh này đang được giữ lại rồi.")
    kept = cleaned(reason, "lý do giữ lại", REASON)
    tip.is_held = True
    tip.save(update_fields=["is_held"])
    record(tip, TipEvent.Kind.HELD, by=by, text=kept)
    return tip


@transaction.atomic
def release(tip: TipReport, *, by: User, reason: str) -> TipReport:
    """The rules apply again from now on. Raises NotAllowed."""
    lock_for(tip, by, permission="reports.hold_tipreport")
    if not tip.is_held:
        raise TransitionNotAllowed("Phản ánh này không được giữ lại.")
    kept = cleaned(reason, "lý do thôi giữ lại", REASON)
    tip.is_held = False
    tip.save(update_fields=["is_held"])
    record(tip, TipEvent.Kind.RELEASED, by=by, text=kept)
    return tip
