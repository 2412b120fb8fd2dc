"""A matter that was dealt with at once: sorted, taken, summed up, told and closed in one act.

What the law times goes the long way: crime, and what another agency decides.
"""

from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from groups.models import Hamlet
from reports.tips.errors import NotAllowed, TransitionNotAllowed
from reports.tips.models import TipReport
from reports.tips.services import is_worker, lock_for_worker
from reports.triage import services as triage
from reports.vault import conflicts
from reports.work import closing
from reports.work import services as work
from reports.work.models import CannedReply, TipEvent, TipMessage

Status, Kind, Disposition = TipReport.Status, TipReport.Kind, TipReport.Disposition
UNDO: Final = timedelta(minutes=10)
UNDONE: Final = "Hoàn tác ngay sau khi đóng."
KINDS: Final = tuple(
    (value, label) for value, label in Kind.choices if value and value not in TipReport.CRIME_KINDS
)
# Others need the slip of a referral.
ENDS: Final = (Disposition.HANDLED_HERE, Disposition.GUIDED, Disposition.UNFOUNDED)
LONG_WAY: Final = (
    "Tố giác, tin báo về tội phạm phải đi từng bước theo luật: hãy phân loại rồi giao người làm."
)


def may_finish(tip: TipReport, user: User) -> bool:
    """Whether this account may end this tip in one act."""
    rights = ("reports.close_tipreport", "reports.work_tipreport", "reports.triage_tipreport")
    return not why_not(tip) and user.has_perms(rights) and is_worker(user, tip)


def why_not(tip: TipReport) -> str:
    """Return why a tip goes the long way, or a blank."""
    if tip.status not in (Status.NEW, Status.TRIAGED) or tip.emptied_at is not None:
        return "Phản ánh này đang có người làm, hoặc đã xong: hãy làm tiếp từng bước."
    if tip.kind in TipReport.CRIME_KINDS:
        return LONG_WAY
    if tip.urgency == TipReport.Urgency.EMERGENCY:
        return "Việc khẩn cấp: hãy phân loại và làm từng bước."
    if tip.duplicate_of_id is not None:
        return "Phản ánh này trùng với phản ánh khác: hãy trả lời ở phản ánh kia."
    return "Người báo tin vừa nói thêm. Hãy đọc trước." if tip.has_unread else ""


@transaction.atomic
def finish(
    tip: TipReport,
    *,
    by: User,
    kind: str,
    category: str,
    hamlet: Hamlet | None,
    summary: str,
    disposition: str,
    measure: str = "",
    outcome: str,
    answer: str = "",
    spoken: bool = False,
    canned: CannedReply | None = None,
) -> TipReport:
    """Sort, take, sum up, tell and close. Raises NotAllowed, CarriesSecret; then nothing is done.

    `answer` goes to the reporter; `spoken`: he was told by word of mouth.
    """
    lock_for_worker(tip, by, "reports.close_tipreport")
    if why := LONG_WAY if kind in TipReport.CRIME_KINDS else why_not(tip):
        raise NotAllowed(why)
    if disposition not in ENDS:
        raise NotAllowed("Việc chuyển nơi khác cần phiếu chuyển: hãy làm từng bước.")
    if not answer.strip() and not spoken:
        raise NotAllowed("Hãy viết lời trả lời, hoặc đánh dấu đã nói trực tiếp.")
    if spoken and tip.duplicates.exists():
        raise NotAllowed("Còn người báo phản ánh trùng: hãy viết lời trả lời để gửi mọi người.")
    if conflicts.users_meant(tip.commune_id, summary):
        raise NotAllowed("Tóm tắt nhắc tên cán bộ. Hãy bỏ tên, hoặc làm từng bước.")
    if tip.owner_id is None:  # before it is sorted, which takes new tips out of sight
        work.assign(tip, to=by, by=by)
    sorting: dict[str, Any] = {"kind": kind, "category": category, "hamlet": hamlet}
    if tip.status == Status.NEW:
        triage.sort(tip, by=by, urgency=tip.urgency, **sorting)
    elif (tip.kind, tip.category, tip.hamlet) != (kind, category, hamlet):
        triage.reclassify(tip, by=by, urgency=tip.urgency, **sorting)
    triage.summarise(
        tip, by=by, summary=summary, place=tip.place, occurred_words=tip.occurred_words,
        occurred_at=tip.occurred_at,
    )  # fmt: skip
    return closing.close_unworked(
        tip, by=by, disposition=disposition, measure=measure, outcome=outcome,
        answer="" if spoken else answer, spoken=spoken, canned=canned,
    )  # fmt: skip


def may_undo(tip: TipReport, user: User, now: datetime | None = None) -> bool:
    """Whether this account closed this tip less than ten minutes ago."""
    if tip.status != Status.CLOSED or tip.closed_at is None:
        return False
    if tip.closed_at < (now or timezone.now()) - UNDO:
        return False
    last = TipEvent.objects.filter(tip=tip, kind=TipEvent.Kind.CLOSED).order_by("pk").last()
    return last is not None and last.by_id == user.pk


@transaction.atomic
def undo(tip: TipReport, *, by: User) -> TipReport:
    """Open again what the same account closed just now. Raises NotAllowed.

    Answers that still wait for the chat do not leave; words that the reporter got stay said.
    """
    lock_for_worker(tip, by, "reports.work_tipreport")
    if not may_undo(tip, by):
        raise TransitionNotAllowed("Đã quá 10 phút. Muốn làm tiếp, hãy bấm “Mở lại” và ghi lý do.")
    waiting = TipMessage.objects.filter(
        Q(tip=tip) | Q(tip__duplicate_of=tip), by=by, is_result=True, at__gte=tip.resolved_at,
        state=TipMessage.State.QUEUED,
    )  # fmt: skip
    waiting.update(state=TipMessage.State.CLOSED, next_attempt_at=None, error_text=UNDONE)
    return closing.reopen(tip, by=by, reason=UNDONE)
