"""End a tip: outcome, reporter told, closed; and open it again."""

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.workflow.services import move, record
from reports.clocks import services as clocks
from reports.proposals.models import ConflictProposal
from reports.tips import occasions
from reports.tips.errors import NotAllowed, TransitionNotAllowed
from reports.tips.models import TipReport
from reports.tips.services import (
    MAX_NOTE,
    MAX_REASON,
    cleaned,
    fit_to_tell,
    has_summary,
    lock_for_worker,
)
from reports.triage.models import Referral
from reports.vault import conflicts
from reports.work import answers, results
from reports.work.models import CannedReply, TipConflict, TipEvent, TipMessage

Status, Disposition, Measure = TipReport.Status, TipReport.Disposition, TipReport.Measure
OUTCOMES = (
    Disposition.HANDLED_HERE,
    Disposition.INVESTIGATING_AGENCY,
    Disposition.OTHER_AUTHORITY,
    Disposition.GUIDED,
    Disposition.UNFOUNDED,
)
ELSEWHERE = (Disposition.INVESTIGATING_AGENCY, Disposition.OTHER_AUTHORITY)
HANDED_OVER = (Referral.State.HANDED_OVER, Referral.State.ACCEPTED)
MEASURES = {
    Disposition.INVESTIGATING_AGENCY: Measure.PASSED_ON,
    Disposition.OTHER_AUTHORITY: Measure.PASSED_ON,
    Disposition.GUIDED: Measure.EXPLAINED,
    Disposition.UNFOUNDED: Measure.CHECKED,
}
# Of what was handled here: the others say what another ending was.
CHOSEN_MEASURES = tuple(one for one in Measure if one and one not in MEASURES.values())
NO_SUMMARY = (
    "Phản ánh này chưa có tóm tắt sạch, mà sổ tiếp nhận phải có. Hãy bấm “Ghi tóm tắt”, ghi xong "
    "rồi làm tiếp."
)


@transaction.atomic
def resolve(
    tip: TipReport, *, by: User, disposition: str, outcome: str, measure: str = ""
) -> TipReport:
    """Record the outcome of a tip that was verified. Raises NotAllowed, CarriesSecret.

    “Không có căn cứ” is about the tip and leaves nothing on the reporter. `measure`: of what was
    handled here, one of CHOSEN_MEASURES.
    """
    lock_for_worker(tip, by, "reports.close_tipreport")
    _require_outcome(tip, disposition)
    _require_summary(tip)
    move(tip, Status.RESOLVED)
    now = timezone.now()
    tip.disposition, tip.outcome = disposition, fit_to_tell(outcome, "kết quả", MAX_NOTE)
    tip.resolved_at = now
    _set_measure(tip, measure)
    tip.save(update_fields=["status", "disposition", "measure", "outcome", "resolved_at"])
    outcome = tip.get_disposition_display()
    record(tip, TipEvent.Kind.RESOLVED, by=by, text=tip.outcome, disposition=outcome)
    clocks.resolved(tip, at=now)
    occasions.follow_owner_day(tip)
    return tip


def _set_measure(tip: TipReport, measure: str) -> None:
    """Write the way it was dealt with. Raises NotAllowed."""
    if tip.disposition == Disposition.HANDLED_HERE:
        if measure not in CHOSEN_MEASURES:
            raise NotAllowed("Đã xử lý tại xã: hãy chọn cách giải quyết (hòa giải, nhắc nhở…).")
        tip.measure = measure
    else:
        tip.measure = MEASURES[Disposition(tip.disposition)]


def _require_summary(tip: TipReport) -> None:
    if not has_summary(tip):
        raise NotAllowed(NO_SUMMARY)


def _require_outcome(tip: TipReport, disposition: str) -> None:
    if disposition not in OUTCOMES:
        raise NotAllowed("Hãy chọn kết quả.")
    referrals = tip.referrals.filter(state__in=HANDED_OVER)
    if disposition in ELSEWHERE and not referrals.exists():
        raise NotAllowed(
            "Chưa ghi phiếu chuyển. Hãy ghi số, ngày phiếu ở mục “Chuyển cơ quan khác”."
        )
    if referrals.filter(state=Referral.State.HANDED_OVER).exists():
        raise NotAllowed("Nơi nhận chưa trả lời. Hãy ghi “Đã nhận” hoặc “Không nhận” trước.")


@transaction.atomic
def tell(
    tip: TipReport,
    *,
    by: User,
    text: str = "",
    canned: CannedReply | None = None,
    spoken: bool = False,
    signed_as: str = "",
) -> TipReport:
    """Tell the reporter the result, in the talk or by word of mouth. Raises NotAllowed.

    In the talk each duplicate's reporter is told too. A result by chat counts once it arrived;
    until then the tip waits. `spoken`: `text` is a remark, and may be empty; nothing is sent.
    """
    lock_for_worker(tip, by, "reports.work_tipreport")
    if tip.status != Status.RESOLVED:
        move(tip, Status.TOLD)  # says what it stands at
    now = timezone.now()
    if spoken:
        how = cleaned(text, "ghi chú", MAX_REASON, may_be_empty=True)
        results.mark_spoken(tip)
        results.mark_told(tip, at=now, via=str(TipMessage.Via.SPOKEN.label), by=by, how=how)
        return tip
    if why := results.why_not_told(tip):
        raise NotAllowed(why)
    own, *_others = answers.answer_all(
        tip, by=by, text=text, canned=canned, signed_as=signed_as, is_result=True
    )
    if own.via != TipMessage.Via.CHAT:
        results.mark_told(tip, at=now, via=own.get_via_display(), by=by)
    return tip


