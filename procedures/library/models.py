"""Areas and procedures, the same for every commune of an installation."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.communes.querysets import SharedQuerySet
from accounts.text_fields import CleanCharField, FoldedTextField
from procedures.library.querysets import ProcedureQuerySet


class ProcedureArea(models.Model):
    """A field of work, as the national portal groups procedures."""

    slug = models.SlugField(_("mã"), max_length=40, unique=True)
    name = CleanCharField(_("tên lĩnh vực"), max_length=120)
    order = models.PositiveSmallIntegerField(_("thứ tự"), default=0)

    objects = SharedQuerySet.as_manager()

    class Meta:
        verbose_name = _("lĩnh vực thủ tục")
        verbose_name_plural = _("lĩnh vực thủ tục")
        ordering = ["order", "name"]

    def __str__(self) -> str:
        return self.name


class Procedure(models.Model):
    """One procedure; what is said about it stands in its editions.

    `code` is the national code, `matt_id` the number in the address of the ministry's page.
    """

    class Level(models.TextChoices):
        COMMUNE = "commune", _("Công an xã nơi cư trú")
        ANY_COMMUNE = "any_commune", _("Công an xã bất kỳ")
        PROVINCE = "province", _("Công an tỉnh, thành phố")
        GUIDE = "guide", _("Nơi khác, chỉ hướng dẫn")

    area = models.ForeignKey(
        ProcedureArea, models.PROTECT, verbose_name=_("lĩnh vực"), related_name="procedures"
    )
    slug = models.SlugField(
        _("địa chỉ"), max_length=80, unique=True,
        help_text=_("Phần cuối của địa chỉ trang, không đổi khi tên đổi."),
    )  # fmt: skip
    name = CleanCharField(_("tên thủ tục"), max_length=200)
    folded_name = FoldedTextField(_("tên không dấu"), source="name")
    code = models.CharField(
        _("mã thủ tục quốc gia"), max_length=20, blank=True, help_text=_("Ví dụ: 1.004222.")
    )
    matt_id = models.CharField(
        _("số trang của Bộ Công an"), max_length=10, blank=True, help_text=_("Ví dụ: 26360.")
    )
    other_codes = ArrayField(
        models.CharField(max_length=30), verbose_name=_("mã khác"), default=list, blank=True,
        help_text=_("Khi Cổng quốc gia tách thành nhiều thủ tục. Ví dụ: 1.013066 (58712)."),
    )  # fmt: skip
    level = models.CharField(_("nơi giải quyết"), max_length=12, choices=Level)
    order = models.PositiveSmallIntegerField(_("thứ tự"), default=0)
    is_active = models.BooleanField(
        _("còn áp dụng"), default=True, help_text=_("Bỏ chọn khi thủ tục bị bãi bỏ.")
    )

    objects = ProcedureQuerySet.as_manager()

    class Meta:
        verbose_name = _("thủ tục")
        verbose_name_plural = _("thủ tục")
        ordering = ["area__order", "order", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["code"],
                condition=~Q(code=""),
                name="procedure_code_once",
                violation_error_message=_("Đã có thủ tục mang mã này."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_at_commune(self) -> bool:
        """Taken by the police of a commune themselves, so that their place and hours matter."""
        return self.level in (self.Level.COMMUNE, self.Level.ANY_COMMUNE)
