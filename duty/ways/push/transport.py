"""One request to a push service, and its answer whatever it is. No redirect is ever followed."""

import os
import socket
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http.cookiejar import DefaultCookiePolicy
from typing import Any, Final

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPSConnection
from urllib3.connectionpool import HTTPSConnectionPool
from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    NameResolutionError,
    NewConnectionError,
)
from urllib3.util.connection import create_connection

from accounts.practice import NOTHING_LEAVES, may_call
from duty.ways.push.endpoints import Endpoint, Refused, public_addresses

TIMEOUT_S: Final = (5.0, 10.0)
MOST_BYTES: Final = 4096


@dataclass(frozen=True, slots=True)
class Answer:
    """Status (0: none came), the seconds that were asked to wait, and words for the operator."""

    status: int
    retry_after_s: float | None = None
    detail: str = ""


class _CheckedConnection(HTTPSConnection):
    """Connects to the addresses that were found public, one after the other, and looks the name up
    no second time."""

    def _new_conn(self) -> socket.socket:
        try:
            addresses = public_addresses(self.host, self.port)
        except socket.gaierror as error:
            raise NameResolutionError(self.host, self, error) from error
        found: Exception = OSError("no address")
        for address in addresses:  # a server may have IPv6 by name alone
            try:
                return create_connection(
                    (address, self.port), self.timeout, socket_options=self.socket_options
                )
            except OSError as error:
                found = error
        if isinstance(found, TimeoutError):
            raise ConnectTimeoutError(self, "timed out") from found
        raise NewConnectionError(self, "refused") from found


class _CheckedPool(HTTPSConnectionPool):
    ConnectionCls = _CheckedConnection


class _CheckedAdapter(HTTPAdapter):
    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {
            **self.poolmanager.pool_classes_by_scheme,
            "https": _CheckedPool,
        }


class _Sessions(threading.local):
    """A session a thread, with its own connections."""

    session: requests.Session | None = None


_sessions = _Sessions()


def forget_connections() -> None:
    """Start with new connections: in a forked child, whose sockets belong to its parent."""
    global _sessions
    _sessions = _Sessions()


os.register_at_fork(after_in_child=forget_connections)


def _session() -> requests.Session:
    if _sessions.session is None:
        session = requests.Session()
        session.trust_env = False
        session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        session.headers = requests.structures.CaseInsensitiveDict({"User-Agent": "BinhYen"})
        session.mount("https://", _CheckedAdapter())
        _sessions.session = session
    return _sessions.session


def post(endpoint: Endpoint, body: bytes, headers: Mapping[str, str]) -> Answer:
    """Hand a push to its service, once. Raises Refused before anything left."""
    return _exchange("POST", endpoint, body, headers)


def ask(endpoint: Endpoint) -> Answer:
    """Ask a service for an address of its own, without a push. Raises Refused."""
    return _exchange("GET", endpoint, None, {})


def _exchange(
    method: str, endpoint: Endpoint, body: bytes | None, headers: Mapping[str, str]
) -> Answer:
    if not may_call(endpoint.origin):
        raise Refused(NOTHING_LEAVES)
    try:
        response = _session().request(
            method, endpoint.origin + endpoint.target, data=body, headers=dict(headers),
            timeout=TIMEOUT_S, allow_redirects=False, stream=True,
        )  # fmt: skip
    except (requests.RequestException, OSError) as error:
        return Answer(0, detail=_cause(error))
    text = b""
    with response, suppress(HTTPError, OSError):  # the status says enough
        text = response.raw.read(MOST_BYTES, decode_content=True)
    return Answer(
        response.status_code,
        retry_after_s=_seconds(response.headers.get("Retry-After", "")),
        detail=_words(response.headers, text),
    )


def _cause(error: Exception) -> str:
    """The type of the innermost error; a message would repeat the address, nobody's business."""
    reason = getattr(error.args[0] if error.args else None, "reason", None)
    return type(reason if isinstance(reason, Exception) else error).__name__


def _seconds(text: str) -> float | None:
    if text.strip().isdecimal():
        return float(text)
    try:
        until = parsedate_to_datetime(text)
    except ValueError:
        return None
    until = until if until.tzinfo else until.replace(tzinfo=UTC)
    return max(0.0, (until - datetime.now(UTC)).total_seconds())


def _words(headers: Mapping[str, str], text: bytes) -> str:
    """The reason that a service gives: one line, without any address that it may repeat."""
    own = [
        f"{name.lower()}={value}"
        for name, value in headers.items()
        if name.lower().startswith("x-wns-")
    ]
    words = " ".join([*own, text.decode("utf-8", "replace")]).split()
    return " ".join(word for word in words if "/" not in word)[:200]
