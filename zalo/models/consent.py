"""One attempt to have an administrator of the account grant access, from button to outcome."""

from datetime import timedelta
from typing import ClassVar, Final
from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.fields import EncryptedTextField
from accounts.models import Commune, User
from zalo.consent_querysets import ConsentAttemptQuerySet

ATTEMPT_LIFE: Final = timedelta(minutes=10)
"""As long as Zalo's own code lives."""


class ConsentAttempt(models.Model):
    """Who asked Zalo for access, for which account, and what came of it.

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
