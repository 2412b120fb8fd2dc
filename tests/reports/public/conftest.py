"""A calm hour: what other tests counted asks nothing of these."""

from typing import Any

import pytest

from reports.public import demands
from tests.reports.public.walking import forget_counts


@pytest.fixture(autouse=True)
def _calm(monkeypatch: pytest.MonkeyPatch) -> None:
    forget_counts(monkeypatch)


@pytest.fixture
def crowded(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Nothing goes on without the work or the sum."""
    monkeypatch.setitem(demands._FREE, demands.Purpose.TIP, 0.001)
    monkeypatch.setitem(demands._FREE, demands.Purpose.RECEIPT, 0.001)
    for purpose in demands.Purpose:
        demands.count(purpose, "127.0.0.1")
