"""Whose data it is, who signs in, and what was done."""

from datetime import date
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractUser
from django.contrib.auth.models import UserManager as BaseUserManager
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.querysets import (
    AuditEventQuerySet,
    CommuneQuerySet,
    CommuneScopedQuerySet,
    SharedQuerySet,
)


class Commune(models.Model):
    """A commune-level unit; every other row of the portal reaches one."""

    class Kind(models.TextChoices):
        XA = "xa", _("Xã")
        PHUONG = "phuong", _("Phường")
        DAC_KHU = "dac_khu", _("Đặc khu")

    name = models.CharField(_("tên"), max_length=100, help_text=_("Không kèm chữ Xã, Phường."))
    kind = models.CharField(_("loại"), max_length=10, choices=Kind, default=Kind.XA)
    code = models.CharField(
        _("mã đơn vị hành chính"), max_length=10, blank=True, help_text=_("Ví dụ: 26068.")
    )

    objects = CommuneQuerySet.as_manager()
    commune_lookup: ClassVar[str] = "pk"

    class Meta:
        verbose_name = _("xã, phường")
        verbose_name_plural = _("xã, phường")
        ordering = ["name"]
        permissions = [("view_all_communes", "Xem mọi xã, phường")]
        constraints = [
            models.UniqueConstraint(
                fields=["code"],
                condition=~Q(code=""),
                name="commune_code_unique",
                violation_error_message=_("Đã có xã, phường mang mã này."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.name}"

    def profile_on(self, day: date) -> "CommuneProfile | None":
        """The letterhead in force on a day."""
        return self.profiles.filter(valid_from__lte=day).order_by("-valid_from").first()


class CommuneProfile(models.Model):
    """What stands on letters and screens from a day on: it changes with mergers and elections."""

    commune = models.ForeignKey(
        Commune, models.CASCADE, verbose_name=_("xã, phường"), related_name="profiles"
    )
    valid_from = models.DateField(_("áp dụng từ ngày"))
    province_label = models.CharField(
        _("tỉnh, thành phố"), max_length=100, help_text=_("Ví dụ: THÀNH PHỐ ĐỒNG NAI.")
    )
    parent_body = models.CharField(_("cơ quan cấp trên"), max_length=150, blank=True)
    place_name = models.CharField(_("địa danh ghi trên văn bản"), max_length=100, blank=True)
    chief_title = models.CharField(_("chức vụ người ký"), max_length=100, blank=True)
    chief_name = models.CharField(_("họ tên người ký"), max_length=100, blank=True)
    duty_phone = models.CharField(_("điện thoại trực ban"), max_length=20, blank=True)

    objects = CommuneScopedQuerySet.as_manager()
    commune_lookup: ClassVar[str] = "commune"

    class Meta:
        verbose_name = _("thông tin xã theo thời gian")
        verbose_name_plural = _("thông tin xã theo thời gian")
        ordering = ["-valid_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["commune", "valid_from"],
                name="commune_profile_once_per_day",
                violation_error_message=_("Ngày này đã có một bản thông tin của xã."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.province_label} – {self.valid_from:%d/%m/%Y}"


class UserManager(BaseUserManager.from_queryset(CommuneScopedQuerySet)):  # type: ignore[misc]
    """Accounts, with the scope of a commune."""


class User(AbstractUser):
    """An account. `username` is the login; only a city-wide account has no commune."""

    commune = models.ForeignKey(
        Commune,
        models.PROTECT,
        verbose_name=_("xã, phường"),
        related_name="users",
        null=True,
        blank=True,
        help_text=_("Chỉ tài khoản cấp thành phố mới để trống."),
    )
    must_change_password = models.BooleanField(
        _("phải đổi mật khẩu khi đăng nhập"),
        default=False,
        help_text=_("Bật khi cấp mật khẩu tạm."),
    )

    objects = UserManager()  # type: ignore[misc]
    commune_lookup: ClassVar[str] = "commune"

    class Meta(AbstractUser.Meta):
        verbose_name = _("tài khoản")  # type: ignore[assignment]
        verbose_name_plural = _("tài khoản")  # type: ignore[assignment]
        ordering = ["username"]

    def __str__(self) -> str:
        return self.get_full_name() or self.username

    def get_full_name(self) -> str:
        """Family name first, as Vietnamese names are written."""
        return f"{self.last_name} {self.first_name}".strip()


class AuditChain(models.Model):
    """Head of one chain of audit events; locked while an event is added."""

    commune = models.OneToOneField(
        Commune, models.PROTECT, verbose_name=_("xã, phường"), null=True, blank=True
    )
    length = models.PositiveBigIntegerField(default=0)
    last_hash = models.CharField(max_length=64, default="0" * 64)

    class Meta:
        verbose_name = _("chuỗi nhật ký")
        verbose_name_plural = _("chuỗi nhật ký")
        constraints = [
            models.UniqueConstraint(
                models.functions.Coalesce("commune", 0),
                name="audit_chain_once_per_commune",
                violation_error_message=_("Mỗi xã chỉ có một chuỗi nhật ký."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.commune or 'city'}: {self.length}"


class AuditEvent(models.Model):
    """Who saw, opened, exported or changed what, and why. Append-only and hash-chained."""

    chain = models.ForeignKey(
        AuditChain, models.PROTECT, verbose_name=_("chuỗi nhật ký"), related_name="events"
    )
    sequence = models.PositiveBigIntegerField(_("số thứ tự"))
    at = models.DateTimeField(_("lúc"))
    commune = models.ForeignKey(
        Commune, models.PROTECT, verbose_name=_("xã, phường"), null=True, blank=True
    )
    actor = models.ForeignKey(
        User, models.PROTECT, verbose_name=_("người thực hiện"), null=True, blank=True
    )
    actor_name = models.CharField(_("người thực hiện (tên lúc đó)"), max_length=200, blank=True)
    action = models.CharField(_("việc"), max_length=60)
    target_type = models.CharField(_("loại đối tượng dữ liệu"), max_length=60, blank=True)
    target_id = models.CharField(_("mã"), max_length=64, blank=True)
    target_label = models.CharField(_("tên"), max_length=200, blank=True)
    reason = models.TextField(_("lý do"), blank=True)
    details = models.JSONField(_("chi tiết"), default=dict, blank=True)
    previous_hash = models.CharField(max_length=64, editable=False)
    hash = models.CharField(max_length=64, editable=False)

    objects = AuditEventQuerySet.as_manager()
    commune_lookup: ClassVar[str] = "commune"

    class Meta:
        verbose_name = _("dòng nhật ký")
        verbose_name_plural = _("nhật ký hệ thống")
        ordering = ["-at", "-pk"]
        indexes = [
            # read by the admin list, newest first
            models.Index(fields=["commune", "-at"], name="audit_commune_at"),
            # read by “what happened to this row”
            models.Index(fields=["target_type", "target_id"], name="audit_target"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["chain", "sequence"],
                name="audit_sequence_unique",
                violation_error_message=_("Số thứ tự nhật ký bị trùng."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sequence}. {self.action} {self.target_label}".strip()

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        raise TypeError("audit events cannot be deleted")


class Holiday(models.Model):
    """A day off in the middle of the week, or a Saturday that is worked instead.

    The same for all communes: the State announces them each year.
    """

    class Kind(models.TextChoices):
        OFF = "off", _("Được nghỉ")
        WORKED = "worked", _("Làm bù")

    day = models.DateField(_("ngày"), unique=True)
    name = models.CharField(_("tên"), max_length=100, help_text=_("Ví dụ: Tết Dương lịch."))
    kind = models.CharField(_("loại"), max_length=6, choices=Kind, default=Kind.OFF)
    is_provisional = models.BooleanField(
        _("chờ thông báo chính thức"),
        default=False,
        help_text=_("Ngày do phần mềm tính trước; sửa khi Nhà nước công bố lịch nghỉ."),
    )

    objects = SharedQuerySet.as_manager()

    class Meta:
        verbose_name = _("ngày nghỉ, ngày làm bù")
        verbose_name_plural = _("lịch nghỉ lễ, làm bù")
        ordering = ["day"]

    def __str__(self) -> str:
        return f"{self.day:%d/%m/%Y} – {self.name}"
