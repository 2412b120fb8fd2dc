"""Parts of the health: reaching Zalo, access, events of the webhook, lists of followers."""

import threading
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db.models import Count, Max, Q

from accounts.system_health.parts import Sign, State, Values, not_ok, part
from zalo.client.errors import ZaloError
from zalo.client.transport import Request, exchange
from zalo.hold import services as hold
from zalo.inbox import services as inbox
from zalo.models import (
    ApiCall,
    FollowerSync,
    HistoryReading,
    InboundFile,
    OfficialAccount,
    SendGate,
    WebhookEvent,
)
from zalo.official_accounts.alarms import alarms, refresh_dies_at

LATE_EVENTS_S: Final = 300
RECENT: Final = timedelta(minutes=5)
HEARD: Final = timedelta(seconds=30)
FEW_CALLS: Final = 4
PATIENCE_S: Final = 2.0
WITHOUT_ANSWER: Final = ("unmade", "uncertain")


def _reach() -> bool:
    """Whether anything answers at Zalo's address; no account, no token, whatever the status."""
    request = Request("HEAD", settings.ZALO_API_URL, "reach", headers={}, is_repeatable=True)
    try:
        exchange(request, timeout=(PATIENCE_S, PATIENCE_S))
    except ZaloError:
        return False
    return True


def is_reachable() -> bool:
    """`_reach`, given up after a few seconds: looking up a name has no limit of its own."""
    answers: list[bool] = []
    thread = threading.Thread(target=lambda: answers.append(_reach()), daemon=True)
    thread.start()
    thread.join(2 * PATIENCE_S)
    return answers == [True]


@part(
    "zalo", "Đường tới Zalo",
    good="Zalo trả lời bình thường.",
    signs=(
        Sign("unreachable", State.BAD, "Không gọi được Zalo. Bài chờ gửi, không mất.",
             "Kiểm tra đường truyền Internet của máy chủ; mạng tốt thì chờ Zalo hoạt động lại."),
        Sign(not_ok, State.WARN, "Quá nửa số lần gọi Zalo trong 5 phút qua không có câu trả lời.",
             "Xem “Cuộc gọi tới Zalo”, rồi kiểm tra đường truyền Internet của máy chủ."),
    ),
)  # fmt: skip
def reaching(now: datetime) -> Values:
    """Last answered call, calls without an answer in five minutes; a call of our own after silence.

    A refusal with a number is an answer. Calls about one person are logged by the quarter of an
    hour, so `answered_s_ago` tells nothing about when somebody wrote.
    """
    unanswered = Q(code__in=WITHOUT_ANSWER)
    found = ApiCall.objects.filter(at__gte=now - RECENT).aggregate(
        calls=Count("pk"), failed=Count("pk", filter=unanswered), last=Max("at", filter=~unanswered)
    )
    calls, failed, last = found["calls"], found["failed"], found["last"]
    if last is None:
        last = ApiCall.objects.exclude(unanswered).values_list("at", flat=True).first()
    heard = last is not None and now - last <= HEARD
    needed = OfficialAccount.objects.connected().exists()
    unreachable = needed and not heard and not is_reachable()
    failing = not heard and calls >= FEW_CALLS and failed * 2 > calls
    return {
        "ok": not unreachable and not failing,
        "unreachable": unreachable,
        "answered_s_ago": None if last is None else round((now - last).total_seconds()),
        "calls_5m": calls,
        "failed_percent_5m": round(100 * failed / calls) if calls else 0,
    }


@part(
    "zalo_tokens", "Quyền gửi qua Zalo",
    good="Còn hạn, tự gia hạn đều.",
    signs=(
        Sign("needing_consent", State.BAD, "Có tài khoản mà Zalo không cho gửi nữa.",
             "Bấm Kết nối Zalo, rồi Cấp quyền lại, cùng quản trị viên của OA."),
        Sign(not_ok, State.WARN, "Quyền của một tài khoản sắp hết hạn, hoặc lâu chưa đổi được mã.",
             "Mở trang Kết nối Zalo: trang ấy ghi phải làm gì và trước ngày nào."),
    ),
)  # fmt: skip
def access(now: datetime) -> Values:
    """Not well while any connection needs a person: lost, or about to be."""
    accounts = list(OfficialAccount.objects.filter(is_active=True))
    found = alarms(accounts, now)
    ends = [dies_at for account in accounts if (dies_at := refresh_dies_at(account)[0])]
    return {
        "ok": not found,
        "accounts": len(accounts),
        "needing_consent": sum(alarm.stops_sending for alarm in found),
        "alarms": len(found),
        "days_left": min(((moment - now).days for moment in ends), default=None),
    }


