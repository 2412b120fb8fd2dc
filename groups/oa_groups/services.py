"""Permission to run a group at Zalo, and refusals of Zalo in words."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from types import MappingProxyType
from typing import Any

from django.utils import timezone

from accounts.models import User
from accounts.services import NotAllowed
from accounts.workflow.services import record, require, require_state
from groups.oa_groups.models import GroupAtZalo, GroupCreation
from groups.zalo_groups import zalo_state
from groups.zalo_groups.models import ZaloGroup
from zalo import services as zalo
from zalo.capabilities.states import Capability, may
from zalo.client.errors import ZaloError, ZaloRejected, ZaloRetryable, ZaloUncertain
from zalo.models import GroupAsset, OfficialAccount
from zalo.pacing.services import ZaloParked

UNCLEAR = (
    "Đã gửi yêu cầu tới Zalo nhưng không nhận được câu trả lời, nên chưa rõ đã làm hay chưa. Hãy "
    "tải lại trang này để xem Zalo đang ghi thế nào, rồi mới làm lại."
)
UNREACHED = "Chưa gọi được Zalo nên chưa có gì thay đổi. Hãy thử lại sau ít phút."
ALREADY = "Gói này đã được nhóm khác dùng. Bấm “Xem lại gói” rồi chọn gói khác."
NO_LONGER = "Nhóm đang đóng nên không làm được việc này."


def instead_of_groups(group: ZaloGroup) -> str:
    """Why this account runs no groups, with what to do instead; nothing where it may, or may."""
    answer = may(zalo_state.account_of(group), Capability.GROUPS)
    return answer.sentence if answer.is_no else ""


def require_account(group: ZaloGroup, by: User) -> OfficialAccount:
    """The account through which `by` may run this group. Raises NotAllowed."""
    require(group, by, permission="groups.run_oa_group")
    if not group.capabilities.roster_by_api:
        raise NotAllowed("Nhóm thường do người lập nên máy không quản lý được; hãy làm trên Zalo.")
    account = zalo_state.account_of(group)
    if account is None:
        raise NotAllowed("Xã chưa kết nối tài khoản Zalo OA.")
    if refusal := instead_of_groups(group):
        raise NotAllowed(refusal)
    return account


def require_made(group: ZaloGroup, by: User) -> OfficialAccount:
    """Do as `account_for`, for a group that is at Zalo already. Raises NotAllowed."""
    account = require_account(group, by)
    if not group.zalo_group_id:
        raise NotAllowed("Nhóm chưa được tạo trên Zalo.")
    require_state(group, unless=ZaloGroup.Status.CLOSED, refusal=NO_LONGER)
    return account


@contextmanager
def asking(group: ZaloGroup) -> Iterator[None]:
    """Turn a refusal of Zalo into NotAllowed, and store what it says of the group."""
    try:
        yield
    except ZaloError as error:
        if isinstance(error, ZaloRejected):
            zalo_state.note_refusal(group.zalo_group_id, error.code)
        raise NotAllowed(refusal_in_words(error)) from error


def refusal_in_words(error: ZaloError) -> str:
    """A sentence about a group, where the common one speaks of posts."""
    if isinstance(error, ZaloUncertain):
        return UNCLEAR
    if isinstance(error, ZaloParked):
        return str(error)
    if isinstance(error, ZaloRetryable) and error.code is None:
        return UNREACHED
    if error.code == zalo_state.DISABLED:
        return zalo_state.HELD
    if error.code == zalo_state.NOT_OURS:
        return zalo_state.LOST
    if error.code == -201:
        return "Zalo không nhận yêu cầu này vì có phần không hợp lệ. Hãy kiểm tra lại rồi thử lại."
    return str(error)


# How a group stands at Zalo and how it is set: asked live, changed by a person.


LONGEST_NAME = 30
LONGEST_DESCRIPTION = 500
# How a new group begins: officers write, and let people in.
SAFE_WAYS: Mapping[str, bool] = MappingProxyType({"is_send_locked": True, "needs_approval": True})
UNSAFE = "Nhóm chưa được khóa gửi tin và bật duyệt người vào."
ASSET_IN_USE = (-238, -241)


def look(group: ZaloGroup, *, by: User) -> GroupAtZalo:
    """Ask Zalo how the group stands, and keep it. Raises NotAllowed."""
    account = require_made(group, by)
    with asking(group):
        detail = zalo.group_detail(account, group.zalo_group_id)
    return zalo_state.keep(group, detail, account)


def change(
    group: ZaloGroup,
    *,
    by: User,
    switches: Mapping[str, bool] | None = None,
    name: str | None = None,
    description: str | None = None,
) -> GroupAtZalo:
    """Change switches, name or description at Zalo; what is not given stays. Raises NotAllowed.

    A name that is changed here is the portal's name of the group too.
    """
    account = require_made(group, by)
    if name is not None and not 1 <= len(name) <= LONGEST_NAME:
        raise NotAllowed(f"Tên nhóm trên Zalo từ 1 đến {LONGEST_NAME} ký tự.")
    if description is not None and len(description) > LONGEST_DESCRIPTION:
        raise NotAllowed(f"Mô tả tối đa {LONGEST_DESCRIPTION} ký tự.")
    if unknown := set(switches or {}) - set(GroupAtZalo.SWITCHES):
        raise NotAllowed(f"Không có cài đặt {', '.join(sorted(unknown))}.")
    if not switches and name is None and description is None:
        raise NotAllowed("Chưa có gì thay đổi.")
    with asking(group):
        detail = zalo.update_group(
            account, group.zalo_group_id, name=name, description=description, switches=switches
        )
    row = zalo_state.keep(group, detail, account)
    if switches:  # a person, or the making, has decided about them
        GroupCreation.objects.filter(group=group, state=GroupCreation.State.MADE).update(problem="")
    if name is not None:
        group.name = name
        group.save(update_fields=["name", "search_text"])
    fields = [*(switches or {}), *(["name"] if name is not None else [])]
    fields += ["description"] if description is not None else []
    record(group, "settings_changed", by=by, fields=fields)
    return row


def make_safe(group: ZaloGroup, *, by: User) -> GroupAtZalo:
    """Lock sending to officers and let nobody in without approval. Raises NotAllowed."""
    return change(group, by=by, switches=SAFE_WAYS)


def is_safe(settings: Any) -> bool:
    """Whether these settings, as Zalo told or as we keep them, are the safe ones."""
    return all(getattr(settings, name) is value for name, value in SAFE_WAYS.items())


def refresh_places(group: ZaloGroup, *, by: User) -> list[GroupAsset]:
    """Ask Zalo which places the account has; returns those that are free. Raises NotAllowed."""
    account = require_account(group, by)
    with asking(group):
        zalo.refresh_assets(account)
    return free_places(group)


def free_places(group: ZaloGroup) -> list[GroupAsset]:
    """The places on which a group can be made today, as last told."""
    account = zalo_state.account_of(group)
    if account is None:
        return []
    return list(GroupAsset.objects.filter(account=account).free(timezone.localdate()))


def switch_place(group: ZaloGroup, asset: GroupAsset, *, by: User) -> GroupAtZalo:
    """Put the group on another place that was paid for already; wakes one that lapsed.

    Raises NotAllowed.
    """
    account = require_made(group, by)
    if asset not in free_places(group):
        raise NotAllowed("Gói đã chọn không còn trống. Bấm “Xem lại gói” rồi chọn gói khác.")
    if group.head_count and asset.capacity and group.head_count > asset.capacity:
        raise NotAllowed(
            f"Gói này chứa {asset.capacity} người, nhóm đang có {group.head_count} người."
        )
    with asking(group):
        try:
            detail = zalo.change_asset(account, group.zalo_group_id, asset.asset_id)
        except ZaloError as error:
            if error.code in ASSET_IN_USE:
                raise NotAllowed(ALREADY) from error
            raise
    with suppress(ZaloError):  # the next comparison asks again
        zalo.refresh_assets(account)
    row = zalo_state.keep(group, detail, account)
    record(group, "place_switched", by=by, heads=asset.capacity)
    return row
