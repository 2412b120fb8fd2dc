"""Celery tasks of posts and articles."""

import logging
from typing import Any

from celery import shared_task
from django.utils import timezone

from broadcasts import occasions
from broadcasts.articles import publishing
from broadcasts.scheduling import tick as scheduling_tick
from broadcasts.sending import delivery

logger = logging.getLogger(__name__)
HINT_LIFE_S = 10


@shared_task(name="broadcasts.tick", ignore_result=True, soft_time_limit=60, time_limit=90)
def tick() -> None:
    """Start what is due, end what is late, settle what is stuck, and wake the senders."""
    did = scheduling_tick.run_tick()
    if any(did.values()):
        logger.info("tick: %s", did)
    for commune_id, urgent in scheduling_tick.lanes_to_drain(timezone.now()):
        (deliver_urgent if urgent else deliver).apply_async((commune_id,), expires=HINT_LIFE_S)


@shared_task(
    name="broadcasts.tend_hand_posting", ignore_result=True, soft_time_limit=50, time_limit=55
)
def tend_hand_posting() -> None:
    """Have people told of posting by hand that nears its end."""
    occasions.tend(timezone.now())


def _drain(task: Any, commune_id: int, *, urgent: bool) -> None:
    """Drain, and come back at once when only the time was up."""
    if delivery.drain(commune_id, urgent=urgent).get(delivery.MORE):
        task.apply_async((commune_id,), expires=HINT_LIFE_S)


@shared_task(name="broadcasts.deliver", ignore_result=True, soft_time_limit=240, time_limit=300)
def deliver(commune_id: int) -> None:
    """Send the routine posts of a commune that are due."""
    _drain(deliver, commune_id, urgent=False)


@shared_task(
    name="broadcasts.deliver_urgent", ignore_result=True, soft_time_limit=240, time_limit=300
)
def deliver_urgent(commune_id: int) -> None:
    """Send the urgent posts of a commune that are due."""
    _drain(deliver_urgent, commune_id, urgent=True)


@shared_task(
    name="broadcasts.work_articles", ignore_result=True, soft_time_limit=240, time_limit=300
)
def work_articles() -> None:
    """Hand in articles, ask for their ids, send them to followers: whatever is due."""
    did = publishing.run()
    if any(did.values()):
        logger.info("articles: %s", did)
