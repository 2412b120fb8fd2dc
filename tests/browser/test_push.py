"""Web push in Chromium: enrolled by the page's own script, shown by the worker, opened by a click.

A real `subscribe()` needs a push service of the browser's maker, so its answer alone is replaced by
the keys of the stand-in; the push goes into the browser as its own service would hand it over.
"""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import CDPSession, Locator, Page

from accounts.models import User
from dev.push_service.server import PushService, start
from duty.models import Device, Notice
from duty.ways import base, sending
from duty.ways.push import transport
from tests.browser.axe import grave_findings
from tests.browser.conftest import Opener, Scene
from tests.browser.tabs import PHONE
from tests.duty.push.conftest import KEY, PUSH

pytestmark = pytest.mark.timeout(300)

STAND_IN = """(given) => {
  const bytes = (text) => Uint8Array.from(
    atob(text.replace(/-/g, "+").replace(/_/g, "/")), (one) => one.charCodeAt(0)).buffer;
  let current = null;
  const make = () => ({
    endpoint: given.endpoint,
    getKey: (name) => bytes(given.keys[name]),
    toJSON: () => given,
    unsubscribe: async () => { current = null; localStorage.removeItem("stand-in"); return true; },
  });
  PushManager.prototype.subscribe = async (options) => {
    window.asked = options;
    if (window.neverAnswers) return new Promise(() => {});
    localStorage.setItem("stand-in", "1");
    current = make();
    return current;
  };
  PushManager.prototype.getSubscription = async () => {
    if (localStorage.getItem("stand-in")) current = make();
    return current;
  };
}"""


@pytest.fixture
def service(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[PushService]:
    running = start()
    settings.VAPID_PRIVATE_KEY, settings.VAPID_SUBJECT = KEY, "mailto:truc@congan.example.vn"
    settings.PUSH_HOSTS = [running.url]
    monkeypatch.setattr(base, "_WAYS", {"push": PUSH})
    yield running
    transport.forget_connections()
    running.stop()


Phone = Callable[..., Page]


@pytest.fixture
def phone(open_as: Opener, service: PushService) -> Phone:
    """A tab on a phone with the right to notify, at the stand-in; it opens the page of devices."""

    def make(user: User, *, before: str = "", **options: Any) -> Page:
        options.setdefault("permissions", ["notifications"])
        page = open_as(user, size=PHONE, own=True, **options)
        given = service.phones.add("máy").subscription(service.url)
        page.add_init_script(f"({STAND_IN})({json.dumps(given)}); {before}")
        page.goto(reverse("admin:duty_device_show"))
        return page

    return make


def enrol(page: Page) -> None:
    page.get_by_role("button", name="Máy riêng: bật báo việc").click()
    page.get_by_text("Máy này đang nhận báo việc.").wait_for()


def worker_of(page: Page) -> tuple[CDPSession, str]:
    """A session with the browser, and the number of the worker's registration."""
    session = page.context.new_cdp_session(page)
    found: list[str] = []
    session.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda event: found.extend(one["registrationId"] for one in event["registrations"]),
    )
    session.send("ServiceWorker.enable")
    page.wait_for_function("navigator.serviceWorker.controller !== null")
    for _ in range(50):
        page.wait_for_timeout(100)
        if found:
            break
    return session, found[-1]


def deliver(page: Page, words: Any) -> None:
    session, number = worker_of(page)
    origin = page.evaluate("location.origin")
    data = words if isinstance(words, str) else json.dumps(words)
    session.send(
        "ServiceWorker.deliverPushMessage",
        {"origin": origin, "registrationId": number, "data": data},
    )


SHOWN = """async () => {
  const registration = await navigator.serviceWorker.getRegistration("/admin/");
  const list = await registration.getNotifications();
  return list.map((one) => ({ title: one.title, body: one.body, tag: one.tag, data: one.data }));
}"""


def notices_on(page: Page, least: int = 1) -> list[dict[str, Any]]:
    for _ in range(50):
        found: list[dict[str, Any]] = page.evaluate(SHOWN)
        if len(found) >= least:
            return found
        page.wait_for_timeout(100)
    return []


