"""The stored snapshot of the health of the installation."""

from datetime import datetime
from typing import Any, Final

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

STALE_S: Final = 60


class HealthSnapshot(models.Model):
    """Health of the installation as a task saw it last: a single row.

    `parts` holds the values of each part by its key, with `state` and `since` (ISO 8601), the
    moment at which that state began.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    recorded_at = models.DateTimeField(_("ghi lúc"))
    duration_ms = models.PositiveIntegerField(_("thời gian kiểm tra (ms)"))
    parts = models.JSONField(_("các mục"), default=dict)

    class Meta:
        verbose_name = _("sức khỏe hệ thống")
        verbose_name_plural = _("sức khỏe hệ thống")
        default_permissions = ("view",)
        constraints = [
            models.CheckConstraint(
                condition=Q(id=1),
                name="health_snapshot_single_row",
                violation_error_message=_("Chỉ có một dòng sức khỏe hệ thống."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.recorded_at:%H:%M:%S %d/%m/%Y}"

    def age_s(self, now: datetime) -> float:
        """Seconds since the snapshot."""
        return max((now - self.recorded_at).total_seconds(), 0.0)

    def is_stale(self, now: datetime) -> bool:
        """Whether several snapshots are missing: nobody knows how the parts are now."""
        return self.age_s(now) > STALE_S

    def is_ok(self, now: datetime) -> bool:
        """Whether the snapshot is fresh and every part in it is ok."""
        return not self.is_stale(now) and all(values["ok"] for values in self.parts.values())

    def values(self, key: str) -> dict[str, Any]:
        """Values of one part; empty where it is not in the snapshot."""
        found: dict[str, Any] = self.parts.get(key, {})
        return found
