"""A commune with two hamlets, and tips of any day."""

from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Commune
from reports.models import TipReport
from tests.factories.tips import make_tip, make_triaged


def at(day: date, hour: int = 9) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(hour)))


@pytest.fixture
def tips_of(commune: Commune) -> Callable[..., list[TipReport]]:
    """So many tips that came in on a day, sorted where a kind or category is given."""

    def make(count: int, day: date, **fields: Any) -> list[TipReport]:
        make_one = make_triaged if {"kind", "category"} & fields.keys() else make_tip
        home = fields.pop("commune", commune)
        return [make_one(home, received_at=at(day), **fields) for _number in range(count)]

    return make
