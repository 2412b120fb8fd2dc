"""The pages of the roster, as an officer meets them on a phone and a chief at a desk."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.users.roles import Role
from duty.models import HandOver, Seat, Shift
from duty.occasions import subjects
from duty.services import open_occasion
from duty.shifts import handing, patterns, standing_in, swapping
from tests.browser.axe import grave_findings
from tests.browser.conftest import Opener, Scene
from tests.browser.tabs import PHONE, at_both_widths
from tests.browser.test_language import english_on, opened
from tests.browser.test_pages import SMALL_TARGETS, WIDER
from tests.factories.accounts import make_user

pytestmark = pytest.mark.timeout(400)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def url(name: str, *args: object) -> str:
    return reverse(f"admin:duty_{name}", args=args)


@pytest.fixture
def second(scene: Scene) -> User:
    return make_user(scene.chief.commune, Role.OFFICER, last_name="Ngô Thị", first_name="Bình")


@pytest.fixture
def handover(scene: Scene, second: User, monkeypatch: pytest.MonkeyPatch) -> HandOver:
    """A roster of three seats, a shift that ends soon and is offered, a question to swap."""
    commune, now = scene.chief.commune, timezone.now()
    subject = subjects.Subject(
        may_open=lambda user, pk: True, address=lambda user, pk: "/", stands=lambda pk: True
    )
    monkeypatch.setitem(subjects._SUBJECTS, "tip_now", subject)
    assert commune is not None
    open_occasion("tip_now", scene.chief, commune=commune)
    ending = Shift.objects.create(
        commune=commune, seat=Seat.DUTY, person=scene.officer, starts_at=now - 23 * HOUR,
        ends_at=now + HOUR, begun_at=now - 23 * HOUR,
    )  # fmt: skip
    for seat, people in ((Seat.DUTY, [second, scene.officer]), (Seat.LEADER, [scene.chief])):
        patterns.set_pattern(
            commune, seat=seat, people=people, starts_on=timezone.localdate(), by=scene.chief
        )
    mine = Shift.objects.filter(person=scene.officer, starts_at__gt=now + DAY).earliest("starts_at")
    swapping.ask(mine, of=second, by=scene.officer)
    standing_in.write_absence(
        commune, person=scene.chief, stand_in=second, starts_at=now, ends_at=now + 2 * DAY,
        may_approve=True, by=scene.chief,
    )  # fmt: skip
    return handing.give(ending, to=second, text="Chìa khóa kho ở ngăn dưới.", by=scene.officer)


def addresses(handover: HandOver) -> dict[str, list[str]]:
    ahead = Shift.objects.filter(person=handover.given_by, starts_at__gt=timezone.now())
    return {
        "officer": [
            url("shift_mine"), url("shift_give", handover.shift_id),
            url("shift_swap", ahead.latest("starts_at").pk), url("roster_feed"),
        ],
        "second": [url("shift_mine"), url("shift_handover", handover.pk), url("roster_show")],
        "chief": [
            url("roster_show"), url("roster_pattern"), url("roster_import"), url("absence_show"),
        ],
    }  # fmt: skip


def test_pages_fit_a_small_phone_a_thumb_and_every_reader(
    open_as: Opener, scene: Scene, second: User, handover: HandOver
) -> None:
    faults: dict[tuple[str, str, str], list[str]] = {}
    people = {"officer": scene.officer, "second": second, "chief": scene.chief}
    for name, found_at in addresses(handover).items():
        page = open_as(people[name])
        for address in found_at:
            opened(page, address)
            for width in at_both_widths(page):
                found = grave_findings(page) + sorted(english_on(page))
                if width == "phone":
                    if extra := page.evaluate(WIDER):
                        found.append(f"{extra} px wider than the screen")
                    found += page.evaluate(SMALL_TARGETS)
                faults[name, address, width] = found

    assert {place: found for place, found in faults.items() if found} == {}


def test_printed_pages_fit_and_can_be_read(
    open_as: Opener, scene: Scene, handover: HandOver
) -> None:
    page = open_as(scene.chief)
    for address in (url("roster_print"), url("shift_handover_print", handover.pk)):
        opened(page, address)
        page.emulate_media(media="print")
        assert not page.locator("nav").is_visible()
        page.emulate_media(media="screen")
        assert grave_findings(page) == []
    assert "Chìa khóa kho" in page.locator("main").inner_text()


def test_successor_confirms_by_two_taps_on_the_phone(
    open_as: Opener, second: User, handover: HandOver
) -> None:
    page = open_as(second, size=PHONE)
    opened(page, url("shift_mine"))

    page.get_by_text("giao ca cho đồng chí").click()
    page.get_by_role("button", name="Nhận bàn giao").click()

    handover.refresh_from_db()
    assert handover.confirmed_at is not None
    assert page.get_by_text("Đã nhận bàn giao").is_visible()
