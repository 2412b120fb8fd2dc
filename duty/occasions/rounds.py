"""The round of steps: every two seconds what is due is told, and the next step is set.

State is in rows alone. A claimed row is moved in the transaction that makes its notices, so a
killed round leaves the step due; a long outage gives one late step and no burst.
"""

import logging
from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.utils import timezone

from accounts.enqueue import enqueue
from accounts.models import User
from duty.occasions import fatigue, gathering, hours, services, subjects
from duty.occasions.kinds import DRILL, KINDS, LEVELS, MANY, Level, Step, pause_after, step_of
from duty.occasions.models import TELLINGS, Occasion
from duty.occasions.own_kinds import DRILL_LASTS
from duty.occasions.steps import audience
from duty.ways import base
from duty.ways.choice import NO_LAG, places_of
from duty.ways.models import Notice

logger = logging.getLogger(__name__)

AT_ONCE: Final = 100
# Within one round an empty step goes on to the next, so far.
MOST_EMPTY: Final = 8
OVERDUE: Final = timedelta(seconds=60)


def advance_due(now: datetime | None = None) -> int:
    """Carry out the steps that are due; returns how many occasions moved.

    A second look finds what the first has opened: a flood, the one notice of a person over a cap.
    """
    at = now or timezone.now()
    tried: set[int] = set()
    moved = 0
    for _look in range(2):
        due = Occasion.objects.due(at).exclude(pk__in=tried)
        for pk in due.values_list("pk", flat=True)[:AT_ONCE]:
            tried.add(pk)
            try:
                moved += _advance(pk, at)
            except Exception:
                logger.exception("a step of occasion %s broke; it is tried again", pk)
    return moved


@transaction.atomic
def _advance(pk: int, now: datetime) -> int:
    rows = Occasion.objects.due(now).select_for_update(of=("self",), skip_locked=True)
    occasion = rows.select_related("commune", "taken_by", "folded_into").filter(pk=pk).first()
    if occasion is None:
        return 0
    if not subjects.subject(occasion).stands(occasion.subject_pk):
        services.close_rows(Occasion.objects.filter(pk=pk), Occasion.Ended.GONE)
        return 1
    if at := hours.later(occasion, now):
        occasion.next_step_at = at
        if occasion.taken_until is not None:
            occasion.taken_until = at
    elif occasion.taken_by is None:
        _climb(occasion, now)
    elif _release(occasion, now):
        _climb(occasion, now, is_back=True)
    if occasion.kind == DRILL and occasion.next_step_at is not None:
        occasion.next_step_at = min(occasion.next_step_at, occasion.opened_at + DRILL_LASTS)
    occasion.save()
    return 1


def _release(occasion: Occasion, now: datetime) -> bool:
    """End a taking while the duty stands, after one reminder; then steps begin anew.

    For matters of a flood the flood reminds, as long as the same person has it.
    """
    taker, flood = occasion.taken_by, occasion.folded_into
    if flood is not None and flood.kind == MANY:
        if flood.taken_by_id == occasion.taken_by_id and flood.is_taken(now):
            occasion.taken_until = occasion.next_step_at = flood.taken_until
            return False
    elif not occasion.events.filter(kind="reminded", at__gte=occasion.taken_at).exists():
        make_notices(occasion, filter(None, [taker]), now, step=services.telling_number(occasion))
        services.workflow_event(occasion, "reminded", at=now, text=str(taker))
        occasion.taken_until = occasion.next_step_at = now + services.REMINDER
        return False
    services.workflow_event(occasion, "released", at=now, text=str(taker))
    services.let_go(occasion, now)
    occasion.sights.all().delete()
    return True


def _climb(occasion: Occasion, now: datetime, *, is_back: bool = False) -> None:
    """One step, or none where the matter is gathered in another or a flood has nobody free."""
    if gathering.gather(occasion, now, is_back=is_back):
        return
    if occasion.kind == MANY and not occasion.folded.waiting(now).exists():
        occasion.next_step_at = now + gathering.pause(occasion)
        return
    _tell(occasion, now)


def _tell(occasion: Occasion, now: datetime) -> None:
    """One step, or the next ones where nobody of it can be told."""
    level = Level(occasion.level)
    for _ in range(MOST_EMPTY):
        step = step_of(level, occasion.step)
        has_reached = _carry_out(occasion, step, now)
        occasion.next_step_at = now + pause_after(level, occasion.step)
        occasion.step += 1
        if has_reached or occasion.step > len(LEVELS[level].steps):
            break
    if occasion.told_at is None:
        occasion.told_at = now


