"""Targets of the indicators of the one page, as dated rows."""

from typing import Any

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import (
    BigIntegerRangeField,
    DateRangeField,
    RangeOperators,
)
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext_lazy as _

from accounts.communes.querysets import CommuneScopedQuerySet
from groups.consultation.thresholds import said_tenths
from oversight import data_files
from oversight.abstract_models import OfCommune

WORDS = data_files.read("indicators")
PERCENT = (MinValueValidator(0), MaxValueValidator(100))


def _alone(number: Any) -> Func:
    """A range of one number: ranges alone compare in a constraint without an extension."""
    return Func(
        number, number, Value("[]"), function="int8range", output_field=BigIntegerRangeField()
    )


DAYS = Func(F("first"), F("last"), Value("[]"), function="daterange", output_field=DateRangeField())
INDICATOR = Func(F("indicator"), function="hashtext", output_field=models.BigIntegerField())


class Target(OfCommune):
    """A target of an indicator from one day to another, in per cent of its whole.

    `floor` holds on each day; `path` is a straight line from `begins_with` on the first day to
    `value` on the last one; `by_end` is judged from the last day on.
    """

    class Shape(models.TextChoices):
        FLOOR = "floor", _("Kỳ nào cũng phải đạt")
        PATH = "path", _("Tăng đều tới ngày cuối")
        BY_END = "by_end", _("Đạt vào ngày cuối")

    indicator = models.CharField(
        _("chỉ tiêu"), max_length=20, choices=[(key, one["name"]) for key, one in WORDS.items()]
    )
    value = models.DecimalField(
        _("mục tiêu, %"), max_digits=4, decimal_places=1, validators=PERCENT,
        help_text=_("Phần trăm của tổng số. Muốn tất cả các ấp, các nhóm thì ghi 100."),
    )  # fmt: skip
    shape = models.CharField(_("cách tính"), max_length=6, choices=Shape, default=Shape.FLOOR)
    begins_with = models.DecimalField(
        _("lúc đầu đã có, %"), max_digits=4, decimal_places=1, default=0, validators=PERCENT,
        help_text=_("Chỉ dùng khi tăng đều: mức đã có vào ngày đầu."),
    )  # fmt: skip
    first = models.DateField(_("từ ngày"))
    last = models.DateField(_("đến hết ngày"))
    document = models.CharField(
        _("theo văn bản số"), max_length=60, blank=True, help_text=_("Ví dụ: 34/KH-UBND.")
    )

    objects: Any = CommuneScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("mục tiêu")
        verbose_name_plural = _("mục tiêu")
        ordering = ["-last", "indicator", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(last__gte=F("first")),
                name="target_days_in_order",
                violation_error_message=_("Ngày cuối không được trước ngày đầu."),
            ),
            models.CheckConstraint(
                condition=Q(value__gte=0, value__lte=100, begins_with__gte=0, begins_with__lte=100),
                name="target_is_a_share",
                violation_error_message=_("Mục tiêu ghi từ 0 đến 100 phần trăm."),
            ),
            ExclusionConstraint(
                name="target_one_a_day",
                expressions=[
                    (_alone(F("commune")), RangeOperators.OVERLAPS),
                    (_alone(INDICATOR), RangeOperators.OVERLAPS),
                    (DAYS, RangeOperators.OVERLAPS),
                ],
                violation_error_message=_(
                    "Những ngày này chỉ tiêu đã có mục tiêu. Hãy cho mục tiêu cũ kết thúc trước."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_indicator_display()}: {self.percentage}"

    @property
    def percentage(self) -> str:
        """`80%`, `62,5%`."""
        return said_tenths(int(self.value * 10))
