"""Draft numbers of official documents: a number goes up when the content has changed."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.communes.models import Commune
from accounts.communes.querysets import CommuneScopedQuerySet


class PaperDraft(models.Model):
    """The last draft of one paper; of its content only a keyed hash."""

    commune = models.ForeignKey(
        Commune, models.PROTECT, verbose_name=_("xã, phường"), related_name="+"
    )
    about = models.CharField(_("văn bản"), max_length=120)
    number = models.PositiveIntegerField(_("dự thảo lần"), default=0)
    digest = models.CharField(_("mã kiểm nội dung"), max_length=64, blank=True)
    made_at = models.DateTimeField(_("lập lúc"), auto_now=True)

    objects = CommuneScopedQuerySet.as_manager()
    commune_lookup: ClassVar[str] = "commune"

    class Meta:
        verbose_name = _("dự thảo văn bản")
        verbose_name_plural = _("dự thảo văn bản")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["commune", "about"],
                name="paper_draft_once",
                violation_error_message=_("Văn bản này đã có số dự thảo."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.about}, dự thảo lần {self.number}"
