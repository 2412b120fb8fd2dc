"""What differs between a group as we have it and as Zalo tells it. Calls nobody, writes nothing."""

from dataclasses import dataclass

from groups.models import GroupAtZalo, ReconciliationLine, ZaloGroup
from zalo.types import GroupDetail

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
        said = "Bị khóa vì gói hết hạn; bài không gửi vào nữa."
        return [Difference(Kind.DISABLED, row.get_status_display(), said)]
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
    said = f"{detail.link}. {REPRINT}" if group.link else detail.link
    return [Difference(Kind.LINK, group.link or "chưa có", said)]


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
    said = f"{total} người, trong đó {linked} người có trong danh sách của cổng"
    return Difference(Kind.HEADS, group.said_heads, said)
