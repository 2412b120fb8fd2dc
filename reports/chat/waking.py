"""Telling a worker to look now, once the transaction holds; without a broker, a tick does."""

from django.db import connection, transaction


def wake_sender() -> None:
    """Have the answers sent that wait; once for all that one transaction wrote."""
    if all(_wake not in waiting for waiting in connection.run_on_commit):
        transaction.on_commit(_wake, robust=True)


def _wake() -> None:
    from reports.tasks import send_answers  # noqa: PLC0415 -- task to service

    send_answers.apply_async(expires=10)
