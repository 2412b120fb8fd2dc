"""Verbs of a change that takes two: propose, confirm, refuse, withdraw, carry out."""

from datetime import datetime, timedelta
from typing import Any, Final

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils import timezone

from accounts.communes.models import Commune
from accounts.second_person.kinds import kind_of
from accounts.second_person.models import ChangeProposal
from accounts.second_person.table import delay_of, seconds_for
from accounts.users.models import User
from accounts.users.roles import roles_of
from accounts.workflow.declaration import NotAllowed
from accounts.workflow.services import lock, lock_for, move, record

State = ChangeProposal.State
OPEN_FOR: Final = timedelta(days=7)
ALREADY: Final = (
    "Đã có một đề nghị đang chờ người thứ hai cho “{title}”. Hãy chờ kết quả, hoặc rút đề nghị đó "
    "rồi đề nghị lại."
)
STALE: Final = (
    "Từ lúc đề nghị đến nay giá trị cũ đã bị đổi, nên đề nghị này không dùng được nữa. Hãy xem giá "
    "trị hiện tại rồi đề nghị lại."
)
OWN: Final = "Đồng chí là người đề nghị nên người khác phải xác nhận."
ABOUT_ONESELF: Final = "Việc này về chính tài khoản của đồng chí nên người khác phải xác nhận."


@transaction.atomic
def propose(
    kind: str, row: models.Model, new: dict[str, Any], *, by: User | None, commune: Commune | None,
    old: dict[str, Any], reason: str = "",
) -> ChangeProposal:  # fmt: skip
    """Put a change before a second person; the row stays as it is. Raises NotAllowed.

    The caller has asked whether the account may propose it. `by` None is the server.
    """
    proposal = ChangeProposal(
        kind=kind, commune=commune, content_type=ContentType.objects.get_for_model(type(row)),
        object_id=row.pk, title=str(getattr(row, "audit_label", row))[:200], old=old, new=new,
        reason=reason.strip(), proposed_by=by, expires_at=timezone.now() + OPEN_FOR,
        seconds=seconds_for(kind, by, subject=row),
    )  # fmt: skip
    try:
        with transaction.atomic():
            proposal.save(force_insert=True)
    except IntegrityError:
        raise NotAllowed(ALREADY.format(title=proposal.title)) from None
    proposal.refresh_from_db()  # values as JSON gives them back
    record(proposal, "proposed", by=by, text=proposal.reason, matter=kind, fields=sorted(new))
    return proposal


def why_not(proposal: ChangeProposal, by: User) -> str:
    """Why this account is not the second person; blank where it is."""
    if proposal.proposed_by_id == by.pk:
        return OWN
    if _is_about(proposal, by):
        return ABOUT_ONESELF
    if not roles_of(by) & set(proposal.seconds):
        return ChangeProposal.workflow.denied
    return ""


def _is_about(proposal: ChangeProposal, by: User) -> bool:
    return proposal.content_type.model_class() is User and proposal.object_id == by.pk


def confirm(proposal: ChangeProposal, *, by: User) -> ChangeProposal:
    """The second person says yes; what need not wait is carried out at once. Raises NotAllowed.

    Where the old values stand no more, the proposal ends, and the refusal says so.
    """
    _confirm(proposal, by)
    if proposal.state == State.CONFIRMED and not kind_of(proposal).is_collected:
        _carry_out_if_due(proposal, timezone.now())
    if proposal.state == State.REFUSED:
        raise NotAllowed(proposal.decision_note)
    return proposal


@transaction.atomic
def _confirm(proposal: ChangeProposal, by: User) -> None:
    lock_for(proposal, by, permission=None, only=State.WAITING)
    if why := why_not(proposal, by):
        raise NotAllowed(why)
    now = timezone.now()
    if proposal.expires_at <= now:
        raise NotAllowed("Đề nghị này đã quá 7 ngày. Hãy đề nghị lại.")
    if kind_of(proposal).current(proposal) != proposal.old:
        _end(proposal, STALE)
        return
    move(proposal, State.CONFIRMED)
    proposal.decided_by, proposal.decided_at = by, now
    proposal.not_before = now + delay_of(proposal.kind)
    proposal.expires_at = max(proposal.expires_at, now + OPEN_FOR)
    proposal.save()
    record(proposal, "confirmed", by=by, matter=proposal.kind)


