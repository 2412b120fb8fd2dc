"""A commune with a connected account, and a simulator in this process to talk to."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import redis
from django.conf import settings

from accounts.models import Commune, User
from broadcasts.models import Broadcast, Topic
from broadcasts.services import approve, create, submit
from groups.models import Hamlet, ZaloGroup
from tests.factories.groups import make_group, make_hamlet
from tests.factories.zalo import make_official_account
from zalo.models import OfficialAccount
from zalo.tokens import services as tokens
from zalo_simulator.server import Simulator, start


def forget_redis_state() -> None:
    """Leases and slot books of earlier tests must not delay this one."""
    with redis.Redis.from_url(settings.REDIS_URL) as client:
        for pattern in ("drain", "zalo"):
            keys = list(client.scan_iter(f"{settings.REDIS_KEY_PREFIX}:{pattern}:*"))
            if keys:
                client.delete(*keys)


@pytest.fixture
def simulator(settings: Any) -> Iterator[Simulator]:
    running = start(seed=7, app_id=settings.ZALO_APP_ID, app_secret=settings.ZALO_APP_SECRET)
    settings.ZALO_API_URL = settings.ZALO_OAUTH_URL = running.url
    settings.ZALO_RATE_PER_MIN = 60_000
    settings.ZALO_TIMEOUT_S = 20
    forget_redis_state()
    yield running
    running.stop()


@pytest.fixture
def account(commune: Commune, simulator: Simulator) -> OfficialAccount:
    pair = simulator.state.tokens
    made = make_official_account(
        commune,
        oa_id=simulator.state.oa_id,
        access_token=pair.access,
        refresh_token=pair.refresh,
    )
    tokens.forget()
    return made


@pytest.fixture
def oa_groups(commune: Commune, simulator: Simulator) -> Callable[[int], list[ZaloGroup]]:
    """`oa_groups(n)`: n active groups that exist at the simulator too."""

    def make(count: int, hamlet: Hamlet | None = None) -> list[ZaloGroup]:
        hamlet = hamlet or make_hamlet(commune)
        groups = []
        for number in range(count):
            there = simulator.state.add_group(f"Nhóm {number}")
            groups.append(make_group(hamlet, zalo_group_id=there.id))
        return groups

    return make


@pytest.fixture
def author(officer_of: Callable[..., User], hamlet: Hamlet) -> User:
    return officer_of(hamlet)


@pytest.fixture
def draft(commune: Commune, author: User) -> Callable[..., Broadcast]:
    """`draft(text=…)`: a saved draft of `author`."""

    def make(**fields: Any) -> Broadcast:
        values = {
            "title": "Cảnh báo lừa đảo",
            "text": "Công an xã không yêu cầu bà con chuyển tiền qua điện thoại.",
            "topic": Topic.objects.get(code="thu-doan"),
        }
        return create(Broadcast(commune=commune, **(values | fields)), by=author)

    return make


@pytest.fixture
def approved(
    draft: Callable[..., Broadcast], author: User, chief: User
) -> Callable[..., Broadcast]:
    """`approved(…)`: a draft, submitted by its author and approved by the chief."""

    def make(**fields: Any) -> Broadcast:
        return approve(submit(draft(**fields), by=author), by=chief)

    return make
