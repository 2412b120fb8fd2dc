"""Files of others, opened by a script of ours in a process of its own.

A hostile file can crash what opens it, or worse. That process knows nothing of the project, gets
none of its environment and so none of its keys, and is ended after a while. The script sets the
limits of memory and time for itself.
"""

import json
import subprocess
import sys
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, Final, cast

TIMED_OUT: Final = 124
_OF_TIME: Final[dict[str, Any]] = {"datetime": datetime, "date": date, "time": time}


@dataclass(frozen=True)
class Answer:
    """The exit code, 0 where all went well, and what the script wrote."""

    code: int
    output: bytes = field(default=b"", repr=False)


def run(script: str, content: bytes, *arguments: str, wait_s: float) -> Answer:
    """Run the script at this path over the bytes; `TIMED_OUT` where it takes too long."""
    try:
        done = subprocess.run(  # noqa: S603 -- our own script, the file goes to its input
            [sys.executable, "-I", script, *arguments],
            input=content,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=wait_s,
            env={},  # none of the keys of the portal
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Answer(TIMED_OUT)
    return Answer(done.returncode, done.stdout)


def read_json(line: bytes) -> Any:
    """A line of JSON as a script wrote it, its marks of days and hours turned back into such.

    A process that a file took over may have written anything. Raises ValueError.
    """
    try:
        return json.loads(line, object_hook=_restored)
    except (TypeError, RecursionError) as error:
        raise ValueError("no answer of ours") from error


def _restored(found: dict[str, Any]) -> Any:
    kind, value = next(iter(found.items()), ("", cast("Any", None)))
    if kind == "timedelta":
        return timedelta(seconds=value)
    return _OF_TIME[kind].fromisoformat(value) if kind in _OF_TIME else found
