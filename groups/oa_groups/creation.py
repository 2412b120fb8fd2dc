"""Making a group at Zalo, at most once, and taking over one that is there already.

Zalo makes groups in which everybody writes and which everybody enters. One that is made here is
set to safe ways at once; where that fails the group is there all the same, and the attempt keeps
why (`GroupCreation.problem`) until somebody sets the group one way or the other.
"""

import re
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from accounts.services import NotAllowed
from accounts.workflow.services import record
from groups.oa_groups.models import GroupAtZalo, GroupCreation
from groups.oa_groups.services import (
    LONGEST_NAME,
    UNSAFE,
    asking,
    is_safe,
    make_safe,
    refusal_in_words,
    require_account,
)
from groups.places.models import Officer
from groups.zalo_groups import zalo_state
from groups.zalo_groups.models import ZaloGroup
from zalo import services as zalo
from zalo.client.errors import ZaloError
from zalo.client.types import CreatedGroup
from zalo.models import GroupAsset, OfficialAccount
from zalo.outbox.outcomes import Verdict, outcome_of
from zalo.pacing.services import wait_for_slot

USER_ID = re.compile(r"^[0-9A-Za-z]{5,40}$")
UNCERTAIN = (
    "Đã gửi yêu cầu tạo nhưng Zalo không trả lời rõ, nên nhóm có thể đã có. Hệ thống không tạo "
    "lại; bấm “Tìm nhóm trên Zalo” để nhận về, hoặc xác nhận là chưa có."
)
State = GroupCreation.State
MAKEABLE = (ZaloGroup.Status.DRAFT, ZaloGroup.Status.CONSULTING, ZaloGroup.Status.PAUSED)


@dataclass(frozen=True)
class Wanted:
    """A new group: its place, name and administrator."""

    asset: GroupAsset
    name: str
    admin: Officer
    description: str = ""


def create(group: ZaloGroup, wanted: Wanted, *, by: User) -> GroupCreation:
    """Make this group at Zalo, on a place that was paid for already.

    The attempt is written before the call. No answer after the request left: `uncertain`, which
    nobody repeats until the group was looked for. Raises NotAllowed.
    """
    account = require_account(group, by)
    with asking(group):
        wait_for_slot(account)
    attempt = _begin(group, wanted, account, by)
    try:
        made = zalo.create_group(
            account,
            name=attempt.name,
            description=wanted.description,
            asset_id=wanted.asset.asset_id,
            user_ids=[wanted.admin.zalo_user_id],
        )
    except ZaloError as error:
        if error.parks_account:
            attempt.delete()  # no fault of this attempt: all stays as it was
            raise NotAllowed(refusal_in_words(error)) from error
        return _fail(attempt, error)
    except NotAllowed:  # everything that leaves is held: no call was made
        attempt.delete()
        raise
    finished = _finish(attempt, made, account, by)
    if finished.state == State.MADE:
        _begin_safely(finished, by)
    return finished


def _begin_safely(attempt: GroupCreation, by: User) -> None:
    """Set the new group to safe ways; why it could not be stays with the attempt."""
    try:
        make_safe(ZaloGroup.objects.get(pk=attempt.group_id), by=by)
    except NotAllowed as refused:
        attempt.problem = f"{UNSAFE} {refused}"[:255]
        attempt.save(update_fields=["problem"])
    else:
        attempt.problem = ""


def _refuse(group: ZaloGroup, wanted: Wanted, account: OfficialAccount) -> None:
    if group.zalo_group_id:
        raise NotAllowed("Nhóm này đã có trên Zalo.")
    if group.status not in MAKEABLE:
        raise NotAllowed("Chỉ tạo trên Zalo cho nhóm mới lập hoặc đang lấy ý kiến.")
    if not 1 <= len(wanted.name) <= LONGEST_NAME:
        raise NotAllowed(f"Tên nhóm trên Zalo từ 1 đến {LONGEST_NAME} ký tự.")
    if wanted.admin.commune_id != group.commune_owner_id or not wanted.admin.is_active:
        raise NotAllowed("Hãy chọn quản trị viên OA là cán bộ đang công tác của xã.")
    if not USER_ID.match(wanted.admin.zalo_user_id):
        raise NotAllowed("Cán bộ này chưa có mã người dùng Zalo hợp lệ.")
    is_free = GroupAsset.objects.filter(account=account).free(timezone.localdate())
    if not is_free.filter(pk=wanted.asset.pk).exists():
        raise NotAllowed("Gói đã chọn không còn trống. Bấm “Xem lại gói” rồi chọn gói khác.")


@transaction.atomic(durable=True)
def _begin(group: ZaloGroup, wanted: Wanted, account: OfficialAccount, by: User) -> GroupCreation:
    group = ZaloGroup.objects.select_for_update(of=("self",)).get(pk=group.pk)
    _refuse(group, wanted, account)
    if GroupCreation.objects.open().filter(group=group).exists():
        raise NotAllowed("Lần tạo trước chưa rõ kết quả. Hãy xem mục “Lần tạo chưa rõ” trước.")
    if GroupCreation.objects.open().filter(asset=wanted.asset).exists():
        raise NotAllowed("Gói này đang chờ kết quả của một lần tạo khác. Hãy chọn gói khác.")
    record(group, "creation_asked", by=by)
    return GroupCreation.objects.create(
        group=group, asset=wanted.asset, name=wanted.name, asked_by=by
    )


