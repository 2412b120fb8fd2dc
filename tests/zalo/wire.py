"""A server of a few lines that misbehaves exactly as told, on a real socket."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

Behaviour = Callable[[socket.socket], None]


@dataclass
class Wire:
    """Where it listens, and the requests it has read."""

    url: str
    requests: list[bytes] = field(default_factory=list)


def read_request(connection: socket.socket) -> bytes:
    """Read one whole request, head and body."""
    received = b""
    while b"\r\n\r\n" not in received:
        chunk = connection.recv(65536)
        if not chunk:
            return received
        received += chunk
    head, _, body = received.partition(b"\r\n\r\n")
    length = next(
        (
            int(line.split(b":")[1])
            for line in head.split(b"\r\n")
            if line.lower().startswith(b"content-length:")
        ),
        0,
    )
    while len(body) < length:
        body += connection.recv(65536)
    return head + b"\r\n\r\n" + body


def http(body: str, status: str = "200 OK", headers: str = "", *, cut: int = 0) -> bytes:
    """An answer; `cut` promises that many bytes more than it sends."""
    raw = body.encode()
    head = f"HTTP/1.1 {status}\r\nContent-Length: {len(raw) + cut}\r\n{headers}\r\n"
    return head.encode() + raw


@contextmanager
def listening(*behaviours: Behaviour | bytes) -> Iterator[Wire]:
    """Serve one connection for each behaviour, the last one for all that follow.

    Bytes mean: read a request, answer this, read the next. A callable gets the connection after
    its first request was read.
    """
    server = socket.create_server(("127.0.0.1", 0), backlog=64)
    wire = Wire(f"http://127.0.0.1:{server.getsockname()[1]}")

    def serve(connection: socket.socket, behaviour: Behaviour | bytes) -> None:
        with connection:
            while request := read_request(connection):
                wire.requests.append(request)
                if not isinstance(behaviour, bytes):
                    behaviour(connection)
                    return
                connection.sendall(behaviour)

    def accept() -> None:
        index = 0
        while True:
            try:
                connection, _ = server.accept()
            except OSError:
                return
            behaviour = behaviours[min(index, len(behaviours) - 1)]
            index += 1
            threading.Thread(target=serve, args=(connection, behaviour), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield wire
    finally:
        server.shutdown(socket.SHUT_RDWR)
        server.close()


def closed_port() -> str:
    """An address at which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return f"http://127.0.0.1:{server.getsockname()[1]}"
