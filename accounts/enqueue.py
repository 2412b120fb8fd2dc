"""A worker is called once the transaction holds; without a broker, the next tick does the work."""

from typing import Any

from django.db import connection, transaction
from django.utils.module_loading import import_string


def enqueue(task: str, *args: Any, expires_s: float | None = None) -> None:
    """Have a worker run a task (`groups.tasks.send_link_replies`) after the commit.

    One transaction calls once for the same work, however often it asks. A name that is none fails
    here, and not unseen after the commit.
    """
    found: Any = import_string(task)
    wanted = (task, args, expires_s)
    if any(getattr(waiting[1], "wanted", None) == wanted for waiting in connection.run_on_commit):
        return

    def call() -> None:
        if expires_s is None:
            found.delay(*args)
        else:
            found.apply_async(args, expires=expires_s)

    call.wanted = wanted  # type: ignore[attr-defined]
    transaction.on_commit(call, robust=True)
