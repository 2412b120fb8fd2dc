"""Proposals to keep an officer away from words that name him, until a person decides."""

from typing import ClassVar
from uuid import uuid4

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.vault.fields import VaultTextField
from accounts.workflow.declaration import Workflow
from reports.proposals.querysets import ConflictProposalQuerySet
from reports.tips.models import TipPart, TipReport


class ConflictProposal(TipPart):
    """An account that words of a tip name, perhaps as the one they are about.

    Without `message` the words are the first ones: the account is barred from the tip meanwhile.
    Otherwise they were said later: the tip stays, and the message alone is unseen by those named.
    What is said after it in the talk, and files that came shortly before, `follows` it: unseen by
    the same account until that one is decided.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Chờ quyết định")
        CONFIRMED = "confirmed", _("Lời nói về người này")
        LIFTED = "lifted", _("Không liên quan")

    class Level(models.TextChoices):
        CHIEF = "chief", _("Trưởng Công an")
        DEPUTY = "deputy", _("Phó Trưởng Công an")
        SUPERIOR = "superior", _("Công an cấp trên")

    workflow: ClassVar[Workflow] = Workflow(
        subject="conflictproposal",
        denied="Tài khoản này không quyết định được lời này.",
        state_field="state",
        transitions={
            State.WAITING: frozenset({State.CONFIRMED, State.LIFTED}),
            State.CONFIRMED: frozenset({State.LIFTED}),  # a chief takes the bar off by hand
            State.LIFTED: frozenset(),
        },
        no_transition="Đã có người quyết định: “{state}”.",
        wrong_state="Đã có người quyết định: “{state}”.",
        commune="tip.commune",
        related=("tip", "tip__commune"),
        audits_text=False,  # sealed
    )

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    tip = models.ForeignKey(
        TipReport, models.CASCADE, verbose_name=_("phản ánh"), related_name="proposals"
    )
    message = models.ForeignKey(
        "reports.TipMessage", models.CASCADE, verbose_name=_("lời nói thêm"),
        related_name="proposals", null=True, blank=True,
    )  # fmt: skip
    user = models.ForeignKey(
        User, models.PROTECT, verbose_name=_("người có tên trong lời"), related_name="+"
    )
    follows = models.ForeignKey(
        "self", models.CASCADE, verbose_name=_("chờ cùng lời"), related_name="followers", null=True,
        blank=True,
    )  # fmt: skip
    state = models.CharField(_("quyết định"), max_length=10, choices=State, default=State.WAITING)
    level = models.CharField(_("ai quyết định"), max_length=10, choices=Level, default=Level.CHIEF)
    at = models.DateTimeField(_("lời nhận lúc"), default=timezone.now)
    due_at = models.DateTimeField(_("hạn quyết định"))
    decided_by = models.ForeignKey(
        User, models.PROTECT, verbose_name=_("người quyết định"), related_name="+", null=True
    )
    decided_at = models.DateTimeField(_("quyết định lúc"), null=True)
    reason = VaultTextField(_("lý do"), purpose="words", blank=True)

    objects = ConflictProposalQuerySet.as_manager()  # type: ignore[misc]
    vault_binds: ClassVar[tuple[str, ...]] = ("tip_id",)
    vault_bound_later: ClassVar[bool] = True

    class Meta:
        verbose_name = _("lời có tên cán bộ")
        verbose_name_plural = _("lời có tên cán bộ")
        ordering = ["due_at", "pk"]
        default_permissions = ("view",)
        permissions = [("decide_conflictproposal", "Quyết định lời có tên cán bộ")]
        indexes = [
            # read by the task that passes on what is overdue, and by the work list
            models.Index(
                fields=["due_at"], condition=Q(state="waiting"), name="conflictproposal_waiting"
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["tip", "message", "user"],
                name="conflictproposal_once",
                nulls_distinct=False,
                violation_error_message=_("Lời này đã chờ quyết định về người này."),
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", decided_by=None, decided_at=None)
                | ~Q(state="waiting") & Q(decided_by__isnull=False, decided_at__isnull=False),
                name="conflictproposal_decided_by_a_person",
                violation_error_message=_("Quyết định phải ghi ai, lúc nào."),
            ),
            models.CheckConstraint(
                condition=Q(follows=None) | Q(message__isnull=False),
                name="conflictproposal_follows_in_the_talk",
                violation_error_message=_("Chỉ lời nói thêm mới chờ cùng lời khác."),
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("user")),
                name="conflictproposal_not_by_the_named",
                violation_error_message=_("Không ai tự quyết định lời nói về mình."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.tip)
