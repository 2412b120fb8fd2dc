"""Tabs that tests use in turn, so that styles and scripts are fetched and compiled once a run."""

import threading
from collections.abc import Iterator
from typing import Any

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, ViewportSize

type Size = ViewportSize
DESK, PHONE = ViewportSize(width=1440, height=900), ViewportSize(width=360, height=740)
LEAVING_S = 10
# An empty page of the same address, so that the tab keeps its process and all it has compiled.
FORGET = """() => {
  localStorage.clear();
  sessionStorage.clear();
  return URL.createObjectURL(new Blob([""], { type: "text/html" }));
}"""
# Two frames drawn and every movement that has an end at its end.
SETTLE = """async () => {
  const frame = () => new Promise(requestAnimationFrame);
  await frame();
  await frame();
  const moving = document.getAnimations().filter((one) => one.playState === "running"
    && Number.isFinite(one.effect?.getComputedTiming().endTime));
  await Promise.all(moving.map((one) => one.finished.catch(() => {})));
}"""


def settle(page: Page) -> Page:
    """Wait until the page as it is has been drawn, however it opens or slides."""
    page.evaluate(SETTLE)
    return page


def at_both_widths(page: Page) -> Iterator[str]:
    """The open page on a desk, then on a phone; it stays there."""
    for name, size in (("desk", DESK), ("phone", PHONE)):
        page.set_viewport_size(size)
        settle(page)
        yield name


class Tab:
    """A page in a context of its own, and what its console complained of."""

    def __init__(self, context: BrowserContext, kind: bool | None) -> None:
        self.context, self.kind, self.page = context, kind, context.new_page()
        self.complaints: list[str] = []
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", self._hear)

    def _hear(self, line: ConsoleMessage) -> None:
        if line.type == "error":
            self.complaints.append(line.text)

    def leave(self) -> None:
        """Go away from the page that a test was on, and forget who was there."""
        if self.page.url.startswith("http"):
            self.page.goto(self.page.evaluate(FORGET))
        self.context.clear_cookies()
        self.complaints.clear()

    def forget_pages(self) -> None:
        session = self.context.new_cdp_session(self.page)
        session.send("Network.clearBrowserCache")
        session.detach()


class Tabs:
    """The free tabs by their kind: whether scripts run in them, or None for a test's own."""

    def __init__(self, browser: Browser, address: str) -> None:
        self._browser, self._address = browser, address
        self._free: list[Tab] = []

    def new(self, scripts: bool, **options: Any) -> Tab:
        return self._made(None, java_script_enabled=scripts, **options)

    def borrow(self, scripts: bool) -> Tab:
        for place, tab in enumerate(self._free):
            if tab.kind == scripts:
                return self._free.pop(place)
        return self._made(scripts, java_script_enabled=scripts)

    def give_back(self, tab: Tab) -> None:
        if tab.kind is None:
            tab.context.close()
        else:
            tab.leave()
            self._free.append(tab)

    def forget_pages(self) -> None:
        for tab in self._free:
            tab.forget_pages()

    def close(self) -> None:
        """Close them all, and wait for those who answered: they leave the database then."""
        for tab in self._free:
            tab.context.close()
        for thread in threading.enumerate():
            if "process_request_thread" in thread.name:
                thread.join(timeout=LEAVING_S)

    def _made(self, kind: bool | None, **options: Any) -> Tab:
        context = self._browser.new_context(
            viewport=DESK, locale="vi-VN", timezone_id="Asia/Ho_Chi_Minh",
            base_url=self._address, **options,
        )  # fmt: skip
        return Tab(context, kind)


# Opens what the home page folds, as taps on “Xem thêm” do.
UNFOLD = "document.querySelectorAll('details.q-more').forEach((one) => { one.open = true; })"
