"""Models of the audit trail."""

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.communes.models import Commune
from accounts.communes.querysets import AuditEventQuerySet
from accounts.users.models import User


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
    """One act: account, action, target, reason. Append-only and hash-chained."""

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
        return f"{self.action} {self.target_label}".strip()

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        raise TypeError("audit events cannot be deleted")
