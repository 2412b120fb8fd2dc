"""Short periodic work of the ground floor."""

from celery import shared_task
from django.core.cache import cache
from django.utils import timezone

from accounts.retention import purge_expired

BEAT_HEARTBEAT_KEY = "beat-heartbeat"


@shared_task(name="accounts.beat_heartbeat", ignore_result=True)
def beat_heartbeat() -> None:
    """Leave the time at which beat and a periodic worker were last alive (read by /readyz)."""
    cache.set(BEAT_HEARTBEAT_KEY, timezone.now().timestamp(), timeout=None)


@shared_task(name="accounts.purge_expired", ignore_result=True)
def purge_expired_rows() -> None:
    """Apply every retention rule once; the task fails where any of them did."""
    purge_expired()
