"""Times that are covered, and what is free between them."""

from collections.abc import Iterable, Iterator
from datetime import datetime

type Span = tuple[datetime, datetime]


def gaps(covered: Iterable[Span], start: datetime, end: datetime) -> Iterator[Span]:
    """Yield what no span covers between two instants, in order."""
    free_from = start
    for begins, ends in sorted(covered):
        if begins >= end:
            break
        if begins > free_from:
            yield free_from, begins
        free_from = max(free_from, ends)
    if free_from < end:
        yield free_from, end
