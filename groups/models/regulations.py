"""The operating regulation that each hamlet, or the commune, agrees on."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Commune
from accounts.workflow.declaration import Workflow
from groups.fields import CleanCharField
from groups.models.place import Hamlet
from groups.querysets import RegulationQuerySet


class Regulation(models.Model):
    """A version of a regulation; groups become active on an agreed one.

    It is of a hamlet, or of the commune for groups of the whole commune. It only moves forward:
    draft → consulting → agreed → issued → superseded. Once agreed its text does not change; an
    edit is a new version.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", _("Dự thảo")
        CONSULTING = "consulting", _("Đang lấy ý kiến")
        AGREED = "agreed", _("Đã thống nhất")
        ISSUED = "issued", _("Đã ban hành")
        SUPERSEDED = "superseded", _("Đã thay thế")

    TRANSITIONS: ClassVar[dict[str, set[str]]] = {
        Status.DRAFT: {Status.CONSULTING},
        Status.CONSULTING: {Status.AGREED, Status.SUPERSEDED},
        Status.AGREED: {Status.ISSUED, Status.SUPERSEDED},
        Status.ISSUED: {Status.SUPERSEDED},
        Status.SUPERSEDED: set(),
    }
    workflow: ClassVar[Workflow] = Workflow(
        subject="regulation",
        denied="Tài khoản này không có quyền làm việc này với quy chế.",
        unseen="Quy chế này ngoài địa bàn của tài khoản.",
        missing="Không tìm thấy bản quy chế này.",
        transitions=TRANSITIONS,
        no_transition="{row} đang ở bước “{state}”, không chuyển sang “{to}” được.",
        no_key=True,
        commune="home_commune",
    )
    OPEN = (Status.DRAFT, Status.CONSULTING)
    IN_FORCE = (Status.AGREED, Status.ISSUED)

    hamlet = models.ForeignKey(
        Hamlet, models.PROTECT, verbose_name=_("ấp, khu phố"), related_name="regulations",
        null=True, blank=True,
    )  # fmt: skip
    commune = models.ForeignKey(
        Commune, models.PROTECT, verbose_name=_("xã, phường"), related_name="regulations",
        null=True, blank=True, help_text=_("Chỉ chọn khi quy chế là của các nhóm toàn xã."),
    )  # fmt: skip
    version = models.PositiveSmallIntegerField(_("bản số"), default=1)
    text = models.TextField(_("nội dung"), blank=True)
    status = models.CharField(_("trạng thái"), max_length=12, choices=Status, default=Status.DRAFT)
    agreed_on = models.DateField(_("thống nhất ngày"), null=True, blank=True)
    issued_on = models.DateField(_("ban hành ngày"), null=True, blank=True)
    document_number = CleanCharField(
        _("số văn bản ban hành"), max_length=60, blank=True, help_text=_("Ví dụ: 05/QC-BĐH.")
    )

    objects = RegulationQuerySet.as_manager()

    class Meta:
        verbose_name = _("quy chế hoạt động")
        verbose_name_plural = _("quy chế hoạt động")
        ordering = ["hamlet", "-version"]
        permissions = [("settle_regulation", "Xác nhận thống nhất và ban hành quy chế")]
        constraints = [
            models.UniqueConstraint(
                fields=["hamlet", "version"],
                name="regulation_version_unique",
                violation_error_message=_("Ấp đã có quy chế bản này."),
            ),
            models.UniqueConstraint(
                fields=["commune", "version"],
                name="regulation_version_unique_in_commune",
                violation_error_message=_("Xã đã có quy chế bản này."),
            ),
            models.UniqueConstraint(
                fields=["hamlet"],
                condition=Q(status="issued"),
                name="regulation_one_issued",
                violation_error_message=_("Ấp đang có quy chế đã ban hành. Hãy ban hành bản mới."),
            ),
            models.UniqueConstraint(
                fields=["commune"],
                condition=Q(status="issued"),
                name="regulation_one_issued_in_commune",
                violation_error_message=_("Xã đang có quy chế đã ban hành. Hãy ban hành bản mới."),
            ),
            models.CheckConstraint(
                condition=Q(hamlet=None, commune__isnull=False)
                | Q(hamlet__isnull=False, commune=None),
                name="regulation_hamlet_or_commune",
                violation_error_message=_("Quy chế phải thuộc một ấp, hoặc thuộc cả xã."),
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["agreed", "issued"]) | Q(agreed_on__isnull=False),
                name="regulation_agreed_has_date",
                violation_error_message=_("Hãy ghi ngày thống nhất quy chế."),
            ),
        ]

    def __str__(self) -> str:
        return f"Quy chế {self.hamlet or 'toàn xã'}, bản {self.version}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Rules written down as agreed, without saying when, are agreed from today."""
        if self.is_in_force and self.agreed_on is None:
            self.agreed_on = timezone.localdate()
            if kwargs.get("update_fields") is not None:
                kwargs["update_fields"] = {*kwargs["update_fields"], "agreed_on"}
        super().save(*args, **kwargs)

    @property
    def home_commune(self) -> Commune:
        """The commune that this regulation reaches, through its hamlet or directly."""
        return self.hamlet.commune if self.hamlet else self.commune  # type: ignore[return-value]

    @property
    def is_open(self) -> bool:
        return self.status in self.OPEN

    @property
    def is_in_force(self) -> bool:
        return self.status in self.IN_FORCE
