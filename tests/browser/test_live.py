"""Pages that keep themselves true, ring for what is urgent, and say when they are out of touch."""

import re
import time
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
import redis
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Locator, Page, Route, ViewportSize, expect

from accounts.live import pages, versions
from accounts.models import User
from accounts.sign_in import sessions
from broadcasts.models import Broadcast, BroadcastEvent
from tests.browser.axe import grave_findings
from tests.browser.conftest import Opener, Scene
from tests.conftest import MODEL_BACKEND
from tests.factories.tips import make_tip

pytestmark = pytest.mark.timeout(400)

ON_SCREEN_MS = 12_000
SMALL = ViewportSize(width=390, height=844)
TONES = """
window.tones = 0;
window.AudioContext = class {
  currentTime = 0;
  resume() {}
  createGain() { return { gain: {}, connect: () => this }; }
  createOscillator() {
    const start = () => { window.tones += 1; };
    return { frequency: {}, connect: (next) => next, start, stop() {} };
  }
};
"""
HIDE = """(isHidden) => {
  Object.defineProperty(document, "hidden", { configurable: true, get: () => isHidden });
  document.dispatchEvent(new Event("visibilitychange"));
}"""
FROM_THE_WORKER = """() => navigator.serviceWorker.dispatchEvent(
  new MessageEvent("message", { data: { type: "duty" } }))"""


