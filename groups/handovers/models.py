"""One officer hands hamlets and groups to another, for good or while on leave."""

from typing import Any, ClassVar, Self

from django.core.exceptions import ValidationError
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
from groups.places.models import Hamlet, Officer
from groups.zalo_groups.models import ZaloGroup


class HandoverQuerySet(CommuneScopedQuerySet):
    def visible_to(self, user: Any) -> Self:
        """For whoever gives, whoever takes, and those who see all hamlets."""
        rows = super().visible_to(user)
        if user.has_perm("groups.view_all_hamlets") or rows.query.is_empty():
            return rows
        return rows.filter(Q(from_officer__user=user.pk) | Q(to_officer__user=user.pk))


class Handover(models.Model):
    """Signed by whoever gives and whoever takes; everything moves at the second signature.

    offered → accepted, declined or withdrawn. A cover ends by itself on its last day.
    """

    class Kind(models.TextChoices):
        TRANSFER = "transfer", _("Bàn giao hẳn")
        COVER = "cover", _("Trực thay có thời hạn")

    class State(models.TextChoices):
        OFFERED = "offered", _("Chờ người nhận ký")
        ACCEPTED = "accepted", _("Đã nhận")
        DECLINED = "declined", _("Không nhận")
        WITHDRAWN = "withdrawn", _("Đã rút lại")

    workflow: ClassVar[Workflow] = Workflow(
        subject="handover",
        denied="Tài khoản này không có quyền với bàn giao này.",
        unseen="Tài khoản này không có quyền với bàn giao này.",
        state_field="state",
        wrong_state="Bàn giao này không còn chờ ký: {state_lower}.",
        related=("from_officer", "to_officer__user", "commune"),
        no_key=True,
    )

    commune = required_key(Commune, _("xã, phường"), "handovers")
    kind = models.CharField(_("hình thức"), max_length=10, choices=Kind, default=Kind.TRANSFER)
    from_officer = required_key(Officer, _("người giao"), "handovers_given")
    to_officer = required_key(Officer, _("người nhận"), "handovers_taken")
    starts_on = models.DateField(_("từ ngày"), null=True, blank=True)
    ends_on = models.DateField(_("đến hết ngày"), null=True, blank=True)
    reason = CleanCharField(_("lý do"), max_length=300)
    state = models.CharField(_("trạng thái"), max_length=10, choices=State, default=State.OFFERED)
    given_by = required_key(User, _("người ký giao"))
    given_at = models.DateTimeField(_("ký giao lúc"), default=timezone.now)
    accepted_by = user_field(_("người ký nhận"))
    accepted_at = models.DateTimeField(_("ký nhận lúc"), null=True, blank=True)
    answer = CleanCharField(_("ý kiến người nhận"), max_length=300, blank=True)
    record = models.JSONField(default=dict, blank=True, editable=False)

    objects = HandoverQuerySet.as_manager()
    commune_lookup: ClassVar[str] = "commune"

    class Meta:
        verbose_name = _("bàn giao địa bàn")
        verbose_name_plural = _("bàn giao địa bàn")
        ordering = ["-given_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(from_officer=F("to_officer")),
                name="handover_to_another",
                violation_error_message=_("Người nhận phải là người khác."),
            ),
            models.CheckConstraint(
                condition=Q(kind="transfer", starts_on=None, ends_on=None)
                | Q(kind="cover", starts_on__isnull=False, ends_on__gte=F("starts_on")),
                name="handover_cover_has_dates",
                violation_error_message=_(
                    "Trực thay phải có ngày bắt đầu và ngày kết thúc; bàn giao hẳn thì không."
                ),
            ),
            models.CheckConstraint(
                condition=~Q(state="accepted")
                | Q(accepted_by__isnull=False, accepted_at__isnull=False),
                name="handover_accepted_has_signature",
                violation_error_message=_("Hãy ghi ai đã ký nhận và lúc nào."),
            ),
            models.CheckConstraint(
                condition=Q(accepted_by=None) | ~Q(accepted_by=F("given_by")),
                name="handover_signed_by_two",
                violation_error_message=_("Người ký giao không được ký nhận."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.from_officer.full_name} → {self.to_officer.full_name}"

    def clean(self) -> None:
        super().clean()
        people = [self.from_officer_id, self.to_officer_id]
        if all(people) and self.from_officer.commune_id != self.to_officer.commune_id:
            raise ValidationError({"to_officer": _("Người nhận phải là cán bộ của cùng xã.")})

    def is_giver(self, user: Any) -> bool:
        return user.pk is not None and self.from_officer.user_id == user.pk

    def is_receiver(self, user: Any) -> bool:
        return user.pk is not None and self.to_officer.user_id == user.pk


class HandoverHamlet(models.Model):
    """A hamlet that is handed over."""

    handover = required_key(Handover, _("bàn giao"), "hamlet_items", on_delete=models.CASCADE)
    hamlet = required_key(Hamlet, _("ấp, khu phố"))

    objects = CommuneScopedQuerySet.as_manager()
    commune_lookup: ClassVar[str] = "handover__commune"

    class Meta:
        verbose_name = _("ấp bàn giao")
        verbose_name_plural = _("ấp bàn giao")
        ordering = ["handover", "hamlet"]
        constraints = [
            models.UniqueConstraint(
                fields=["handover", "hamlet"],
                name="handover_hamlet_once",
                violation_error_message=_("Ấp này đã có trong bàn giao."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.hamlet)


class HandoverGroup(models.Model):
    """A group that is handed over. On Zalo itself a person must change the owner: then a tick."""

    handover = required_key(Handover, _("bàn giao"), "group_items", on_delete=models.CASCADE)
    group = required_key(ZaloGroup, _("nhóm Zalo"), "handover_items")
    changed_on_zalo_by = user_field(_("người đổi trên Zalo"))
    changed_on_zalo_at = models.DateTimeField(_("đổi trên Zalo lúc"), null=True, blank=True)

    objects = CommuneScopedQuerySet.as_manager()
    commune_lookup: ClassVar[str] = "handover__commune"

    class Meta:
        verbose_name = _("nhóm bàn giao")
        verbose_name_plural = _("nhóm bàn giao")
        ordering = ["handover", "group"]
        constraints = [
            models.UniqueConstraint(
                fields=["handover", "group"],
                name="handover_group_once",
                violation_error_message=_("Nhóm này đã có trong bàn giao."),
            ),
            models.CheckConstraint(
                condition=Q(changed_on_zalo_at=None, changed_on_zalo_by=None)
                | Q(changed_on_zalo_at__isnull=False, changed_on_zalo_by__isnull=False),
                name="handover_group_change_is_complete",
                violation_error_message=_("Hãy ghi ai đã đổi trưởng nhóm trên Zalo và lúc nào."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.group)
