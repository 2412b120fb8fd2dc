"""gunicorn's worker with threads, which are given a request once it is whole.

In gunicorn a thread reads from the caller, so as many slow callers as there are threads stop the
portal. Here the loop that accepts gathers head and body without waiting for anybody, as waitress
does, and the webhook has threads of its own (decision 0103).
"""

import logging
import socket
import struct
import time
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from http import HTTPStatus
from selectors import EVENT_READ
from typing import IO, Any, Final

from gunicorn.http import get_parser
from gunicorn.http.unreader import Unreader
from gunicorn.workers.gthread import TConn, ThreadWorker

from config.edge import limits
from config.edge.arrival import Arrival, Stage, answer_of

logger = logging.getLogger(__name__)

_CHUNK: Final = 64 * limits.KIB
_FAREWELL_S: Final = 5.0  # a refused caller may go on sending for so long before it is cut off
_ROUND_S: Final = 0.5
_SEND_TIMEOUT: Final = struct.pack("ll", 30, 0)  # a thread waits so long for who does not read


class Gathered(Unreader):  # type: ignore[misc]
    """Hands gunicorn's parser what was gathered, and never the socket."""

    file: IO[bytes] | None = None

    def chunk(self, size_hint: int | None = None) -> bytes:
        return self.file.read(max(size_hint or 0, _CHUNK)) if self.file else b""

    def close(self) -> None:
        """Keep what followed the request, which is the next one's beginning."""
        if self.file:
            self.unread(self.take_buffered() + self.file.read())
            self.file.close()
            self.file = None


