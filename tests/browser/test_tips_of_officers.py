"""The queue and every page of a tip: readable by a screen reader, usable with a thumb."""

import io
from collections.abc import Callable

import pytest
from django.urls import reverse
from django.utils import timezone
from PIL import Image
from playwright.sync_api import Page

from groups.models import HamletAssignment
from reports import intake
from reports.models import TipReport
from reports.public import services as public
from reports.triage import services as triage
from reports.vault import openings
from reports.work import answers
from reports.work import services as work
from tests.browser.axe import grave_findings
from tests.browser.conftest import Opener, Scene
from tests.browser.tabs import PHONE, at_both_widths, settle
from tests.browser.test_pages import SMALL_TARGETS, WIDER
from tests.factories.proofs import App, prove
from tests.factories.tips import make_canned, make_message, make_tip, make_triaged

pytestmark = pytest.mark.timeout(400)
WORDS = "Tôi là Nguyễn Thị Mẫu, số 0900000123. Tối nào cũng có đánh bạc sau quán nước Cô Ba."
PAGES = (
    "show", "talk", "files", "trail", "sort", "summary", "refer", "alike", "conflicts", "terms",
    "identity", "resolve", "assign",
)  # fmt: skip


@pytest.fixture
def tip(scene: Scene) -> TipReport:
    """A tip in the midst of the work, with everything that can hang on it."""
    officer = scene.officer
    hamlet = HamletAssignment.objects.filter(officer__user=officer).get().hamlet
    other = make_triaged(hamlet=hamlet)
    triage.summarise(other, by=scene.chief, summary="Đánh bạc sau quán nước", place="Quán Cô Ba")
    made = make_tip(hamlet=hamlet, words=WORDS)
    triage.sort(
        made, by=officer, kind="feedback", category="te-nan", urgency="urgent", hamlet=hamlet
    )
    triage.summarise(made, by=officer, summary="Đánh bạc sau quán nước", place="Quán Cô Ba")
    work.start(made, by=officer)
    work.add_note(made, by=officer, text="Đã đi qua xem.")
    answers.answer(made, by=officer, text="Công an xã đang xác minh.")
    make_message(made, text="Tối qua lại có.")
    make_canned(None, stage="in_progress")
    kept = io.BytesIO()
    Image.new("RGB", (320, 200), "#789").save(kept, "JPEG")
    file = intake.File(kept.getvalue(), "image/jpeg")
    intake.keep_file(made, file, position=0, at=made.received_at)
    openings.ask(made, by=officer, reason="Cần hỏi lại giờ xảy ra.")
    made.refresh_from_db()
    return made


def faults_of(page: Page) -> list[str]:
    found = grave_findings(page)
    if extra := page.evaluate(WIDER):
        found.append(f"{extra} px wider than the screen")
    return found + [f"small: {name}" for name in page.evaluate(SMALL_TARGETS)]


def walk(page: Page, tip: TipReport) -> dict[tuple[str, str], list[str]]:
    addresses = {"queue": reverse("admin:reports_tipreport_changelist")}
    addresses |= {name: reverse(f"admin:reports_tipreport_{name}", args=[tip.pk]) for name in PAGES}
    found: dict[tuple[str, str], list[str]] = {}

    def look(name: str, faults: Callable[[Page], list[str]]) -> None:
        found.update({(name, width): faults(page) for width in at_both_widths(page)})

    for name, address in addresses.items():
        page.goto(address)
        look(name, faults_of if name != "queue" else grave_findings)
    for name, opened, button in (
        ("show", "read", "Đọc lời gốc"), ("summary", "strike", "Mở lời gốc"),
    ):  # fmt: skip
        page.goto(addresses[name])
        page.get_by_role("button", name=button).click()
        page.get_by_role("button", name=button).wait_for(state="detached")
        page.wait_for_load_state()
        look(opened, faults_of)
    return {place: lines for place, lines in found.items() if lines}


def test_pages_of_a_tip_have_no_grave_fault(open_as: Opener, scene: Scene, tip: TipReport) -> None:
    App(scene.officer)
    assert walk(open_as(scene.officer), tip) == {}


def test_a_decision_is_taken_with_one_thumb(open_as: Opener, scene: Scene, tip: TipReport) -> None:
    opening, app = prove(tip.openings.get()), App(scene.chief)
    page = open_as(scene.chief, size=PHONE)

    page.goto(reverse("admin:reports_identityopening_decide", args=[opening.pk]))
    assert faults_of(settle(page)) == []
    page.get_by_label("Mã 6 số mở danh tính").fill(app.code())
    page.get_by_role("button", name="Duyệt, 24 giờ").click()
    page.wait_for_load_state()

    opening.refresh_from_db()
    assert opening.state == "approved"


def test_words_that_name_somebody_are_decided_with_one_thumb(
    open_as: Opener, scene: Scene, tip: TipReport
) -> None:
    words = f"Ông {scene.officer.get_full_name()} nhận tiền của chủ quán."
    public.say_more(tip, words, now=timezone.now())
    row = tip.proposals.get()
    page = open_as(scene.chief, size=PHONE)

    page.goto(reverse("admin:reports_conflictproposal_show", args=[row.pk]))
    assert words in page.inner_text("main, body")
    page.get_by_text("Không liên quan").first.click()
    assert faults_of(settle(page)) == []
    page.get_by_label("Vì sao").last.fill("Trùng tên với người khác.")
    page.get_by_role("button", name="Cho xem bình thường").click()
    page.wait_for_load_state()

    row.refresh_from_db()
    assert (row.state, row.decided_by) == ("lifted", scene.chief)
