"""Words that came for the other matter of one telling are moved to it, by whoever works on both.

The chat cannot know which of two matters somebody means who told both. The words go where somebody
spoke last, else to the newer one. Who works on one matter alone does not learn that there is
another; who works on both has read the same words in both.
"""

from django.db import transaction

from accounts import audit
from accounts.models import User
from accounts.workflow.services import lock, lock_for, record
from reports.models import TipEvent, TipMessage, TipReport
from reports.services import one_breath
from reports.services.errors import NotAllowed
from reports.services.steps import is_worker, quarter, require_worker

IN = TipMessage.Direction.IN


def beside(tip: TipReport, *, by: User) -> list[TipReport]:
    """The open matters of the same telling that this account works on too."""
    if tip.emptied_at is not None or not by.has_perm("reports.work_tipreport"):
        return []
    numbers = one_breath.others(tip)
    if not numbers:
        return []
    rows = TipReport.objects.visible_to(by).filter(pk__in=numbers, emptied_at=None)
    found = [row for row in rows.select_related("commune").order_by("pk") if row.is_open]
    return [row for row in found if is_worker(by, row)]


@transaction.atomic
def move(message: TipMessage, *, to: TipReport, by: User) -> TipMessage:
    """Put words of the reporter, with what hung on them, into the talk of the other matter.

    There they are new again. The history of the one names the other in a sealed line; the trail
    says that words were moved, and not where to. Raises NotAllowed.
    """
    tip = message.tip
    for one in sorted((tip, to), key=lambda row: row.pk):
        lock(one)
    for one in (tip, to):
        lock_for(one, by, permission="reports.work_tipreport")
        require_worker(one, by)
    if to.pk not in {one.pk for one in beside(tip, by=by)}:
        raise NotAllowed("Hai phản ánh này không phải một lần kể, hoặc việc kia đã đóng.")
    row = TipMessage.objects.select_for_update(of=("self",)).filter(pk=message.pk, tip=tip).first()
    if row is None or row.direction != IN:
        raise NotAllowed("Chỉ chuyển được lời của người báo tin.")
    row.tip, row.read_at = to, None
    row.save(update_fields=["tip", "read_at"])
    row.attachments.update(tip=to)
    for one in (tip, to):
        one.has_unread = one.messages.filter(direction=IN, read_at=None).exists()
        one.save(update_fields=["has_unread"])
    audit.record("tip.words_moved", by=by, target=tip, commune=tip.commune)
    TipEvent.objects.create(
        tip=tip, kind=TipEvent.Kind.WORDS_MOVED, by=by, note=f"Sang phản ánh {to.code}"
    )
    moment = quarter(row.at)
    if not to.events.filter(kind=TipEvent.Kind.HEARD_MORE, at=moment).exists():
        record(to, TipEvent.Kind.HEARD_MORE, at=moment)
    return row
