"""Query sets of devices and notices."""

from datetime import datetime
from typing import Self

from accounts.communes.querysets import CommuneScopedQuerySet


class DeviceQuerySet(CommuneScopedQuerySet):
    """Devices that take pushes."""

    def on(self) -> Self:
        """Devices that still get notices."""
        return self.filter(off_at=None)

    def reached_from(self, made_for: str) -> Self:
        """Devices that enrolled with this very portal, by `duty.ways.push.keys.made_for`."""
        return self.on().filter(made_for=made_for)


class NoticeQuerySet(CommuneScopedQuerySet):
    """Notices, whatever became of them."""

    def pending(self) -> Self:
        """Notices that have not left."""
        return self.filter(state="waiting")

    def to_send(self, now: datetime) -> Self:
        """Notices whose time has come, or whose sender was lost."""
        return self.filter(state__in=["waiting", "sending"], next_attempt_at__lte=now)
