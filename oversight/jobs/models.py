"""A job of one person by one day, and its history."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.communes.querysets import CommuneScopedQuerySet
from accounts.models import User
from accounts.workflow.declaration import History, Workflow
from oversight.abstract_models import OfCommune
from oversight.jobs.querysets import JobQuerySet


class Job(OfCommune):
    """A job that one account gives to another, by a day; done or given back with a word.

    Work on a tip is given at the tip, whose words stay in its vault.
    """

    class State(models.TextChoices):
        OPEN = "open", _("Đang làm")
        DONE = "done", _("Đã xong")
        RETURNED = "returned", _("Đã trả lại")
        CANCELLED = "cancelled", _("Đã hủy")

    TRANSITIONS: ClassVar[dict[str, frozenset[str]]] = {
        State.OPEN: frozenset({State.DONE, State.RETURNED, State.CANCELLED}),
        State.RETURNED: frozenset({State.OPEN, State.CANCELLED}),
        State.DONE: frozenset({State.OPEN}),
        State.CANCELLED: frozenset(),
    }

    workflow: ClassVar[Workflow] = Workflow(
        subject="job",
        denied="Tài khoản này không có quyền làm bước đó với việc này.",
        unseen="Tài khoản này không xem được việc này.",
        state_field="state",
        transitions=TRANSITIONS,
        no_transition="Việc này {state_lower} nên không làm được bước đó.",
        related=("doer", "given_by"),
        history=History(),
        audits_text=False,
    )

    title = models.CharField(_("việc cần làm"), max_length=150)
    text = models.TextField(_("nói rõ thêm"), max_length=2000, blank=True)
    doer = models.ForeignKey(User, models.PROTECT, verbose_name=_("người làm"), related_name="jobs")
    due_on = models.DateField(_("xong trước hết ngày"))
    state = models.CharField(_("tình trạng"), max_length=10, choices=State, default=State.OPEN)
    given_by = models.ForeignKey(
        User, models.PROTECT, verbose_name=_("người giao"), related_name="+", editable=False
    )
    given_at = models.DateTimeField(_("giao lúc"), auto_now_add=True)
    seen_at = models.DateTimeField(_("người làm xem lúc"), null=True, editable=False)
    ended_at = models.DateTimeField(_("xong hoặc hủy lúc"), null=True, editable=False)

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = _("việc được giao")
        verbose_name_plural = _("việc được giao")
        ordering = ["-given_at", "-pk"]
        default_permissions = ("view", "add")
        indexes = [
            # read by the work list of the doer
            models.Index(fields=["doer", "due_on"], condition=Q(state="open"), name="job_to_do"),
            # read by the work list of the giver
            models.Index(
                fields=["given_by", "due_on"],
                condition=Q(state__in=["open", "returned"]),
                name="job_given",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(doer=F("given_by")),
                name="job_to_another",
                violation_error_message=_("Hãy giao việc cho người khác."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=["done", "cancelled"], ended_at__isnull=False)
                | Q(state__in=["open", "returned"], ended_at=None),
                name="job_end_has_time",
                violation_error_message=_("Việc đã xong hoặc đã hủy phải có giờ."),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class JobEvent(models.Model):
    """History of a job. Append-only."""

    class Kind(models.TextChoices):
        GIVEN = "given", _("Giao việc")
        DONE = "done", _("Đã xong")
        RETURNED = "returned", _("Trả lại")
        GIVEN_AGAIN = "given_again", _("Giao lại")
        CANCELLED = "cancelled", _("Hủy")

    job = models.ForeignKey(Job, models.CASCADE, verbose_name=_("việc"), related_name="events")
    kind = models.CharField(_("bước"), max_length=12, choices=Kind)
    by = models.ForeignKey(User, models.PROTECT, verbose_name=_("người làm"), related_name="+")
    at = models.DateTimeField(_("lúc"))
    note = models.TextField(_("lời"), blank=True)

    objects = CommuneScopedQuerySet.as_manager()
    commune_lookup: ClassVar[str] = "job__commune"

    class Meta:
        verbose_name = _("bước của việc")
        verbose_name_plural = _("bước của việc")
        ordering = ["at", "pk"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.job}"
