"""A key of the vault on two sheets of paper, of which one alone tells nothing.

The first sheet is random, the second the key XOR the first. Each is written in groups of letters
that end in four check letters, so that a slip of the pen is found before anything is tried.
"""

import base64
import getpass
import hashlib
import secrets
import sys
from typing import Final

CHECK: Final = 4  # letters
GROUP: Final = 4
BYTES: Final = 32


class Unreadable(Exception):
    """A sheet has a slip, or the two do not belong together; a sentence for the person."""


def split(kid: str, key: bytes) -> tuple[str, str]:
    """The texts of the two sheets."""
    first = secrets.token_bytes(len(key))
    second = bytes(left ^ right for left, right in zip(key, first, strict=True))
    pair = _pair_of(key)
    return _written("1", kid, first + pair), _written("2", kid, second + pair)


def join(first: str, second: str) -> tuple[str, bytes]:
    """Name and key of two sheets, in any order. Raises Unreadable."""
    sheets = {number: (kid, part) for number, kid, part in map(_read, (first, second))}
    if set(sheets) != {"1", "2"}:
        raise Unreadable("Cần tờ 1 và tờ 2 của cùng một khóa; đây là hai lần cùng một tờ.")
    (kid, left), (other, right) = sheets["1"], sheets["2"]
    key = bytes(one ^ two for one, two in zip(left[:BYTES], right[:BYTES], strict=True))
    if kid != other or left[BYTES:] != right[BYTES:] or _pair_of(key) != left[BYTES:]:
        raise Unreadable("Hai tờ này không phải của cùng một khóa.")
    return kid, key


def ask() -> tuple[str, str]:
    """The texts of two sheets, typed unseen or read from the input, a line each; not from the
    command line, which other processes and the history of the shell see. Raises Unreadable."""
    if sys.stdin.isatty():
        return getpass.getpass("Tờ 1: "), getpass.getpass("Tờ 2: ")
    lines = [line.strip() for line in sys.stdin if line.strip()]
    if len(lines) != 2:
        raise Unreadable("Cần đúng hai dòng: tờ 1, rồi tờ 2.")
    return lines[0], lines[1]


def _pair_of(key: bytes) -> bytes:
    return hashlib.sha256(key).digest()[:2]


def _written(number: str, kid: str, part: bytes) -> str:
    letters = base64.b32encode(part).decode().rstrip("=")
    letters += _check(number, kid, letters)
    groups = [letters[at : at + GROUP] for at in range(0, len(letters), GROUP)]
    return f"{number} {kid} " + "-".join(groups)


def _read(text: str) -> tuple[str, str, bytes]:
    parts = text.split(maxsplit=2)
    if len(parts) != 3:
        raise Unreadable("Mỗi tờ gồm số tờ, tên khóa và các nhóm chữ.")
    number, kid, written = parts[0], parts[1].lower(), "".join(parts[2].split()).replace("-", "")
    written = written.upper().replace("0", "O").replace("1", "I").replace("8", "B")
    letters, check = written[:-CHECK], written[-CHECK:]
    try:
        part = base64.b32decode(letters + "=" * (-len(letters) % 8))
    except ValueError:
        part = b""
    if check != _check(number, kid, letters) or len(part) != BYTES + 2:
        raise Unreadable(f"Tờ {number} có chỗ chép sai: chữ kiểm tra ở cuối không khớp.")
    return number, kid, part


def _check(number: str, kid: str, letters: str) -> str:
    digest = hashlib.sha256(f"{number}/{kid}/{letters}".encode()).digest()
    return base64.b32encode(digest).decode()[:CHECK]
