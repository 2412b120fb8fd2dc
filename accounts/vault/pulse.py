"""The pulse of the vault: whether its process runs, whatever its threads are busy with.

A thread of its own answers at a socket beside each of its sockets, with one byte. Who waits for an
answer asks there each second: a page may just be long, but a process that stands still (stopped,
out of memory, on a disk that hangs) is away, and is said to be within seconds.
"""

import select
import socket
from typing import Final

SUFFIX: Final = ".pulse"
BEAT: Final = b"\x01"
EVERY_S, PATIENCE_S = 1.0, 1.5


class Hung(TimeoutError):
    """The vault takes calls and answers none, not even this one."""


def beat(call: socket.socket) -> None:
    """Answer one question for the pulse. Raises OSError."""
    call.settimeout(PATIENCE_S)
    call.sendall(BEAT)


def require(address: str) -> None:
    """Raise Hung where the vault at this socket stands still; one without a pulse is believed."""
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
            line.settimeout(PATIENCE_S)
            line.connect(address + SUFFIX)
            line.recv(1)
    except (TimeoutError, BlockingIOError):  # nobody takes what waits there
        raise Hung from None
    except OSError:
        return


def wait_for_answer(line: socket.socket, address: str, patience_s: float) -> None:
    """Wait until something comes. Raises Hung, TimeoutError."""
    waiting = select.poll()
    waiting.register(line, select.POLLIN)
    left = patience_s
    while left > 0:
        part = min(left, EVERY_S)
        if waiting.poll(1000 * part):
            return
        left -= part
        if left > 0:
            require(address)
    raise TimeoutError
