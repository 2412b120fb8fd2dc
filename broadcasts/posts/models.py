"""A post, from draft to completed, and the record of every step."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce, Greatest
from django.utils.translation import gettext_lazy as _

from accounts.models import Commune
from accounts.workflow.declaration import History, Workflow
from accounts.workflow.four_eyes import Approvable
from broadcasts.posts.querysets import BroadcastQuerySet, TopicQuerySet
from groups.fields import FoldedTextField
from procedures.models import Edition


class Topic(models.Model):
    """Subject of a post (clause 2.4 of the founding letter)."""

    code = models.SlugField(_("mã"), unique=True)
    name = models.CharField(_("tên"), max_length=120)
    note = models.CharField(_("ghi chú"), max_length=255, blank=True)
    order = models.PositiveSmallIntegerField(_("thứ tự"), default=100)
    is_active = models.BooleanField(_("đang dùng"), default=True)

    objects = TopicQuerySet.as_manager()

    class Meta:
        verbose_name = _("chủ đề")
        verbose_name_plural = _("chủ đề")
        ordering = ["order", "name"]

    def __str__(self) -> str:
        return self.name


def _pattern_refusal(broadcast: "Broadcast", status: str) -> str:
    if broadcast.is_pattern and status not in Broadcast.PATTERN_STATES:
        return "Đây là nội dung của một lịch đăng, không gửi trực tiếp. Hãy làm ở trang của lịch."
    return ""


class Broadcast(Approvable):
    """A post to many groups.

    draft → pending_approval → approved → scheduled → sending → completed; on the way it may be
    returned, rejected, paused or cancelled. The approval is bound to `content_hash`: an edit
    voids it. What was approved is kept in `approved_parts` and sent as it stands there.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", _("Bản nháp")
        PENDING_APPROVAL = "pending_approval", _("Chờ duyệt")
        RETURNED = "returned", _("Trả lại để sửa")
        REJECTED = "rejected", _("Không duyệt")
        APPROVED = "approved", _("Đã duyệt")
        SCHEDULED = "scheduled", _("Đã lên lịch")
        SENDING = "sending", _("Đang gửi")
        PAUSED = "paused", _("Tạm dừng")
        COMPLETED = "completed", _("Đã xong")
        CANCELLED = "cancelled", _("Đã hủy")

    class Priority(models.TextChoices):
        ROUTINE = "routine", _("Thường")
        URGENT = "urgent", _("Khẩn")

    TRANSITIONS: ClassVar[dict[str, frozenset[str]]] = {
        Status.DRAFT: frozenset({Status.PENDING_APPROVAL, Status.CANCELLED}),
        Status.PENDING_APPROVAL: frozenset(
            {Status.APPROVED, Status.RETURNED, Status.REJECTED, Status.DRAFT, Status.CANCELLED}
        ),
        Status.RETURNED: frozenset({Status.DRAFT, Status.PENDING_APPROVAL, Status.CANCELLED}),
        Status.REJECTED: frozenset(),
        Status.APPROVED: frozenset(
            {Status.SCHEDULED, Status.SENDING, Status.DRAFT, Status.PAUSED, Status.CANCELLED}
        ),
        Status.SCHEDULED: frozenset(
            {Status.SENDING, Status.DRAFT, Status.PAUSED, Status.CANCELLED}
        ),
        Status.SENDING: frozenset({Status.PAUSED, Status.COMPLETED, Status.CANCELLED}),
        Status.PAUSED: frozenset({Status.SCHEDULED, Status.SENDING, Status.CANCELLED}),
        Status.COMPLETED: frozenset({Status.SENDING}),
        Status.CANCELLED: frozenset(),
    }
    workflow: ClassVar[Workflow] = Workflow(
        subject="broadcast",
        denied="Tài khoản này không có quyền làm việc đó với bài đăng này.",
        transitions=TRANSITIONS,
        no_transition=("Bài đang ở trạng thái “{state}” nên không thể chuyển sang “{to}”."),
        guard=_pattern_refusal,
        wrong_state="Bài đang ở trạng thái “{state}” nên không sửa được nữa.",
        related=("commune",),
        history=History(details="snapshot"),
        audits_details=False,
    )
    approved_fields = (
        "title", "text", "image_sha256", "topic", "priority", "audience_hamlets",
        "audience_groups", "scheduled_for", "expires_at",
    )  # fmt: skip
    approved_when_filled: ClassVar[dict[str, tuple[str, ...]]] = {
        "file": ("file_sha256", "file_name"),
        "corrects": ("corrects",),
        "rule": ("rule_hash",),
    }
    digested_fields = ("image", "file", "file_text", "file_facts")
    unedited_fields = ("image_sha256", "corrects")
    origin_fields = (
        "commune", "search_text", "created_by", "last_edited_by", "writers", "gate_answers",
        "template", "edition", "request",
    )  # fmt: skip
    delivery_fields = (
        "id", "schedule", "occurrence_on", "is_own_version", "is_pattern", "held_at", "status",
        "content_hash", "created_at", "submitted_by", "submitted_at", "approved_by", "approved_at",
        "approved_hash", "approved_parts", "started_at", "completed_at", "zalo_attachment_id",
        "attachment_uploaded_at", "zalo_file_token", "file_uploaded_at",
    )  # fmt: skip
    EDITABLE: ClassVar[frozenset[str]] = frozenset(
        {
            Status.DRAFT,
            Status.RETURNED,
            Status.PENDING_APPROVAL,
            Status.APPROVED,
            Status.SCHEDULED,
        }
    )
    PATTERN_STATES: ClassVar[frozenset[str]] = frozenset(
        {
            Status.DRAFT,
            Status.PENDING_APPROVAL,
            Status.RETURNED,
            Status.REJECTED,
            Status.APPROVED,
            Status.CANCELLED,
        }
    )
    UNDER_APPROVAL: ClassVar[frozenset[str]] = frozenset(
        {Status.APPROVED, Status.SCHEDULED, Status.SENDING, Status.PAUSED, Status.COMPLETED}
    )

    commune = models.ForeignKey(
        Commune, models.PROTECT, verbose_name=_("xã, phường"), related_name="broadcasts"
    )
    title = models.CharField(
        _("tên bài"), max_length=150, help_text=_("Để tìm lại; không gửi cho người dân.")
    )
    text = models.TextField(_("nội dung"))
    search_text = FoldedTextField(source="words")
    image = models.ImageField(_("hình ảnh"), upload_to="posts/%Y/%m/", blank=True)
    image_sha256 = models.CharField(max_length=64, blank=True, editable=False)
    # Kept in its cleaned form only; its words are read once, when it is handed in.
    file = models.FileField(_("tệp kèm theo"), upload_to="post_files/%Y/%m/", blank=True)
    file_name = models.CharField(_("tên tệp"), max_length=100, blank=True, editable=False)
    file_sha256 = models.CharField(max_length=64, blank=True, editable=False)
    file_text = models.TextField(blank=True, editable=False)
    file_facts = models.JSONField(default=dict, blank=True, editable=False)
    topic = models.ForeignKey(
        Topic, models.PROTECT, verbose_name=_("chủ đề"), related_name="broadcasts"
    )
    priority = models.CharField(
        _("mức độ"), max_length=8, choices=Priority, default=Priority.ROUTINE
    )
    audience_hamlets = ArrayField(
        models.BigIntegerField(), verbose_name=_("gửi tới ấp"), default=list, blank=True
    )
    audience_groups = ArrayField(
        models.BigIntegerField(), verbose_name=_("gửi tới nhóm"), default=list, blank=True
    )
    scheduled_for = models.DateTimeField(
        _("gửi lúc"), null=True, blank=True,
        help_text=_("Để trống, hoặc giờ đã qua: gửi ngay khi được duyệt."),
    )  # fmt: skip
    expires_at = models.DateTimeField(
        _("không gửi sau"), null=True, blank=True,
        help_text=_("Sau giờ này bài không được gửi nữa."),
    )  # fmt: skip
    status = models.CharField(_("trạng thái"), max_length=16, choices=Status, default=Status.DRAFT)
    approved_parts = ArrayField(models.TextField(), default=list, blank=True, editable=False)
    template = models.ForeignKey(
        "broadcasts.PostTemplate", models.PROTECT, verbose_name=_("soạn từ mẫu"),
        related_name="posts", null=True, blank=True, editable=False,
    )  # fmt: skip
    edition = models.ForeignKey(
        Edition, models.PROTECT, verbose_name=_("soạn từ thủ tục"),
        related_name="posts", null=True, blank=True, editable=False,
    )  # fmt: skip
    request = models.ForeignKey(
        "broadcasts.PostRequest", models.PROTECT, verbose_name=_("theo yêu cầu"),
        related_name="posts", null=True, blank=True, editable=False,
    )  # fmt: skip
    corrects = models.ForeignKey(
        "self", models.PROTECT, verbose_name=_("đính chính bài"),
        related_name="corrections", null=True, blank=True, editable=False,
    )  # fmt: skip
    schedule = models.ForeignKey(
        "broadcasts.Schedule", models.PROTECT, verbose_name=_("theo lịch đăng"),
        related_name="occurrences", null=True, blank=True, editable=False,
        db_index=False,  # broadcast_once_per_occurrence begins with it
    )  # fmt: skip
    occurrence_on = models.DateField(_("lần đăng ngày"), null=True, blank=True, editable=False)
    is_own_version = models.BooleanField(_("sửa riêng"), default=False, editable=False)
    # The last moment at which the machine held the post or, since, a person let it go on.
    held_at = models.DateTimeField(_("giữ lại lúc"), null=True, blank=True, editable=False)
    is_pattern = models.BooleanField(_("nội dung của lịch"), default=False, editable=False)
    rule_hash = models.CharField(max_length=64, blank=True, editable=False)
    started_at = models.DateTimeField(_("bắt đầu gửi lúc"), null=True, blank=True)
    completed_at = models.DateTimeField(_("xong lúc"), null=True, blank=True)
    zalo_attachment_id = models.CharField(max_length=255, blank=True, editable=False)
    attachment_uploaded_at = models.DateTimeField(null=True, blank=True, editable=False)
    zalo_file_token = models.TextField(blank=True, editable=False)
    file_uploaded_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = BroadcastQuerySet.as_manager()
    commune_lookup: ClassVar[str] = "commune"

    class Meta(Approvable.Meta):
        verbose_name = _("bài đăng")
        verbose_name_plural = _("bài đăng")
        ordering = ["-created_at", "-pk"]
        permissions = [
            ("submit_broadcast", "Trình duyệt bài đăng"),
            ("approve_broadcast", "Duyệt bài đăng"),
            ("stop_broadcast", "Dừng, hủy, cho gửi tiếp bài đăng"),
        ]
        indexes = [
            # read by the tick, every two seconds
            models.Index(
                fields=["scheduled_for"],
                condition=Q(status__in=["approved", "scheduled"]),
                name="broadcast_due",
            ),
            # read by the tick: posts under way
            models.Index(
                fields=["status"], condition=Q(status="sending"), name="broadcast_sending"
            ),
            # read by the admin list
            models.Index(fields=["commune", "-created_at", "-id"], name="broadcast_recent"),
            # read by the month calendar
            models.Index(
                fields=["commune", "scheduled_for"],
                condition=Q(scheduled_for__isnull=False),
                name="broadcast_planned",
            ),
            # read by the figures: posts that were to leave in a span
            models.Index(
                "commune",
                Coalesce(Greatest("scheduled_for", "approved_at"), "started_at"),
                name="broadcast_was_due",
            ),
        ]
        constraints = [
            *Approvable.Meta.constraints,
            models.CheckConstraint(
                condition=~Q(status__in=["approved", "scheduled", "sending", "paused", "completed"])
                | Q(
                    approved_by__isnull=False,
                    approved_at__isnull=False,
                    approved_hash=F("content_hash"),
                )
                & ~Q(approved_parts=[]),
                name="broadcast_approval_is_complete",
                violation_error_message=_("Bài chưa được duyệt, hoặc đã bị sửa sau khi duyệt."),
            ),
            models.CheckConstraint(
                condition=~Q(status="pending_approval")
                | Q(submitted_by__isnull=False, submitted_at__isnull=False),
                name="broadcast_pending_has_submitter",
                violation_error_message=_("Bài chờ duyệt phải có người trình."),
            ),
            models.UniqueConstraint(
                fields=["schedule", "occurrence_on"],
                name="broadcast_once_per_occurrence",
                violation_error_message=_("Lịch đăng đã có bài của ngày này."),
            ),
            models.CheckConstraint(
                condition=Q(schedule=None, occurrence_on=None)
                | Q(schedule__isnull=False, occurrence_on__isnull=False),
                name="broadcast_occurrence_has_day",
                violation_error_message=_("Bài theo lịch phải ghi là lần đăng của ngày nào."),
            ),
            models.CheckConstraint(
                condition=Q(is_pattern=False)
                | Q(scheduled_for=None, started_at=None, schedule=None)
                & ~Q(status__in=["scheduled", "sending", "paused", "completed"]),
                name="broadcast_pattern_never_leaves",
                violation_error_message=_("Nội dung của lịch đăng không được gửi trực tiếp."),
            ),
            models.CheckConstraint(
                condition=Q(scheduled_for=None)
                | Q(expires_at=None)
                | Q(expires_at__gt=F("scheduled_for")),
                name="broadcast_expires_after_schedule",
                violation_error_message=_("Giờ “không gửi sau” phải sau giờ gửi."),
            ),
            models.CheckConstraint(
                condition=Q(corrects=None) | ~Q(corrects=F("pk")),
                name="broadcast_corrects_another",
                violation_error_message=_("Bài không thể đính chính chính nó."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def words(self) -> str:
        """Source of the search text."""
        return f"{self.title} {self.text}"

    @property
    def is_urgent(self) -> bool:
        return self.priority == self.Priority.URGENT

    @property
    def goes_to_whole_commune(self) -> bool:
        """No hamlet and no group chosen: every active group of the commune."""
        chosen = self.audience_hamlets or self.audience_groups
        return not chosen and self.corrects_id is None

    @property
    def message_count(self) -> int:
        """How many messages a group receives: the approved parts, then the file."""
        return len(self.approved_parts) + bool(self.file_sha256)
