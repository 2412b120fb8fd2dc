"""The simulator over HTTP/1.1 with kept connections, one thread a connection.

`start()` gives a handle with `.url`, `.state`, `.faults`, `.refuse()`, `.accept()` and `.stop()`.
"""

import json
import select
import socket
import socketserver
import threading
import time
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

from zalo_simulator import api, oauth, pages
from zalo_simulator.api import Call, Reply
from zalo_simulator.faults import Fault, FaultBook
from zalo_simulator.people import Residents
from zalo_simulator.state import SimulatorState
from zalo_simulator.webhooks import Console, Storm, Webhooks

IDLE_LIMIT_S: Final = 75
ENDING_LIMIT_S: Final = 5
MAX_BODY: Final = 8 * 1024 * 1024
BAD_GATEWAY: Final = b"<html><head><title>502 Bad Gateway</title></head><body>502</body></html>"


class Simulator:
    """A running simulator."""

    def __init__(
        self, state: SimulatorState, faults: FaultBook, host: str, port: int, console: Console
    ) -> None:
        self.state = state
        self.faults = faults
        self.webhooks = Webhooks(state, console)
        self.storm: Storm | None = None
        self.answer_delay_s = 0.0
        self._lock = threading.RLock()
        self._timers: list[threading.Timer] = []
        self._refusals = 0
        self._is_stopped = False
        self._server: _Server | None = _Server((host, port), self)
        self.host, self.port = host, int(self._server.server_address[1])
        state.base_url = self.url
        self.permission_page = oauth.PermissionPage(state)
        self.residents = Residents(state, self.url)
        self._serve()

    @property
    def url(self) -> str:
        """Base address of both the API and the token endpoint."""
        return f"http://{self.host}:{self.port}"

    def refuse(self, seconds: float | None = None) -> None:
        """Close the port and the idle connections now; open the port again after `seconds`.

        Without `seconds` it stays closed until `accept()`. The last call is the one that counts.
        """
        with self._lock:
            self._refusals += 1
            number = self._refusals
            self._close()
            if seconds is not None:
                self._later(seconds, lambda: self._end_refusal(number))

    def accept(self) -> None:
        """Open the port again; nothing happens where it is open, or after `stop()`."""
        with self._lock:
            if not self._is_stopped and self._server is None:
                self._server = _Server((self.host, self.port), self)
                self._serve()

    def stop(self) -> None:
        """Close everything and write the state."""
        with self._lock:
            self._is_stopped = True
            for timer in self._timers:
                timer.cancel()
            self._close()
        self.webhooks.stop()
        self.state.close()

    def blow(self, values: Mapping[str, Any]) -> Storm:
        """Begin a storm of events; ValueError while one is still blowing."""
        with self._lock:
            last = self.storm
            if last is not None and not last.is_over:
                raise ValueError("Một đợt đang chạy. Hãy đợi đợt đó xong.")
            first = last.first + last.events if last else 0
            self.storm = Storm(self.state, self.webhooks, values, first)
            return self.storm

    def schedule(self, fault: Fault) -> None:
        """Carry out a `refuse` rule, which needs no call to strike."""
        with self._lock:
            self._later(max(fault.start_in, 0.05), lambda: self.refuse(fault.seconds))

    def _end_refusal(self, number: int) -> None:
        with self._lock:
            if number == self._refusals:
                self.accept()

    def _later(self, seconds: float, action: Callable[[], None]) -> None:
        timer = threading.Timer(seconds, action)
        timer.daemon = True
        self._timers = [waiting for waiting in self._timers if waiting.is_alive()]
        self._timers.append(timer)
        timer.start()

    def _serve(self) -> None:
        server = self._server
        if server is not None:
            threading.Thread(
                target=server.serve_forever, args=(0.05,), daemon=True, name="zalo-simulator"
            ).start()

    def _close(self) -> None:
        server, self._server = self._server, None
        if server is not None:
            server.shutdown()
            server.server_close()
            server.close_idle()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    allow_reuse_address = True
    request_queue_size = 512

    def __init__(self, address: tuple[str, int], simulator: Simulator) -> None:
        self.simulator = simulator
        self.connections: set[_Handler] = set()
        self.is_closing = False
        super().__init__(address, _Handler)

    def server_bind(self) -> None:
        """Bind without asking a name server who we are."""
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = str(self.server_address[0]), self.server_address[1]

    def close_idle(self) -> None:
        """Drop the connections that wait for a request; the others close after their answer.

        An answer that left without saying so may be with its client already: wait for its end, so
        that no further request goes into a connection that is about to close.
        """
        self.is_closing = True
        patience = time.monotonic() + ENDING_LIMIT_S
        for handler in list(self.connections):
            while handler.is_busy and handler.is_answering and time.monotonic() < patience:
                time.sleep(0.001)
            if not handler.is_busy and not handler.has_request_waiting():
                handler.drop()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is nothing to report."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "ZaloSimulator"
    sys_version = ""
    disable_nagle_algorithm = True
    wbufsize = -1
    timeout = IDLE_LIMIT_S
    server: _Server

    def setup(self) -> None:
        super().setup()
        self.is_busy = self.is_answering = False
        self.server.connections.add(self)

    def finish(self) -> None:
        self.server.connections.discard(self)
        super().finish()

    def drop(self) -> None:
        """Cut the connection without an answer."""
        self.close_connection = True
        try:
            self.connection.shutdown(socket.SHUT_RDWR)
        except OSError:
            self.close_connection = True  # it was cut already

    def has_request_waiting(self) -> bool:
        """Whether something has arrived that its thread has not come to yet."""
        try:
            return bool(select.select([self.connection], [], [], 0)[0])
        except (OSError, ValueError):  # closed meanwhile
            return False

    def parse_request(self) -> bool:
        """The first line is here: from now on the connection owes an answer."""
        self.is_busy = True
        return super().parse_request()

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: headers and bodies hold tokens and texts."""

    def do_GET(self) -> None:
        self._handle()

    do_POST = do_DELETE = do_GET

    def _handle(self) -> None:
        self.is_answering = False
        self.is_busy = True
        try:
            self._answer(self._read())
        finally:
            self.is_busy = False
            if self.server.is_closing:
                self.close_connection = True

    def _read(self) -> Call:
        length = min(int(self.headers.get("Content-Length") or 0), MAX_BODY)
        body = self.rfile.read(length) if length else b""
        parts = urlsplit(self.path)
        return Call(
            method=self.command,
            path=parts.path,
            headers={name.lower(): value for name, value in self.headers.items()},
            query=dict(parse_qsl(parts.query)),
            body=body,
        )

    def _answer(self, call: Call) -> None:
        simulator = self.server.simulator
        simulator.state.settle()
        if pages.is_page(call.path):
            page = pages.answer(simulator, call)
            if call.method == "POST" and call.path == "/_sim/faults":
                self._schedule_refusals()
            self._write(page.status, page.body, page.media_type, page.headers)
            return
        self._count(call)
        if call.path == oauth.PATH:
            page = simulator.permission_page.answer(call)
            self._write(page.status, page.body, page.media_type, page.headers)
            return
        if simulator.answer_delay_s:
            time.sleep(simulator.answer_delay_s)
        self._answer_as_zalo(call)

    def _schedule_refusals(self) -> None:
        simulator = self.server.simulator
        for fault in simulator.faults.take_refusals():
            simulator.schedule(fault)

    def _count(self, call: Call) -> None:
        state = self.server.simulator.state
        with state.lock:
            state.stats["calls"] += 1
            state.stats[f"calls {call.path}"] += 1
            state.calls_by_second[int(time.time())] += 1

    def _answer_as_zalo(self, call: Call) -> None:
        simulator = self.server.simulator
        terminal: Fault | None = None
        struck = simulator.faults.hit(call.path, call.group_id)
        if any(fault.kind == "token_death" for fault in struck):
            simulator.state.kill_access_token()
        for fault in struck:
            if fault.kind == "token_death":
                continue
            if fault.kind == "slow":
                if not fault.is_carried_out:
                    simulator.faults.wait(fault)
                terminal = terminal or fault
            else:
                terminal = fault
                break
        if terminal is None:
            self._reply(self._carry_out(call))
            return
        reply = self._carry_out(call) if terminal.is_carried_out else None
        self._break(terminal, reply)

    def _carry_out(self, call: Call) -> Reply:
        state = self.server.simulator.state
        if call.path == oauth.TOKEN_PATH:
            return oauth.answer(state, call)
        return api.answer(state, call)

    def _break(self, fault: Fault, reply: Reply | None) -> None:
        state = self.server.simulator.state
        with state.lock:
            state.stats[f"fault {fault.kind}"] += 1
        match fault.kind:
            case "slow" if reply is not None:
                self.server.simulator.faults.wait(fault)
                self._reply(reply)
            case "http_502":
                self._write(502, BAD_GATEWAY, "text/html")
            case "body":
                self._write(fault.status, fault.body.encode(), "application/json")
            case "code":
                self._reply(api.failure(fault.code, fault.message))
            case _:
                self.drop()

    def _reply(self, reply: Reply) -> None:
        state = self.server.simulator.state
        with state.lock:
            state.stats[f"answer {reply.code}"] += 1
        body = json.dumps(reply.body, ensure_ascii=False).encode()
        self._write(200, body, "application/json; charset=utf-8", reply.headers)

    def _write(
        self, status: int, body: bytes, media_type: str, headers: dict[str, str] | None = None
    ) -> None:
        self.is_answering = True  # before the question below whether to announce the close
        self.send_response(status)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(body)))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        if self.server.is_closing:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()


def start(
    port: int = 0,
    host: str = "127.0.0.1",
    *,
    state: SimulatorState | None = None,
    seed: int | None = None,
    answer_delay_s: float = 0.0,
    console: Console | None = None,
    **options: Any,
) -> Simulator:
    """Start a simulator in threads of this process; port 0 takes a free one.

    `console` says where events are told and how; without one nothing is told. `options` go to
    `SimulatorState`. Raises OSError when the port is taken.
    """
    given = state or SimulatorState(**options)
    simulator = Simulator(given, FaultBook(seed), host, port, console or Console())
    simulator.answer_delay_s = answer_delay_s
    return simulator
