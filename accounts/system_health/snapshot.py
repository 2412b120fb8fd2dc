"""Record the health of all parts in one row, and read it."""

import time
from datetime import datetime

from django.utils import timezone

from accounts.system_health.models import HealthSnapshot
from accounts.system_health.parts import Part, Values, registered, values_of


def current() -> HealthSnapshot | None:
    """The last snapshot; None before the first."""
    return HealthSnapshot.objects.first()


def record() -> HealthSnapshot:
    """Run every check and store the result; a part in the same state keeps its `since`."""
    now, started = timezone.now(), time.perf_counter()
    last = current()
    parts = {
        part.key: _values(part, now, last.values(part.key) if last else {})
        for part in registered().values()
    }
    duration_ms = round((time.perf_counter() - started) * 1000)
    row = HealthSnapshot(recorded_at=now, duration_ms=duration_ms, parts=parts)
    HealthSnapshot.objects.bulk_create(
        [row], update_conflicts=True, unique_fields=["id"],
        update_fields=["recorded_at", "duration_ms", "parts"],
    )  # fmt: skip
    return row


def _values(part: Part, now: datetime, last: Values) -> Values:
    values = values_of(lambda: part.check(now))
    state = part.state_of(values)
    since = last["since"] if last.get("state") == state else now.isoformat()
    return values | {"state": state.value, "since": since}
