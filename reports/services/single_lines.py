"""Tips of which one line stays and no content: formal letters, and matters of national security."""

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.workflow.services import lock_for, record
from reports.models import Diversion, TipEvent, TipReport
from reports.models.tips import barred_as
from reports.services import one_breath
from reports.services.chat_answers import tell_of_diversion
from reports.services.emptying import empty_vault, forget_words
from reports.services.errors import NotAllowed
from reports.services.steps import require_worker

Disposition = TipReport.Disposition


@transaction.atomic
def divert(tip: TipReport, *, by: User, kind: str) -> Diversion:
    """It is a formal denunciation or complaint: note the day and the way, and empty the tip.

    The resident was shown, or is shown by the receipt or in the chat, where to bring the letter.
    Works from every state, for such a letter may be understood late; by whoever sorts a tip that
    is nobody's, later by those who work on it. Raises NotAllowed.
    """
    if kind not in Diversion.Kind.values:
        raise NotAllowed("Hãy chọn đơn tố cáo hay đơn khiếu nại.")
    _lock_for_wiping(tip, by)
    tell_of_diversion(tip)
    _empty(tip, Disposition.DIVERTED)
    line = Diversion.objects.create(
        commune=tip.commune, on=timezone.localdate(), channel=tip.channel, kind=kind, officer=by,
        barred=tip.barred,
    )  # fmt: skip
    record(tip, TipEvent.Kind.DIVERTED, by=by)
    return line


@transaction.atomic
def hand_over_secretly(tip: TipReport, *, by: User) -> TipReport:
    """It concerns national security: “received, handed over”, when and by whom; nothing more.

    What there is to say goes its own way outside the portal, before this. Raises NotAllowed.
    """
    _lock_for_wiping(tip, by)
    _empty(tip, Disposition.HANDED_OVER)
    record(tip, TipEvent.Kind.HANDED_OVER, by=by)
    return tip


def _lock_for_wiping(tip: TipReport, by: User) -> None:
    """What is wiped never comes back, so neither a stranger to the work nor a held tip. Raises
    NotAllowed."""
    lock_for(tip, by, permission="reports.triage_tipreport")
    require_worker(tip, by)
    if tip.is_held:
        raise NotAllowed(
            "Chỉ huy đang giữ phản ánh này, không cho xóa. Hãy báo chỉ huy bấm “Thôi giữ lại” "
            "trước."
        )


def _empty(tip: TipReport, disposition: str) -> None:
    """Wipe the tip and all its rows but the receipt, the number, the way and the times."""
    if tip.duplicates.exists():
        raise NotAllowed(
            "Có phản ánh khác đã gắn trùng với phản ánh này. Hãy gỡ và xem từng phản ánh trước."
        )
    _forget_copies(tip)
    forget_words(tip)
    empty_vault(tip)
    # Whoever it was about goes on seeing nothing, and no table says who that is.
    tip.barred = sorted({barred_as(row.user_id) for row in tip.conflicts.all()})
    for part in ("referrals", "helpers", "conflicts", "openings", "clocks"):
        getattr(tip, part).all().delete()
    tip.events.exclude(kind=TipEvent.Kind.RECEIVED).delete()
    for event in tip.events.all():
        event.details, event.by = {}, None
        event.save(update_fields=["details", "by"])
    _wipe(tip, disposition)


def _forget_copies(tip: TipReport) -> None:
    """The sealed words of a tip that was split lie at its other matters too, which go on by their
    summaries. Raises NotAllowed where one has none."""
    words = [row.text for row in tip.sealed_texts.all()]
    rows = TipReport.objects.filter(pk__in=one_breath.others(tip), emptied_at=None)
    for other in rows.select_for_update(of=("self",)).order_by("pk"):
        if not other.summary or other.is_held:
            raise NotAllowed(
                "Trong tin này còn việc khác chưa có tóm tắt, hoặc chỉ huy đang giữ lại. Lời gốc "
                "của việc đó cũng sẽ xóa, nên hãy tóm tắt việc đó, hoặc nhờ chỉ huy thôi giữ trước."
            )
        for row in other.sealed_texts.all():
            if any(row.text in said or said in row.text for said in words):
                row.delete()


def _wipe(tip: TipReport, disposition: str) -> None:
    now = timezone.now()
    tip.kind = tip.category = ""
    tip.urgency, tip.exposure = TipReport.Urgency.NORMAL, TipReport.Exposure.PRIVATE
    tip.is_grave = tip.has_unread = tip.is_held = False
    tip.hamlet = tip.zalo_group = tip.owner = tip.duplicate_of = tip.recorded_by = None
    tip.occurred_at = tip.relayed_at = tip.removal_asked_at = tip.removed_at = None
    tip.triaged_at = tip.assigned_at = tip.resolved_at = tip.told_at = tip.next_due_at = None
    tip.status, tip.disposition = TipReport.Status.CLOSED, disposition
    tip.closed_at = tip.emptied_at = now
    tip.save()
