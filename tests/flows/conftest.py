"""The connected commune, in every kind of account that Zalo may play."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import time_machine

from tests.flows.connected import KINDS, MORNING, Connected
from tests.flows.harness import Portal, Scene, forget_redis, new_simulator
from tests.flows.restoring import portal_of
from tests.sizes import size
from tests.zalo.webhooks import OA_SECRET
from zalo.client.transport import forget_connections
from zalo.official_accounts import call_log
from zalo.tokens import services as tokens
from zalo_simulator.webhooks import Console


@pytest.fixture(params=KINDS)
def connected(request: Any, live_server: Any, settings: Any, tmp_path: Path) -> Iterator[Connected]:
    """Nothing is connected yet; Zalo knows where the portal hears it, and tells everything."""
    with time_machine.travel(MORNING, tick=True) as clock:
        console = Console(url=f"{live_server.url}/zalo/webhook/", secret=OA_SECRET, late_s=0.3)
        simulator = new_simulator(console=console, **KINDS[request.param])
        settings.ZALO_API_URL = settings.ZALO_OAUTH_URL = simulator.url
        settings.ZALO_RATE_PER_MIN, settings.ZALO_TIMEOUT_S = 60_000, 20
        settings.ZALO_OA_SECRET_KEY = OA_SECRET
        settings.PORTAL_URL = "https://cong.example.vn"
        settings.MEDIA_ROOT = str(tmp_path)
        forget_redis()
        tokens.forget()
        call_log.forget()
        forget_connections()
        yield Connected(request.param, simulator, clock)
        simulator.stop()
        tokens.forget()
        call_log.forget()


@pytest.fixture
def watched(
    transactional_db: None, tmp_path: Path, settings: Any
) -> Iterator[tuple[Portal, Scene]]:
    """Worker, beat and a commune; this process looks at the same witnesses."""
    rate = str(size(1200, 240))
    with portal_of(tmp_path, settings, ZALO_RATE_PER_MIN=rate, ZALO_TIMEOUT_S="10") as made:
        settings.ZALO_API_URL = settings.ZALO_OAUTH_URL = made[1].simulator.url
        settings.ZALO_RATE_PER_MIN = 60_000
        yield made