def _carry_out_if_due(proposal: ChangeProposal, now: datetime) -> None:
    if proposal.not_before is not None and proposal.not_before <= now:
        carry_out(proposal)


@transaction.atomic
def carry_out(proposal: ChangeProposal) -> object:
    """Change the row, once; a change that no longer fits ends with the sentence why."""
    lock(proposal)
    if proposal.state != State.CONFIRMED:
        return None
    kind = kind_of(proposal)
    if kind.current(proposal) != proposal.old:
        _end(proposal, STALE)
        return None
    try:
        with transaction.atomic():
            result = kind.carry_out(proposal)
    except (ValidationError, NotAllowed) as refusal:
        _end(proposal, " ".join(getattr(refusal, "messages", None) or [str(refusal)]))
        return None
    move(proposal, State.DONE)
    proposal.done_at = timezone.now()
    proposal.save(update_fields=["state", "done_at"])
    record(proposal, "done", by=proposal.decided_by, matter=proposal.kind)
    return result


def _end(proposal: ChangeProposal, why: str) -> None:
    move(proposal, State.REFUSED)
    proposal.decision_note = why[:300]
    proposal.save(update_fields=["state", "decision_note"])
    record(proposal, "refused", text=proposal.decision_note, matter=proposal.kind)


def collect(proposal: ChangeProposal, *, by: User) -> Any:
    """Carry out what the second person fetches; returns what is handed over. Raises NotAllowed."""
    with transaction.atomic():
        lock_for(proposal, by, permission=None, only=State.CONFIRMED)
        if proposal.decided_by_id != by.pk or not kind_of(proposal).is_collected:
            raise NotAllowed(ChangeProposal.workflow.denied)
        if why := why_not(proposal, by):  # a role may be gone since
            raise NotAllowed(why)
        if proposal.expires_at <= timezone.now():
            raise NotAllowed("Đề nghị này đã quá 7 ngày. Hãy đề nghị lại.")
        result = carry_out(proposal)
    if proposal.state != State.DONE:
        raise NotAllowed(proposal.decision_note)
    return result


@transaction.atomic
def refuse(proposal: ChangeProposal, *, by: User, reason: str) -> ChangeProposal:
    """One of those who may confirm says no, also while it waits for its hour. Raises NotAllowed."""
    lock_for(proposal, by, permission=None, only=ChangeProposal.OPEN)
    if why := why_not(proposal, by):
        raise NotAllowed(why)
    if not reason.strip():
        raise NotAllowed("Hãy ghi vì sao không đổi.")
    move(proposal, State.REFUSED)
    proposal.decided_by, proposal.decided_at = by, timezone.now()
    proposal.decision_note = reason.strip()[:300]
    proposal.save()
    record(proposal, "refused", by=by, text=proposal.decision_note, matter=proposal.kind)
    return proposal


@transaction.atomic
def withdraw(proposal: ChangeProposal, *, by: User, reason: str = "") -> ChangeProposal:
    """The proposer takes it back. Raises NotAllowed."""
    lock_for(proposal, by, permission=None, only=ChangeProposal.OPEN)
    if proposal.proposed_by_id != by.pk:
        raise NotAllowed("Chỉ người đề nghị mới rút được.")
    move(proposal, State.WITHDRAWN)
    proposal.save(update_fields=["state"])
    record(proposal, "withdrawn", by=by, text=reason.strip(), matter=proposal.kind)
    return proposal


def carry_out_due(now: datetime) -> int:
    """Carry out what is confirmed and due, end what is too old; returns how many were done."""
    due = ChangeProposal.objects.filter(state=State.CONFIRMED, not_before__lte=now)
    count = 0
    for proposal in due.order_by("pk"):
        if not kind_of(proposal).is_collected:
            carry_out(proposal)
            count += proposal.state == State.DONE
    for proposal in ChangeProposal.objects.open().filter(expires_at__lte=now).order_by("pk"):
        _expire(proposal)
    return count


@transaction.atomic
def _expire(proposal: ChangeProposal) -> None:
    lock(proposal)
    if proposal.state in ChangeProposal.OPEN:
        move(proposal, State.EXPIRED)
        proposal.save(update_fields=["state"])
        record(proposal, "expired", matter=proposal.kind)
