"""Whose data it is, who signs in, and what was done."""

from datetime import date, time
from typing import Any, ClassVar
from uuid import uuid4

from django.contrib.auth.models import AbstractUser
from django.contrib.auth.models import UserManager as BaseUserManager
from django.db import models
from django.db.models import Q
from django.utils.crypto import salted_hmac
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from accounts.fields import EncryptedTextField
from accounts.querysets import (
    AuditEventQuerySet,
    CommuneQuerySet,
    CommuneScopedQuerySet,
    SharedQuerySet,
)


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
        return place_name(self.get_kind_display(), self.name)

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
    session_epoch = models.PositiveIntegerField(_("đợt phiên"), default=0, editable=False)

    objects = UserManager()  # type: ignore[misc]
    commune_lookup: ClassVar[str] = "commune"

    class Meta(AbstractUser.Meta):
        verbose_name = _("tài khoản")  # type: ignore[assignment]
        verbose_name_plural = _("tài khoản")  # type: ignore[assignment]
        ordering = ["username"]
        permissions = [
            ("guarded_account", "Phải đăng nhập hai bước, tự thoát khi để lâu không dùng"),
            ("police_account", "Chỉ cài bước hai khi chỉ huy cho phép"),
            ("reset_second_factor", "Đặt lại bước hai, báo mất điện thoại thay người khác"),
            ("vouch_police_account", "Cho tài khoản công an cài bước hai"),
        ]

    def __str__(self) -> str:
        return self.get_full_name() or self.username

    def get_full_name(self) -> str:
        """Family name first, as Vietnamese names are written."""
        return f"{self.last_name} {self.first_name}".strip()

    @cached_property
    def keeps_calendar(self) -> bool:
        """Whether the shared list of days off is this account's: the city's, or the only commune's.

        Asked for several times on each page.
        """
        if self.commune_id is None:
            return True
        return not Commune.objects.exclude(pk=self.commune_id).exists()

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Binds sessions to password and `session_epoch`: raising the epoch ends them all."""
        salt = f"accounts.User.session:{self.session_epoch}"
        return salted_hmac(salt, self.password, secret=secret, algorithm="sha256").hexdigest()


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
        permissions = [("view_whole_trail", "Xem nhật ký của mọi loại việc")]
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


class SecondFactor(models.Model):
    """The second step of an account's sign-in: the sealed seed of an authenticator app.

    Enrolled once `confirmed_at` is set. Reported lost: nothing but a recovery code or a reset by an
    authorised person leads on. `permitted_until`: until when a police account may enrol.
    """

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    user = models.OneToOneField(
        User, models.CASCADE, verbose_name=_("tài khoản"), related_name="second_factor"
    )
    seed = EncryptedTextField(_("khóa sinh mã"), blank=True, editable=False)
    confirmed_at = models.DateTimeField(_("cài lúc"), null=True, blank=True)
    lost_at = models.DateTimeField(_("báo mất lúc"), null=True, blank=True)
    drift = models.SmallIntegerField(_("lệch giờ của điện thoại"), default=0)
    last_step = models.BigIntegerField(_("mã dùng gần nhất"), default=0)
    failures = models.PositiveIntegerField(_("số lần sai liên tiếp"), default=0)
    failed_at = models.DateTimeField(_("sai lần cuối lúc"), null=True, blank=True)
    permitted_until = models.DateTimeField(_("được cài đến"), null=True, blank=True)
    reset_by = models.ForeignKey(
        User,
        models.PROTECT,
        verbose_name=_("người đặt lại"),
        related_name="+",
        null=True,
        blank=True,
    )
    reset_at = models.DateTimeField(_("đặt lại lúc"), null=True, blank=True)
    reset_reason = models.TextField(_("lý do đặt lại"), blank=True)
    told_at = models.DateTimeField(_("đã báo cho chủ tài khoản lúc"), null=True, blank=True)

    objects = CommuneScopedQuerySet.as_manager()
    commune_lookup: ClassVar[str] = "user__commune"

    class Meta:
        verbose_name = _("bước xác thực thứ hai")
        verbose_name_plural = _("bước xác thực thứ hai")
        constraints = [
            models.CheckConstraint(
                condition=Q(confirmed_at=None) | (~Q(seed="") & Q(lost_at=None)),
                name="second_factor_confirmed_has_seed",
                violation_error_message=_("Bước hai đã cài thì phải có khóa và không bị báo mất."),
            ),
            models.CheckConstraint(
                condition=Q(reset_at=None) | (Q(reset_by__isnull=False) & ~Q(reset_reason="")),
                name="second_factor_reset_has_author",
                violation_error_message=_("Đặt lại bước hai phải có người làm và lý do."),
            ),
        ]

    def __str__(self) -> str:
        return f"Bước hai của {self.user}"

    @property
    def is_enrolled(self) -> bool:
        return self.confirmed_at is not None


class RecoveryCode(models.Model):
    """One code on paper for the day the phone is gone: kept as a keyed hash, good for one use."""

    factor = models.ForeignKey(
        SecondFactor,
        models.CASCADE,
        verbose_name=_("bước xác thực thứ hai"),
        related_name="recovery_codes",
    )
    digest = models.CharField(_("dấu của mã"), max_length=64, editable=False)
    used_at = models.DateTimeField(_("dùng lúc"), null=True, blank=True)

    objects = CommuneScopedQuerySet.as_manager()
    commune_lookup: ClassVar[str] = "factor__user__commune"

    class Meta:
        verbose_name = _("mã dự phòng")
        verbose_name_plural = _("mã dự phòng")
        constraints = [
            models.UniqueConstraint(
                fields=["factor", "digest"],
                name="recovery_code_unique",
                violation_error_message=_("Mã dự phòng bị trùng."),
            ),
        ]

    def __str__(self) -> str:
        return f"Mã dự phòng của {self.factor.user}"


class SignIn(models.Model):
    """One session of an account, for its owner to look at: when, and roughly which browser.

    It tells nobody in: whether a session still counts is decided by `accounts.sign_ins`.
    """

    user = models.ForeignKey(
        User, models.CASCADE, verbose_name=_("tài khoản"), related_name="sign_ins"
    )
    started_at = models.DateTimeField(_("đăng nhập lúc"))
    seen_at = models.DateTimeField(_("dùng gần nhất"))
    ended_at = models.DateTimeField(_("kết thúc lúc"), null=True, blank=True)
    browser = models.CharField(_("trình duyệt"), max_length=60)

    objects = CommuneScopedQuerySet.as_manager()
    commune_lookup: ClassVar[str] = "user__commune"

    class Meta:
        verbose_name = _("phiên đăng nhập")
        verbose_name_plural = _("phiên đăng nhập")
        ordering = ["-seen_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(seen_at__gte=models.F("started_at")),
                name="sign_in_seen_after_start",
                violation_error_message=_("Phiên không thể dùng trước lúc đăng nhập."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.browser}"
