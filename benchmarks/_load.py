"""Events of Zalo over kept connections, as fast as they are answered; a process of its own.

Every request has an id of its own and the right signature; all are made before the clock starts.
Prints JSON: answers a second, p50 and p99 in milliseconds, and how many answers had which status.
As a file, not as a module of the package, which would load Django.
"""

import argparse
import hashlib
import json
import selectors
import socket
import sys
import time
from collections import Counter

TEXT = "Tin báo: có người lạ hỏi mua vàng không giấy tờ ở tổ 5, đi xe máy màu đỏ. "


def requests(count: int, salt: str, app_id: str, secret: str) -> list[bytes]:
    """Whole HTTP requests, each another message."""
    made = []
    stamp = int(time.time() * 1000)
    for number in range(count):
        timestamp = str(stamp + number)
        body = json.dumps(
            {
                "app_id": app_id,
                "sender": {"id": f"70010000000000{number % 5000:05d}"},
                "recipient": {"id": "9001"},
                "event_name": "user_send_text",
                "message": {"text": TEXT, "msg_id": f"{salt}-{number}"},
                "timestamp": timestamp,
            },
            ensure_ascii=False,
            separators=(",", ":"),
        ).encode()
        mac = hashlib.sha256(app_id.encode() + body + (timestamp + secret).encode()).hexdigest()
        head = (
            "POST /zalo/webhook/ HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            f"X-ZEvent-Signature: mac={mac}\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        made.append(head.encode() + body)
    return made


class Line:
    """One kept connection and the request that is on its way."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.socket: socket.socket | None = None
        self.received = b""
        self.sent_at = 0.0

    def send(self, request: bytes) -> None:
        if self.socket is None:
            self.socket = socket.create_connection(("127.0.0.1", self.port))
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.received = b""
        self.sent_at = time.perf_counter()
        self.socket.sendall(request)

    def status(self) -> int:
        """Of the whole answer; 0 while it is not all there, -1 when the other side closed."""
        assert self.socket is not None
        try:
            chunk = self.socket.recv(65536)
        except ConnectionResetError:
            return -1
        if not chunk:
            return -1
        self.received += chunk
        end = self.received.find(b"\r\n\r\n")
        if end < 0:
            return 0
        head = self.received[:end].lower()
        _before, found, rest = head.partition(b"\r\ncontent-length:")
        length = int(rest.partition(b"\r\n")[0]) if found else 0
        return int(head[9:12]) if len(self.received) >= end + 4 + length else 0

    def close(self) -> None:
        if self.socket is not None:
            self.socket.close()
        self.socket = None


def run(port: int, connections: int, waiting: list[bytes], seconds: float) -> dict[str, object]:
    """Keep every connection busy until the time is up or nothing is left to send."""
    took: list[float] = []
    answers: Counter[str] = Counter()
    waiting.reverse()
    with selectors.DefaultSelector() as selector:
        started = time.perf_counter()
        end = started + seconds
        for _number in range(min(connections, len(waiting))):
            line = Line(port)
            line.send(waiting.pop())
            selector.register(line.socket, selectors.EVENT_READ, line)  # type: ignore[arg-type]
        while selector.get_map():
            ready = selector.select(timeout=30)
            if not ready:
                raise SystemExit("no answer for 30 seconds")
            for key, _events in ready:
                line = key.data
                status = line.status()
                if status == 0:
                    continue
                now = time.perf_counter()
                answers[str(status)] += 1
                took.append(now - line.sent_at)
                if status < 0 or now >= end or not waiting:
                    selector.unregister(line.socket)
                    line.close()
                if now < end and waiting:
                    line.send(waiting.pop())
                    if status < 0:
                        selector.register(line.socket, selectors.EVENT_READ, line)
        elapsed = time.perf_counter() - started
    took.sort()
    return {
        "rate": len(took) / elapsed,
        "p50_ms": took[len(took) // 2] * 1000,
        "p99_ms": took[min(len(took) - 1, len(took) * 99 // 100)] * 1000,
        "answers": answers,
        "ran_dry": not waiting,
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--connections", type=int, required=True)
    parser.add_argument("--seconds", type=float, required=True)
    parser.add_argument("--requests", type=int, required=True)
    parser.add_argument("--salt", required=True)
    parser.add_argument("--app-id", required=True)
    parser.add_argument("--secret", required=True)
    options = parser.parse_args()
    made = requests(options.requests, options.salt, options.app_id, options.secret)
    json.dump(run(options.port, options.connections, made, options.seconds), sys.stdout)
