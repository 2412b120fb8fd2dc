"""Open matters at a change of shift: they go to the successor, or back to waiting."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import Commune, User
from accounts.workflow.declaration import NotAllowed
from duty.occasions import rounds, services, subjects
from duty.occasions.kinds import Level, step_of
from duty.occasions.models import Occasion
from duty.occasions.steps import audience


def open_to(user: User, *, most: int = 200) -> list[Occasion]:
    """Open matters of the commune that this account may open, the gravest and oldest first."""
    rows = Occasion.objects.visible_to(user).open().select_related("taken_by", "commune")
    order = list(Level)
    found = subjects.openable(rows.order_by("opened_at", "pk"), user)
    return sorted(found, key=lambda one: order.index(Level(one.level)))[:most]


@transaction.atomic
def pass_on(leaver: User, *, to: User) -> tuple[int, int]:
    """Give what a person has taken to another; what that one may not open waits again.

    Returns how many went over and how many wait.
    """
    now = timezone.now()
    given = waiting = 0
    for occasion in _taken_by(leaver, now):
        try:
            with transaction.atomic():
                services.hand_over(occasion, to=to, by=leaver)
            given += 1
        except NotAllowed:
            waiting += put_back(occasion, now)
    return given, waiting


def _taken_by(person: User, now: datetime) -> list[Occasion]:
    rows = Occasion.objects.open().filter(taken_by=person, taken_until__gt=now)
    return list(rows.select_related("commune").order_by("pk"))


@transaction.atomic
def put_back(occasion: Occasion, now: datetime) -> bool:
    """End a taking, so that the steps begin anew at once; whether there was one."""
    locked = Occasion.objects.open().select_for_update(of=("self",)).filter(pk=occasion.pk).first()
    if locked is None or locked.taken_by is None:
        return False
    services.workflow_event(locked, "released", at=now, text=f"{locked.taken_by} hết ca")
    services.let_go(locked, now)
    locked.save(update_fields=["taken_by", "taken_at", "taken_until", "step", "next_step_at"])
    locked.sights.all().delete()
    return True


def release_leaver(commune: Commune, leaver: int, ended_at: datetime, now: datetime) -> int:
    """Put back the urgent matters taken by a person whose shift has ended; returns how many.

    What was taken after the shift stays with that person.
    """
    rows = Occasion.objects.of_commune(commune).open().filter(level=Level.NOW)
    held = rows.filter(taken_by=leaver, taken_at__lte=ended_at, taken_until__gt=now)
    return sum(put_back(one, now) for one in held.order_by("pk"))


@transaction.atomic
def notify_newcomer(user: User, since: datetime, now: datetime) -> int:
    """Notify a person whose shift began of urgent matters that were open before, once of each.

    Not where the step that is due reaches the person anyway. Returns how many.
    """
    made = 0
    rows = Occasion.objects.visible_to(user).open().select_for_update(of=("self",))
    for occasion in rows.filter(level=Level.NOW, opened_at__lt=since).order_by("pk"):
        if occasion.is_taken(now) or not subjects.may_open(occasion, user):
            continue
        if _was_notified(occasion, user, since) or _is_next(occasion, user, now):
            continue
        rounds.make_notices(occasion, [user], now, step=services.telling_number(occasion))
        occasion.events.create(kind="new_shift", by=user, at=now, note="ca mới")
        made += 1
    return made


def _was_notified(occasion: Occasion, user: User, since: datetime) -> bool:
    if occasion.notices.filter(user=user, made_at__gte=since).exists():
        return True
    return occasion.events.filter(kind="new_shift", by=user, at__gte=since).exists()


def _is_next(occasion: Occasion, user: User, now: datetime) -> bool:
    if occasion.next_step_at is None or occasion.next_step_at > now:
        return False
    return user in audience(occasion, step_of(Level(occasion.level), occasion.step), now)
