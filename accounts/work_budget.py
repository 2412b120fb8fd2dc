"""How long slow work may go on before it leaves its queue to other tasks.

A slow task works in steps. Between two units of work it asks its budget; once that is spent, it
leaves its place in its rows, enqueues itself again and returns. A worker that is asked to stop
spends every budget at once. A task that goes on for `worker_soft_shutdown_timeout` after that is
interrupted as by its soft time limit.
"""

import math
import mmap
import os
import signal
import time
from typing import Any, Final

from billiard.pool import SIG_SOFT_TIMEOUT
from celery import current_app
from celery.signals import worker_shutting_down
from django.conf import settings

# Memory that a worker shares with the processes that it forks.
_stopping = mmap.mmap(-1, 1)


class WorkBudget:
    """The time of one step."""

    def __init__(self, seconds: float | None = None) -> None:
        self._until = time.monotonic() + (settings.SLOW_STEP_S if seconds is None else seconds)

    @property
    def is_spent(self) -> bool:
        return is_stopping() or time.monotonic() >= self._until


UNLIMITED: Final = WorkBudget(math.inf)
"""Of a command, which no other task waits for."""


def is_stopping() -> bool:
    """Whether the worker of this process was asked to stop."""
    return _stopping[0] != 0


@worker_shutting_down.connect(dispatch_uid="accounts.spend_budgets")
def spend_budgets(how: str = "", **kwargs: Any) -> None:
    """Called in a worker's parent process by the handler of SIGTERM.

    Celery waits for ever for running tasks after SIGTERM, and bounds only the cold shutdown.
    """
    _stopping[0] = 1
    if how == "Warm":
        signal.signal(signal.SIGALRM, _interrupt_tasks)
        signal.setitimer(signal.ITIMER_REAL, current_app.conf.worker_soft_shutdown_timeout)


def _interrupt_tasks(*args: object) -> None:
    from celery.worker import state  # noqa: PLC0415 -- a part of the worker alone

    for request in tuple(state.active_requests):
        if request.worker_pid:
            os.kill(request.worker_pid, SIG_SOFT_TIMEOUT)
