"""Spreading: that a party organisation has gone through a document with its people."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from oversight.direction.querysets import RegisterQuerySet
from oversight.models.bodies import PartyOrganisation
from oversight.models.direction import Direction
from oversight.models.documents import GuidingDocument


class Spreading(models.Model):
    """The day and how many were there. There is no field that could hold a name."""

    organisation = models.ForeignKey(
        PartyOrganisation, models.PROTECT, verbose_name=_("tổ chức đảng"),
        related_name="spreadings",
    )  # fmt: skip
    document = models.ForeignKey(
        GuidingDocument, models.CASCADE, verbose_name=_("văn bản"), related_name="spreadings",
        null=True, blank=True,
    )  # fmt: skip
    direction = models.ForeignKey(
        Direction, models.CASCADE, verbose_name=_("chỉ đạo"), related_name="spreadings",
        null=True, blank=True, help_text=_("Chỉ chọn khi quán triệt một chỉ đạo không có văn bản."),
    )  # fmt: skip
    held_on = models.DateField(_("ngày quán triệt"))
    attendees = models.PositiveIntegerField(
        _("số người dự"), help_text=_("Chỉ ghi con số. Không ghi danh sách người dự.")
    )
    recorded_by = models.ForeignKey(
        User, models.PROTECT, verbose_name=_("người ghi"), related_name="+", editable=False
    )
    recorded_at = models.DateTimeField(_("ghi lúc"), auto_now_add=True)

    objects = RegisterQuerySet.as_manager()
    commune_lookup: ClassVar[str] = "organisation__commune"

    class Meta:
        verbose_name = _("lượt quán triệt")
        verbose_name_plural = _("quán triệt, triển khai")
        ordering = ["-held_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(document=None, direction__isnull=False)
                | Q(document__isnull=False, direction=None),
                name="spreading_of_one",
                violation_error_message=_(
                    "Hãy chọn văn bản, hoặc chọn chỉ đạo, không chọn cả hai."
                ),
            ),
            models.UniqueConstraint(
                fields=["document", "organisation"],
                name="spreading_of_document_once",
                violation_error_message=_("Tổ chức đảng này đã báo quán triệt văn bản đó."),
            ),
            models.UniqueConstraint(
                fields=["direction", "organisation"],
                name="spreading_of_direction_once",
                violation_error_message=_("Tổ chức đảng này đã báo quán triệt chỉ đạo đó."),
            ),
            models.CheckConstraint(
                condition=Q(attendees__gte=1, attendees__lte=5000),
                name="spreading_has_attendees",
                violation_error_message=_("Số người dự phải từ 1 đến 5.000."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation}, {self.held_on:%d/%m/%Y}"
