"""Alarms, until a person has acknowledged them."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.alarms.kinds import KINDS, AlarmKind
from accounts.alarms.querysets import AlarmQuerySet
from accounts.communes.models import Commune
from accounts.users.models import User
from accounts.workflow.declaration import Workflow


class Alarm(models.Model):
    """One matter, however often it came up within an hour; without a commune it concerns all.

    It names an account, a network or a number of a row, and never what somebody wrote.
    """

    workflow: ClassVar[Workflow] = Workflow(
        subject="account",
        denied="Cảnh báo này không phải việc của tài khoản này.",
        ended=lambda row: (
            "Cảnh báo này đã có người xác nhận." if row.acknowledged_at is not None else ""
        ),
    )

    # Of AlarmKind; no choices, so that a new kind needs no migration.
    kind = models.CharField(_("loại"), max_length=30)
    subject = models.CharField(_("về"), max_length=150)
    account = models.ForeignKey(
        User, models.PROTECT, verbose_name=_("tài khoản"), related_name="+", null=True, blank=True
    )
    done_by = models.ForeignKey(
        User,
        models.SET_NULL,
        verbose_name=_("người đã làm"),
        related_name="+",
        null=True,
        blank=True,
    )
    # Who agreed, where it took two.
    second_by = models.ForeignKey(
        User,
        models.SET_NULL,
        verbose_name=_("người thứ hai"),
        related_name="+",
        null=True,
        blank=True,
    )
    commune = models.ForeignKey(
        Commune,
        models.PROTECT,
        verbose_name=_("xã, phường"),
        related_name="+",
        null=True,
        blank=True,
    )
    raised_at = models.DateTimeField(_("lần đầu lúc"))
    last_at = models.DateTimeField(_("lần cuối lúc"))
    count = models.PositiveIntegerField(_("số lần"), default=1)
    acknowledged_at = models.DateTimeField(_("xác nhận lúc"), null=True, blank=True)
    acknowledged_by = models.ForeignKey(
        User,
        models.PROTECT,
        verbose_name=_("người xác nhận"),
        related_name="+",
        null=True,
        blank=True,
    )

    objects = AlarmQuerySet.as_manager()
    commune_lookup: ClassVar[str] = "commune"

    class Meta:
        verbose_name = _("cảnh báo")
        verbose_name_plural = _("cảnh báo")
        ordering = ["-last_at", "-pk"]
        default_permissions = ("view",)
        indexes = [models.Index(fields=["kind", "last_at"], name="alarm_kind_last_at")]
        constraints = [
            models.CheckConstraint(
                condition=Q(acknowledged_at=None, acknowledged_by=None)
                | Q(acknowledged_at__isnull=False, acknowledged_by__isnull=False),
                name="alarm_acknowledged_by_somebody",
                violation_error_message=_("Xác nhận cảnh báo phải có người và giờ."),
            ),
            models.CheckConstraint(
                condition=Q(count__gte=1) & Q(last_at__gte=models.F("raised_at")),
                name="alarm_counts_from_one",
                violation_error_message=_("Cảnh báo phải có ít nhất một lần."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title}: {self.subject}"

    @property
    def title(self) -> str:
        return str(AlarmKind(self.kind).label)

    @property
    def is_grave(self) -> bool:
        return KINDS[AlarmKind(self.kind)].is_grave

    @property
    def sentence(self) -> str:
        """The thing that happened, and what to do."""
        return KINDS[AlarmKind(self.kind)].sentence.format(subject=self.subject)
