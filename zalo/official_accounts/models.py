"""The Official Account of a commune: who it is, its sealed tokens, how it is doing."""

from datetime import date, datetime, timedelta
from typing import ClassVar, Final
from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.encryption.fields import EncryptedTextField
from accounts.models import Commune, User
from zalo.client import codes
from zalo.official_accounts.querysets import (
    ApiCallQuerySet,
    ConsentAttemptQuerySet,
    GroupAssetQuerySet,
    OfficialAccountQuerySet,
)

PARKED_FOR: Final = timedelta(seconds=30)


class OfficialAccount(models.Model):
    """The Official Account of a commune, its token pair (sealed) and how it is doing.

    `token_expires_at` is empty where nobody knows the age of the token: it is then used until
    Zalo refuses it. `capabilities` is written and read by `zalo.capabilities.states` alone.
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


# Places for groups that an account has paid for, as Zalo tells them.


class GroupAsset(models.Model):
    """One paid place for a group: how many people it holds, until when, which group has it.

    Rows are written from Zalo's answer alone; nothing here buys or renews. A place that Zalo no
    longer names has `gone_at`.
    """

    class Status(models.TextChoices):
        AVAILABLE = "available", _("Còn trống")
        USED = "used", _("Đang dùng")

    account = models.ForeignKey(
        OfficialAccount, models.PROTECT, verbose_name=_("tài khoản OA"), related_name="group_assets"
    )
    asset_id = models.CharField(_("mã gói"), max_length=64)
    product_type = models.CharField(_("loại gói"), max_length=20, blank=True)
    capacity = models.PositiveIntegerField(_("sức chứa"), default=0)
    quota_type = models.CharField(_("nguồn gói"), max_length=20, blank=True)
    valid_through = models.DateField(_("dùng đến hết ngày"), null=True, blank=True)
    is_auto_renewed = models.BooleanField(_("tự gia hạn"), default=False)
    status = models.CharField(_("tình trạng"), max_length=10, choices=Status)
    used_by = models.CharField(_("mã nhóm đang dùng"), max_length=64, blank=True)
    seen_at = models.DateTimeField(_("Zalo cho biết lúc"))
    gone_at = models.DateTimeField(_("không còn từ"), null=True, blank=True)

    objects = GroupAssetQuerySet.as_manager()
    commune_lookup: ClassVar[str] = "account__commune"

    class Meta:
        verbose_name = _("gói nhóm của OA")
        verbose_name_plural = _("gói nhóm của OA")
        ordering = ["valid_through", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["account", "asset_id"],
                name="groupasset_once_per_account",
                violation_error_message=_("Gói này đã có trong danh sách của tài khoản."),
            ),
            models.CheckConstraint(
                condition=~Q(asset_id=""),
                name="groupasset_has_id",
                violation_error_message=_("Gói nhóm phải có mã do Zalo cấp."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.said_capacity} (mã …{self.asset_id[-6:]})"

    @property
    def said_capacity(self) -> str:
        """How many people, in words."""
        if not self.capacity:
            return f"Gói {self.product_type or 'nhóm'}"
        return f"Gói {self.capacity} người"

    def is_over(self, today: date) -> bool:
        """Whether its last day has passed."""
        return self.valid_through is not None and self.valid_through < today


# A redacted log of calls to Zalo.


_ANSWERS = {
    "0": _("Thành công"),
    "unmade": _("Chưa gọi được tới Zalo"),
    "rejected": _("Zalo từ chối, không kèm mã"),
    "uncertain": _("Đã gửi, không có câu trả lời rõ ràng"),
}


class ApiCall(models.Model):
    """One call to Zalo: endpoint, answer, duration, our reference; never a person or a text.

    `code` is Zalo's number ("0" for success), or a word where no number came: `unmade` (nothing
    left), `rejected` (refused without a number), `uncertain` (left, no usable answer).
    """

    account = models.ForeignKey(
        OfficialAccount,
        models.CASCADE,
        verbose_name=_("tài khoản OA"),
        related_name="calls",
        null=True,
        blank=True,
    )
    at = models.DateTimeField(_("lúc"), db_index=True)
    endpoint = models.CharField(_("lệnh"), max_length=80)
    code = models.CharField(_("mã trả lời"), max_length=20)
    duration_ms = models.PositiveIntegerField(_("thời gian (ms)"))
    reference = models.CharField(_("tham chiếu"), max_length=60, blank=True)

    objects = ApiCallQuerySet.as_manager()
    commune_lookup: ClassVar[str] = "account__commune"

    class Meta:
        verbose_name = _("cuộc gọi tới Zalo")
        verbose_name_plural = _("cuộc gọi tới Zalo")
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(endpoint=""),
                name="apicall_has_endpoint",
                violation_error_message=_("Cuộc gọi phải có tên lệnh."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.endpoint} → {self.code}"

    @property
    def answer_sentence(self) -> str:
        """Meaning of the answer, for a person."""
        if self.code in _ANSWERS:
            return str(_ANSWERS[self.code])
        number = int(self.code) if self.code.lstrip("-").isdigit() else None
        return f"{self.code}: {codes.sentence_for(number)}"


# One attempt to have an administrator of the account grant access, from button to outcome.


ATTEMPT_LIFE: Final = timedelta(minutes=10)
"""The life of Zalo's own code."""


