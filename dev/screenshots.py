"""`make screenshots`: the pictures of docs/screenshots, taken from a running demo.

    make screenshots ARGS="--portal http://127.0.0.1:8000 --simulator http://127.0.0.1:8090
                           --phones http://127.0.0.1:8190"

The demo is left as it is, but for a draft, a word of a resident, and a waiting post, which the
chief approves so that it can be seen arriving in the simulated Zalo. CHROMIUM names the browser.
"""

import argparse
import os
import shutil
import sys
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Error, Page, sync_playwright

from dev import places
from dev.trouble import Trouble

SHOTS = Path(__file__).with_name("shots.toml")
SCREENS = {"desktop": (1440, 900), "phone": (390, 844), "tablet": (720, 900)}
OUT = places.PROJECT / "docs" / "screenshots"
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"
FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--lang=vi-VN",
]  # fmt: skip
MAX_BYTES = 200 * 1024
PASSWORD = "binhyen-demo-2026"  # noqa: S105 -- of the demo, known to everyone
type Step = str | list[str]


@dataclass(frozen=True)
class Shot:
    """One picture; `shots.toml` explains the fields."""

    name: str
    screen: str
    address: str
    user: str = ""
    at_simulator: bool = False
    at_phones: bool = False
    wait_s: float = 1.2
    is_offline: bool = False
    is_loaded_anew: bool = False
    steps: tuple[Step, ...] = ()
    title: str = ""
    words: str = ""
    steps_after: tuple[Step, ...] = ()
    top: str = ""


@contextmanager
def tab(browser: Browser, screen: str, portal: str) -> Iterator[Page]:
    width, height = SCREENS[screen]
    context = browser.new_context(
        viewport={"width": width, "height": height},
        locale="vi-VN",
        timezone_id="Asia/Ho_Chi_Minh",
        base_url=portal,
    )
    context.set_default_timeout(15_000)
    try:
        yield context.new_page()
    finally:
        context.close()


def sign_in(page: Page, user: str) -> None:
    page.goto("/admin/login/")
    page.fill("#id_username", user)
    page.fill("#id_password", PASSWORD)
    page.click("button[type=submit]")
    if "/login/" in page.url:
        raise Trouble(f"Không đăng nhập được bằng “{user}”. Đây có phải bản chạy thử không?")


def save(name: str, content: bytes) -> int:
    """Write a picture with as many colours as fit the size; returns its bytes."""
    picture = Image.open(BytesIO(content)).convert("RGB")
    encoded = b""
    for colours in (256, 128, 64, 32):
        target = BytesIO()
        picture.quantize(colours, dither=Image.Dither.NONE).save(target, "PNG", optimize=True)
        encoded = target.getvalue()
        if len(encoded) <= MAX_BYTES:
            break
    (OUT / f"{name}.png").write_bytes(encoded)
    return len(encoded)


def go_on(page: Page, steps: tuple[Step, ...]) -> None:
    for step in steps:
        if isinstance(step, list):
            page.fill(*step)
        else:
            page.locator(step).click()
            page.wait_for_load_state()


def capture(browser: Browser, start: str, shot: Shot) -> int:
    """Go where the picture is and keep it; `start` is the portal, or the simulator."""
    with tab(browser, shot.screen, start) as page:
        if shot.user:
            sign_in(page, shot.user)
        page.goto(shot.address)
        go_on(page, shot.steps)
        if shot.words:
            page.fill("#id_title", shot.title)
            page.select_option("#id_topic", index=1)
            page.fill("#id_text", shot.words)
            page.check('input[name="send_to"][value="whole"]')
        go_on(page, shot.steps_after)
        page.context.set_offline(shot.is_offline)
        page.wait_for_timeout(shot.wait_s * 1000)
        if shot.is_loaded_anew:
            page.reload()
        if shot.top:
            page.locator(shot.top).first.evaluate("element => element.scrollIntoView()")
            page.evaluate("window.scrollBy(0, -16)")
        return save(shot.name, page.screenshot())


def approve_one(browser: Browser, portal: str) -> None:
    """Let a post leave, if one still waits, and give it time to arrive."""
    with tab(browser, "phone", portal) as page:
        sign_in(page, "truong.congan")
        page.goto("/admin/broadcasts/broadcast/?viec=duyet")
        waiting = page.get_by_role("link", name="Cảnh báo mưa giông")
        if waiting.count():
            waiting.first.click()
            page.get_by_role("button", name="Duyệt bài này").click()
            page.wait_for_timeout(10_000)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description="Chụp lại ảnh màn hình cho tài liệu.")
    parser.add_argument("--portal", default="http://127.0.0.1:8000", help="địa chỉ bản chạy thử")
    parser.add_argument("--simulator", default="http://127.0.0.1:8090", help="địa chỉ Zalo giả lập")
    parser.add_argument("--phones", default="http://127.0.0.1:8190", help="màn hình khóa giả lập")
    parser.add_argument("--only", nargs="*", default=[], metavar="TÊN", help="chỉ những ảnh này")
    options = parser.parse_args(arguments)
    shots = [Shot(**shot) for shot in tomllib.loads(SHOTS.read_text(encoding="utf-8"))["shot"]]
    wanted = [shot for shot in shots if shot.name in options.only or not options.only]
    if not Path(CHROMIUM).exists():
        print(f"Không có Chromium ở {CHROMIUM}. Hãy cài Chromium, hoặc đặt biến CHROMIUM.")
        return 1
    OUT.mkdir(parents=True, exist_ok=True)
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
            for shot in wanted:
                if shot.name == "zalo-gia-lap":
                    approve_one(browser, options.portal)
                start = options.portal
                if shot.at_simulator:
                    start = options.simulator
                elif shot.at_phones:
                    start = options.phones
                size = capture(browser, start, shot)
                print(f"{shot.name}.png: {size >> 10} kB")
    except Trouble as trouble:
        print(trouble)
        return 1
    except Error as error:
        print(
            f"Chưa chụp được: {error.message.splitlines()[0]}\nHãy chạy “make demo” ở một cửa sổ "
            "khác rồi chạy lại lệnh này với đúng địa chỉ mà nó in ra."
        )
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