@transaction.atomic
def close(tip: TipReport, *, by: User) -> TipReport:
    """Close a tip whose reporter was told and where nothing waits. Raises NotAllowed."""
    lock_for_worker(tip, by, "reports.close_tipreport")
    conflicts.require_unnamed(tip, by)
    _require_read(tip, by)
    _require_summary(tip)
    if tip.status != Status.TOLD:
        waits = results.why_not_told(tip) if tip.status == Status.RESOLVED else ""
        raise TransitionNotAllowed(
            waits or "Hãy ghi kết quả và thông báo người báo tin trước khi đóng."
        )
    _close(tip, by)
    return tip


@transaction.atomic
def close_unworked(
    tip: TipReport,
    *,
    by: User,
    disposition: str,
    outcome: str,
    answer: str = "",
    canned: CannedReply | None = None,
    signed_as: str = "",
    measure: str = "",
    spoken: bool = False,
) -> TipReport:
    """Close a tip that needs no verifying: guided, unfounded, handled at once. Raises NotAllowed.

    `answer` goes to the reporter at once; `spoken`: he was told by word of mouth.
    """
    lock_for_worker(tip, by, "reports.close_tipreport")
    conflicts.require_unnamed(tip, by)
    _require_read(tip, by)  # before the answer, which marks all words as read
    _require_outcome(tip, disposition)
    _require_summary(tip)
    if tip.status not in (Status.NEW, Status.TRIAGED):
        raise TransitionNotAllowed("Phản ánh đang xác minh: hãy ghi kết quả, thông báo rồi đóng.")
    now, told_at = timezone.now(), None
    if answer.strip():
        sent, *_others = answers.answer_all(
            tip, by=by, text=answer, canned=canned, signed_as=signed_as, is_result=True
        )
        told_at = None if sent.via == TipMessage.Via.CHAT else sent.at
    elif spoken:
        told_at = now
    tip.resolved_at, tip.told_at = now, told_at  # after the answer, which reads the row anew
    tip.disposition, tip.outcome = disposition, fit_to_tell(outcome, "kết quả", MAX_NOTE)
    _set_measure(tip, measure)
    _close(tip, by, tip.outcome)
    return tip


def _require_read(tip: TipReport, by: User) -> None:
    if tip.has_unread:
        raise NotAllowed("Người báo tin vừa nói thêm. Hãy đọc trước khi đóng.")
    if ConflictProposal.objects.visible_to(by).waiting().filter(tip=tip).exists():
        raise NotAllowed(
            "Có lời nhắc tên cán bộ đang chờ quyết định. Hãy quyết định trước khi đóng."
        )
    twins = TipReport.objects.visible_to(by).filter(duplicate_of=tip, has_unread=True)
    if twin := twins.order_by("pk").first():
        raise NotAllowed(
            f"Người báo tin của {twin}, phản ánh trùng với phản ánh này, vừa nói thêm. Hãy đọc "
            "trước khi đóng."
        )


def _close(tip: TipReport, by: User, text: str = "") -> None:
    move(tip, Status.CLOSED)
    tip.closed_at = timezone.now()
    tip.save(
        update_fields=["status", "disposition", "measure", "outcome", "resolved_at", "told_at",
                       "closed_at"]
    )  # fmt: skip
    clocks.closed(tip, at=tip.closed_at)
    occasions.taken_up(tip)
    occasions.follow_owner_day(tip)
    outcome = tip.get_disposition_display()
    record(tip, TipEvent.Kind.CLOSED, by=by, text=text, disposition=outcome)


@transaction.atomic
def reopen(tip: TipReport, *, by: User, reason: str) -> TipReport:
    """Work again on a tip with an outcome; its owner goes on, or the account that opens it.

    The outcome stays in the history. Raises NotAllowed.
    """
    lock_for_worker(tip, by, "reports.work_tipreport")
    if tip.duplicate_of_id is not None:
        raise TransitionNotAllowed("Phản ánh này trùng với phản ánh khác. Hãy gỡ trùng trước.")
    move(tip, Status.IN_PROGRESS)
    reason = cleaned(reason, "lý do mở lại", MAX_REASON)
    owner = tip.owner
    is_able = (
        owner is not None
        and owner.is_active
        and owner.has_perm("reports.work_tipreport")
        and not TipConflict.objects.filter(tip=tip, user=owner).exists()
    )
    if not is_able:
        tip.owner, tip.assigned_at = by, timezone.now()
    tip.owner_due_on = None  # of the work that was done
    tip.disposition, tip.outcome, tip.measure = Disposition.NONE, "", ""
    tip.resolved_at = tip.told_at = tip.closed_at = None
    tip.save(
        update_fields=["status", "owner", "assigned_at", "owner_due_on", "disposition", "outcome",
                       "measure", "resolved_at", "told_at", "closed_at"]
    )  # fmt: skip
    clocks.reopened(tip, at=timezone.now())
    record(tip, TipEvent.Kind.REOPENED, by=by, text=reason)
    return tip