@transaction.atomic
def _fail(attempt: GroupCreation, error: ZaloError) -> GroupCreation:
    is_open = outcome_of(error).verdict is Verdict.UNCERTAIN
    attempt.state = State.UNCERTAIN if is_open else State.REFUSED
    attempt.problem = UNCERTAIN if is_open else refusal_in_words(error)[:255]
    attempt.settled_at = None if is_open else timezone.now()
    attempt.save(update_fields=["state", "problem", "settled_at"])
    return attempt


@transaction.atomic
def _finish(
    attempt: GroupCreation, made: CreatedGroup, account: OfficialAccount, by: User
) -> GroupCreation:
    group = ZaloGroup.objects.select_for_update(of=("self",)).get(pk=attempt.group_id)
    if ZaloGroup.objects.filter(zalo_group_id=made.group_id).exclude(pk=group.pk).exists():
        # An event or a comparison was quicker and a person adopted it elsewhere.
        attempt.state, attempt.problem = State.REFUSED, "Nhóm này đã được nhận về ở dòng khác."
    else:
        _bind(group, made.group_id, made.link, attempt.asset)
        group.head_count, group.head_count_on = made.total_member or None, timezone.localdate()
        group.save(update_fields=["head_count", "head_count_on"])
        zalo_state.want_look(group)
        GroupAtZalo.objects.filter(group=group).update(
            status=GroupAtZalo.Status.ENABLED, name=made.name or attempt.name
        )
        attempt.state, attempt.problem = State.MADE, UNSAFE
        record(group, "made_at_zalo", by=by)
    attempt.zalo_group_id, attempt.settled_at = made.group_id, timezone.now()
    attempt.save(update_fields=["state", "problem", "zalo_group_id", "settled_at"])
    GroupAsset.objects.filter(
        account=account, asset_id=attempt.asset.asset_id if attempt.asset else ""
    ).update(status=GroupAsset.Status.USED, used_by=made.group_id)
    return attempt


def _bind(group: ZaloGroup, zalo_group_id: str, link: str, asset: GroupAsset | None) -> None:
    group.zalo_group_id = zalo_group_id
    fields = ["zalo_group_id"]
    if link:
        group.link, group.link_checked_on, group.link_is_broken = link, None, False
        fields += ["link", "link_checked_on", "link_is_broken"]
    if asset is not None:
        group.capacity = asset.capacity or group.capacity
        group.asset_expires_on = asset.valid_through
        fields += ["capacity", "asset_expires_on"]
    group.save(update_fields=fields)


def unknown_groups(group: ZaloGroup, *, by: User) -> list[tuple[str, str, int]]:
    """Groups of the account that no row of ours names: (id, name, heads). Raises NotAllowed."""
    account = require_account(group, by)
    with asking(group):
        listed = zalo.list_groups(account)
    known = set(
        ZaloGroup.objects.filter(zalo_group_id__in=[row.group_id for row in listed]).values_list(
            "zalo_group_id", flat=True
        )
    )
    return [
        (row.group_id, row.name, row.total_member) for row in listed if row.group_id not in known
    ]


def adopt(group: ZaloGroup, zalo_group_id: str, *, by: User) -> ZaloGroup:
    """A group that is at Zalo already becomes this one; its open attempt is settled with it.

    Raises NotAllowed, also where the account does not own that group.
    """
    account = require_account(group, by)
    with asking(group):
        detail = zalo.group_detail(account, zalo_group_id)
    try:
        with transaction.atomic():
            locked = ZaloGroup.objects.select_for_update(of=("self",)).get(pk=group.pk)
            if locked.zalo_group_id not in ("", zalo_group_id):
                raise NotAllowed("Nhóm này đã gắn với một nhóm khác trên Zalo.")
            if locked.status == ZaloGroup.Status.CLOSED:
                raise NotAllowed("Nhóm đã đóng. Hãy lập nhóm mới rồi nhận về.")
            _bind(locked, zalo_group_id, detail.link, None)
            GroupCreation.objects.open().filter(group=locked).update(
                state=State.MADE, zalo_group_id=zalo_group_id,
                problem="" if is_safe(detail.settings) else UNSAFE,
                settled_at=timezone.now(),
            )  # fmt: skip
            zalo_state.keep(locked, detail, account)
            record(locked, "adopted", by=by)
    except IntegrityError:
        raise NotAllowed("Nhóm này trên Zalo đã gắn với một dòng khác.") from None
    group.refresh_from_db()
    return group


def say_absent(attempt: GroupCreation, *, by: User) -> GroupCreation:
    """A person looked, and the machine with them: the uncertain attempt made no group.

    Raises NotAllowed while Zalo lists an unknown group of that name.
    """
    group = attempt.group
    namesakes = [name for _id, name, _heads in unknown_groups(group, by=by) if name == attempt.name]
    if namesakes:
        raise NotAllowed(
            f"Trên Zalo có nhóm tên “{attempt.name}” mà cổng chưa biết. Hãy nhận nhóm đó về."
        )
    with transaction.atomic():
        held = GroupCreation.objects.select_for_update(of=("self",)).get(pk=attempt.pk)
        if held.state not in GroupCreation.OPEN:
            raise NotAllowed("Lần tạo này đã rõ kết quả.")
        held.state, held.settled_at = State.REFUSED, timezone.now()
        held.problem = "Đã xem trên Zalo: không có nhóm nào được tạo."
        held.save(update_fields=["state", "settled_at", "problem"])
        record(group, "creation_absent", by=by)
    return held
