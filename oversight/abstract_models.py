"""Abstract models shared by the features of oversight."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Commune


class OfCommune(models.Model):
    """Row of a commune."""

    commune = models.ForeignKey(
        Commune, models.PROTECT, verbose_name=_("xã, phường"), related_name="+"
    )
    commune_lookup: ClassVar[str] = "commune"

    class Meta:
        abstract = True
