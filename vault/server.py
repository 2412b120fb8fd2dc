"""Sockets, threads and the life of the process; what is answered stands in accounts.vault."""

import logging
import os
import socket
import stat
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO, Final

from django.db import close_old_connections, connections

from accounts.vault import operations, pulse
from accounts.vault.calls import Caller
from accounts.vault.client import CHUNK, PUBLIC, Attached, length_of, receive, send

logger = logging.getLogger(__name__)

PATIENCE_S: Final = 10.0  # for a caller that says nothing, or does not take its answer
MOST_ASKED: Final = 1024 * 1024  # bytes of one question
MOST_ATTACHED: Final = operations.MOST_BYTES  # behind it: the body of a page's request
IN_MEMORY: Final = 64 * 1024
BACKLOG: Final = 128
POLL_S: Final = 0.5
PUBLIC_THREADS: Final = 1  # a receipt of before takes 32 MiB while it is hashed


@dataclass(frozen=True)
class Line:
    """A socket, the threads that answer there, and how."""

    path: Path
    name: str
    threads: int
    answer: Callable[[socket.socket], None]


def lines_of(sockets: dict[Caller, Path], threads: int) -> list[Line]:
    """The sockets of each caller: its calls, its pulse; of web also what pages of everybody ask."""
    found = []
    for caller, path in sockets.items():
        act = partial(answer, caller=caller)
        found += [
            Line(path, caller, threads, act),
            Line(Path(f"{path}{pulse.SUFFIX}"), f"{caller}-pulse", 1, pulse.beat),
        ]
        if caller == "web":
            found.append(Line(Path(f"{path}{PUBLIC}"), "public", PUBLIC_THREADS, act))
    return found


class Server:
    """Threads that each answer one call at a time, with a database connection of their own.

    A caller holds one thread for `PATIENCE_S` at most, and of its own socket alone: web cannot
    keep workers waiting, nor pages of everybody officers.
    """

    def __init__(self, sockets: dict[Caller, Path], *, threads: int) -> None:
        self.lines = lines_of(sockets, threads)
        self.stopping = threading.Event()
        self.threads: list[threading.Thread] = []

    def run(self) -> None:
        """Answer until `stop`; calls that are being answered are finished."""
        with _listening(self.lines) as opened:
            for line, at in opened:
                for number in range(line.threads):
                    thread = threading.Thread(
                        target=self._serve, args=(at, line.answer), name=f"{line.name}-{number}"
                    )
                    thread.start()
                    self.threads.append(thread)
            logger.info("the vault answers")
            while not self.stopping.wait(POLL_S):
                if not all(thread.is_alive() for thread in self.threads):
                    logger.error("a thread of the vault ended")
                    self.stopping.set()
        for thread in self.threads:
            thread.join()

    def stop(self) -> None:
        self.stopping.set()

    def _serve(self, line: socket.socket, act: Callable[[socket.socket], None]) -> None:
        try:
            while not self.stopping.is_set():
                try:
                    call, _address = line.accept()
                except TimeoutError:
                    close_old_connections()
                    continue
                except OSError:
                    if self.stopping.is_set():
                        return
                    raise
                with call:
                    _act(act, call)
        finally:
            connections.close_all()


def _act(act: Callable[[socket.socket], None], call: socket.socket) -> None:
    """End this call alone, whatever goes wrong: a thread that ends would end the vault."""
    try:
        act(call)
    except Exception:
        logger.exception("a call was not answered")


def answer(call: socket.socket, caller: Caller) -> None:
    """Answer one call; whatever is wrong with the line ends this call alone."""
    close_old_connections()
    try:
        call.settimeout(PATIENCE_S)
        asked = receive(call, MOST_ASKED)
        with tempfile.SpooledTemporaryFile(IN_MEMORY) as body:
            _receive_into(body, call)
            answered, found = operations.answer_with(asked, body, caller=caller)
        send(call, answered, Attached(len(found), (found,)))
    except OSError as error:
        logger.warning("a call of %s ended early: %s", caller, type(error).__name__)
    finally:
        close_old_connections()


def _receive_into(body: IO[bytes], call: socket.socket) -> None:
    """Put the bytes behind a question into a file without a name, where they are many."""
    missing = length_of(call, MOST_ATTACHED)
    while missing:
        part = call.recv(min(missing, CHUNK))
        if not part:
            raise ConnectionError("the message ends early")
        body.write(part)
        missing -= len(part)
    body.seek(0)


@contextmanager
def _listening(lines: list[Line]) -> Iterator[list[tuple[Line, socket.socket]]]:
    opened: list[tuple[Line, socket.socket]] = []
    try:
        for line in reversed(lines):  # that of calls last: who finds it finds the others
            opened.append((line, _open(line.path)))
        yield opened
    finally:
        for line, at in opened:
            at.close()
            line.path.unlink(missing_ok=True)


def _open(path: Path) -> socket.socket:
    """Listen at the path, which owner and group may reach; one left by a kill is replaced."""
    if path.exists() and stat.S_ISSOCK(path.stat().st_mode):
        path.unlink()
    line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    before = os.umask(0o117)
    try:
        line.bind(str(path))
    finally:
        os.umask(before)
    line.listen(BACKLOG)
    line.settimeout(POLL_S)
    return line
