"""A worker is called once the transaction holds; without a broker, the next tick does the work."""

from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.utils.module_loading import import_string


@dataclass(frozen=True)
class _Call:
    task: str
    args: tuple[Any, ...]
    expires_s: float | None

    def __call__(self) -> None:
        import_string(self.task).apply_async(self.args, expires=self.expires_s)


def enqueue(task: str, *args: Any, expires_s: float | None = None) -> None:
    """Have a worker run a task (`groups.tasks.send_link_replies`) after the commit.

    One transaction calls once for the same work, however often it asks.
    """
    import_string(task)  # a name that is none fails here, and not unseen after the commit
    call = _Call(task, args, expires_s)
    if all(waiting[1] != call for waiting in connection.run_on_commit):
        transaction.on_commit(call, robust=True)
