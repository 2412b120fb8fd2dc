"""The law behind the library: texts, and which edition cites which of them."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.querysets import SharedQuerySet
from accounts.text_fields import CleanCharField
from procedures.models.editions import Edition


class LegalText(models.Model):
    """A law, decree, circular or decision, by its number.

    Changed only through `procedures.services.reopen_citing`, which reopens whoever cites it.
    """

    class Status(models.TextChoices):
        IN_FORCE = "in_force", _("Đang áp dụng")
        AMENDED = "amended", _("Đã sửa đổi")
        REPLACED = "replaced", _("Đã thay thế, hết hiệu lực")

    number = CleanCharField(
        _("số, ký hiệu"), max_length=60, unique=True, help_text=_("Ví dụ: TT 75/2022/TT-BTC.")
    )
    title = CleanCharField(_("tên văn bản"), max_length=250, blank=True)
    effective_on = models.DateField(_("có hiệu lực từ"), null=True, blank=True)
    status = models.CharField(
        _("tình trạng"), max_length=10, choices=Status, default=Status.IN_FORCE
    )
    changed_on = models.DateField(_("thay đổi từ ngày"), null=True, blank=True)
    changed_through = CleanCharField(
        _("văn bản sửa đổi, thay thế"), max_length=120, blank=True,
        help_text=_("Ví dụ: NĐ 320/2026."),
    )  # fmt: skip

    objects = SharedQuerySet.as_manager()

    class Meta:
        verbose_name = _("văn bản pháp luật")
        verbose_name_plural = _("văn bản pháp luật")
        ordering = ["number"]
        permissions = [("change_law", "Ghi văn bản đã thay đổi và mở lại các thủ tục dẫn văn bản")]
        constraints = [
            models.CheckConstraint(
                condition=Q(status="in_force", changed_on=None)
                | (~Q(status="in_force") & Q(changed_on__isnull=False)),
                name="legaltext_change_has_day",
                violation_error_message=_("Hãy ghi ngày văn bản được sửa đổi, thay thế."),
            ),
        ]

    def __str__(self) -> str:
        return self.number


class Citation(models.Model):
    """That an edition rests on a text: the index by which a changed text reopens editions."""

    class Purpose(models.TextChoices):
        BASIS = "basis", _("Căn cứ")
        FEE = "fee", _("Lệ phí")
        FORM = "form", _("Biểu mẫu")

    edition = models.ForeignKey(
        Edition, models.CASCADE, verbose_name=_("bản"), related_name="citations"
    )
    text = models.ForeignKey(
        LegalText, models.PROTECT, verbose_name=_("văn bản"), related_name="citations"
    )
    purpose = models.CharField(_("dùng làm"), max_length=6, choices=Purpose, default=Purpose.BASIS)
    place = CleanCharField(
        _("điều, khoản"), max_length=80, blank=True, help_text=_("Ví dụ: Điều 31.")
    )
    order = models.PositiveSmallIntegerField(_("thứ tự"), default=0)

    objects = SharedQuerySet.as_manager()

    class Meta:
        verbose_name = _("căn cứ pháp lý")
        verbose_name_plural = _("căn cứ pháp lý")
        ordering = ["edition", "order", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "text", "purpose", "place"],
                name="citation_once",
                violation_error_message=_("Căn cứ này đã ghi rồi."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.text}, {self.place}" if self.place else str(self.text)
