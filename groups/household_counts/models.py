"""Dated facts: the number of households of a hamlet or a team."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.key_fields import optional_key, required_key
from accounts.users.fields import user_field
from groups.places.models import Hamlet, Team
from groups.places.querysets import HamletScopedQuerySet


class HouseholdCount(models.Model):
    """Number of households from a day on, of a hamlet or of one of its teams.

    The database writes it with each change of `households`
    (`groups.household_counts.triggers`). `is_estimated`: nobody stated the day; it is the
    day of the record.
    """

    hamlet = required_key(Hamlet, _("ấp, khu phố"), "household_counts", on_delete=models.CASCADE)
    team = optional_key(Team, _("tổ nhân dân"), "household_counts", on_delete=models.CASCADE)
    households = models.PositiveIntegerField(_("số hộ"))
    valid_from = models.DateField(_("từ ngày"))
    is_estimated = models.BooleanField(_("ngày ước tính"), default=False)
    recorded_by = user_field(_("người ghi"), db_index=False)
    recorded_at = models.DateTimeField(_("ghi lúc"), default=timezone.now)

    objects = HamletScopedQuerySet.as_manager()
    hamlet_lookup: ClassVar[str] = "hamlet"

    class Meta:
        verbose_name = _("số hộ theo ngày")
        verbose_name_plural = _("số hộ theo ngày")
        default_permissions = ()
        ordering = ["hamlet", "team", "valid_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["hamlet", "valid_from"],
                condition=Q(team=None),
                name="householdcount_of_hamlet_once",
                violation_error_message=_("Ngày này đã ghi số hộ của ấp."),
            ),
            models.UniqueConstraint(
                fields=["team", "valid_from"],
                condition=Q(team__isnull=False),
                name="householdcount_of_team_once",
                violation_error_message=_("Ngày này đã ghi số hộ của tổ."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.team or self.hamlet}: {self.households} hộ từ {self.valid_from:%d/%m/%Y}"
