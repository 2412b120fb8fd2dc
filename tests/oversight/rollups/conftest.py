"""Figures read from what is kept, and the same ones counted row by row."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pkgutil import resolve_name
from unittest.mock import Mock, patch

import pytest
from django.db import connection

from oversight.figures.rollups import recounting
from oversight.models import DirtySlice

WAYS_IN = ("oversight.figures.rollups.reading.whole_months", "oversight.figures.place.of_places")


@contextmanager
def row_by_row() -> Iterator[None]:
    """Nothing that is kept is read."""
    months, places = WAYS_IN
    with (
        patch(months, lambda period: []),
        patch(places, lambda subject, places: dict.fromkeys(places)),
    ):
        yield


@contextmanager
def asked_for_slices() -> Iterator[list[Mock]]:
    """Both ways to what is kept, watched."""
    with ExitStack() as stack:
        yield [stack.enter_context(patch(way, wraps=resolve_name(way))) for way in WAYS_IN]


def dirty() -> set[tuple[str, int, str]]:
    return {
        (subject, place, f"{month:%m/%Y}")
        for subject, place, month in DirtySlice.objects.values_list("subject", "place", "month")
    }


@pytest.fixture
def clean(db: None) -> Callable[[], None]:
    """Everything counted, nothing dirty."""

    def count() -> None:
        recounting.recount_dirty()
        assert not DirtySlice.objects.exists()

    return count


@pytest.fixture
def sql(db: None) -> Callable[..., None]:
    def execute(text: str, *values: object) -> None:
        with connection.cursor() as cursor:
            cursor.execute(text, list(values))

    return execute
