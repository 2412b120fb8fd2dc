"""Hand a tip to another authority: quick notice, transfer slip, acceptance or refusal."""

from datetime import date

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.workflow.services import record
from reports.clocks import services as clocks
from reports.clocks.rules import Stage
from reports.tips.errors import NotAllowed, TransitionNotAllowed
from reports.tips.models import TipReport
from reports.tips.services import MAX_NOTE, MAX_REASON, cleaned, leave_unowned, lock_for_worker
from reports.triage.models import Referral
from reports.vault.conflicts import require_unnamed
from reports.work.models import TipEvent

State, Status = Referral.State, TipReport.Status
WHOM, HOW, SLIP = 150, 40, 40
ON_THE_WAY = (State.PREPARED, State.HANDED_OVER)
MAY_GO = (Status.TRIAGED, Status.IN_PROGRESS)


@transaction.atomic
def tell_quickly(
    tip: TipReport, *, by: User, to: str, to_whom: str, told_to: str, told_by: str
) -> Referral:
    """Record the quick notice of a grave matter, before any slip. Raises NotAllowed.

    `told_to` is the person who heard it (sealed), `told_by` the means (“điện thoại”).
    """
    lock_for_worker(tip, by, "reports.work_tipreport")
    referral = _prepared(tip, by, to, to_whom)
    if referral.told_quickly_at is not None:
        raise NotAllowed("Đã ghi báo nhanh cho nơi này rồi.")
    referral.told_quickly_at = timezone.now()
    referral.told_quickly_to = cleaned(told_to, "người nghe báo nhanh", WHOM)
    referral.told_quickly_by = cleaned(told_by, "cách báo nhanh", HOW)
    referral.save()
    if to != Referral.To.OTHER_AUTHORITY:
        clocks.stop(tip, Stage.INFORM, at=referral.told_quickly_at)
    record(tip, TipEvent.Kind.TOLD_QUICKLY, by=by, place=referral.get_to_display())
    return referral


@transaction.atomic
def refer(
    tip: TipReport, *, by: User, to: str, to_whom: str, slip_number: str, slip_on: date
) -> Referral:
    """Record the transfer slip of a tip; the slip itself is theirs. Raises NotAllowed."""
    lock_for_worker(tip, by, "reports.work_tipreport")
    require_unnamed(tip, by)
    referral = _prepared(tip, by, to, to_whom)
    today = timezone.localdate()
    if slip_on > today:
        raise NotAllowed("Ngày phiếu chuyển không được ở tương lai.")
    if slip_on < timezone.localdate(tip.received_at):
        raise NotAllowed("Ngày phiếu chuyển không được trước ngày nhận phản ánh.")
    now = timezone.now()
    referral.slip_number = cleaned(slip_number, "số phiếu chuyển", SLIP)
    referral.slip_on, referral.handed_over_at = slip_on, now
    referral.state = State.HANDED_OVER
    referral.save()
    clocks.referred(tip, to=to, at=now)
    record(tip, TipEvent.Kind.REFERRED, by=by, place=referral.get_to_display())
    return referral


def _prepared(tip: TipReport, by: User, to: str, to_whom: str) -> Referral:
    """Return the referral in preparation, or a new one, for a tip that may go elsewhere."""
    if to not in Referral.To.values:
        raise NotAllowed("Hãy chọn nơi chuyển tới.")
    if tip.status not in MAY_GO:
        raise TransitionNotAllowed("Chỉ chuyển được phản ánh đã phân loại và chưa có kết quả.")
    whom = cleaned(to_whom, "tên cơ quan nhận", WHOM)
    referral = tip.referrals.filter(state__in=ON_THE_WAY).first()
    if referral is None:
        return Referral(tip=tip, to=to, to_whom=whom, by=by)
    if referral.state == State.HANDED_OVER:
        raise NotAllowed(f"Phản ánh đã chuyển {referral.to_whom}, đang chờ nơi nhận trả lời.")
    referral.to, referral.to_whom = to, whom
    return referral


@transaction.atomic
def accept(referral: Referral, *, by: User) -> Referral:
    """Record that the receiver accepted. Raises NotAllowed."""
    tip = _answered(referral, by)
    referral.state, referral.answered_at = State.ACCEPTED, timezone.now()
    referral.save(update_fields=["state", "answered_at"])
    record(tip, TipEvent.Kind.REFERRAL_ANSWERED, by=by, is_accepted=True)
    return referral


@transaction.atomic
def refuse(referral: Referral, *, by: User, reason: str) -> Referral:
    """Record the refusal of the receiver: the tip is ours to work on again. Raises NotAllowed."""
    tip = _answered(referral, by)
    now = timezone.now()
    referral.state, referral.answered_at = State.REFUSED, now
    referral.refusal = cleaned(reason, "lý do không nhận", MAX_REASON)
    referral.save(update_fields=["state", "answered_at", "refusal"])
    record(tip, TipEvent.Kind.REFERRAL_ANSWERED, by=by, text=referral.refusal, is_accepted=False)
    if tip.owner is not None and not tip.owner.is_active:
        leave_unowned(tip)
    clocks.came_back(tip, at=now)
    return referral


@transaction.atomic
def hear(tip: TipReport, *, by: User, text: str, has_result: bool) -> TipReport:
    """Record the receiver's answer on what became of the tip; also once it is closed.

    Without a result the next reminder stays. Raises NotAllowed.
    """
    lock_for_worker(tip, by, "reports.work_tipreport")
    if not is_to_be_asked(tip):
        raise NotAllowed("Không có nơi nhận nào cần hỏi kết quả.")
    text = cleaned(text, "lời nơi nhận trả lời", MAX_NOTE)
    clocks.asked_receiver(tip, at=timezone.now(), has_result=has_result)
    record(tip, TipEvent.Kind.REFERRAL_ANSWERED, by=by, text=text, has_result=has_result)
    return tip


def is_to_be_asked(tip: TipReport) -> bool:
    """Whether a reminder runs to ask the receiver what became of the tip."""
    return tip.clocks.open().filter(stage=Stage.FOLLOW_UP).exists()


def _answered(referral: Referral, by: User) -> TipReport:
    tip = referral.tip
    lock_for_worker(tip, by, "reports.work_tipreport")
    referral.refresh_from_db()
    if referral.state != State.HANDED_OVER:
        raise TransitionNotAllowed(
            f"Lần chuyển này đang ở tình trạng “{referral.get_state_display()}”."
        )
    return tip
