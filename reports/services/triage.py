"""The first look at a tip: what it is, how pressing, where; and a summary without the reporter."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.workflow.services import lock_for, move, record
from groups.models import Hamlet
from reports.models import TipEvent, TipReport
from reports.searching import tokens
from reports.services import clocks, conflicts
from reports.services.errors import NotAllowed, TransitionNotAllowed
from reports.services.steps import require_worker
from reports.services.words import SUMMARY, cleaned

PLACE, WHEN = 300, 200
Status = TipReport.Status
# Once there is an outcome, the sorting is history.
SORTABLE = (Status.TRIAGED, Status.IN_PROGRESS)


@transaction.atomic
def sort(
    tip: TipReport,
    *,
    by: User,
    kind: str,
    category: str,
    urgency: str = TipReport.Urgency.NORMAL,
    is_grave: bool = False,
    hamlet: Hamlet | None = None,
) -> TipReport:
    """Sort a new tip; the clocks of its kind begin with the moment it came in. Raises NotAllowed.

    `is_grave`: of those that go to the investigating agency at once.
    """
    lock_for(tip, by, permission="reports.triage_tipreport")
    if tip.status != Status.NEW:
        raise TransitionNotAllowed(
            f"Phản ánh đã được phân loại ({tip.get_status_display()}). Muốn đổi, hãy bấm “Phân "
            "loại lại”."
        )
    _place(tip, kind, category, urgency, is_grave, hamlet)
    move(tip, Status.TRIAGED)
    tip.triaged_at = timezone.now()
    tip.save(update_fields=[*SORTED, "status", "triaged_at"])
    clocks.sorted_first(tip, at=tip.triaged_at)
    record(tip, TipEvent.Kind.TRIAGED, by=by, **_told(tip))
    return tip


@transaction.atomic
def reclassify(
    tip: TipReport,
    *,
    by: User,
    kind: str,
    category: str,
    urgency: str,
    is_grave: bool = False,
    hamlet: Hamlet | None = None,
) -> TipReport:
    """Sort a tip anew before it has an outcome; its time of receipt stays. Raises NotAllowed."""
    lock_for(tip, by, permission="reports.triage_tipreport")
    if tip.status not in SORTABLE:
        raise TransitionNotAllowed(
            "Chỉ phân loại lại được phản ánh đã phân loại và chưa có kết quả."
        )
    _place(tip, kind, category, urgency, is_grave, hamlet)
    tip.save(update_fields=SORTED)
    clocks.reclassified(tip, at=timezone.now())
    record(
        tip, TipEvent.Kind.RECLASSIFIED, by=by,
        **_told(tip),
    )  # fmt: skip
    return tip


SORTED = ["kind", "category", "urgency", "is_grave", "hamlet"]


def _told(tip: TipReport) -> dict[str, Any]:
    """What a step says of the sorting."""
    return {
        "kind_of_tip": tip.get_kind_display(),
        "urgency": tip.get_urgency_display(),
        "is_grave": tip.is_grave,
    }


def _place(
    tip: TipReport, kind: str, category: str, urgency: str, is_grave: bool, hamlet: Hamlet | None
) -> None:
    if kind not in TipReport.Kind.values or not kind:
        raise NotAllowed("Hãy chọn loại tin.")
    if category not in TipReport.Category.values or not category:
        raise NotAllowed("Hãy chọn lĩnh vực.")
    if category == TipReport.Category.ANQG:
        raise NotAllowed(
            "Việc liên quan an ninh quốc gia chỉ được giữ một dòng, không nội dung. Hãy bấm “Đã "
            "nhận, đã bàn giao”."
        )
    if urgency not in TipReport.Urgency.values:
        raise NotAllowed("Hãy chọn mức khẩn.")
    if is_grave and kind not in TipReport.CRIME_KINDS:
        raise NotAllowed("Chỉ tố giác, tin báo về tội phạm mới thuộc diện chuyển ngay.")
    if hamlet is not None and hamlet.commune_id != tip.commune_id:
        raise NotAllowed("Ấp, khu phố này thuộc xã khác.")
    tip.kind, tip.category, tip.urgency = kind, category, urgency
    tip.is_grave, tip.hamlet = is_grave, hamlet


@transaction.atomic
def summarise(
    tip: TipReport,
    *,
    by: User,
    summary: str,
    place: str = "",
    occurred_words: str = "",
    occurred_at: datetime | None = None,
) -> TipReport:
    """Write what others work with, without who told it. Raises NotAllowed, CarriesSecret.

    By whoever sorts a tip that is nobody's yet, later by those who work on it.
    """
    lock_for(tip, by, permission=("reports.triage_tipreport", "reports.work_tipreport"))
    require_worker(tip, by)
    if tip.status in TipReport.WITH_OUTCOME:
        raise TransitionNotAllowed("Phản ánh đã có kết quả nên không sửa tóm tắt nữa.")
    if occurred_at is not None and occurred_at > timezone.now():
        raise NotAllowed("Việc chưa xảy ra: giờ xảy ra không được ở tương lai.")
    tip.summary = cleaned(summary, "tóm tắt", SUMMARY)
    tip.place = cleaned(place, "nơi xảy ra", PLACE, may_be_empty=True)
    tip.occurred_words = cleaned(occurred_words, "xảy ra khi nào", WHEN, may_be_empty=True)
    tip.occurred_at = occurred_at
    tip.search_tokens = tokens(f"{tip.summary} {tip.place}")
    tip.save(update_fields=["summary", "place", "occurred_words", "occurred_at", "search_tokens"])
    record(tip, TipEvent.Kind.SUMMARISED, by=by)
    conflicts.note_named(tip, tip.summary)
    return tip
