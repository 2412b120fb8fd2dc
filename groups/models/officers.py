"""Officers and which hamlets they cover."""

from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Commune, User
from groups.fields import CleanCharField, FoldedTextField, PhoneField, SortKeyField
from groups.models.place import Hamlet, refuse_past_hamlet
from groups.querysets import HamletAssignmentQuerySet, OfficerQuerySet


class Officer(models.Model):
    """A person with an office: police, hamlet head, duty officer. The account is optional."""

    commune = models.ForeignKey(
        Commune, models.PROTECT, verbose_name=_("xã, phường"), related_name="officers"
    )
    full_name = CleanCharField(_("họ và tên"), max_length=100)
    title = CleanCharField(
        _("chức vụ"), max_length=100, help_text=_("Ví dụ: Cán bộ phụ trách ấp, Trưởng ấp.")
    )
    phone = PhoneField(_("số điện thoại"), blank=True)
    user = models.OneToOneField(
        User, models.PROTECT, verbose_name=_("tài khoản"), related_name="officer",
        null=True, blank=True,
    )  # fmt: skip
    zalo_user_id = CleanCharField(
        _("mã người dùng Zalo"), max_length=64, blank=True,
        help_text=_(
            "Để trống nếu không làm quản trị viên, phó nhóm của nhóm OA. Mã chỉ có ở trang quản lý "
            "OA, không phải số điện thoại."
        ),
    )  # fmt: skip
    is_active = models.BooleanField(_("đang công tác"), default=True)
    sort_key = SortKeyField(source="full_name")
    search_text = FoldedTextField(source="full_name")

    objects = OfficerQuerySet.as_manager()
    commune_lookup: ClassVar[str] = "commune"

    class Meta:
        verbose_name = _("cán bộ")
        verbose_name_plural = _("cán bộ")
        ordering = ["sort_key"]
        permissions = [
            ("import_officer", "Nhập danh sách cán bộ từ tệp"),
            ("export_officer", "Xuất danh sách cán bộ ra tệp"),
        ]

    def __str__(self) -> str:
        return f"{self.full_name} ({self.title})" if self.title else self.full_name

    def clean(self) -> None:
        super().clean()
        if self.user is not None and self.user.commune_id != self.commune_id:
            raise ValidationError({"user": _("Tài khoản này không thuộc xã của cán bộ.")})


class HamletAssignment(models.Model):
    """Who covers which hamlet, from when to when, and whether as a stand-in."""

    officer = models.ForeignKey(
        Officer, models.PROTECT, verbose_name=_("cán bộ"), related_name="assignments"
    )
    hamlet = models.ForeignKey(
        Hamlet, models.PROTECT, verbose_name=_("ấp, khu phố"), related_name="assignments"
    )
    valid_from = models.DateField(_("từ ngày"))
    valid_to = models.DateField(_("đến hết ngày"), null=True, blank=True)
    is_cover = models.BooleanField(_("trực thay"), default=False)

    objects = HamletAssignmentQuerySet.as_manager()
    commune_lookup: ClassVar[str] = "hamlet__commune"
    hamlet_lookup: ClassVar[str] = "hamlet"

    class Meta:
        verbose_name = _("phân công địa bàn")
        verbose_name_plural = _("phân công địa bàn")
        ordering = ["hamlet", "-valid_from"]
        indexes = [
            # read by every scope query
            models.Index(fields=["officer", "hamlet"], name="assignment_officer_hamlet"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["officer", "hamlet", "valid_from"],
                name="assignment_once_per_start",
                violation_error_message=_("Cán bộ đã được phân công ấp này từ ngày đó."),
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                name="assignment_dates_in_order",
                violation_error_message=_("Ngày kết thúc phải sau ngày bắt đầu."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.officer.full_name} – {self.hamlet}"

    def clean(self) -> None:
        super().clean()
        refuse_past_hamlet(self)
        both = self.officer_id and self.hamlet_id
        if both and self.officer.commune_id != self.hamlet.commune_id:
            raise ValidationError({"hamlet": _("Ấp này không thuộc xã của cán bộ.")})
