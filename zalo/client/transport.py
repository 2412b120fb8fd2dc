"""One HTTP exchange with Zalo, and the honest answer to "did the request leave?".

Connections live as long as the process: every thread has a `requests.Session`, and all sessions
share one pool, whose most recently used connection goes out first. Nothing is ever repeated here.

Whether a failed request was made is *seen*, not guessed from the type of an exception: the
connection classes note when the last byte of a request was handed to the operating system. Before
that, a server cannot have had the whole request, so nothing was accepted.
"""

import os
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from http.cookiejar import DefaultCookiePolicy
from typing import Any, Final

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

from accounts.practice import NOTHING_LEAVES, may_call
from zalo.client.errors import ZaloError, ZaloRetryable, ZaloUncertain

POOL_SIZE: Final = 128
MAX_IDLE_S: Final = 15.0
"""A kept connection is not used after this much silence: the other side may be about to close it,
and a request that meets the close half-way is ambiguous."""


@dataclass(frozen=True, slots=True)
class Request:
    """A request. `endpoint` names it in the call log; `is_repeatable`: making it twice does no harm
    (a read, an upload, a token refresh), unlike a post into a group.
    """

    method: str
    url: str
    endpoint: str
    headers: Mapping[str, str]
    is_repeatable: bool
    params: Mapping[str, str] | None = None
    json: Mapping[str, Any] | None = None
    form: Mapping[str, str] | None = None
    files: Mapping[str, tuple[str, bytes, str]] | None = None


class _Trace(threading.local):
    """State of this thread's current request: None unknown, then whether it has left."""

    has_left: bool | None = None


_trace = _Trace()


class _Traced(HTTPConnection):
    """Notes when a request has left, and counts as dropped after `MAX_IDLE_S` of silence.

    Head and body leave in one write: half the packets, and half the waiting among threads.
    """

    last_used_at = 0.0
    gathered: list[bytes] | None = None

    def connect(self) -> None:
        _trace.has_left = False
        super().connect()
        self.last_used_at = time.monotonic()

    @property
    def is_connected(self) -> bool:
        return time.monotonic() - self.last_used_at < MAX_IDLE_S and super().is_connected

    def request(self, *args: Any, **kwargs: Any) -> None:
        _trace.has_left = False
        self.gathered = []
        try:
            super().request(*args, **kwargs)
            whole = b"".join(self.gathered)
        finally:
            self.gathered = None
        self.send(whole)
        _trace.has_left = True
        self.last_used_at = time.monotonic()

    def send(self, data: Any) -> None:
        if self.gathered is None:
            super().send(data)
        else:
            self.gathered.append(data)


class _TracedHTTPConnection(_Traced):
    """Over plain HTTP: the simulator."""


class _TracedHTTPSConnection(_Traced, HTTPSConnection):
    """Behind TLS."""


class _TracedHTTPPool(HTTPConnectionPool):
    ConnectionCls = _TracedHTTPConnection


class _TracedHTTPSPool(HTTPSConnectionPool):
    ConnectionCls = _TracedHTTPSConnection


class _TracedAdapter(HTTPAdapter):
    """requests' adapter over the traced connections."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {
            "http": _TracedHTTPPool,
            "https": _TracedHTTPSPool,
        }


class _Sessions(threading.local):
    """A session a thread; the threads of a process share the connections."""

    session: requests.Session | None = None


def _new_adapter() -> HTTPAdapter:
    return _TracedAdapter(pool_connections=8, pool_maxsize=POOL_SIZE, max_retries=0)


_sessions = _Sessions()
_adapter = _new_adapter()


def forget_connections() -> None:
    """Start with new connections: in a forked child, whose sockets belong to its parent."""
    global _sessions, _adapter
    _sessions = _Sessions()
    _adapter = _new_adapter()


os.register_at_fork(after_in_child=forget_connections)


def _session() -> requests.Session:
    session = _sessions.session
    if session is None:
        session = requests.Session()
        session.trust_env = False
        session.max_redirects = 0
        session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        session.mount("http://", _adapter)
        session.mount("https://", _adapter)
        _sessions.session = session
    return session


def exchange(request: Request, *, timeout: tuple[float, float]) -> requests.Response:
    """Make one request, once, and return the answer whatever its status.

    Raises ZaloRetryable when the request provably did not leave (name not found, refused, connect
    timeout, TLS failure, broken before its last byte) or is harmless to repeat, and ZaloUncertain
    when it left and no whole answer came back (read timeout, connection closed, body cut short).
    """
    if not may_call(request.url):
        raise ZaloRetryable(f"{request.endpoint}: {NOTHING_LEAVES}")
    _trace.has_left = None
    try:
        # Prepared apart from the session, which has nothing to add and would look for it each time.
        prepared = requests.Request(
            request.method,
            request.url,
            params=request.params,
            json=request.json,
            data=request.form,
            files=request.files,
            headers=request.headers,
        ).prepare()
        session = _session()
        return session.send(
            prepared,
            timeout=timeout,
            allow_redirects=False,
            stream=False,
            verify=session.verify,
            cert=None,
            proxies={},
        )
    except requests.RequestException as error:
        raise _failure(request, error) from error


def _failure(request: Request, error: requests.RequestException) -> ZaloError:
    # The original message may repeat the address with its parameters; only its type is kept.
    detail = f"{request.endpoint}: {type(error).__name__}"
    if request.is_repeatable or not _may_have_left(error):
        return ZaloRetryable(detail)
    return ZaloUncertain(detail)


def _may_have_left(error: requests.RequestException) -> bool:
    if _trace.has_left is not None:
        return _trace.has_left
    # Our connections never came into play (the error arose above them): trust only what is plain.
    if isinstance(error, requests.exceptions.ConnectTimeout | requests.exceptions.SSLError):
        return False
    if isinstance(error, ValueError):  # requests' word for an address it cannot use
        return False
    cause = getattr(error.args[0], "reason", None) if error.args else None
    return not isinstance(cause, NewConnectionError | ConnectTimeoutError)
