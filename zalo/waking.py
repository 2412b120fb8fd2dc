"""Telling a worker to look now, once the transaction holds; without a broker, a sweep does."""

from django.db import transaction


def wake_history_reader(reading_id: int) -> None:
    """Have past conversations read on."""
    from zalo.tasks import read_history  # noqa: PLC0415 -- task to service

    transaction.on_commit(lambda: read_history.delay(reading_id), robust=True)


def wake_reader(sync_id: int) -> None:
    """Have a list of followers read on."""
    from zalo.tasks import read_followers  # noqa: PLC0415 -- task to service

    transaction.on_commit(lambda: read_followers.delay(sync_id), robust=True)
