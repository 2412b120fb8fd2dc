"""The permission page as an administrator sees it, in a real browser."""

from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from zalo_simulator.server import Simulator

pytestmark = pytest.mark.browser


class _Portal(BaseHTTPRequestHandler):
    """Another address, to which the browser is sent back."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"portal")

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def portal() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), _Portal)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/da-cap-quyen/"
    server.shutdown()
    server.server_close()


@pytest.fixture
def open_page(browser: Browser, simulator: Simulator, portal: str) -> Callable[[int], Page]:
    query = {"app_id": simulator.state.app_id, "redirect_uri": portal, "state": "s-1"}

    def open_at(width: int) -> Page:
        page = browser.new_page(viewport={"width": width, "height": 800})
        page.goto(f"{simulator.url}/v4/oa/permission?{urlencode(query)}")
        return page

    return open_at


@pytest.mark.parametrize("width", [1366, 360])
def test_allowing_leads_to_the_other_address_with_a_code(
    simulator: Simulator, open_page: Callable[[int], Page], portal: str, width: int
):
    page = open_page(width)
    assert page.evaluate("document.documentElement.scrollWidth") == width

    page.get_by_label("Quản lý thông tin nhóm").uncheck()
    page.get_by_role("button", name="Cho phép").click()
    expect(page.get_by_text("portal")).to_be_visible()

    assert page.url.startswith(portal)
    fields = parse_qs(urlsplit(page.url).query)
    assert (fields["oa_id"], fields["state"]) == ([simulator.state.oa_id], ["s-1"])
    assert fields["code"] == list(simulator.state.codes)
    assert "group_info" not in simulator.state.settings.permissions
    page.close()


def test_refusing_stays_here_and_offers_the_way_back(
    simulator: Simulator, open_page: Callable[[int], Page], portal: str
):
    page = open_page(390)

    page.get_by_role("button", name="Từ chối").click()
    expect(page.get_by_role("heading", name="Đã từ chối")).to_be_visible()
    page.get_by_role("link", name="Quay về ứng dụng").click()
    expect(page.get_by_text("portal")).to_be_visible()

    assert page.url == f"{portal}?state=s-1"
    assert simulator.state.codes == {}
    page.close()
