"""Referrals of tips to other authorities, and diversions of formal letters."""

from typing import ClassVar
from uuid import uuid4

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Commune, User
from accounts.vault.fields import VaultTextField
from reports.tips.models import TipPart, TipReport
from reports.tips.querysets import DiversionQuerySet


class Referral(TipPart):
    """A tip handed to another authority: slip, quick notice, acceptance or refusal.

    The form itself is theirs and is not stored here; of a person nothing goes along.
    """

    class To(models.TextChoices):
        INVESTIGATING_AGENCY = "investigating_agency", _("Cơ quan điều tra")
        OTHER_POLICE = "other_police", _("Công an nơi khác")
        OTHER_AUTHORITY = "other_authority", _("Cơ quan khác")

    class State(models.TextChoices):
        PREPARED = "prepared", _("Đang lập phiếu")
        HANDED_OVER = "handed_over", _("Đã chuyển, chờ nhận")
        ACCEPTED = "accepted", _("Nơi nhận đã nhận")
        REFUSED = "refused", _("Nơi nhận không nhận")

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    tip = models.ForeignKey(
        TipReport, models.CASCADE, verbose_name=_("phản ánh"), related_name="referrals"
    )
    to = models.CharField(_("chuyển tới"), max_length=20, choices=To)
    to_whom = models.CharField(_("tên cơ quan nhận"), max_length=150)
    slip_number = models.CharField(_("số phiếu chuyển"), max_length=40, blank=True)
    slip_on = models.DateField(_("ngày phiếu"), null=True, blank=True)
    state = models.CharField(
        _("tình trạng"), max_length=12, choices=State, default=State.PREPARED, editable=False
    )
    told_quickly_at = models.DateTimeField(_("đã báo nhanh lúc"), null=True, blank=True)
    told_quickly_to = VaultTextField(_("báo nhanh cho"), purpose="words", blank=True)
    told_quickly_by = models.CharField(_("báo nhanh bằng"), max_length=40, blank=True)
    handed_over_at = models.DateTimeField(_("chuyển lúc"), null=True, editable=False)
    answered_at = models.DateTimeField(_("nơi nhận trả lời lúc"), null=True, editable=False)
    refusal = VaultTextField(_("lý do không nhận"), purpose="words", blank=True)
    by = models.ForeignKey(
        User, models.PROTECT, verbose_name=_("người chuyển"), related_name="+", editable=False
    )
    created_at = models.DateTimeField(_("lập lúc"), default=timezone.now, editable=False)

    vault_binds: ClassVar[tuple[str, ...]] = ("tip_id",)

    class Meta:
        verbose_name = _("lần chuyển")
        verbose_name_plural = _("lần chuyển")
        ordering = ["created_at", "pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["tip"],
                condition=Q(state__in=["prepared", "handed_over"]),
                name="referral_one_at_a_time",
                violation_error_message=_("Phản ánh này đang được chuyển tới một nơi."),
            ),
            models.CheckConstraint(
                condition=Q(state="prepared") | Q(handed_over_at__isnull=False),
                name="referral_handed_over_has_time",
                violation_error_message=_("Đã chuyển thì phải có giờ chuyển."),
            ),
            models.CheckConstraint(
                condition=Q(state="prepared") | (~Q(slip_number="") & Q(slip_on__isnull=False)),
                name="referral_has_slip",
                violation_error_message=_("Chuyển đi phải ghi số và ngày phiếu chuyển."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.tip} → {self.to_whom}"


class Diversion(models.Model):
    """Day, channel and kind of a formal letter whose writer was told where to bring it. No more.

    Who wrote such a letter is a State secret, so nothing of it is stored, and no tip points here.
    `barred`: accounts that must not see that it came, as in a tip of which one line is left.
    """

    class Kind(models.TextChoices):
        DENUNCIATION = "denunciation", _("Đơn tố cáo")
        COMPLAINT = "complaint", _("Đơn khiếu nại")

    commune = models.ForeignKey(
        Commune, models.PROTECT, verbose_name=_("xã, phường"), related_name="diversions"
    )
    on = models.DateField(_("ngày"))
    channel = models.CharField(_("qua"), max_length=20, choices=TipReport.Channel)
    kind = models.CharField(_("loại đơn"), max_length=14, choices=Kind)
    officer = models.ForeignKey(
        User, models.PROTECT, verbose_name=_("cán bộ"), related_name="+", null=True
    )
    barred = ArrayField(models.CharField(max_length=64), default=list, blank=True, editable=False)

    objects = DiversionQuerySet.as_manager()
    commune_lookup: ClassVar[str] = "commune"

    class Meta:
        verbose_name = _("lần hướng dẫn nộp đơn")
        verbose_name_plural = _("lần hướng dẫn nộp đơn")
        ordering = ["-on", "-pk"]
        default_permissions = ("view",)

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.on:%d/%m/%Y}"
