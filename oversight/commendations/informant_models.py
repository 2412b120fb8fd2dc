"""What is kept of whoever is thanked for a tip: keyed hashes, which are shown to nobody."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Commune
from oversight.commendations.models import Achievement
from reports.tips.querysets import NobodysQuerySet


class InformantLink(models.Model):
    """That an achievement is of whoever told a tip: a keyed hash, which names no tip.

    It is never shown or searched. Who has the identity of a tip open makes the hash of it anew and
    so finds the token; from the token nothing leads to the tip.
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


class ThankedMark(models.Model):
    """That whoever told some tip was thanked: what stays of a link that was cut.

    A keyed hash of the tip, which is the key of the row, too: of which achievement, when and in
    which order is not kept. It goes when the vault of the tip is emptied.
    """

    mark = models.CharField(max_length=64, primary_key=True, editable=False)
    commune = models.ForeignKey(
        Commune, models.PROTECT, verbose_name=_("xã, phường"), related_name="+"
    )

    objects = NobodysQuerySet.as_manager()
    commune_lookup: ClassVar[str] = "commune"

    class Meta:
        verbose_name = _("dấu đã khen")
        verbose_name_plural = _("dấu đã khen")
        default_permissions = ()

    def __str__(self) -> str:
        return "Dấu đã khen"
