"""The pages on which a person plays a resident, and turns the screws, in a real browser."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.zalo.simulator.portal import open_portal
from zalo_simulator.server import Simulator
from zalo_simulator.webhooks import Console

pytestmark = pytest.mark.browser
SECRET = "oa-secret-for-tests"


def open_page(browser: Browser, address: str, width: int) -> tuple[Page, list[str]]:
    page = browser.new_page(viewport={"width": width, "height": 800})
    problems: list[str] = []
    page.on("console", lambda message: problems.append(message.text))
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.goto(address)
    return page, problems


@pytest.mark.parametrize("width", [1366, 390])
def test_a_person_plays_a_resident(
    browser: Browser, start_simulator: Callable[..., Simulator], width: int, tmp_path: Path
):
    picture = tmp_path / "cong.png"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n" + b"0" * 50)
    with open_portal() as portal:
        simulator = start_simulator(console=Console(url=portal.url, secret=SECRET))
        simulator.state.add_group("Ấp Bình An")
        page, problems = open_page(browser, f"{simulator.url}/cu-dan", width)

        page.locator("#new-name").fill("Bà Lành")
        page.get_by_role("button", name="Thêm", exact=True).click()
        expect(page.locator("#room-note")).to_have_text("chưa nhắn bao giờ")
        page.get_by_role("button", name="Quan tâm", exact=True).click()
        expect(page.get_by_role("button", name="Bỏ quan tâm")).to_be_visible()
        page.locator("#text").fill("Tổ 5 mất điện")
        page.get_by_role("button", name="Gửi", exact=True).click()
        expect(page.locator("#messages").get_by_text("Tổ 5 mất điện")).to_be_visible()
        page.locator("#image").set_input_files(picture)
        expect(page.locator("#messages img")).to_be_attached()
        page.get_by_role("button", name="Chia sẻ vị trí").click()
        expect(page.locator("#messages").get_by_text("📍 10.95, 106.82")).to_be_visible()
        page.get_by_role("button", name="Các nhóm").click()
        page.get_by_role("button", name="Vào nhóm").click()
        expect(page.locator("#error")).to_contain_text("Ấp Bình An")

        assert simulator.webhooks.wait_until_idle(10)
        assert set(portal.names()) >= {
            "follow", "user_send_text", "user_send_image", "user_send_location",
        }  # fmt: skip
        assert page.evaluate("document.documentElement.scrollWidth") == width
        assert [line for line in problems if "404" not in line] == []
        page.close()


@pytest.mark.parametrize("width", [1366, 390])
def test_a_person_turns_the_screws(browser: Browser, simulator: Simulator, width: int):
    page, problems = open_page(browser, f"{simulator.url}/dieu-khien", width)
    before = simulator.state.now()
    access = simulator.state.tokens.access

    page.get_by_role("button", name="+ 25 giờ").click()
    expect(page.locator("#access")).to_have_text("đã hết")
    page.get_by_role("button", name="Làm chết mã truy cập").click()
    page.get_by_role("combobox").select_option("state_agency")
    page.get_by_label("Zalo không cho tài khoản này có nhóm").check()
    page.get_by_role("button", name="Mua một gói 100 người").click()
    expect(page.locator("#places")).to_have_text("1 gói, còn trống 1.")
    page.get_by_role("button", name="Báo gọi quá nhanh, 20 lần").click()
    expect(page.locator("#faults li")).to_have_count(1)

    assert simulator.state.now() - before > 89_000
    assert simulator.state.tokens.access != access
    assert simulator.state.profile == "state_agency"
    assert simulator.state.settings.group_refusal == -235
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert problems == []
    page.close()
