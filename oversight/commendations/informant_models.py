"""Keyed hashes that link a commendation to a tip; shown to nobody."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from oversight.abstract_models import OfCommune
from oversight.commendations.models import Achievement
from reports.tips.querysets import NobodysQuerySet


class InformantLink(models.Model):
    """Link from an achievement to a tip, as a keyed hash of the tip.

    Never shown or searched. An account with the identity of the tip open computes the hash again
    and finds the token; nothing leads from the token to the tip.
    """

    achievement = models.OneToOneField(
        Achievement, models.CASCADE, verbose_name=_("thành tích"), related_name="link"
    )
    tip_index = models.CharField(max_length=64, unique=True, editable=False)

    objects = NobodysQuerySet.as_manager()
    commune_lookup: ClassVar[str] = "achievement__commune"

    class Meta:
        verbose_name = _("mối nối của mã")
        verbose_name_plural = _("mối nối của mã")
        default_permissions = ()

    def __str__(self) -> str:
        return "Mối nối của mã"


class ThankedMark(OfCommune):
    """Mark that the reporter of some tip was rewarded; remains after the link is removed.

    The primary key is a keyed hash of the tip: achievement, time and order are not stored. Deleted
    when the vault of the tip is emptied.
    """

    mark = models.CharField(max_length=64, primary_key=True, editable=False)

    objects = NobodysQuerySet.as_manager()

    class Meta:
        verbose_name = _("dấu đã khen")
        verbose_name_plural = _("dấu đã khen")
        default_permissions = ()

    def __str__(self) -> str:
        return "Dấu đã khen"
