"""Fetching one file that a resident sent: from Zalo's hosts and nowhere else.

The address comes from outside. It must be https on a name under Zalo's two domains, without port or
credentials; the name must lead to public addresses alone, and the connection goes to an address
that was checked, not to a second answer of the name server. No redirect is followed, no proxy used,
size and time are limited while the bytes come in.
"""

import hashlib
import ipaddress
import logging
import re
import socket
import time
from collections import Counter
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import SplitResult, urlsplit

import certifi
import urllib3
from billiard.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.practice import may_call
from accounts.vault.client import ask
from accounts.vault.errors import VaultAway, VaultFailed, VaultRefused
from zalo.inbox import file_types
from zalo.inbox.models import InboundFile
from zalo.outside import is_public

DOMAINS: Final = (".zdn.vn", ".zadn.vn")
TOTAL_S: Final = 30.0
CONNECT_S: Final = 5.0
READ_S: Final = 10.0
CHUNK: Final = 64 * 1024
_NAME: Final = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+")
HTTPS_PORT = 443


class _Reasoned(Exception):
    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Refused(_Reasoned):
    """Will not be fetched; `reason` is one of InboundFile.Reason."""


class Gone(Exception):
    """Zalo no longer has it."""


class NotYet(_Reasoned):
    """Could not be fetched now; `reason` is what it is called when it never succeeds."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """Content to store, and its type."""

    content: bytes
    content_type: str

    def __repr__(self) -> str:
        return f"Fetched({self.content_type}, {len(self.content)} bytes)"


@dataclass(frozen=True, slots=True)
class _Target:
    address: str
    port: int
    host: str
    path: str
    is_tls: bool


def download(url: str, *, kind: str, checksum: str = "") -> Fetched:
    """Fetch a file of this kind. Raises Refused, Gone or NotYet."""
    content = _read(_target(url), most=file_types.MOST_BYTES[kind])
    if checksum and hashlib.md5(content, usedforsecurity=False).hexdigest() != checksum:
        raise NotYet("broken")
    try:
        stored, content_type = file_types.made_harmless(kind, content)
    except file_types.NotTaken as error:
        raise Refused("broken" if error.is_broken else "type") from error
    return Fetched(stored, content_type)


def _target(url: str) -> _Target:
    """The checked address to connect to. Raises Refused."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise Refused("host") from error
    host = parts.hostname or ""
    if parts.username is not None or parts.password is not None or any(c <= " " for c in url):
        raise Refused("host")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    if not path.isascii():
        raise Refused("host")
    if not may_call(url):
        raise Refused("host")
    if _is_simulator(parts):
        return _Target(host, port or 80, host, path, is_tls=False)
    is_zalo = bool(_NAME.fullmatch(host)) and host.endswith(DOMAINS)
    if parts.scheme != "https" or port not in (None, 443) or not is_zalo:
        raise Refused("host")
    return _Target(_public_address(host), HTTPS_PORT, host, path, is_tls=True)


def _is_simulator(parts: SplitResult) -> bool:
    """The simulator's own origin, and only where the portal speaks to one on this machine or is
    there for practice."""
    ours = urlsplit(settings.ZALO_API_URL)
    if (parts.scheme, parts.hostname, parts.port) != (ours.scheme, ours.hostname, ours.port):
        return False
    if parts.scheme != "http":
        return False
    if ours.hostname == "localhost" or settings.PRACTICE:
        return True
    try:
        return ipaddress.ip_address(ours.hostname or "").is_loopback
    except ValueError:
        return False


def _public_address(host: str) -> str:
    """The first address of a name that has none but public ones. Raises Refused or NotYet."""
    found = _resolve(host)
    if not found:
        raise NotYet("host")
    if not all(is_public(address) for address in found):
        raise Refused("host")
    return found[0]


