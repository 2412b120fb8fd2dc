"""Find tips of one matter by place, time, words and pictures, and link them."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from accounts.vault.calls import matching
from accounts.workflow.services import lock_for, move, record, sees
from reports.clocks import services as clocks
from reports.tips import occasions
from reports.tips.errors import NotAllowed, TransitionNotAllowed
from reports.tips.models import TipReport
from reports.tips.search import is_same_place, likeness, tokens
from reports.vault import conflicts
from reports.vault.models import SealedText, TipAttachment
from reports.work.models import TipConflict, TipEvent

NEAR_IN_TIME = timedelta(days=3)
LOOKED_BACK = timedelta(days=30)
LIKE_WORDS = 0.3
CANDIDATES = 300
Status = TipReport.Status


@dataclass(frozen=True)
class Alike:
    """A tip that may be about the same matter, and the reasons, in words."""

    tip: TipReport
    score: float
    reasons: tuple[str, ...]


@transaction.atomic
def link(tip: TipReport, *, of: TipReport, by: User) -> TipReport:
    """Close a tip as a duplicate of another one; its reporter still gets answers.

    Linked to the main one where `of` is a duplicate itself; duplicates of `tip` come along. Who
    may not know of one goes on seeing the other, and not that they belong together. Returns the
    main tip. Raises NotAllowed.
    """
    main = of.duplicate_of or of
    if main.pk == tip.pk:
        raise NotAllowed("Hai phản ánh này đã là một việc, hoặc là một phản ánh.")
    for one in sorted([tip, main], key=lambda row: row.pk):  # one order for all, or two wait
        lock_for(one, by, permission="reports.triage_tipreport")
        conflicts.require_unnamed(one, by)
    if _seen_by_barred(main, tip):
        raise NotAllowed(
            "Có người không được biết phản ánh chính mà đang xem được phản ánh này. Hãy ghi người "
            "đó ở phản ánh này trước, hoặc gắn theo chiều ngược lại."
        )
    if main.duplicate_of_id or tip.duplicate_of_id:
        raise NotAllowed("Một trong hai phản ánh vừa được gắn trùng. Hãy mở lại trang.")
    if main.commune_id != tip.commune_id:
        raise NotAllowed("Hai phản ánh thuộc hai xã khác nhau.")
    if tip.status == Status.IN_PROGRESS:
        move(tip, Status.TRIAGED)
    move(tip, Status.CLOSED)
    now = timezone.now()
    tip.disposition, tip.duplicate_of, tip.closed_at = TipReport.Disposition.DUPLICATE, main, now
    tip.save(update_fields=["status", "disposition", "duplicate_of", "closed_at"])
    tip.duplicates.update(duplicate_of=main)
    clocks.cancel_all(tip)
    occasions.taken_up(tip)
    occasions.follow_owner_day(tip)
    record(tip, TipEvent.Kind.LINKED, by=by)
    if not _seen_by_barred(tip, main):
        record(main, TipEvent.Kind.LINKED, by=by)
    return main


def _seen_by_barred(tip: TipReport, other: TipReport) -> bool:
    """Whether somebody who is barred from a tip sees the other one."""
    barred = User.objects.filter(pk__in=TipConflict.objects.filter(tip=tip).values("user"))
    return any(sees(user, other) for user in barred)


@transaction.atomic
def unlink(tip: TipReport, *, by: User) -> TipReport:
    """Undo a link made by mistake: the tip stands as before. Raises NotAllowed."""
    lock_for(tip, by, permission="reports.triage_tipreport")
    main = tip.duplicate_of
    if main is None:
        raise TransitionNotAllowed("Phản ánh này không gắn trùng với phản ánh nào.")
    is_sorted = bool(tip.kind and tip.category)
    tip.status = Status.TRIAGED if is_sorted else Status.NEW  # undone, so no step of the table
    tip.disposition, tip.duplicate_of, tip.closed_at = "", None, None
    tip.save(update_fields=["status", "disposition", "duplicate_of", "closed_at"])
    clocks.start_clocks(tip)
    occasions.given_up(tip)
    occasions.follow_owner_day(tip)
    record(tip, TipEvent.Kind.LINKED, by=by, is_undone=True)
    if not _seen_by_barred(tip, main):
        record(main, TipEvent.Kind.LINKED, by=by, is_undone=True)
    return tip


def alike(tip: TipReport, *, by: User, most: int = 5) -> list[Alike]:
    """Tips that this account sees and that may tell of the same, the likeliest first."""
    known_files = TipAttachment.objects.open_to(by)
    own_files = known_files.filter(tip=tip).exclude(fingerprint="").values("fingerprint")
    same_picture = set(known_files.filter(fingerprint__in=own_files).values_list("tip", flat=True))
    moment = tip.occurred_at or tip.received_at
    near = Q(received_at__range=(tip.received_at - LOOKED_BACK, tip.received_at + LOOKED_BACK))
    rows = (
        TipReport.objects.visible_to(by)
        .of_commune(tip.commune_id)
        .filter(near | Q(pk__in=same_picture), emptied_at=None, duplicate_of=None)
        .exclude(pk__in=[pk for pk in (tip.pk, tip.duplicate_of_id) if pk])
        .select_related("hamlet", "commune")
        .order_by("-received_at")[:CANDIDATES]
    )
    with matching():
        own = tip.search_tokens or _tokens_of_words(tip)
        found = [_compare(tip, row, own, moment, row.pk in same_picture) for row in rows]
    enough = [one for one in found if one.score >= LIKE_WORDS]  # not by day and hamlet alone
    return sorted(enough, key=lambda one: -one.score)[:most]


def _compare(
    tip: TipReport,
    other: TipReport,
    own: list[int],
    moment: datetime,
    has_same_picture: bool,
) -> Alike:
    reasons, score = [], 0.0
    if has_same_picture:
        reasons.append("cùng một ảnh")
        score += 1
    words = likeness(own, other.search_tokens)
    if words >= LIKE_WORDS:
        reasons.append("lời kể gần giống")
        score += words
    if tip.place and other.place and is_same_place(tip.place, other.place):
        reasons.append("cùng nơi")
        score += LIKE_WORDS
    if abs((other.occurred_at or other.received_at) - moment) <= NEAR_IN_TIME:
        reasons.append("cùng khoảng thời gian")
        score += 0.1
    if tip.hamlet_id and tip.hamlet_id == other.hamlet_id:
        reasons.append("cùng ấp, khu phố")
        score += 0.15
    return Alike(other, score, tuple(reasons))


def _tokens_of_words(tip: TipReport) -> list[int]:
    """Return the tokens of the words, for a tip without a summary; the words are not shown."""
    original = SealedText.objects.filter(tip=tip, kind=SealedText.Kind.ORIGINAL).first()
    return tokens(f"{original.text} {tip.place}") if original else []
