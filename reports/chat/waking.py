"""Telling a worker to look now, once the transaction holds; without a broker, a tick does."""

from django.db import transaction


def wake_sender() -> None:
    """Have the answers sent that wait."""
    from reports.tasks import send_answers  # noqa: PLC0415 -- task to service

    transaction.on_commit(lambda: send_answers.apply_async(expires=10), robust=True)
