"""Marks by which live pages learn that something they show has changed."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.communes.models import Commune


class LiveMark(models.Model):
    """One statement wrote rows of a topic in a commune; written by database triggers alone.

    Without a unique key and without a check of the commune, so that writers never wait for each
    other. Deleted by the round that publishes it (docs/decisions/0106).
    """

    commune = models.ForeignKey(
        Commune,
        models.DO_NOTHING,
        verbose_name=_("xã, phường"),
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    topic = models.CharField(_("chủ đề"), max_length=12)

    commune_lookup: ClassVar[str] = "commune"

    class Meta:
        verbose_name = _("dấu thay đổi của trang tự cập nhật")
        verbose_name_plural = _("dấu thay đổi của trang tự cập nhật")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.commune_id} · {self.topic}"
