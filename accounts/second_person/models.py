"""Changes that wait for a second person."""

from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.contrib.contenttypes.models import ContentType
from django.contrib.postgres.fields import ArrayField
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.communes.models import Commune
from accounts.communes.querysets import CommuneScopedQuerySet, SharedQuerySet
from accounts.key_fields import optional_key, required_key
from accounts.second_person.kinds import scope_for
from accounts.second_person.table import label_of
from accounts.users.fields import user_field
from accounts.users.roles import roles_of
from accounts.workflow.declaration import Workflow

if TYPE_CHECKING:
    from accounts.users.models import User


class ChangeProposalQuerySet(CommuneScopedQuerySet):
    """Questions about proposals."""

    def visible_to(self, user: Any) -> Self:
        """Own ones, and those that this account's roles may confirm and whose row it sees."""
        rows = super().visible_to(user)
        if user.is_anonymous or user.is_superuser:
            return rows
        concerned = Q(seconds__overlap=sorted(roles_of(user))) & scope_for(user)
        return rows.filter(Q(proposed_by=user) | Q(decided_by=user) | concerned)

    def open(self) -> Self:
        """Neither carried out nor given up."""
        return self.filter(state__in=ChangeProposal.OPEN)

    def about(self, row: models.Model) -> Self:
        """About one row."""
        kind = ContentType.objects.get_for_model(type(row))
        return self.filter(content_type=kind, object_id=row.pk)

    def awaiting(self, user: "User") -> Self:
        """Proposals that this account may confirm, and passwords that it has yet to fetch."""
        own = Q(content_type__app_label="accounts", content_type__model="user", object_id=user.pk)
        waiting = Q(state="waiting", seconds__overlap=sorted(roles_of(user))) & scope_for(user)
        waiting &= ~(Q(proposed_by=user) | own)
        to_fetch = Q(state="confirmed", decided_by=user, kind="temporary_password")
        rows = super().visible_to(user).filter(expires_at__gt=timezone.now())
        return rows.filter(waiting | to_fetch)


class ChangeProposal(models.Model):
    """One person wants to change a row, from old values to new ones; another confirms it.

    The values of the row stay as they are until then, and until `not_before`. Without `object_id`
    a new row is to be made.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Chờ người thứ hai")
        CONFIRMED = "confirmed", _("Đã xác nhận, chưa tới giờ đổi")
        DONE = "done", _("Đã đổi")
        REFUSED = "refused", _("Không đổi")
        WITHDRAWN = "withdrawn", _("Đã rút")
        EXPIRED = "expired", _("Quá hạn, không đổi")

    OPEN: ClassVar = (State.WAITING, State.CONFIRMED)
    workflow: ClassVar[Workflow] = Workflow(
        subject="second_person",
        denied="Tài khoản này không xác nhận được đề nghị này.",
        transitions={
            State.WAITING: (
                State.CONFIRMED, State.REFUSED, State.WITHDRAWN, State.EXPIRED,
            ),
            State.CONFIRMED: (State.DONE, State.REFUSED, State.WITHDRAWN, State.EXPIRED),
            State.DONE: (), State.REFUSED: (), State.WITHDRAWN: (), State.EXPIRED: (),
        },
        state_field="state",
        no_transition="Đề nghị này không còn chờ ({state_lower}).",
        wrong_state="Đề nghị này không còn chờ ({state_lower}).",
        commune="commune",
    )  # fmt: skip

    kind = models.CharField(_("loại"), max_length=30)
    commune = optional_key(Commune, _("xã, phường"))
    content_type = required_key(ContentType, _("loại dòng"))
    object_id = models.BigIntegerField(null=True, editable=False)
    title = models.CharField(_("đổi ở đâu"), max_length=200)
    old = models.JSONField(_("đang là"), default=dict, encoder=DjangoJSONEncoder)
    new = models.JSONField(_("đổi thành"), default=dict, encoder=DjangoJSONEncoder)
    reason = models.CharField(_("lý do"), max_length=300, blank=True)
    # Roles of which one confirms, as the table said when it was proposed.
    seconds = ArrayField(models.CharField(max_length=20), default=list, editable=False)
    state = models.CharField(_("tình trạng"), max_length=10, choices=State, default=State.WAITING)
    proposed_by = user_field(_("người đề nghị"))
    proposed_at = models.DateTimeField(_("đề nghị lúc"), auto_now_add=True)
    decided_by = user_field(_("người thứ hai"))
    decided_at = models.DateTimeField(_("quyết định lúc"), null=True, blank=True)
    decision_note = models.CharField(_("vì sao không"), max_length=300, blank=True)
    not_before = models.DateTimeField(_("đổi không sớm hơn"), null=True, blank=True)
    expires_at = models.DateTimeField(_("hết hạn lúc"))
    done_at = models.DateTimeField(_("đổi lúc"), null=True, blank=True)

    objects = ChangeProposalQuerySet.as_manager()
    commune_lookup: ClassVar[str] = "commune"

    class Meta:
        verbose_name = _("việc cần người thứ hai")
        verbose_name_plural = _("việc cần người thứ hai")
        ordering = ["-proposed_at", "-pk"]
        default_permissions = ("view",)
        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=["confirmed", "done"])
                | Q(decided_by__isnull=False)
                & (Q(proposed_by=None) | ~Q(decided_by=F("proposed_by"))),
                name="proposal_needs_another",
                violation_error_message=_("Người đề nghị không tự xác nhận được."),
            ),
            models.UniqueConstraint(
                fields=["kind", "content_type", "object_id"],
                condition=Q(state__in=["waiting", "confirmed"], object_id__isnull=False),
                name="proposal_once_a_row",
                violation_error_message=_("Đã có một đề nghị đang chờ cho dòng này."),
            ),
        ]

    def __str__(self) -> str:
        return f"{label_of(self.kind)}: {self.title}"


class RetentionPeriod(models.Model):
    """How many days a rule keeps its rows, where the environment sets it: the number in force."""

    label = models.CharField(_("dữ liệu"), max_length=100, unique=True)
    days = models.PositiveIntegerField(_("số ngày lưu"))

    objects = SharedQuerySet.as_manager()

    class Meta:
        verbose_name = _("thời hạn lưu")
        verbose_name_plural = _("thời hạn lưu")
        default_permissions = ()

    def __str__(self) -> str:
        return self.label