def test_from_the_tap_to_the_matter(phone: Phone, scene: Scene, service: PushService) -> None:
    page = phone(scene.officer)
    enrol(page)
    assert page.evaluate("window.asked ? window.asked.userVisibleOnly : true") is True
    device = Device.objects.get(user=scene.officer)
    assert page.locator(f'[data-device="{device.endpoint_hash}"] [data-this]').is_visible()

    page.get_by_role("button", name="Gửi thử").click()
    page.get_by_text("Đang gửi tới dịch vụ đẩy.").wait_for()
    sending.drain("push")
    [received] = service.phones.received
    page.get_by_text("Dịch vụ đẩy đã nhận lúc").wait_for()
    page.evaluate(
        "navigator.serviceWorker.addEventListener('message', (one) => { window.woken = one.data; })"
    )
    deliver(page, dict(received.words or {}))

    [notice] = notices_on(page)
    token = str((received.words or {})["token"])
    assert (notice["title"], notice["body"]) == ("Bình Yên", "Có việc cần xem")
    assert notice["data"] == {"token": token}
    page.get_by_text("Máy đã hiện lúc").wait_for()
    assert page.evaluate("window.woken") == {"type": "duty"}
    row = Notice.objects.get()
    assert row.shown_at is not None

    with page.expect_request(f"**/viec/{token}/"):
        click(page)


def click(page: Page) -> None:
    """Tap the notice, inside the worker: it has no tap of a person, so the page is moved."""
    worker = page.context.service_workers[0]
    worker.evaluate(
        """async () => {
          const [notification] = await self.registration.getNotifications();
          self.dispatchEvent(new NotificationEvent("notificationclick", { notification }));
        }"""
    )


TOKEN = "a" * 22
TYPED = "Đang cháy ở chợ, có người kẹt"
AS_AN_APP = """
const asked = window.matchMedia.bind(window);
window.matchMedia = (query) => query.includes("display-mode") ? { matches: true } : asked(query);
"""


def notified(page: Page) -> str:
    """Show a notice on the phone; returns the address of its matter."""
    enrol(page)
    notify(page)
    return f"/viec/{TOKEN}/"


def notify(page: Page) -> None:
    deliver(page, {"title": "Bình Yên", "text": "Có việc cần xem ngay", "token": TOKEN})
    assert notices_on(page)


def tap(page: Page) -> list[str]:
    """Tap the notice; returns the addresses for which the worker wants a window of its own."""
    worker = page.context.service_workers[0]
    worker.evaluate(
        """() => {
          self.opened = [];
          self.clients.openWindow = async (address) => { self.opened.push(address); };
        }"""
    )
    click(page)
    page.wait_for_timeout(1000)
    opened: list[str] = worker.evaluate("self.opened")
    return opened


def write_tip(page: Page) -> Locator:
    """Begin to write down a tip, without saving it."""
    page.goto(reverse("admin:reports_tipreport_record"))
    field = page.locator("textarea").first
    field.fill(TYPED)
    return field


def test_tap_on_a_notice_leaves_a_page_with_something_typed_as_it_is(
    phone: Phone, scene: Scene
) -> None:
    page = phone(scene.officer)
    matter = notified(page)
    field = write_tip(page)
    before = page.url

    assert tap(page) == [matter]

    assert (page.url, field.input_value()) == (before, TYPED)
    assert page.locator(".held").count() == 0


def test_tap_takes_another_page_that_loses_nothing(phone: Phone, scene: Scene) -> None:
    page = phone(scene.officer)
    matter = notified(page)
    field = write_tip(page)
    other = page.context.new_page()
    other.goto(reverse("admin:index"))

    with other.expect_request(f"**{matter}"):
        assert tap(page) == []

    assert field.input_value() == TYPED


def test_tap_moves_no_page_of_which_no_script_answers(phone: Phone, scene: Scene) -> None:
    page = phone(scene.officer)
    matter = notified(page)
    nothing = "text/javascript"
    page.route("**/held*.js", lambda route: route.fulfill(body="", content_type=nothing))
    field = write_tip(page)

    assert tap(page) == [matter]
    assert field.input_value() == TYPED


def test_tap_opens_no_second_page_of_a_matter(phone: Phone, scene: Scene) -> None:
    page = phone(scene.officer)
    matter = notified(page)
    page.goto(matter)

    assert tap(page) == []


def test_installed_app_offers_the_matter_below_what_is_typed(phone: Phone, scene: Scene) -> None:
    page = phone(scene.officer, before=AS_AN_APP)
    matter = notified(page)
    field = write_tip(page)

    assert tap(page) == []

    offer = page.get_by_role("alert").filter(has_text="còn nội dung chưa lưu")
    assert offer.get_by_role("link", name="Bỏ và mở việc").get_attribute("href") == matter
    assert field.input_value() == TYPED
    assert grave_findings(page) == []
    field.fill("")
    notify(page)
    with page.expect_request(f"**{matter}"):
        tap(page)


