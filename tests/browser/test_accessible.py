"""One page of each template without a finding of any weight; what a mouse does, a keyboard does.

All pages of all roles are walked by `make bench ARGS="pages --browser"`.
"""

import pytest
from django.urls import reverse

from dev.fonts import ICONS
from procedures.models import Edition
from tests.browser.axe import findings
from tests.browser.conftest import Opener, Scene
from tests.browser.tabs import at_both_widths
from tests.browser.test_language import opened
from tests.factories.procedures import make_edition

pytestmark = pytest.mark.timeout(400)

# How wide each word is drawn at 20 px: an icon is as wide as it is high.
WIDTHS = """(names) => document.fonts.load("20px 'Material Symbols Outlined'", "add").then(() =>
  names.map((name) => {
    const icon = document.createElement("span");
    icon.className = "material-symbols-outlined";
    icon.style.cssText = "font-size: 20px; position: absolute; width: auto; max-width: none";
    icon.textContent = name;
    document.body.append(icon);
    const width = icon.getBoundingClientRect().width;
    icon.remove();
    return [name, Math.round(width)];
  }))"""


@pytest.fixture
def draft(scene: Scene) -> Edition:
    return make_edition()


def pages_of_templates(scene: Scene, draft: Edition) -> list[str]:
    return [
        reverse("admin:sections"),
        reverse("admin:section", args=["bai-dang"]),
        f"{reverse('admin:search')}?s=bài",
        reverse("admin:guides"),
        reverse("admin:own_account"),
        reverse("admin:duty_occasion_list"),
        reverse("admin:duty_roster_show"),
        reverse("admin:procedures_edition_change", args=[draft.pk]),
        reverse("admin:procedures_edition_show", args=[draft.pk]),
        reverse("admin:groups_member_changelist"),
        reverse("admin:groups_member_add"),
        reverse("admin:groups_hamlet_changelist"),
        reverse("admin:groups_officer_history", args=[scene.head.officer.pk]),
        reverse("admin:groups_memberimport_changelist"),
        reverse("admin:broadcasts_schedule_add"),
        reverse("admin:reports_tipreport_record"),
        reverse("admin:alarms_show"),
    ]


def test_a_page_of_each_template_has_no_finding_of_any_weight(
    open_as: Opener, scene: Scene, draft: Edition
) -> None:
    page = open_as(scene.chief)
    faults = {}

    for address in pages_of_templates(scene, draft):
        opened(page, address)
        for width in at_both_widths(page):
            if found := findings(page):
                faults[address, width] = found

    assert faults == {}


def test_row_of_an_editor_is_taken_out_by_keyboard(
    open_as: Opener, scene: Scene, draft: Edition
) -> None:
    page = open_as(scene.chief)
    opened(page, reverse("admin:procedures_edition_change", args=[draft.pk]))
    box = page.get_by_label("Xóa dòng này").first

    box.focus()
    page.keyboard.press("Space")
    page.get_by_role("button", name="Lưu", exact=True).press("Enter")
    page.get_by_text("Đã lưu bản nháp.").wait_for()

    assert [item.name for item in draft.dossier.all()] == ["Giấy đồng ý của cha mẹ"]


def test_menu_of_the_account_opens_by_keyboard(open_as: Opener, scene: Scene) -> None:
    page = open_as(scene.chief)
    opened(page, reverse("admin:index"))

    page.locator("#nav-sidebar [role=button]").filter(has_text=str(scene.chief)).focus()
    page.keyboard.press("Enter")

    page.get_by_role("button", name="Đăng xuất").wait_for()


def test_link_past_the_menu_leads_into_the_page(open_as: Opener, scene: Scene) -> None:
    page = open_as(scene.chief)
    opened(page, reverse("admin:index"))

    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    assert page.evaluate("document.activeElement.tagName") == "MAIN"


def test_every_icon_of_the_cut_font_is_drawn_as_one_sign(open_as: Opener, scene: Scene) -> None:
    page = open_as(scene.chief)
    opened(page, reverse("admin:index"))
    names = ICONS.read_text(encoding="utf-8").split()

    widths = dict(page.evaluate(WIDTHS, [*names, "anchor"]))

    assert widths.pop("anchor") > 20  # not in the font: a word
    assert set(widths.values()) == {20}
