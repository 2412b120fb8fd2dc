"""A real browser over a live server, and a commune with something on every page."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, Page

from accounts.models import User
from accounts.users.roles import Role
from broadcasts.models import Broadcast, BroadcastEvent, Delivery
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

DESK, PHONE = {"width": 1440, "height": 900}, {"width": 360, "height": 740}
# Findings of axe that stop a person.
GRAVE = {"serious", "critical"}


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


@pytest.fixture
def open_as(browser: Browser, live_server: Any) -> Iterator[Opener]:
    """`open_as(user, size=…)`: a tab that is signed in; console errors fail the test."""
    contexts, complaints = [], []

    def make(user: User | None, *, size: dict[str, int] = DESK, **options: Any) -> Page:
        context = browser.new_context(
            viewport=size, locale="vi-VN", timezone_id="Asia/Ho_Chi_Minh",
            base_url=live_server.url, **options,
        )  # fmt: skip
        contexts.append(context)
        if user is not None:
            client = Client()
            client.force_login(user, backend=MODEL_BACKEND)
            context.add_cookies(
                [
                    {"name": name, "value": morsel.value, "url": live_server.url}
                    for name, morsel in client.cookies.items()
                ]
            )
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "console",
            lambda line: complaints.append(line.text) if line.type == "error" else None,
        )
        return page

    yield make
    for context in contexts:
        context.close()
    assert complaints == []