@pytest.fixture(autouse=True)
def _known_versions(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(versions, "_silent_until", 0.0)
    yield
    with redis.Redis.from_url(settings.REDIS_URL) as client:
        for key in client.scan_iter(f"{settings.REDIS_KEY_PREFIX}:{versions.PREFIX}:*"):
            client.delete(key)


@pytest.fixture
def impatient(quick: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "LOST_MS", 1500)


def tips() -> str:
    return reverse("admin:reports_tipreport_changelist")


def news(page: Page) -> Locator:
    return page.get_by_role("button", name="Có thay đổi, bấm để xem")


def shown_after(page: Page, sign: Callable[[], bool]) -> float:
    """Seconds until a sign, while the rounds of the worker go on each second."""
    began = time.monotonic()
    while not sign():
        assert time.monotonic() - began < ON_SCREEN_MS / 1000, "not on the screen in time"
        versions.publish()
        page.wait_for_timeout(500)
    return time.monotonic() - began


def test_what_is_committed_is_on_the_duty_desk_within_twelve_seconds(
    scene: Scene, open_as: Opener
) -> None:
    versions.publish()
    page = open_as(scene.chief)
    page.goto(reverse("admin:oversight_duty"))
    numbers = page.locator("details.numbers").first
    numbers.locator("> summary").click()
    page.locator("h1").click()
    page.evaluate("document.activeElement.blur()")
    new = page.locator(".needs li").first
    expect(new.locator(".count")).to_have_text("0")

    make_tip(scene.chief.commune, urgency="emergency")
    shown_after(page, lambda: new.locator(".count").inner_text() == "1")

    expect(new.locator("[data-urgent]")).to_have_text("Khẩn: 1")
    assert numbers.evaluate("(one) => one.open")
    expect(page.locator(".live-said")).to_have_text(re.compile(r"Có việc khẩn mới, lúc \d\d:\d\d"))


def test_nothing_is_fetched_while_nothing_changes(
    scene: Scene, open_as: Opener, quick: None
) -> None:
    versions.publish()
    page = open_as(scene.chief)
    versions.publish()
    page.goto(tips())
    versions.publish()
    page.wait_for_timeout(1000)
    answers: list[tuple[str, int]] = []
    page.on("response", lambda answer: answers.append((answer.url, answer.status)))

    for _turn in range(4):
        versions.publish()
        page.wait_for_timeout(500)

    assert {status for _url, status in answers} == {304}
    assert {url.split("?")[0].rpartition("/admin")[2] for url, _status in answers} == {"/moi/"}


def test_an_urgent_tip_is_first_on_a_phone_with_title_and_tone(
    scene: Scene, open_as: Opener, quick: None
) -> None:
    page = open_as(scene.chief, size=SMALL, own=True)
    page.add_init_script(TONES)
    page.goto(reverse("admin:index"))
    title = page.title()
    page.get_by_role("button", name="Bật âm thanh").click()
    assert page.evaluate("window.tones") == 1
    page.evaluate("document.activeElement.blur()")

    tip = make_tip(scene.chief.commune, urgency="emergency")

    card = page.locator(".q-card").first
    expect(card).to_contain_text(tip.code)
    expect(card.locator(".by-badge.by-bad")).to_have_text("Khẩn")
    main = card.locator(".by-button").first
    page.wait_for_function("document.title.includes('Khẩn –')")
    assert re.match(r"\(\d+\) Khẩn – ", page.title()) or page.title() == title
    assert page.evaluate("window.tones") == 2
    box = main.bounding_box()
    assert box is not None
    assert box["y"] + box["height"] < SMALL["height"]
    assert (box["height"] >= 44, box["x"] >= 0, box["x"] + box["width"] <= SMALL["width"]) == (
        True, True, True,
    )  # fmt: skip
    assert page.locator(".q-hour h2").first.inner_text().startswith("Ngay bây giờ")

    page.mouse.click(5, 400)  # looked at: it flashes no more
    page.wait_for_timeout(100)
    assert page.title().endswith(f"Khẩn – {title}")
    page.wait_for_timeout(1200)
    assert page.title().endswith(f"Khẩn – {title}")


def test_sound_is_remembered_and_silent_unless_wanted(
    scene: Scene, open_as: Opener, quick: None
) -> None:
    page = open_as(scene.chief, own=True)
    page.add_init_script(TONES)
    page.goto(tips())
    make_tip(scene.chief.commune, urgency="emergency")
    page.wait_for_function("document.title.includes('Khẩn –')")
    assert page.evaluate("window.tones") == 0

    page.get_by_role("button", name="Bật âm thanh").click()
    page.goto(tips())
    sound = page.locator(".live-sound")
    expect(sound).to_have_text("Chạm vào trang để có âm thanh")
    page.locator("h1, .live-at").first.click()
    expect(sound).to_have_text("Tắt âm thanh")


def test_a_part_that_holds_the_keyboard_is_left_alone(
    scene: Scene, open_as: Opener, quick: None
) -> None:
    make_tip(scene.chief.commune)
    page = open_as(scene.chief)
    page.goto(tips())
    row = page.locator("#result_list a").first
    row.focus()

    tip = make_tip(scene.chief.commune)
    expect(news(page)).to_be_visible()
    expect(page.get_by_text(tip.code)).to_have_count(0)
    assert row.evaluate("(one) => one === document.activeElement")

    news(page).click()
    expect(page.get_by_text(tip.code)).to_be_visible()
    expect(news(page)).to_be_hidden()


def test_what_is_typed_survives_a_change(scene: Scene, open_as: Opener, quick: None) -> None:
    page = open_as(scene.chief)
    page.goto(reverse("admin:broadcasts_broadcast_log", args=[scene.waiting.pk]))
    reasons = []
    for step in ("Trả lại để sửa", "Hủy bài"):
        fold = page.locator("[data-live=steps] details", has_text=step)
        fold.locator("summary").click()
        reasons.append(fold.locator("textarea"))
        reasons[-1].fill(f"Lý do: {step}")
    returning, cancelling = reasons
    page.evaluate("document.activeElement.blur()")
    head = page.locator("[data-live=head]")

    Broadcast.objects.filter(pk=scene.waiting.pk).update(status="returned")
    BroadcastEvent.objects.create(
        broadcast=scene.waiting, kind="returned", by=scene.chief, note="Thiếu ngày họp."
    )
    expect(head).to_contain_text("Trả lại để sửa")
    expect(page.locator("[data-live=events]")).to_contain_text("Thiếu ngày họp.")
    expect(news(page)).to_be_visible()
    assert returning.input_value() == "Lý do: Trả lại để sửa"

    news(page).click()
    expect(returning).to_have_count(0)
    expect(cancelling).to_have_value("Lý do: Hủy bài")
    assert cancelling.is_visible()


def test_open_folds_and_the_place_on_the_page_are_kept(
    scene: Scene, open_as: Opener, quick: None
) -> None:
    for _number in range(40):
        make_tip(scene.chief.commune)
    page = open_as(scene.chief, size=SMALL)
    page.goto(reverse("admin:index"))
    fold = page.locator("details.q-more").first
    number = page.locator(".q-row .by-chip", has_text="Tất cả")
    whole = number.inner_text()
    fold.evaluate("(one) => { one.open = true; }")
    page.evaluate("window.scrollTo(0, 500)")
    before = page.evaluate("window.scrollY")

    make_tip(scene.chief.commune)
    expect(number).not_to_have_text(whole)

    assert fold.evaluate("(one) => one.open")
    assert abs(page.evaluate("window.scrollY") - before) < 60


def test_a_hidden_page_asks_nothing_until_it_is_looked_at_or_the_worker_calls(
    scene: Scene, open_as: Opener, quick: None
) -> None:
    page = open_as(scene.chief)
    page.goto(tips())
    page.wait_for_timeout(500)
    page.evaluate(HIDE, True)
    page.wait_for_timeout(500)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    tip = make_tip(scene.chief.commune)
    page.wait_for_timeout(900)
    assert asked == []

    page.evaluate(FROM_THE_WORKER)
    expect(page.get_by_text(tip.code)).to_be_attached()

    other = make_tip(scene.chief.commune)
    asked.clear()
    page.evaluate(HIDE, False)
    expect(page.get_by_text(other.code)).to_be_attached(timeout=2000)


def test_a_page_out_of_touch_turns_red_rings_and_recovers(
    scene: Scene, open_as: Opener, impatient: None
) -> None:
    page = open_as(scene.chief, own=True)
    page.add_init_script(TONES)
    page.goto(tips())
    page.get_by_role("button", name="Bật âm thanh").click()
    page.wait_for_timeout(500)
    held: list[Route] = []
    page.route("**/admin/moi/**", lambda route: held.append(route))
    began = time.monotonic()

    bar = page.get_by_role("alert").filter(has_text="Mất liên lạc")
    expect(bar).to_have_text(
        re.compile(r"^Mất liên lạc với cổng từ \d\d:\d\d, số liệu trên trang có thể cũ$")
    )
    assert time.monotonic() - began < 1.5 + 2
    assert page.evaluate("window.tones") == 2
    assert page.locator(".live-at").inner_text() == ""
    assert grave_findings(page) == []

    page.unroute("**/admin/moi/**")
    expect(bar).to_be_hidden(timeout=12_000)  # the question that hangs is given up first
    expect(page.locator(".live-at")).to_have_text(re.compile("mới lúc"))


def test_as_shipped_a_lost_page_is_red_within_thirty_five_seconds() -> None:
    """The watch looks twice a second; see the test above for what it does then."""
    assert pages.LOST_MS + 500 <= 35_000
    assert 3 * pages.SOON_MS <= pages.LOST_MS


def test_a_page_without_a_session_turns_red_and_recovers_with_the_next_one(
    scene: Scene, open_as: Opener, quick: None, live_server: Any
) -> None:
    page = open_as(scene.chief)
    page.goto(tips())
    page.wait_for_timeout(500)

    sessions.end_all(scene.chief)
    bar = page.get_by_role("alert").filter(has_text="Đã hết phiên")
    expect(bar).to_have_text(
        re.compile(r"^Đã hết phiên, trang không còn cập nhật từ \d\d:\d\d. Đăng nhập lại$")
    )
    address = f"{reverse('admin:login')}?{urlencode({'next': tips()})}"
    assert bar.get_by_role("link").get_attribute("href") == address
    assert grave_findings(page) == []

    tip = make_tip(scene.chief.commune)
    client = Client()
    client.force_login(User.objects.get(pk=scene.chief.pk), backend=MODEL_BACKEND)
    page.context.add_cookies(
        [
            {"name": name, "value": morsel.value, "url": live_server.url}
            for name, morsel in client.cookies.items()
        ]
    )
    expect(bar).to_be_hidden()
    expect(page.get_by_text(tip.code)).to_be_visible()


def test_a_post_that_goes_on_leaving_is_shown_whole(
    scene: Scene, open_as: Opener, quick: None
) -> None:
    """The log's own script takes over while a post is being sent: the page is of another shape."""
    rows = Broadcast.objects.filter(pk=scene.sending.pk)
    rows.update(status="paused")
    page = open_as(scene.chief)
    page.goto(reverse("admin:broadcasts_broadcast_log", args=[scene.sending.pk]))
    expect(page.locator("[data-live=log]")).to_have_count(1)

    rows.update(status="sending")

    expect(page.locator("[data-live=log]")).to_have_count(0)
    expect(page.get_by_text("Trang tự cập nhật, lần cuối lúc")).to_be_visible()
