"""Groups of the account at Zalo: how they stand, comparisons, differences."""

from typing import Any

from django.utils import timezone

from accounts.models import Commune
from groups.models import GroupAtZalo, GroupReconciliation, ReconciliationLine, ZaloGroup


def make_at_zalo(group: ZaloGroup, **fields: Any) -> GroupAtZalo:
    """Make a group as it is after a look: open, with every switch known."""
    values = {
        "status": GroupAtZalo.Status.ENABLED, "name": group.name, "is_send_locked": True,
        "needs_approval": True, "shows_history": True, "is_link_open": True,
        "checked_at": timezone.now(),
    }  # fmt: skip
    return GroupAtZalo.objects.create(group=group, **(values | fields))


def make_reconciliation(commune: Commune, **fields: Any) -> GroupReconciliation:
    """One that ended well."""
    now = timezone.now()
    values = {
        "state": GroupReconciliation.State.DONE, "created_at": now, "finished_at": now
    }  # fmt: skip
    return GroupReconciliation.objects.create(commune=commune, **(values | fields))


def make_difference(
    run: GroupReconciliation, group: ZaloGroup | None = None, **fields: Any
) -> ReconciliationLine:
    """A switch that somebody turned off at Zalo, waiting for a decision."""
    values = {
        "kind": ReconciliationLine.Kind.SWITCH, "subject": "is_send_locked", "ours": "bật",
        "theirs": "tắt", "outcome": ReconciliationLine.Outcome.OPEN,
        "zalo_group_id": group.zalo_group_id if group else "0f0f",
    }  # fmt: skip
    return ReconciliationLine.objects.create(reconciliation=run, group=group, **(values | fields))
