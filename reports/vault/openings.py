"""Open the vault for one person, one tip, 24 hours, with a reason and another's approval.

Until then nothing tells whether there is an identity at all: asking and deciding read no vault.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from accounts.workflow.services import lock_for, record, sees
from reports.tips.errors import NotAllowed, TransitionNotAllowed
from reports.tips.models import TipReport
from reports.tips.services import MAX_REASON, cleaned, is_worker, lock_for_worker
from reports.vault import proofs
from reports.vault.conflicts import is_named, require_unnamed
from reports.vault.models import IdentityOpening
from reports.work.models import TipEvent

State = IdentityOpening.State
Aim = IdentityOpening.Aim
Check = Callable[[IdentityOpening], object]
SHORTEST_REASON = 10


@dataclass(frozen=True)
class Identity:
    """Data of a reporter; shown once a press and stored in no page.

    Of Zalo only whether they can be answered there.
    """

    name: str = field(repr=False)
    phone: str = field(repr=False)
    address: str = field(repr=False)
    how_known: str = field(repr=False)
    why_unnamed: str = field(repr=False)
    has_zalo: bool = field(repr=False)


@transaction.atomic
def ask(
    tip: TipReport, *, by: User, reason: str, aim: Aim = Aim.IDENTITY, uuid: UUID | None = None
) -> IdentityOpening:
    """Ask to see the reporter of this tip, or the number alone. Raises NotAllowed, CarriesSecret.

    Pages ask for it with a proof (`reports.vault.operations.ask_opening`): without one the vault
    approves and opens nothing. `uuid`: of the opening, where a passkey has proven it already.
    """
    lock_for_worker(tip, by, "reports.ask_identityopening")
    reason = cleaned(reason, "lý do", MAX_REASON)
    if len(reason) < SHORTEST_REASON:
        raise NotAllowed("Hãy ghi rõ vì sao cần biết người báo tin là ai.")
    now = timezone.now()
    if IdentityOpening.objects.open_for(by, tip, now).exists():
        raise NotAllowed("Tài khoản này đang được xem danh tính của phản ánh này.")
    try:
        with transaction.atomic():
            opening = IdentityOpening.objects.create(
                tip=tip, asked_by=by, asked_at=now, reason=reason, aim=aim, uuid=uuid or uuid4()
            )
    except IntegrityError as error:
        raise NotAllowed("Đã đề nghị, đang chờ duyệt.") from error
    record(tip, TipEvent.Kind.IDENTITY_ASKED, by=by)
    return opening


@transaction.atomic
def decide(
    opening: IdentityOpening, *, by: User, approved: bool, reason: str = ""
) -> IdentityOpening:
    """Approve for 24 hours, or refuse with a reason. Raises NotAllowed, CarriesSecret.

    Never the one who asked; and both must still be allowed to know of the tip. Approved without a
    proof (`reports.vault.operations.approve_opening`) it opens nothing.
    """
    tip = opening.tip
    lock_for(tip, by, permission="reports.decide_identityopening")
    require_unnamed(tip, by)
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
        opening.refusal = cleaned(reason, "lý do không duyệt", MAX_REASON)
    opening.save()
    decided = TipEvent.Kind.IDENTITY_DECIDED
    record(tip, decided, by=by, text=opening.refusal, is_approved=approved)
    return opening


def _may_still(user: User, tip: TipReport) -> bool:
    may = user.is_active and user.has_perm("reports.ask_identityopening") and sees(user, tip)
    return may and is_worker(user, tip) and not is_named(tip, user)


@transaction.atomic
def open_identity(tip: TipReport, *, by: User, check: Check | None = None) -> Identity:
    """Return the values, for the named account within its 24 hours; each look is recorded. In the
    vault.

    In the vault alone; pages ask for it (`reports.vault.operations.identity_of`), which has `check`
    ask for a proof of this look. An account that gave the work away meanwhile is refused. Raises
    NotAllowed, with one sentence whatever is missing; ForgedCall where the proofs of the two are.
    """
    leave = _leave(tip, by, Aim.IDENTITY)
    if check is not None:
        check(leave)
    if leave.opened_at is None:
        leave.opened_at = timezone.now()
        leave.save(update_fields=["opened_at"])
    record(tip, TipEvent.Kind.IDENTITY_OPENED, by=by)
    known = tip.reporter
    return Identity(
        name=known.name, phone=known.phone, address=known.address, how_known=known.how_known,
        why_unnamed=known.why_unnamed, has_zalo=bool(known.zalo_user_id),
    )  # fmt: skip


@transaction.atomic
def open_phone(tip: TipReport, *, by: User, check: Check) -> str:
    """Return the number alone, once: the opening ends with it. In the vault, as `open_identity`."""
    leave = _leave(tip, by, Aim.CALL)
    check(leave)
    leave.opened_at, leave.state = timezone.now(), State.ENDED
    leave.save(update_fields=["opened_at", "state"])
    record(tip, TipEvent.Kind.IDENTITY_OPENED, by=by, is_number_alone=True)
    return str(tip.reporter.phone)


def _leave(tip: TipReport, by: User, aim: Aim) -> IdentityOpening:
    """The leave of this account, locked and proven by two. Raises NotAllowed, ForgedCall."""
    lock_for_worker(tip, by, "reports.ask_identityopening")
    now = timezone.now()
    rows = IdentityOpening.objects.open_for(by, tip, now).filter(aim=aim)
    leave = rows.select_for_update(of=("self",)).first()
    if leave is None or is_named(tip, by) or not _was_approved_by_another(leave):
        raise NotAllowed(
            "Tài khoản này chưa được duyệt xem danh tính của phản ánh này, hoặc đã hết 24 giờ. Hãy "
            "gửi đề nghị mới."
        )
    proofs.require_both(leave, now)
    return leave


def _was_approved_by_another(leave: IdentityOpening) -> bool:
    """Whether the second person is somebody else, and still in office."""
    approver = leave.approved_by
    return approver is not None and approver.is_active and approver.pk != leave.asked_by_id


@transaction.atomic
def end(opening: IdentityOpening, *, by: User) -> IdentityOpening:
    """End an opening or take a request back: by the one who asked, or who decides."""
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
    """Mark openings that ended by themselves; a look asks the hour, not this state."""
    over = IdentityOpening.objects.filter(state=State.APPROVED, until__lte=now)
    return over.update(state=State.ENDED)
