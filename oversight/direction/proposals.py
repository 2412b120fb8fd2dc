"""Proposals to the Party Committee: sent by a body, a hamlet or a party organisation, answered."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.services import NotAllowed
from accounts.workflow.four_eyes import is_writer
from accounts.workflow.services import lock_for, record, require_transition
from groups.models import Hamlet
from groups.querysets import hamlets_of
from oversight.direction.directions import Addressee, side_of
from oversight.direction.querysets import ACT_FOR_PARTY, bodies_of
from oversight.direction.refusals import (
    blocked_fields,
    one_by_one,
    require_clean,
)
from oversight.models import Body, PartyOrganisation, Proposal

State = Proposal.State
TEXTS = ("title", "text")
SETTLED = {
    State.ANSWERED: "Kiến nghị này đã được trả lời trước đó.",
    State.WITHDRAWN: "Kiến nghị này đã được nơi gửi rút lại.",
}


def refusals(proposal: Proposal) -> dict[str, list[str]]:
    """What keeps a proposal from being sent, by field."""
    return blocked_fields(proposal, TEXTS)


def senders_of(user: Any) -> list[Addressee]:
    """In whose name an account may propose: its bodies and hamlets; the office for party cells."""
    today = timezone.localdate()
    found: list[Addressee] = [
        *bodies_of(user).filter(is_active=True).exclude(kind=Body.Kind.PARTY),
        *Hamlet.objects.filter(pk__in=hamlets_of(user)),
    ]
    if user.has_perm(ACT_FOR_PARTY) and user.commune_id is not None:
        found += PartyOrganisation.objects.of_commune(user.commune_id).valid_on(today)
    return found


@transaction.atomic
def send(proposal: Proposal, *, sender: Addressee, by: User) -> Proposal:
    """Raises NotAllowed."""
    if not by.has_perm("oversight.add_proposal") or sender not in senders_of(by):
        raise NotAllowed("Tài khoản này không gửi kiến nghị thay nơi đó được.")
    require_clean(*(getattr(proposal, name) for name in TEXTS))
    one_by_one(sender.commune_id)
    same = {side_of(sender): sender, "title": proposal.title, "text": proposal.text}
    if Proposal.objects.waiting().filter(**same).exists():
        raise NotAllowed("Kiến nghị này đã gửi trước đó và đang chờ trả lời.")
    setattr(proposal, side_of(sender), sender)
    proposal.commune_id = sender.commune_id
    proposal.sent_by, proposal.sent_at = by, timezone.now()
    proposal.save(force_insert=True)
    record(proposal, "sent", by=by)
    return proposal


@transaction.atomic
def answer(proposal: Proposal, text: str, *, by: User) -> Proposal:
    """The answer of the Party Committee. Raises NotAllowed."""
    lock_for(proposal, by, permission="oversight.answer_proposal")
    require_transition(proposal, State.ANSWERED, refusals=SETTLED)
    if is_writer(by, proposal.sent_by_id) and proposal.organisation_id is None:
        raise NotAllowed("Người gửi không tự trả lời kiến nghị của mình.")
    if not text.strip():
        raise NotAllowed("Hãy ghi nội dung trả lời.")
    require_clean(text)
    proposal.state, proposal.answer = State.ANSWERED, text.strip()
    proposal.answered_by, proposal.answered_at = by, timezone.now()
    proposal.save(update_fields=["state", "answer", "answered_by", "answered_at"])
    record(proposal, "answered", by=by)
    return proposal


def _may_withdraw(proposal: Proposal, by: User) -> bool:
    own = Proposal.objects.spoken_for_by(by).filter(pk=proposal.pk).exists()
    return bool(own and by.has_perm("oversight.add_proposal"))


@transaction.atomic
def withdraw(proposal: Proposal, *, by: User) -> Proposal:
    """Who sent it, or another account of the sender, takes it back. Raises NotAllowed."""
    lock_for(proposal, by, permission=_may_withdraw, denied="Chỉ nơi gửi kiến nghị mới rút được.")
    require_transition(proposal, State.WITHDRAWN, refusals=SETTLED)
    proposal.state = State.WITHDRAWN
    proposal.save(update_fields=["state"])
    record(proposal, "withdrawn", by=by)
    return proposal