def _resolve(host: str) -> list[str]:
    try:
        answers = socket.getaddrinfo(host, HTTPS_PORT, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return []
    return [str(answer[4][0]) for answer in answers]


def _pool(target: _Target) -> urllib3.HTTPConnectionPool:
    timeout = urllib3.Timeout(connect=CONNECT_S, read=READ_S)
    if not target.is_tls:
        return urllib3.HTTPConnectionPool(target.address, target.port, timeout=timeout)
    return urllib3.HTTPSConnectionPool(
        target.address,
        target.port,
        timeout=timeout,
        cert_reqs="CERT_REQUIRED",
        ca_certs=_authorities(),
        server_hostname=target.host,
        assert_hostname=target.host,
    )


def _authorities() -> str:
    return certifi.where()


def _read(target: _Target, *, most: int) -> bytes:
    end = time.monotonic() + TOTAL_S
    host = target.host if target.port in (443, HTTPS_PORT) else f"{target.host}:{target.port}"
    with _pool(target) as pool:
        try:
            answer = pool.urlopen(
                "GET",
                target.path,
                headers={"Host": host, "Accept-Encoding": "identity"},
                redirect=False,
                retries=False,
                preload_content=False,
                decode_content=False,
            )
        except urllib3.exceptions.TimeoutError as error:
            raise NotYet("time") from error
        except urllib3.exceptions.HTTPError as error:
            raise NotYet("host") from error
        try:
            return _whole(answer, most=most, end=end)
        finally:
            answer.close()


def _whole(answer: urllib3.BaseHTTPResponse, *, most: int, end: float) -> bytes:
    if 300 <= answer.status < 400:
        raise Refused("redirect")
    if answer.status in {401, 403, 404, 410}:
        raise Gone
    if answer.status != 200:
        raise NotYet("broken")
    length = answer.headers.get("Content-Length", "")
    if length.isdecimal() and int(length) > most:
        raise Refused("size")
    gathered = bytearray()
    try:
        # One read of the socket at a time, so that a trickle does not pass by the clock.
        while chunk := answer.read1(CHUNK, decode_content=False):
            gathered += chunk
            if len(gathered) > most:
                raise Refused("size")
            if time.monotonic() > end:
                raise NotYet("time")
    except urllib3.exceptions.TimeoutError as error:
        raise NotYet("time") from error
    except urllib3.exceptions.HTTPError as error:
        raise NotYet("broken") from error
    if length.isdecimal() and len(gathered) != int(length):
        raise NotYet("broken")
    return bytes(gathered)


# The files of private messages, from a sealed address to sealed bytes: claim, fetch, record.
#
# Zalo keeps a file for some days only, so it is fetched within seconds, outside any transaction. A
# claim is a lease: a file whose worker died comes up again by itself. While it holds, the vault
# gives the address of that file; what came is sealed to the vault before it rests.


logger = logging.getLogger(__name__)

AT_ONCE: Final = 4
LEASE: Final = timedelta(minutes=3)
ADDRESS: Final = "zalo.file_address"  # the operation of the vault
AWAY_S: Final = 30
WAITS_S: Final = (15, 60, 300, 1800, 7200)
State, Reason = InboundFile.State, InboundFile.Reason


def fetch_due() -> dict[str, int]:
    """Fetch some of the files that wait; returns state → count, with `more` where others wait.

    While the vault is away they go on waiting, and no attempt is counted.
    """
    files = _claim(timezone.now())
    counts: Counter[str] = Counter()
    # Addresses are asked for here: threads touch neither database nor vault.
    asked: list[tuple[InboundFile, dict[str, Any]]] = []
    for number, file in enumerate(files):
        try:
            request = _request(file)
        except VaultAway:
            logger.warning("zalo files: %s wait for the vault", len(files) - number)
            _release(files[number:])
            break
        if isinstance(request, dict):
            asked.append((file, request))
        else:
            counts[request] += 1
    with ThreadPoolExecutor(AT_ONCE) as pool:
        running: dict[Future[Fetched], InboundFile] = {
            pool.submit(download, **request): file for file, request in asked
        }
        for future in as_completed(running):
            counts[_record(running[future], future)] += 1
    if InboundFile.objects.due(timezone.now()).exists():
        counts["more"] = 1
    return dict(+counts)


@transaction.atomic(durable=True)
def _claim(now: datetime) -> list[InboundFile]:
    due = InboundFile.objects.due(now).defer("content")
    files = list(due.select_for_update(of=("self",), skip_locked=True)[: 2 * AT_ONCE])
    numbers = [file.pk for file in files]
    InboundFile.objects.filter(pk__in=numbers).update(
        attempts=F("attempts") + 1, next_attempt_at=now + LEASE
    )
    for file in files:
        file.next_attempt_at = now + LEASE
    return files


def _release(files: list[InboundFile]) -> None:
    """Give claimed files back, as if they had not been tried."""
    later = timezone.now() + timedelta(seconds=AWAY_S)
    for file in files:
        same = InboundFile.objects.filter(pk=file.pk, next_attempt_at=file.next_attempt_at)
        same.update(attempts=F("attempts") - 1, next_attempt_at=later)


def _request(file: InboundFile) -> dict[str, Any] | str:
    """Return what to fetch, or the state of a file that is not fetched now. Raises VaultAway."""
    if file.attempts > len(WAITS_S) + 1:  # its workers died of it
        return _end(file, State.REFUSED, Reason.BROKEN)
    claim = file.next_attempt_at.isoformat() if file.next_attempt_at else ""
    try:
        found = ask(ADDRESS, file=file.pk, until=claim)
    except VaultFailed:
        return _put_off(file, Reason.BROKEN)
    except VaultRefused:
        return str(State.WAITING)  # somebody else's by now
    if not found["url"]:
        logger.error("zalo file %s: its address cannot be opened", file.pk)
        return _end(file, State.REFUSED, Reason.BROKEN)
    return {**found, "kind": file.kind}


def _record(file: InboundFile, future: "Future[Fetched]") -> str:
    """Write down what came of one file; returns the state."""
    try:
        fetched = future.result()
    except Refused as refusal:
        return _end(file, State.REFUSED, refusal.reason)
    except Gone:
        return _end(file, State.GONE, Reason.NONE)
    except NotYet as trouble:
        return _put_off(file, trouble.reason)
    except SoftTimeLimitExceeded:
        raise  # of the task, not of this file
    except Exception as error:  # of a library that read it: the others must not wait for it
        logger.error("zalo file %s not read: %s", file.pk, type(error).__name__)
        return _put_off(file, Reason.BROKEN)
    file.content, file.content_type = fetched.content, fetched.content_type
    file.size, file.fetched_at = len(fetched.content), timezone.now()
    return _end(file, State.FETCHED, Reason.NONE)


def _put_off(file: InboundFile, reason: str) -> str:
    """Try again later, or give up."""
    if file.attempts >= len(WAITS_S):
        return _end(file, State.REFUSED, reason)
    later = timezone.now() + timedelta(seconds=WAITS_S[file.attempts])
    InboundFile.objects.filter(pk=file.pk, state=State.WAITING).update(next_attempt_at=later)
    return str(State.WAITING)


def _end(file: InboundFile, state: str, reason: str) -> str:
    """Close a file, unless another worker was faster or its event is gone; forget its address."""
    file.state, file.reason, file.next_attempt_at = state, reason, None
    file.url = file.checksum = ""
    with transaction.atomic():
        waiting = InboundFile.objects.filter(pk=file.pk, state=State.WAITING)
        if waiting.select_for_update(of=("self",)).only("pk").exists():
            file.save(
                update_fields=["state", "reason", "url", "checksum", "next_attempt_at",
                               "content", "content_type", "size", "fetched_at"]
            )  # fmt: skip
    return str(state)
