"""The pages for anyone: a screen reader, a small phone without scripts, a printer."""

import io
import re
from typing import Any

import pytest
from playwright.sync_api import Page
from pypdf import PdfReader

from accounts.communes import public_pages
from procedures.models import Edition, Question
from tests.browser.axe import findings
from tests.browser.conftest import Opener, Scene
from tests.browser.tabs import DESK, PHONE, at_both_widths
from tests.browser.test_language import english_on
from tests.browser.test_pages import SMALL_TARGETS, WIDER
from tests.browser.test_tips_of_residents import SMALLEST_LETTERS
from tests.factories.procedures import make_procedure, make_published

pytestmark = pytest.mark.timeout(400)

PAGES = (
    "/", "/thu-tuc/", "/thu-tuc/dang-ky-thuong-tru/", "/thu-tuc/khong-con-chac/",
    "/thu-tuc/cap-lai-the-can-cuoc/", "/thu-tuc/?q=lam+tam+tru", "/thu-tuc/?q=xyzzy",
    "/thu-tuc/da-ghi/", "/thu-tuc/khong-con-chac/in/", "/thu-tuc/dang-ky-thuong-tru/in/",
    "/nhom-chinh-thuc/90001/", "/nhom-chinh-thuc/90001/?lien-ket=zalo.me/g/giamao",
    "/nhom-chinh-thuc/90001/?lien-ket=to+dan", "/phan-anh/",
)  # fmt: skip
# Points of a sheet of A4 and of A5.
A4, A5 = (595, 842), (420, 595)


@pytest.fixture(autouse=True)
def _made_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forget the pages that another test stored."""
    monkeypatch.setattr(public_pages, "cached", lambda key, make: make())


@pytest.fixture
def papers(scene: Scene, library: None) -> None:
    """The shipped library, and one edition that is in doubt."""
    make_published(
        make_procedure(name="Việc không còn chắc", slug="khong-con-chac"),
        reopened_at=scene.sending.created_at,
        reopened_because="NĐ 320/2026 thay NĐ 69/2024",
    )


def faults_of(page: Page, address: str) -> list[Any]:
    found: list[Any] = findings(page) + sorted(english_on(page))
    if "/in/" not in address or "khong-con" in address:
        found += page.evaluate(SMALL_TARGETS)
        found += ["small letters"] if page.evaluate(SMALLEST_LETTERS) < 15 else []
    return found + (["wider than the screen"] if page.evaluate(WIDER) else [])


def test_pages_have_no_fault_for_eyes_ears_and_thumbs(open_as: Opener, papers: None) -> None:
    page = open_as(None)
    faults: dict[tuple[str, str], list[Any]] = {}

    for address in PAGES:
        page.goto(address)
        faults |= {(address, width): faults_of(page, address) for width in at_both_widths(page)}

    assert {place: found for place, found in faults.items() if found} == {}


def test_a_question_is_answered_on_a_small_phone_without_scripts(
    open_as: Opener, papers: None
) -> None:
    page = open_as(None, size=PHONE, scripts=False)
    page.goto("/phan-anh/")
    page.get_by_role("link", name="Thủ tục, giấy tờ").click()

    page.get_by_label("Bà con cần làm giấy tờ gì?").fill("dang ky tam tru")
    page.get_by_role("button", name="Tìm", exact=True).click()
    found = page.locator("main").get_by_role("link")
    found.filter(has_text=re.compile("tạm trú|Xem đủ")).first.click()

    assert page.locator("h1").inner_text() == "Đăng ký tạm trú"
    assert page.get_by_text("3 ngày làm việc").is_visible()
    assert page.locator("a[href='tel:0251000113']").is_visible()
    assert page.context.cookies() == []


def test_what_was_not_found_is_kept_on_a_press(open_as: Opener, papers: None) -> None:
    page = open_as(None, size=PHONE, scripts=False)
    page.goto("/thu-tuc/?q=doi+bang+lai+o+dau")

    page.get_by_role("button", name="Tôi không thấy điều cần hỏi").click()
    thanks = page.locator("h1").inner_text()
    page.get_by_role("link", name="Gửi câu hỏi").click()

    assert thanks == "Đã ghi câu hỏi"
    assert page.locator("h1").inner_text() == "Chuyện gì đã xảy ra?"
    assert Question.objects.get().asked == "doi bang lai o dau"


def test_keyboard_goes_to_the_content_first(open_as: Opener, papers: None) -> None:
    page = open_as(None, size=DESK)
    page.goto("/thu-tuc/dang-ky-tam-tru/")

    page.keyboard.press("Tab")
    skip = page.evaluate("document.activeElement.textContent")
    is_seen = page.evaluate("document.activeElement.getBoundingClientRect().top >= 0")
    page.keyboard.press("Enter")

    assert (skip, is_seen) == ("Tới nội dung chính", True)
    assert page.evaluate("document.activeElement.id") == "noi-dung"


@pytest.mark.parametrize(
    ("query", "paper"), [("", A5), ("?chu=lon", A4)], ids=["A5", "large letters"]
)
def test_every_shipped_handout_is_one_sheet(
    open_as: Opener, papers: None, query: str, paper: tuple[int, int]
) -> None:
    page = open_as(None)
    wrong: dict[str, Any] = {}

    shown = Edition.objects.published().filter(reopened_at=None, procedure__is_active=True)
    slugs = list(shown.values_list("procedure__slug", flat=True))
    for slug in slugs:
        page.goto(f"/thu-tuc/{slug}/in/{query}")
        sheets = PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True))).pages
        size = (round(sheets[0].mediabox.width), round(sheets[0].mediabox.height))
        if len(sheets) != 1 or max(abs(a - b) for a, b in zip(size, paper, strict=True)) > 2:
            wrong[slug] = (len(sheets), size)

    assert wrong == {}
    assert len(slugs) >= 25
