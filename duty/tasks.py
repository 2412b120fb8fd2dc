"""Celery tasks of telling people."""

import logging

from celery import shared_task
from django.utils import timezone

from accounts.enqueue import enqueue
from accounts.work_budget import WorkBudget
from duty.neighbours import services as neighbours
from duty.occasions import rounds, watch
from duty.shifts import patterns, watching
from duty.ways import sending
from duty.ways.zalo import group_check

logger = logging.getLogger(__name__)
HINT_LIFE_S = 10


@shared_task(name="duty.tick", ignore_result=True, soft_time_limit=20, time_limit=30)
def tick() -> None:
    """Carry out due steps and wake the senders of the ways with something to send."""
    rounds.advance_due()
    for way in sending.due_ways():
        send.apply_async((way,), expires=HINT_LIFE_S)


@shared_task(name="duty.send", ignore_result=True, soft_time_limit=60, time_limit=90)
def send(way: str) -> None:
    """Send the notices of one way that are due."""
    sending.drain(way)


@shared_task(name="duty.watch_shifts", ignore_result=True, soft_time_limit=40, time_limit=55)
def watch_shifts() -> None:
    """Look at the shifts: not begun, not reachable, not filled, just changed."""
    watching.watch()


@shared_task(name="duty.fill_roster", ignore_result=True, soft_time_limit=120, time_limit=180)
def fill_roster() -> None:
    """Make the rows of all patterns up to eight weeks from now."""
    logger.info("duty: %s shifts made", patterns.fill_all())


@shared_task(name="duty.watch", ignore_result=True, soft_time_limit=50, time_limit=55)
def look_around() -> None:
    """Open and close what is read from rows and the clock."""
    now = timezone.now()
    neighbours.keep_watch(now)
    watch.watch(now)


@shared_task(name="duty.beat_outside", ignore_result=True, soft_time_limit=25, time_limit=30)
def beat_outside() -> None:
    """Say at an address outside that this portal is alive."""
    neighbours.beat(timezone.now())


@shared_task(name="duty.audit", ignore_result=True, soft_time_limit=20, time_limit=30)
def audit() -> None:
    """Fail loudly where the rounds stand still."""
    rounds.audit()


@shared_task(
    name="duty.look_at_duty_groups", ignore_result=True, soft_time_limit=180, time_limit=210
)
def look_at_duty_groups() -> None:
    """Look once a week at the people in each duty group."""
    if group_check.look_at_all(timezone.now(), WorkBudget()):
        enqueue("duty.tasks.look_at_duty_groups")
