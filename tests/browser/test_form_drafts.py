"""Nothing that was typed or chosen is lost: a refused form, a lost session, another account."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.urls import reverse
from playwright.sync_api import Page, expect

from accounts.form_drafts.models import FormDraft, PendingUpload
from accounts.users.roles import Role
from broadcasts.models import Broadcast, Topic
from tests.broadcasts.documents import jpeg_with_place
from tests.browser.axe import grave_findings
from tests.browser.conftest import Opener, Scene
from tests.browser.tabs import PHONE
from tests.browser.test_pages import WIDER
from tests.factories.accounts import make_user

pytestmark = pytest.mark.timeout(900)


@pytest.fixture(autouse=True)
def _own_media(tmp_path: Path, request: Any) -> None:
    request.getfixturevalue("settings").MEDIA_ROOT = tmp_path


def add_url() -> str:
    return reverse("admin:broadcasts_broadcast_add")


def saved(page: Page) -> None:
    expect(page.get_by_text(re.compile(r"Đã tự lưu nháp lúc \d\d:\d\d\."))).to_be_visible(
        timeout=15_000
    )


def write(page: Page, text: str) -> None:
    page.goto(add_url())
    page.locator("#id_text").fill(text)


def test_a_refused_post_keeps_its_picture_on_the_phone(open_as: Opener, scene: Scene) -> None:
    page = open_as(scene.officer, size=PHONE)
    write(page, "Bà con chằng chống nhà cửa trước 17 giờ.")
    page.locator("#id_topic").select_option(str(Topic.objects.get(code="thu-doan").pk))
    page.locator('input[name="send_to"][value="whole"]').check()
    page.locator("#id_image").set_input_files(
        {"name": "bao-so-14.jpg", "mimeType": "image/jpeg", "buffer": jpeg_with_place()}
    )

    page.get_by_role("button", name="Lưu nháp").click()
    box = page.locator('[data-pending="image"]')
    expect(box.get_by_text("bao-so-14.jpg")).to_be_visible()
    expect(box.get_by_label("Bỏ tệp này")).not_to_be_checked()
    assert box.locator("img").evaluate("picture => picture.naturalWidth") == 40
    assert page.evaluate(WIDER) <= 0
    assert grave_findings(page) == []
    page.locator("#id_title").fill("Chống bão số 14")
    page.get_by_role("button", name="Lưu nháp").click()

    page.get_by_text("Đã lưu bài.").wait_for()
    post = Broadcast.objects.get(title="Chống bão số 14")
    assert post.image.name
    assert not PendingUpload.objects.exists()
    assert not FormDraft.objects.exists()


def test_a_draft_comes_back_after_a_lost_session_for_its_account_alone(
    open_as: Opener, scene: Scene
) -> None:
    text = "Mời bà con dự họp ấp lúc 19 giờ, ngày mai, tại nhà văn hóa."
    page = open_as(scene.officer, size=PHONE)
    write(page, text)
    saved(page)
    Session.objects.all().delete()

    other = make_user(scene.officer.commune, Role.OFFICER)
    strange = open_as(other)
    with strange.expect_response(re.compile("ban-nhap")):
        strange.goto(add_url())
    expect(strange.get_by_text("Bản nháp lúc")).to_have_count(0)

    page = open_as(scene.officer, size=PHONE, own=True)
    page.goto(add_url())
    page.get_by_text(re.compile(r"Bản nháp lúc \d\d:\d\d “Mời bà con")).wait_for()
    assert grave_findings(page) == []
    assert page.evaluate(WIDER) <= 0
    page.get_by_role("button", name="Lấy lại").click()

    expect(page.locator("#id_text")).to_have_value(text)
    kept_by_browser = page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")
    assert "họp ấp" not in kept_by_browser


def test_a_page_whose_session_went_says_so_and_goes_on_after_signing_in(
    open_as: Opener, scene: Scene
) -> None:
    page = open_as(scene.officer, own=True)
    write(page, "Câu đầu.")
    saved(page)
    cookies = page.context.cookies()
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    page.locator("#id_text").press_sequentially(" Câu sau.")
    page.get_by_text("Phiên đăng nhập đã hết: chữ vừa gõ chưa được lưu.").wait_for()

    page.context.add_cookies(cookies)  # type: ignore[arg-type]
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")

    saved(page)
    assert "Câu sau." in FormDraft.objects.get().fields


def test_a_mark_of_secrecy_leaves_no_draft(open_as: Opener, scene: Scene) -> None:
    page = open_as(scene.officer)
    write(page, "Họp ấp.")
    saved(page)

    page.locator("#id_text").fill("TỐI MẬT\nKế hoạch tuần tra đêm")

    page.get_by_text("máy không lưu nháp").wait_for(timeout=15_000)
    assert not FormDraft.objects.exists()
