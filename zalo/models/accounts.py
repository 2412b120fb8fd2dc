"""The Official Account of a commune: who it is, its sealed tokens, how it is doing."""

from datetime import datetime, timedelta
from typing import ClassVar, Final
from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.fields import EncryptedTextField
from accounts.models import Commune
from zalo.querysets import OfficialAccountQuerySet

PARKED_FOR: Final = timedelta(seconds=30)


class OfficialAccount(models.Model):
    """The Official Account of a commune, its token pair (sealed) and how it is doing.

    `token_expires_at` is empty where nobody knows the age of the token: it is then used until
    Zalo refuses it. `capabilities` is written and read by `zalo.capabilities` alone.
    """

    class EndpointFamily(models.TextChoices):
        UNKNOWN = "unknown", _("Chưa rõ")
        V2 = "v2", _("v2 (cơ quan nhà nước)")
        V3 = "v3", _("v3 (doanh nghiệp)")

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    commune = models.OneToOneField(
        Commune, models.PROTECT, verbose_name=_("xã, phường"), related_name="official_account"
    )
    oa_id = models.CharField(_("mã OA"), max_length=40, unique=True)
    name = models.CharField(_("tên OA"), max_length=200, blank=True)
    oa_type = models.PositiveSmallIntegerField(_("loại OA"), null=True, blank=True)
    is_verified = models.BooleanField(_("đã xác thực"), default=False)
    package_name = models.CharField(_("gói dịch vụ"), max_length=100, blank=True)
    access_token = EncryptedTextField(blank=True, editable=False)
    refresh_token = EncryptedTextField(blank=True, editable=False)
    token_expires_at = models.DateTimeField(_("mã truy cập hết hạn lúc"), null=True, blank=True)
    refresh_expires_at = models.DateTimeField(_("phải cấp quyền lại trước"), null=True, blank=True)
    connected_at = models.DateTimeField(_("kết nối lúc"), null=True, blank=True)
    refreshed_at = models.DateTimeField(_("đổi mã lần cuối"), null=True, blank=True)
    endpoint_family = models.CharField(
        _("nhóm lệnh gửi"), max_length=8, choices=EndpointFamily, default=EndpointFamily.UNKNOWN
    )
    users_family = models.CharField(
        _("nhóm lệnh người quan tâm"),
        max_length=8,
        choices=EndpointFamily,
        default=EndpointFamily.UNKNOWN,
    )
    capabilities = models.JSONField(_("khả năng"), default=dict, blank=True, editable=False)
    is_active = models.BooleanField(_("đang dùng"), default=True)
    needs_consent = models.BooleanField(_("cần cấp quyền lại"), default=False)
    last_error = models.CharField(_("lỗi gần nhất"), max_length=255, blank=True)
    last_error_at = models.DateTimeField(_("lỗi lúc"), null=True, blank=True)
    # Zalo refuses the whole account: no call before this moment. Empty again once one gets through.
    parked_until = models.DateTimeField(null=True, blank=True, editable=False)
    checked_at = models.DateTimeField(_("kiểm tra lúc"), null=True, blank=True)

    objects = OfficialAccountQuerySet.as_manager()
    commune_lookup: ClassVar[str] = "commune"

    class Meta:
        verbose_name = _("tài khoản Zalo OA")
        verbose_name_plural = _("tài khoản Zalo OA")
        ordering = ["name", "pk"]
        permissions = [("connect_officialaccount", "Kết nối, cấp quyền lại tài khoản Zalo OA")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(oa_id=""),
                name="officialaccount_has_oa_id",
                violation_error_message=_("Tài khoản OA phải có mã OA do Zalo cấp."),
            ),
        ]

    def __str__(self) -> str:
        return self.name or f"OA {self.oa_id}"

    @property
    def has_tokens(self) -> bool:
        """Whether a pair is there at all; opens neither token."""
        return bool(self.__dict__.get("access_token") and self.__dict__.get("refresh_token"))

    def is_parked(self, now: datetime) -> bool:
        """Whether Zalo refused the whole account so lately that no call is made yet."""
        return self.parked_until is not None and self.parked_until > now
