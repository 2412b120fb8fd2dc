"""Who has taken note of which version of the rules."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.workflow.declaration import Workflow
from groups.models.members import Member
from groups.models.regulations import Regulation
from groups.querysets import AcknowledgementQuerySet


class RegulationAcknowledgement(models.Model):
    """A member knows a version of the regulation. It says nothing about personal data."""

    class Way(models.TextChoices):
        SIGNED_LIST = "signed_list", _("Ký vào danh sách")
        MEETING = "meeting", _("Nghe phổ biến tại cuộc họp")
        IN_GROUP = "in_group", _("Xác nhận trong nhóm Zalo")

    workflow: ClassVar[Workflow] = Workflow(
        subject="regulation", denied="Tài khoản này không được bỏ ghi nhận này."
    )

    member = models.ForeignKey(
        Member, models.CASCADE, verbose_name=_("thành viên"), related_name="acknowledgements"
    )
    regulation = models.ForeignKey(
        Regulation, models.PROTECT, verbose_name=_("bản quy chế"), related_name="acknowledgements"
    )
    acknowledged_on = models.DateField(_("ngày"))
    way = models.CharField(_("cách"), max_length=12, choices=Way)
    recorded_by = models.ForeignKey(
        User, models.PROTECT, verbose_name=_("người ghi"), related_name="+", editable=False
    )
    recorded_at = models.DateTimeField(_("ghi lúc"), auto_now_add=True)

    objects = AcknowledgementQuerySet.as_manager()
    commune_lookup: ClassVar[str] = "member__hamlet__commune"
    hamlet_lookup: ClassVar[str] = "member__hamlet"

    class Meta:
        verbose_name = _("ghi nhận đã biết quy chế")
        verbose_name_plural = _("ghi nhận đã biết quy chế")
        ordering = ["-acknowledged_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["member", "regulation"],
                name="acknowledgement_once_per_version",
                violation_error_message=_("Người này đã được ghi nhận với bản quy chế này."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member} – {self.regulation}"

    @property
    def audit_label(self) -> str:
        """The history of a note outlives the name of the member."""
        return f"Thành viên số {self.member_id} – {self.regulation}"
