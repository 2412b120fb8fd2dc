"""A resident tells something on a small phone, with scripts and without, and comes back for the
answer."""

import re
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from django.utils import timezone
from PIL import Image
from playwright.sync_api import Page

from reports.models import SealedText, TipAttachment, TipMessage, TipReport
from reports.public import demands
from reports.public.services import tip_of_receipt
from tests.browser.axe import grave_findings
from tests.browser.conftest import Opener, Scene
from tests.browser.tabs import PHONE
from tests.browser.test_language import english_on
from tests.browser.test_pages import SMALL_TARGETS, WIDER
from tests.reports.public.walking import forget_counts
from tests.vaults import opened

pytestmark = pytest.mark.timeout(400)

WORDS = "Tối nào cũng có người tụ tập đánh bài ăn tiền sau quán nước đầu hẻm.\nCó xe lạ tới."
SMALLEST_LETTERS = """() => {
  const walker = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
  let smallest = 100;
  while (walker.nextNode()) {
    const parent = walker.currentNode.parentElement;
    if (!walker.currentNode.textContent.trim() || parent.closest("[hidden], script")) continue;
    if (parent.getClientRects().length) {
      smallest = Math.min(smallest, parseFloat(getComputedStyle(parent).fontSize));
    }
  }
  return smallest;
}"""


@pytest.fixture(autouse=True)
def _calm(monkeypatch: pytest.MonkeyPatch) -> None:
    forget_counts(monkeypatch)


def photo() -> bytes:
    """A heavy picture that says where it was taken."""
    content = BytesIO()
    exif = Image.Exif()
    exif[0x010F] = "Máy của bà Mẫu"
    exif.get_ifd(0x8825)[1] = "N"
    Image.effect_noise((2400, 1800), 80).convert("RGB").save(content, "JPEG", quality=92, exif=exif)
    return content.getvalue()


def go_on(page: Page) -> None:
    page.get_by_role("button", name="Tiếp tục").click()


def tell(page: Page, look: Callable[[], None]) -> None:
    """From the first page to the one that shows everything; `look` is done on each."""
    page.goto("/phan-anh/")
    look()
    page.get_by_role("link", name="Báo tin cho Công an").click()
    look()
    page.get_by_role("button", name="Không, đã qua").click()
    look()
    page.get_by_role("button", name="Ma túy, cờ bạc").click()
    look()
    page.get_by_label("Kể lại chuyện đó").fill(WORDS)
    go_on(page)
    look()
    page.get_by_label("Ấp, khu phố").select_option(label="Ấp 1")
    page.get_by_label("Chỗ nào, gần đâu").fill("Sau quán nước")
    go_on(page)
    look()
    page.get_by_label("Viết theo cách").fill("Tối nào cũng vậy")
    go_on(page)
    look()
    go_on(page)
    look()
    page.get_by_role("button", name="Không nêu tên").click()
    look()


def digits_on(page: Page) -> str:
    blocks = page.locator(".tip-digits li")
    blocks.first.wait_for()
    return "".join(blocks.all_inner_texts())


def go_back(page: Page) -> None:
    """Once the page is there: a browser in between two pages knows no way back."""
    page.wait_for_load_state()
    page.locator("h1").wait_for()
    page.go_back()


