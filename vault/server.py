"""Sockets, threads and the life of the process; what is answered stands in accounts.vault."""

import logging
import os
import socket
import stat
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

from django.db import close_old_connections, connections

from accounts.vault import operations
from accounts.vault.calls import Caller
from accounts.vault.client import CHUNK, Attached, length_of, receive, send

logger = logging.getLogger(__name__)

PATIENCE_S: Final = 10.0  # for a caller that says nothing, or does not take its answer
MOST_ASKED: Final = 1024 * 1024  # bytes of one question
MOST_ATTACHED: Final = operations.MOST_BYTES  # behind it: the body of a page's request
IN_MEMORY: Final = 64 * 1024
BACKLOG: Final = 128
POLL_S: Final = 0.5


class Server:
    """Threads that each answer one call at a time, with a database connection of their own.

    A caller holds one thread for `PATIENCE_S` at most, and of its own socket alone: web cannot
    keep workers waiting.
    """

    def __init__(self, sockets: dict[Caller, Path], *, threads: int) -> None:
        self.sockets, self.size = sockets, threads
        self.stopping = threading.Event()
        self.threads: list[threading.Thread] = []

    def run(self) -> None:
        """Answer until `stop`; calls that are being answered are finished."""
        with _listening(self.sockets) as lines:
            for caller, line in lines.items():
                for number in range(self.size):
                    thread = threading.Thread(
                        target=self._serve, args=(line, caller), name=f"{caller}-{number}"
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

    def _serve(self, line: socket.socket, caller: Caller) -> None:
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
                    answer(call, caller)
        finally:
            connections.close_all()


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
def _listening(sockets: dict[Caller, Path]) -> Iterator[dict[Caller, socket.socket]]:
    lines = {}
    try:
        for caller, path in sockets.items():
            lines[caller] = _open(path)
        yield lines
    finally:
        for line in lines.values():
            line.close()
        for path in sockets.values():
            path.unlink(missing_ok=True)


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
