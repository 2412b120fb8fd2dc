"""Notices about personal data, and the agreements and withdrawals of residents."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.communes.querysets import CommuneScopedQuerySet
from accounts.key_fields import required_key
from accounts.models import Commune, User
from accounts.users.fields import user_field
from accounts.workflow.declaration import Workflow
from groups.fields import CleanCharField
from groups.places.models import Officer
from groups.places.querysets import HamletScopedQuerySet
from groups.residents.models import Member


class ConsentNoticeQuerySet(CommuneScopedQuerySet):
    def of_membership(self) -> Self:
        """Notices that people agree to when they come on the list."""
        return self.filter(purpose=self.model.Purpose.MEMBERSHIP)


class ConsentRecordQuerySet(HamletScopedQuerySet):
    def in_force(self) -> Self:
        """Agreements to be on the list, not taken back; the one that counts stands first."""
        return self.of_membership().filter(withdrawn_at=None).order_by("-given_at", "-pk")

    def of_membership(self) -> Self:
        """Agreements to be on the list, whatever became of them."""
        return self.exclude(basis=self.model.Basis.ZALO)

    def of_link(self) -> Self:
        """Agreements to have one's Zalo account known, not taken back."""
        return self.filter(withdrawn_at=None, basis=self.model.Basis.ZALO)


class ConsentNotice(models.Model):
    """One version of the notice that is read out or handed over before people agree.

    Once a person has agreed to it, its text can no longer change. The one about linking a Zalo
    account is another agreement than that to be on the list, and stands for nothing else.
    """

    class Purpose(models.TextChoices):
        MEMBERSHIP = "membership", _("Có tên trong danh sách")
        ZALO_LINK = "zalo_link", _("Liên kết tài khoản Zalo")

    workflow: ClassVar[Workflow] = Workflow(
        subject="consent", denied="Tài khoản này không sửa được bản thông báo."
    )

    commune = required_key(Commune, _("xã, phường"), "consent_notices")
    version = CleanCharField(
        _("tên bản"), max_length=40, help_text=_("Ví dụ: Thông báo 01. Tên này ghi cạnh người dân.")
    )
    text = models.TextField(_("nội dung"), max_length=8000)
    valid_from = models.DateField(_("dùng từ ngày"), default=timezone.localdate)
    purpose = models.CharField(
        _("đồng ý về"), max_length=10, choices=Purpose, default=Purpose.MEMBERSHIP, editable=False
    )

    objects = ConsentNoticeQuerySet.as_manager()
    commune_lookup: ClassVar[str] = "commune"

    class Meta:
        verbose_name = _("thông báo về dữ liệu cá nhân")
        verbose_name_plural = _("thông báo về dữ liệu cá nhân")
        ordering = ["-valid_from", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["commune", "version"],
                name="consent_notice_version_unique",
                violation_error_message=_("Xã đã có bản thông báo mang tên này."),
            ),
            models.CheckConstraint(
                condition=~Q(version="") & ~Q(text=""),
                name="consent_notice_has_text",
                violation_error_message=_("Hãy ghi tên bản và nội dung thông báo."),
            ),
        ]

    def __str__(self) -> str:
        return self.version


class ConsentRecord(models.Model):
    """A person agreed to a notice, on which paper or at which meeting, and perhaps took it back.

    What they did themselves on Zalo (`zalo`) needs nobody who collected or recorded it.

    No picture is kept here: the signed paper stays in the office, `evidence` says where.
    """

    class Basis(models.TextChoices):
        LIST = "list", _("Ký vào danh sách")
        MEETING = "meeting", _("Đồng ý tại cuộc họp")
        FORM = "form", _("Phiếu đồng ý")
        ZALO = "zalo", _("Tự làm trên Zalo")

    member = required_key(Member, _("thành viên"), "consents", on_delete=models.CASCADE)
    notice = required_key(ConsentNotice, _("bản thông báo"), "records")
    basis = models.CharField(_("cách đồng ý"), max_length=10, choices=Basis)
    given_at = models.DateTimeField(_("đồng ý lúc"))
    collected_by = models.ForeignKey(
        Officer, models.PROTECT, verbose_name=_("người lấy ý kiến"), related_name="+", null=True
    )
    evidence = CleanCharField(_("giấy tờ lưu ở đâu"), max_length=200, blank=True)
    recorded_by = models.ForeignKey(
        User, models.PROTECT, verbose_name=_("người ghi"), related_name="+", null=True
    )
    recorded_at = models.DateTimeField(_("ghi lúc"), default=timezone.now)
    withdrawn_at = models.DateTimeField(_("rút lúc"), null=True, blank=True)
    withdrawn_recorded_by = user_field(_("người ghi việc rút"))

    objects = ConsentRecordQuerySet.as_manager()
    hamlet_lookup: ClassVar[str] = "member__hamlet"

    class Meta:
        verbose_name = _("lần đồng ý")
        verbose_name_plural = _("lần đồng ý")
        ordering = ["-given_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["member", "notice"],
                condition=Q(withdrawn_at=None),
                name="consent_once_per_notice",
                violation_error_message=_("Người này đã đồng ý với bản thông báo này."),
            ),
            models.CheckConstraint(
                condition=Q(given_at__lte=F("recorded_at")),
                name="consent_not_in_the_future",
                violation_error_message=_("Ngày đồng ý không thể sau hôm nay."),
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None) | Q(withdrawn_at__gte=F("given_at")),
                name="consent_withdrawn_after_given",
                violation_error_message=_("Ngày rút phải sau ngày đồng ý."),
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_recorded_by=None)
                | Q(withdrawn_at__isnull=False, withdrawn_recorded_by__isnull=False)
                | Q(withdrawn_at__isnull=False, basis="zalo"),
                name="consent_withdrawn_by_someone",
                violation_error_message=_("Hãy ghi ai đã ghi nhận việc rút đồng ý."),
            ),
            models.CheckConstraint(
                condition=Q(basis="zalo")
                | Q(collected_by__isnull=False, recorded_by__isnull=False),
                name="consent_collected_by_someone",
                violation_error_message=_("Hãy ghi ai đã lấy ý kiến và ai đã ghi."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.notice} – {timezone.localtime(self.given_at):%d/%m/%Y}"


# What a paper can show; the rest a person does on Zalo.
PAPER_BASES = [
    choice for choice in ConsentRecord.Basis.choices if choice[0] != ConsentRecord.Basis.ZALO
]
