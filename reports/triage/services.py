"""First assessment of a tip, and the two kinds of which only one line is kept."""

from datetime import datetime
from typing import Any, Required, TypedDict, Unpack

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.vault.calls import matching
from accounts.workflow.services import lock_for, move, record
from groups.models import Hamlet
from reports.chat.answers import answer_diverted
from reports.clocks import services as clocks
from reports.proposals import services as proposals
from reports.tips import occasions
from reports.tips.errors import NotAllowed, TransitionNotAllowed
from reports.tips.models import TipReport, barred_as
from reports.tips.search import tokens
from reports.tips.services import MAX_SUMMARY, cleaned, has_summary, lock_for_worker
from reports.triage.models import Diversion
from reports.vault import conflicts
from reports.vault.services import empty_vault, forget_words
from reports.work.models import TipEvent

PLACE, WHEN = 300, 200
Status = TipReport.Status
SORTED = ["kind", "category", "urgency", "is_grave", "hamlet"]
# Once there is an outcome, the sorting is history.
SORTABLE = (Status.TRIAGED, Status.IN_PROGRESS)


class Sorting(TypedDict, total=False):
    """Values of a sorting; `is_grave`: of those that go to the investigating agency at once."""

    kind: Required[str]
    category: Required[str]
    urgency: str
    is_grave: bool
    hamlet: Hamlet | None


@transaction.atomic
def sort(tip: TipReport, *, by: User, **sorting: Unpack[Sorting]) -> TipReport:
    """Sort a new tip; the clocks of its kind count from its receipt. Raises NotAllowed."""
    lock_for(tip, by, permission="reports.triage_tipreport")
    if tip.status != Status.NEW:
        raise TransitionNotAllowed(
            f"Phản ánh đã được phân loại ({tip.get_status_display()}). Muốn đổi, hãy bấm “Phân "
            "loại lại”."
        )
    _set_sorting(tip, **sorting)
    move(tip, Status.TRIAGED)
    tip.triaged_at = timezone.now()
    tip.save(update_fields=[*SORTED, "status", "triaged_at"])
    clocks.sorted_first(tip, at=tip.triaged_at)
    occasions.taken_up(tip)
    record(tip, TipEvent.Kind.TRIAGED, by=by, **_details(tip))
    return tip


@transaction.atomic
def reclassify(tip: TipReport, *, by: User, **sorting: Unpack[Sorting]) -> TipReport:
    """Sort a tip anew before it has an outcome; its time of receipt stays. Raises NotAllowed."""
    lock_for(tip, by, permission="reports.triage_tipreport")
    if tip.status not in SORTABLE:
        raise TransitionNotAllowed(
            "Chỉ phân loại lại được phản ánh đã phân loại và chưa có kết quả."
        )
    _set_sorting(tip, **sorting)
    tip.save(update_fields=SORTED)
    clocks.reclassified(tip, at=timezone.now())
    record(tip, TipEvent.Kind.RECLASSIFIED, by=by, **_details(tip))
    return tip


def _details(tip: TipReport) -> dict[str, Any]:
    return {
        "kind_of_tip": tip.get_kind_display(),
        "urgency": tip.get_urgency_display(),
        "is_grave": tip.is_grave,
    }


