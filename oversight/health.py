"""State of the stored counts and of the summary drafts, for /health/deep and /metrics."""

from datetime import date, datetime

from django.core.cache import cache
from django.db.models import Min
from django.utils import timezone

from accounts.system_health.parts import Sign, State, Values, not_ok, part
from oversight.figures.models import DirtySlice
from oversight.figures.month_ends import keeping
from oversight.figures.month_ends.checking import CHECKED_KEY
from oversight.figures.rollups.recounting import COMPARED_KEY
from oversight.summaries import drafting
from oversight.summaries.models import PeriodSummary

# The worker counts within a minute; a change that waits this long means that it stands still.
LATE_S = 300


@part(
    "figures", "Số liệu đã đếm",
    good="Số đã đếm khớp với dữ liệu.",
    signs=(
        Sign("differing", State.WARN, "Đêm qua thấy số đã đếm khác với dữ liệu; máy đã đếm lại.",
             "Nếu vừa khôi phục dữ liệu thì chạy manage.py rebuild_figures --compare."),
        Sign(not_ok, State.WARN, "Thay đổi chờ đếm quá 5 phút: trang số liệu vẫn đúng nhưng chậm.",
             "Khởi động lại worker-slow và beat."),
    ),
)  # fmt: skip
def recounting_state(now: datetime) -> Values:
    """Age in seconds of the oldest uncounted change; result of the nightly comparison."""
    oldest = DirtySlice.objects.aggregate(at=Min("at"))["at"]
    waiting = round((now - oldest).total_seconds()) if oldest else 0
    compared_at, differing = cache.get(COMPARED_KEY) or (None, 0)
    return {
        "ok": waiting < LATE_S and not differing,
        "oldest_waiting_s": waiting,
        "differing": differing,
        "compared_s_ago": None if compared_at is None else round(now.timestamp() - compared_at),
    }


@part(
    "month_ends", "Số cuối tháng",
    good="Số cuối tháng đã chốt đủ và khớp với ngày đã ghi.",
    signs=(
        Sign("differing", State.WARN,
             "Đêm qua thấy số cuối tháng, ngày vào nhóm hoặc số hộ bị sửa không qua cổng.",
             "Xem nhật ký của worker-slow để biết xã, ấp nào; xem mục Số cuối tháng trong "
             "docs/operations.md."),
        Sign("missing", State.WARN, "Có xã chưa chốt số cuối tháng trước.",
             "Khởi động lại worker-slow và beat; hoặc chạy manage.py back_fill_month_ends."),
    ),
)  # fmt: skip
def month_ends(now: datetime) -> Values:
    """Communes whose last month is not frozen; result of the nightly check."""
    late_enough = (
        timezone.localtime(now).time() >= keeping.FROZEN_BY or timezone.localdate(now).day > 1
    )
    missing = keeping.missing(now) if late_enough else 0
    checked_at, differing = cache.get(CHECKED_KEY) or (None, 0)
    return {
        "ok": not missing and not differing,
        "missing": missing,
        "differing": differing,
        "checked_s_ago": None if checked_at is None else round(now.timestamp() - checked_at),
    }


def summary_drafts(today: date) -> Values:
    """Report `ok: False` while drafts of the last night are missing."""
    missing = drafting.late(today)
    waiting = PeriodSummary.objects.drafts().filter(last__lt=today).count()
    return {"ok": not missing, "drafts_missing": missing, "drafts_waiting": waiting}


@part(
    "summaries", "Báo cáo số liệu",
    good="Dự thảo của các kỳ đã có đủ.",
    signs=(
        Sign(not_ok, State.WARN, "Đêm qua chưa lập được dự thảo báo cáo số liệu.",
             "Khởi động lại worker-slow; đêm sau máy tự lập bù."),
    ),
)  # fmt: skip
def _summary_drafts(now: datetime) -> Values:
    return summary_drafts(timezone.localdate(now))
