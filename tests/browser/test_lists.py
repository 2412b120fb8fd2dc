"""Every list as every role on a phone: cards that fit, named values, acts within reach."""

import io
from typing import Any

import pytest
from django.contrib import admin
from django.core.files.base import ContentFile
from django.test import RequestFactory
from django.urls import reverse
from PIL import Image
from playwright.sync_api import Page, ViewportSize, expect

from accounts.models import SavedFilter, User
from accounts.users.roles import Role
from broadcasts.models import Broadcast, Delivery
from tests.browser.axe import grave_findings
from tests.browser.conftest import Opener, Scene
from tests.browser.tabs import PHONE, settle
from tests.browser.test_pages import WIDER
from tests.factories.accounts import make_user
from tests.factories.groups import make_hamlet, make_member
from tests.factories.world import World, make_world
from tests.test_access import actor

pytestmark = pytest.mark.timeout(600)

PHONES = (ViewportSize(width=390, height=844), ViewportSize(width=360, height=740))
# The faults of a list as it stands on the screen.
FAULTS = """() => {
  const faults = [], there = (one) => one.getClientRects().length > 0;
  const name = (one) => `${one.className} ${one.textContent.trim().slice(0, 40)}`;
  for (const row of document.querySelectorAll("tr.data-row")) {
    const cells = [...row.children].filter(there);
    if (!cells.some((one) => one.matches("th"))) faults.push("no title: " + name(row));
    if (cells.filter((one) => one.matches(".list-state")).length > 1) faults.push("two states");
    for (const cell of cells.filter((one) => !one.matches(".action-checkbox"))) {
      const title = getComputedStyle(cell, "::before").content;
      const isNamed = cell.matches("th, .list-state, .list-named") || /\\w.*: /u.test(title);
      if (!isNamed) faults.push("no title: " + name(cell));
      if (/^[-–…]?$/.test(cell.textContent.trim())) faults.push("nothing: " + name(cell));
    }
  }
  for (const one of document.querySelectorAll("#changelist *, .list-pages *")) {
    // The strip of tabs is moved sideways, as the chips of home.
    if (!there(one) || one.matches("input, dialog *, .list-unseen")) continue;
    if (one.closest(".list-tabs")) continue;
    const style = getComputedStyle(one);
    const isCut = style.overflowX !== "visible" && one.scrollWidth > one.clientWidth + 1;
    if (isCut) faults.push("cut: " + name(one));
    const box = one.getBoundingClientRect();
    if (box.right > innerWidth + 1 || box.left < -1) faults.push("beside the screen: " + name(one));
  }
  for (const one of document.querySelectorAll("#changelist :is(a, button, input), .list-pages a")) {
    if (!there(one) || one.closest("p, dialog, .list-unseen") || one.type === "hidden") continue;
    const box = one.getBoundingClientRect();
    if (box.height < 24 || box.width < 24) faults.push("small: " + name(one));
  }
  return faults;
}"""


def lists_of(user: User) -> list[str]:
    """The lists that an account may open."""
    request: Any = RequestFactory().get("/")
    request.user = user
    return [
        reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        for model, model_admin in admin.site._registry.items()
        if model_admin.has_view_or_change_permission(request)
    ]


@pytest.fixture
def world(transactional_db: None) -> World:
    return make_world()


@pytest.mark.parametrize(
    "roles",
    [
        [Role.CHIEF], [Role.OFFICER, Role.DUTY_OFFICER], [Role.HAMLET_HEAD, Role.TEAM_LEADER],
        [Role.PARTY_MEMBER, Role.PARTY_OFFICE, Role.FRONT], [Role.TECH_ADMIN, Role.SUPERIOR],
    ],
    ids="-".join,
)  # fmt: skip
def test_every_list_is_read_on_a_phone(open_as: Opener, world: World, roles: list[Role]) -> None:
    faults: dict[tuple[str, str, int], list[str]] = {}
    drawn = 0

    for role in roles:
        user = actor(world, role)
        page = open_as(user, size=PHONES[0])
        for address in lists_of(user):
            answer = page.goto(address)
            assert answer is not None
            assert answer.status == 200, address
            drawn += page.locator("tr.data-row").count()
            for phone in PHONES:
                page.set_viewport_size(phone)
                found = page.evaluate(FAULTS)
                if extra := page.evaluate(WIDER):
                    found.append(f"{extra} px wider than the screen")
                faults[role, address, phone["width"]] = found

    found = [f"{at}: {lines}" for at, lines in faults.items() if lines]
    assert not found, "\n".join(found)
    assert drawn > len(roles)


def groups() -> str:
    return reverse("admin:groups_zalogroup_changelist")


