"""Writing differences down, once each, and closing those that are none any more."""

from groups.models import GroupReconciliation, ReconciliationLine, ZaloGroup
from groups.reconciling.comparing import Difference, on_off
from zalo.types import GroupDetail

Kind, Outcome = ReconciliationLine.Kind, ReconciliationLine.Outcome


def note(
    run: GroupReconciliation,
    difference: Difference,
    *,
    group: ZaloGroup | None,
    zalo_group_id: str,
) -> ReconciliationLine | None:
    """A line of this comparison; None where the same question is open already, or was ignored."""
    values = {
        "ours": difference.ours[:255],
        "theirs": difference.theirs[:255],
        "outcome": Outcome.OPEN if difference.needs else Outcome.TAKEN,
    }
    if difference.needs:
        same = ReconciliationLine.objects.of_commune(run.commune_id).filter(
            zalo_group_id=zalo_group_id, kind=difference.kind, subject=difference.subject
        )
        if difference.kind == Kind.NEW and same.filter(outcome=Outcome.IGNORED).exists():
            return None
        if same.open().update(theirs=values["theirs"]):
            return None
    return run.lines.create(
        group=group,
        zalo_group_id=zalo_group_id,
        kind=difference.kind,
        subject=difference.subject,
        **values,
    )


def close_settled(group: ZaloGroup, detail: GroupDetail) -> int:
    """Questions about a group that answered themselves: Zalo says again what we had."""
    closed = 0
    for line in group.differences.open():
        is_back = (
            line.kind in (Kind.GONE, Kind.NEW)
            or (line.kind == Kind.RENAMED and detail.name == group.name)
            or (
                line.kind == Kind.SWITCH
                and on_off(getattr(detail.settings, line.subject)) == line.ours
            )
        )
        if is_back:
            line.outcome = Outcome.PASSED
            line.save(update_fields=["outcome"])
            closed += 1
    return closed


def close_unlisted(run: GroupReconciliation, listed: set[str], known: set[str]) -> int:
    """New groups that were asked about and are no longer at Zalo, or have a row by now."""
    open_ones = ReconciliationLine.objects.of_commune(run.commune_id).open().filter(kind=Kind.NEW)
    gone = open_ones.exclude(zalo_group_id__in=listed - known)
    closed: int = gone.update(outcome=Outcome.PASSED)
    return closed
