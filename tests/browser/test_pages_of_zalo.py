"""The account, its groups, articles, schedules, templates and requests, as people meet them."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from groups.models import ZaloGroup
from tests.browser.axe import grave_findings
from tests.browser.conftest import Opener, Scene
from tests.browser.tabs import PHONE, at_both_widths
from tests.browser.test_language import english_on, opened
from tests.browser.test_pages import WIDER
from tests.factories.articles import make_article, small_picture
from tests.factories.broadcasts import make_broadcast, make_request, make_template
from tests.factories.oa_groups import make_at_zalo, make_difference, make_reconciliation
from tests.factories.schedules import make_schedule
from tests.factories.zalo import make_asset
from zalo.client import transport
from zalo.models import OfficialAccount
from zalo.tokens import services as tokens
from zalo_simulator.server import Simulator, start

pytestmark = pytest.mark.timeout(400)
GROUP_TABS = ["at_zalo", "pending", "roster", "invite", "deputies", "switches", "place"]


@pytest.fixture
def simulator(settings: Any) -> Iterator[Simulator]:
    running = start(seed=1, app_secret=settings.ZALO_APP_SECRET)
    settings.ZALO_API_URL = settings.ZALO_OAUTH_URL = running.url
    settings.ZALO_TIMEOUT_S = 20.0
    transport.forget_connections()
    tokens.forget()
    yield running
    running.stop()


@pytest.fixture
def of_chief(scene: Scene, simulator: Simulator) -> list[str]:
    """Addresses that a chief opens, with something on each."""
    commune = scene.waiting.commune
    account = OfficialAccount.objects.get(commune=commune)
    pair = simulator.state.tokens
    account.oa_id, account.access_token = simulator.state.oa_id, pair.access
    account.refresh_token = pair.refresh
    account.save()
    group = ZaloGroup.objects.filter(kind="oa").order_by("pk").first()
    assert group is not None
    ZaloGroup.objects.filter(pk=group.pk).update(
        link="https://zalo.me/g/thu0001",
        genuine_link="https://zalo.me/g/thu0001",
        is_link_public=True,
    )
    people = [simulator.state.add_person(f"Lê Thị Bông {number}") for number in range(3)]
    simulator.state.add_group(
        group.name, id=group.zalo_group_id, pending=[one.id for one in people[:2]],
        members={people[2].id: 0.0},
    )  # fmt: skip
    make_at_zalo(group, asset=make_asset(account))
    run = make_reconciliation(commune)
    make_difference(run, group)
    schedule = make_schedule(commune)
    article = make_article(
        commune, status="pending_approval", created_by=scene.officer, cover=small_picture()
    )
    template = make_template(commune)
    asked = make_request(commune)
    return [
        *(reverse(f"admin:groups_zalogroup_{name}", args=[group.pk]) for name in GROUP_TABS),
        reverse("admin:groups_zalogroup_poster", args=[group.pk]),
        reverse("admin:groups_groupreconciliation_changelist"),
        reverse("admin:groups_groupreconciliation_show", args=[run.pk]),
        reverse("admin:groups_linkproposal_followers"),
        reverse("admin:zalo_officialaccount_health", args=[account.pk]),
        reverse("admin:broadcasts_article_show", args=[article.pk]),
        reverse("admin:broadcasts_broadcast_month"),
        reverse("admin:broadcasts_schedule_show", args=[schedule.pk]),
        reverse("admin:broadcasts_schedule_add"),
        reverse("admin:broadcasts_posttemplate_fill", args=[template.pk]),
        reverse("admin:broadcasts_postrequest_show", args=[asked.pk]),
        reverse("genuine_groups", args=[commune.code]),
        reverse("genuine_poster", args=[commune.code, group.pk]),
    ]


def connecting() -> list[str]:
    return [
        reverse("admin:zalo_officialaccount_health_home"),
        reverse("admin:zalo_officialaccount_connect"),
    ]


def test_pages_can_be_read_by_anyone_and_stay_within_the_screen(
    open_as: Opener, scene: Scene, of_chief: list[str]
) -> None:
    faults: dict[tuple[str, str], list[str]] = {}

    for user, addresses in ((scene.chief, of_chief), (scene.tech_admin, connecting())):
        page = open_as(user)
        for address in addresses:
            opened(page, address)
            for width in at_both_widths(page):
                found = grave_findings(page) + sorted(english_on(page))
                if extra := page.evaluate(WIDER):
                    found.append(f"{extra} px wider than the screen")
                faults[address, width] = found

    assert {place: found for place, found in faults.items() if found} == {}


def test_month_opens_at_today_on_a_phone_and_shows_what_was_by_a_tap(
    open_as: Opener, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timezone, "now", lambda: datetime(2026, 12, 9, 2, 0, tzinfo=UTC))
    for day in (2, 9):
        at = datetime(2026, 12, day, 1, 0, tzinfo=UTC)
        make_broadcast(
            scene.waiting.commune, status="completed", title=f"Bài ngày {day}",
            started_at=at, scheduled_for=at,
        )  # fmt: skip
    phone, desk = open_as(scene.chief, size=PHONE), open_as(scene.chief)
    for page in (phone, desk):
        page.goto(reverse("admin:broadcasts_broadcast_month"))

    assert desk.get_by_text("Bài ngày 2", exact=True).is_visible()
    assert not desk.get_by_text("những ngày đã qua").first.is_visible()
    assert phone.get_by_text("Bài ngày 9", exact=True).is_visible()
    assert not phone.get_by_text("Bài ngày 2", exact=True).is_visible()

    # Other posts of the scene are of today, which may be of this month.
    phone.get_by_text(re.compile(r"Hiện \d+ bài của những ngày đã qua")).click()

    assert phone.get_by_text("Bài ngày 2", exact=True).is_visible()
    assert phone.get_by_text("Ẩn những ngày đã qua").is_visible()


def test_pages_of_the_simulator_fit_and_can_be_read(
    open_as: Opener, transactional_db: None, simulator: Simulator
) -> None:
    simulator.state.add_group("Bình yên ấp 1")
    simulator.state.add_person("Lê Thị Bông")
    page = open_as(None, own=True)

    for path, filled in (
        ("/", "#groups"), ("/cu-dan", "#people"), ("/dieu-khien", "#now"),
    ):  # fmt: skip
        page.goto(simulator.url + path)
        page.locator(filled).filter(has_text=re.compile(".")).first.wait_for()
        for width in at_both_widths(page):
            assert grave_findings(page) == [], (path, width)
            assert page.evaluate(WIDER) == 0, (path, width)
