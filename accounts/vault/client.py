"""Asking the vault: one question and one answer over a Unix socket, in JSON.

Where this process is the vault (and in tests) the same bytes go to the same function directly.
"""

import json
import logging
import socket
import struct
import time
from typing import Any, Final

from django.conf import settings
from django.db import connection

from accounts.vault import operations, sealing
from accounts.vault.calls import current, session_key
from accounts.vault.errors import VaultAway, VaultFailed, VaultOnly

logger = logging.getLogger(__name__)

LENGTH: Final = struct.Struct(">I")
QUICK: Final = 0.1  # of the ordinary patience: for pages of everybody, which do without an answer
HUNG_S: Final = 5.0

# Until when this process takes the vault for hung, by whether a quick question found it so. One
# thread waits for a vault that hangs, not all. An ordinary question heeds only ordinary patience.
_hung_until = {True: 0.0, False: 0.0}


def ask(operation: str, /, *, is_quick: bool = False, **arguments: Any) -> Any:
    """Ask the vault, in the name of the session of this request if there is one; with `is_quick`
    wait only a tenth as long.

    Arguments and result are plain JSON data. Raises VaultAway, of which VaultFailed is one,
    VaultRefused or what the operation declares; VaultOnly inside a transaction, whose rows the
    vault could not see, or would wait for.
    """
    if (call := current()) is not None:  # the vault asks itself
        one = operations.registered(operation)
        return json.loads(json.dumps(one.act(call, **json.loads(json.dumps(arguments)))))
    _require_no_transaction(operation)
    question = {"operation": operation, "arguments": arguments, "session": session_key()}
    asked = json.dumps(question, ensure_ascii=False).encode()
    answer = _sent(asked, is_quick=is_quick)
    try:
        return operations.understood(operation, answer)
    except ValueError:
        logger.error("the vault failed at %s", operation)
        raise VaultFailed from None


def is_there() -> bool:
    """Whether the vault answers."""
    question = {"operation": "vault.ping", "arguments": {}, "session": ""}
    try:
        answer = _sent(json.dumps(question).encode(), is_quick=True)
        return bool(operations.understood("vault.ping", answer))
    except (VaultAway, ValueError):
        return False


def _require_no_transaction(operation: str) -> None:
    blocks = connection.atomic_blocks
    if blocks and not getattr(blocks[-1], "_from_testcase", False):  # as `durable` of Django sees
        raise VaultOnly(f"{operation} is asked inside a transaction")


def _sent(asked: bytes, *, is_quick: bool) -> bytes:
    if settings.VAULT_SOCKET:
        if _is_hung(is_quick=is_quick):
            raise VaultAway
        try:
            return _over_socket(asked, settings.VAULT_TIMEOUT_S * (QUICK if is_quick else 1))
        except OSError as error:
            if isinstance(error, TimeoutError):
                _hung_until[is_quick] = time.monotonic() + HUNG_S
            logger.warning("the vault is away: %s", type(error).__name__)
            raise VaultAway from None
    if sealing.is_vault():
        return operations.answer(asked, caller="any")
    raise VaultAway(
        "Cổng chưa nối với kho niêm phong nên chưa mở được nội dung này. Hãy báo quản trị kỹ thuật."
    )


def _is_hung(*, is_quick: bool) -> bool:
    now = time.monotonic()
    return any(until > now for quick, until in _hung_until.items() if is_quick or not quick)


def _over_socket(asked: bytes, timeout_s: float) -> bytes:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
        line.settimeout(timeout_s)
        line.connect(settings.VAULT_SOCKET)
        send(line, asked)
        return receive(line)


def send(line: socket.socket, message: bytes) -> None:
    """Send one message: four bytes of length, then JSON. Raises OSError."""
    line.sendall(LENGTH.pack(len(message)) + message)


def receive(line: socket.socket, most: int = operations.MOST_BYTES) -> bytes:
    """Receive one message. Raises OSError, also for one that is too long or ends early."""
    (length,) = LENGTH.unpack(_exactly(line, LENGTH.size))
    if length > most:
        raise ConnectionError("a message that is too long")
    return _exactly(line, length)


def _exactly(line: socket.socket, size: int) -> bytes:
    found = bytearray()
    while len(found) < size:
        part = line.recv(min(size - len(found), 65536))
        if not part:
            raise ConnectionError("the message ends early")
        found += part
    return bytes(found)
