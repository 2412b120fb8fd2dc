"""A real browser over a live server, and a commune with something on every page."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, Page

from accounts.live import pages as live_pages
from accounts.models import User
from accounts.users.roles import Role
from broadcasts.models import Broadcast, BroadcastEvent, Delivery
from tests.browser.tabs import DESK, Size, Tab, Tabs
from tests.conftest import MODEL_BACKEND
from tests.factories.accounts import make_commune, make_profile, make_user
from tests.factories.broadcasts import make_broadcast, make_delivery
from tests.factories.groups import (
    make_assignment,
    make_group,
    make_hamlet,
    make_member,
    make_membership,
    make_officer,
    make_ordinary_group,
    make_regulation,
    make_team,
)
from tests.factories.zalo import make_official_account


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/browser" in item.nodeid:
            item.add_marker(pytest.mark.browser)


@dataclass
class Scene:
    """Persons of a commune and the posts that the pages show."""

    chief: User
    officer: User
    head: User
    tech_admin: User
    waiting: Broadcast
    returned: Broadcast
    sending: Broadcast
    task: Delivery


@pytest.fixture
def scene(transactional_db: None) -> Scene:
    commune = make_commune("Bình Minh", code="90001")
    make_profile(commune)
    make_official_account(commune)
    chief = make_user(commune, Role.CHIEF, last_name="Lê Văn", first_name="Hòa")
    officer = make_user(commune, Role.OFFICER, last_name="Trần Quốc", first_name="Bảo")
    head = make_user(commune, Role.HAMLET_HEAD, last_name="Điểu", first_name="Sanh")
    tech_admin = make_user(commune, Role.TECH_ADMIN, last_name="Võ Minh", first_name="Kha")
    hamlet, other = make_hamlet(commune, name="1"), make_hamlet(commune, name="2")
    for user, title in ((officer, "Cán bộ phụ trách ấp"), (head, "Trưởng ấp")):
        person = make_officer(commune, user=user, full_name=str(user), title=title)
        make_assignment(person, hamlet)
    make_team(hamlet)
    make_regulation(hamlet)
    groups = [
        make_group(place, name=f"Bình yên {place} – {number}")
        for place in (hamlet, other)
        for number in range(1, 5)
    ]
    by_hand = [
        make_ordinary_group(hamlet, name=f"Zalo kết nối bình yên Ấp 1, tổ {n}") for n in (1, 2)
    ]
    make_membership(make_member(hamlet), groups[0])
    now = timezone.now()
    sending = make_broadcast(
        commune, status="sending", created_by=officer, title="Bão số 14: chằng chống nhà cửa",
        text="Bà con chằng chống nhà cửa.\n\nHạn chế ra đường sau 18 giờ.", priority="urgent",
        expires_at=now + timedelta(hours=8),
    )  # fmt: skip
    states = ["sent", "failed", "uncertain", "queued", "sending", "expired", "sent", "cancelled"]
    for group, state in zip(groups, states, strict=True):
        make_delivery(sending, group, status=state)
    task, _second = (make_delivery(sending, group) for group in by_hand)
    waiting = make_broadcast(
        commune, status="pending_approval", created_by=officer, title="Cảnh báo lừa đảo",
        text="Công an xã không yêu cầu cập nhật VNeID qua điện thoại.",
        scheduled_for=now + timedelta(hours=5),
    )  # fmt: skip
    returned = make_broadcast(
        commune, status="returned", created_by=officer, title="Lịch cấp căn cước lưu động"
    )
    BroadcastEvent.objects.create(
        broadcast=returned, kind="returned", by=chief, note="Ghi rõ ngày và địa điểm."
    )
    return Scene(chief, officer, head, tech_admin, waiting, returned, sending, task)


Opener = Callable[..., Page]


@pytest.fixture(scope="session")
def all_tabs(browser: Browser, live_server: Any) -> Iterator[Tabs]:
    made = Tabs(browser, live_server.url)
    yield made
    made.close()


@pytest.fixture(scope="module")
def tabs(all_tabs: Tabs) -> Iterator[Tabs]:
    """No page that a browser may keep for an hour is shown to another module."""
    yield all_tabs
    all_tabs.forget_pages()


@pytest.fixture
def open_as(tabs: Tabs, live_server: Any) -> Iterator[Opener]:
    """`open_as(user, size=…)`: a tab that is signed in; console errors fail the test.

    Tabs are used again. One that a test listens to itself, or that may more, is its `own`.
    """
    taken: list[Tab] = []

    def make(
        user: User | None, *, size: Size = DESK, scripts: bool = True,
        own: bool = False, **options: Any,
    ) -> Page:  # fmt: skip
        tab = tabs.new(scripts, **options) if own or options else tabs.borrow(scripts)
        taken.append(tab)
        if user is not None:
            client = Client()
            client.force_login(user, backend=MODEL_BACKEND)
            tab.context.add_cookies(
                [
                    {"name": name, "value": morsel.value, "url": live_server.url}
                    for name, morsel in client.cookies.items()
                ]
            )
        tab.page.set_viewport_size(size)
        return tab.page

    yield make
    complaints = [line for tab in taken for line in tab.complaints]
    for tab in taken:
        tabs.give_back(tab)
    assert complaints == []


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Live pages that ask several times a second."""
    monkeypatch.setattr(live_pages, "LATER_MS", 300)
    monkeypatch.setattr(live_pages, "SOON_MS", 300)
