"""Occasions about tips: told first, allowed to open it, its page, and whether the duty stands.

All is asked at the moment of a step, by the rows that the pages show: a bar, words that are kept
back or a lost role count at once. An account that a tip is about is told nothing of it.
"""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.scoped_admin.asking import Asking, side_by_side
from accounts.workflow.services import lock
from duty.models import Occasion
from duty.occasions.subjects import Subject, register, seen
from duty.services import close_occasions, open_occasion
from reports.clocks import occasions as clock_occasions
from reports.models import ConflictProposal, TipConflict, TipMessage, TipReport
from reports.proposals import deciders
from reports.tips import occasions
from reports.tips.querysets import read_by_nobody
from reports.work.results import ON_THE_WAY

# So long may an answer of an officer be on its way; to somebody in need not as long.
PATIENCE: Final = timedelta(minutes=25)
PATIENCE_IN_NEED: Final = timedelta(minutes=5)


def _page(name: str) -> Callable[[User, int], str]:
    return lambda user, pk: reverse(f"admin:reports_tipreport_{name}", args=[pk])


def _tips_to_work_on(user: User) -> QuerySet[TipReport] | None:
    works = user.has_perm(occasions.SORTS) or user.has_perm(occasions.WORKS)
    return TipReport.objects.visible_to(user) if works else None


_worked_on: Final = seen(_tips_to_work_on)


def _owner(pk: int, now: datetime) -> Iterable[int]:
    """The officer of the tip, or of the main tip of a duplicate; none that is locked."""
    tip = TipReport.objects.filter(pk=pk).select_related("owner", "duplicate_of__owner").first()
    if tip is None:
        return ()
    owners = (tip.owner, tip.duplicate_of.owner if tip.duplicate_of else None)
    return [owner.pk for owner in owners if owner is not None and owner.is_active][:1]


# A tip that nobody has taken up.


def _waits(kind: str) -> Callable[[int], bool]:
    """A tip is told of by the kind of its urgency alone."""

    def stands(pk: int) -> bool:
        tip = TipReport.objects.filter(pk=pk).first()
        if tip is None or occasions.KIND_BY_URGENCY[tip.urgency] != kind:
            return False
        return occasions.waits_for_somebody(tip)

    return stands


# Later words.


def _unread(pk: int) -> bool:
    return TipReport.objects.filter(pk=pk, has_unread=True).exists()


def _readable(user: User, pks: list[int]) -> Asking[set[int]]:
    """Tips that it sees and, where their unread words are messages, one of these."""
    if not user.has_perm("reports.read_sealed_words"):
        return set()
    unread = TipMessage.objects.filter(tip__in=pks, direction=TipMessage.Direction.IN, read_at=None)
    found, with_words, open_ones = yield from side_by_side(
        [_worked_on(user, pks), _tips_of(unread), _tips_of(unread.open_to(user))]
    )
    return found - (with_words - open_ones)


def _tips_of(messages: Any) -> Asking[set[int]]:
    return set((yield messages.order_by().values_list("tip", flat=True).distinct()))


# Answers of officers.


def _answers_of(user: User) -> QuerySet[TipMessage] | None:
    works = user.has_perm(occasions.WORKS)
    return TipMessage.objects.visible_to(user) if works else None


def _writer(pk: int, now: datetime) -> Iterable[int]:
    """The officer of the tip, else who wrote the answer."""
    message = TipMessage.objects.filter(pk=pk).select_related("by").first()
    if message is None:
        return ()
    by = message.by
    return list(_owner(message.tip_id, now)) or ([by.pk] if by and by.is_active else [])


def _page_of_talk(user: User, pk: int) -> str:
    tip = TipMessage.objects.filter(pk=pk).values_list("tip", flat=True).first()
    return reverse("admin:reports_tipreport_talk", args=[tip]) if tip else reverse("admin:index")


def _is_uncertain(pk: int) -> bool:
    return TipMessage.objects.filter(pk=pk, state=TipMessage.State.UNCERTAIN).exists()


def _has_not_left(pk: int) -> bool:
    states = (*ON_THE_WAY, TipMessage.State.FAILED, TipMessage.State.CLOSED)
    return TipMessage.objects.filter(pk=pk, state__in=states).exists()


# Names of officers in words, and tips that nobody in the commune reads.


def _waiting(pk: int) -> list[ConflictProposal]:
    rows = ConflictProposal.objects.to_decide().filter(tip=pk).order_by("due_at", "pk")
    return list(rows.select_related("tip", "user"))


def _to_decide_by(user: User, pk: int) -> ConflictProposal | None:
    return next((row for row in _waiting(pk) if deciders.may_decide(user, row)), None)


def _decided_on(user: User, pks: list[int]) -> Asking[set[int]]:
    """It is the turn of the account; or a superior has to ask the chief, once it is too late."""
    waiting = ConflictProposal.objects.to_decide().filter(tip__in=pks)
    rows = waiting.select_related("tip").only("state", "level", "follows", "tip__commune")
    rows = yield rows.order_by("due_at", "pk")
    mine = yield from deciders.decidable_asked(user, rows)
    found = {row.tip_id for row in mine}
    if occasions.is_superior(user):
        late = [row for row in rows if row.level == ConflictProposal.Level.SUPERIOR]
        found |= {row.tip_id for row in late if row.tip.commune_id == user.commune_id}
    return found


def _page_to_decide(user: User, pk: int) -> str:
    row = _to_decide_by(user, pk)
    if row is None:
        return reverse("admin:reports_conflictproposal_changelist")
    return reverse("admin:reports_conflictproposal_show", args=[row.pk])


