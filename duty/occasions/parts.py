"""A new part of a matter that all must know: its owners hear at once, others not once more."""

from collections.abc import Iterable
from datetime import datetime

from django.db import models, transaction
from django.utils import timezone

from accounts.enqueue import enqueue
from duty.occasions import hours, rounds, services
from duty.occasions.kinds import Level, pause_after
from duty.occasions.models import Occasion, subject_of
from duty.occasions.steps import able
from duty.roster import services as roster


@transaction.atomic(savepoint=False)  # of the fact, which fails with it
def add_part(subject: models.Model, *kinds: str, people: Iterable[int]) -> None:
    """Begin the steps of an open matter anew for the owners of what was added to it.

    Call in the transaction of the fact. One whose first step is still to come tells them by that.
    """
    owners, now = set(people), timezone.now()
    rows = Occasion.objects.open().of_subject(subject_of(subject), kinds).exclude(told_at=None)
    locked = rows.select_for_update(of=("self",)).select_related("commune").order_by("pk")
    for occasion in locked if owners else ():
        _begin_anew(occasion, owners, now)


def _begin_anew(occasion: Occasion, owners: set[int], now: datetime) -> None:
    """Tell the owners as a first step does; at night, or where none of them is reached, it is left
    to that step."""
    occasion.sights.filter(user__in=owners).delete()
    services.let_go(occasion, now)
    people = able(occasion, roster.with_stand_ins(sorted(owners), now))
    if hours.later(occasion, now) is None and rounds.make_notices(
        occasion, people, now, step=services.telling_number(occasion)
    ):
        occasion.step = 1
        occasion.next_step_at = now + pause_after(Level(occasion.level), 0)
    else:
        enqueue("duty.tasks.tick")
    occasion.save(update_fields=services.TAKING)
    services.workflow_event(occasion, "new_part", at=now, text=f"{len(people)} người")
