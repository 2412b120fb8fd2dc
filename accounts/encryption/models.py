"""Check values of the keys, which themselves never stand in the database."""

import uuid

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

KID_LENGTH = 90


class KeyCheck(models.Model):
    """Proof of one key in one purpose: a fingerprint and a known text sealed with it.

    Written by `migrate` alone (`accounts.encryption.checks`). `retired_at` is the moment from which
    no value needs the key any more.
    """

    kid = models.CharField(_("tên khóa"), max_length=KID_LENGTH)
    purpose = models.CharField(_("mục đích"), max_length=30, blank=True)
    installation = models.UUIDField(_("nơi cài đặt"), default=uuid.uuid4, editable=False)
    fingerprint = models.CharField(_("dấu của khóa"), max_length=16)
    sealed_canary = models.TextField(_("câu thử đã mã hóa"))
    made_at = models.DateTimeField(_("ghi nhận lúc"), default=timezone.now)
    retired_at = models.DateTimeField(_("cho nghỉ lúc"), null=True, blank=True)

    class Meta:
        verbose_name = _("dấu kiểm tra khóa")
        verbose_name_plural = _("dấu kiểm tra khóa")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["kid", "purpose"],
                name="keycheck_once_per_purpose",
                violation_error_message=_("Mỗi khóa chỉ có một dấu cho mỗi mục đích."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kid}:{self.purpose}"
