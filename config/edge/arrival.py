"""One request on its way in: what has come of it, and whether it is whole or too much."""

import re
import tempfile
from enum import Enum
from http import HTTPStatus
from typing import IO, Final
from urllib.parse import unquote

from accounts.sign_in.addresses import address_behind, line_of
from config.edge import limits

_END: Final = b"\r\n\r\n"
_LENGTH: Final = re.compile(rb"\r\ncontent-length:[ \t]*(\d+)[ \t]*(?=\r\n)", re.IGNORECASE)
_CHUNKED: Final = re.compile(rb"\r\ntransfer-encoding[ \t]*:", re.IGNORECASE)
_EXPECT: Final = re.compile(rb"\r\nexpect:[ \t]*100-continue[ \t]*(?=\r\n)", re.IGNORECASE)
_PASSED: Final = re.compile(rb"\r\nx-forwarded-for:[ \t]*([^\r\n]*)", re.IGNORECASE)
_DIGITS: Final = 12  # a length of more is too much anyway
_IN_MEMORY: Final = 64 * limits.KIB
SENTENCES: Final = {
    HTTPStatus.REQUEST_TIMEOUT: "Gửi quá lâu. Hãy thử lại.",
    HTTPStatus.LENGTH_REQUIRED: "Thiếu độ dài của nội dung.",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "Nội dung gửi lên quá lớn. Hãy gửi ít hơn.",
    HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE: "Phần đầu của yêu cầu quá dài.",
    HTTPStatus.SERVICE_UNAVAILABLE: "Cổng đang bận. Hãy thử lại sau ít phút.",
}


class Stage(Enum):
    HEAD = "head"
    BODY = "body"
    WHOLE = "whole"
    REFUSED = "refused"


class Arrival:
    """Bytes of one request, in memory or, where they are many, in a file without a name.

    Where a length is written twice or strangely nothing is waited for: gunicorn's own reading,
    which decides what the request is, then finds it wrong.
    """

    def __init__(self, peer: str, *, at: float, proxies: int) -> None:
        self.peer, self.proxies = peer, proxies
        self.began = self.heard = at
        self.stage = Stage.HEAD
        self.answer: HTTPStatus | None = None
        self.path = ""
        self.address = peer
        self.size = 0
        self.missing = 0
        self.awaits_word = False  # the caller sends its body once it is told to go on
        self._head = bytearray()
        self.file: IO[bytes] = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 -- handed on

    @property
    def is_event(self) -> bool:
        """An event of Zalo, as it seems, whose body is on its way."""
        return self.stage is Stage.BODY and limits.is_webhook(self.path)

    @property
    def has_begun(self) -> bool:
        return bool(self._head or self.size)

    def wants(self, most: int) -> int:
        """Bytes to read next: never past the end of a body."""
        return min(most, self.missing) if self.stage is Stage.BODY else most

    def add(self, data: bytes, *, at: float) -> None:
        """Add bytes that came. Sets `stage`, and `answer` where it is refused."""
        self.heard = at
        if self.stage is Stage.HEAD:
            searched = max(0, len(self._head) - len(_END))
            self._head += data
            end = self._head.find(_END, searched)
            if end < 0 or end > limits.MOST_HEAD:
                if len(self._head) > limits.MOST_HEAD:
                    self.refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
                return
            self._read_head(bytes(self._head[: end + len(_END)]), bytes(self._head[end + 4 :]))
        elif self.stage is Stage.BODY:
            self._write(data)
            self.missing -= len(data)
            if self.missing <= 0:
                self._end()

    def refuse(self, answer: HTTPStatus) -> None:
        self.stage, self.answer = Stage.REFUSED, answer
        self.discard()

    def discard(self) -> None:
        """Free what was gathered."""
        self._head.clear()
        self.file.close()
        self.size = 0

    def is_late(self, now: float) -> bool:
        if self.stage is Stage.HEAD:
            return now - self.began > limits.HEAD_S
        return now - self.began > limits.BODY_S or now - self.heard > limits.SILENCE_S

    def _read_head(self, head: bytes, rest: bytes) -> None:
        self.path = _path_of(head)
        self.address = _address_of(head, self.peer, self.proxies)
        if _CHUNKED.search(head):  # which nothing of the portal reads
            return self.refuse(HTTPStatus.LENGTH_REQUIRED)
        lengths = _LENGTH.findall(head)
        length = int(lengths[0][:_DIGITS]) if len(lengths) == 1 else 0
        if length > limits.most_bytes(self.path, has_session=limits.SESSION in head):
            return self.refuse(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        self.missing = length - len(rest)
        # Told here; gunicorn, which sees the request when it is whole, would tell it again.
        without = _EXPECT.sub(b"", head)
        self.awaits_word = without != head and self.missing > 0
        self._write(without + rest)
        self._head.clear()
        if self.missing > 0:
            self.stage = Stage.BODY
            return None
        return self._end()

    def _write(self, data: bytes) -> None:
        self.file.write(data)
        self.size += len(data)

    def _end(self) -> None:
        self.file.seek(0)
        self.stage = Stage.WHOLE


def answer_of(status: HTTPStatus) -> bytes:
    content = SENTENCES[status].encode()
    again = "Retry-After: 30\r\n" if status is HTTPStatus.SERVICE_UNAVAILABLE else ""
    return (
        f"HTTP/1.1 {status.value} {status.phrase}\r\nConnection: close\r\n{again}"
        f"Content-Type: text/plain; charset=utf-8\r\nX-Content-Type-Options: nosniff\r\n"
        f"Content-Length: {len(content)}\r\n\r\n"
    ).encode() + content


def _path_of(head: bytes) -> str:
    words = head.split(b"\r\n", 1)[0].split(b" ")
    target = words[1] if len(words) > 1 else b""
    if not target.startswith(b"/"):
        target = b"/" + target.partition(b"://")[2].partition(b"/")[2]
    return unquote(target.partition(b"?")[0].decode("latin-1"))


def _address_of(head: bytes, peer: str, proxies: int) -> str:
    """The line of the caller whom the outermost of our proxies saw."""
    passed = b",".join(_PASSED.findall(head)).decode("latin-1")
    return line_of(address_behind(peer, passed, proxies))
