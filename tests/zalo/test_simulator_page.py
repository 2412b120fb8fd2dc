"""The page as a newcomer sees it, in a real browser."""

import pytest
from playwright.sync_api import Browser, expect

from zalo_simulator.server import Simulator

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("width", [1366, 390, 360])
def test_posts_arrive_live_and_a_person_can_paste(
    browser: Browser, simulator: Simulator, width: int
):
    group = simulator.state.add_group("Ấp Bình An")
    simulator.state.add_group("Bà con chợ", kind="ordinary")
    page = browser.new_page(viewport={"width": width, "height": 800})
    problems: list[str] = []
    page.on("console", lambda message: problems.append(message.text))
    page.on("pageerror", lambda error: problems.append(str(error)))

    page.goto(simulator.url)
    expect(page.get_by_text("không phải Zalo thật")).to_be_visible()
    page.get_by_role("button", name="Ấp Bình An").click()
    expect(page.get_by_text("Chưa có bài nào trong nhóm này")).to_be_visible()
    simulator.state.post(group_id=group.id, text="<b>Tối nay</b> họp ấp")
    expect(page.locator("#messages").get_by_text("<b>Tối nay</b> họp ấp")).to_be_visible()
    expect(page.locator("#paste")).to_be_hidden()

    if width < 760:
        page.get_by_role("button", name="Về danh sách nhóm").click()
    page.get_by_role("button", name="Bà con chợ").click()
    page.locator("#paste-text").fill("Bài dán tay")
    page.get_by_role("button", name="Dán bài vào nhóm").click()
    expect(page.locator("#messages").get_by_text("Bài dán tay")).to_be_visible()

    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert problems == []
    page.close()


def test_page_shows_that_the_simulator_is_gone(browser: Browser, simulator: Simulator):
    page = browser.new_page()
    page.goto(simulator.url)
    expect(page.get_by_text("Chưa có nhóm nào")).to_be_visible()

    simulator.refuse()

    expect(page.get_by_text("mất kết nối")).to_be_visible(timeout=30_000)
    page.close()