class ConsentAttempt(models.Model):
    """One request for access at Zalo: by whom, for which account, with which outcome.

    waiting → connected, refused or expired; received in between, when Zalo gave a pair and could
    not be asked yet whose it is: the pair is kept here, sealed, until that is known. What came
    back is used once. Of the state only a hash is kept; secrets are emptied with the outcome.
    """

    class Outcome(models.TextChoices):
        WAITING = "waiting", _("Chờ cấp quyền")
        RECEIVED = "received", _("Đã nhận mã, chờ kiểm tra")
        CONNECTED = "connected", _("Đã kết nối")
        REFUSED = "refused", _("Không kết nối được")
        EXPIRED = "expired", _("Quá 10 phút")

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    commune = models.ForeignKey(
        Commune, models.PROTECT, verbose_name=_("xã, phường"), related_name="+"
    )
    expected_oa_id = models.CharField(_("mã OA mong đợi"), max_length=40, blank=True)
    granted_oa_id = models.CharField(_("mã OA Zalo trả về"), max_length=40, blank=True)
    redirect_uri = models.CharField(_("địa chỉ quay về"), max_length=300, blank=True)
    state_hash = models.CharField(max_length=64, unique=True, editable=False)
    code_verifier = EncryptedTextField(blank=True, editable=False)
    access_token = EncryptedTextField(blank=True, editable=False)
    refresh_token = EncryptedTextField(blank=True, editable=False)
    access_life_s = models.PositiveIntegerField(null=True, editable=False)
    refresh_life_s = models.PositiveIntegerField(null=True, editable=False)
    received_at = models.DateTimeField(_("nhận mã lúc"), null=True, blank=True)
    created_by = models.ForeignKey(
        User, models.PROTECT, verbose_name=_("người bấm"), related_name="+"
    )
    created_at = models.DateTimeField(_("bấm lúc"), auto_now_add=True)
    expires_at = models.DateTimeField(_("hết hạn lúc"))
    used_at = models.DateTimeField(_("quay về lúc"), null=True, blank=True)
    outcome = models.CharField(
        _("kết quả"), max_length=10, choices=Outcome, default=Outcome.WAITING
    )
    sentence = models.TextField(_("giải thích"), blank=True)

    objects = ConsentAttemptQuerySet.as_manager()
    commune_lookup: ClassVar[str] = "commune"

    class Meta:
        verbose_name = _("lần xin cấp quyền")
        verbose_name_plural = _("lần xin cấp quyền")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(outcome__in=["connected", "refused", "expired"])
                | Q(access_token="", refresh_token="", code_verifier=""),
                name="consentattempt_ended_keeps_no_secret",
                violation_error_message=_("Lần cấp quyền đã xong không được giữ mã nào."),
            ),
            models.CheckConstraint(
                condition=~Q(outcome="received")
                | Q(received_at__isnull=False) & ~Q(access_token="") & ~Q(refresh_token=""),
                name="consentattempt_received_holds_a_pair",
                violation_error_message=_("Lần cấp quyền đã nhận mã phải giữ cặp mã đó."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.commune} – {self.get_outcome_display()}"
