"""Numbers of a commune at the end of a month."""

from datetime import timedelta
from typing import Any

from django.db import models
from django.db.models import DateField, ExpressionWrapper, F
from django.db.models.functions import ExtractDay
from django.db.models.lookups import Exact
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.communes.querysets import CommuneScopedQuerySet
from accounts.key_fields import optional_key
from groups.models import Hamlet
from oversight.abstract_models import OfCommune

NEXT_DAY = ExpressionWrapper(F("month_end") + timedelta(days=1), output_field=DateField())


class MonthEndCount(OfCommune):
    """A number of a figure: indicator, line, month. Never changed or deleted.

    `indicator` is the key of the figure and of the column (`coverage.joined`); `line` the key of
    the row, `label` its words of then. `hamlet` is that of a row of a hamlet. `denominator`: the
    number of which this is a part. `is_estimated`: counted later than in the hour after the month.
    `first`: of what happened in a period, its first day; none for how things stood that day.
    """

    first = models.DateField(_("ngày đầu kỳ"), null=True, blank=True)
    month_end = models.DateField(_("ngày cuối tháng"))
    indicator = models.CharField(_("chỉ tiêu"), max_length=60)
    line = models.CharField(_("dòng"), max_length=20)
    label = models.CharField(_("tên lúc đó"), max_length=150)
    hamlet = optional_key(Hamlet, _("ấp, khu phố"))
    numerator = models.PositiveIntegerField(_("số"), null=True)
    denominator = models.PositiveIntegerField(_("trên tổng số"), null=True)
    is_estimated = models.BooleanField(_("số ước tính"), default=False)
    frozen_at = models.DateTimeField(_("chốt lúc"), default=timezone.now)

    objects: Any = CommuneScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("số cuối tháng")
        verbose_name_plural = _("số cuối tháng")
        default_permissions = ()
        ordering = ["commune", "month_end", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["commune", "month_end", "first", "indicator", "line"],
                name="month_end_count_once",
                nulls_distinct=False,
                violation_error_message=_("Tháng này đã chốt."),
            ),
            models.CheckConstraint(
                condition=Exact(ExtractDay(NEXT_DAY), 1),
                name="month_end_count_on_last_day",
                violation_error_message=_("Số cuối tháng ghi theo ngày cuối tháng."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator} {self.label} {self.month_end:%d/%m/%Y}"
