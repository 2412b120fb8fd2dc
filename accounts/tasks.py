"""Short periodic work of the ground floor."""

from celery import shared_task
from django.core.cache import cache
from django.utils import timezone

from accounts.audit import heads
from accounts.live import versions
from accounts.retention import RulesFailed, purge_expired
from accounts.second_person import services as second_person
from accounts.system_health import snapshot
from accounts.work_budget import WorkBudget

BEAT_HEARTBEAT_KEY = "beat-heartbeat"


@shared_task(name="accounts.beat_heartbeat", ignore_result=True)
def beat_heartbeat() -> None:
    """Leave the time at which beat and a periodic worker were last alive (part of the health)."""
    cache.set(BEAT_HEARTBEAT_KEY, timezone.now().timestamp(), timeout=None)


@shared_task(name="accounts.record_health", ignore_result=True, soft_time_limit=30, time_limit=45)
def record_health() -> None:
    """Record the snapshot that /health/deep, /metrics and the health page read."""
    snapshot.record()


@shared_task(
    name="accounts.send_audit_heads", ignore_result=True, soft_time_limit=60, time_limit=90
)
def send_audit_heads() -> None:
    """Have the heads of the audit chains leave the machine."""
    heads.send()


@shared_task(name="accounts.purge_expired", ignore_result=True)
def purge_expired_rows() -> None:
    """Apply every retention rule, a step at a time; the task fails where any of them did."""
    budget, removed = WorkBudget(), {}
    try:
        removed = purge_expired(budget=budget)
    except RulesFailed as failure:
        removed = failure.counts
        raise
    finally:
        if budget.is_spent and any(removed.values()):
            purge_expired_rows.delay()


@shared_task(
    name="accounts.carry_out_changes", ignore_result=True, soft_time_limit=50, time_limit=60
)
def carry_out_changes() -> None:
    """Carry out the changes that two persons agreed on and whose hour has come."""
    second_person.carry_out_due(timezone.now())


@shared_task(name="accounts.publish_live", ignore_result=True, soft_time_limit=10, time_limit=15)
def publish_live() -> None:
    """Give what changed a new version, so that live pages look again."""
    versions.publish()