def _deciding(pk: int, now: datetime) -> Iterable[int]:
    """All whose turn it is with one of the waiting proposals; superiors once it is too late."""
    found: dict[int, None] = {}
    for row in _waiting(pk):
        found |= dict.fromkeys(user.pk for user in deciders.deciders_now(row))
        if row.level == ConflictProposal.Level.SUPERIOR:
            found |= dict.fromkeys(user.pk for user in occasions.superiors(row.tip.commune_id))
    return list(found)


def _superiors(pk: int, now: datetime) -> Iterable[int]:
    tip = TipReport.objects.filter(pk=pk).first()
    return [user.pk for user in occasions.superiors(tip.commune_id)] if tip is not None else ()


def _stood_in_for(user: User) -> QuerySet[TipReport] | None:
    return TipReport.objects.visible_to(user) if occasions.is_superior(user) else None


def _needs_superior(pk: int) -> bool:
    tip = TipReport.objects.filter(pk=pk).first()
    return tip is not None and occasions.needs_superior(tip)


def _clock(kind: str) -> Subject:
    def stands(pk: int) -> bool:
        return kind in clock_occasions.kinds_of(pk, timezone.now())

    return Subject(among=_worked_on, address=_page("show"), stands=stands, first=_owner)


for _kind in occasions.NOT_TAKEN_UP:
    register(
        _kind,
        Subject(among=_worked_on, address=_page("show"), stands=_waits(_kind), first=_owner),
    )
register(
    "tip_words",
    Subject(among=_readable, address=_page("talk"), stands=_unread, first=_owner),
)
register(
    "tip_unreadable",
    Subject(
        among=seen(_stood_in_for), address=_page("show"), stands=_needs_superior, first=_superiors
    ),
)
register(
    "proposal_waits",
    Subject(
        among=_decided_on, address=_page_to_decide, stands=lambda pk: bool(_waiting(pk)),
        first=_deciding,
    ),
)  # fmt: skip
for _kind, _stands in (("answer_uncertain", _is_uncertain), ("answer_late", _has_not_left)):
    register(
        _kind,
        Subject(among=seen(_answers_of), address=_page_of_talk, stands=_stands, first=_writer),
    )
for _kind in clock_occasions.KINDS:
    register(_kind, _clock(_kind))
register(
    occasions.OWNER_DAY,
    Subject(
        among=_worked_on, address=_page("show"), stands=occasions.owner_day_is_near, first=_owner
    ),
)


# Without a fact that tells it: time that passes, and accounts that are locked or lose a role.


def follow(now: datetime) -> None:
    """Open what has become due, and close what no longer is."""
    clock_occasions.follow_all(now)
    _follow_owner_days()
    _follow_answers(now)
    _follow_readers()


def _follow_owner_days() -> None:
    near = TipReport.objects.owner_due_by(timezone.localdate() + occasions.AHEAD)
    open_ones = Occasion.objects.open().filter(kind=occasions.OWNER_DAY)
    changed = {*near.values_list("pk", flat=True)} ^ {one.subject_pk for one in open_ones}
    for tip in TipReport.objects.filter(pk__in=changed).order_by("pk"):
        with transaction.atomic():
            occasions.follow_owner_day(lock(tip))


def _follow_answers(now: datetime) -> None:
    """Answers of officers that should have left, and those that did not when nobody noted it."""
    in_need = Q(tip__urgency=TipReport.Urgency.EMERGENCY, at__lt=now - PATIENCE_IN_NEED)
    waits = Q(state__in=ON_THE_WAY) & (in_need | Q(at__lt=now - PATIENCE))
    rows = TipMessage.objects.filter(
        waits, direction=TipMessage.Direction.OUT, via=TipMessage.Via.CHAT, by__isnull=False
    )
    late = {row.pk: row for row in rows.select_related("tip__commune")}
    open_ones = Occasion.objects.open().filter(kind="answer_late")
    known = {one.subject_pk for one in open_ones}
    for pk in sorted(late.keys() - known):
        open_occasion("answer_late", late[pk], commune=late[pk].tip.commune)
    for pk in sorted(known - late.keys()):
        if not _has_not_left(pk):
            close_occasions(TipMessage(pk=pk), "answer_late")


def _follow_readers() -> None:
    """Tips whose readers are gone or have come back, and words about which nobody was told."""
    barred = TipConflict.objects.filter(tip__emptied_at=None).exclude(tip__status="closed")
    held = ConflictProposal.objects.waiting()
    communes = {*barred.values_list("tip__commune", flat=True)}
    communes |= {*held.values_list("tip__commune", flat=True)}
    open_ones = Occasion.objects.open().filter(kind__in=("tip_unreadable", "proposal_waits"))
    if not communes and not open_ones.exists():
        return
    unread = {pk for commune in sorted(communes) for pk in read_by_nobody(commune)}
    known = {(one.kind, one.subject_pk) for one in open_ones}
    superior = {pk for kind, pk in known if kind == "tip_unreadable"}
    waiting = {*held.values_list("tip", flat=True)} - {pk for _kind, pk in known}
    for pk in sorted((unread ^ superior) | waiting):
        _follow_readers_of(pk)


@transaction.atomic
def _follow_readers_of(pk: int) -> None:
    tip = TipReport.objects.filter(pk=pk).first()
    if tip is not None:
        lock(tip)
        occasions.follow_readers(tip)
