"""Guiding documents: what plans, directions and meetings rest on, and whether it still holds."""

from datetime import date
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Commune, User
from oversight.direction.querysets import GuidingDocumentQuerySet


class GuidingDocument(models.Model):
    """A document by which others direct the commune; marked documents are never taken in."""

    class Kind(models.TextChoices):
        RESOLUTION = "resolution", _("Nghị quyết")
        DIRECTIVE = "directive", _("Chỉ thị")
        CONCLUSION = "conclusion", _("Kết luận")
        CIRCULAR = "circular", _("Thông tư")
        GUIDANCE = "guidance", _("Hướng dẫn")
        LETTER = "letter", _("Công văn")
        PLAN = "plan", _("Kế hoạch")
        DECISION = "decision", _("Quyết định")
        NOTICE = "notice", _("Thông báo")
        OTHER = "other", _("Văn bản khác")

    class Standing(models.TextChoices):
        IN_FORCE = "in_force", _("Còn hiệu lực")
        EXPIRED = "expired", _("Hết hiệu lực")
        REPLACED = "replaced", _("Đã thay thế")

    commune = models.ForeignKey(
        Commune, models.PROTECT, verbose_name=_("xã, phường"), related_name="+"
    )
    number = models.CharField(
        _("số, ký hiệu"), max_length=60, help_text=_("Ví dụ: 579/HD-CAT-PV01.")
    )
    issued_on = models.DateField(_("ngày ban hành"))
    issuer = models.CharField(_("cơ quan ban hành"), max_length=150)
    kind = models.CharField(_("loại văn bản"), max_length=10, choices=Kind)
    summary = models.TextField(
        _("trích yếu"), max_length=500, help_text=_("Không ghi văn bản có dấu mật.")
    )
    file = models.FileField(
        _("tệp văn bản"), upload_to="guiding/%Y/%m/", blank=True,
        help_text=_("Word, PDF hoặc ảnh chụp. Không gửi văn bản có dấu mật."),
    )  # fmt: skip
    valid_to = models.DateField(
        _("hết hiệu lực sau ngày"), null=True, blank=True,
        help_text=_("Để trống khi văn bản không ghi ngày hết hiệu lực."),
    )  # fmt: skip
    replaced_by = models.ForeignKey(
        "self", models.PROTECT, verbose_name=_("thay bằng văn bản"), related_name="replaces",
        null=True, blank=True,
    )  # fmt: skip
    spread_by = models.DateField(
        _("hạn quán triệt"), null=True, blank=True,
        help_text=_("Ghi ngày khi các chi bộ phải quán triệt, triển khai văn bản này."),
    )  # fmt: skip
    created_by = models.ForeignKey(
        User, models.PROTECT, verbose_name=_("người ghi"), related_name="+", null=True,
        editable=False,
    )  # fmt: skip
    created_at = models.DateTimeField(_("ghi lúc"), auto_now_add=True)

    objects = GuidingDocumentQuerySet.as_manager()
    commune_lookup: ClassVar[str] = "commune"

    class Meta:
        verbose_name = _("văn bản chỉ đạo")
        verbose_name_plural = _("văn bản chỉ đạo")
        ordering = ["-issued_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["commune", "number", "issued_on"],
                name="guiding_document_once",
                violation_error_message=_("Văn bản số này, ngày này đã có trong sổ."),
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("issued_on")),
                name="guiding_document_days_in_order",
                violation_error_message=_("Ngày hết hiệu lực phải từ ngày ban hành trở đi."),
            ),
            models.CheckConstraint(
                condition=Q(replaced_by=None) | ~Q(replaced_by=F("pk")),
                name="guiding_document_replaced_by_another",
                violation_error_message=_("Văn bản không thể thay cho chính nó."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.number}, {self.issued_on:%d/%m/%Y}"

    def standing_on(self, day: date) -> Standing:
        """Whether it holds on a day; read from its dates, so that it cannot be forgotten."""
        if self.replaced_by_id is not None:
            return self.Standing.REPLACED
        is_over = self.valid_to is not None and self.valid_to < day
        return self.Standing.EXPIRED if is_over else self.Standing.IN_FORCE
