"""Messages, steps and canned replies of tips; accounts that help with a tip or are barred."""

from typing import ClassVar
from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Commune, User
from accounts.vault.fields import VaultTextField
from accounts.workflow.declaration import Workflow
from procedures.models import Edition, Question
from reports.tips.models import TipPart, TipReport
from reports.tips.querysets import CannedReplyQuerySet, TipMessageQuerySet


class CannedReply(models.Model):
    """An answer for a stage, to be sent as it is or changed first. Without a commune: shipped."""

    class Stage(models.TextChoices):
        RECEIVED = "received", _("Đã nhận")
        ASK_MORE = "ask_more", _("Hỏi thêm")
        IN_PROGRESS = "in_progress", _("Đang xác minh")
        TRANSFERRED = "transferred", _("Đã chuyển")
        GUIDED = "guided", _("Hướng dẫn")
        RESOLVED = "resolved", _("Kết quả")
        UNFOUNDED = "unfounded", _("Không có căn cứ")
        DUPLICATE = "duplicate", _("Đã có người báo")
        TAKE_IT_PRIVATE = "take_it_private", _("Chuyển sang kênh riêng")
        CLOSED = "closed", _("Đóng")

    commune = models.ForeignKey(
        Commune, models.CASCADE, verbose_name=_("xã, phường"), related_name="canned_replies",
        null=True, blank=True, help_text=_("Để trống: mẫu dùng chung."),
    )  # fmt: skip
    stage = models.CharField(_("bước"), max_length=16, choices=Stage)
    title = models.CharField(_("tên mẫu"), max_length=80)
    text = models.TextField(_("nội dung"), max_length=1500)
    position = models.PositiveSmallIntegerField(_("thứ tự"), default=0)
    is_active = models.BooleanField(_("đang dùng"), default=True)

    objects = CannedReplyQuerySet.as_manager()
    commune_lookup: ClassVar[str] = "commune"

    class Meta:
        verbose_name = _("mẫu trả lời")
        verbose_name_plural = _("mẫu trả lời")
        ordering = ["stage", "position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["commune", "stage", "title"],
                name="cannedreply_title_once",
                nulls_distinct=False,
                violation_error_message=_("Bước này đã có mẫu mang tên đó."),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class TipMessage(TipPart):
    """One message between the reporter and the police, sealed; in the web or in the chat.

    `read_at` is when the other side saw it. Of an answer that goes by chat, `state` is what is
    known: sent means that Zalo named the message. `edition` is what the library's words come from,
    asked again as they leave; `question` the row of what was asked, until it is known whether the
    machine's answer left.
    """

    class Direction(models.TextChoices):
        IN = "in", _("Người báo tin")
        OUT = "out", _("Công an xã")

    class Via(models.TextChoices):
        RECEIPT = "receipt", _("Mã biên nhận")
        CHAT = "chat", _("Zalo OA")
        SPOKEN = "spoken", _("Nói trực tiếp, điện thoại")

    class State(models.TextChoices):
        SHOWN = "shown", _("Xem được bằng mã biên nhận")
        QUEUED = "queued", _("Chờ gửi")
        SENDING = "sending", _("Đang gửi")
        SENT = "sent", _("Đã gửi")
        FAILED = "failed", _("Không gửi được")
        UNCERTAIN = "uncertain", _("Chưa rõ đã gửi chưa")
        CLOSED = "closed", _("Zalo không cho gửi nữa")

    workflow: ClassVar[Workflow] = Workflow(
        subject="tip",
        denied="Tài khoản này không có quyền làm việc đó với lời này.",
        state_field="state",
        wrong_state="Lời này không chờ ai xem lại.",
    )

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    tip = models.ForeignKey(
        TipReport, models.CASCADE, verbose_name=_("phản ánh"), related_name="messages"
    )
    direction = models.CharField(_("chiều"), max_length=3, choices=Direction)
    via = models.CharField(_("qua"), max_length=8, choices=Via)
    text = VaultTextField(_("nội dung"), purpose="words", blank=True)
    at = models.DateTimeField(_("lúc"), default=timezone.now)
    by = models.ForeignKey(
        User, models.PROTECT, verbose_name=_("người trả lời"), related_name="+", null=True
    )
    signed_as = models.CharField(_("ký tên"), max_length=100, blank=True)
    is_result = models.BooleanField(_("báo kết quả"), default=False, editable=False)
    read_at = models.DateTimeField(_("bên kia xem lúc"), null=True)
    state = models.CharField(_("tình trạng"), max_length=10, choices=State, default=State.SHOWN)
    next_attempt_at = models.DateTimeField(_("gửi lúc"), null=True, editable=False)
    attempts = models.PositiveSmallIntegerField(_("số lần thử"), default=0, editable=False)
    error_text = models.CharField(_("giải thích"), max_length=300, blank=True, editable=False)
    source = models.CharField(max_length=64, blank=True, editable=False)
    edition = models.ForeignKey(
        Edition, models.PROTECT, verbose_name=_("theo bản thủ tục"), related_name="+", null=True,
        editable=False,
    )  # fmt: skip
    question = models.ForeignKey(
        Question, models.SET_NULL, verbose_name=_("trả lời câu hỏi"), related_name="+", null=True,
        editable=False,
    )  # fmt: skip

    objects = TipMessageQuerySet.as_manager()  # type: ignore[misc]
    vault_binds: ClassVar[tuple[str, ...]] = ("tip_id",)
    vault_bound_later: ClassVar[bool] = True

    class Meta:
        verbose_name = _("lời trao đổi")
        verbose_name_plural = _("lời trao đổi")
        ordering = ["at", "pk"]
        default_permissions = ()
        indexes = [
            # read by the tick that sends answers
            models.Index(
                fields=["next_attempt_at"],
                condition=Q(state__in=["queued", "sending"]),
                name="tipmessage_to_send",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["source"],
                condition=~Q(source=""),
                name="tipmessage_once",
                violation_error_message=_("Tin này đã nhận."),
            ),
            models.CheckConstraint(
                condition=Q(direction="in", by=None) | Q(direction="out"),
                name="tipmessage_in_has_no_account",
                violation_error_message=_("Lời của người báo tin không gắn với tài khoản nào."),
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["queued", "sending"]) | Q(next_attempt_at__isnull=False),
                name="tipmessage_queued_has_time",
                violation_error_message=_("Tin chờ gửi phải có giờ gửi."),
            ),
            models.CheckConstraint(
                condition=Q(question=None) | Q(state__in=["queued", "sending"], by=None),
                name="tipmessage_forgets_its_question",
                violation_error_message=_("Tin không còn chờ gửi thì không giữ câu hỏi nào."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_direction_display()}, {self.tip}"


class TipEvent(TipPart):
    """A step in the life of a tip; append-only. `note` is sealed, `details` never hold content."""

    class Kind(models.TextChoices):
        RECEIVED = "received", _("Nhận phản ánh")
        TRIAGED = "triaged", _("Phân loại")
        RECLASSIFIED = "reclassified", _("Phân loại lại")
        SUMMARISED = "summarised", _("Ghi tóm tắt sạch")
        WORDS_READ = "words_read", _("Đọc lời gốc")
        ASSIGNED = "assigned", _("Giao người phụ trách")
        HANDED_BACK = "handed_back", _("Trả lại để giao lại")
        HELPER_ADDED = "helper_added", _("Thêm người phối hợp")
        HELPER_REMOVED = "helper_removed", _("Bớt người phối hợp")
        CONFLICT_ADDED = "conflict_added", _("Ghi người không được biết")
        CONFLICT_LIFTED = "conflict_lifted", _("Bỏ ghi người không được biết")
        CONFLICT_DECIDED = "conflict_decided", _("Quyết định về cán bộ có tên trong lời")
        STARTED = "started", _("Bắt đầu xác minh")
        NOTED = "noted", _("Ghi việc đã làm")
        ANSWERED = "answered", _("Trả lời người báo tin")
        HEARD_MORE = "heard_more", _("Người báo tin nói thêm")
        PAUSED = "paused", _("Tạm dừng hạn")
        PAUSE_ASKED = "pause_asked", _("Xin tạm dừng hạn")
        PAUSE_REFUSED = "pause_refused", _("Không cho tạm dừng hạn")
        RESUMED = "resumed", _("Tính hạn tiếp")
        EXTENSION_ASKED = "extension_asked", _("Xin gia hạn")
        EXTENDED = "extended", _("Gia hạn")
        EXTENSION_REFUSED = "extension_refused", _("Không gia hạn")
        TOLD_QUICKLY = "told_quickly", _("Báo nhanh cơ quan điều tra")
        REFERRED = "referred", _("Chuyển cơ quan khác")
        REFERRAL_ANSWERED = "referral_answered", _("Nơi nhận trả lời")
        RESOLVED = "resolved", _("Ghi kết quả")
        TOLD = "told", _("Thông báo người báo tin")
        CLOSED = "closed", _("Đóng")
        REOPENED = "reopened", _("Mở lại")
        LINKED = "linked", _("Gắn với phản ánh trùng")
        SPLIT = "split", _("Tách việc thứ hai")
        WORDS_MOVED = "words_moved", _("Chuyển lời sang việc kia")
        DIVERTED = "diverted", _("Hướng dẫn nộp đơn theo luật")
        HANDED_OVER = "handed_over", _("Nhận, bàn giao")
        IDENTITY_ASKED = "identity_asked", _("Đề nghị mở danh tính")
        IDENTITY_DECIDED = "identity_decided", _("Quyết định mở danh tính")
        IDENTITY_OPENED = "identity_opened", _("Mở danh tính")
        REMOVAL_ASKED = "removal_asked", _("Nhắc gỡ tin trong nhóm")
        REMOVED = "removed", _("Tin trong nhóm đã gỡ")
        HELD = "held", _("Giữ lại, không xóa theo hạn")
        RELEASED = "released", _("Thôi giữ lại")
        EMPTIED = "emptied", _("Xóa nội dung theo hạn")
        MOVED = "moved", _("Chuyển theo địa bàn")

    # Of `EMPTIED`: that the vault was, so that it is not done again each night.
    VAULT: ClassVar[str] = "vault"

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    tip = models.ForeignKey(
        TipReport, models.CASCADE, verbose_name=_("phản ánh"), related_name="events"
    )
    kind = models.CharField(_("việc"), max_length=20, choices=Kind)
    by = models.ForeignKey(
        User, models.PROTECT, verbose_name=_("người làm"), related_name="+", null=True
    )
    at = models.DateTimeField(_("lúc"), default=timezone.now)
    note = VaultTextField(_("ghi chú"), purpose="words", blank=True)
    details = models.JSONField(default=dict, editable=False)

    vault_binds: ClassVar[tuple[str, ...]] = ("tip_id",)

    class Meta:
        verbose_name = _("bước của phản ánh")
        verbose_name_plural = _("bước của phản ánh")
        ordering = ["at", "pk"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.tip}"


# The accounts around a tip: who works on it beside its owner, and who must know nothing of it.


class TipHelper(TipPart):
    """An account that works on a tip beside its owner; `until`: only for some days (a cover)."""

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
    """An account barred from a tip, because it is about that officer or a relative.

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