def _set_sorting(
    tip: TipReport,
    *,
    kind: str,
    category: str,
    urgency: str = TipReport.Urgency.NORMAL,
    is_grave: bool = False,
    hamlet: Hamlet | None = None,
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
    """Write the summary that others work with, without the reporter. Raises NotAllowed,
    CarriesSecret.

    By whoever sorts a tip that is nobody's yet, later by those who work on it. Once there is an
    outcome it is only made up for, never changed.
    """
    lock_for_worker(tip, by, ("reports.triage_tipreport", "reports.work_tipreport"))
    if tip.status in TipReport.WITH_OUTCOME and has_summary(tip):
        raise TransitionNotAllowed("Phản ánh đã có kết quả nên không sửa tóm tắt nữa.")
    if occurred_at is not None and occurred_at > timezone.now():
        raise NotAllowed("Việc chưa xảy ra: giờ xảy ra không được ở tương lai.")
    tip.summary = cleaned(summary, "tóm tắt", MAX_SUMMARY)
    tip.place = cleaned(place, "nơi xảy ra", PLACE, may_be_empty=True)
    tip.occurred_words = cleaned(occurred_words, "xảy ra khi nào", WHEN, may_be_empty=True)
    tip.occurred_at = occurred_at
    tip.search_tokens = tokens(f"{tip.summary} {tip.place}")
    tip.save(update_fields=["summary", "place", "occurred_words", "occurred_at", "search_tokens"])
    record(tip, TipEvent.Kind.SUMMARISED, by=by)
    if not conflicts.is_named(tip, by):  # who is accused bars nobody by it
        proposals.hold_back(tip, tip.summary)
    return tip


# Tips of which one line stays and no content: formal letters, and matters of national security.


@transaction.atomic
def divert(tip: TipReport, *, by: User, kind: str) -> Diversion:
    """Count a formal denunciation or complaint by day and channel, and empty the tip.

    The receipt or the chat shows the resident where to bring the letter. Works from every state,
    for such a letter may be recognised late; by whoever sorts a tip that is nobody's, later by
    those who work on it. Raises NotAllowed.
    """
    if kind not in Diversion.Kind.values:
        raise NotAllowed("Hãy chọn đơn tố cáo hay đơn khiếu nại.")
    _lock_for_wiping(tip, by)
    answer_diverted(tip)
    _empty(tip, TipReport.Disposition.DIVERTED)
    line = Diversion.objects.create(
        commune=tip.commune, on=timezone.localdate(), channel=tip.channel, kind=kind, officer=by,
        barred=tip.barred,
    )  # fmt: skip
    record(tip, TipEvent.Kind.DIVERTED, by=by)
    return line


@transaction.atomic
def hand_over_secretly(tip: TipReport, *, by: User) -> TipReport:
    """Empty a tip on national security to “received, handed over”, when and by whom.

    Its content is reported outside the portal, before this. Raises NotAllowed.
    """
    _lock_for_wiping(tip, by)
    _empty(tip, TipReport.Disposition.HANDED_OVER)
    record(tip, TipEvent.Kind.HANDED_OVER, by=by)
    return tip


def _lock_for_wiping(tip: TipReport, by: User) -> None:
    """Lock a tip that a worker may wipe and no chief holds: what is wiped never comes back. Raises
    NotAllowed."""
    lock_for_worker(tip, by, "reports.triage_tipreport")
    conflicts.require_unnamed(tip, by)
    if tip.is_held:
        raise NotAllowed(
            "Chỉ huy đang giữ phản ánh này, không cho xóa. Hãy báo chỉ huy bấm “Thôi giữ lại” "
            "trước."
        )


def _empty(tip: TipReport, disposition: str) -> None:
    """Wipe the tip and all its rows but the receipt, the number, the channel and the times."""
    if tip.duplicates.exists():
        raise NotAllowed(
            "Có phản ánh khác đã gắn trùng với phản ánh này. Hãy gỡ và xem từng phản ánh trước."
        )
    with matching():
        _forget_copies(tip)
    occasions.forget(tip)
    # Whoever it was about goes on seeing nothing, and no table says who that is.
    named = tip.proposals.exclude(state="lifted").values_list("user", flat=True)
    barred = {*tip.conflicts.values_list("user", flat=True), *named}
    tip.barred = sorted(barred_as(user) for user in barred)
    forget_words(tip)  # and with the later words the proposals about them
    empty_vault(tip)
    for part in ("referrals", "helpers", "conflicts", "proposals", "openings", "clocks"):
        getattr(tip, part).all().delete()
    tip.events.exclude(kind=TipEvent.Kind.RECEIVED).delete()
    for event in tip.events.all():
        event.details, event.by = {}, None
        event.save(update_fields=["details", "by"])
    now = timezone.now()
    tip.kind = tip.category = ""
    tip.urgency, tip.exposure = TipReport.Urgency.NORMAL, TipReport.Exposure.PRIVATE
    tip.is_grave = tip.has_unread = tip.is_held = False
    tip.hamlet = tip.zalo_group = tip.owner = tip.duplicate_of = tip.recorded_by = None
    tip.occurred_at = tip.relayed_at = tip.removal_asked_at = tip.removed_at = None
    tip.triaged_at = tip.assigned_at = tip.resolved_at = tip.told_at = None
    tip.next_due_at = tip.owner_due_on = None
    tip.status, tip.disposition = Status.CLOSED, disposition
    tip.closed_at = tip.emptied_at = now
    tip.save()


def _forget_copies(tip: TipReport) -> None:
    """Delete copies of the sealed words at the tips split from this one, which go on by their
    summaries. Raises NotAllowed where one has none."""
    words = [row.text for row in tip.sealed_texts.all()]
    rows = TipReport.objects.filter(pk__in=conflicts.other_matters(tip), emptied_at=None)
    for other in rows.select_for_update(of=("self",)).order_by("pk"):
        if not other.summary or other.is_held:
            raise NotAllowed(
                "Trong tin này còn việc khác chưa có tóm tắt, hoặc chỉ huy đang giữ lại. Lời gốc "
                "của việc đó cũng sẽ xóa, nên hãy tóm tắt việc đó, hoặc nhờ chỉ huy thôi giữ trước."
            )
        for row in other.sealed_texts.all():
            if any(row.text in copy or copy in row.text for copy in words):
                row.delete()
