"""Matters that belong together climb as one: a flood of grave ones, failures of one cause.

Each folds itself into the other at its own step, under its own lock, and only then is the other
locked: always the gathered one first. A gathered one keeps asking whether it still stands; it
climbs by itself again once the other is closed.
"""

from datetime import datetime, timedelta
from typing import Final

from django.db.models import Q

from duty.occasions import services
from duty.occasions.kinds import APART, KINDS, MANY, Level
from duty.occasions.models import TELLINGS, Occasion, OccasionEvent
from duty.ways.models import Notice

FLOOD: Final = 5
WITHIN: Final = timedelta(minutes=10)
# The pause between two looks at whether a gathered matter still stands and is still gathered.
LOOK_AGAIN: Final = {Level.NOW: timedelta(minutes=5)}
LOOK_LATER: Final = timedelta(minutes=20)
# The shortest time between two tellings of one flood that grows.
NEWS: Final = timedelta(minutes=3)
# Of a call for help a flood is told sooner.
NEWS_OF_HELP: Final = timedelta(minutes=1)
HELP: Final = "tip_now"
MOST: Final = 200


def gather(occasion: Occasion, now: datetime, *, is_back: bool = False) -> bool:
    """Whether an untaken matter has no steps of its own now. Called under its lock; the caller
    saves it. `is_back`: its taking has just ended, so others must hear of it again."""
    if occasion.kind in APART:
        return False
    parent = _parent(occasion, now)
    if parent is None:
        if occasion.folded_into_id is not None:
            occasion.folded_into, occasion.step = None, 0
        return False
    is_new = occasion.folded_into_id != parent.pk
    if is_new:
        occasion.folded_into = parent
        services.workflow_event(occasion, "folded", at=now)
        Notice.objects.pending().filter(occasion=occasion).update(
            state=Notice.State.FOLDED, reason="gộp vào việc chung"
        )
        Occasion.objects.filter(pk=parent.pk).bump_count()
    elif is_back and parent.kind == MANY:
        services.workflow_event(occasion, "folded", at=now)
    if parent.kind == MANY:
        occasion.told_at = occasion.told_at or now
        if is_new or is_back:
            _join(parent, occasion, now, "" if is_back else "có việc mới")
    occasion.next_step_at = now + pause(occasion)
    return True


def pause(occasion: Occasion) -> timedelta:
    """The time until a matter that is not told is looked at again."""
    return LOOK_AGAIN.get(Level(occasion.level), LOOK_LATER)


def _parent(occasion: Occasion, now: datetime) -> Occasion | None:
    """The open matter in which this one is gathered; that of a flood is locked, and made first."""
    parent = occasion.folded_into
    if parent is not None and parent.kind == MANY:
        locked = Occasion.objects.open().select_for_update(of=("self",))
        parent = locked.filter(pk=parent.pk).first()
    if parent is not None and parent.is_open:
        return parent
    open_here = Occasion.objects.open().of_commune(occasion.commune_id)
    if under := KINDS[occasion.kind].under:
        return open_here.filter(kind__in=under).order_by("pk").first()
    if occasion.level == Level.NOW and _is_flood(occasion, now):
        return services.open_many(occasion.commune)
    return None


def _is_flood(occasion: Occasion, now: datetime) -> bool:
    """Whether some ten minutes with this one saw so many, taken meanwhile or not.

    By the moment of the first telling, which is that of the opening: the opening itself may stand
    by quarters of an hour alone.
    """
    at = occasion.told_at or now
    grave = Occasion.objects.open().of_commune(occasion.commune_id).filter(level=Level.NOW)
    near = grave.exclude(kind__in=APART).filter(
        Q(told_at=None, next_step_at__lte=now) | Q(told_at__range=(at - WITHIN, at + WITHIN))
    )
    times = sorted(first or now for first in near.values_list("told_at", flat=True)[:MOST])
    return any(
        first <= at <= last and last - first <= WITHIN
        for first, last in zip(times, times[FLOOD - 1 :], strict=False)
    )


def _join(many: Occasion, child: Occasion, now: datetime, text: str) -> None:
    """Make the ladder of a flood at least as high as that of the new one, and tell of it soon."""
    if many.taken_by_id is not None:
        services.workflow_event(many, "released", at=now, text=text)
        services.let_go(many, now)
    if many.step >= len(many.rules.steps):
        many.step = 0
    # A flood that was handled as it came in is told no faster when it begins anew.
    floods = OccasionEvent.objects.of_commune(many.commune_id).filter(occasion__kind=MANY)
    last = floods.filter(kind__in=TELLINGS).order_by("-at").first()
    wait = NEWS_OF_HELP if child.kind == HELP else NEWS
    at = max(now, last.at + wait) if last else now
    if child.step > many.step:
        many.step, at = child.step, now
    is_begun = many.told_at is not None
    many.next_step_at = min(many.next_step_at or at, at) if is_begun else at
    many.sights.all().delete()
    many.save(update_fields=["step", "next_step_at", "taken_by", "taken_at", "taken_until"])
