"""Synonyms of procedures, and questions of residents."""

import uuid
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.communes.querysets import SharedQuerySet
from accounts.encryption.fields import EncryptedTextField
from accounts.models import Commune
from accounts.text_fields import CleanCharField, FoldedTextField
from accounts.users.fields import user_field
from accounts.workflow.declaration import Workflow
from procedures.editions.models import Edition
from procedures.library.models import Procedure, ProcedureArea
from procedures.library.querysets import QuestionQuerySet


class Synonym(models.Model):
    """Everyday words for a procedure, or for all procedures of an area (`hộ khẩu` → cư trú).

    Words may also stand for what other offices do (`sổ đỏ`): they keep the machine from answering
    with what only looks alike. A row that came with the portal is switched off, never deleted, and
    once a person has changed it no data file does (`is_shipped` ends, `shipped_as` stays).
    """

    term = CleanCharField(_("bà con nói"), max_length=100)
    folded = FoldedTextField(_("viết không dấu"), source="term")
    procedure = models.ForeignKey(
        Procedure, models.PROTECT, verbose_name=_("thủ tục"), related_name="synonyms",
        null=True, blank=True,
    )  # fmt: skip
    area = models.ForeignKey(
        ProcedureArea, models.PROTECT, verbose_name=_("lĩnh vực"), related_name="synonyms",
        null=True, blank=True,
    )  # fmt: skip
    weight = models.PositiveSmallIntegerField(
        _("mức nặng"), default=5, validators=[MinValueValidator(1), MaxValueValidator(10)],
        help_text=_("Từ 1 đến 10: từ càng chắc chỉ thủ tục này thì số càng lớn."),
    )  # fmt: skip
    is_elsewhere = models.BooleanField(
        _("việc nơi khác làm"), default=False,
        help_text=_("Đánh dấu thì máy không lấy thủ tục nào để trả lời từ này. Ví dụ: sổ đỏ."),
    )  # fmt: skip
    is_active = models.BooleanField(_("đang dùng"), default=True)
    is_shipped = models.BooleanField(_("có sẵn"), default=False, editable=False)
    shipped_as = models.CharField(max_length=200, blank=True, editable=False)

    objects = SharedQuerySet.as_manager()

    class Meta:
        verbose_name = _("từ đồng nghĩa")
        verbose_name_plural = _("từ đồng nghĩa")
        ordering = ["folded", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(procedure=None, area__isnull=False, is_elsewhere=False)
                | Q(procedure__isnull=False, area=None, is_elsewhere=False)
                | Q(procedure=None, area=None, is_elsewhere=True),
                name="synonym_of_procedure_or_area",
                violation_error_message=_(
                    "Hãy chọn một thủ tục, hoặc một lĩnh vực, hoặc đánh dấu việc nơi khác làm."
                ),
            ),
            models.CheckConstraint(
                condition=Q(weight__gte=1, weight__lte=10),
                name="synonym_weight_in_range",
                violation_error_message=_("Mức nặng phải từ 1 đến 10."),
            ),
            models.UniqueConstraint(
                fields=["term", "procedure", "area"],
                name="synonym_once",
                nulls_distinct=False,
                violation_error_message=_("Từ này đã có cho thủ tục, lĩnh vực đó."),
            ),
            # read by the loader of the data file
            models.UniqueConstraint(
                fields=["shipped_as"],
                condition=~Q(shipped_as=""),
                name="synonym_shipped_once",
                violation_error_message=_("Từ có sẵn này đã có."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.term} → {self.procedure or self.area or 'nơi khác làm'}"


class Question(models.Model):
    """A question and its outcome; never its author.

    The words are sealed, for people write names and numbers into them; `same_as` is a keyed hash of
    the folded words, by which the same question asked again is counted. The day, not the hour.
    `told` is what is known of an answer that goes through Zalo: sent means that Zalo named the
    message; what did not get there is not answered.
    """

    class Channel(models.TextChoices):
        CHAT = "chat", _("Zalo OA")
        PAGE = "page", _("Trang thủ tục")
        DESK = "desk", _("Tại trụ sở, điện thoại")

    class Outcome(models.TextChoices):
        ANSWERED = "answered", _("Máy đã trả lời")
        OFFERED = "offered", _("Máy đưa các thủ tục để chọn")
        UNANSWERED = "unanswered", _("Chưa có câu trả lời")
        SETTLED = "settled", _("Cán bộ đã trả lời")
        SET_ASIDE = "set_aside", _("Không phải câu hỏi thủ tục")

    class AnswerState(models.TextChoices):
        WAITING = "waiting", _("Đang chờ gửi qua Zalo")
        SENT = "sent", _("Zalo đã nhận để gửi")
        FAILED = "failed", _("Không gửi được")
        UNCERTAIN = "uncertain", _("Chưa rõ đã gửi chưa")
        CLOSED = "closed", _("Zalo không cho gửi nữa")
        WITHHELD = "withheld", _("Bản trả lời đang soát lại nên máy không gửi")

    workflow: ClassVar[Workflow] = Workflow(
        subject="question",
        denied="Tài khoản này không có quyền làm việc này với câu hỏi của bà con.",
    )

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    commune = models.ForeignKey(
        Commune, models.PROTECT, verbose_name=_("xã, phường"), related_name="questions"
    )
    asked = EncryptedTextField(_("câu hỏi"), purpose="questions")
    same_as = models.CharField(_("dấu của câu hỏi"), max_length=64, editable=False)
    channel = models.CharField(_("hỏi qua"), max_length=4, choices=Channel)
    asked_on = models.DateField(_("ngày hỏi"), default=timezone.localdate)
    outcome = models.CharField(
        _("kết quả"), max_length=10, choices=Outcome, default=Outcome.UNANSWERED
    )
    edition = models.ForeignKey(
        Edition, models.PROTECT, verbose_name=_("trả lời bằng"), related_name="questions",
        null=True, blank=True,
    )  # fmt: skip
    offered = ArrayField(
        models.BigIntegerField(), verbose_name=_("các bản đã đưa ra"), default=list, blank=True,
        size=3,
    )  # fmt: skip
    told = models.CharField(
        _("gửi câu trả lời"),
        max_length=9,
        choices=AnswerState,
        blank=True,
        default="",
        editable=False,
    )
    settled_by = user_field(_("người trả lời"))
    settled_at = models.DateTimeField(_("trả lời lúc"), null=True, blank=True)

    objects = QuestionQuerySet.as_manager()
    commune_lookup: ClassVar[str] = "commune"

    class Meta:
        verbose_name = _("câu hỏi của bà con")
        verbose_name_plural = _("câu hỏi của bà con")
        ordering = ["-asked_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(outcome="answered") | Q(edition__isnull=False),
                name="question_answered_by_edition",
                violation_error_message=_("Câu hỏi đã trả lời phải ghi trả lời bằng bản nào."),
            ),
            models.CheckConstraint(
                condition=~Q(outcome__in=["answered", "offered"])
                | Q(told__in=["", "waiting", "sent"]),
                name="question_answered_was_told",
                violation_error_message=_(
                    "Câu trả lời không tới được người hỏi thì câu hỏi phải chờ cán bộ."
                ),
            ),
            models.CheckConstraint(
                condition=~Q(outcome__in=["settled", "set_aside"])
                | Q(settled_by__isnull=False, settled_at__isnull=False),
                name="question_settled_by_somebody",
                violation_error_message=_("Câu hỏi đã xong phải ghi ai trả lời, lúc nào."),
            ),
        ]
        indexes = [
            # read by the worklist of unanswered questions
            models.Index(
                fields=["commune", "asked_on"],
                condition=Q(outcome="unanswered"),
                name="question_unanswered",
            ),
            # read by the worklist, which counts the same question
            models.Index(fields=["commune", "same_as"], name="question_same"),
            # read by the retention rule
            models.Index(fields=["asked_on"], name="question_asked_on"),
        ]

    def __str__(self) -> str:
        return f"Câu hỏi ngày {self.asked_on:%d/%m/%Y}"

    @property
    def is_lost(self) -> bool:
        """Whether the machine's answer did not arrive, as far as anybody knows."""
        state = self.AnswerState
        lost = (state.FAILED, state.UNCERTAIN, state.CLOSED, state.WITHHELD)
        return self.outcome == self.Outcome.UNANSWERED and self.told in lost
