"""Celery tasks of tips: each calls one function."""

import logging

from celery import shared_task
from django.utils import timezone

from accounts.vault.errors import VaultAway
from reports import alerts
from reports.chat import sending
from reports.chat import services as chat
from reports.clocks import services as clocks
from reports.proposals import operations as proposals
from reports.vault import drafts, files, openings
from zalo.outbox.rows import SHIFT

logger = logging.getLogger(__name__)


@shared_task(name="reports.send_answers", ignore_result=True, soft_time_limit=200, time_limit=240)
def send_answers() -> None:
    """Send the answers that wait to reach residents in the chat."""
    if sending.send_due() >= SHIFT:
        send_answers.apply_async(expires=10)


@shared_task(
    name="reports.take_over_files", ignore_result=True, soft_time_limit=120, time_limit=150
)
def take_over_files() -> None:
    """Take the files that were fetched of Zalo into their tips, and mark new files of tips."""
    try:
        chat.collect_files()
        files.mark_new()
    except VaultAway:
        logger.warning("files of tips wait for the vault")


@shared_task(name="reports.tend_clocks", ignore_result=True, soft_time_limit=240, time_limit=270)
def tend_clocks() -> None:
    """End the pauses of clocks that are over, and follow the calendar."""
    clocks.tend(timezone.now())


@shared_task(name="reports.follow_alerts", ignore_result=True, soft_time_limit=120, time_limit=150)
def follow_alerts() -> None:
    """Have somebody told of tips whose time runs out, and close what no longer stands."""
    alerts.follow(timezone.now())


@shared_task(name="reports.end_openings", ignore_result=True, soft_time_limit=30, time_limit=45)
def end_openings() -> None:
    """Mark identity openings whose time is over."""
    openings.end_expired(timezone.now())


@shared_task(
    name="reports.pass_on_proposals", ignore_result=True, soft_time_limit=30, time_limit=45
)
def pass_on_proposals() -> None:
    """Give proposals that nobody decided in time to the next level."""
    proposals.pass_on_overdue()


@shared_task(name="reports.drop_lost_drafts", ignore_result=True, soft_time_limit=60, time_limit=90)
def drop_lost_drafts() -> None:
    """Remove half-typed texts of accounts that ended or lost sight of the tip."""
    drafts.drop_lost()
