"""Who may run a group at Zalo, and how a refusal of Zalo is told."""

from collections.abc import Iterator
from contextlib import contextmanager

from accounts.models import User
from accounts.services import NotAllowed
from accounts.workflow.services import require, require_state
from groups.models import ZaloGroup
from groups.services import at_zalo
from zalo.capabilities import Capability, may
from zalo.errors import ZaloError, ZaloRejected, ZaloRetryable, ZaloUncertain
from zalo.models import OfficialAccount
from zalo.services.pacing import ZaloParked

UNCLEAR = (
    "Đã gửi yêu cầu tới Zalo nhưng không nhận được câu trả lời, nên chưa rõ đã làm hay chưa. Hãy "
    "tải lại trang này để xem Zalo đang ghi thế nào, rồi mới làm lại."
)
UNREACHED = "Chưa gọi được Zalo nên chưa có gì thay đổi. Hãy thử lại sau ít phút."
ALREADY = "Gói này đã được nhóm khác dùng. Bấm “Xem lại gói” rồi chọn gói khác."
NO_LONGER = "Nhóm đang đóng nên không làm được việc này."


def instead_of_groups(group: ZaloGroup) -> str:
    """Why this account runs no groups, with what to do instead; nothing where it may, or may."""
    answer = may(at_zalo.account_of(group), Capability.GROUPS)
    return answer.sentence if answer.is_no else ""


def take_account(group: ZaloGroup, by: User) -> OfficialAccount:
    """The account through which `by` may run this group. Raises NotAllowed."""
    require(group, by, permission="groups.run_oa_group")
    if not group.capabilities.roster_by_api:
        raise NotAllowed("Nhóm thường do người lập nên máy không quản lý được; hãy làm trên Zalo.")
    account = at_zalo.account_of(group)
    if account is None:
        raise NotAllowed("Xã chưa kết nối tài khoản Zalo OA.")
    if refusal := instead_of_groups(group):
        raise NotAllowed(refusal)
    return account


def take_group(group: ZaloGroup, by: User) -> OfficialAccount:
    """As `take_account`, for a group that is at Zalo already. Raises NotAllowed."""
    account = take_account(group, by)
    if not group.zalo_group_id:
        raise NotAllowed("Nhóm chưa được tạo trên Zalo.")
    require_state(group, unless=ZaloGroup.Status.CLOSED, refusal=NO_LONGER)
    return account


@contextmanager
def asking(group: ZaloGroup) -> Iterator[None]:
    """What Zalo refuses is told as NotAllowed, and what it says of the group is kept."""
    try:
        yield
    except ZaloError as error:
        if isinstance(error, ZaloRejected):
            at_zalo.note_refusal(group.zalo_group_id, error.code)
        raise NotAllowed(said(error)) from error


def said(error: ZaloError) -> str:
    """A sentence about a group, where the common one speaks of posts."""
    if isinstance(error, ZaloUncertain):
        return UNCLEAR
    if isinstance(error, ZaloParked):
        return str(error)
    if isinstance(error, ZaloRetryable) and error.code is None:
        return UNREACHED
    if error.code == at_zalo.DISABLED:
        return at_zalo.HELD
    if error.code == at_zalo.NOT_OURS:
        return at_zalo.LOST
    if error.code == -201:
        return "Zalo không nhận yêu cầu này vì có phần không hợp lệ. Hãy kiểm tra lại rồi thử lại."
    return str(error)
