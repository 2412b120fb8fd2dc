"""Write down the state of a group at Zalo; hold a group that Zalo refuses."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.workflow.services import record
from groups.oa_groups.models import GroupAtZalo
from groups.zalo_groups.models import ZaloGroup
from zalo.client.types import GroupDetail
from zalo.models import GroupAsset, OfficialAccount
from zalo.services import account_for

DISABLED, NOT_OURS = -237, -403
HELD = (
    "Zalo đã khóa nhóm này vì gói nhóm hết hạn. Gia hạn gói hoặc gắn gói khác, rồi bấm “Hỏi Zalo "
    "ngay”; nhóm tự nhận bài lại khi Zalo mở."
)
LOST = (
    "Zalo báo nhóm này không còn, hoặc không phải của tài khoản OA đang kết nối. Hãy đối chiếu "
    "nhóm rồi quyết định."
)
Status = GroupAtZalo.Status
WHY_HELD: dict[str, str] = {Status.DISABLED: HELD, Status.GONE: LOST}


def account_of(group: ZaloGroup) -> OfficialAccount | None:
    """The account whose group it is."""
    return account_for(group.commune_owner_id)


def row_of(group: ZaloGroup) -> GroupAtZalo:
    """The row about a group; made when it is first wanted."""
    return GroupAtZalo.objects.get_or_create(group=group)[0]


def why_held(group: ZaloGroup) -> str:
    """Why the machine sends nothing into this group, or nothing at all."""
    row = GroupAtZalo.objects.filter(group=group).first()
    if row is None or not group.capabilities.sends_by_api:
        return ""
    return WHY_HELD.get(row.status, "")


@transaction.atomic
def keep(group: ZaloGroup, detail: GroupDetail, account: OfficialAccount) -> GroupAtZalo:
    """Write down how a group stands; one that is refused is held, one that is back goes on.

    The name of the group in the portal is ours and stays.
    """
    group = ZaloGroup.objects.select_for_update(of=("self",)).get(pk=group.pk)
    row = row_of(group)
    row.name, row.description = detail.name[:100], detail.description[:500]
    for switch in GroupAtZalo.SWITCHES:
        setattr(row, switch, getattr(detail.settings, switch))
    row.asset = GroupAsset.objects.filter(account=account, asset_id=detail.asset_id).first()
    row.deletes_on = detail.deletes_on
    row.checked_at, row.wants_look = timezone.now(), False
    row.save()
    _keep_columns(group, detail)
    if detail.is_enabled:
        _let_go_on(group, row)
    elif detail.status:
        _pause_refused(group, row, Status.DISABLED)
    return row


def _keep_columns(group: ZaloGroup, detail: GroupDetail) -> None:
    if detail.link:  # as Zalo has it today
        group.link, group.link_is_broken = detail.link, False
        group.link_checked_on = timezone.localdate()
    if detail.max_member:
        group.capacity = detail.max_member
    if detail.asset_valid_through:
        group.asset_expires_on = detail.asset_valid_through
    group.head_count, group.head_count_on = detail.total_member, timezone.localdate()
    group.save(
        update_fields=[
            "link", "link_checked_on", "link_is_broken", "capacity", "asset_expires_on",
            "head_count", "head_count_on",
        ]
    )  # fmt: skip


def _pause_refused(group: ZaloGroup, row: GroupAtZalo, status: str) -> None:
    """Posts no longer go there. A group that people paused or closed is left as it is."""
    is_news = row.status != status
    row.status = status
    if status == Status.DISABLED:
        row.disabled_on = row.disabled_on or timezone.localdate()
    if group.status == ZaloGroup.Status.ACTIVE:
        group.status, row.is_held = ZaloGroup.Status.PAUSED, True
        group.save(update_fields=["status"])
    row.save(update_fields=["status", "disabled_on", "is_held"])
    if is_news:
        record(group, f"{status}_at_zalo", held=row.is_held)


def _let_go_on(group: ZaloGroup, row: GroupAtZalo) -> None:
    """Zalo takes posts again: what the machine held goes on, what people paused stays paused."""
    was_refused = row.status in (Status.DISABLED, Status.GONE)
    if row.is_held and group.status == ZaloGroup.Status.PAUSED:
        group.status = ZaloGroup.Status.ACTIVE
        group.save(update_fields=["status"])
    if was_refused:
        record(group, "enabled_at_zalo", held=row.is_held)
    row.status, row.disabled_on, row.deletes_on, row.is_held = Status.ENABLED, None, None, False
    row.save(update_fields=["status", "disabled_on", "deletes_on", "is_held"])


@transaction.atomic
def lose(group: ZaloGroup) -> GroupAtZalo:
    """The account has no such group any more: nothing is sent, a person decides."""
    group = ZaloGroup.objects.select_for_update(of=("self",)).get(pk=group.pk)
    row = row_of(group)
    _pause_refused(group, row, Status.GONE)
    return row


@transaction.atomic
def note_refusal(zalo_group_id: str, code: int | None) -> None:
    """A send or a change was refused for the group itself: -237 holds it, -403 asks for a look."""
    if code not in (DISABLED, NOT_OURS) or not zalo_group_id:
        return
    group = (
        ZaloGroup.objects.select_for_update(of=("self",))
        .select_related("hamlet")
        .filter(zalo_group_id=zalo_group_id)
        .first()
    )
    if group is None:
        return
    row = row_of(group)
    if code == DISABLED:
        _pause_refused(group, row, Status.DISABLED)
    elif not row.wants_look:
        row.wants_look = True
        row.save(update_fields=["wants_look"])


@transaction.atomic
def want_look(group: ZaloGroup) -> None:
    """Something changed at Zalo: the next comparison looks at this group first."""
    row_of(group)
    GroupAtZalo.objects.filter(group=group).update(wants_look=True)


def keep_waiting(group: ZaloGroup, count: int, now: datetime | None = None) -> None:
    """How many ask to be let in, as Zalo just listed them."""
    moment = now or timezone.now()
    row = row_of(group)
    row.waiting = count
    row.waiting_since = (row.waiting_since or moment) if count else None
    row.save(update_fields=["waiting", "waiting_since"])
