"""How a group is doing, as reasons in words with something to do about each; never a score."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from groups.oa_groups.models import GroupAtZalo
from groups.zalo_groups.models import ZaloGroup
from groups.zalo_groups.querysets import SILENT_DAYS

LINK_FORGOTTEN = timedelta(days=90)
# The last of the three steps at which an ending package is spoken of: 30, 14 and 7 days.
URGENT_DAYS, SOON_DAYS = 7, 14


@dataclass(frozen=True)
class Reason:
    """Why a group is on the list; the page offers the deed that belongs to `code`."""

    code: str
    sentence: str
    is_urgent: bool = False


def said_day(day: date) -> str:
    return f"{day:%d/%m/%Y}"


def reasons(group: Any, today: date, last_post: datetime | None = None) -> list[Reason]:
    """The reasons of one group that came with `with_health`."""
    found = []
    at_zalo = getattr(group, "at_zalo", None)
    if group.is_refused and at_zalo is not None:
        found.append(Reason("refused", refusal(at_zalo, today), is_urgent=True))
    elif group.is_ending:
        found.append(ending_of(group, today))
    if group.is_awaited and at_zalo is not None:
        found.append(Reason("waiting", f"{at_zalo.waiting} người xin vào nhóm, chưa ai duyệt."))
    if group.is_silent:
        found.append(Reason("silent", _silence(last_post, today)))
    if group.is_unattended:
        found.append(Reason("officer", _unattended(group), is_urgent=True))
    if group.is_crowded:
        found.append(
            Reason("crowded", f"Sắp đầy: {group.said_heads}, sức chứa {group.capacity} (quá 90%).")
        )
    if group.is_link_stale:
        found.append(_link(group, today))
    if group.is_count_old:
        found.append(Reason("count", _count(group)))
    if group.is_unpinned:
        found.append(Reason("rules", _unpinned(group)))
    return found


def refusal(at_zalo: GroupAtZalo, today: date) -> str:
    """Why nothing can be posted, and how long it is until everything in the group is lost."""
    if at_zalo.status == GroupAtZalo.Status.GONE:
        return "Không còn trên Zalo, hoặc không phải nhóm của OA đang kết nối. Bài không gửi vào."
    since = f" từ {said_day(at_zalo.disabled_on)}" if at_zalo.disabled_on else ""
    last = at_zalo.dissolves_on
    if last is None:
        return f"Zalo đã khóa nhóm{since} vì gói hết hạn. Bài không gửi vào."
    left = (last - today).days
    when = f"còn {left} ngày (đến {said_day(last)})" if left > 0 else f"đến hạn {said_day(last)}"
    return (
        f"Zalo đã khóa nhóm{since} vì gói hết hạn; bài không gửi vào. {when[:1].upper()}{when[1:]} "
        "là Zalo giải tán nhóm, mất hết tin cũ."
    )


def ending(expires_on: date, is_auto_renewed: bool | None, today: date) -> str:
    """When the package of a group ends, and whether Zalo renews it by itself."""
    left = (expires_on - today).days
    if left < 0:
        sentence = f"Gói nhóm đã hết hạn ngày {said_day(expires_on)}."
    else:
        when = "hôm nay" if left == 0 else f"còn {left} ngày"
        sentence = f"Gói nhóm hết hạn ngày {said_day(expires_on)}, {when}."
    if is_auto_renewed is None:
        return sentence
    if is_auto_renewed:
        return f"{sentence} Tự gia hạn đang bật: xem tài khoản có đủ tiền."
    return f"{sentence} Tự gia hạn đang tắt: người quản lý OA phải gia hạn."


def ending_of(group: ZaloGroup, today: date) -> Reason:
    """The end of the package of a group as a reason."""
    at_zalo = getattr(group, "at_zalo", None)
    asset = at_zalo.asset if at_zalo is not None else None
    renewed = asset.is_auto_renewed if asset is not None else None
    last: Any = group.asset_expires_on
    left = (last - today).days
    return Reason("ending", ending(last, renewed, today), is_urgent=left <= URGENT_DAYS)


def _silence(last_post: datetime | None, today: date) -> str:
    if last_post is None:
        return "Chưa có bài chính thức nào."
    day = timezone.localdate(last_post)
    return (
        f"Im ắng {(today - day).days} ngày: bài chính thức gần nhất ngày {said_day(day)} "
        f"(quá {SILENT_DAYS} ngày)."
    )


def _unattended(group: ZaloGroup) -> str:
    officer = group.officer_inside
    if officer is None:
        return "Chưa xác nhận có cán bộ trong nhóm."
    if not officer.is_active:
        return f"{officer.full_name} đã xác nhận ở trong nhóm nay không còn công tác."
    return f"{officer.full_name} đã xác nhận ở trong nhóm nay không còn phụ trách nơi này."


def _unpinned(group: ZaloGroup) -> str:
    if group.rules_pinned is None:
        return "Chưa ghim quy chế trong nhóm."
    return f"Đang ghim quy chế cũ (bản {group.rules_pinned.version}). Hãy ghim bản mới."


def _link(group: ZaloGroup, today: date) -> Reason:
    checked = group.link_checked_on
    if not group.link:
        return Reason("link", "Chưa ghi liên kết nhóm nên không in thư mời được.")
    if group.link_is_broken:
        return Reason("link", "Liên kết nhóm đã hỏng. Hãy lấy liên kết mới trên Zalo.", True)
    if checked is None:
        return Reason("link", "Liên kết nhóm chưa được kiểm tra lần nào.")
    forgotten = today - checked > LINK_FORGOTTEN
    return Reason("link", f"Liên kết nhóm kiểm tra lần cuối ngày {said_day(checked)}.", forgotten)


def _count(group: ZaloGroup) -> str:
    if group.head_count_on is None:
        return "Chưa khai báo số người trong nhóm; mỗi tháng khai một lần."
    return (
        f"Số người ({group.head_count}) khai báo từ ngày {said_day(group.head_count_on)}; "
        "mỗi tháng khai lại một lần."
    )
