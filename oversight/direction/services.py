"""Verbs of directions and proposals."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.dispatch import receiver
from django.utils import timezone

from accounts.models import User
from accounts.services import NotAllowed
from accounts.workflow.four_eyes import is_writer
from accounts.workflow.services import lock_for, record, require_transition
from groups.models import Hamlet, HamletChange
from groups.places.querysets import hamlets_of
from groups.signals import Moved, hamlets_changing
from oversight.direction import occasions
from oversight.direction.models import Direction, DirectionEvent, DirectionReply, Proposal
from oversight.direction.querysets import ACT_FOR_PARTY, bodies_of, issuers_of
from oversight.direction.registers.models import Body, PartyOrganisation
from oversight.direction.rounds import asked
from oversight.direction.rounds.models import DirectionRound, RepliedNumber
from oversight.input_checks import lock_commune, require_clean
from oversight.plans.models import Milestone

State, Kind = Direction.State, DirectionEvent.Kind
NUMBERS_ALONE = "Đã báo số liệu được hỏi."
Addressee = Body | Hamlet | PartyOrganisation
# Refusals by state: of a reply, of acceptance or return, of closing.
NO_REPLY = {
    State.ACCEPTED: "Trả lời đã được ghi nhận. Cần nói thêm, hãy gọi nơi ra chỉ đạo.",
    State.CLOSED: "Chỉ đạo này đã khép lại nên không trả lời được nữa.",
}
NO_JUDGING = {
    State.OPEN: "Chưa có trả lời nên chưa ghi nhận hay trả lại được.",
    State.RETURNED: "Đã trả lại và đang chờ trả lời thêm.",
    State.ACCEPTED: "Trả lời này đã được ghi nhận trước đó.",
    State.CLOSED: "Chỉ đạo này đã khép lại trước đó.",
}
NO_CLOSING = {
    State.REPLIED: "Đã có trả lời. Hãy ghi nhận hoặc trả lại trước khi khép lại.",
    State.CLOSED: "Chỉ đạo này đã khép lại trước đó.",
}


def side_of(addressee: Addressee) -> str:
    """Field of an `Addressed` for such a row."""
    if isinstance(addressee, Body):
        return "body"
    return "hamlet" if isinstance(addressee, Hamlet) else "organisation"


def _record(direction: Direction, kind: str, *, by: User, text: str = "") -> None:
    record(direction, kind, by=by, at=timezone.now(), text=text)
    occasions.follow(direction)


def may_reply(direction: Direction, by: Any) -> bool:
    """Whether this account replies for the addressee, in any state."""
    if not by.has_perm("oversight.reply_direction"):
        return False
    return Direction.objects.spoken_for_by(by).filter(pk=direction.pk).exists()


@transaction.atomic
def reply(
    direction: Direction, text: str, *, by: User, file: Any = None, at: Any = None,
    numbers: Mapping[int, int] | None = None,
) -> DirectionReply:  # fmt: skip
    """Add a reply; earlier ones stay. `numbers` by the keys of `AskedNumber`. Raises NotAllowed."""
    lock_for(direction, by, permission=may_reply, denied="Chỉ nơi nhận chỉ đạo mới trả lời được.")
    require_transition(direction, State.REPLIED, refusals=NO_REPLY)
    questions, values = list(direction.round.asked.all()), dict(numbers or {})
    asked.require_all(questions, values)
    text = text.strip() or (NUMBERS_ALONE if questions else "")
    if not text:
        raise NotAllowed("Hãy ghi nội dung trả lời.")
    require_clean(text)
    last = direction.replies.last()
    if last is not None and (last.text, last.by_id, _numbers_of(last)) == (text, by.pk, values):
        raise NotAllowed("Trả lời này đã được ghi rồi.")
    now = at or timezone.now()
    given = DirectionReply.objects.create(
        direction=direction, text=text, file=file or "", by=by, at=now, due_on=direction.due_on,
        is_on_behalf=direction.organisation_id is not None,
    )  # fmt: skip
    RepliedNumber.objects.bulk_create(
        RepliedNumber(reply=given, asked=one, value=values[one.pk]) for one in questions
    )
    direction.state, direction.answered_on = State.REPLIED, timezone.localdate(now)
    direction.save(update_fields=["state", "answered_on"])
    _record(direction, Kind.REPLIED, by=by)
    return given


def _numbers_of(reply: DirectionReply) -> dict[int, int]:
    return dict(reply.numbers.values_list("asked", "value"))


def settles_of(given: DirectionRound, by: Any) -> bool:
    """Whether this account settles the replies to a round: it acts for its issuer."""
    is_of_code = by.commune_id is None and by.is_superuser
    own = is_of_code or (given.commune_id == by.commune_id and given.issuer in issuers_of(by))
    return bool(own and by.has_perm("oversight.settle_direction"))


def settles(direction: Direction, by: Any) -> bool:
    return settles_of(direction.round, by)


def _lock_to_judge(direction: Direction, to: str, by: User, *, refusals: Mapping[Any, str]) -> None:
    """Lock a direction for a step by another account than the replier. Raises NotAllowed."""
    lock_for(direction, by, permission=settles)
    require_transition(direction, to, refusals=refusals)
    last = direction.replies.last()
    if last is not None and is_writer(by, last.by_id) and not last.is_on_behalf:
        raise NotAllowed("Người trả lời không tự ghi nhận trả lời của mình.")


@transaction.atomic
def accept(direction: Direction, *, by: User) -> Direction:
    """Accept the reply. Raises NotAllowed."""
    _lock_to_judge(direction, State.ACCEPTED, by, refusals=NO_JUDGING)
    direction.state = State.ACCEPTED
    direction.save(update_fields=["state"])
    _record(direction, Kind.ACCEPTED, by=by)
    return direction


@transaction.atomic
def return_for_more(direction: Direction, reason: str, *, due_on: date, by: User) -> Direction:
    """Return the reply with a reason and a new due day. Raises NotAllowed."""
    _lock_to_judge(direction, State.RETURNED, by, refusals=NO_JUDGING)
    if not reason.strip():
        raise NotAllowed("Hãy ghi cần trả lời thêm điều gì.")
    require_clean(reason)
    if due_on < timezone.localdate():
        raise NotAllowed("Hạn mới đã qua. Hãy chọn hôm nay hoặc ngày sau.")
    if due_on < direction.given_on:  # which may be a day to come
        raise NotAllowed(
            f"Hạn mới đứng trước ngày chỉ đạo {direction.given_on:%d/%m/%Y}. Hãy chọn ngày đó hoặc "
            "ngày sau."
        )
    text = f"{reason.strip()} (hạn cũ {direction.due_on:%d/%m/%Y}, hạn mới {due_on:%d/%m/%Y})"
    direction.state, direction.due_on, direction.answered_on = State.RETURNED, due_on, None
    direction.save(update_fields=["state", "due_on", "answered_on"])
    _record(direction, Kind.RETURNED, by=by, text=text)
    return direction


@transaction.atomic
def close(direction: Direction, *, by: User, text: str = "") -> Direction:
    """Close; without an accepted reply a reason is required. Raises NotAllowed."""
    _lock_to_judge(direction, State.CLOSED, by, refusals=NO_CLOSING)
    if direction.state != State.ACCEPTED and not text.strip():
        raise NotAllowed("Chưa có trả lời được ghi nhận. Hãy ghi lý do khép lại.")
    require_clean(text)
    direction.state, direction.closed_at = State.CLOSED, timezone.now()
    direction.save(update_fields=["state", "closed_at"])
    _record(direction, Kind.CLOSED, by=by, text=text.strip())
    return direction


ProposalState = Proposal.State
PROPOSAL_TEXTS = ("title", "text")
SETTLED = {
    ProposalState.ANSWERED: "Kiến nghị này đã được trả lời trước đó.",
    ProposalState.WITHDRAWN: "Kiến nghị này đã được nơi gửi rút lại.",
}


def senders_of(user: Any) -> list[Addressee]:
    """Bodies and hamlets of an account; party organisations for the Party office."""
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
    """Send a proposal. Raises NotAllowed."""
    if not by.has_perm("oversight.add_proposal") or sender not in senders_of(by):
        raise NotAllowed("Tài khoản này không gửi kiến nghị thay nơi đó được.")
    require_clean(*(getattr(proposal, name) for name in PROPOSAL_TEXTS))
    lock_commune(sender.commune_id)
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
    """Answer a proposal. Raises NotAllowed."""
    lock_for(proposal, by, permission="oversight.answer_proposal")
    require_transition(proposal, ProposalState.ANSWERED, refusals=SETTLED)
    if is_writer(by, proposal.sent_by_id) and proposal.organisation_id is None:
        raise NotAllowed("Người gửi không tự trả lời kiến nghị của mình.")
    if not text.strip():
        raise NotAllowed("Hãy ghi nội dung trả lời.")
    require_clean(text)
    proposal.state, proposal.answer = ProposalState.ANSWERED, text.strip()
    proposal.answered_by, proposal.answered_at = by, timezone.now()
    proposal.save(update_fields=["state", "answer", "answered_by", "answered_at"])
    record(proposal, "answered", by=by)
    return proposal


def _may_withdraw(proposal: Proposal, by: User) -> bool:
    own = Proposal.objects.spoken_for_by(by).filter(pk=proposal.pk).exists()
    return bool(own and by.has_perm("oversight.add_proposal"))


@transaction.atomic
def withdraw(proposal: Proposal, *, by: User, reason: str = "") -> Proposal:
    """Withdraw a proposal, by an account of its sender. Raises NotAllowed."""
    lock_for(proposal, by, permission=_may_withdraw, denied="Chỉ nơi gửi kiến nghị mới rút được.")
    require_transition(proposal, ProposalState.WITHDRAWN, refusals=SETTLED)
    proposal.state = ProposalState.WITHDRAWN
    proposal.save(update_fields=["state"])
    record(proposal, "withdrawn", by=by, text=reason.strip())
    return proposal


@receiver(hamlets_changing, dispatch_uid="oversight.follow_hamlets")
def direction_follows_hamlets(
    sender: Any, *, change: HamletChange, successors: dict[int, list[int]], **kwargs: Any
) -> list[Moved]:
    """Move open work of a changed hamlet to its first successor, as for tips.

    Finished work stays, so that old figures hold; so do achievements, reviews and checklists.
    """
    commune, today = change.commune, timezone.localdate()
    waiting = {
        "Chỉ đạo chưa xong": Direction.objects.exclude(
            state__in=[Direction.State.ACCEPTED, Direction.State.CLOSED]
        ),
        "Việc trong kế hoạch chưa xong": Milestone.objects.filter(
            state__in=[Milestone.State.PENDING, Milestone.State.DOING]
        ),
        "Kiến nghị chờ trả lời": Proposal.objects.waiting(),
        "Tổ chức đảng của ấp, khu phố": PartyOrganisation.objects.valid_on(today),
    }
    counts = dict.fromkeys(waiting, 0)
    for old, new in successors.items():
        if not new or new[0] == old:
            continue
        for label, rows in waiting.items():
            counts[label] += rows.of_commune(commune).filter(hamlet=old).update(hamlet=new[0])
    return [Moved(label, count) for label, count in counts.items()]
