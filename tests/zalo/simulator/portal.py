"""A small stand-in for the portal: keeps what is told to it, and answers as a test says."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Event:
    """One request: its raw body and its headers by lower-case name."""

    body: bytes
    headers: dict[str, str]

    @property
    def event(self) -> dict[str, Any]:
        return json.loads(self.body)


@dataclass
class Portal:
    """An address for the webhook; `statuses` are given first, then always 200."""

    url: str = ""
    told: list[Event] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    waits_s: float = 0.0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def names(self) -> list[str]:
        return [told.event["event_name"] for told in self.told]


@contextmanager
def open_portal() -> Iterator[Portal]:
    """A portal on a free port until the end of the block."""
    portal = Portal()
    released = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            with portal.lock:
                portal.told.append(Event(body, headers))
                status = portal.statuses.pop(0) if portal.statuses else 200
            released.wait(portal.waits_s)
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *args: Any) -> None:
            """Quiet."""

        def handle_error(self, *args: Any) -> None:
            """A caller that hung up is what some tests want."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.handle_error = lambda *args: None  # type: ignore[method-assign]
    portal.url = f"http://127.0.0.1:{server.server_address[1]}/zalo/webhook/"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield portal
    finally:
        released.set()
        server.shutdown()
        server.server_close()
