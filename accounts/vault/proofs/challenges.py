"""Challenges for passkeys: made by the vault, each for one account and one act, good once.

None is stored: the mark inside says that it was made here, for whom and for what.
"""

import secrets
import struct
from datetime import timedelta
from typing import Final

from django.utils import timezone

from accounts.vault.errors import ForgedCall, ProofRefused
from accounts.vault.proofs import memory
from accounts.vault.proofs.marks import is_mark_of, mark_of

GOOD_FOR: Final = timedelta(minutes=10)
NONCE: Final = 16
_ISSUED: Final = struct.Struct(">Q")
STALE: Final = "Trang mở đã quá 10 phút. Hãy tải lại trang rồi bấm lại."
OF_ANOTHER: Final = "Khóa truy cập này trả lời cho một việc khác."


def make(account: int, *aim: str) -> bytes:
    """A challenge for one act of this account; `aim` names the act and its rows."""
    nonce = secrets.token_bytes(NONCE)
    issued = int(timezone.now().timestamp())
    mark = mark_of("challenge", nonce.hex(), issued, account, *aim)
    return nonce + _ISSUED.pack(issued) + bytes.fromhex(mark)


def use(challenge: bytes, account: int, *aim: str) -> None:
    """Use up a challenge. Raises ProofRefused for one that is too old, ForgedCall for one that was
    made for another act or account, or used before.
    """
    nonce, rest = challenge[:NONCE], challenge[NONCE:]
    if len(rest) != _ISSUED.size + 32:
        raise ForgedCall(OF_ANOTHER)
    (issued,) = _ISSUED.unpack(rest[: _ISSUED.size])
    mark = rest[_ISSUED.size :].hex()
    if not is_mark_of(mark, "challenge", nonce.hex(), issued, account, *aim):
        raise ForgedCall(OF_ANOTHER)
    if timezone.now().timestamp() - issued > GOOD_FOR.total_seconds():
        raise ProofRefused(STALE)
    if not memory.use(account, "challenge", nonce.hex()):
        raise ForgedCall(OF_ANOTHER)
