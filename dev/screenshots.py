"""`make screenshots`: the pictures of docs/screenshots, taken from a running demo.

    make screenshots ARGS="--portal http://127.0.0.1:8000 --simulator http://127.0.0.1:8090"

The demo is left as it is, but for one waiting post, which the chief approves so that it can be seen
arriving in the simulated Zalo. CHROMIUM names the browser.
"""

import argparse
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Error, Page, sync_playwright

from dev import places
from dev.trouble import Trouble

OUT = places.PROJECT / "docs" / "screenshots"
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"
FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--lang=vi-VN",
]  # fmt: skip
DESK, PHONE = (1440, 900), (390, 844)
MAX_BYTES = 200 * 1024
PASSWORD = "binhyen-demo-2026"  # noqa: S105 -- of the demo, known to everyone
CHIEF, OFFICER, HEAD = "truong.congan", "canbo.diaban", "truong.ap"
OFFICE = "vp.danguy"
POSTS = "/admin/broadcasts/broadcast/"
LISTS = "/admin/groups/memberimport/"
SCHEDULES = "/admin/broadcasts/schedule/"
FIRST_ROW = "tr.data-row th a >> nth=0"


@dataclass(frozen=True)
class Shot:
    """One picture: who looks, from which screen, where, and what is clicked on the way there."""

    name: str
    user: str | None
    size: tuple[int, int]
    address: str
    clicks: tuple[str, ...] = ()
    words: str = ""


SHOTS = (
    Shot("dang-nhap", None, DESK, "/admin/login/"),
    Shot("cai-buoc-hai", HEAD, PHONE, "/admin/xac-thuc/cai-dat/"),
    Shot("tai-khoan-cua-toi", HEAD, PHONE, "/admin/tai-khoan-cua-toi/"),
    Shot("nhap-danh-sach", HEAD, PHONE, f"{LISTS}tai-len/"),
    Shot("xem-danh-sach", HEAD, DESK, f"{LISTS}?viec=cho", (FIRST_ROW,)),
    Shot(
        "sua-o-sai", HEAD, PHONE, f"{LISTS}?viec=cho",
        (FIRST_ROW, ".imp-lanes a:has-text('Không nhận')", "text=Sửa dòng này >> nth=0"),
    ),
    Shot("hom-nay", CHIEF, DESK, "/admin/"),
    Shot("danh-sach-nhom", CHIEF, DESK, "/admin/groups/zalogroup/"),
    Shot(
        "soan-bai", OFFICER, DESK, f"{POSTS}add/",
        words="Công an xã đề nghị bà con không cho người lạ mượn căn cước, tài khoản ngân hàng.\n\n"
        "Khi có người tự xưng là công an yêu cầu chuyển tiền qua điện thoại, hãy tắt máy và báo "
        "trực ban Công an xã.",
    ),
    Shot("duyet-bai", CHIEF, PHONE, f"{POSTS}?viec=duyet", ("tr.data-row th a >> nth=0",)),
    Shot(
        "nhat-ky-gui", CHIEF, DESK, f"{POSTS}?viec=xong",
        ("tr.data-row th a >> nth=0", "text=Nhật ký gửi"),
    ),
    Shot(
        "bat-dau-nhom", CHIEF, DESK, "/admin/groups/zalogroup/?status__exact=consulting",
        ("tr.data-row th a >> nth=0", "text=Bắt đầu nhóm"),
    ),
    Shot(
        "quy-che", CHIEF, DESK, "/admin/groups/regulation/?status__exact=consulting",
        ("tr.data-row th a >> nth=0",),
    ),
    Shot("suc-khoe-nhom", HEAD, PHONE, "/admin/groups/zalogroup/suc-khoe/"),
    Shot(
        "thu-moi", OFFICER, DESK, "/admin/groups/zalogroup/?kind__exact=ordinary",
        ("tr.data-row th a >> nth=0", "text=Bắt đầu nhóm", "text=In thư mời từng hộ"),
    ),
    Shot("do-phu", CHIEF, DESK, "/admin/groups/hamlet/do-phu/"),
    Shot(
        "sap-xep-ap", CHIEF, DESK, "/admin/groups/hamletchange/",
        ("tr.data-row th a >> nth=0",),
    ),
    Shot("yeu-cau-du-lieu", OFFICER, PHONE, "/admin/groups/datarequest/"),
    Shot(
        "gop-nguoi-trung", OFFICER, PHONE, "/admin/groups/member/nguoi-trung/",
        ("text=So sánh, gộp >> nth=0",),
    ),
    Shot("ban-giao", OFFICER, PHONE, "/admin/", ("text=Chờ bạn ký nhận.",)),
    Shot(
        "soan-tu-mau", OFFICER, PHONE, "/admin/broadcasts/posttemplate/soan/",
        ("text=Tìm trẻ đi lạc",),
    ),
    Shot("kho-bai", OFFICER, PHONE, f"{POSTS}kho/?q=cap+nuoc"),
    Shot(
        "ban-in-chu-to", OFFICER, DESK, f"{POSTS}kho/?q=vneid", ("text=Bản in chữ to >> nth=0",)
    ),
    Shot("lich-thang", CHIEF, DESK, f"{POSTS}lich/"),
    Shot("mot-lich-dang", OFFICER, PHONE, SCHEDULES, ("text=Nhắc khóa cửa",)),
    Shot(
        "lap-lich-dang", OFFICER, DESK, f"{SCHEDULES}add/",
        words="Trước khi đi ngủ, bà con nhớ khóa cửa, tắt bếp.",
    ),
    Shot("gui-yeu-cau", OFFICE, PHONE, "/admin/broadcasts/postrequest/add/"),
    Shot(
        "yeu-cau-dang-bai", CHIEF, PHONE, "/admin/broadcasts/postrequest/?q=phong+chay",
        (FIRST_ROW,),
    ),
    Shot(
        "dang-tay-dien-thoai", HEAD, PHONE, "/admin/broadcasts/delivery/dang-tay/",
        (".hand-line >> nth=0",),
    ),
)  # fmt: skip


