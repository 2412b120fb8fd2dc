"""Numbers of tips as they stood when a month or a quarter was over: what outsiders' are made of."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Commune
from oversight.published_querysets import PublishedQuerySet


class PublishedMonth(models.Model):
    """How many tips a month had when it was over. Never changed, never deleted.

    These are counts before the suppression, so no page, list or file shows them.
    """

    commune = models.ForeignKey(
        Commune, models.PROTECT, verbose_name=_("xã, phường"), related_name="+"
    )
    first = models.DateField(_("ngày đầu tháng"))
    count = models.PositiveIntegerField(_("số phản ánh"))
    frozen_at = models.DateTimeField(_("chốt lúc"), auto_now_add=True)

    objects = PublishedQuerySet.as_manager()
    commune_lookup: ClassVar[str] = "commune"

    class Meta:
        verbose_name = _("số phản ánh đã chốt của tháng")
        verbose_name_plural = _("số phản ánh đã chốt của tháng")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["commune", "first"],
                name="published_month_once",
                violation_error_message=_("Số của tháng này đã chốt."),
            ),
            models.CheckConstraint(
                condition=models.Q(first__day=1),
                name="published_month_begins",
                violation_error_message=_("Tháng phải bắt đầu từ ngày 1."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first:%m/%Y}"


class PublishedQuarter(models.Model):
    """The months of a quarter and its tips told apart, as of its last moment. Never changed.

    `counts`: `{"months": [3 numbers], "cohorts": {cohort: {row: number}}}`. A tip that was written
    down after its month was over stands in the last month, so that the months add up.
    """

    commune = models.ForeignKey(
        Commune, models.PROTECT, verbose_name=_("xã, phường"), related_name="+"
    )
    first = models.DateField(_("ngày đầu quý"))
    counts = models.JSONField(_("số phản ánh"))
    frozen_at = models.DateTimeField(_("chốt lúc"), auto_now_add=True)

    objects = PublishedQuerySet.as_manager()
    commune_lookup: ClassVar[str] = "commune"

    class Meta:
        verbose_name = _("số phản ánh đã chốt của quý")
        verbose_name_plural = _("số phản ánh đã chốt của quý")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["commune", "first"],
                name="published_quarter_once",
                violation_error_message=_("Số của quý này đã chốt."),
            ),
            models.CheckConstraint(
                condition=models.Q(first__day=1, first__month__in=(1, 4, 7, 10)),
                name="published_quarter_begins",
                violation_error_message=_("Quý phải bắt đầu từ ngày 1 của tháng 1, 4, 7 hoặc 10."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first:%m/%Y}"
