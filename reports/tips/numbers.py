"""Counts by which tips get their numbers."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Commune
from reports.tips.models import TipReport
from reports.tips.querysets import NobodysQuerySet


class TipCounter(models.Model):
    """The count of numbered tips of a year; `reports.intake` makes the number of it."""

    commune = models.ForeignKey(Commune, models.CASCADE, related_name="+")
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    objects = NobodysQuerySet.as_manager()
    commune_lookup: ClassVar[str] = "commune"

    class Meta:
        verbose_name = _("số thứ tự phản ánh")
        verbose_name_plural = _("số thứ tự phản ánh")
        ordering = ["commune", "year"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["commune", "year"],
                name="tipcounter_once_a_year",
                violation_error_message=_("Năm này đã có số thứ tự."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year}: {self.last}"


class RegisterEntry(models.Model):
    """The running number of a tip in the register of its commune and year, given once.

    Numbers of a year have no holes and stay; a tip that bars an account gets none, for its hole
    would tell that account of it.
    """

    tip = models.OneToOneField(TipReport, models.PROTECT, related_name="register_entry")
    commune = models.ForeignKey(Commune, models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField(_("năm"))
    number = models.PositiveIntegerField(_("số thứ tự"))

    objects = NobodysQuerySet.as_manager()
    commune_lookup: ClassVar[str] = "commune"

    class Meta:
        verbose_name = _("số trong sổ tiếp nhận")
        verbose_name_plural = _("số trong sổ tiếp nhận")
        ordering = ["commune", "year", "number"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["commune", "year", "number"],
                name="registerentry_number_once",
                violation_error_message=_("Số thứ tự này đã dùng."),
            ),
            models.CheckConstraint(
                condition=models.Q(number__gte=1),
                name="registerentry_counts_from_one",
                violation_error_message=_("Số thứ tự đếm từ 1."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}/{self.year}"