@contextmanager
def tab(browser: Browser, size: tuple[int, int], portal: str) -> Iterator[Page]:
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        locale="vi-VN",
        timezone_id="Asia/Ho_Chi_Minh",
        base_url=portal,
    )
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


def keep(name: str, content: bytes) -> int:
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


def take(browser: Browser, portal: str, shot: Shot) -> int:
    with tab(browser, shot.size, portal) as page:
        if shot.user is not None:
            sign_in(page, shot.user)
        page.goto(shot.address)
        for selector in shot.clicks:
            page.locator(selector).click()
            page.wait_for_load_state()
        if shot.words:
            page.fill("#id_title", "Cảnh giác với người tự xưng là công an")
            page.select_option("#id_topic", index=1)
            page.fill("#id_text", shot.words)
            page.check('input[name="send_to"][value="whole"]')
        page.wait_for_timeout(1200)
        return keep(shot.name, page.screenshot())


def approve_one(browser: Browser, portal: str) -> None:
    """Let a post leave, if one still waits, and give it time to arrive."""
    with tab(browser, PHONE, portal) as page:
        sign_in(page, CHIEF)
        page.goto(f"{POSTS}?viec=duyet")
        waiting = page.locator("tr.data-row th a")
        if waiting.count():
            waiting.first.click()
            page.get_by_role("button", name="Duyệt bài này").click()
            page.wait_for_timeout(10_000)


def take_simulator(browser: Browser, portal: str, simulator: str) -> int:
    approve_one(browser, portal)
    with tab(browser, DESK, simulator) as page:
        page.goto("/")
        page.wait_for_timeout(1500)
        page.get_by_text("Bình yên ấp").first.click()
        page.wait_for_timeout(1500)
        return keep("zalo-gia-lap", page.screenshot())


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description="Chụp lại ảnh màn hình cho tài liệu.")
    parser.add_argument("--portal", default="http://127.0.0.1:8000", help="địa chỉ bản chạy thử")
    parser.add_argument("--simulator", default="http://127.0.0.1:8090", help="địa chỉ Zalo giả lập")
    options = parser.parse_args(arguments)
    if not Path(CHROMIUM).exists():
        print(f"Không có Chromium ở {CHROMIUM}. Hãy cài Chromium, hoặc đặt biến CHROMIUM.")
        return 1
    OUT.mkdir(parents=True, exist_ok=True)
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
            for shot in SHOTS:
                print(f"{shot.name}.png: {take(browser, options.portal, shot) >> 10} kB")
            size = take_simulator(browser, options.portal, options.simulator)
            print(f"zalo-gia-lap.png: {size >> 10} kB")
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
