"""The second step on the smallest phone: set up, asked for, lost; with and without scripts."""

import re
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page

from accounts.models import User
from tests.browser.axe import grave_findings
from tests.browser.conftest import Opener, Scene
from tests.browser.tabs import PHONE
from tests.browser.test_pages import SMALL_TARGETS, WIDER
from tests.factories.accounts import PASSWORD, code_now

pytestmark = pytest.mark.timeout(400)


@pytest.fixture
def head(scene: Scene, settings: Any) -> User:
    settings.SECOND_FACTOR_REQUIRED = True
    scene.head.set_password(PASSWORD)
    scene.head.save()
    return scene.head


def sign_in(page: Page, user: User, address: str) -> None:
    page.goto(address)
    page.get_by_label("Tên đăng nhập").fill(user.username)
    page.get_by_label("Mật khẩu", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Đăng nhập").click()


def faults(page: Page) -> list[str]:
    """Return faults that stop a person with a small phone, or with a screen reader."""
    found = grave_findings(page) + [f"small: {text}" for text in page.evaluate(SMALL_TARGETS)]
    return found + (["scrolls sideways"] if page.evaluate(WIDER) else [])


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_second_step_is_set_up_on_a_phone(open_as: Opener, head: User, scripts: bool) -> None:
    page = open_as(None, size=PHONE, scripts=scripts, own=True)
    said, asked = [], []
    page.on("console", lambda message: said.append(message.text))
    page.on("request", lambda request: asked.append(request.url))
    sign_in(page, head, reverse("admin:enrol_second_factor"))
    problems = faults(page) if scripts else []
    key = page.locator(".plain-key").inner_text().replace(" ", "").replace("\n", "")

    page.get_by_label("Mã 6 chữ số").fill(code_now(key))
    page.get_by_role("button", name="Xong, kiểm tra mã").click()
    codes = page.locator(".plain-codes code").all_inner_texts()
    boxes = [box.bounding_box() for box in page.locator(".plain-codes code").all()]
    problems += faults(page) if scripts else []
    page.get_by_role("link", name="Tôi đã cất mã, tiếp tục").click()

    assert len(set(codes)) == 10
    assert all(box["x"] + box["width"] <= PHONE["width"] for box in boxes if box)
    assert page.url.endswith(reverse("admin:index"))
    assert problems == []
    assert said == []
    host = re.match(r"https?://[^/]+", page.url)
    assert [url for url in asked if not url.startswith(("data:", host.group()))] == []


def test_recovery_code_opens_and_a_lost_phone_is_shut_out(open_as: Opener, head: User) -> None:
    page = open_as(None, size=PHONE)
    sign_in(page, head, reverse("admin:enrol_second_factor"))
    key = page.locator(".plain-key").inner_text().replace(" ", "").replace("\n", "")
    page.get_by_label("Mã 6 chữ số").fill(code_now(key))
    page.get_by_role("button", name="Xong, kiểm tra mã").click()
    codes = page.locator(".plain-codes code").all_inner_texts()

    other = open_as(None, size=PHONE)
    sign_in(other, head, reverse("admin:own_account"))
    problems = faults(other)
    other.get_by_text("Không có điện thoại bên mình?").click()
    other.get_by_label("Mã dự phòng").fill(codes[0])
    other.get_by_role("button", name="Dùng mã dự phòng").click()
    problems += faults(other)
    assert other.locator(".plain-session").count() == 2
    other.get_by_role("link", name="Tôi bị mất điện thoại").click()
    problems += faults(other)
    other.get_by_role("button", name="Đúng, khóa điện thoại đó lại").click()
    problems += faults(other)
    page.goto(reverse("admin:index"))

    assert page.get_by_role("heading", name="Đăng nhập").count() == 1
    assert problems == []
