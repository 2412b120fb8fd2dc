"""A redacted log of calls to Zalo."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from zalo import codes
from zalo.models.accounts import OfficialAccount
from zalo.querysets import ApiCallQuerySet

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
        """What the answer means, for a person."""
        if self.code in _ANSWERS:
            return str(_ANSWERS[self.code])
        number = int(self.code) if self.code.lstrip("-").isdigit() else None
        return f"{self.code}: {codes.sentence_for(number)}"
