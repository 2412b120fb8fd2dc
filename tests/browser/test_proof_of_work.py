"""The script that works while a resident fills in a form, in a real browser."""

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Page, Request, Route

from reports.public import demands
from reports.public.nonce_store import Once

NOW = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)
ORIGIN = "http://127.0.0.1:9"  # nothing listens there: every answer is given here
SCRIPT = Path(settings.BASE_DIR, "static/reports/proof-of-work.js").read_text()
POLICY = "default-src 'self'; script-src 'self'; style-src 'self'; form-action 'self'"
FORM = """<!doctype html><html lang="vi"><title>Thử</title>
<form method="post" action="/sent" data-proof-nonce="{nonce}" data-proof-bits="{bits}"
      data-proof-wait="Xin chờ vài giây…">
  <input type="hidden" name="challenge" value="{token}"><input type="hidden" name="proof">
  <input name="words" value="a"><p data-proof-said role="status" hidden></p>
  <button name="step" value="next">Tiếp tục</button>
</form><script src="/proof-of-work.js"></script>"""


@pytest.fixture(autouse=True)
def _nothing_used_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demands, "_used", Once(100))


class Site:
    """A page of one form, and what was sent from it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.sent: list[dict[str, str]] = []
        self.has_workers = True
        self.said: list[str] = []
        page.on("pageerror", lambda error: self.said.append(str(error)))
        page.on("console", lambda message: self.said.append(message.text))
        page.route("**/*", self._answer)

    def _answer(self, route: Route, request: Request) -> None:
        path = request.url.removeprefix(ORIGIN)
        if path == "/proof-of-work.js":
            if request.resource_type != "script" and not self.has_workers:
                route.fulfill(status=404, body="")
            else:
                route.fulfill(content_type="text/javascript", body=SCRIPT)
        elif path == "/sent":
            posted = (request.post_data or "").split("&")
            self.sent.append(dict(pair.split("=", 1) for pair in posted))
            route.fulfill(content_type="text/html", body="<p>Đã nhận</p>")
        else:
            headers = {"Content-Security-Policy": POLICY}
            route.fulfill(content_type="text/html; charset=utf-8", body=self.form, headers=headers)

    def open(self, challenge: demands.Challenge) -> None:
        self.form = FORM.format(nonce=challenge.nonce, bits=challenge.bits, token=challenge.token)
        self.page.goto(f"{ORIGIN}/form")


@pytest.fixture
def site(browser: Browser) -> Iterator[Site]:
    context = browser.new_context()
    yield Site(context.new_page())
    context.close()


def is_done(challenge: demands.Challenge, proof: str) -> bool:
    return demands.is_done(challenge.token, proof, purpose="tip", bits=challenge.bits, now=NOW)


def wait_for_proof(page: Page) -> str:
    page.wait_for_selector("[name=proof][value]:not([value=''])", state="attached")
    return page.locator("[name=proof]").input_value()


def test_the_browser_finds_what_the_server_accepts(site):
    for bits in (0, 1, 7, 12, 16):
        challenge = demands.issue("tip", bits, now=NOW)
        site.open(challenge)

        assert is_done(challenge, wait_for_proof(site.page)), bits
        assert site.said == [], bits


def test_the_number_is_the_first_that_fits(site):
    challenge = demands.issue("tip", 9, now=NOW)
    site.open(challenge)
    number = 0
    while int.from_bytes(hashlib.sha256(f"{challenge.nonce}:{number}".encode()).digest()) >> 247:
        number += 1

    assert wait_for_proof(site.page) == str(number)


def test_a_form_sent_too_early_waits_and_goes_with_number_and_button(site):
    challenge = demands.issue("tip", 18, now=NOW)
    site.open(challenge)
    site.page.click("button")
    site.page.wait_for_url(f"{ORIGIN}/sent")

    (sent,) = site.sent
    assert (sent["step"], sent["words"]) == ("next", "a")
    assert is_done(challenge, sent["proof"])


def test_a_form_sent_by_the_keyboard_goes_with_the_number(site):
    challenge = demands.issue("tip", 17, now=NOW)
    site.open(challenge)
    site.page.press("[name=words]", "Enter")
    site.page.wait_for_url(f"{ORIGIN}/sent")

    assert is_done(challenge, site.sent[0]["proof"])


def test_while_a_form_waits_it_says_so_and_is_sent_once(site):
    site.open(demands.issue("tip", 32, now=NOW))  # as good as never found
    for _ in range(3):
        site.page.click("button")

    assert site.page.locator("[role=status]").inner_text() == "Xin chờ vài giây…"
    assert site.sent == []


def test_a_form_that_waited_long_enough_goes_without_the_number(site):
    site.page.clock.install()
    site.open(demands.issue("tip", 32, now=NOW))
    site.page.click("button")
    site.page.clock.run_for(20_000)
    site.page.wait_for_url(f"{ORIGIN}/sent")

    assert [sent["proof"] for sent in site.sent] == [""]


def test_without_workers_the_page_itself_works_in_turns(site):
    site.has_workers = False
    challenge = demands.issue("tip", 13, now=NOW)
    site.open(challenge)
    proof = wait_for_proof(site.page)

    assert is_done(challenge, proof)


def test_a_page_stays_usable_while_it_works_without_workers(site):
    site.page.add_init_script("delete window.Worker;")
    site.open(demands.issue("tip", 32, now=NOW))
    longest = site.page.evaluate(
        """() => new Promise((done) => {
          let last = performance.now(), longest = 0, turns = 0;
          (function tick() {
            const now = performance.now();
            longest = Math.max(longest, now - last);
            last = now;
            turns += 1;
            if (turns < 60) { setTimeout(tick, 0); } else { done(longest); }
          })();
        })"""
    )

    assert longest < 200  # a turn takes 12 ms; machines under load take longer


def test_a_browser_without_scripts_sends_the_form_as_it_is(browser):
    context = browser.new_context(java_script_enabled=False)
    try:
        site = Site(context.new_page())
        site.open(demands.issue("tip", 20, now=NOW))
        site.page.click("button")
        site.page.wait_for_url(f"{ORIGIN}/sent")

        assert [(sent["proof"], sent["words"]) for sent in site.sent] == [("", "a")]
    finally:
        context.close()