def test_filters_open_as_a_dialog_and_are_saved_by_name(open_as: Opener, scene: Scene) -> None:
    page = open_as(scene.chief, size=PHONE)
    page.goto(groups())
    opener = page.get_by_role("button", name="Lọc")

    opener.focus()
    page.keyboard.press("Enter")
    sheet = page.get_by_role("dialog", name="Lọc danh sách")
    expect(sheet).to_be_visible()
    assert grave_findings(settle(page)) == []
    box = sheet.bounding_box()
    assert box is not None
    ends = box["x"] + box["width"], box["y"] + box["height"]
    assert (box["x"], *ends) == (0, PHONE["width"], PHONE["height"])
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
    expect(opener).to_be_focused()

    opener.click()
    sheet.get_by_label("Ấp").first.select_option(index=1)
    sheet.get_by_role("button", name="Xem kết quả").click()
    expect(page.locator(".list-chips .by-chip")).to_have_count(1)
    page.get_by_text("Lưu bộ lọc này").click()
    page.get_by_label("Tên bộ lọc").fill("Ấp của tôi")
    page.get_by_role("button", name="Lưu", exact=True).click()
    expect(page.locator(".list-saved[aria-current]")).to_contain_text("Ấp của tôi")
    assert "kind" not in page.url
    assert SavedFilter.objects.get().user == scene.chief
    assert grave_findings(settle(page)) == []

    page.locator(".list-chips .by-chip", has_text="✕").click()
    expect(page.locator(".list-saved[aria-current]")).to_have_count(0)
    page.get_by_role("link", name="Ấp của tôi").click()
    page.get_by_role("button", name="Bỏ khỏi bộ lọc đã lưu").click()
    page.wait_for_load_state()
    assert SavedFilter.objects.count() == 0


def test_rows_are_chosen_and_acted_on_with_one_thumb(open_as: Opener, scene: Scene) -> None:
    other = make_user(scene.chief.commune, Role.FRONT, username="mat.tran.thu")
    page = open_as(scene.tech_admin, size=PHONE)
    page.goto(reverse("admin:accounts_user_changelist"))
    bar = page.locator(".list-bulk")
    expect(bar).to_be_hidden()

    row = page.locator("tr.data-row", has_text=other.username)
    row.locator(".action-select").check()
    expect(bar).to_be_visible()
    expect(bar.locator(".action-counter")).to_contain_text("1")
    button = bar.get_by_role("button", name="Khóa")
    box = button.first.bounding_box()
    assert box is not None
    assert box["height"] >= 44
    assert box["y"] + box["height"] <= PHONE["height"]
    assert page.evaluate(
        "([x, y]) => !!document.elementFromPoint(x, y).closest('.list-bulk button')",
        [box["x"] + box["width"] / 2, box["y"] + box["height"] / 2],
    )
    assert grave_findings(settle(page)) == []
    button.first.click()
    page.wait_for_load_state()

    other.refresh_from_db()
    assert not other.is_active


def test_a_card_opens_where_it_is_touched(open_as: Opener, scene: Scene) -> None:
    page = open_as(scene.chief, size=PHONE)
    page.goto(reverse("admin:broadcasts_broadcast_changelist"))
    row = page.locator("tr.data-row", has_text=scene.waiting.title)

    row.evaluate("(one) => one.scrollIntoView({ block: 'center' })")
    box = row.locator("td[data-label]").last.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)

    page.wait_for_url(f"**{reverse('admin:broadcasts_broadcast_review', args=[scene.waiting.pk])}")


def test_lists_are_read_and_filtered_without_scripts(open_as: Opener, scene: Scene) -> None:
    make_member(make_hamlet(scene.chief.commune, name="9"), full_name="Điểu Sanh")
    page = open_as(scene.chief, size=PHONE, scripts=False)
    page.goto(reverse("admin:groups_member_changelist"))
    rows = page.locator("tr.data-row")
    before = rows.count()

    page.get_by_role("button", name="Lọc").click()
    page.locator("#list-filters select").first.select_option(label="Ấp 9")
    page.get_by_role("button", name="Xem kết quả").click()

    expect(rows).to_have_count(1)
    assert before > 1
    expect(rows.first).to_contain_text("Điểu Sanh")
    expect(page.locator(".list-chips")).to_contain_text("Ấp 9")
    assert page.evaluate(WIDER) == 0


def with_picture(scene: Scene) -> None:
    content = io.BytesIO()
    Image.new("RGB", (320, 200), "#789").save(content, "PNG")
    storage: Any = Broadcast._meta.get_field("image").storage  # type: ignore[union-attr]
    name = storage.save("bai.png", ContentFile(content.getvalue()))
    Broadcast.objects.filter(pk=scene.sending.pk).update(image=name)


SHARE = """
navigator.canShare = (content) => CAN && content.text.length > 0;
navigator.share = async (content) => {
  window.shared = { text: content.text, files: (content.files || []).map((one) => one.type) };
};
"""


def share_page(open_as: Opener, scene: Scene, can: str) -> Page:
    page = open_as(scene.head, size=PHONE, own=True)
    page.add_init_script(SHARE.replace("CAN", can))
    page.goto(reverse("admin:broadcasts_delivery_hand_task", args=[scene.task.pk]))
    return page


def test_the_share_sheet_of_the_phone_gets_words_and_picture(open_as: Opener, scene: Scene) -> None:
    with_picture(scene)
    page = share_page(open_as, scene, "content.files.length === 1")

    page.get_by_role("button", name="Chia sẻ chữ và ảnh").click()
    expect(page.locator("#da-chep")).to_contain_text("Đã đưa sang ứng dụng.")
    shared = page.evaluate("window.shared")
    page.get_by_role("button", name="Tôi đã đăng").click()
    page.wait_for_load_state()

    assert shared == {"text": scene.sending.approved_parts[0], "files": ["image/png"]}
    scene.task.refresh_from_db()
    assert scene.task.status == Delivery.Status.POSTED


def test_where_nothing_is_shared_the_words_are_copied(open_as: Opener, scene: Scene) -> None:
    page = share_page(open_as, scene, "false")

    expect(page.get_by_role("button", name="Sao chép nội dung")).to_be_visible()
    expect(page.locator("[data-share]").first).to_be_hidden()
