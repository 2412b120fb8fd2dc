"""Writing a tip down during a call: on a keyboard alone, on a small phone, within a minute."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import Page

from reports.models import CannedReply, TipReport
from reports.tips import receipts
from tests.browser.axe import grave_findings
from tests.browser.conftest import Opener, Scene
from tests.browser.tabs import DESK, PHONE
from tests.browser.test_language import english_on
from tests.browser.test_pages import SMALL_TARGETS, WIDER
from tests.vaults import reporter_of

pytestmark = pytest.mark.timeout(300)

RECORD = "admin:reports_tipreport_record"
CAPTURE = "admin:reports_tipreport_capture"
RELAY = "admin:reports_tipreport_relay"
# What a person types while listening; the times are those of the keystroke-level model (Card, Moran
# and Newell): a key of an average typist, a press of one known key or a tap, a decision before it.
WORDS = "Nhóm thanh niên nẹt pô, rú ga trước cổng trường tiểu học, có khoảng mười xe."
KEY_S, PRESS_S, THINK_S = 0.28, 1.1, 1.35


class Hands:
    """A keyboard whose every stroke is counted."""

    def __init__(self, page: Page) -> None:
        self.page, self.keys, self.presses = page, 0, 0

    def types(self, text: str) -> None:
        self.page.keyboard.type(text)
        self.keys += len(text)

    def presses_key(self, key: str) -> None:
        self.page.keyboard.press(key)
        self.presses += 1

    @property
    def seconds(self) -> float:
        return self.keys * KEY_S + self.presses * (PRESS_S + THINK_S)


def test_call_is_written_down_on_one_screen_by_keyboard_alone_within_a_minute(
    open_as: Opener, scene: Scene
) -> None:
    page = open_as(scene.officer)
    page.goto(reverse(RECORD))
    hands = Hands(page)
    page.locator("textarea:focus").wait_for()  # the cursor is there by itself, a moment later
    button = page.get_by_role("button", name="Lưu, lấy mã biên nhận").bounding_box()
    assert button is not None
    assert button["y"] + button["height"] <= DESK["height"]  # the form stands on one screen

    hands.types(WORDS)
    hands.presses_key("Tab")
    hands.types("1")  # the hamlet, by its first letters
    hands.presses_key("Tab")
    hands.types("cổng trường")
    hands.presses_key("Tab")
    hands.types("đang nẹt")
    hands.presses_key("Tab")
    hands.types("Nguyễn Thị Mẫu")
    hands.presses_key("Tab")
    hands.types("0900000123")
    hands.presses_key("Enter")
    page.locator(".entry-receipt").wait_for()

    tip = TipReport.objects.get()
    digits = "".join(page.locator(".entry-receipt li").all_inner_texts())
    assert tip.receipt_hash == receipts.hash_of(digits)
    assert tip.sealed_texts.get().text == WORDS
    assert (tip.place, tip.channel, reporter_of(tip).phone) == (
        "cổng trường",
        "phone",
        "0900000123",
    )
    assert hands.presses == 6
    assert hands.seconds < 60, f"{hands.seconds:.0f} s"


def test_emergency_by_one_tap_says_whom_to_call(open_as: Opener, scene: Scene) -> None:
    page = open_as(scene.officer, size=PHONE, scripts=False)
    page.goto(reverse(RECORD))
    before = page.locator(".entry-now").evaluate("e => getComputedStyle(e).fontWeight")

    page.get_by_text("Đang xảy ra", exact=True).click()
    after = page.locator(".entry-now").evaluate("e => getComputedStyle(e).fontWeight")
    page.get_by_label("Chuyện gì").fill("Đánh nhau ngoài chợ")
    page.get_by_role("button", name="Lưu, lấy mã biên nhận").click()

    assert (before, after) == ("400", "600")
    assert "gọi 113, 114 hoặc 115" in page.locator("main").inner_text()
    assert TipReport.objects.get().urgency == "emergency"


def test_pages_fit_a_small_phone_a_thumb_and_every_reader(open_as: Opener, scene: Scene) -> None:
    CannedReply.objects.filter(stage="take_it_private").delete()
    CannedReply.objects.create(
        stage="take_it_private", title="Mời nhắn riêng", text="Xin nhắn riêng cho Công an xã."
    )
    faults: dict[str, object] = {}
    officer = open_as(scene.officer, size=PHONE)
    head = open_as(scene.head, size=PHONE)

    def look(page: Page, name: str) -> None:
        found = {
            "wide": page.evaluate(WIDER),
            "small": page.evaluate(SMALL_TARGETS),
            "grave": grave_findings(page),
            "english": english_on(page),
        }
        if any(found.values()):
            faults[name] = found

    for page, name in ((officer, RECORD), (officer, CAPTURE), (head, RELAY)):
        page.goto(reverse(name))
        look(page, name)
    officer.get_by_label("Thấy trong nhóm").select_option(index=1)
    officer.get_by_label("Sự việc, ghi bằng lời của mình").fill("Có tin mất chó ở đầu ấp")
    officer.get_by_role("button", name="Lưu").click()
    officer.get_by_role("button", name="Sao chép").wait_for()
    look(officer, "removal")
    head.get_by_label("Chuyện gì").fill("Có người lạ hỏi mua đất, xin xem sổ đỏ")
    head.get_by_role("button", name="Chuyển đi").click()
    head.get_by_text("Đã chuyển.").wait_for()
    look(head, "relayed")

    assert faults == {}
    assert not re.search(r"PA\d\d-", head.locator("main").inner_text())
    assert TipReport.objects.filter(channel="hamlet_head").count() == 1
