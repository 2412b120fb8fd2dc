"""Places in which a thief or a reader would look, as heaps of bytes."""

import json
import re
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import redis
from django.conf import settings
from django.db import connection
from django.test import Client

from tests.flows.harness import database_url

MOST_OF_A_KIND = 3  # pages that differ in a number or in the query alone
_LINK = re.compile(r'(?:href|src)="([^"#]+)')
_NUMBER = re.compile(r"\d+")
_NOT_FOLLOWED = re.compile(r"/(?:logout|static)/|/admin/jsi18n/")


def dump() -> bytes:
    """The database as text."""
    return _run("pg_dump", "--no-owner", database_url())


def backup(folder: Path) -> dict[str, bytes]:
    """Return the nightly backup of `docs/operations.md`, packed and unpacked."""
    packed = folder / "binhyen.dump"
    packed.write_bytes(_run("pg_dump", "-Fc", database_url()))
    media = folder / "media.tar"
    Path(settings.MEDIA_ROOT).mkdir(exist_ok=True)
    _run("tar", "-C", str(settings.MEDIA_ROOT), "-cf", str(media), ".")
    return {
        "backup as it lies": packed.read_bytes(),
        "backup restored": _run("pg_restore", "-f", "-", str(packed)),
        "backup of files": media.read_bytes(),
    }


def _run(*command: str) -> bytes:
    return subprocess.run(command, check=True, capture_output=True).stdout


def statements() -> bytes:
    """Return the last statements that the server remembers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT query FROM pg_stat_activity WHERE datname = current_database()")
        return "\n".join(row[0] or "" for row in cursor.fetchall()).encode()


def broker() -> bytes:
    """Every key of the portal in Redis, with its content."""
    found = []
    with redis.Redis.from_url(settings.REDIS_URL) as client:
        for key in client.scan_iter(f"{settings.REDIS_KEY_PREFIX}:*"):
            found.append(key)
            match client.type(key):
                case b"string":
                    found.append(client.get(key) or b"")
                case b"list":
                    found += client.lrange(key, 0, -1)
                case b"set":
                    found += client.smembers(key)
                case b"zset":
                    found += client.zrange(key, 0, -1)
                case b"hash":
                    found += [part for pair in client.hgetall(key).items() for part in pair]
                case b"stream":
                    found.append(repr(client.xrange(key)).encode())
    return b"\n".join(found)


def drained() -> bytes:
    """Take the waiting messages out of the queues as workers would within a second."""
    found = []
    with redis.Redis.from_url(settings.REDIS_URL) as client:
        for key in client.scan_iter(f"{settings.REDIS_KEY_PREFIX}:celery:*"):
            if client.type(key) == b"list":
                found += client.lrange(key, 0, -1)
                client.delete(key)
    return b"\n".join(found)


def files() -> dict[str, bytes]:
    """The media folder: names and contents."""
    root = Path(settings.MEDIA_ROOT)
    return {
        f"media {path.relative_to(root)}": str(path).encode() + path.read_bytes()
        for path in root.rglob("*")
        if path.is_file()
    }


def said_by_the_account(state: Any) -> bytes:
    """All that the account wrote at Zalo, to whomever."""
    rows = [row for row in state.messages if row.sender != "person"]
    kept = [[row.group_id, row.text, row.extra, row.kind] for row in rows]
    return json.dumps(kept, ensure_ascii=False, default=str).encode()


class Crawl:
    """The pages that an account reaches by links, those of tips first; no more than `most`."""

    def __init__(self, client: Client, *starts: str, most: int) -> None:
        self.client, self.most = client, most
        client.raise_request_exception = False
        self.pages: dict[str, bytes] = {}
        self.heads: dict[str, bytes] = {}
        self.broken: list[str] = []
        self._kinds: Counter[str] = Counter()
        self._waiting = list(starts)
        self._known = set(starts)

    def run(self) -> "Crawl":
        while self._waiting and len(self.pages) < self.most:
            self._waiting.sort(key=lambda address: "reports" not in address)
            self._visit(self._waiting.pop(0))
        return self

    def _visit(self, address: str) -> None:
        answer = self.client.get(address)
        if answer.status_code >= 500:
            self.broken.append(f"{address}: {answer.status_code}")
        body = b"".join(answer) if answer.streaming else answer.content
        self.pages[address] = body
        self.heads[address] = json.dumps([answer.status_code, dict(answer.headers)]).encode()
        found = [str(answer["Location"])] if "Location" in answer else []
        if "html" in answer.get("Content-Type", ""):
            found += _LINK.findall(body.decode(errors="replace"))
        for link in found:
            self._add(urljoin(address, link.replace("&amp;", "&")))

    def _add(self, address: str) -> None:
        parts = urlsplit(address)
        if parts.netloc not in {"", "testserver"} or _NOT_FOLLOWED.search(parts.path):
            return
        local = parts.path + (f"?{parts.query}" if parts.query else "")
        kind = _NUMBER.sub("#", parts.path) + ("?" if parts.query else "")
        if local in self._known or not local.startswith("/") or self._kinds[kind] >= MOST_OF_A_KIND:
            return
        self._known.add(local)
        self._kinds[kind] += 1
        self._waiting.append(local)


def rows_of(plain: bytes) -> Iterator[tuple[str, dict[str, str]]]:
    """Table and row, for every line of COPY in a plain dump; `\\N` is what is not there."""
    table, columns = "", []
    for line in plain.decode().split("\n"):
        if match := re.match(r'COPY public\."?(\w+)"? \((.*)\) FROM stdin;', line):
            table, columns = match[1], [name.strip(' "') for name in match[2].split(",")]
        elif line == "\\.":
            table = ""
        elif table:
            yield table, dict(zip(columns, line.split("\t"), strict=True))
