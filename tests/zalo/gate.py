"""The gate of everything that leaves, closed for a while."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.utils import timezone

from zalo.hold import process, services
from zalo.models import HeldRow, SendGate


@contextmanager
def closed_gate() -> Iterator[None]:
    """Hold as a detector in another process does: this one learns of it by its claims alone."""
    assert process.begin()
    SendGate.objects.update(state="held", reason="Thử", held_at=timezone.now())
    yield
    SendGate.objects.update(state="open", reason="", held_at=None)
    process.forget()


def rows_after_restore() -> list[HeldRow]:
    """Hold as after a restore and begin to look through; the rows that wait for a decision."""
    services.hold(by=None, reason="Khôi phục", is_restored=True)
    services.start(by=None)
    return list(HeldRow.objects.order_by("pk"))
