"""Automatic answers to people whose message became no tip, or must not be stored."""

from typing import ClassVar
from uuid import uuid4

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.vault.fields import VaultPaddedField
from accounts.vault.rows import SealedRow
from procedures.models import Edition, Question
from reports.tips.models import TipReport
from reports.tips.querysets import NobodysQuerySet
from zalo.models import OfficialAccount


class ChatReply(SealedRow):
    """One fixed answer, sent at most once; the row goes with it.

    It holds no words of the person, and their id only until it left: a row that stays (outcome
    unknown, or not sendable) has lost the id. `heard_at` is the quarter of an hour in which the
    person wrote. The digits of `receipt` are made when it is sent and stored nowhere. `answer`
    names the edition, asked again when sent whether it may be told; `choice` the procedures in
    their order. `question` is the question's row while the answer is on its way, to learn the
    outcome.
    """

    class Kind(models.TextChoices):
        GREETING = "greeting", _("Chào, giải thích")
        SECRET = "secret", _("Nội dung có dấu mật, không nhận")
        RECEIPT = "receipt", _("Mã biên nhận mới")
        NO_TIP = "no_tip", _("Chưa có phản ánh để lấy mã")
        EMPTY_MATTER = "empty_matter", _("Cách báo việc khác")
        DIVERTED = "diverted", _("Nơi nộp đơn theo luật")
        ANSWER = "answer", _("Trả lời thủ tục")
        CHOICE = "choice", _("Các thủ tục để chọn")
        LATE_PICK = "late_pick", _("Chọn số quá muộn")

    class State(models.TextChoices):
        WAITING = "waiting", _("Chờ gửi")
        SENDING = "sending", _("Đang gửi")
        FAILED = "failed", _("Không gửi được")
        UNCERTAIN = "uncertain", _("Chưa rõ đã gửi chưa")

    KEEP_DAYS: ClassVar[int] = 8

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    account = models.ForeignKey(
        OfficialAccount, models.CASCADE, verbose_name=_("tài khoản OA"), related_name="+"
    )
    tip = models.ForeignKey(
        TipReport, models.CASCADE, verbose_name=_("phản ánh"), related_name="+", null=True
    )
    kind = models.CharField(_("tin"), max_length=12, choices=Kind)
    edition = models.ForeignKey(
        Edition, models.PROTECT, verbose_name=_("bản thủ tục"), related_name="+", null=True
    )
    offered = ArrayField(
        models.BigIntegerField(), verbose_name=_("các thủ tục đưa ra"), default=list, size=3
    )
    question = models.ForeignKey(
        Question, models.SET_NULL, verbose_name=_("trả lời câu hỏi"), related_name="+", null=True,
        editable=False,
    )  # fmt: skip
    zalo_user_id = VaultPaddedField(_("mã Zalo"), purpose="identity", blank=True, editable=False)
    state = models.CharField(_("tình trạng"), max_length=10, choices=State, default=State.WAITING)
    heard_at = models.DateTimeField(_("trả lời việc lúc"), editable=False)
    next_attempt_at = models.DateTimeField(_("gửi từ"), editable=False)
    attempts = models.PositiveSmallIntegerField(_("số lần thử"), default=0, editable=False)

    objects = NobodysQuerySet.as_manager()
    commune_lookup: ClassVar[str] = "account__commune"

    class Meta:
        verbose_name = _("tin trả lời tự động")
        verbose_name_plural = _("tin trả lời tự động")
        ordering = ["pk"]
        default_permissions = ()
        indexes = [
            # read by the tick that sends
            models.Index(
                fields=["next_attempt_at"],
                condition=Q(state__in=["waiting", "sending"]),
                name="chatreply_to_send",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(question=None) | Q(state__in=["waiting", "sending"]),
                name="chatreply_forgets_its_question",
                violation_error_message=_("Tin không còn chờ gửi thì không giữ câu hỏi nào."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} – {self.get_state_display()}"