def _carry_out(occasion: Occasion, step: Step, now: datetime) -> bool:
    """Tell the people of a step; whether somebody was told, or had been before.

    Who has looked is spared the steps, not the repeats after the last one: a matter that all have
    seen and nobody takes would be silent for good.
    """
    people = audience(occasion, step, now)
    earlier = fatigue.already_told(occasion, now)
    if occasion.step < len(occasion.rules.steps):
        earlier |= set(occasion.sights.values_list("user_id", flat=True))
    fresh = [person for person in people if person.pk not in earlier]
    number = services.telling_number(occasion)
    made = make_notices(
        occasion, fresh, now, step=number, shared=_shared_places(occasion, step, now)
    )
    notified = [one for one in made if _is_told(one)]
    words = f"bước {occasion.step + 1}: {len({one.user_id for one in notified} - {None})} người"
    if folded := {one.user_id for one in notified if one.state == Notice.State.FOLDED}:
        words += f", {len(folded)} người gộp vào báo chung"
    if not people:
        words = f"bước {occasion.step + 1}: không ai nhận được"
    elif not fresh and not made:
        words = f"bước {occasion.step + 1}: những người này đã được báo"
    words += _over_limits(made)
    has_reached = bool(notified) or len(fresh) < len(people)
    services.workflow_event(occasion, TELLINGS[not has_reached], at=now, text=words)
    return has_reached


def _is_told(notice: Notice) -> bool:
    """Whether it leaves, or another stands for it; not where its way is used up for today."""
    return notice.state != Notice.State.FOLDED or notice.reason in fatigue.REASONS


def _over_limits(made: list[Notice]) -> str:
    """Notices left unsent because their way is used up, in words of the history."""
    over = Counter(one.way for one in made if not _is_told(one))
    labels = {one.key: one.label for one in base.ways()}
    return "".join(f", {n} lượt quá mức ngày của {labels[key]}" for key, n in over.items())


def _shared_places(occasion: Occasion, step: Step, now: datetime) -> list[tuple[str, str]]:
    """The duty group, at some steps the office: for what may be seen by all who read there."""
    ways = [one for one in base.ways() if step.mail or one.key == "group"]
    found = [(one.key, place) for one in ways for place in one.shared(occasion, now)]
    return found if found and subjects.all_may_open(occasion) else []


def make_notices(
    occasion: Occasion,
    people: Iterable[User],
    now: datetime,
    *,
    step: int,
    shared: Iterable[tuple[str, str]] = (),
) -> list[Notice]:
    """Rows for each place of these people, and for shared ones; they leave after the commit."""
    rules = occasion.rules
    text = Notice.Text.NOW if occasion.level == Level.NOW else Notice.Text.SEE
    wanted: list[Notice] = []

    def add(key: str, place: str, user: User | None, lag: timedelta = NO_LAG) -> None:
        if key in KINDS[occasion.kind].not_by:
            return
        wanted.append(
            Notice(
                occasion=occasion, step=step, user=user, way=key, place=place, text=text,
                made_at=now, next_attempt_at=now + lag,
                expires_at=now + timedelta(seconds=rules.ttl_s),
            )
        )  # fmt: skip

    for person in people:
        for key, place, lag in places_of(person, now):
            add(key, place, person, lag)
    for key, place in shared:
        add(key, place, None)
    fatigue.fold(occasion, wanted, now)
    base.fold_over_limits(wanted, now)
    Notice.objects.bulk_create(wanted, ignore_conflicts=True)
    leaving = {(one.way, one.place) for one in wanted if one.state == Notice.State.WAITING}
    _call_off_earlier(occasion, leaving, step)
    for key in sorted({way for way, _place in leaving}):
        enqueue("duty.tasks.send", key)
    return wanted


def _call_off_earlier(occasion: Occasion, places: set[tuple[str, str]], step: int) -> None:
    """Cancel what still waits for these places: a hold that ends makes no burst."""
    waiting = occasion.notices.filter(state=Notice.State.WAITING, step__lt=step)
    found = [one.pk for one in waiting if (one.way, one.place) in places]
    Notice.objects.filter(pk__in=found, state=Notice.State.WAITING).update(
        state=Notice.State.CANCELLED, reason="bước sau thay"
    )


class RoundsStandStill(Exception):
    """Open occasions wait for steps that are long past."""


def audit(now: datetime | None = None) -> None:
    """Fail loudly where a step is more than a minute past. Raises RoundsStandStill."""
    late = Occasion.objects.without_next_step((now or timezone.now()) - OVERDUE).count()
    if late:
        raise RoundsStandStill(f"{late} open occasions wait for a step that is past")