@part(
    "webhooks", "Tin từ Zalo báo về",
    good="Tin đến được đọc ngay.",
    signs=(
        Sign("failed", State.WARN, "Có tin đọc nhiều lần vẫn hỏng.",
             "Mở Hộp thư Zalo xem tin nào; sửa xong thì chạy manage.py replay_webhooks --failed."),
        Sign(not_ok, State.BAD, "Tin đến chờ quá 5 phút chưa được đọc.",
             "Khởi động lại worker-inbound và beat."),
        Sign("histories_failed", State.WARN, "Chưa đọc lại được tin bị lỡ của một tài khoản.",
             "Mở Kết nối Zalo xem lý do; mỗi đêm máy tự đọc lại."),
    ),
)  # fmt: skip
def webhooks(now: datetime) -> Values:
    """Events that wait, that broke, and callers who could not prove to be Zalo."""
    heard = WebhookEvent.objects.last_heard()
    found = WebhookEvent.objects.backlog(now) | InboundFile.objects.backlog()
    return {
        "ok": not found["failed"] and found["oldest_waiting_s"] < LATE_EVENTS_S,
        # In hours: a second would tell when somebody wrote.
        "heard_h_ago": (now - heard) // timedelta(hours=1) if heard else None,
        "bad_signatures_24h": inbox.bad_signatures(),
        # Accounts whose chats could not be read for what was missed.
        "histories_failed": HistoryReading.objects.newest_failed().count(),
        **found,
    }


@part(
    "follower_lists", "Danh sách người quan tâm",
    good="Đọc được đầy đủ.",
    signs=(
        Sign(not_ok, State.WARN, "Lần đọc gần nhất của một tài khoản không thành.",
             "Mở Người quan tâm OA xem lý do; mỗi đêm máy tự đọc lại."),
    ),
)  # fmt: skip
def follower_lists(now: datetime) -> Values:
    """Lists of followers whose last reading failed: unknown who no longer follows."""
    states = [sync.state for sync in FollowerSync.objects.newest()]
    failed = states.count(FollowerSync.State.FAILED)
    return {"ok": not failed, "failed": failed, "running": states.count(FollowerSync.State.RUNNING)}


@part(
    "gate", "Giữ việc gửi",
    good="Không có gì bị giữ lại.",
    signs=(
        Sign("held", State.BAD, "Đang giữ: không bài nào, lời nào rời khỏi hệ thống.",
             "Mở trang Giữ việc gửi và làm theo từng bước."),
        Sign("blocked", State.BAD, "Tạm ngừng gửi vì đồng hồ máy chủ sai.",
             "Chỉnh giờ máy chủ; việc gửi tự đi tiếp."),
        Sign("silent", State.WARN, "Chưa ghi được dấu đối chiếu bên ngoài cơ sở dữ liệu.",
             "Xem Redis và thư mục WITNESS_DIR có ghi được không."),
    ),
)  # fmt: skip
def gate(now: datetime) -> Values:
    """Whether anything may leave, and how old the last sign of the witnesses is."""
    row = hold.current()
    age = None if row.beat_at is None else round((now - row.beat_at).total_seconds())
    is_held, is_blocked = row.state != SendGate.State.OPEN, bool(row.blocked)
    is_silent = not is_held and not hold.is_witnessed(row)
    return {
        "ok": not (is_held or is_blocked or is_silent), "held": is_held, "blocked": is_blocked,
        "silent": is_silent, "beat_age_s": age,
    }  # fmt: skip
