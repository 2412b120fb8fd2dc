"""No English of the frameworks on any page, in the text or in what a screen reader says."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib import admin
from django.db import models
from django.test import RequestFactory
from django.urls import reverse
from playwright.sync_api import Page

from accounts.models import User
from tests.browser.axe import grave_findings
from tests.browser.conftest import Opener, Scene
from tests.browser.tabs import PHONE, at_both_widths

pytestmark = pytest.mark.timeout(400)

ENGLISH = re.compile(
    r"\b(?:save|saved|delete|deleted|add|added|change|changed|search|filters?|select|selected|"
    r"value|view|history|home|log (?:in|out)|password|username|close|clear|today|tomorrow|now|"
    r"midnight|noon|cancel|choose|file|type|results?|total|show|import|export|actions?|run|"
    r"loading|yes|true|false|none|unknown|back|next|previous|light|dark|system|settings|"
    r"profile|welcome|errors?|please|correct|below|record|toggle|sort|sorting|remove|upload|"
    r"download|currently|empty|page|pages|items?|objects?|users?|groups?|permissions?|"
    r"available|chosen|update|updated|created|date|time|calendar|clock|hours?|minutes?|"
    r"apply|reset|open|submit|navigation|menu|and|the|with|from|you|your|this|that|are)\b",
    re.IGNORECASE,
)
# Names that are the same in both languages, and what people typed.
ALLOWED = re.compile(r"https?://\S+|[\w.-]+@[\w.-]+|\b(?:zalo|vneid|otp|oa)\b", re.IGNORECASE)
READ = """() => {
  const said = [];
  const skip = "script, style, .material-symbols-outlined, [translate=no], input, textarea";
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = walker.currentNode.textContent.trim();
    if (text && !walker.currentNode.parentElement.closest(skip)) said.push(text);
  }
  for (const element of document.querySelectorAll("*")) {
    for (const name of ["aria-label", "title", "placeholder", "alt", "aria-description"]) {
      if (element.getAttribute(name)) said.push(element.getAttribute(name));
    }
    if (element.matches("input[type=submit], input[type=button]")) said.push(element.value);
  }
  said.push(document.title);
  return said;
}"""


def english_on(page: Page) -> set[str]:
    """The texts of a page in which an English word is left."""
    texts = (ALLOWED.sub("", text) for text in page.evaluate(READ))
    return {text[:120] for text in texts if ENGLISH.search(text)}


def doors_of(user: User) -> Iterator[str]:
    """Every list, form, history, import and export page that this account may open."""
    request = RequestFactory().get("/")
    request.user = user
    for model, model_admin in admin.site._registry.items():
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        if not model_admin.has_view_permission(request):
            continue
        yield reverse(f"{name}_changelist")
        if model_admin.has_add_permission(request):
            yield reverse(f"{name}_add")
        row = model_admin.get_queryset(request).first()
        if row is not None:
            yield reverse(f"{name}_change", args=[row.pk])
            yield reverse(f"{name}_history", args=[row.pk])
        yield from _transfer_doors(model, model_admin, request, name)


def _transfer_doors(
    model: type[models.Model], model_admin: Any, request: Any, name: str
) -> Iterator[str]:
    for verb in ("import", "export"):
        may = getattr(model_admin, f"has_{verb}_permission", None)
        if may is not None and may(request):
            yield reverse(f"{name}_{verb}")


def own_pages(scene: Scene) -> list[str]:
    return [
        reverse("admin:index"),
        reverse("admin:password_change"),
        reverse("admin:broadcasts_broadcast_review", args=[scene.waiting.pk]),
        reverse("admin:broadcasts_broadcast_review", args=[scene.returned.pk]),
        reverse("admin:broadcasts_broadcast_log", args=[scene.sending.pk]),
        reverse("admin:broadcasts_delivery_hand_list"),
        reverse("admin:broadcasts_delivery_hand_task", args=[scene.task.pk]),
    ]


def opened(page: Page, address: str) -> Page:
    response = page.goto(address)
    assert response is not None
    assert response.status == 200, address
    return page


def walk(page: Page, addresses: list[str]) -> dict[str, set[str]]:
    found = {}
    for address in addresses:
        if left := english_on(opened(page, address)):
            found[address] = left
    return found


def test_login_speaks_vietnamese_and_can_be_read_by_anyone(open_as: Opener, scene: Scene) -> None:
    page = open_as(None)

    found = walk(page, [reverse("admin:login")])
    grave = {width: grave_findings(page) for width in at_both_widths(page)}
    page.fill("#id_username", "khong.co")
    page.fill("#id_password", "sai")
    page.click("button[type=submit]")

    assert found == {}
    assert grave == {"desk": [], "phone": []}
    assert english_on(page) == set()
    assert page.locator(".by-bad:not([hidden])").is_visible()


# Those of the chief are looked at more closely, with all pages of their own.
@pytest.mark.parametrize("role", ["officer", "head", "tech_admin"])
def test_every_page_of_a_role_speaks_vietnamese(open_as: Opener, scene: Scene, role: str) -> None:
    user = getattr(scene, role)

    assert walk(open_as(user, size=PHONE), list(doors_of(user))) == {}


def test_menus_that_open_by_script_speak_vietnamese(open_as: Opener, scene: Scene) -> None:
    page = open_as(scene.chief)
    page.goto(reverse("admin:broadcasts_broadcast_changelist"))

    page.keyboard.press("Control+k")
    page.locator("#search-input-command").wait_for(state="visible")
    page.locator("#search-input-command").press_sequentially("nhóm")
    page.locator("#command-results-list").wait_for()

    assert english_on(page) == set()


def test_choices_and_dates_speak_vietnamese(open_as: Opener, scene: Scene) -> None:
    page = open_as(scene.chief)
    page.goto(reverse("admin:groups_zalogroup_add"))

    page.locator(".select2-selection").first.click()
    page.locator(".select2-search__field").first.fill("không có gì như vậy")
    page.locator(".select2-results__message").wait_for()

    assert page.locator(".select2-results__message").inner_text() == "Không tìm thấy kết quả"
    assert english_on(page) == set()

    page.keyboard.press("Escape")
    for shortcut in page.locator(".datetimeshortcuts a, [id^=calendarlink]").all():
        if shortcut.is_visible():
            shortcut.click()
            break

    assert english_on(page) == set()
