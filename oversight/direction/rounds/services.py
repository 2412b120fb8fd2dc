"""Verbs of a direction to many: given once, then reminded and settled for many at a time."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.services import NotAllowed
from accounts.workflow.services import lock_for, record, require_state
from groups.models import Hamlet
from oversight.direction import occasions
from oversight.direction.models import Direction, DirectionEvent
from oversight.direction.querysets import issuers_of
from oversight.direction.registers.models import Body, PartyOrganisation
from oversight.direction.rounds import asked
from oversight.direction.rounds.asked import Ask
from oversight.direction.rounds.models import MOST_FILES, DirectionRound, RoundFile
from oversight.direction.services import Addressee, settles, side_of
from oversight.input_checks import lock_commune, require_clean

State, Kind, Issuer = Direction.State, DirectionEvent.Kind, DirectionRound.Issuer
TEXTS = ("title", "text", "directed_by")
SHARED = (
    "commune_id", "title", "text", "directed_by", "document_id", "post_request_id", "given_on",
    "due_on",
)  # fmt: skip
BODIES_OF_COMMITTEE = frozenset({Body.Kind.POLICE, Body.Kind.OTHER})


def may_direct(issuer: str, to: Addressee) -> bool:
    """Whether an issuer directs such an addressee at all.

    The People's Committee directs its agencies and the hamlets, the police the hamlets, where the
    officers have jobs (`oversight.jobs`). The unions and party organisations are the Party's.
    """
    if isinstance(to, Hamlet):
        return True
    if issuer == Issuer.PARTY:
        return isinstance(to, PartyOrganisation) or to.kind != Body.Kind.PARTY
    is_body = issuer == Issuer.COMMITTEE and isinstance(to, Body)
    return is_body and to.kind in BODIES_OF_COMMITTEE


@dataclass(frozen=True)
class Attached:
    """A checked file with the name under which it was handed in."""

    file: Any
    name: str


@transaction.atomic
def give(
    draft: DirectionRound, *, to: Sequence[Addressee], by: User, asks: Sequence[Ask] = (),
    files: Sequence[Attached] = (),
) -> DirectionRound:  # fmt: skip
    """Give a direction: one round, a part for each addressee. Raises NotAllowed."""
    own_commune = by.commune_id in {None, draft.commune_id}
    if not own_commune or not by.has_perm("oversight.add_directionround"):
        raise NotAllowed("Tài khoản này không có quyền giao chỉ đạo cho xã này.")
    if by.commune_id is not None and draft.issuer not in issuers_of(by):
        raise NotAllowed(f"Tài khoản này không ra chỉ đạo của {draft.get_issuer_display()} được.")
    if not to:
        raise NotAllowed("Hãy chọn ít nhất một nơi nhận chỉ đạo.")
    if any(one.commune_id != draft.commune_id for one in to):
        raise NotAllowed("Nơi nhận không thuộc xã này. Hãy chọn lại.")
    if strange := [str(one) for one in to if not may_direct(draft.issuer, one)]:
        raise NotAllowed(
            f"{draft.get_issuer_display()} không ra chỉ đạo cho: {', '.join(strange)}."
        )
    if len(files) > MOST_FILES:
        raise NotAllowed(f"Kèm nhiều nhất {MOST_FILES} tệp.")
    require_clean(*(getattr(draft, name) for name in TEXTS), *(one.name for one in files))
    lock_commune(draft.commune_id)
    _require_new(draft, to)
    draft.created_by = by
    draft.full_clean(exclude=["created_by"])
    draft.save(force_insert=True)
    asked.ask(draft, asks)
    for one in files:
        RoundFile.objects.create(round=draft, file=one.file, name=one.name)
    for place in to:
        _add_part(draft, place, by)
    record(draft, "given", by=by, parts=len(to), asked=len(asks), files=len(files))
    return draft


def _add_part(given: DirectionRound, to: Addressee, by: User) -> None:
    row = Direction(round=given, created_by=by, **{side_of(to): to}, **_shared(given))
    row.full_clean(exclude=["created_by", "round"])
    row.save(force_insert=True)
    record(row, Kind.GIVEN, by=by, at=timezone.now())
    occasions.follow(row)


def _shared(given: DirectionRound) -> dict[str, Any]:
    return {name: getattr(given, name) for name in SHARED}


def _require_new(draft: DirectionRound, to: Sequence[Addressee]) -> None:
    """Refuse a form sent twice: given directions cannot be deleted."""
    unsettled = Direction.objects.exclude(state__in=(State.ACCEPTED, State.CLOSED))
    same = unsettled.filter(round__issuer=draft.issuer, **_shared(draft))
    rows = same.select_related("body", "hamlet", "organisation")
    there = {row.addressee for row in rows if (row.body or row.organisation or row.hamlet) in to}
    if len(there) == len(set(to)):
        raise NotAllowed("Chỉ đạo này đã được giao trước đó. Hãy xem trong sổ chỉ đạo.")
    if there:
        raise NotAllowed(
            f"Chỉ đạo này đã giao trước đó cho: {', '.join(sorted(there))}. Hãy bỏ những nơi đó "
            "rồi giao."
        )


NO_REMINDER = {
    State.REPLIED: "Nơi này đã trả lời, không cần nhắc.",
    State.ACCEPTED: "Trả lời đã được ghi nhận, không cần nhắc.",
    State.CLOSED: "Chỉ đạo này đã khép lại.",
}


@transaction.atomic
def remind(direction: Direction, *, by: User) -> Direction:
    """Have the addressee told now, whatever the day; once a day. Raises NotAllowed."""
    lock_for(direction, by, permission=settles)
    require_state(direction, unless=NO_REMINDER)
    today = timezone.localdate()
    if direction.events.filter(kind=Kind.REMINDED, at__date=today).exists():
        raise NotAllowed("Hôm nay đã nhắc nơi này rồi.")
    record(direction, Kind.REMINDED, by=by, at=timezone.now())
    occasions.tell_again(direction)
    return direction


@dataclass(frozen=True)
class Outcome:
    """Result of an act on many: how many it was done for, and the refusals by place."""

    done: int
    refused: tuple[tuple[str, str], ...] = ()


def for_each(rows: Iterable[Direction], act: Callable[[Direction], Any]) -> Outcome:
    """Do one act for each part by itself: a refusal of one holds back no other."""
    done, refused = 0, []
    for row in rows:
        try:
            act(row)
        except NotAllowed as refusal:
            refused.append((row.addressee, str(refusal)))
        else:
            done += 1
    return Outcome(done, tuple(refused))
