"""Changes of hamlets, handovers and coverage as the chief and the officers meet them."""

from dataclasses import dataclass
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from groups.hamlet_changes import services as hamlet_changes
from groups.models import Hamlet, HamletChange, HamletChangeResult, Handover
from tests.browser.axe import grave_findings
from tests.browser.conftest import Opener, Scene
from tests.browser.tabs import PHONE, UNFOLD, at_both_widths
from tests.browser.test_language import english_on
from tests.browser.test_pages import SMALL_TARGETS, WIDER
from tests.factories.accounts import make_user
from tests.factories.groups import (
    make_assignment,
    make_hamlet,
    make_hamlet_change,
    make_handover,
    make_member,
    make_officer,
    make_team,
)

pytestmark = pytest.mark.timeout(400)


def url(model: str, page: str, *args: object) -> str:
    return reverse(f"admin:groups_{model}_{page}", args=args)


@dataclass
class Moves:
    """A split that was rehearsed, a merger that is done, a handover that waits."""

    split: HamletChange
    handover: Handover
    pages: list[str]


@pytest.fixture
def moves(scene: Scene) -> Moves:
    chief, first = scene.chief, Hamlet.objects.get(name="1")
    make_member(first, full_name="Điểu Thị Lẻ")
    split = make_hamlet_change(first, by=chief, kind=HamletChange.Kind.SPLIT)
    hamlet_changes.set_results(
        split,
        [HamletChangeResult(name="1A", code="AP801"), HamletChangeResult(name="1B", code="AP802")],
        by=chief,
    )
    place = {"team": {team.pk: split.results.first().pk for team in first.teams.all()}}
    hamlet_changes.place(split, place, by=chief)
    hamlet_changes.rehearse(split, by=chief)
    old = [make_hamlet(first.commune, name=name) for name in ("Bàu Sen", "Đồi Chè")]
    make_team(old[0], households=500)
    merger = make_hamlet_change(*old, by=chief)
    results = [HamletChangeResult(name="Tân Sen", code="AP803", households=240)]
    hamlet_changes.set_results(merger, results, by=chief)
    hamlet_changes.rehearse(merger, by=chief)
    hamlet_changes.carry_out(merger, by=chief)
    moving_on = make_officer(
        first.commune, user=make_user(first.commune), full_name="Lý Văn Chuyển"
    )
    make_assignment(moving_on, Hamlet.objects.get(name="2"))
    handover = make_handover(
        moving_on, scene.officer.officer, Hamlet.objects.get(name="2"), by=moving_on.user
    )
    pages = [
        url("hamletchange", "changelist"),
        url("hamletchange", "add"),
        *(url("hamletchange", page, split.pk) for page in (
            "change", "show", "results", "placing", "people", "deed")),
        url("hamletchange", "show", merger.pk),
        url("hamlet", "change", old[0].pk),
        url("hamlet", "change", Hamlet.objects.get(code="AP803").pk),
        url("handover", "changelist"),
        f"{url('handover', 'add')}?nguoi-giao={moving_on.pk}",
        url("handover", "show", handover.pk),
        url("handover", "record", handover.pk),
        url("hamlet", "coverage"),
        url("hamlet", "coveragepaper"),
        url("hamlet", "households", first.pk),
    ]  # fmt: skip
    return Moves(split, handover, pages)


def test_pages_are_readable_and_fit(open_as: Opener, scene: Scene, moves: Moves) -> None:
    page = open_as(scene.chief)
    faults: dict[tuple[str, str], Any] = {}

    for address in moves.pages:
        page.goto(address)
        for width in at_both_widths(page):
            found = [*grave_findings(page), *english_on(page)]
            if extra := page.evaluate(WIDER):
                found.append(f"wider by {extra}")
            if found:
                faults[address, width] = found

    assert faults == {}


def test_own_pages_have_targets_for_a_thumb(open_as: Opener, scene: Scene, moves: Moves) -> None:
    page = open_as(scene.officer, size=PHONE)

    small = {}
    for address in (
        url("handover", "show", moves.handover.pk),
        url("handover", "add"),
        url("hamlet", "coverage"),
    ):
        page.goto(address)
        if found := page.evaluate(SMALL_TARGETS):
            small[address] = found

    assert small == {}


def test_officer_signs_for_a_handover_from_the_home_page(
    open_as: Opener, scene: Scene, moves: Moves
) -> None:
    page = open_as(scene.officer, size=PHONE)

    page.goto("/admin/")
    page.evaluate(UNFOLD)
    card = page.locator(".q-card", has_text="Chờ đồng chí ký nhận.")
    card.get_by_role("link", name="Xem và ký nhận").click()
    page.get_by_label("Tôi đã xem phần nhận ở trên").check()
    page.get_by_role("button", name="Ký nhận").click()

    page.get_by_text("Đã ký nhận.").wait_for()
    moves.handover.refresh_from_db()
    assert moves.handover.state == Handover.State.ACCEPTED


def test_chief_carries_out_a_split_in_five_taps(
    open_as: Opener, scene: Scene, moves: Moves
) -> None:
    page = open_as(scene.chief, size=PHONE)
    HamletChange.objects.filter(pk=moves.split.pk).update(effective_on=timezone.localdate())

    page.goto("/admin/")
    page.evaluate(UNFOLD)
    page.locator(".q-title a", has_text="Chia ấp, khu phố: Ấp 1").click()
    page.get_by_role("link", name="Thực hiện").click()
    page.get_by_label("Tôi đã xem kết quả chạy thử").check()
    page.get_by_role("button", name="Thực hiện").click()

    page.get_by_text("Mọi thứ đã sang ấp mới").wait_for()
    assert Hamlet.objects.get(code="AP801").members.exists()
