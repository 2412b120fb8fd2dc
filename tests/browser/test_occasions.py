"""Matters to be seen, on a phone: the page behind a notice, the list, the pages of the chief."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import ViewportSize, expect

from accounts.models import User
from duty.models import Notice, Occasion
from duty.occasions import rounds, services, subjects
from duty.services import close_occasions, open_occasion
from tests.browser.axe import grave_findings
from tests.browser.conftest import Opener, Scene
from tests.browser.tabs import PHONE, UNFOLD
from tests.browser.test_language import english_on
from tests.browser.test_pages import SMALL_TARGETS, WIDER

pytestmark = pytest.mark.timeout(400)
NARROW = ViewportSize(width=390, height=844)


@pytest.fixture
def matters(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> list[Occasion]:
    """Matters of several levels that everybody of the commune may open."""
    subject = subjects.Subject(
        may_open=lambda user, pk: user.commune_id == scene.chief.commune_id,
        address=lambda user, pk: reverse("admin:index"),
        stands=lambda pk: True,
        first=lambda pk, now: (scene.officer.pk,),
    )
    kinds = ("tip_now", "approval_urgent", "tip_new", "tip_new", "backup_old")
    for kind in kinds:
        monkeypatch.setitem(subjects._SUBJECTS, kind, subject)
    commune = scene.chief.commune
    assert commune is not None
    return [
        open_occasion(kind, User(pk=number), commune=commune)
        for number, kind in enumerate(kinds, 1)
    ]


def test_page_behind_a_notice_is_taken_by_thumb(
    open_as: Opener, scene: Scene, matters: list[Occasion]
) -> None:
    page = open_as(scene.officer, size=NARROW)

    page.goto(reverse("duty_occasion", args=[matters[0].token]))
    page.get_by_role("button", name="Tôi nhận").wait_for()

    assert (page.evaluate(SMALL_TARGETS), page.evaluate(WIDER)) == ([], 0)
    assert grave_findings(page) + sorted(english_on(page)) == []
    page.get_by_role("button", name="Tôi nhận").click()
    page.get_by_text("Đồng chí đang nhận việc này").wait_for()
    matters[0].refresh_from_db()
    assert matters[0].taken_by == scene.officer
    page.get_by_role("link", name="Mở việc").click()
    page.wait_for_url("**/admin/")


def test_pages_of_what_must_be_seen_fit_a_phone_and_can_be_read_by_anyone(
    open_as: Opener, scene: Scene, matters: list[Occasion]
) -> None:
    rounds.advance_due()
    commune = scene.chief.commune
    assert commune is not None
    drill = open_occasion("drill", commune, commune=commune)
    Notice.objects.create(
        occasion=drill, step=0, user=scene.officer, way="push", place="1", text="now",
        state="accepted", expires_at=drill.opened_at, accepted_at=drill.opened_at,
    )  # fmt: skip
    page = open_as(scene.chief, size=PHONE)
    addresses = [reverse("duty_occasion", args=[one.token]) for one in matters[:1]] + [
        reverse(f"admin:duty_{name}")
        for name in ("occasion_list", "kind_list", "kind_usefulness", "drill_show")
    ]
    faults = {}

    for address in [*addresses, "/viec/khong-con/"]:
        page.goto(address)
        found = grave_findings(page) + sorted(english_on(page))
        if extra := page.evaluate(WIDER):
            found.append(f"{extra} px wider than the screen")
        faults[address] = found

    assert {address: found for address, found in faults.items() if found} == {}


def test_urgent_matter_is_the_first_card_of_home_and_taken_there(
    open_as: Opener, scene: Scene, matters: list[Occasion]
) -> None:
    page = open_as(scene.officer, size=NARROW)

    page.goto(reverse("admin:index"))
    page.evaluate(UNFOLD)
    assert page.locator(".q-card").first.locator("[data-urgent]").inner_text() == "Khẩn"
    urgent = page.locator(".q-card", has=page.locator("[data-urgent]"))
    with page.expect_navigation():
        urgent.get_by_role("button", name="Tôi nhận").first.click()

    assert page.locator(".by-hello").is_visible()
    assert Occasion.objects.filter(taken_by=scene.officer).exists()


BLUR = "document.activeElement.blur()"


def test_list_renews_itself_and_keeps_an_open_fold_open(
    open_as: Opener, scene: Scene, matters: list[Occasion], quick: None
) -> None:
    page = open_as(scene.officer, size=NARROW)
    page.goto(reverse("admin:duty_occasion_list"))
    page.get_by_text("Nhận nhiều việc cùng loại").click()
    page.evaluate(BLUR)
    commune = scene.chief.commune
    assert commune is not None

    open_occasion("tip_new", User(pk=9), commune=commune)
    expect(page.get_by_role("button", name="Tôi đang xử lý cả 3 việc")).to_be_visible()

    services.claim(matters[1], by=scene.chief)
    expect(page.get_by_text(f"{scene.chief} đang xử lý")).to_be_attached()
    expect(page.get_by_role("button", name="Tôi đang xử lý cả 3 việc")).to_be_visible()


def test_page_of_a_matter_renews_itself_and_loses_no_choice(
    open_as: Opener, scene: Scene, matters: list[Occasion], quick: None
) -> None:
    page = open_as(scene.officer, size=NARROW)
    page.goto(reverse("duty_occasion", args=[matters[0].token]))
    page.get_by_text("Giao cho người khác").click()
    chosen = page.get_by_label("Ai nhận việc này")
    chosen.select_option(str(scene.chief.pk))
    page.evaluate(BLUR)
    news = page.get_by_role("button", name="Có thay đổi, bấm để xem")

    services.claim(matters[0], by=scene.chief)
    expect(page.get_by_text(f"{scene.chief} đã nhận")).to_be_visible()
    expect(news).to_be_visible()
    expect(chosen).to_have_value(str(scene.chief.pk))

    close_occasions(User(pk=1))
    page.wait_for_timeout(1000)
    expect(chosen).to_have_value(str(scene.chief.pk))
    news.click()
    expect(page.get_by_role("heading", name="Không còn việc này")).to_be_visible()


def test_sixty_matters_fit_a_phone_with_the_urgent_ones_on_the_first_screen(
    open_as: Opener, scene: Scene, matters: list[Occasion]
) -> None:
    commune = scene.chief.commune
    assert commune is not None
    kinds = ("tip_new", "approval_urgent", "tip_new", "backup_old")
    for number in range(10, 70):
        due_at = timezone.now() + timedelta(days=3) if number % 4 == 2 else None
        open_occasion(kinds[number % 4], User(pk=number), commune=commune, due_at=due_at)
    page = open_as(scene.chief, size=NARROW)

    page.goto(reverse("admin:duty_occasion_list"))

    urgent = page.locator("[data-urgent]").all()
    boxes = [box for one in urgent if (box := one.bounding_box()) is not None]
    assert len(boxes) == 5
    assert max(box["y"] + box["height"] for box in boxes) < NARROW["height"]
    assert page.evaluate("document.documentElement.scrollHeight") <= 2500
    assert (page.evaluate(SMALL_TARGETS), page.evaluate(WIDER)) == ([], 0)
    assert grave_findings(page) + sorted(english_on(page)) == []
    page.get_by_role("link", name="Xem cả").first.click()
    page.wait_for_url("**/?nhom=ngay")
    assert (page.evaluate(SMALL_TARGETS), page.evaluate(WIDER)) == ([], 0)
