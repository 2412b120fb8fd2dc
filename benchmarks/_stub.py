"""A server that answers as Zalo does and costs as little as it can, in a process of its own.

It takes messages to groups and to people, names each, and notes when it came. With `--delay-ms` it
answers that much later; with `--most-per-s` it refuses (-32) what would be more than that within
any second. As a program it prints its port and serves until it is ended; `running` does that for a
script.
"""

import argparse
import asyncio
import http.client
import json
import subprocess
import sys
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

SECOND = 1.0
TOKENS = {"access_token": "access", "refresh_token": "refresh", "expires_in": "90000"}
PROFILE = {"data": {"oa_id": "1", "name": "OA"}, "error": 0, "message": "Success"}
MESSAGES = (b"/v3.0/oa/group/message", b"/v3.0/oa/message/cs", b"/v2.0/oa/message")
TOO_FAST = {"error": -32, "message": "Rate limit exceeded"}


@dataclass(frozen=True)
class Arrival:
    """One message, with the moment at which the whole request was there."""

    at: float
    to: str
    text: str


class _Book:
    """Received requests as raw bodies; parsed when somebody asks."""

    def __init__(self, delay_s: float, most_per_s: float) -> None:
        self.delay_s, self.most_per_s = delay_s, most_per_s
        self.recent: deque[float] = deque()
        self.reset()

    def reset(self) -> None:
        self.messages: list[tuple[float, bytes]] = []
        self.refused = 0
        self.recent.clear()

    def accepts(self, now: float) -> bool:
        if not self.most_per_s:
            return True
        while self.recent and self.recent[0] <= now - SECOND:
            self.recent.popleft()
        if len(self.recent) + 1 > self.most_per_s:
            self.refused += 1
            return False
        self.recent.append(now)
        return True

    def as_json(self) -> dict[str, object]:
        arrivals = []
        for at, body in self.messages:
            sent = json.loads(body)
            (to,) = sent["recipient"].values()
            arrivals.append([at, to, sent["message"]["text"]])
        return {"arrivals": arrivals, "refused": self.refused}


class _Connection(asyncio.Protocol):
    def __init__(self, book: _Book) -> None:
        self.book = book
        self.received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        self.loop = asyncio.get_running_loop()

    def data_received(self, data: bytes) -> None:
        received = self.received + data if self.received else data
        while (head_end := received.find(b"\r\n\r\n")) >= 0:
            head = received[:head_end].lower()
            _before, found, rest = head.partition(b"\r\ncontent-length:")
            body_end = head_end + 4 + (int(rest.partition(b"\r\n")[0]) if found else 0)
            if len(received) < body_end:
                break
            body = received[head_end + 4 : body_end]
            received = received[body_end:]
            self.answer(head.split(b" ", 2)[1], body)
        self.received = received

    def answer(self, path: bytes, body: bytes) -> None:
        if path in MESSAGES:
            self.accept(body)
        elif path == b"/stub/received":
            self.write(self.book.as_json())
        elif path == b"/stub/reset":
            self.book.reset()
            self.write({})
        else:
            self.write(TOKENS if path.endswith(b"access_token") else PROFILE)

    def accept(self, body: bytes) -> None:
        now = time.time()
        if not self.book.accepts(now):
            self.write(TOO_FAST)
            return
        self.book.messages.append((now, body))
        name = len(self.book.messages)
        raw = b'{"data":{"message_id":"m%d"},"error":0,"message":"Success"}' % name
        if self.book.delay_s:
            self.loop.call_later(self.book.delay_s, self.send, raw)
        else:
            self.send(raw)

    def write(self, answer: object) -> None:
        self.send(json.dumps(answer).encode())

    def send(self, raw: bytes) -> None:
        self.transport.write(  # type: ignore[attr-defined]
            b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b"
            % (len(raw), raw)
        )


class Stub:
    """A running stub, as the script sees it."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.url = f"http://127.0.0.1:{port}"

    def _ask(self, path: str) -> dict:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.request("GET", path)
        answer = json.loads(connection.getresponse().read())
        connection.close()
        return dict(answer)

    def arrivals(self) -> list[Arrival]:
        """Every message since the last reset, in order of arrival."""
        return [Arrival(*arrival) for arrival in self._ask("/stub/received")["arrivals"]]

    def refused(self) -> int:
        """How many calls were too fast since the last reset."""
        return int(self._ask("/stub/received")["refused"])

    def reset(self) -> None:
        """Forget what came."""
        self._ask("/stub/reset")


@contextmanager
def running(*, delay_ms: float = 0, most_per_s: float = 0) -> Iterator[Stub]:
    """A stub in a process of its own, ended afterwards."""
    # As a file, not as a module of the package, which would load Django.
    options = ["--delay-ms", str(delay_ms), "--most-per-s", str(most_per_s)]
    with subprocess.Popen([sys.executable, __file__, *options], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        try:
            yield Stub(int(process.stdout.readline()))
        finally:
            process.terminate()


async def _serve(book: _Book) -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: _Connection(book), "127.0.0.1", 0, backlog=512)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--delay-ms", type=float, default=0)
    parser.add_argument("--most-per-s", type=float, default=0)
    options = parser.parse_args()
    asyncio.run(_serve(_Book(options.delay_ms / 1000, options.most_per_s)))
