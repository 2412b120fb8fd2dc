"""Pages as people meet them: readable by a screen reader, usable on the smallest phone."""

import pytest
from django.urls import reverse

from broadcasts.models import Broadcast, Delivery
from tests.browser.axe import grave_findings
from tests.browser.conftest import Opener, Scene
from tests.browser.tabs import PHONE, at_both_widths
from tests.browser.test_language import doors_of, english_on, opened, own_pages

pytestmark = pytest.mark.timeout(400)

WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
SMALL_TARGETS = """() => [
    ...document.querySelectorAll("main a, main button, main summary, header a"),
    ...document.querySelectorAll("main label:has(input), main label.by-button"),
  ].filter((element) => element.getClientRects().length && !element.closest("p > a"))
  .filter((element) => element.getBoundingClientRect().height < 44)
  .map((element) => element.textContent.trim())"""


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


def test_every_page_of_the_chief_can_be_read_by_anyone_and_fits(
    open_as: Opener, scene: Scene
) -> None:
    page = open_as(scene.chief)
    faults: dict[tuple[str, str], list[str]] = {}
    closely = [*own_pages(scene), *lists_and_forms(scene)]

    for address in closely:
        opened(page, address)
        for width in at_both_widths(page):
            found = grave_findings(page) + sorted(english_on(page))
            if extra := width == "phone" and page.evaluate(WIDER):
                found.append(f"{extra} px wider than the screen")
            faults[address, width] = found
    for address in [door for door in doors_of(scene.chief) if door not in closely]:
        found = sorted(english_on(opened(page, address)))
        if extra := page.evaluate(WIDER):
            found.append(f"{extra} px wider than the screen")
        faults[address, "phone"] = found

    assert {place: found for place, found in faults.items() if found} == {}


def test_hand_posting_by_thumb_copies_the_text_and_goes_to_the_next_group(
    open_as: Opener, scene: Scene
) -> None:
    page = open_as(scene.head, size=PHONE, permissions=["clipboard-read", "clipboard-write"])
    page.goto(reverse("admin:index"))

    page.get_by_role("link", name="Đăng tay").first.click()
    page.locator(".hand-line").first.wait_for()
    assert page.evaluate(SMALL_TARGETS) == []
    page.locator(".hand-line").first.click()
    page.get_by_role("button", name="Sao chép nội dung").wait_for()
    assert page.evaluate(SMALL_TARGETS) == []
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
    page = open_as(scene.head, size=PHONE, scripts=False)
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

    page.get_by_role("link", name="Đọc và duyệt").first.click()
    shown = page.locator(".by-bubble").all_inner_texts()
    page.get_by_role("button", name="Duyệt bài này").click()

    page.get_by_text("Đã duyệt.").wait_for()
    assert shown == [scene.waiting.text]
    scene.waiting.refresh_from_db()
    assert scene.waiting.status == Broadcast.Status.SCHEDULED


def test_chief_stops_a_post_in_two_taps_and_not_in_one(open_as: Opener, scene: Scene) -> None:
    page = open_as(scene.chief, size=PHONE)
    page.goto(reverse("admin:broadcasts_broadcast_review", args=[scene.sending.pk]))

    page.locator("summary", has_text="Dừng gửi").click()
    page.get_by_role("button", name="Dừng gửi ngay").wait_for()
    scene.sending.refresh_from_db()
    assert scene.sending.status == Broadcast.Status.SENDING
    page.get_by_role("button", name="Dừng gửi ngay").click()

    page.get_by_text("Đã dừng.").wait_for()
    scene.sending.refresh_from_db()
    assert scene.sending.status == Broadcast.Status.PAUSED


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


def test_a_refused_post_says_once_what_is_wrong_beside_the_words(
    open_as: Opener, scene: Scene
) -> None:
    page = open_as(scene.officer, size=PHONE)
    page.goto(reverse("admin:broadcasts_broadcast_add"))
    page.locator("#id_title").fill("Thông báo")
    page.locator("#id_topic").select_option(index=1)
    page.locator("#id_text").fill("Tài liệu TỐI MẬT, bà con lưu ý giúp cho.")
    page.locator('input[name="send_to"][value="whole"]').check()
    page.get_by_role("button", name="Lưu và trình duyệt").click()

    page.get_by_role("link", name="1 điểm phải sửa").wait_for()
    sentence = page.locator("#by-preview .by-finding.by-bad > p").last.inner_text()
    assert "bí mật nhà nước" in sentence
    assert page.get_by_text(sentence, exact=True).count() == 1
    assert page.locator("#by-preview mark.by-bad").count() > 0


def test_log_moves_by_itself_while_a_post_is_sent(open_as: Opener, scene: Scene) -> None:
    page = open_as(scene.chief)
    page.goto(reverse("admin:broadcasts_broadcast_log", args=[scene.sending.pk]))
    before = page.locator(".by-progress strong").inner_text()

    Delivery.objects.filter(pk=scene.task.pk).update(
        status="posted", posted_by=scene.head, posted_at=scene.sending.started_at
    )
    page.get_by_text("3/10 nhóm đã nhận").wait_for(timeout=30_000)

    assert before == "2/10 nhóm đã nhận"
