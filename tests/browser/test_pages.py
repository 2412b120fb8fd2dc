"""Pages as people meet them: readable by a screen reader, usable on the smallest phone."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import Page

from broadcasts.models import Broadcast, Delivery
from tests.browser.conftest import DESK, GRAVE, PHONE, Opener, Scene
from tests.browser.test_language import doors_of, own_pages

pytestmark = pytest.mark.timeout(400)

WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
SMALL_TARGETS = """() => [
    ...document.querySelectorAll("main a, main button, main summary, header a"),
    ...document.querySelectorAll("main label:has(input), main label.by-button"),
  ].filter((element) => element.getClientRects().length && !element.closest("p > a"))
  .filter((element) => element.getBoundingClientRect().height < 44)
  .map((element) => element.textContent.trim())"""


def grave_findings(page: Page) -> list[str]:
    """What axe-core finds serious or critical, one line each."""
    violations: list[dict[str, Any]] = Axe().run(page).response["violations"]
    return [
        f"{found['id']}: {node['html'][:160]}"
        for found in violations
        if found["impact"] in GRAVE
        for node in found["nodes"]
    ]


def lists_and_forms(scene: Scene) -> list[str]:
    return [
        reverse("admin:broadcasts_broadcast_changelist"),
        reverse("admin:broadcasts_broadcast_add"),
        reverse("admin:broadcasts_delivery_changelist"),
        reverse("admin:broadcasts_broadcast_library"),
        reverse("admin:broadcasts_broadcast_notice", args=[scene.sending.pk]),
        reverse("admin:broadcasts_broadcast_voice", args=[scene.sending.pk]),
        reverse("admin:broadcasts_posttemplate_choose"),
        reverse("admin:broadcasts_postrequest_add"),
        reverse("admin:groups_zalogroup_changelist"),
        reverse("admin:groups_zalogroup_care"),
        reverse("admin:groups_zalogroup_start", args=[scene.task.zalo_group_id]),
        reverse("admin:groups_zalogroup_letter", args=[scene.task.zalo_group_id]),
        reverse("admin:groups_regulation_add"),
        reverse("admin:groups_consultationmeeting_add"),
    ]


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_pages_have_no_grave_accessibility_fault(
    open_as: Opener, scene: Scene, size: dict[str, int]
) -> None:
    anonymous, page = open_as(None, size=size), open_as(scene.chief, size=size)
    faults = {}

    anonymous.goto(reverse("admin:login"))
    if found := grave_findings(anonymous):
        faults["login"] = found
    for address in own_pages(scene) + lists_and_forms(scene):
        page.goto(address)
        page.wait_for_timeout(300)
        if found := grave_findings(page):
            faults[address] = found

    assert faults == {}


def test_no_page_scrolls_sideways_on_a_small_phone(open_as: Opener, scene: Scene) -> None:
    page = open_as(scene.chief, size=PHONE)
    wider = {}

    for address in [*own_pages(scene), *doors_of(scene.chief)]:
        page.goto(address)
        if extra := page.evaluate(WIDER):
            wider[address] = extra

    assert wider == {}


def test_hand_posting_has_targets_for_a_thumb(open_as: Opener, scene: Scene) -> None:
    page = open_as(scene.head, size=PHONE)

    small = {}
    for address in (
        reverse("admin:broadcasts_delivery_hand_list"),
        reverse("admin:broadcasts_delivery_hand_task", args=[scene.task.pk]),
    ):
        page.goto(address)
        small[address] = page.evaluate(SMALL_TARGETS)

    assert [text for texts in small.values() for text in texts] == []


def test_hand_posting_copies_the_text_and_goes_to_the_next_group(
    open_as: Opener, scene: Scene
) -> None:
    page = open_as(scene.head, size=PHONE, permissions=["clipboard-read", "clipboard-write"])
    page.goto(reverse("admin:index"))

    page.get_by_role("link", name="Việc đăng tay (2)").click()
    page.locator(".hand-line").first.click()
    page.get_by_role("button", name="Sao chép nội dung").click()
    page.get_by_text("Đã sao chép. Mở nhóm rồi dán vào.").wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    page.get_by_role("button", name="Tôi đã đăng").click()

    assert copied == scene.sending.approved_parts[0]
    assert page.locator("h1").inner_text() == "Zalo kết nối bình yên Ấp 1, tổ 2"
    scene.task.refresh_from_db()
    assert scene.task.status == Delivery.Status.POSTED
    assert scene.task.posted_by == scene.head


def test_hand_posting_works_without_scripts(open_as: Opener, scene: Scene) -> None:
    page = open_as(scene.head, size=PHONE, java_script_enabled=False)
    page.goto(reverse("admin:broadcasts_delivery_hand_task", args=[scene.task.pk]))

    page.get_by_text("Không đăng được", exact=True).click()
    page.get_by_label("Nhóm khóa quyền đăng bài.").check()
    page.get_by_role("button", name="Báo không đăng được").click()

    scene.task.refresh_from_db()
    assert scene.task.status == Delivery.Status.MISSED
    assert scene.task.error_text == "Nhóm khóa quyền đăng bài."


def test_chief_approves_on_a_phone_in_two_taps(open_as: Opener, scene: Scene) -> None:
    page = open_as(scene.chief, size=PHONE)
    page.goto(reverse("admin:index"))

    page.get_by_role("link", name="Duyệt bài (1)").click()
    shown = page.locator(".by-bubble").all_inner_texts()
    page.get_by_role("button", name="Duyệt bài này").click()

    page.get_by_text("Đã duyệt.").wait_for()
    assert shown == [scene.waiting.text]
    scene.waiting.refresh_from_db()
    assert scene.waiting.status == Broadcast.Status.SCHEDULED


def test_form_shows_parts_reach_and_findings_while_writing(open_as: Opener, scene: Scene) -> None:
    page = open_as(scene.officer)
    page.goto(reverse("admin:broadcasts_broadcast_add"))

    page.locator("#id_text").fill(
        "TỐI MẬT\n\n" + "Bà con lưu ý. " * 100 + "\n\n" + "Xin cảm ơn. " * 100
    )
    page.locator("#by-preview .by-note.by-bad").wait_for()
    unsaid = page.locator("#by-preview .by-reach").inner_text()
    page.locator('input[name="send_to"][value="whole"]').check()
    page.get_by_text("8 nhóm do máy gửi").wait_for()

    assert unsaid == "Chưa chọn gửi tới đâu."
    assert page.locator("#by-preview .by-bubble").count() == 2
    assert "dấu hiệu bí mật nhà nước" in page.locator("#by-preview .by-note.by-bad").inner_text()
    assert "8 nhóm do máy gửi và 2 nhóm đăng tay" in page.locator("#by-preview").inner_text()
    assert "2 tin mỗi nhóm" in page.locator("#by-counter").inner_text()


def test_log_moves_by_itself_while_a_post_is_sent(open_as: Opener, scene: Scene) -> None:
    page = open_as(scene.chief)
    page.goto(reverse("admin:broadcasts_broadcast_log", args=[scene.sending.pk]))
    before = page.locator(".by-progress strong").inner_text()

    Delivery.objects.filter(pk=scene.task.pk).update(
        status="posted", posted_by=scene.head, posted_at=scene.sending.started_at
    )
    page.get_by_text("3/10 nhóm đã nhận").wait_for(timeout=30_000)

    assert before == "2/10 nhóm đã nhận"
