"""Asking the vault: one question and one answer over a Unix socket, in JSON.

Where this process is the vault (and in tests) the same bytes go to the same function directly.
"""

import json
import logging
import socket
import struct
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, NamedTuple

from django.conf import settings
from django.db import connection

from accounts.vault import operations, pulse, sealing
from accounts.vault.calls import current, session_key
from accounts.vault.errors import VaultAway, VaultFailed, VaultOnly

logger = logging.getLogger(__name__)

BUSY: Final = "Kho niêm phong đang bận. Hãy thử lại sau một phút."

LENGTH: Final = struct.Struct(">I")
CHUNK: Final = 64 * 1024  # bytes
QUICK: Final = 0.1  # of the ordinary patience: for pages of everybody, which do without an answer
OF_PAGES: Final = 3.0  # the same: a page makes papers and pictures
HUNG_S: Final = 5.0
PUBLIC: Final = ".public"  # the socket beside that of officers, where pages of everybody ask
# What one process has there at once: each look at a receipt costs the vault a slow hash.
MOST_PUBLIC: Final = 2
_public = threading.BoundedSemaphore(MOST_PUBLIC)


class Attached(NamedTuple):
    """Bytes that go behind a message, in parts, and how many they are."""

    size: int
    parts: Iterable[bytes]


NOTHING: Final = Attached(0, ())

# Until when this process takes the vault for hung, by whether a quick question found it so. One
# thread waits for a vault that hangs, not all. An ordinary question heeds only ordinary patience.
_hung_until = {True: 0.0, False: 0.0}


def ask(operation: str, /, *, is_quick: bool = False, **arguments: Any) -> Any:
    """Ask the vault, in the name of the session of this request if there is one; with `is_quick`,
    for a page of everybody, at a socket of its own and wait only a tenth as long.

    Arguments and result are plain JSON data. Raises VaultAway, of which VaultFailed is one,
    VaultRefused or what the operation declares; VaultOnly inside a transaction, whose rows the
    vault could not see, or would wait for.
    """
    call = current()
    if call is not None and call.page is None:  # the vault asks itself
        one = operations.registered(operation)
        return json.loads(json.dumps(one.act(call, **json.loads(json.dumps(arguments)))))
    asked = _question(operation, arguments)
    if call is not None:  # as the page would ask from web, in the transaction of the page
        return _understood(operation, operations.answer(asked, caller=call.caller))
    _require_no_transaction(operation)
    if not is_quick:
        return _understood(operation, _sent(asked, 1)[0])
    with _place_of_public():
        return _understood(operation, _sent(asked, QUICK, is_public=True)[0])


def ask_with(
    operation: str, attached: Attached, /, *, is_public: bool = False, **arguments: Any
) -> tuple[Any, bytes]:
    """Ask over the socket for what needs bytes, as `ask` does, without a session; result and bytes
    of the answer."""
    _require_no_transaction(operation)
    asked = _question(operation, arguments, session="")
    answer, found = _sent(asked, OF_PAGES, attached, is_public=is_public)
    return _understood(operation, answer), found


@contextmanager
def _place_of_public() -> Iterator[None]:
    if not _public.acquire(timeout=settings.VAULT_TIMEOUT_S * QUICK):
        raise VaultAway(BUSY)
    try:
        yield
    finally:
        _public.release()


def _question(operation: str, arguments: Any, session: str | None = None) -> bytes:
    key = session_key() if session is None else session
    question = {"operation": operation, "arguments": arguments, "session": key}
    return json.dumps(question, ensure_ascii=False).encode()


def _understood(operation: str, answer: bytes) -> Any:
    try:
        return operations.understood(operation, answer)
    except ValueError:
        logger.error("the vault failed at %s", operation)
        raise VaultFailed from None


def is_there() -> bool:
    """Whether the vault answers."""
    question = {"operation": "vault.ping", "arguments": {}, "session": ""}
    try:
        answer, _none = _sent(json.dumps(question).encode(), QUICK)
        return bool(operations.understood("vault.ping", answer))
    except (VaultAway, ValueError):
        return False


def _require_no_transaction(operation: str) -> None:
    blocks = connection.atomic_blocks
    if blocks and not getattr(blocks[-1], "_from_testcase", False):  # as `durable` of Django sees
        raise VaultOnly(f"{operation} is asked inside a transaction")


def _sent(
    asked: bytes, patience: float, attached: Attached = NOTHING, *, is_public: bool = False
) -> tuple[bytes, bytes]:
    if settings.VAULT_SOCKET:
        is_quick = patience < 1
        if _is_hung(is_quick=is_quick):
            raise VaultAway
        try:
            address = _address(is_public=is_public)
            return _over_socket(asked, attached, settings.VAULT_TIMEOUT_S * patience, address)
        except pulse.Hung:
            _hung_until[False] = time.monotonic() + HUNG_S
            logger.warning("the vault has no pulse")
            raise VaultAway from None
        except OSError as error:
            # A page may just be long, if all else is answered meanwhile.
            if isinstance(error, TimeoutError) and (patience <= 1 or not is_there()):
                _hung_until[is_quick] = time.monotonic() + HUNG_S
            logger.warning("the vault is away: %s", type(error).__name__)
            raise VaultAway from None
    if sealing.is_vault():
        return operations.answer(asked, caller="any"), b""
    raise VaultAway(
        "Cổng chưa nối với kho niêm phong nên chưa mở được nội dung này. Hãy báo quản trị kỹ thuật."
    )


def _is_hung(*, is_quick: bool) -> bool:
    now = time.monotonic()
    return any(until > now for quick, until in _hung_until.items() if is_quick or not quick)


def _address(*, is_public: bool) -> str:
    public = settings.VAULT_SOCKET + PUBLIC
    return public if is_public and Path(public).exists() else settings.VAULT_SOCKET


def _over_socket(
    asked: bytes, attached: Attached, timeout_s: float, address: str
) -> tuple[bytes, bytes]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
        line.settimeout(timeout_s)
        line.connect(address)
        if attached.size > CHUNK:  # more than a line holds, so it would wait in the middle
            pulse.require(settings.VAULT_SOCKET)
        send(line, asked, attached)
        pulse.wait_for_answer(line, settings.VAULT_SOCKET, timeout_s)
        return receive(line), receive(line)


def send(line: socket.socket, message: bytes, attached: Attached = NOTHING) -> None:
    """Send one message: four bytes of length, JSON; length and bytes behind it. Raises OSError."""
    line.sendall(LENGTH.pack(len(message)) + message + LENGTH.pack(attached.size))
    for part in attached.parts:
        if part:  # to send nothing to who has answered and gone is an error
            line.sendall(part)


def receive(line: socket.socket, most: int = operations.MOST_BYTES) -> bytes:
    """Receive a message, or what is behind it. Raises OSError, also where it is too long or ends
    early."""
    return _exactly(line, length_of(line, most))


def length_of(line: socket.socket, most: int) -> int:
    """The number of bytes that come now. Raises OSError."""
    length: int = LENGTH.unpack(_exactly(line, LENGTH.size))[0]
    if length > most:
        raise ConnectionError("a message that is too long")
    return length


def _exactly(line: socket.socket, size: int) -> bytes:
    found = bytearray()
    while len(found) < size:
        part = line.recv(min(size - len(found), CHUNK))
        if not part:
            raise ConnectionError("the message ends early")
        found += part
    return bytes(found)
