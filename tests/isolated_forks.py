"""The scripts of `documents.isolated`, each in a fork of one small process that has begun already.

Starting Python and what reads workbooks takes ten times as long as reading one. A fork is still a
process of its own: it alone dies of its file, has an empty environment and nothing of the project.
That the product starts each script anew is asked in tests/accounts/test_isolated.py, without this.
Run as a script, this is the process that forks; its input ends when the tests do.
"""

import os
import pickle
import signal
import struct
import subprocess
import sys
import tempfile
import threading
from contextlib import suppress
from importlib import import_module
from types import CodeType
from typing import IO, Any, Final

LENGTH: Final = struct.Struct("!Q")
TIMED_OUT: Final = 124  # of documents.isolated
# What the scripts import; the process that forks has it in memory.
IMPORTED: Final = (
    "lxml.etree", "openpyxl", "PIL.Image", "PIL.ImageOps", "pi_heif", "pypdf", "python_calamine",
    "xlrd",
)  # fmt: skip


def _send(stream: IO[bytes], value: Any) -> None:
    body = pickle.dumps(value)
    stream.write(LENGTH.pack(len(body)) + body)
    stream.flush()


def _receive(stream: IO[bytes]) -> Any:
    """Return the message of the other side; None at the end."""
    head = stream.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return None
    return pickle.loads(stream.read(LENGTH.unpack(head)[0]))  # noqa: S301 -- a test and its process


class Forks:
    """The process that forks, from the first script on until `stop`."""

    def __init__(self) -> None:
        self._one_at_a_time = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def run(
        self, script: str, content: bytes, asked: tuple[str, ...], wait_s: float
    ) -> tuple[int, bytes]:
        """The exit code of the script and what it wrote."""
        with self._one_at_a_time:
            process = self._process = self._process or self._started()
            assert process.stdin is not None
            assert process.stdout is not None
            _send(process.stdin, (script, content, asked, wait_s))
            return _receive(process.stdout)

    @staticmethod
    def _started() -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-I", __file__],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env={},
        )  # fmt: skip

    def stop(self) -> None:
        if self._process is not None:
            self._process.communicate()
            self._process = None


def _be(code: CodeType, content: IO[bytes], output: IO[bytes], asked: tuple[str, ...]) -> None:
    """Run the script and leave with its exit code."""
    os.dup2(content.fileno(), 0)
    os.dup2(output.fileno(), 1)
    sys.stdin, sys.stdout = os.fdopen(0), os.fdopen(1, "w")
    sys.argv = [code.co_filename, *asked]
    status = 1
    with suppress(Exception):
        try:
            exec(code, {"__name__": "__main__", "__file__": code.co_filename})  # noqa: S102 -- ours
            status = 0
        except SystemExit as left:
            status = left.code if isinstance(left.code, int) else int(left.code is not None)
        sys.stdout.flush()
    os._exit(status)


def _answer(code: CodeType, content: bytes, asked: tuple[str, ...], wait_s: float) -> Any:
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as output:
        given.write(content)
        given.seek(0)
        pid = os.fork()
        if not pid:
            signal.setitimer(signal.ITIMER_REAL, wait_s)  # its signal ends whatever runs then
            _be(code, given, output, asked)
        status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        if status == -signal.SIGALRM:
            return TIMED_OUT, b""
        output.seek(0)
        return status, output.read()


def serve() -> None:
    scripts: dict[str, CodeType] = {}
    for name in IMPORTED:
        import_module(name)
    while (asked := _receive(sys.stdin.buffer)) is not None:
        script, *rest = asked
        if script not in scripts:
            with open(script, "rb") as source:
                scripts[script] = compile(source.read(), script, "exec")
        _send(sys.stdout.buffer, _answer(scripts[script], *rest))


if __name__ == "__main__":
    serve()