@pytest.mark.parametrize("scripts", [False, True], ids=["without-scripts", "with-scripts"])
def test_from_the_first_question_to_the_answer(
    open_as: Opener, scene: Scene, scripts: bool
) -> None:
    page = open_as(None, size=PHONE, scripts=scripts)
    faults: list[Any] = []

    def look() -> None:
        """Assert that no page has small letters, small buttons or too much width."""
        if not scripts:
            return
        faults.extend(grave_findings(page))
        faults.extend(english_on(page))
        faults.extend(page.evaluate(SMALL_TARGETS))
        if page.evaluate(WIDER) or page.evaluate(SMALLEST_LETTERS) < 16:
            faults.append(page.locator("h1").inner_text())

    tell(page, look)
    page.locator("#anh").set_input_files(
        [{"name": "IMG_1.jpg", "mimeType": "image/jpeg", "buffer": photo()}]
    )
    if scripts:
        page.get_by_text("Đã chọn 1 ảnh.").wait_for()
    page.get_by_role("button", name="Gửi cho Công an").click()
    digits = digits_on(page)
    look()
    page.get_by_label("Gõ lại 4 số cuối").fill("12")
    page.get_by_role("button", name="Tôi đã chép mã").click()
    look()
    page.get_by_label("Gõ lại 4 số cuối").fill(digits[-4:])
    page.get_by_role("button", name="Tôi đã chép mã").click()
    look()

    tip = TipReport.objects.get()
    TipMessage.objects.create(
        tip=tip, direction="out", via="receipt", text="Đã cử người tới xem.", signed_as="Trực ban",
    )  # fmt: skip
    page.get_by_role("link", name="Xem trả lời").click()
    look()
    page.get_by_label("Gõ 20 số").fill(" ".join(re.findall("....", digits)))
    page.get_by_role("button", name="Xem", exact=True).click()
    look()
    page.get_by_text("Đã cử người tới xem.").wait_for()
    page.get_by_label("Bà con nhớ thêm điều gì?").fill("Tối nay lại có.")
    page.get_by_role("button", name="Gửi thêm").click()
    page.get_by_text("Đã nhận lời nói thêm.").wait_for()

    assert faults == []
    assert tip_of_receipt(digits) == tip
    assert SealedText.objects.get(tip=tip).text == WORDS
    assert TipMessage.objects.get(direction="in").text == "Tối nay lại có."
    with opened():
        assert b"M\xc3\xa1y" not in bytes(TipAttachment.objects.get().content)
    assert {cookie["name"] for cookie in page.context.cookies()} <= {"binhyen_csrf"}


def test_the_way_back_of_the_browser_works(open_as: Opener, scene: Scene) -> None:
    page = open_as(None, size=PHONE, scripts=False)
    tell(page, lambda: None)

    go_back(page)
    who = page.locator("h1").inner_text()
    for _page in range(4):
        go_back(page)
    words = page.locator("h1").inner_text()

    assert (who, words) == ("Bà con có muốn nêu tên không?", "Chuyện gì đã xảy ra?")
    assert page.get_by_label("Kể lại chuyện đó").input_value() == WORDS


def test_what_happens_now_leads_to_the_telephone(open_as: Opener, scene: Scene) -> None:
    page = open_as(None, size=PHONE)
    page.goto("/phan-anh/90001/bao-tin/")

    page.get_by_role("button", name="Có, đang xảy ra").click()

    box = page.locator("a[href='tel:113']").bounding_box()
    assert box is not None
    assert box["y"] < PHONE["height"]
    assert page.locator("a[href='tel:0251000113']").is_visible()
    assert grave_findings(page) == []


def test_the_code_of_the_receipt_fills_the_field_and_leaves_the_address(
    open_as: Opener, scene: Scene
) -> None:
    page = open_as(None, size=PHONE)

    page.goto("/phan-anh/tra-cuu/#12345678901234567890")

    assert page.get_by_label("Gõ 20 số").input_value() == "1234 5678 9012 3456 7890"
    assert page.url.endswith("/phan-anh/tra-cuu/")


def test_where_many_come_the_browser_works_and_asks_nothing(
    open_as: Opener, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(demands._FREE, demands.Purpose.TIP, 0.5)
    demands.count(demands.Purpose.TIP, "127.0.0.1")
    page = open_as(None, size=PHONE)

    tell(page, lambda: None)
    asked = page.get_by_label(re.compile("bằng (mấy|bao nhiêu)")).count()
    page.get_by_role("button", name="Gửi cho Công an").click()
    page.locator(".tip-digits").wait_for()

    assert asked == 0
    assert TipReport.objects.filter(received_at__lte=timezone.now()).count() == 1
