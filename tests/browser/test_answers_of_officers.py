"""Answering a question from the library: two keys at a desk, two touches on a phone."""

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from procedures.asking import services as asking
from procedures.asking.services import Plan
from procedures.models import Question
from reports.models import TipMessage, TipReport
from tests.browser.conftest import Opener, Scene
from tests.browser.tabs import DESK, PHONE, at_both_widths
from tests.browser.test_tips_of_officers import faults_of
from tests.factories.tips import make_tip

pytestmark = [pytest.mark.timeout(300), pytest.mark.usefixtures("library")]
ASKED = "gia hạn tạm trú cần giấy tờ gì"


@pytest.fixture
def question(scene: Scene) -> TipReport:
    asking.log(scene.chief.commune, ASKED, "chat", Plan(Question.Outcome.UNANSWERED))
    made = make_tip(scene.chief.commune, words=ASKED)
    TipReport.objects.filter(pk=made.pk).update(kind="procedure_question")
    return made


def opened(page: Page, tip: TipReport) -> Page:
    page.goto(reverse("admin:reports_tipreport_talk", args=[tip.pk]))
    return page


def test_a_number_and_enter_answer_a_question(
    open_as: Opener, scene: Scene, question: TipReport
) -> None:
    page = opened(open_as(scene.chief, size=DESK), question)

    page.keyboard.press("1")
    send = page.get_by_role("button", name="Gửi trả lời")
    expect(send).to_be_focused()
    page.keyboard.press("Enter")

    page.wait_for_url("**/trao-doi/")
    expect(page.get_by_text("Đã trả lời")).to_be_visible()
    assert TipMessage.objects.get(by=scene.chief).text.startswith("GIA HẠN TẠM TRÚ")
    assert Question.objects.get().outcome == Question.Outcome.SETTLED


def test_numbers_that_somebody_types_pick_nothing(
    open_as: Opener, scene: Scene, question: TipReport
) -> None:
    page = opened(open_as(scene.chief, size=DESK), question)
    words = page.get_by_label("Lời trả lời")

    words.press_sequentially("Mang 1")
    page.locator("h2").first.click()
    page.keyboard.press("1")

    assert "thu-tuc" not in page.url
    assert words.input_value() == "Mang 1"


def test_two_touches_on_a_phone_without_scripts(
    open_as: Opener, scene: Scene, question: TipReport
) -> None:
    page = opened(open_as(scene.chief, size=PHONE, scripts=False), question)

    page.get_by_role("link", name="Gia hạn tạm trú").click()
    assert page.get_by_label("Lời trả lời").input_value().startswith("GIA HẠN TẠM TRÚ")
    page.get_by_role("button", name="Gửi trả lời").click()

    assert TipMessage.objects.filter(by=scene.chief).exists()


def test_pages_of_questions_have_no_grave_fault(
    open_as: Opener, scene: Scene, question: TipReport
) -> None:
    page = open_as(scene.chief)
    shown = reverse("admin:procedures_question_show", args=[Question.objects.get().pk])
    talk = reverse("admin:reports_tipreport_talk", args=[question.pk])
    found: dict[tuple[str, str], list[str]] = {}
    for address in (shown, talk):
        page.goto(address)
        found |= {(address, width): faults_of(page) for width in at_both_widths(page)}

    assert {place: faults for place, faults in found.items() if faults} == {}
