"""Numbers frozen at the ends of periods."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from accounts.models import Commune
from oversight.models import MonthEndCount


@pytest.fixture
def freeze(commune: Commune) -> Callable[..., None]:
    """Numbers of a line by indicator column, as frozen on a day."""

    def write(day: date, *, first: date | None = None, line: str = "1", **numbers: Any) -> None:
        MonthEndCount.objects.bulk_create(
            MonthEndCount(
                commune=commune, month_end=day, first=first, line=line, label="Ấp 1",
                indicator=name.replace("__", "."), numerator=number,
            )
            for name, number in numbers.items()
        )  # fmt: skip

    return write
