"""A passkey on a phone, with Chromium's own authenticator: added, then used without a password."""

from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page

from accounts.models import User
from tests.browser.conftest import Opener, Scene
from tests.browser.tabs import PHONE
from tests.browser.test_second_step import faults, sign_in
from tests.factories.accounts import PASSWORD

pytestmark = pytest.mark.timeout(400)


@pytest.fixture
def head(scene: Scene, settings: Any) -> User:
    settings.SECOND_FACTOR_REQUIRED = True
    scene.head.set_password(PASSWORD)
    scene.head.save()
    return scene.head


def give_authenticator(page: Page, *, unlocks: bool = True) -> None:
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": unlocks,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def test_passkey_is_offered_added_and_opens_without_a_password(open_as: Opener, head: User) -> None:
    page = open_as(None, size=PHONE, own=True)
    give_authenticator(page)
    sign_in(page, head, reverse("admin:index"))
    problems = faults(page)
    page.get_by_role("link", name="Dùng vân tay, khuôn mặt").click()
    problems += faults(page)
    page.get_by_role("button", name="Cài khóa trên máy này").click()
    page.get_by_role("heading", name="Cất mã dự phòng").wait_for()
    codes = page.locator(".plain-codes code").count()

    page.context.clear_cookies()
    page.goto(reverse("admin:login"))
    problems += faults(page)
    page.get_by_role("button", name="Dùng khóa truy cập").click()
    page.wait_for_url(f"**{reverse('admin:index')}")

    assert codes == 10
    assert head.passkeys.count() == 1
    assert problems == []


def test_phone_that_is_not_unlocked_says_so_and_opens_nothing(open_as: Opener, head: User) -> None:
    page = open_as(None, size=PHONE, own=True)
    give_authenticator(page, unlocks=False)
    sign_in(page, head, reverse("admin:passkeys"))

    page.get_by_role("button", name="Cài khóa trên máy này").click()

    page.get_by_text("Chưa mở được khóa truy cập trên máy này").wait_for()
    assert not head.passkeys.exists()
