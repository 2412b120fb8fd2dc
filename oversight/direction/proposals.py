"""Proposals to the Party Committee: sent by a body, a hamlet or a party organisation, answered."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.models import User
from accounts.services import NotAllowed
from groups.models import Hamlet
from groups.querysets import hamlets_of
from oversight.direction.directions import Addressee, side_of
from oversight.direction.querysets import ACT_FOR_PARTY, bodies_of
from oversight.direction.refusals import (
    blocked_fields,
    one_by_one,
    require_clean,
    require_move,
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
    audit.record("proposal.sent", by=by, target=proposal, commune=proposal.commune)
    return proposal


def _locked(proposal: Proposal, by: User) -> None:
    proposal.refresh_from_db(from_queryset=Proposal.objects.select_for_update(of=("self",)))
    if not Proposal.objects.visible_to(by).filter(pk=proposal.pk).exists():
        raise NotAllowed("Tài khoản này không xem được kiến nghị này.")


@transaction.atomic
def answer(proposal: Proposal, text: str, *, by: User) -> Proposal:
    """The answer of the Party Committee. Raises NotAllowed."""
    _locked(proposal, by)
    require_move(proposal, State.ANSWERED, words=SETTLED, transitions=Proposal.TRANSITIONS)
    if not by.has_perm("oversight.answer_proposal"):
        raise NotAllowed("Chỉ Văn phòng Đảng ủy mới trả lời kiến nghị.")
    if proposal.sent_by_id == by.pk and proposal.organisation_id is None:
        raise NotAllowed("Người gửi không tự trả lời kiến nghị của mình.")
    if not text.strip():
        raise NotAllowed("Hãy ghi nội dung trả lời.")
    require_clean(text)
    proposal.state, proposal.answer = State.ANSWERED, text.strip()
    proposal.answered_by, proposal.answered_at = by, timezone.now()
    proposal.save(update_fields=["state", "answer", "answered_by", "answered_at"])
    audit.record("proposal.answered", by=by, target=proposal, commune=proposal.commune)
    return proposal


@transaction.atomic
def withdraw(proposal: Proposal, *, by: User) -> Proposal:
    """Who sent it, or another account of the sender, takes it back. Raises NotAllowed."""
    _locked(proposal, by)
    require_move(proposal, State.WITHDRAWN, words=SETTLED, transitions=Proposal.TRANSITIONS)
    own = Proposal.objects.spoken_for_by(by).filter(pk=proposal.pk).exists()
    if not own or not by.has_perm("oversight.add_proposal"):
        raise NotAllowed("Chỉ nơi gửi kiến nghị mới rút được.")
    proposal.state = State.WITHDRAWN
    proposal.save(update_fields=["state"])
    audit.record("proposal.withdrawn", by=by, target=proposal, commune=proposal.commune)
    return proposal