class Worker(ThreadWorker):  # type: ignore[misc]
    """`--worker-class=config.edge.worker.Worker`, for plain HTTP/1.1."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.arriving: dict[TConn, Arrival] = {}  # who began first stands first
        self.next_round = 0.0
        self.proxies = 0

    def get_thread_pool(self) -> ThreadPoolExecutor:
        self.webhook_pool = ThreadPoolExecutor(limits.WEBHOOK_THREADS)
        return super().get_thread_pool()

    def run(self) -> None:
        from django.conf import settings  # noqa: PLC0415 -- the portal is loaded only now

        self.proxies = settings.PROXY_COUNT
        super().run()
        self.webhook_pool.shutdown(wait=False)

    def enqueue_req(self, conn: TConn) -> None:
        """Gather the request that begins; gunicorn calls this where it would take a thread."""
        if conn.parser is None:
            conn.parser = get_parser(self.cfg, (), conn.client)
            conn.parser.unreader = Gathered()
            conn.initialized = conn.data_ready = True
            conn.sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, _SEND_TIMEOUT)
        conn.sock.setblocking(False)
        peer = conn.client[0] if isinstance(conn.client, tuple) else ""
        arrival = Arrival(peer, at=time.monotonic(), proxies=self.proxies)
        self._make_room()
        self.arriving[conn] = arrival
        self.poller.register(conn.sock, EVENT_READ, partial(self.hear, conn))
        if before := conn.parser.unreader.take_buffered():
            self._add(conn, arrival, before)
        self.hear(conn, conn.sock)

    def hear(self, conn: TConn, _socket: object) -> None:
        """Take what has come on a connection, and hand it over once it is whole."""
        arrival = self.arriving.get(conn)
        if arrival is None:  # ended by another's coming in the same round
            return
        try:
            data = conn.sock.recv(arrival.wants(_CHUNK))
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self._drop(conn)
        else:
            self._add(conn, arrival, data)

    def murder_pending(self) -> None:
        """End what is late as well; gunicorn calls this in each turn of its loop."""
        super().murder_pending()
        now = time.monotonic()
        if now < self.next_round:
            return
        self.next_round = now + _ROUND_S
        for conn, arrival in list(self.arriving.items()):
            if arrival.stage is Stage.REFUSED:
                if now - arrival.heard > _FAREWELL_S:
                    self._drop(conn)
            elif not arrival.has_begun and not self.alive:
                self._drop(conn)
            elif arrival.is_late(now):
                self._refuse(conn, arrival, HTTPStatus.REQUEST_TIMEOUT)

    def finish_request(self, conn: TConn, fs: Future[Any]) -> None:
        if isinstance(unreader := conn.parser.unreader, Gathered):
            unreader.close()
        super().finish_request(conn, fs)

    def _add(self, conn: TConn, arrival: Arrival, data: bytes) -> None:
        if arrival.stage is Stage.REFUSED:
            return
        was = arrival.stage
        try:
            arrival.add(data, at=time.monotonic())
        except OSError:  # no room to keep it
            logger.exception("a body could not be kept")
            arrival.refuse(HTTPStatus.SERVICE_UNAVAILABLE)
        if arrival.stage is Stage.WHOLE:
            self._hand_over(conn, arrival)
        elif arrival.answer is not None:
            self._refuse(conn, arrival, arrival.answer)
        elif arrival.stage is Stage.BODY:
            self._go_on(conn, arrival, is_new=was is Stage.HEAD)

    def _go_on(self, conn: TConn, arrival: Arrival, *, is_new: bool) -> None:
        """Hold a body that is under way against the limits."""
        if is_new and arrival.is_event:
            self._make_room_for_event()
        elif is_new and self._is_one_too_many(arrival):
            return self._refuse(conn, arrival, HTTPStatus.SERVICE_UNAVAILABLE)
        if is_new and arrival.awaits_word:
            self._tell(conn, b"HTTP/1.1 100 Continue\r\n\r\n")
        while sum(other.size for other in self.arriving.values()) > limits.BYTES_UNDER_WAY:
            heavy = next(c for c, other in self.arriving.items() if other.size > _CHUNK)
            self._refuse(heavy, self.arriving[heavy], HTTPStatus.SERVICE_UNAVAILABLE)
        return None

    def _is_one_too_many(self, arrival: Arrival) -> bool:
        alike = [
            other
            for other in self.arriving.values()
            if other.stage is Stage.BODY and not other.is_event and other.address == arrival.address
        ]
        return len(alike) > limits.FROM_ONE_ADDRESS

    def _make_room_for_event(self) -> None:
        """End the event that began first, where all places of the webhook are taken."""
        events = [
            conn
            for conn, other in self.arriving.items()
            if other.stage is Stage.BODY and other.is_event
        ]
        if len(events) > limits.WEBHOOK_PLACES:
            self._refuse(events[0], self.arriving[events[0]], HTTPStatus.SERVICE_UNAVAILABLE)

    def _make_room(self) -> None:
        """End the longest under way, but no event of Zalo, where all places are taken."""
        if len(self.arriving) >= limits.PLACES:
            self._drop(next((c for c, a in self.arriving.items() if not a.is_event), None))

    def _hand_over(self, conn: TConn, arrival: Arrival) -> None:
        self._forget(conn)
        conn.parser.unreader.file = arrival.file
        pool = self.webhook_pool if limits.is_webhook(arrival.path) else self.tpool
        pool.submit(self.handle, conn).add_done_callback(
            lambda done: self.method_queue.defer(self.finish_request, conn, done)
        )

    def _refuse(self, conn: TConn, arrival: Arrival, status: HTTPStatus) -> None:
        """Say why, then listen to no word more, so that the caller has time to read it."""
        if not arrival.has_begun and arrival.answer is None:
            return self._drop(conn)  # it asked for nothing
        arrival.refuse(status)
        arrival.heard = time.monotonic()
        self._tell(conn, answer_of(status), is_last=True)
        return None

    def _tell(self, conn: TConn, words: bytes, *, is_last: bool = False) -> None:
        try:
            conn.sock.send(words)
            if is_last:
                conn.sock.shutdown(socket.SHUT_WR)
        except OSError:
            self._drop(conn)

    def _drop(self, conn: TConn | None) -> None:
        if conn is None or (arrival := self._forget(conn)) is None:
            return
        arrival.discard()
        self.nr_conns -= 1
        conn.close()

    def _forget(self, conn: TConn) -> Arrival | None:
        arrival = self.arriving.pop(conn, None)
        if arrival is not None:
            self.poller.unregister(conn.sock)
        return arrival
