"""Opening, taking and closing occasions.

An occasion is a projection of a duty that exists elsewhere: the app opens it in the transaction of
the fact and closes it by the fact, whoever acts. Nobody can mark one as done.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from django.db import models, transaction
from django.utils import timezone

from accounts.enqueue import enqueue
from accounts.models import Commune, User
from accounts.quarters import quarter
from accounts.workflow import services as workflow
from accounts.workflow.declaration import NotAllowed
from duty.occasions import hours, minutes, subjects
from duty.occasions.kinds import KINDS, LEVELS, MANY, MANY_OWN, Level
from duty.occasions.models import KindChange, Occasion, Sight, subject_of
from duty.ways.models import Notice

# At most so long before the end of a taking is the person reminded of it.
REMINDER: Final = timedelta(minutes=3)
# “Tôi đang xử lý”: several matters of one kind at once.
AT_WORK: Final = timedelta(minutes=30)
RIGHT: Final = "duty.take_occasion"
NO_RIGHT: Final = "Tài khoản này không nhận việc được báo."
NOT_YOURS: Final = "Tài khoản này không được xem việc đó nên không nhận được."
NOT_TAKEN: Final = "Tài khoản này không giữ việc đó nên không trả lại được."
ONE_BY_ONE: Final = "Đây là nhiều việc gộp lại: hãy giao từng việc một."
EACH_OWN: Final = "Việc này mỗi người làm phần của mình nên không giao cho một người được."
ALL_TAKEN: Final = "Mọi việc trong đó đã có người nhận."
EACH_OWN_LEFT: Final = "Các việc còn lại mỗi người làm phần của mình. Hãy mở từng việc."
TAKING: Final = ["taken_by", "taken_at", "taken_until", "next_step_at", "step"]


def level_of(kind: str, commune: Commune) -> tuple[Level, datetime | None]:
    """The level of a kind in a commune, and until when it is muted there."""
    change = KindChange.objects.filter(commune=commune, kind=kind).first()
    level = Level(change.level) if change and change.level else KINDS[kind].level
    return level, change.muted_until if change else None


@transaction.atomic(savepoint=False)  # of the fact, which fails with it
def open_occasion(
    kind: str,
    subject: models.Model,
    *,
    commune: Commune,
    level: str = "",
    due_at: datetime | None = None,
) -> Occasion:
    """Have somebody told of a duty. Call in the transaction of the fact that makes it one.

    A second fact of the same subject counts up and tells nobody anew, unless its level is graver.
    """
    now, name = timezone.now(), subject_of(subject)
    usual, muted_until = level_of(kind, commune)
    wanted = Level(level) if level else usual
    at = now + LEVELS[wanted].hold
    if wanted != Level.NOW and muted_until is not None:
        at = max(at, muted_until)
    occasion, is_new = _open_or_lock(
        Occasion(
            commune=commune, kind=kind, subject=name, level=wanted, due_at=due_at,
            opened_at=minutes.opening_of(kind, wanted, now), next_step_at=at,
        )
    )  # fmt: skip
    if is_new:
        enqueue("duty.tasks.tick")
        return occasion
    occasion.count += 1
    occasion.due_at = min(filter(None, (occasion.due_at, due_at)), default=None)
    if _is_graver(wanted, occasion.level):
        occasion.level, occasion.step, occasion.next_step_at = wanted, 0, now
        enqueue("duty.tasks.tick")
    occasion.save(update_fields=["count", "due_at", "level", "step", "next_step_at"])
    return occasion


def open_many(commune: Commune) -> Occasion:
    """The flood of a commune, locked; opened where there is none. Call inside a transaction."""
    now = timezone.now()
    made = Occasion(
        commune=commune, kind=MANY, subject=subject_of(commune), level=Level.NOW, count=0,
        opened_at=now, next_step_at=now,
    )  # fmt: skip
    return _open_or_lock(made)[0]


def _open_or_lock(made: Occasion) -> tuple[Occasion, bool]:
    """The open row of this subject, locked, and whether it is the given one.

    One that is closed at the same moment is tried again: its end is already committed.
    """
    rows = Occasion.objects.of_commune(made.commune_id).of_subject(made.subject, (made.kind,))
    made.round = rows.count() + 1
    while True:
        Occasion.objects.bulk_create([made], ignore_conflicts=True)
        occasion = rows.open().select_for_update(of=("self",)).first()
        if occasion is not None:
            break
    is_new = occasion.token == made.token
    if is_new:
        workflow_event(occasion, "opened", at=made.opened_at)
    return occasion, is_new


def _is_graver(one: str, other: str) -> bool:
    order = list(Level)
    return order.index(Level(one)) < order.index(Level(other))


@transaction.atomic(savepoint=False)
def close_occasions(subject: models.Model, *kinds: str, because: str = Occasion.Ended.DONE) -> int:
    """The duty is done, or is none any more: nothing further is told. Returns how many closed.

    Call in the transaction of the fact that ends it; closing what is not open changes nothing.
    """
    return close_rows(Occasion.objects.open().of_subject(subject_of(subject), kinds), because)


def close_rows(rows: models.QuerySet[Occasion], because: str) -> int:
    """Close open occasions, call off what has not left, and end a flood that is empty by it."""
    now = timezone.now()
    closed = list(rows.filter(closed_at=None).select_for_update(of=("self",)).order_by("pk"))
    for occasion in closed:
        occasion.closed_at, occasion.closed_because = now, because
        occasion.next_step_at = None
        workflow_event(occasion, "closed", at=now, text=str(Occasion.Ended(because).label))
    Occasion.objects.bulk_update(closed, ["closed_at", "closed_because", "next_step_at"])
    Notice.objects.pending().filter(occasion__in=closed).update(
        state=Notice.State.CANCELLED, reason="việc đã đóng"
    )
    minutes.forget(closed)
    if parents := {one.folded_into_id for one in closed if one.folded_into_id is not None}:
        _close_emptied(parents)
    return len(closed)


def _close_emptied(parents: set[int]) -> None:
    """Close floods of which nothing is open; locked first, so that of two the last one sees it."""
    floods = Occasion.objects.open().filter(pk__in=parents, kind=MANY).order_by("pk")
    locked = [one.pk for one in floods.select_for_update(of=("self",))]
    left = Occasion.objects.open().filter(folded_into__in=locked).values("folded_into")
    close_rows(Occasion.objects.filter(pk__in=locked).exclude(pk__in=left), Occasion.Ended.DONE)


def note_seen(occasion: Occasion, by: User) -> None:
    """The person opened its page: no further notice of it goes there; others are told on."""
    _note_seen([occasion], by)


@transaction.atomic
def note_list_seen(by: User, listed: Iterable[Occasion]) -> None:
    """The person opened the list: what is routine of `listed`, and what was folded, has been seen.

    A grave matter that was told by itself wants its own page: its steps go on.
    """
    folded = Notice.objects.filter(user=by, state=Notice.State.FOLDED)
    routine = ~models.Q(level=Level.NOW)
    rows = Occasion.objects.open().filter(pk__in=[one.pk for one in listed])
    rows = rows.filter(routine | models.Q(pk__in=folded.values("occasion")))
    _note_seen(list(rows.exclude(sights__user=by)), by)
    own = Occasion.objects.filter(kind=MANY_OWN, subject=subject_of(by))
    _note_seen(list(own.open()), by)
    close_rows(own, Occasion.Ended.DONE)


def _note_seen(occasions: list[Occasion], by: User) -> None:
    now = timezone.now()
    seen_at = quarter(now)  # who records a tip has seen it: the minute would find a caller
    Sight.objects.bulk_create(
        [Sight(occasion=occasion, user=by, at=seen_at) for occasion in occasions],
        ignore_conflicts=True,
    )
    notices = Notice.objects.filter(occasion__in=occasions, user=by)
    notices.pending().exclude(text=Notice.Text.TAKEN).update(
        state=Notice.State.CANCELLED, reason="người này đã mở"
    )
    notices.filter(opened_at=None).exclude(state=Notice.State.CANCELLED).update(opened_at=now)


@transaction.atomic
def claim(occasion: Occasion, *, by: User, until: datetime | None = None) -> Occasion:
    """“Tôi nhận”: nobody else is told while the taking lasts. Raises NotAllowed.

    Of a flood those matters are taken that the person may open and nobody else has; the others
    are told on. Where all must know it is “Tôi đang làm”: the person hears no more, all others do.
    """
    now, folded = timezone.now(), _lock_folded(occasion)
    _lock_for(occasion, by)
    if occasion.all_must_know:
        _note_seen([occasion], by)
        if not occasion.events.filter(kind="at_work", by=by).exists():
            workflow.record(occasion, "at_work", by=by)
        return occasion
    if occasion.is_taken(now) and occasion.taken_by_id != by.pk:
        raise NotAllowed(f"{occasion.taken_by} đã nhận việc này.")
    if occasion.kind == MANY:
        free = [
            one
            for one in folded
            if not one.all_must_know
            and (not one.is_taken(now) or one.taken_by_id == by.pk)
            and subjects.may_open(one, by)
        ]
        if not free:
            each_own = any(one.all_must_know for one in folded)
            raise NotAllowed(EACH_OWN_LEFT if each_own else ALL_TAKEN)
        for one in free:
            is_news = _assign(one, by, now)
            # The flood reminds for all of them, then all are free again.
            one.taken_until = one.next_step_at = now + one.rules.taken + REMINDER
            _write_taken(one, by, now, is_news=is_news)
        if any(not one.is_taken(now) for one in folded):
            _note_seen([occasion], by)
            workflow.record(occasion, "taken", by=by, text="một phần")
            return occasion
    is_news = _assign(occasion, by, now, until)
    _write_taken(occasion, by, now, is_news=is_news)
    return occasion


def _lock_folded(occasion: Occasion) -> list[Occasion]:
    """Open matters of a flood, locked; always before the flood itself."""
    if occasion.kind != MANY:
        return []
    rows = Occasion.objects.open().filter(folded_into=occasion.pk).order_by("pk")
    return list(rows.select_for_update(of=("self",)))


def _lock_for(occasion: Occasion, by: User) -> None:
    """Lock it for an account that has the right and may open the matter. Raises NotAllowed.

    The matter says who may, so that an account above the commune is no exception.
    """
    workflow.lock(occasion)
    if not by.has_perm(RIGHT):
        raise NotAllowed(NO_RIGHT)
    if not subjects.may_open(occasion, by):
        raise NotAllowed(NOT_YOURS)
    workflow.require_going_on(occasion)


@transaction.atomic
def hand_over(occasion: Occasion, *, to: User, by: User) -> Occasion:
    """Give it to another by name, from who has taken it or from nobody yet. Raises NotAllowed."""
    _lock_for(occasion, by)
    now = timezone.now()
    if occasion.kind == MANY:
        raise NotAllowed(ONE_BY_ONE)
    if occasion.all_must_know:
        raise NotAllowed(EACH_OWN)
    if occasion.is_taken(now) and occasion.taken_by_id != by.pk:
        raise NotAllowed(f"{occasion.taken_by} đã nhận việc này.")
    if not (to.has_perm(RIGHT) and subjects.may_open(occasion, to)):
        raise NotAllowed(f"{to} không được xem việc này nên không nhận thay được.")
    is_news = _assign(occasion, to, now)
    occasion.save(update_fields=TAKING)
    _tell_it_was_taken(occasion, to, now, is_news=is_news)
    workflow.record(occasion, "handed_over", by=by, text=str(to))
    return occasion


@transaction.atomic
def release(occasion: Occasion, *, by: User) -> Occasion:
    """Give a matter back: it is told again from the first step on. Raises NotAllowed."""
    now, folded = timezone.now(), _lock_folded(occasion)
    _lock_for(occasion, by)
    if occasion.taken_by_id != by.pk:
        raise NotAllowed(NOT_TAKEN)
    for one in [*(one for one in folded if one.taken_by_id == by.pk), occasion]:
        let_go(one, now)
        one.sights.exclude(user=by).delete()
        one.save(update_fields=TAKING)
        workflow.record(one, "released", by=by)
    enqueue("duty.tasks.tick")
    return occasion


def let_go(occasion: Occasion, now: datetime) -> None:
    """Nobody has it any more; its steps begin anew. Saves nothing."""
    occasion.taken_by = occasion.taken_at = occasion.taken_until = None
    occasion.step, occasion.next_step_at = 0, now


@transaction.atomic
def take_all(occasions: Iterable[Occasion], *, by: User, until: datetime | None = None) -> int:
    """Take several at once, those that may be taken; returns how many."""
    number = 0
    for occasion in occasions:
        try:
            with transaction.atomic():
                claim(occasion, by=by, until=until)
        except NotAllowed:
            continue
        number += 1
    return number


def _assign(occasion: Occasion, to: User, now: datetime, until: datetime | None = None) -> bool:
    """Give it to a person; whether another or nobody had it before. Saves nothing."""
    is_news = occasion.taken_by_id != to.pk
    end = until or now + occasion.rules.taken
    if until is None and occasion.due_at is not None and occasion.level != Level.NOW:
        end = max(now + REMINDER, now + (occasion.due_at - now) / 2)
    occasion.taken_by, occasion.taken_at, occasion.taken_until = to, now, end
    occasion.next_step_at, occasion.step = end, 0
    return is_news


def _write_taken(occasion: Occasion, by: User, now: datetime, *, is_news: bool) -> None:
    occasion.save(update_fields=TAKING)
    _tell_it_was_taken(occasion, by, now, is_news=is_news)
    workflow.record(occasion, "taken", by=by)


def _tell_it_was_taken(occasion: Occasion, by: User, now: datetime, *, is_news: bool) -> None:
    """Call off what waits; who was told already sees that somebody has it, by day, and not once
    more where the same person takes it for longer."""
    sent = occasion.notices.exclude(user=by).exclude(text=Notice.Text.TAKEN)
    pushed = sent.filter(way="push", state__in=["accepted", "sending"])
    expires = now + timedelta(seconds=occasion.rules.ttl_s)
    places = {(one.place, one.user_id) for one in pushed.only("place", "user_id")}
    occasion.notices.filter(state=Notice.State.WAITING).update(
        state=Notice.State.CANCELLED, reason="đã có người nhận"
    )
    if not (is_news and places) or hours.later(occasion, now) is not None:
        return
    number = telling_number(occasion)
    Notice.objects.bulk_create(
        [
            Notice(
                occasion=occasion, step=number, user_id=user_id, way="push", place=place,
                text=Notice.Text.TAKEN, expires_at=expires, made_at=now, next_attempt_at=now,
            )
            for place, user_id in sorted(places, key=str)
        ],
        ignore_conflicts=True,
    )  # fmt: skip
    enqueue("duty.tasks.send", "push")


def telling_number(occasion: Occasion) -> int:
    """The number of the next telling: counts on over takings that expired."""
    last = occasion.notices.order_by("-step").values_list("step", flat=True).first()
    return occasion.step if last is None else max(last + 1, occasion.step)


def workflow_event(occasion: Occasion, kind: str, *, at: datetime, text: str = "") -> None:
    """Write what the machine did; it stands in the history alone."""
    occasion.events.create(kind=kind, at=at, note=text)
