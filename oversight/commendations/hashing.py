"""Links and marks of informants of before the vault, made anew with its key, in `seal_anew`."""

from collections.abc import Callable

from django.db import transaction

from accounts.vault.resealing import batches, register
from oversight.commendations.informants import index_of, mark_of, marks_of, old_index_of
from oversight.commendations.models import InformantLink, ThankedMark
from reports.models import TipReport


def links(*, is_stopped: Callable[[], bool]) -> int:
    """Hash anew which token is of which tip; returns how many rows."""
    done = 0
    for batch in batches(TipReport.objects.only("uuid"), is_stopped=is_stopped):
        uuids = {old_index_of(tip.uuid): tip.uuid for tip in batch}
        rows = InformantLink.objects.filter(tip_index__in=list(uuids))
        for pk, old in list(rows.values_list("pk", "tip_index")):
            same = InformantLink.objects.filter(pk=pk, tip_index=old)
            done += same.update(tip_index=index_of(uuids[old]))
    return done


def marks(*, is_stopped: Callable[[], bool]) -> int:
    """Make anew the marks of who was rewarded; returns how many."""
    done = 0
    tips = TipReport.objects.filter(commune__in=ThankedMark.objects.values("commune"))
    for batch in batches(tips.only("uuid"), is_stopped=is_stopped):
        uuids = {old: tip.uuid for tip in batch for old in marks_of(tip.uuid)[1:]}
        for row in ThankedMark.objects.filter(mark__in=list(uuids)).select_related("commune"):
            done += _mark_anew(row, mark_of(index_of(uuids[row.mark])))
    return done


@transaction.atomic
def _mark_anew(row: ThankedMark, mark: str) -> int:
    locked = ThankedMark.objects.select_for_update(of=("self",)).filter(pk=row.pk)
    if not locked.exists():
        return 0
    ThankedMark.objects.get_or_create(mark=mark, commune=row.commune)
    locked.delete()
    return 1


register("oversight_informantlink.tip_index", links)
register("oversight_thankedmark.mark", marks)
