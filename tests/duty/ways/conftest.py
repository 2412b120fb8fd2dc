"""The real ways over a commune with people on duty, and over a simulated Zalo."""

from collections.abc import Iterator
from typing import Any

import pytest

from accounts.models import Commune
from duty.ways import base
from tests.duty.conftest import Matters, Station
from tests.duty.ways.notices import PORTAL, REAL
from tests.duty.ways.zalo_scene import Scene, make_scene, running_simulator
from zalo_simulator.server import Simulator


@pytest.fixture
def real_ways(
    station: Station, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> dict[str, base.Way]:
    """All ways in place of the one that records."""
    settings.PORTAL_URL = PORTAL
    ways = dict(REAL)
    monkeypatch.setattr(base, "_WAYS", ways)
    return ways


@pytest.fixture
def simulator(settings: Any) -> Iterator[Simulator]:
    with running_simulator(settings) as running:
        yield running


@pytest.fixture
def scene(simulator: Simulator, commune: Commune, matters: Matters) -> Scene:
    return make_scene(simulator, commune, matters)
