"""Two rows of one person: joined by somebody, or said to be two people."""

from datetime import datetime
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.key_fields import required_key
from accounts.models import User
from accounts.workflow.declaration import Workflow
from groups.places.querysets import HamletScopedQuerySet
from groups.residents.models import Member


class MergeQuerySet(HamletScopedQuerySet):
    def reversible(self, now: datetime) -> Self:
        """Merges that can still be taken apart."""
        return self.filter(undo_until__gte=now, absorbed__isnull=False)


class PairQuerySet(HamletScopedQuerySet):
    """Two rows that somebody called two people; both ends are of the same commune."""


class MemberMerge(models.Model):
    """One row was absorbed by another of the same person; taken apart again until `undo_until`.

    `changes` holds what the merge did, as JSON of our own making (`groups/duplicates/services.py`);
    it is emptied together with the absorbed row.
    """

    UNDO_DAYS: ClassVar[int] = 30

    workflow: ClassVar[Workflow] = Workflow(
        subject="member", denied="Không tách lại được nữa: đã quá hạn hoặc đã tách rồi."
    )

    survivor = required_key(Member, _("người được giữ lại"), "merges", on_delete=models.CASCADE)
    absorbed = models.OneToOneField(
        Member, models.CASCADE, verbose_name=_("dòng được gộp vào"), related_name="merge",
        null=True,
    )  # fmt: skip
    merged_by = required_key(User, _("người gộp"))
    merged_at = models.DateTimeField(_("gộp lúc"), default=timezone.now)
    undo_until = models.DateTimeField(_("tách lại được đến"))
    changes = models.JSONField(_("những gì đã đổi"), default=dict)

    objects = MergeQuerySet.as_manager()
    hamlet_lookup: ClassVar[str] = "survivor__hamlet"

    class Meta:
        verbose_name = _("lần gộp người trùng")
        verbose_name_plural = _("lần gộp người trùng")
        ordering = ["-merged_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(absorbed=None) | ~Q(absorbed=F("survivor")),
                name="merge_of_two_rows",
                violation_error_message=_("Không gộp một người với chính người đó."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.survivor} – {timezone.localtime(self.merged_at):%d/%m/%Y}"

    @property
    def audit_label(self) -> str:
        return f"Gộp vào thành viên số {self.survivor_id}"


class DistinctPair(models.Model):
    """Somebody looked at two like rows and said: two people. They are not offered again."""

    first = required_key(Member, _("người thứ nhất"), on_delete=models.CASCADE)
    second = required_key(Member, _("người thứ hai"), on_delete=models.CASCADE)
    decided_by = required_key(User, _("người xác nhận"))
    decided_at = models.DateTimeField(_("xác nhận lúc"), default=timezone.now)

    objects = PairQuerySet.as_manager()
    hamlet_lookup: ClassVar[str] = "first__hamlet"

    class Meta:
        verbose_name = _("hai người khác nhau")
        verbose_name_plural = _("hai người khác nhau")
        ordering = ["-decided_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["first", "second"],
                name="distinct_pair_once",
                violation_error_message=_("Cặp này đã được xác nhận là hai người."),
            ),
            models.CheckConstraint(
                condition=Q(first__lt=F("second")),
                name="distinct_pair_in_order",
                violation_error_message=_("Một cặp gồm hai người khác nhau."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first} – {self.second}"
