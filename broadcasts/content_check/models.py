"""Phones that posts may name, beside those of the officers."""

from datetime import date
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.communes.querysets import CommuneScopedQuerySet
from accounts.models import Commune
from groups.fields import PhoneField


class OfficialPhoneQuerySet(CommuneScopedQuerySet):
    """Questions about official phones."""

    def in_force(self, day: date) -> "OfficialPhoneQuerySet":
        """Phones valid on a day."""
        return self.filter(valid_from__lte=day).exclude(valid_to__lt=day)


class OfficialPhone(models.Model):
    """A number of an office from a day on, which posts of the commune may name.

    Without it any mobile number counts as that of a private person. Landlines and short public
    numbers need no row.
    """

    commune = models.ForeignKey(
        Commune, models.PROTECT, verbose_name=_("xã, phường"), related_name="official_phones"
    )
    label = models.CharField(
        _("của ai"), max_length=100, help_text=_("Ví dụ: Trực ban Công an xã, Trạm y tế.")
    )
    phone = PhoneField(_("số điện thoại"))
    valid_from = models.DateField(_("dùng từ ngày"))
    valid_to = models.DateField(_("dùng đến hết ngày"), null=True, blank=True)

    objects = OfficialPhoneQuerySet.as_manager()
    commune_lookup: ClassVar[str] = "commune"

    class Meta:
        verbose_name = _("số điện thoại chính thức")
        verbose_name_plural = _("số điện thoại chính thức")
        ordering = ["label", "valid_from"]
        constraints = [
            models.CheckConstraint(
                condition=Q(phone__startswith="+84"),
                name="official_phone_is_a_number",
                violation_error_message=_("Đây không phải số điện thoại Việt Nam."),
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                name="official_phone_dates_in_order",
                violation_error_message=_("Ngày thôi dùng phải sau ngày bắt đầu."),
            ),
            models.UniqueConstraint(
                fields=["commune", "phone", "valid_from"],
                name="official_phone_once_per_start",
                violation_error_message=_("Số này đã có trong danh sách từ ngày đó."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.label}: {self.phone}"
