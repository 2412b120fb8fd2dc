"""Differences between our row of a group and Zalo's. Calls nobody, writes nothing."""

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from accounts.audit import services as audit
from accounts.models import User
from accounts.services import NotAllowed
from accounts.workflow.services import record, require, stored_for
from groups.oa_groups import creation
from groups.oa_groups import services as oa_groups
from groups.oa_groups.models import GroupAtZalo, GroupReconciliation, ReconciliationLine
from groups.places.models import Hamlet
from groups.zalo_groups import services as zalo_groups
from groups.zalo_groups.models import ZaloGroup
from zalo.client.types import GroupDetail

Kind, Outcome = ReconciliationLine.Kind, ReconciliationLine.Outcome
REPRINT = "Tờ QR và thư mời cũ không dùng được nữa: in lại."


@dataclass(frozen=True)
class Difference:
    """One point, in words for a person; `needs` somebody's decision or was taken over by itself."""

    kind: str
    ours: str
    theirs: str
    subject: str = ""
    needs: bool = False


def on_off(value: bool) -> str:
    return "bật" if value else "tắt"


def differences(group: ZaloGroup, row: GroupAtZalo, detail: GroupDetail) -> list[Difference]:
    """Of one group, without its people; a first look only finds what we had written down."""
    return [
        *_state(row, detail),
        *_name(group, row, detail),
        *_switches(row, detail),
        *_link(group, detail),
        *_place(group, row, detail),
    ]


def _state(row: GroupAtZalo, detail: GroupDetail) -> list[Difference]:
    was_refused = row.status in (GroupAtZalo.Status.DISABLED, GroupAtZalo.Status.GONE)
    if detail.is_enabled and was_refused:
        return [Difference(Kind.ENABLED, row.get_status_display(), "Đang mở; nhóm nhận bài lại.")]
    if not detail.is_enabled and row.status != GroupAtZalo.Status.DISABLED:
        theirs = "Bị khóa vì gói hết hạn; bài không gửi vào nữa."
        return [Difference(Kind.DISABLED, row.get_status_display(), theirs)]
    return []


def _name(group: ZaloGroup, row: GroupAtZalo, detail: GroupDetail) -> list[Difference]:
    known = row.name or group.name
    if not detail.name or detail.name in (known, group.name):
        return []
    return [Difference(Kind.RENAMED, group.name, detail.name, needs=True)]


def _switches(row: GroupAtZalo, detail: GroupDetail) -> list[Difference]:
    found = []
    for switch in GroupAtZalo.SWITCHES:
        before, now = getattr(row, switch), getattr(detail.settings, switch)
        if before is not None and before != now:
            found.append(
                Difference(Kind.SWITCH, on_off(before), on_off(now), subject=switch, needs=True)
            )
    return found


def _link(group: ZaloGroup, detail: GroupDetail) -> list[Difference]:
    if not detail.link or detail.link == group.link:
        return []
    theirs = f"{detail.link}. {REPRINT}" if group.link else detail.link
    return [Difference(Kind.LINK, group.link or "chưa có", theirs)]


def _place(group: ZaloGroup, row: GroupAtZalo, detail: GroupDetail) -> list[Difference]:
    ours, theirs = [], []
    if detail.asset_valid_through and detail.asset_valid_through != group.asset_expires_on:
        day = group.asset_expires_on
        ours.append(f"hết hạn {day:%d/%m/%Y}" if day else "chưa ghi ngày hết hạn")
        theirs.append(f"hết hạn {detail.asset_valid_through:%d/%m/%Y}")
    if detail.max_member and detail.max_member != group.capacity:
        ours.append(f"{group.capacity} người")
        theirs.append(f"{detail.max_member} người")
    if detail.asset_id and row.asset is not None and row.asset.asset_id != detail.asset_id:
        ours.append(f"gói …{row.asset.asset_id[-6:]}")
        theirs.append(f"gói …{detail.asset_id[-6:]}")
    if not theirs:
        return []
    return [Difference(Kind.ASSET, ", ".join(ours), ", ".join(theirs))]


def heads(group: ZaloGroup, total: int, linked: int) -> Difference | None:
    """How many people are inside, and how many of them are on our list."""
    if total == group.head_count:
        return None
    theirs = f"{total} người, trong đó {linked} người có trong danh sách của cổng"
    return Difference(Kind.HEADS, group.said_heads, theirs)


# Writing differences down, once each, and closing those that are none any more.


def record_line(
    run: GroupReconciliation,
    difference: Difference,
    *,
    group: ZaloGroup | None = None,
    zalo_group_id: str = "",
) -> ReconciliationLine | None:
    """A line of this comparison; None where the same question is open already, or was ignored."""
    zalo_group_id = group.zalo_group_id if group is not None else zalo_group_id
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


# What a person decides about a difference: take it over, put it back, adopt or ignore a group.


RUNS = "groups.run_oa_group"


def choices(line: ReconciliationLine) -> list[tuple[str, str]]:
    """Decisions on an open line: (verb, words on the button), the safest first."""
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
    require(line, by, permission=RUNS)
    if verb not in dict(choices(line)):
        raise NotAllowed("Điểm khác này đã được quyết định, hoặc không có cách làm này.")
    group = line.group
    if verb == "restore" and group is not None:
        if line.kind == Kind.RENAMED:
            oa_groups.change(group, by=by, name=group.name)
        else:
            switches = {line.subject: line.ours == "bật"}
            oa_groups.change(group, by=by, switches=switches)
        return _settle(line, Outcome.RESTORED, by)
    if verb == "accept" and group is not None:
        return _accept(line, group, by)
    return _settle(line, Outcome.IGNORED, by)


def adopt(line: ReconciliationLine, group: ZaloGroup, *, by: User) -> ZaloGroup:
    """A new group at Zalo becomes a row of ours that has none yet. Raises NotAllowed."""
    require(line, by, permission=RUNS)
    if line.kind != Kind.NEW or line.outcome != Outcome.OPEN:
        raise NotAllowed("Nhóm này đã được quyết định.")
    adopted = creation.adopt(group, line.zalo_group_id, by=by)
    _settle(line, Outcome.ADOPTED, by, group=adopted)
    return adopted


def adopt_anew(
    line: ReconciliationLine, hamlet: Hamlet | None, name: str, *, by: User
) -> ZaloGroup:
    """Do as `adopt`, for a place that has no row for it: of a hamlet, or of the whole commune.

    The group still passes the gate: it is a draft until the people agreed. Raises NotAllowed.
    """
    require(line, by, permission=RUNS)
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
    record(group, "added", by=by)
    try:
        return adopt(line, group, by=by)
    except NotAllowed:
        group.delete()
        raise


@transaction.atomic
def _accept(line: ReconciliationLine, group: ZaloGroup, by: User) -> ReconciliationLine:
    if line.kind == Kind.RENAMED:
        group.name = line.theirs[:100]
        group.save(update_fields=["name", "search_text"])
    elif line.kind == Kind.GONE:
        zalo_groups.close(group, by=by, reason="Nhóm không còn trên Zalo.")
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
