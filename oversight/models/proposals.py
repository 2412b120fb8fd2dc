"""What is proposed to the Party Committee, and its answer."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Commune, User
from accounts.workflow.declaration import Workflow
from oversight.direction.querysets import ProposalQuerySet
from oversight.models.bodies import Addressed, exactly_one


class Proposal(Addressed):
    """What a body, a hamlet or a party organisation asks of the Party Committee, and the answer."""

    class State(models.TextChoices):
        SENT = "sent", _("Chờ trả lời")
        ANSWERED = "answered", _("Đã trả lời")
        WITHDRAWN = "withdrawn", _("Đã rút")

    TRANSITIONS: ClassVar[dict[str, frozenset[str]]] = {
        State.SENT: frozenset({State.ANSWERED, State.WITHDRAWN}),
        State.ANSWERED: frozenset(),
        State.WITHDRAWN: frozenset(),
    }

    workflow: ClassVar[Workflow] = Workflow(
        subject="proposal",
        denied="Chỉ Văn phòng Đảng ủy mới trả lời kiến nghị.",
        unseen="Tài khoản này không xem được kiến nghị này.",
        state_field="state",
        transitions=TRANSITIONS,
        no_transition="{state} nên không làm được việc này.",
    )

    commune = models.ForeignKey(
        Commune, models.PROTECT, verbose_name=_("xã, phường"), related_name="+"
    )
    title = models.CharField(_("kiến nghị về việc"), max_length=150)
    text = models.TextField(_("nội dung kiến nghị"), max_length=3000)
    state = models.CharField(_("tình trạng"), max_length=10, choices=State, default=State.SENT)
    sent_by = models.ForeignKey(
        User, models.PROTECT, verbose_name=_("người gửi"), related_name="+", editable=False
    )
    sent_at = models.DateTimeField(_("gửi lúc"), editable=False)
    answer = models.TextField(_("trả lời"), max_length=5000, blank=True, editable=False)
    answered_by = models.ForeignKey(
        User, models.PROTECT, verbose_name=_("người trả lời"), related_name="+",
        null=True, blank=True, editable=False,
    )  # fmt: skip
    answered_at = models.DateTimeField(_("trả lời lúc"), null=True, blank=True, editable=False)

    objects = ProposalQuerySet.as_manager()
    commune_lookup: ClassVar[str] = "commune"

    class Meta:
        verbose_name = _("kiến nghị")
        verbose_name_plural = _("kiến nghị gửi Đảng ủy")
        ordering = ["-sent_at", "-pk"]
        permissions = [("answer_proposal", "Trả lời kiến nghị gửi Đảng ủy")]
        indexes = [
            # read by the work list and the figures
            models.Index(fields=["commune", "sent_at"], name="proposal_by_day"),
        ]
        constraints = [
            exactly_one("proposal_from_one", _("Mỗi kiến nghị là của đúng một nơi.")),
            models.CheckConstraint(
                condition=Q(state="answered", answered_by__isnull=False, answered_at__isnull=False)
                & ~Q(answer="")
                | ~Q(state="answered") & Q(answer="", answered_by=None, answered_at=None),
                name="proposal_answer_is_complete",
                violation_error_message=_("Trả lời kiến nghị phải ghi nội dung, người và lúc."),
            ),
        ]

    def __str__(self) -> str:
        return self.title
