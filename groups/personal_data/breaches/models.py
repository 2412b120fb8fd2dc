"""Breaches of personal data, with the 72 hours of the law counted from the minute of discovery."""

from datetime import datetime, timedelta
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.communes.querysets import CommuneScopedQuerySet
from accounts.key_fields import required_key
from accounts.models import Commune
from accounts.users.fields import user_field
from accounts.workflow.declaration import Workflow


class DataBreachQuerySet(CommuneScopedQuerySet):
    def open(self) -> Self:
        return self.filter(status__in=DataBreach.OPEN)


class DataBreach(models.Model):
    """Personal data was lost, shown, changed or used against the law (Luật 91/2025, art. 23).

    found → assessed → told → closed. One that may harm is told to the authority within 72 hours,
    any other without a time limit. Of location and biometric data each person is told as well,
    within the same hours (NĐ 356/2025, art. 29). The row names no resident, so it is kept for good;
    the law asks for five years after the remedy.
    """

    class Source(models.TextChoices):
        SELF = "self", _("Xã tự phát hiện")
        PERSON = "person", _("Người dân, tổ chức báo")
        VENDOR = "vendor", _("Đơn vị cung cấp dịch vụ báo")

    class Status(models.TextChoices):
        FOUND = "found", _("Chưa đánh giá")
        ASSESSED = "assessed", _("Đã đánh giá, chưa báo")
        TOLD = "told", _("Đã báo")
        CLOSED = "closed", _("Đã khắc phục xong")

    HOURS: ClassVar[timedelta] = timedelta(hours=72)
    UNTOLD: ClassVar[tuple[str, ...]] = (Status.FOUND, Status.ASSESSED)
    OPEN: ClassVar[tuple[str, ...]] = (*UNTOLD, Status.TOLD)

    workflow: ClassVar[Workflow] = Workflow(
        subject="databreach",
        denied="Tài khoản này không xử lý được sự cố dữ liệu.",
        wrong_state="Sự cố này đang ở bước “{state}”, không làm được việc này.",
        related=("commune",),
    )

    commune = required_key(Commune, _("xã, phường"), "data_breaches")
    found_at = models.DateTimeField(
        _("phát hiện lúc"), default=timezone.now,
        help_text=_("Đến từng phút: 72 giờ tính từ đây. Biết lúc nào thì ghi lúc đó."),
    )  # fmt: skip
    source = models.CharField(_("ai phát hiện"), max_length=10, choices=Source, default=Source.SELF)
    what = models.TextField(
        _("chuyện gì đã xảy ra"), max_length=2000,
        help_text=_(
            "Dữ liệu gì, ở đâu, ai đã thấy. Không ghi tên, số điện thoại, số căn cước của người "
            "dân; không ghi nội dung tin báo."
        ),
    )  # fmt: skip
    has_contacts = models.BooleanField(_("có họ tên, điện thoại, địa chỉ"), default=False)
    has_tips = models.BooleanField(_("có tin báo hoặc người báo tin"), default=False)
    has_location = models.BooleanField(_("có vị trí của người dân"), default=False)
    has_biometric = models.BooleanField(
        _("có dữ liệu sinh trắc học (vân tay, mặt, giọng nói)"), default=False
    )
    people_count = models.PositiveIntegerField(
        _("khoảng bao nhiêu người"), null=True, blank=True, help_text=_("Chưa rõ thì để trống.")
    )
    recorded_at = models.DateTimeField(_("ghi lúc"), default=timezone.now, editable=False)
    recorded_by = user_field(_("người ghi"), editable=False)
    status = models.CharField(
        _("tình trạng"), max_length=10, choices=Status, default=Status.FOUND, editable=False
    )
    contained = models.CharField(
        _("đã ngăn chặn thế nào"), max_length=500, blank=True, editable=False
    )
    contained_at = models.DateTimeField(_("ngăn chặn lúc"), null=True, editable=False)
    is_harmful = models.BooleanField(_("có thể gây hại"), null=True, editable=False)
    harm_reason = models.CharField(
        _("vì sao đánh giá như vậy"), max_length=500, blank=True, editable=False
    )
    assessed_at = models.DateTimeField(_("đánh giá lúc"), null=True, editable=False)
    assessed_by = user_field(_("người đánh giá"), editable=False)
    told_at = models.DateTimeField(_("báo cơ quan chuyên trách lúc"), null=True, editable=False)
    told_how = models.CharField(_("báo bằng cách nào"), max_length=300, blank=True, editable=False)
    late_reason = models.CharField(
        _("vì sao báo sau 72 giờ"), max_length=500, blank=True, editable=False
    )
    is_partly_told = models.BooleanField(_("còn phải báo bổ sung"), default=False, editable=False)
    people_told_at = models.DateTimeField(_("báo người dân lúc"), null=True, editable=False)
    people_told_how = models.CharField(
        _("báo người dân bằng cách nào"), max_length=300, blank=True, editable=False
    )
    remedy = models.CharField(_("đã khắc phục thế nào"), max_length=500, blank=True, editable=False)
    closed_at = models.DateTimeField(_("xong lúc"), null=True, editable=False)
    closed_by = user_field(_("người kết thúc"), editable=False)

    objects = DataBreachQuerySet.as_manager()
    commune_lookup: ClassVar[str] = "commune"

    class Meta:
        verbose_name = _("sự cố dữ liệu cá nhân")
        verbose_name_plural = _("sự cố dữ liệu cá nhân")
        ordering = ["-found_at", "pk"]
        permissions = [("settle_databreach", "Xử lý sự cố dữ liệu cá nhân")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(what=""),
                name="databreach_says_what",
                violation_error_message=_("Hãy ghi chuyện gì đã xảy ra."),
            ),
            models.CheckConstraint(
                condition=Q(status="found", assessed_at=None, is_harmful=None)
                | (
                    ~Q(status="found")
                    & Q(assessed_at__isnull=False, assessed_by__isnull=False)
                    & Q(is_harmful__isnull=False)
                    & ~Q(harm_reason="")
                ),
                name="databreach_assessed_by_someone",
                violation_error_message=_("Hãy ghi vì sao đánh giá như vậy."),
            ),
            models.CheckConstraint(
                condition=Q(status__in=["found", "assessed"], told_at=None)
                | Q(status__in=["told", "closed"], told_at__isnull=False),
                name="databreach_told_at",
                violation_error_message=_("Hãy ghi đã báo lúc nào."),
            ),
            models.CheckConstraint(
                condition=(~Q(status="closed") & Q(closed_at=None))
                | Q(status="closed", closed_at__isnull=False, closed_by__isnull=False),
                name="databreach_closed_by_someone",
                violation_error_message=_("Sự cố đã xong phải có người kết thúc và ngày xong."),
            ),
            models.CheckConstraint(
                condition=Q(told_at=None) | Q(told_at__gte=F("found_at")),
                name="databreach_times_in_order",
                violation_error_message=_("Ngày giờ báo phải sau khi phát hiện."),
            ),
        ]

    def __str__(self) -> str:
        return f"Sự cố số {self.pk} – {timezone.localtime(self.found_at):%d/%m/%Y %H:%M}"

    @property
    def audit_label(self) -> str:
        return f"Sự cố số {self.pk}"

    @property
    def due_at(self) -> datetime:
        """When 72 hours are over."""
        return self.found_at + self.HOURS

    @property
    def waits_for_authority(self) -> bool:
        """Whether the 72 hours run: also while nobody has judged it, so that none are lost."""
        return self.status in self.UNTOLD and self.is_harmful is not False

    @property
    def waits_for_people(self) -> bool:
        """Whether each person still has to be told, not the authority alone."""
        concerns = self.has_location or self.has_biometric
        is_open = self.status in self.OPEN and self.is_harmful is True
        return is_open and concerns and self.people_told_at is None
