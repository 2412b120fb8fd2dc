"""A half-typed tip on the phone: a lost session, another phone, and what is said meanwhile."""

import re

import pytest
from django.contrib.sessions.models import Session
from django.urls import reverse
from playwright.sync_api import Page, expect

from groups.models import HamletAssignment
from reports.models import TipDraft, TipReport
from tests.browser.axe import grave_findings
from tests.browser.conftest import Opener, Scene
from tests.browser.tabs import PHONE
from tests.browser.test_form_drafts import saved
from tests.browser.test_pages import WIDER
from tests.factories.tips import make_worked

pytestmark = pytest.mark.timeout(900)
WORDS = "Tối nào cũng có đánh bạc sau quán nước Cô Ba."
BY_BROWSER = """async () => JSON.stringify([
    {...localStorage}, {...sessionStorage}, await caches.keys(), await indexedDB.databases(),
])"""


def record(page: Page) -> None:
    page.goto(reverse("admin:reports_tipreport_record"))
    page.locator("#id_words").fill(WORDS)
    page.locator("#id_place").fill("Quán Cô Ba")
    page.locator("#id_phone").fill("0900 000 123")


def test_a_half_typed_tip_goes_on_on_another_phone(open_as: Opener, scene: Scene) -> None:
    page = open_as(scene.officer, size=PHONE, own=True)
    record(page)
    saved(page)
    assert "bạc" not in page.evaluate(BY_BROWSER)
    Session.objects.all().delete()

    other = open_as(scene.chief, size=PHONE, own=True)
    with other.expect_response(re.compile("ban-nhap")):
        other.goto(reverse("admin:reports_tipreport_record"))
    expect(other.get_by_text("Bản đang ghi lúc")).to_have_count(0)

    page = open_as(scene.officer, size=PHONE, own=True)
    page.goto(reverse("admin:reports_tipreport_record"))
    page.get_by_text(re.compile(r"Bản đang ghi lúc \d\d:\d\d")).wait_for()
    assert WORDS not in page.content()
    assert (grave_findings(page), page.evaluate(WIDER)) == ([], 0)
    page.get_by_role("button", name="Ghi tiếp").click()

    expect(page.locator("#id_words")).to_have_value(WORDS)
    expect(page.locator("#id_place")).to_have_value("Quán Cô Ba")
    expect(page.locator("#id_phone")).to_have_value("")
    page.get_by_text("Tên, điện thoại người báo không nằm trong bản này, phải ghi lại.").wait_for()
    assert (grave_findings(page), page.evaluate(WIDER)) == ([], 0)
    page.get_by_role("button", name="Lưu, lấy mã biên nhận").click()
    page.get_by_role("heading", name="Đã ghi").wait_for()
    assert TipReport.objects.count() == 1
    assert not TipDraft.objects.exists()
    assert "bạc" not in page.evaluate(BY_BROWSER)


def test_a_summary_goes_on_or_is_dropped(open_as: Opener, scene: Scene) -> None:
    hamlet = HamletAssignment.objects.filter(officer__user=scene.officer).get().hamlet
    tip = make_worked(scene.officer, hamlet=hamlet)
    address = reverse("admin:reports_tipreport_summary", args=[tip.pk])
    page = open_as(scene.officer, size=PHONE)
    page.goto(address)
    page.locator("#id_summary").fill(WORDS)
    saved(page)

    page.goto(address)
    page.get_by_role("button", name="Ghi tiếp").click()
    expect(page.locator("#id_summary")).to_have_value(WORDS)
    assert page.evaluate(WIDER) <= 0

    page.goto(address)
    page.get_by_role("button", name="Bỏ", exact=True).click()
    page.get_by_role("button", name="Bỏ hẳn, không lấy lại được").click()
    expect(page.get_by_text("Bản đang ghi lúc")).to_have_count(0)
    assert not TipDraft.objects.exists()


def test_it_says_why_nothing_is_kept(
    open_as: Opener, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    from accounts.vault import client  # noqa: PLC0415 -- beside its use

    page = open_as(scene.officer, size=PHONE)
    record(page)
    saved(page)
    page.locator("#id_words").fill("TỐI MẬT\nKế hoạch tuần tra đêm")
    page.get_by_text("Nội dung có dấu chỉ độ mật: máy không giữ nháp").wait_for(timeout=15_000)
    assert not TipDraft.objects.exists()

    monkeypatch.setattr(client, "is_there", lambda: False)
    page.locator("#id_words").fill(WORDS)
    page.get_by_text("Kho niêm phong chưa trả lời: lúc này máy không giữ nháp.").wait_for(
        timeout=15_000
    )
    assert page.evaluate(WIDER) <= 0
    assert not TipDraft.objects.exists()

    monkeypatch.undo()
    expect(page.get_by_text(re.compile(r"Đã tự lưu nháp lúc \d\d:\d\d\."))).to_be_visible(
        timeout=40_000  # it tries again by itself
    )
    assert TipDraft.objects.count() == 1


def test_the_public_form_keeps_nothing(open_as: Opener, scene: Scene) -> None:
    page = open_as(None, size=PHONE)
    page.goto(reverse("tip_form", args=[scene.chief.commune.code]))

    assert page.locator('meta[name="form-drafts"]').count() == 0
    assert not TipDraft.objects.exists()
