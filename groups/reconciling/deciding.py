"""What a person decides about a difference: take it over, put it back, adopt or ignore a group."""

from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.models import User
from accounts.services import NotAllowed
from accounts.workflow.services import require, stored_for
from groups.models import Hamlet, ReconciliationLine, ZaloGroup
from groups.services import activation, oa_making, oa_running

Kind, Outcome = ReconciliationLine.Kind, ReconciliationLine.Outcome
RUNS = "groups.run_oa_group"


def choices(line: ReconciliationLine) -> list[tuple[str, str]]:
    """What may be decided about an open line: (verb, words on the button), the safest first."""
    if line.outcome != Outcome.OPEN:
        return []
    if line.kind == Kind.RENAMED:
        return [("accept", "Lấy tên của Zalo"), ("restore", "Đổi lại tên trên Zalo")]
    if line.kind == Kind.SWITCH:
        return [("restore", f"Đặt lại là {line.ours}"), ("accept", f"Để là {line.theirs}")]
    if line.kind == Kind.GONE:
        return [("accept", "Đóng nhóm trong cổng"), ("ignore", "Để xem thêm")]
    if line.kind == Kind.NEW:
        return [("ignore", "Bỏ qua nhóm này")]
    return []


def decide(line: ReconciliationLine, verb: str, *, by: User) -> ReconciliationLine:
    """Carry out one of `choices`. Raises NotAllowed."""
    _check(line, by)
    if verb not in dict(choices(line)):
        raise NotAllowed("Điểm khác này đã được quyết định, hoặc không có cách làm này.")
    group = line.group
    if verb == "restore" and group is not None:
        if line.kind == Kind.RENAMED:
            oa_running.change(group, by=by, name=group.name)
        else:
            switches = {line.subject: line.ours == "bật"}
            oa_running.change(group, by=by, switches=switches)
        return _settle(line, Outcome.RESTORED, by)
    if verb == "accept" and group is not None:
        return _accept(line, group, by)
    return _settle(line, Outcome.IGNORED, by)


def adopt(line: ReconciliationLine, group: ZaloGroup, *, by: User) -> ZaloGroup:
    """A new group at Zalo becomes a row of ours that has none yet. Raises NotAllowed."""
    _check(line, by)
    if line.kind != Kind.NEW or line.outcome != Outcome.OPEN:
        raise NotAllowed("Nhóm này đã được quyết định.")
    adopted = oa_making.adopt(group, line.zalo_group_id, by=by)
    _settle(line, Outcome.ADOPTED, by, group=adopted)
    return adopted


def adopt_anew(
    line: ReconciliationLine, hamlet: Hamlet | None, name: str, *, by: User
) -> ZaloGroup:
    """As `adopt`, for a place that has no row for it: of a hamlet, or of the whole commune.

    The group still passes the gate: it is a draft until the people agreed. Raises NotAllowed.
    """
    _check(line, by)
    if not by.has_perm("groups.add_zalogroup"):
        raise NotAllowed("Tài khoản này không có quyền lập nhóm.")
    commune = None if hamlet is not None else line.reconciliation.commune
    if hamlet is not None and hamlet.commune_id != line.reconciliation.commune_id:
        raise NotAllowed("Ấp này không thuộc xã.")
    group = ZaloGroup(
        hamlet=hamlet, commune=commune, name=name[:100] or "Nhóm mới trên Zalo",
        kind=ZaloGroup.Kind.OA, status=ZaloGroup.Status.DRAFT,
    )  # fmt: skip
    group.full_clean()
    group.save()
    audit.record("group.added", by=by, target=group, commune=group.home_commune)
    try:
        return adopt(line, group, by=by)
    except NotAllowed:
        group.delete()
        raise


def _check(line: ReconciliationLine, by: User) -> None:
    require(line, by, permission=RUNS)


@transaction.atomic
def _accept(line: ReconciliationLine, group: ZaloGroup, by: User) -> ReconciliationLine:
    if line.kind == Kind.RENAMED:
        group.name = line.theirs[:100]
        group.save(update_fields=["name", "search_text"])
    elif line.kind == Kind.GONE:
        activation.close(group, by=by, reason="Nhóm không còn trên Zalo.")
    return _settle(line, Outcome.ACCEPTED, by)


@transaction.atomic
def _settle(
    line: ReconciliationLine, outcome: str, by: User, *, group: ZaloGroup | None = None
) -> ReconciliationLine:
    stored = stored_for(line, by, permission=RUNS, only={Outcome.OPEN, Outcome.PASSED})
    stored.outcome, stored.decided_by, stored.decided_at = outcome, by, timezone.now()
    stored.group = group or stored.group
    stored.save(update_fields=["outcome", "decided_by", "decided_at", "group"])
    commune = stored.reconciliation.commune
    audit.record(
        "group.difference_decided", by=by, target=stored.group, commune=commune,
        kind=str(stored.get_kind_display()), decision=str(stored.get_outcome_display()),
    )  # fmt: skip
    return stored
