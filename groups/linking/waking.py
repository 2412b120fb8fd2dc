"""Telling a worker to look now, once the transaction holds; without a broker, a tick does."""

from django.db import transaction


def wake_sender() -> None:
    """Have the answers sent that wait."""
    from groups.tasks import send_link_replies  # noqa: PLC0415 -- task to service

    transaction.on_commit(lambda: send_link_replies.delay(), robust=True)
