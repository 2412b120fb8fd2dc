"""A process that writes a list down and kills itself at a statement of its choice.

    python -m tests.groups.member_list.commit_and_die BATCH STATEMENT CHUNK

Before the STATEMENTth statement the process ends as by SIGKILL. The database is the one named by
DATABASE_URL.
"""

import os
import signal
import sys
from collections.abc import Callable
from typing import Any

import django


def main(batch: int, statement: int, chunk: int) -> None:
    django.setup()
    from django.db import connection  # noqa: PLC0415 -- needs Django

    from groups.member_import import committing  # noqa: PLC0415 -- needs Django

    left = statement

    def count_down(execute: Callable[..., Any], *arguments: Any) -> Any:
        nonlocal left
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return execute(*arguments)

    committing.CHUNK = chunk
    with connection.execute_wrapper(count_down):
        committing.run(batch)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
