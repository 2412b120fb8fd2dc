"""Every page of the admin that an account reaches by links, one address for each kind of page."""

import gzip
import re
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from html import unescape
from pathlib import Path
from typing import Any, Final
from urllib.parse import urljoin, urlsplit

import brotli  # type: ignore[import-untyped]
from django.contrib.staticfiles import finders
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import Resolver404, resolve, reverse

from accounts.models import User
from benchmarks._pages import signed_in

LINK: Final = re.compile(r'<a\b[^>]*\bhref="([^"#]+)')
PART: Final = re.compile(r'(?:\bsrc|<link\b[^>]*\bhref)="([^"]+)"')
# Pictures that a browser fetches once they are scrolled to.
LATER: Final = re.compile(r'<img\b[^>]*\bloading="lazy"[^>]*>')
IN_STYLES: Final = re.compile(r"url\(\"?([^\")]+)\"?\)")
# Already compressed, so that the proxy sends them as they are.
PACKED: Final = {".woff2", ".png", ".jpg", ".ico"}
WORDS: Final = "/admin/jsi18n/"
HOME: Final = "index"
LEAVE: Final = {"logout", "jsi18n"}


@dataclass(slots=True)
class Page:
    """One page as one account opens it."""

    role: str
    view: str
    address: str
    html: str
    queries: int = 0
    cpu_ms: list[float] = field(default_factory=list)
    took_ms: list[float] = field(default_factory=list)
    trivial_ms: list[float] = field(default_factory=list)
    later_bytes: int = 0
    height_px: int = 0
    # Addresses that it links to and that are refused.
    refused: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        return f"{self.view}, {self.role}"

    @property
    def own_bytes(self) -> int:
        """The page itself, as the proxy would compress it."""
        return len(gzip.compress(self.html.encode(), 6))

    @property
    def parts(self) -> frozenset[str]:
        """The files that it makes a browser fetch; those it asks to fetch ahead among them."""
        found = {unescape(one) for one in PART.findall(LATER.sub("", self.html))}
        files = {one for one in found if one.startswith("/static/") and finders.find(one[8:])}
        files |= found & {WORDS}
        fonts = {font for one in files if one.endswith(".css") for font in _behind(one)}
        return frozenset(files | fonts)

    @property
    def first_bytes(self) -> int:
        return self.own_bytes + sum(map(sent_bytes, self.parts))


@cache
def _behind(style: str) -> frozenset[str]:
    """Fonts that a style sheet names; its pictures are drawn on few pages."""
    text = Path(str(finders.find(style[8:]))).read_text(encoding="utf-8")
    found = (urljoin(style, one) for one in IN_STYLES.findall(text))
    return frozenset(one for one in found if one.endswith(".woff2"))


@cache
def sent_bytes(address: str) -> int:
    """A static file, compressed once at build time; or the words of the stock scripts."""
    if address == WORDS:
        answer = Client().get(WORDS)
        return len(gzip.compress(answer.content, 6))
    path = Path(str(finders.find(address[8:])))
    content = path.read_bytes()
    return len(content) if path.suffix in PACKED else len(brotli.compress(content))


def weigh(pages: list[Page]) -> None:
    """Weigh what each page still fetches once the home page of the same account has been open."""
    known = next((page.parts for page in pages if page.view == HOME), frozenset())
    for page in pages:
        page.later_bytes = page.own_bytes + sum(map(sent_bytes, page.parts - known))


def pages_of(user: User, role: str, *, most: int = 1000) -> Iterator[Page]:
    """Follow links from the home page, breadth first; of a view, its first address alone."""
    client = signed_in(user)
    home = Page(role, HOME, reverse("admin:index"), "")
    waiting, known = deque([(home.address, home)]), {HOME}
    while waiting and most:
        address, source = waiting.popleft()
        answer = client.get(address)
        if answer.status_code == 302:
            _remember(answer["Location"], source, waiting, known)
        elif answer.status_code >= 400:
            source.refused.append(f"{address} ({answer.status_code})")
        if answer.status_code != 200 or "text/html" not in answer.get("Content-Type", ""):
            continue
        most -= 1
        html = answer.content.decode()
        page = Page(role, _kind(urlsplit(address).path) or HOME, address, html)
        for link in LINK.findall(html):
            _remember(urljoin(address, unescape(link)), page, waiting, known)
        yield page


def _remember(
    address: str, source: Page, waiting: deque[tuple[str, Page]], known: set[str]
) -> None:
    """Note a link of a page, with its query, for the walk; of a view, the first one alone."""
    parts = urlsplit(address)
    kind = _kind(parts.path)
    if kind and kind not in known:
        known.add(kind)
        waiting.append((parts._replace(fragment="").geturl(), source))


def _kind(path: str) -> str:
    """The view behind an address, with the words in it that are no number of a row."""
    try:
        match = resolve(path)
    except Resolver404:
        return ""
    if "admin" not in match.app_names or (match.url_name or "") in LEAVE:
        return ""
    words = [str(value) for value in match.kwargs.values() if not str(value).isdecimal()]
    return "/".join([match.url_name or "", *words])


def measure(page: Page, client: Client, trivial: str, rounds: int) -> None:
    """Queries once, then processor and whole time, in turns with a page that shows nothing."""
    client.get(page.address)
    with CaptureQueriesContext(connection) as made:
        client.get(page.address)
    page.queries = sum(not _is_savepoint(one["sql"]) for one in made.captured_queries)
    for _number in range(rounds):
        page.trivial_ms.append(_timed(client, trivial)[1])
        cpu_ms, took_ms = _timed(client, page.address)
        page.cpu_ms.append(cpu_ms)
        page.took_ms.append(took_ms)


def _is_savepoint(sql: str) -> bool:
    return sql.startswith(("SAVEPOINT", "RELEASE SAVEPOINT"))


def _timed(client: Client, address: str) -> tuple[float, float]:
    used, started = time.process_time(), time.perf_counter()
    answer: Any = client.get(address)
    if answer.status_code != 200:
        raise SystemExit(f"{address} answered {answer.status_code}")
    return (time.process_time() - used) * 1000, (time.perf_counter() - started) * 1000
