"""Communes, their dated details, their holidays."""

from datetime import date, time
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.communes.querysets import CommuneQuerySet, CommuneScopedQuerySet, SharedQuerySet


def place_name(kind: str, name: str) -> str:
    """“Ấp” and “Bình An” as “Ấp Bình An”, also where the kind was typed into the name."""
    is_said = name.casefold().startswith(f"{kind} ".casefold())
    return name if is_said else f"{kind} {name}"


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
    # From the first enrolment of a chief on, police accounts enrol with another chief's word.
    vouching_since = models.DateTimeField(
        _("tài khoản công an phải được bảo lãnh từ"), null=True, blank=True, editable=False
    )
    # From the first sign-in of a chief on, nobody changes alone what residents trust.
    chief_since = models.DateTimeField(_("có chỉ huy từ"), null=True, blank=True, editable=False)

    objects = CommuneQuerySet.as_manager()
    commune_lookup: ClassVar[str] = "pk"

    class Meta:
        verbose_name = _("xã, phường")
        verbose_name_plural = _("xã, phường")
        ordering = ["name"]
        permissions = [
            ("view_all_communes", "Xem mọi xã, phường"),
            ("view_figures", "Xem số liệu của cả xã"),
            ("print_party_report", "Xem, in dự thảo báo cáo của Đảng ủy"),
            ("take_party_report", "Lấy dự thảo báo cáo của Đảng ủy, Ủy ban nhân dân ra tệp Word"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["code"],
                condition=~Q(code=""),
                name="commune_code_unique",
                violation_error_message=_("Đã có xã, phường mang mã này."),
            ),
        ]

    def __str__(self) -> str:
        return place_name(self.get_kind_display(), self.name)

    def profile_on(self, day: date) -> "CommuneProfile | None":
        """The letterhead in force on a day."""
        return self.profiles.filter(valid_from__lte=day).order_by("-valid_from").first()


class CommuneProfile(models.Model):
    """Details on letters and screens, valid from a day on (mergers, elections)."""

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
    committee_title = models.CharField(
        _("chức vụ người ký của Ủy ban nhân dân"), max_length=100, blank=True,
        help_text=_("Ví dụ: Chủ tịch."),
    )  # fmt: skip
    committee_name = models.CharField(
        _("họ tên người ký của Ủy ban nhân dân"), max_length=100, blank=True
    )
    party_above = models.CharField(
        _("đảng bộ cấp trên"), max_length=150, blank=True,
        help_text=_("Ví dụ: Đảng bộ thành phố Đồng Nai."),
    )  # fmt: skip
    party_title = models.CharField(
        _("chức vụ người ký của Đảng ủy"), max_length=100, blank=True,
        help_text=_("Ví dụ: Bí thư."),
    )  # fmt: skip
    party_name = models.CharField(_("họ tên người ký của Đảng ủy"), max_length=100, blank=True)
    duty_phone = models.CharField(_("điện thoại trực ban"), max_length=20, blank=True)
    reception_place = models.CharField(
        _("nơi tiếp dân"), max_length=200, blank=True,
        help_text=_("Ghi vào câu trả lời thủ tục. Ví dụ: Trụ sở Công an xã, ấp 3."),
    )  # fmt: skip
    opening_hours = models.CharField(
        _("giờ tiếp dân"), max_length=200, blank=True,
        help_text=_("Ví dụ: thứ Hai đến thứ Sáu 7 giờ 30 đến 17 giờ, sáng thứ Bảy."),
    )  # fmt: skip
    quiet_from = models.TimeField(
        _("giờ nghỉ từ"), default=time(21, 30),
        help_text=_("Bài thường hẹn vào giờ nghỉ thì được nhắc; bài khẩn không bị nhắc."),
    )  # fmt: skip
    quiet_to = models.TimeField(_("giờ nghỉ đến"), default=time(6, 30))
    daily_cap = models.PositiveSmallIntegerField(
        _("số bài thường mỗi nhóm mỗi ngày"), default=2,
        help_text=_("Quá số này thì người trình và người duyệt được nhắc."),
    )  # fmt: skip
    weekly_cap = models.PositiveSmallIntegerField(
        _("số bài thường mỗi nhóm trong 7 ngày"), default=7,
        help_text=_("Gửi nhiều quá người dân dễ tắt thông báo."),
    )  # fmt: skip

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
            models.CheckConstraint(
                condition=Q(daily_cap__gte=1) & Q(weekly_cap__gte=models.F("daily_cap")),
                name="commune_profile_caps_agree",
                violation_error_message=_(
                    "Số bài mỗi ngày phải từ 1 trở lên và không nhiều hơn số bài trong 7 ngày."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.province_label} – {self.valid_from:%d/%m/%Y}"


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
