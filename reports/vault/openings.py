"""Opening the vault: one person, one tip, 24 hours, a reason, and another person's yes.

Until then nothing tells whether there is an identity at all: asking and deciding read no vault.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from accounts.workflow.services import lock_for, record, sees
from reports.tips.errors import NotAllowed, TransitionNotAllowed
from reports.tips.models import TipReport
from reports.tips.services import REASON, cleaned, is_worker, require_worker
from reports.vault.models import IdentityOpening
from reports.work.models import TipEvent

State = IdentityOpening.State
SHORTEST_REASON = 10


@dataclass(frozen=True)
class Identity:
    """What a reporter said of themselves; shown once a press and kept in no page."""

    name: str = field(repr=False)
    phone: str = field(repr=False)
    address: str = field(repr=False)
    zalo_user_id: str = field(repr=False)
    how_known: str = field(repr=False)
    why_unnamed: str = field(repr=False)


@transaction.atomic
def ask(tip: TipReport, *, by: User, reason: str) -> IdentityOpening:
    """Ask to see who told this tip. Raises NotAllowed, CarriesSecret."""
    lock_for(tip, by, permission="reports.ask_identityopening")
    require_worker(tip, by)
    kept = cleaned(reason, "lý do", REASON)
    if len(kept) < SHORTEST_REASON:
        raise NotAllowed("Hãy ghi rõ vì sao cần biết người báo tin là ai.")
    now = timezone.now()
    if IdentityOpening.objects.open_for(by, tip, now).exists():
        raise NotAllowed("Tài khoản này đang được xem danh tính của phản ánh này.")
    try:
        with transaction.atomic():
            opening = IdentityOpening.objects.create(
                tip=tip, asked_by=by, asked_at=now, reason=kept
            )
    except IntegrityError as error:
        raise NotAllowed("Đã đề nghị, đang chờ duyệt.") from error
    record(tip, TipEvent.Kind.IDENTITY_ASKED, by=by)
    return opening


@transaction.atomic
def decide(
    opening: IdentityOpening, *, by: User, approved: bool, reason: str = ""
) -> IdentityOpening:
    """Say yes for 24 hours, or no with a reason. Raises NotAllowed, CarriesSecret.

    Never the one who asked; and both must still be allowed to know of the tip.
    """
    tip = opening.tip
    lock_for(tip, by, permission="reports.decide_identityopening")
    opening.refresh_from_db()
    if opening.asked_by_id == by.pk:
        raise NotAllowed("Người đề nghị không tự duyệt được.")
    if opening.state != State.ASKED:
        raise TransitionNotAllowed(
            f"Đề nghị này không còn chờ duyệt ({opening.get_state_display().lower()})."
        )
    asker = opening.asked_by
    if approved and not _may_still(asker, tip):
        raise NotAllowed(f"{asker} không còn làm việc với phản ánh này nên không duyệt được.")
    now = timezone.now()
    opening.approved_by, opening.decided_at = by, now
    if approved:
        opening.state = State.APPROVED
        opening.until = now + timedelta(hours=IdentityOpening.HOURS)
    else:
        opening.state = State.REFUSED
        opening.refusal = cleaned(reason, "lý do không duyệt", REASON)
    opening.save()
    record(
        tip, TipEvent.Kind.IDENTITY_DECIDED, by=by, text=opening.refusal,
        is_approved=approved,
    )  # fmt: skip
    return opening


def _may_still(user: User, tip: TipReport) -> bool:
    may = user.is_active and user.has_perm("reports.ask_identityopening") and sees(user, tip)
    return may and is_worker(user, tip)


@transaction.atomic
def open_identity(tip: TipReport, *, by: User) -> Identity:
    """The values, for the named account within its 24 hours; each look is written down.

    Who gave the work away meanwhile is not let in. Raises NotAllowed, with one sentence whatever is
    missing of the leave.
    """
    lock_for(tip, by, permission="reports.ask_identityopening")
    require_worker(tip, by)
    now = timezone.now()
    leave = IdentityOpening.objects.open_for(by, tip, now).select_for_update(of=("self",)).first()
    if leave is None:
        raise NotAllowed(
            "Tài khoản này chưa được duyệt xem danh tính của phản ánh này, hoặc đã hết 24 giờ. Hãy "
            "gửi đề nghị mới."
        )
    if leave.opened_at is None:
        leave.opened_at = now
        leave.save(update_fields=["opened_at"])
    record(tip, TipEvent.Kind.IDENTITY_OPENED, by=by)
    reporter = tip.reporter
    return Identity(
        reporter.name, reporter.phone, reporter.address, reporter.zalo_user_id,
        reporter.how_known, reporter.why_unnamed,
    )  # fmt: skip


@transaction.atomic
def end(opening: IdentityOpening, *, by: User) -> IdentityOpening:
    """Seen enough, or the question is taken back: by the one who asked, or who decides."""
    tip = opening.tip
    lock_for(tip, by, permission=("reports.ask_identityopening", "reports.decide_identityopening"))
    opening.refresh_from_db()
    if by.pk != opening.asked_by_id and not by.has_perm("reports.decide_identityopening"):
        raise NotAllowed("Chỉ người đề nghị hoặc người duyệt mới kết thúc được.")
    if opening.state not in (State.ASKED, State.APPROVED):
        raise TransitionNotAllowed("Lần mở này đã kết thúc.")
    opening.state = State.ENDED
    opening.save(update_fields=["state"])
    record(tip, TipEvent.Kind.IDENTITY_DECIDED, by=by, is_ended=True)
    return opening


def end_expired(now: datetime) -> int:
    """Write down what ended by itself; whether it may be looked at asks the hour, not this."""
    over = IdentityOpening.objects.filter(state=State.APPROVED, until__lte=now)
    return over.update(state=State.ENDED)
