"""Hamlets that need support first: what is lacking in each at the moment, and since when."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Exists, Max, Min, OuterRef, QuerySet, Subquery
from django.utils import timezone
from django.utils.text import capfirst

from accounts.models import User
from accounts.scoped_admin.asking import Asking, side_by_side
from accounts.users.roles import Role
from broadcasts.models import Delivery
from groups.models import ConsultationMeeting, Hamlet, HamletAssignment, Regulation
from oversight.direction.models import Direction
from oversight.direction.rounds.models import DirectionRound
from oversight.figures.by_hamlet import COUNTED_WITHIN
from oversight.figures.place import covered, furthest_of
from oversight.figures.posts import due_in
from oversight.figures.scopes import Scope
from oversight.indicators.registry import Share
from oversight.periods import Period

SEEN_WITHIN = timedelta(days=30)
POSTS_WITHIN = timedelta(days=30)


@dataclass(frozen=True)
class Need:
    """A hamlet, its households in groups, and what it lacks, the first cause first."""

    hamlet: Hamlet
    share: Share
    causes: tuple[str, ...]


@dataclass(frozen=True)
class _Facts:
    """Facts by hamlet that are counted apart from its row."""

    uncounted: dict[int, int]
    missed: dict[int, int]
    overdue: dict[int, tuple[int, date]]


def needs(scope: Scope, today: date) -> Asking[list[Need]]:
    """Hamlets that lack something, those that lack most first; of equals the least covered.

    The order is for leaders and says nothing about people; it is shown to no hamlet.
    """
    hamlets, facts = yield from side_by_side([_hamlets(scope, today), _facts(scope, today)])
    lacking = [(hamlet, tuple(_causes(hamlet, facts, today))) for hamlet in hamlets]
    behind = [(hamlet, causes) for hamlet, causes in lacking if causes]
    places = covered([hamlet for hamlet, _causes in behind])
    found = [
        Need(hamlet, Share(place.joined, place.households or 0), causes)
        for (hamlet, causes), place in zip(behind, places, strict=True)
    ]
    return sorted(found, key=lambda one: (-len(one.causes), _covered(one.share), one.hamlet.code))


def _covered(share: Share) -> float:
    return share.part / share.whole if share.whole else 0


def _hamlets(scope: Scope, today: date) -> Asking[Any]:
    """Hamlets of today with what their rows tell: the regulation, meetings, who is in charge."""
    in_charge = HamletAssignment.objects.filter(hamlet=OuterRef("pk"), officer__is_active=True)
    heads = User.objects.filter(is_active=True).with_roles([Role.HAMLET_HEAD])
    of_heads = in_charge.on(today).filter(officer__user__in=heads)
    held = ConsultationMeeting.objects.filter(hamlet=OuterRef("pk"), represented__gt=0)
    hamlets: Any = furthest_of(scope.ids)
    return (
        yield hamlets.valid_on(today)
        .annotate(
            met_on=_one(held, Max("held_on")),
            is_in_charge=Exists(in_charge.on(today)),
            in_charge_until=_one(in_charge, Max("valid_to")),
            has_head=Exists(of_heads),
            head_seen=_one(of_heads, Max("officer__user__last_login")),
        )
        .select_related("commune")
        .order_by("code")
    )


def _one(rows: QuerySet[Any], value: Any) -> Subquery:
    """An aggregate of the rows of a hamlet."""
    return Subquery(rows.order_by().values("hamlet").annotate(found=value).values("found"))


def _facts(scope: Scope, today: date) -> Asking[Any]:
    groups: Any = scope.groups()
    uncounted = groups.active().with_counts_since(today - COUNTED_WITHIN).filter(is_counted=False)
    missed = due_in(scope, Period(today - POSTS_WITHIN, today)).filter(
        status=Delivery.Status.MISSED
    )
    asked = Direction.objects.filter(
        commune=scope.commune, round__issuer=DirectionRound.Issuer.PARTY, hamlet__isnull=False
    ).overdue(today)
    groups_by, missed_by, late_by = yield [
        _by("hamlet", uncounted),
        _by("zalo_group__hamlet", missed),
        _by("hamlet", asked).annotate(since=Min("due_on")),
    ]
    return _Facts(
        {row["hamlet"]: row["number"] for row in groups_by},
        {row["zalo_group__hamlet"]: row["number"] for row in missed_by},
        {row["hamlet"]: (row["number"], row["since"]) for row in late_by},
    )


def _by(path: str, rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.order_by().values(path).annotate(number=Count("pk", distinct=True))


def _causes(hamlet: Any, facts: _Facts, today: date) -> Iterator[str]:
    """Things that a hamlet lacks, in the order in which a commune would begin."""
    if hamlet.stage not in Regulation.IN_FORCE:
        yield (
            "chưa họp lấy ý kiến" if hamlet.met_on is None
            else f"đã họp {hamlet.met_on:%d/%m/%Y}, chưa thống nhất quy chế"
        )  # fmt: skip
    if not hamlet.is_in_charge:
        until = hamlet.in_charge_until
        since = f" từ sau {until:%d/%m/%Y}" if until and until < today else ""
        yield f"chưa có cán bộ phụ trách{since}"
    head = f"trưởng {hamlet.get_kind_display().lower()}"
    if not hamlet.has_head:
        yield f"{head} chưa có tài khoản"
    elif hamlet.head_seen is None:
        yield f"{head} chưa đăng nhập lần nào"
    elif (seen := timezone.localdate(hamlet.head_seen)) < today - SEEN_WITHIN:
        yield f"{head} chưa đăng nhập từ {seen:%d/%m/%Y}"
    if number := facts.uncounted.get(hamlet.pk):
        yield f"{number} nhóm chưa đếm lại trong {COUNTED_WITHIN.days} ngày"
    if number := facts.missed.get(hamlet.pk):
        yield f"{number} lượt bài bỏ lỡ trong {POSTS_WITHIN.days} ngày"
    if hamlet.pk in facts.overdue:
        number, since_day = facts.overdue[hamlet.pk]
        yield f"{number} chỉ đạo quá hạn trả lời, lâu nhất {(today - since_day).days} ngày"


def sentence(causes: Sequence[str], most: int) -> str:
    """The first causes as a sentence, with the number of those that are left out."""
    more = len(causes) - most
    parts = [*causes[:most], *([f"còn {more} việc nữa"] if more > 0 else [])]
    return f"{capfirst('; '.join(parts))}."