def test_what_cannot_be_read_is_shown_all_the_same(phone: Phone, scene: Scene) -> None:
    page = phone(scene.officer)
    enrol(page)

    deliver(page, "không phải JSON")

    assert [one["body"] for one in notices_on(page)] == ["Có việc cần xem"]


def test_later_notice_of_a_matter_takes_the_place_of_the_earlier(
    phone: Phone, scene: Scene
) -> None:
    page = phone(scene.officer)
    enrol(page)

    for text, loud in (("Có việc cần xem ngay", True), ("Đã có người nhận", False)):
        deliver(page, {"title": "Bình Yên", "text": text, "tag": "a", "loud": loud})
        page.wait_for_timeout(300)

    assert [one["body"] for one in notices_on(page)] == ["Đã có người nhận"]


def test_page_keeps_the_portal_informed_only_when_something_changed(
    phone: Phone, scene: Scene
) -> None:
    page = phone(scene.officer)
    enrol(page)
    asked: list[str] = []
    page.on("request", lambda one: asked.append(one.url) if "doi-chieu" in one.url else None)
    page.goto(reverse("admin:index"))
    page.wait_for_load_state("networkidle")
    assert asked == []

    page.evaluate(
        """() => {
          const last = JSON.parse(localStorage.getItem("binhyen.push"));
          localStorage.setItem("binhyen.push", JSON.stringify({ ...last, at: 0 }));
        }"""
    )
    with page.expect_response("**/doi-chieu/") as answer:
        page.reload()

    assert answer.value.json() == {"on": True}
    assert Device.objects.on().count() == 1


def test_browser_that_the_portal_switched_off_unsubscribes(phone: Phone, scene: Scene) -> None:
    page = phone(scene.officer)
    enrol(page)
    page.get_by_role("button", name="Tắt").click()
    page.get_by_text("Đã tắt. Máy này không nhận báo việc nữa.").wait_for()
    page.evaluate(
        """() => {
          const last = JSON.parse(localStorage.getItem("binhyen.push"));
          localStorage.setItem("binhyen.push", JSON.stringify({ ...last, at: 0 }));
        }"""
    )
    with page.expect_response("**/doi-chieu/"):
        page.goto(reverse("admin:index"))
    page.wait_for_function("localStorage.getItem('binhyen.push') === null")

    assert not Device.objects.on().exists()


def test_service_that_never_answers_is_a_sentence_after_a_while(phone: Phone, scene: Scene) -> None:
    page = phone(scene.officer, before="window.neverAnswers = true;")
    page.clock.install()

    page.get_by_role("button", name="Máy riêng: bật báo việc").click()
    page.get_by_text("Đang hỏi trình duyệt").wait_for()
    page.wait_for_function("window.asked !== undefined")
    page.clock.fast_forward(16_000)

    page.get_by_text("Sau 15 giây dịch vụ đẩy").wait_for()
    assert not Device.objects.exists()


@pytest.mark.parametrize(
    ("agent", "sentence"),
    [
        ("Mozilla/5.0 (Linux; Android 14) Chrome/120 Mobile Zalo android/24", "mở trong Zalo"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Safari", "iOS từ 16.4"),
    ],
)
def test_browser_that_cannot_is_told_what_to_do(
    phone: Phone, scene: Scene, agent: str, sentence: str
) -> None:
    page = phone(scene.officer, before="delete window.PushManager;", user_agent=agent)

    page.get_by_text(sentence).first.wait_for()
    assert page.get_by_role("button", name="Máy riêng: bật báo việc").count() == 0


def test_blocked_browser_is_told_how_to_undo_it(phone: Phone, scene: Scene) -> None:
    blocked = "Object.defineProperty(Notification, 'permission', { get: () => 'denied' });"
    page = phone(scene.officer, before=blocked)

    page.get_by_text("đang chặn thông báo").wait_for()
    assert page.get_by_text("Samsung Internet").is_visible()


def test_shared_computer_is_not_offered_it_again(phone: Phone, scene: Scene) -> None:
    page = phone(scene.officer)
    page.get_by_role("button", name="Máy dùng chung").click()
    page.get_by_text("Máy dùng chung thì không bật").wait_for()

    page.reload()

    page.get_by_text("Máy dùng chung thì không bật").wait_for()
    assert not Device.objects.exists()
    page.get_by_role("button", name="Không, đây là máy của riêng tôi").click()
    assert page.get_by_role("button", name="Máy riêng: bật báo việc").is_visible()
