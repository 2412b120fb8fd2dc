"""A calm hour: what other tests counted asks nothing of these."""

from typing import Any

import pytest

from reports.abuse import burst, demands
from reports.abuse.thresholds import Counts


@pytest.fixture(autouse=True)
def _calm(monkeypatch: pytest.MonkeyPatch) -> None:
    for purpose in demands.Purpose:
        monkeypatch.setitem(demands._networks, purpose, Counts(window_s=3600, most=100))
    monkeypatch.setattr(burst, "_lately", Counts(window_s=900, most=100))


@pytest.fixture
def crowded(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Nothing goes on without the work or the sum."""
    monkeypatch.setitem(demands._FREE, demands.Purpose.TIP, 0.001)
    monkeypatch.setitem(demands._FREE, demands.Purpose.RECEIPT, 0.001)
    for purpose in demands.Purpose:
        demands.note(purpose, "127.0.0.1")
