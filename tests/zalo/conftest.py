"""A simulated Zalo for each test, and an account that is connected to it."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from accounts.models import Commune
from tests.factories.zalo import make_official_account
from zalo.models import OfficialAccount
from zalo_simulator import server


@pytest.fixture
def start_simulator(settings: Any) -> Iterator[Callable[..., server.Simulator]]:
    """`start_simulator(**options)`: the settings point to the last one started."""
    running = []

    def start(**options: Any) -> server.Simulator:
        simulator = server.start(seed=1, **{"app_secret": settings.ZALO_APP_SECRET, **options})
        running.append(simulator)
        settings.ZALO_API_URL = settings.ZALO_OAUTH_URL = simulator.url
        return simulator

    settings.ZALO_TIMEOUT_S = 20.0
    yield start
    for simulator in running:
        simulator.stop()


@pytest.fixture
def simulator(start_simulator: Callable[..., server.Simulator]) -> server.Simulator:
    return start_simulator()


@pytest.fixture
def account(commune: Commune, simulator: server.Simulator) -> OfficialAccount:
    """An account that holds the simulator's tokens."""
    return make_official_account(
        commune,
        oa_id=simulator.state.oa_id,
        access_token=simulator.state.tokens.access,
        refresh_token=simulator.state.tokens.refresh,
    )
