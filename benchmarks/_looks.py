"""Pages in Chromium: how long they are on a phone, what axe-core finds, icons that do not draw."""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.test.testcases import LiveServerThread
from playwright.sync_api import Browser, ViewportSize, sync_playwright

from accounts.models import User
from benchmarks import _bench
from benchmarks._pages import signed_in
from benchmarks._walk import Page
from dev.fonts import ICONS, apart
from tests.browser.axe import findings
from tests.browser.tabs import DESK, PHONE, settle

MIDDLE: Final = ViewportSize(width=390, height=844)
TALLEST: Final = 12
ICONS_DRAWN: Final = """() => [...document.querySelectorAll(".material-symbols-outlined")]
  .map((icon) => icon.textContent.trim()).filter((name) => name)"""


@contextmanager
def live_server() -> Iterator[str]:
    server = LiveServerThread("127.0.0.1", StaticFilesHandler)
    server.daemon = True
    server.start()
    server.is_ready.wait()
    if server.error:
        raise server.error
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.terminate()


def look(report: _bench.Report, pages: list[Page], users: dict[str, User]) -> None:
    """Each page as its account: heights, findings by their rule, and icons without a drawing."""
    found: dict[str, set[str]] = defaultdict(set)
    with live_server() as address, sync_playwright() as played:
        browser = played.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"]
        )
        for role, user in users.items():
            own = [page for page in pages if page.role == role]
            for page, line in _seen(browser, address, user, own):
                found[line].add(page.name)
        browser.close()
    for page in sorted(pages, key=lambda one: -one.height_px)[:TALLEST]:
        report.remark(f"{page.name}: {page.height_px} px high at 390 px")
    for line, names in sorted(found.items(), key=lambda pair: -len(pair[1])):
        report.remark(f"{len(names)} pages, as {min(names)}: {line}")
    report.add(_bench.Bar("kinds of findings in a browser", len(found), 0, 0, at_most=True))


def _seen(
    browser: Browser, address: str, user: User, pages: list[Page]
) -> Iterator[tuple[Page, str]]:
    known = set(ICONS.read_text(encoding="utf-8").split())
    cookies: Any = [
        {"name": name, "value": morsel.value, "url": address}
        for name, morsel in signed_in(user).cookies.items()
    ]
    context = browser.new_context(base_url=address, locale="vi-VN", viewport=DESK)
    context.add_cookies(cookies)
    tab = context.new_page()
    for page in pages:
        tab.set_viewport_size(DESK)
        tab.goto(page.address)
        for name, size in (("desk", DESK), ("phone", PHONE)):
            tab.set_viewport_size(size)
            settle(tab)
            for line in findings(tab):
                yield page, f"{name}: {line}"
        tab.set_viewport_size(MIDDLE)
        page.height_px = settle(tab).evaluate("document.documentElement.scrollHeight")
        for names in tab.evaluate(ICONS_DRAWN):
            for icon in set(apart(names)) - known:
                yield page, f"no drawing of the icon {icon}"
    context.close()
