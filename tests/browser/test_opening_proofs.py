"""A passkey of the vault, with Chromium's own authenticator: pinned, then used to ask."""

import pytest
from django.urls import reverse
from playwright.sync_api import Page

from groups.models import HamletAssignment
from tests.browser.conftest import Opener, Scene
from tests.browser.tabs import PHONE
from tests.browser.test_passkeys import give_authenticator
from tests.browser.test_second_step import faults
from tests.factories.proofs import App
from tests.factories.tips import make_worked

pytestmark = pytest.mark.timeout(400)


@pytest.fixture
def page(open_as: Opener, scene: Scene) -> Page:
    found = open_as(scene.officer, size=PHONE, own=True)
    give_authenticator(found)
    return found


def test_passkey_is_pinned_with_two_codes_and_asks_for_an_opening(page: Page, scene: Scene) -> None:
    officer, second = scene.officer, scene.chief
    hamlet = HamletAssignment.objects.filter(officer__user=officer).get().hamlet
    tip = make_worked(officer, hamlet=hamlet)
    own, theirs = App(officer), App(second)

    page.goto(reverse("admin:proof_keys"))
    problems = faults(page)
    page.get_by_label("Mã 6 số của đồng chí").fill(own.code())
    page.get_by_label("Tên đăng nhập của người thứ hai").fill(second.username)
    page.get_by_label("Mã 6 số của người thứ hai").fill(theirs.code())
    page.get_by_role("button", name="Cài khóa trên máy này").click()
    page.get_by_text("Khóa truy cập", exact=True).wait_for()

    page.goto(reverse("admin:reports_tipreport_identity", args=[tip.pk]))
    page.get_by_label("Vì sao cần biết người báo tin là ai").fill("Cần hỏi lại giờ xảy ra.")
    problems += faults(page)
    page.get_by_role("button", name="Dùng khóa truy cập").click()
    page.get_by_text("đang chờ người khác duyệt").wait_for()

    assert tip.openings.get().proofs.get().act == "ask"
    assert problems == []
