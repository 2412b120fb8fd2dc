"""Directions to addressees with replies, proposals to the Party, spreading of documents."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.communes.querysets import CommuneScopedQuerySet
from accounts.models import User
from accounts.workflow.declaration import History, Workflow
from broadcasts.models import PostRequest
from oversight.abstract_models import OfCommune
from oversight.direction.querysets import DirectionQuerySet, ProposalQuerySet, RegisterQuerySet
from oversight.direction.registers.models import (
    Addressed,
    GuidingDocument,
    PartyOrganisation,
    exactly_one,
)
from oversight.direction.rounds.models import DirectionRound


class Direction(OfCommune, Addressed):
    """A task of one addressee, to be reported until a day: its part of a `DirectionRound`.

    Its words are those of the round as given. Lateness follows from the days and is not stored. A
    text to be posted is a `PostRequest`.
    """

    class State(models.TextChoices):
        OPEN = "open", _("Chờ trả lời")
        REPLIED = "replied", _("Đã trả lời")
        RETURNED = "returned", _("Cần trả lời thêm")
        ACCEPTED = "accepted", _("Đã ghi nhận")
        CLOSED = "closed", _("Đã khép lại")

    TRANSITIONS: ClassVar[dict[str, frozenset[str]]] = {
        State.OPEN: frozenset({State.REPLIED, State.CLOSED}),
        State.REPLIED: frozenset({State.REPLIED, State.RETURNED, State.ACCEPTED}),
        State.RETURNED: frozenset({State.REPLIED, State.CLOSED}),
        State.ACCEPTED: frozenset({State.CLOSED}),
        State.CLOSED: frozenset(),
    }

    workflow: ClassVar[Workflow] = Workflow(
        subject="direction",
        denied="Chỉ nơi ra chỉ đạo mới nhắc, ghi nhận, trả lại hoặc khép lại.",
        unseen="Tài khoản này không xem được chỉ đạo này.",
        state_field="state",
        transitions=TRANSITIONS,
        no_transition="{state} nên không làm được việc này.",
        history=History(),
        audits_text=False,
    )

    round = models.ForeignKey(
        DirectionRound, models.PROTECT, verbose_name=_("đợt chỉ đạo"), related_name="parts",
        editable=False,
    )  # fmt: skip
    title = models.CharField(_("việc cần làm"), max_length=150)
    text = models.TextField(_("nội dung chỉ đạo"), max_length=3000)
    directed_by = models.CharField(
        _("người chỉ đạo"), max_length=150, help_text=_("Ví dụ: Phó Bí thư Thường trực Đảng ủy.")
    )
    document = models.ForeignKey(
        GuidingDocument, models.PROTECT, verbose_name=_("theo văn bản"),
        related_name="directions", null=True, blank=True,
    )  # fmt: skip
    post_request = models.ForeignKey(
        PostRequest, models.SET_NULL, verbose_name=_("yêu cầu đăng bài kèm theo"),
        related_name="+", null=True, blank=True,
    )  # fmt: skip
    given_on = models.DateField(_("ngày chỉ đạo"))
    due_on = models.DateField(_("hạn trả lời"))
    state = models.CharField(_("tình trạng"), max_length=10, choices=State, default=State.OPEN)
    answered_on = models.DateField(_("ngày trả lời"), null=True, blank=True, editable=False)
    created_by = models.ForeignKey(
        User, models.PROTECT, verbose_name=_("người giao"), related_name="+", editable=False
    )
    created_at = models.DateTimeField(_("giao lúc"), auto_now_add=True)
    closed_at = models.DateTimeField(_("khép lại lúc"), null=True, blank=True, editable=False)

    objects = DirectionQuerySet.as_manager()

    class Meta:
        verbose_name = _("chỉ đạo")
        verbose_name_plural = _("chỉ đạo")
        ordering = ["-given_on", "-pk"]
        permissions = [
            ("reply_direction", "Trả lời chỉ đạo"),
            ("settle_direction", "Ghi nhận, trả lại, khép lại chỉ đạo"),
        ]
        indexes = [
            # read by the work lists and by what is overdue
            models.Index(
                fields=["commune", "due_on"],
                condition=Q(state__in=("open", "returned")),
                name="direction_waiting",
            ),
            # read by the figures
            models.Index(fields=["commune", "given_on"], name="direction_by_day"),
        ]
        constraints = [
            exactly_one("direction_to_one", _("Mỗi chỉ đạo gửi đúng một nơi.")),
            models.CheckConstraint(
                condition=Q(due_on__gte=F("given_on")),
                name="direction_days_in_order",
                violation_error_message=_("Hạn trả lời phải từ ngày chỉ đạo trở đi."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=("open", "returned"), answered_on=None)
                | Q(state__in=("replied", "accepted"), answered_on__isnull=False)
                | Q(state="closed"),
                name="direction_reply_is_complete",
                violation_error_message=_("Tình trạng trả lời phải có ngày trả lời."),
            ),
            models.CheckConstraint(
                condition=Q(state="closed", closed_at__isnull=False)
                | ~Q(state="closed") & Q(closed_at=None),
                name="direction_closing_is_complete",
                violation_error_message=_("Chỉ đạo khép lại phải ghi lúc khép lại."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_late(self) -> bool:
        """Whether the reply came after the due day."""
        return self.answered_on is not None and self.answered_on > self.due_on


class DirectionReply(models.Model):
    """Reply of the addressee. Never changed: an addition is another reply."""

    direction = models.ForeignKey(
        Direction, models.CASCADE, verbose_name=_("chỉ đạo"), related_name="replies"
    )
    text = models.TextField(_("trả lời"), max_length=5000)
    file = models.FileField(_("tệp kèm theo"), upload_to="directions/%Y/%m/", blank=True)
    by = models.ForeignKey(User, models.PROTECT, verbose_name=_("người ghi"), related_name="+")
    at = models.DateTimeField(_("lúc"))
    # Due day at that time: a later change does not affect old replies.
    due_on = models.DateField(_("hạn lúc đó"))
    is_on_behalf = models.BooleanField(_("ghi thay theo văn bản giấy"), default=False)

    objects = CommuneScopedQuerySet.as_manager()
    commune_lookup: ClassVar[str] = "direction__commune"

    class Meta:
        verbose_name = _("trả lời chỉ đạo")
        verbose_name_plural = _("trả lời chỉ đạo")
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(text=""),
                name="direction_reply_has_words",
                violation_error_message=_("Hãy ghi nội dung trả lời."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.direction}: {self.by}"


class DirectionEvent(models.Model):
    """History of a direction. Append-only."""

    class Kind(models.TextChoices):
        GIVEN = "given", _("Giao")
        REPLIED = "replied", _("Trả lời")
        RETURNED = "returned", _("Trả lại")
        ACCEPTED = "accepted", _("Ghi nhận")
        CLOSED = "closed", _("Khép lại")
        REMINDED = "reminded", _("Nhắc")

    direction = models.ForeignKey(
        Direction, models.CASCADE, verbose_name=_("chỉ đạo"), related_name="events"
    )
    kind = models.CharField(_("việc"), max_length=10, choices=Kind)
    by = models.ForeignKey(User, models.PROTECT, verbose_name=_("người làm"), related_name="+")
    at = models.DateTimeField(_("lúc"))
    note = models.TextField(_("ghi chú"), blank=True)

    objects = CommuneScopedQuerySet.as_manager()
    commune_lookup: ClassVar[str] = "direction__commune"

    class Meta:
        verbose_name = _("bước của chỉ đạo")
        verbose_name_plural = _("bước của chỉ đạo")
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.direction}"


class Proposal(OfCommune, Addressed):
    """Proposal of a body, hamlet or party organisation to the Party Committee, and the answer."""

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


class Spreading(models.Model):
    """A party organisation studied a document: day and number of people, never names."""

    organisation = models.ForeignKey(
        PartyOrganisation, models.PROTECT, verbose_name=_("tổ chức đảng"),
        related_name="spreadings",
    )  # fmt: skip
    document = models.ForeignKey(
        GuidingDocument, models.CASCADE, verbose_name=_("văn bản"), related_name="spreadings",
        null=True, blank=True,
    )  # fmt: skip
    direction = models.ForeignKey(
        Direction, models.CASCADE, verbose_name=_("chỉ đạo"), related_name="spreadings",
        null=True, blank=True, help_text=_("Chỉ chọn khi quán triệt một chỉ đạo không có văn bản."),
    )  # fmt: skip
    held_on = models.DateField(_("ngày quán triệt"))
    attendees = models.PositiveIntegerField(
        _("số người dự"), help_text=_("Chỉ ghi con số. Không ghi danh sách người dự.")
    )
    recorded_by = models.ForeignKey(
        User, models.PROTECT, verbose_name=_("người ghi"), related_name="+", editable=False
    )
    recorded_at = models.DateTimeField(_("ghi lúc"), auto_now_add=True)

    objects = RegisterQuerySet.as_manager()
    commune_lookup: ClassVar[str] = "organisation__commune"

    class Meta:
        verbose_name = _("lượt quán triệt")
        verbose_name_plural = _("quán triệt, triển khai")
        ordering = ["-held_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(document=None, direction__isnull=False)
                | Q(document__isnull=False, direction=None),
                name="spreading_of_one",
                violation_error_message=_(
                    "Hãy chọn văn bản, hoặc chọn chỉ đạo, không chọn cả hai."
                ),
            ),
            models.UniqueConstraint(
                fields=["document", "organisation"],
                name="spreading_of_document_once",
                violation_error_message=_("Tổ chức đảng này đã báo quán triệt văn bản đó."),
            ),
            models.UniqueConstraint(
                fields=["direction", "organisation"],
                name="spreading_of_direction_once",
                violation_error_message=_("Tổ chức đảng này đã báo quán triệt chỉ đạo đó."),
            ),
            models.CheckConstraint(
                condition=Q(attendees__gte=1, attendees__lte=5000),
                name="spreading_has_attendees",
                violation_error_message=_("Số người dự phải từ 1 đến 5.000."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation}, {self.held_on:%d/%m/%Y}"
