"""Parts of the health: groups at Zalo, requests of residents about their data."""

from datetime import datetime, timedelta

from django.utils import timezone

from accounts.system_health.parts import Sign, State, Values, part
from groups.models import (
    DataRequest,
    GroupAtZalo,
    GroupCreation,
    GroupReconciliation,
    ReconciliationLine,
    ZaloGroup,
)
from groups.zalo_groups.querysets import ENDING_DAYS


@part("data_requests", "Yêu cầu về dữ liệu", good="Máy không có gì phải sửa.")
def data_requests(now: datetime) -> Values:
    """Late answers to residents are no fault of the machine: numbers for readers with the token."""
    waiting = DataRequest.objects.open()
    late = waiting.overdue(timezone.localdate(now))
    return {"ok": True, "open": waiting.count(), "overdue": late.count()}


@part(
    "oa_groups", "Nhóm của OA",
    good="Zalo nhận bài vào mọi nhóm.",
    signs=(
        Sign("disabled", State.WARN, "Zalo đã khóa một nhóm nên bài không vào được nhóm đó.",
             "Báo chỉ huy xem Sức khỏe nhóm: phải gia hạn gói hoặc mở lại nhóm."),
        Sign("unclear_creations", State.WARN, "Có lần lập nhóm mà Zalo không trả lời rõ.",
             "Báo chỉ huy xem trang Nhóm Zalo để biết nhóm đã lập hay chưa."),
    ),
)  # fmt: skip
def oa_groups(now: datetime) -> Values:
    """Groups that Zalo refuses, packages that end, comparisons and attempts that want a person."""
    today = timezone.localdate(now)
    in_use = ZaloGroup.objects.exclude(status=ZaloGroup.Status.CLOSED)
    last = GroupReconciliation.objects.filter(state=GroupReconciliation.State.DONE).first()
    age = None if last is None else round((now - last.created_at).total_seconds())
    unclear = GroupCreation.objects.filter(state=GroupCreation.State.UNCERTAIN).count()
    refused = GroupAtZalo.objects.disabled().count()
    return {
        "ok": not refused and not unclear,
        "disabled": refused,
        "ending_within_30_days": in_use.filter(
            asset_expires_on__range=(today, today + timedelta(days=ENDING_DAYS))
        ).count(),
        "unclear_creations": unclear,
        "differences_open": ReconciliationLine.objects.open().count(),
        "compared_s_ago": age,
    }
