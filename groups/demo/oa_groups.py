"""How the made-up groups of the account stand at Zalo: most well, some with something to do."""

from datetime import date, datetime, timedelta

from django.utils import timezone

from accounts.models import User
from groups.models import (
    GroupAtZalo,
    GroupReconciliation,
    Officer,
    ReconciliationLine,
    ZaloGroup,
)
from zalo.models import GroupAsset, OfficialAccount

LOCKED_DAYS = 12
ADMIN_ID = "3000000000000000001"
"""The person who runs the simulated account."""
Line = ReconciliationLine


def make(account: OfficialAccount, groups: list[ZaloGroup], chief: User, now: datetime) -> None:
    """Places, how each group stands, last night's comparison; one group is locked by Zalo."""
    Officer.objects.filter(user=chief).update(zalo_user_id=ADMIN_ID)
    own = [group for group in groups if group.zalo_group_id]
    locked = next(group for group in own if group.status == ZaloGroup.Status.PAUSED)
    soon, later = own[0], own[3]
    today = timezone.localdate(now)
    ends = {
        locked.pk: (today - timedelta(days=LOCKED_DAYS), False),
        soon.pk: (today + timedelta(days=6), False),
        later.pk: (today + timedelta(days=25), True),
    }
    for group in own:
        last, is_renewed = ends.get(group.pk, (group.asset_expires_on, True))
        _stand(account, group, last, is_renewed, now)
    _lock(locked, today)
    public = [group.pk for group in own[:2]]
    ZaloGroup.objects.filter(pk__in=public).update(is_link_public=True)
    _make_night(account, own, now)


def _stand(
    account: OfficialAccount, group: ZaloGroup, last: date | None, is_renewed: bool, now: datetime
) -> None:
    asset = GroupAsset.objects.create(
        account=account, asset_id=f"goi{group.pk:05d}", product_type=f"gmf{group.capacity}",
        capacity=group.capacity, quota_type="purchase_quota", valid_through=last,
        is_auto_renewed=is_renewed, status=GroupAsset.Status.USED, used_by=group.zalo_group_id,
        seen_at=now,
    )  # fmt: skip
    ZaloGroup.objects.filter(pk=group.pk).update(
        asset_expires_on=last,
        link=f"https://zalo.me/g/demo{group.pk:05d}",
        link_checked_on=timezone.localdate(now),
        head_count_on=timezone.localdate(now),
    )
    group.refresh_from_db()
    GroupAtZalo.objects.create(
        group=group, asset=asset, status=GroupAtZalo.Status.ENABLED, name=group.name,
        is_send_locked=True, needs_approval=True, shows_history=True, is_link_open=True,
        checked_at=now - timedelta(hours=5),
    )  # fmt: skip


def _lock(group: ZaloGroup, today: date) -> None:
    GroupAtZalo.objects.filter(group=group).update(
        status=GroupAtZalo.Status.DISABLED,
        disabled_on=today - timedelta(days=LOCKED_DAYS - 1),
        is_held=True,
    )


def _make_night(account: OfficialAccount, own: list[ZaloGroup], now: datetime) -> None:
    """One difference that waits for a decision, and two that were taken over."""
    began = timezone.localtime(now).replace(hour=3, minute=10, second=0, microsecond=0)
    if began > now:
        began -= timedelta(days=1)
    run = GroupReconciliation.objects.create(
        commune=account.commune, day=timezone.localdate(began), is_nightly=True,
        state=GroupReconciliation.State.DONE, created_at=began, beat_at=began, attempts=1,
        finished_at=began + timedelta(minutes=2), groups_seen=len(own),
    )  # fmt: skip
    first, second, third = own[4], own[5], own[6]
    GroupAtZalo.objects.filter(group=first).update(is_send_locked=False)
    lines = (
        (first, Line.Kind.SWITCH, "is_send_locked", "bật", "tắt", Line.Outcome.OPEN),
        (
            second, Line.Kind.HEADS, "", second.said_heads,
            f"{second.head_count} người, trong đó 12 người có trong danh sách của cổng",
            Line.Outcome.TAKEN,
        ),
        (third, Line.Kind.JOINED, "", "chưa ghi là thành viên", "2 người", Line.Outcome.TAKEN),
    )  # fmt: skip
    for group, kind, subject, ours, theirs, outcome in lines:
        run.lines.create(
            group=group, zalo_group_id=group.zalo_group_id, kind=kind, subject=subject,
            ours=ours, theirs=theirs, outcome=outcome,
        )  # fmt: skip
