"""Portals of others that say each five minutes that they are alive."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.communes.querysets import CommuneScopedQuerySet
from accounts.key_fields import required_key
from accounts.models import Commune


class Neighbour(models.Model):
    """A portal whose beat is noted here; `commune` hears of it when it falls silent.

    Of the address to which it beats only the hash of its secret part is kept.
    """

    commune = required_key(Commune, _("xã, phường được báo"))
    name = models.CharField(_("tên cổng"), max_length=100)
    secret_hash = models.CharField(_("dấu địa chỉ"), max_length=64, unique=True)
    made_at = models.DateTimeField(_("lập lúc"), default=timezone.now)
    last_at = models.DateTimeField(_("nhịp cuối lúc"), null=True, blank=True)

    objects = CommuneScopedQuerySet.as_manager()
    commune_lookup: ClassVar[str] = "commune"

    class Meta:
        verbose_name = _("cổng bạn")
        verbose_name_plural = _("cổng bạn")
        ordering = ["name", "pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["commune", "name"],
                name="neighbour_one_a_name",
                violation_error_message=_("Đã có cổng bạn tên này."),
            ),
            models.CheckConstraint(
                condition=~Q(name=""),
                name="neighbour_has_a_name",
                violation_error_message=_("Hãy ghi tên cổng bạn."),
            ),
        ]

    def __str__(self) -> str:
        return self.name
