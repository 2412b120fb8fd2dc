"""Pages that go by steps: every form open, on a desk and on a phone."""

from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from oversight.models import Body
from tests.browser.axe import grave_findings
from tests.browser.conftest import Opener, Scene
from tests.browser.tabs import at_both_widths
from tests.browser.test_pages import SMALL_TARGETS, WIDER
from tests.factories.direction import (
    make_body,
    make_direction,
    make_issued,
    make_milestone,
    make_plan,
    speaker_of,
)
from tests.factories.year import make_achievement, make_checklist, make_commendation, make_review

pytestmark = pytest.mark.timeout(400)

OPEN_ALL = "document.querySelectorAll('details.by-ask').forEach((one) => { one.open = true })"


def address(row: Any) -> str:
    return reverse(f"admin:oversight_{row._meta.model_name}_show", args=[row.pk])


def rows_of_a_speaker(speaker: User, body: Body) -> list[Any]:
    """A direction to reply to, a draft to fill, a step to report."""
    step = make_milestone(make_issued(body), due_on=timezone.localdate())
    return [make_direction(body), make_plan(body, created_by=speaker), step]


def rows_of_a_chief(chief: User) -> list[Any]:
    """A review to freeze, a commendation to settle, a list to fill."""
    commune = chief.commune
    assert commune is not None
    thanks = make_commendation(make_achievement(commune), status="checked")
    return [make_review(commune, chief), thanks, make_checklist(commune)]


def test_steps_are_read_and_pressed_by_anyone(open_as: Opener, scene: Scene) -> None:
    body = make_body(scene.chief.commune)
    speaker = speaker_of(body)
    faults: dict[tuple[str, str], Any] = {}

    for user, rows in (
        (speaker, rows_of_a_speaker(speaker, body)), (scene.chief, rows_of_a_chief(scene.chief)),
    ):  # fmt: skip
        page = open_as(user)
        for row in rows:
            page.goto(address(row))
            assert page.locator("details.by-ask").count() > 0, address(row)
            page.evaluate(OPEN_ALL)
            for width in at_both_widths(page):
                found = grave_findings(page) + page.evaluate(SMALL_TARGETS)
                if found or page.evaluate(WIDER):
                    faults[address(row), width] = found or "wider than the screen"

    assert faults == {}
