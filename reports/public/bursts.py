"""Many tips at once in one commune: a real incident, or a flood.

Nobody can tell one from the other by counting, so nothing is refused: everybody is asked for more
work, and the queue says that many came together.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from django.utils.translation import gettext as _

from reports.public.thresholds import Counts

MANY: Final = 12
WINDOW_S: Final = 15 * 60
# Times in the queue are rounded down to the quarter hour: one that just came may look this old.
_CROWD: Final = timedelta(seconds=2 * WINDOW_S)
_lately = Counts(window_s=WINDOW_S, most=2000)


def add(key: str) -> None:
    """Count one more; `key` names the commune, or the page that has none."""
    _lately.add(key)


def is_on(key: str, *, many: int = MANY) -> bool:
    """Whether this process saw about so many (see Counts.limit) within a quarter of an hour."""
    return _lately.of(key) >= _lately.limit(f"burst:{key}", many)


def is_crowd(received_at: Iterable[datetime], *, now: datetime) -> bool:
    """Whether the queue shows a burst, by the times (rounded to the quarter hour) of its tips."""
    return sum(now - _CROWD <= at <= now for at in received_at) >= MANY


def sentence() -> str:
    """Return the sentence that the queue shows then."""
    return _(
        "Nhiều phản ánh cùng lúc: có thể cùng một vụ việc. Hãy xem các phản ánh giống nhau trước "
        "khi giao."
    )
