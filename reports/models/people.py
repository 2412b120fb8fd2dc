"""The accounts around a tip: who works on it beside its owner, and who must know nothing of it."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from reports.models.tips import TipPart, TipReport


class TipHelper(TipPart):
    """Somebody who works on a tip beside its owner; with `until` only for some days (a cover)."""

    tip = models.ForeignKey(
        TipReport, models.CASCADE, verbose_name=_("phản ánh"), related_name="helpers"
    )
    user = models.ForeignKey(
        User, models.PROTECT, verbose_name=_("người phối hợp"), related_name="helped_tips"
    )
    added_by = models.ForeignKey(User, models.PROTECT, verbose_name=_("ai thêm"), related_name="+")
    added_at = models.DateTimeField(_("thêm lúc"), default=timezone.now)
    until = models.DateField(_("đến hết ngày"), null=True, blank=True)

    class Meta:
        verbose_name = _("người phối hợp")
        verbose_name_plural = _("người phối hợp")
        ordering = ["added_at", "pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["tip", "user"],
                name="tiphelper_once",
                violation_error_message=_("Người này đã phối hợp phản ánh này."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.tip}: {self.user}"


class TipConflict(TipPart):
    """An account that must know nothing of a tip, because it is about that officer or a relative.

    `added_by` is empty where the name stood in the words. Whoever is named sees neither the tip
    nor this row.
    """

    tip = models.ForeignKey(
        TipReport, models.CASCADE, verbose_name=_("phản ánh"), related_name="conflicts"
    )
    user = models.ForeignKey(
        User, models.PROTECT, verbose_name=_("tài khoản không được biết"), related_name="+"
    )
    added_by = models.ForeignKey(
        User, models.PROTECT, verbose_name=_("ai ghi"), related_name="+", null=True
    )
    added_at = models.DateTimeField(_("ghi lúc"), default=timezone.now)

    class Meta:
        verbose_name = _("tài khoản không được biết")
        verbose_name_plural = _("tài khoản không được biết")
        ordering = ["added_at", "pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["tip", "user"],
                name="tipconflict_once",
                violation_error_message=_("Đã ghi người này không được biết phản ánh."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.tip)
