"""Articles of the Official Account, from draft to publication, and their queries."""

from datetime import datetime
from typing import Any, ClassVar, Self
from uuid import uuid4

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.communes.querysets import CommuneScopedQuerySet
from accounts.models import Commune
from accounts.workflow.declaration import Workflow
from accounts.workflow.four_eyes import Approvable, written_by_others
from broadcasts.posts.models import Topic


class ArticleQuerySet(CommuneScopedQuerySet["Article"]):
    """Articles of the account's page."""

    def approvable_by(self, user: Any) -> Self:
        """Submitted articles of which this account wrote nothing."""
        return written_by_others(self.filter(status="pending_approval"), user)

    def to_publish(self, now: datetime) -> Self:
        """Approved, and due to be handed in."""
        return self.filter(status="approved", next_attempt_at__lte=now)

    def to_verify(self, now: datetime) -> Self:
        """Handed in, and due to be asked for."""
        return self.filter(status="publishing", next_attempt_at__lte=now).exclude(zalo_token="")

    def to_spread(self, now: datetime) -> Self:
        """On the page, and due to go to the followers."""
        return self.filter(status="published", spread="waiting", spread_due_at__lte=now)

    def waiting_to_spread(self, commune_id: int, moment: datetime) -> Self:
        """Approved broadcasts in the month of `moment`, possibly sent already."""
        local = timezone.localtime(moment)
        return self.filter(
            commune=commune_id,
            spread__in=["waiting", "sending", "uncertain"],
            spread_due_at__year=local.year,
            spread_due_at__month=local.month,
        )

    def stuck(self, before: datetime) -> Self:
        """Handed in, without an answer since."""
        return self.filter(status="publishing", zalo_token="", claimed_at__lt=before)

    def stuck_in_spreading(self, before: datetime) -> Self:
        """Broadcast begun, without an answer since."""
        return self.filter(spread="sending", claimed_at__lt=before)

    def in_trouble(self) -> Self:
        """Failed or unclear, as an article or as a broadcast."""
        wrong = ["failed", "uncertain"]
        return self.filter(Q(status__in=wrong) | Q(status="published", spread__in=wrong))


class Article(Approvable):
    """A longer text on the page of the account, which may also go to its followers.

    draft → pending_approval → approved → publishing (Zalo processes it under a token) → published
    (it has an id); on the way returned, failed, uncertain, cancelled, later removed. `spread` is
    its way to the followers: waiting → sending → accepted, which is all that Zalo ever says. As for
    posts the approval is bound to `content_hash`.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", _("Bản nháp")
        PENDING_APPROVAL = "pending_approval", _("Chờ duyệt")
        RETURNED = "returned", _("Trả lại để sửa")
        APPROVED = "approved", _("Đã duyệt, chờ đăng")
        PUBLISHING = "publishing", _("Zalo đang xử lý")
        PUBLISHED = "published", _("Đã đăng")
        FAILED = "failed", _("Không đăng được")
        UNCERTAIN = "uncertain", _("Chưa rõ đã đăng chưa")
        REMOVED = "removed", _("Đã gỡ")
        CANCELLED = "cancelled", _("Đã hủy")

    class Spread(models.TextChoices):
        NONE = "none", _("Không gửi rộng")
        WAITING = "waiting", _("Chờ gửi")
        SENDING = "sending", _("Đang gửi")
        ACCEPTED = "accepted", _("Zalo đã nhận")
        FAILED = "failed", _("Không gửi được")
        UNCERTAIN = "uncertain", _("Chưa rõ Zalo đã nhận chưa")
        CANCELLED = "cancelled", _("Đã hủy")

    DRAFTED: ClassVar[frozenset[str]] = frozenset({Status.DRAFT, Status.RETURNED})
    EDITABLE: ClassVar[frozenset[str]] = frozenset(
        {Status.DRAFT, Status.RETURNED, Status.PENDING_APPROVAL, Status.APPROVED, Status.FAILED}
    )

    workflow: ClassVar[Workflow] = Workflow(
        subject="article",
        denied="Tài khoản này không có quyền làm việc đó với bài viết này.",
        wrong_state="Bài đang ở trạng thái “{state}” nên không làm việc này được.",
        related=("commune", "topic"),
    )

    approved_fields = (
        "title", "author", "description", "text", "cover_sha256", "topic", "wants_spread",
        "spread_for", "cities",
    )  # fmt: skip
    digested_fields = ("cover",)
    unedited_fields = ("cover_sha256", "cities")
    origin_fields = (
        "uuid", "commune", "created_by", "last_edited_by", "writers", "gate_answers", "note",
    )  # fmt: skip
    delivery_fields = (
        "id", "status", "content_hash", "created_at", "submitted_by", "submitted_at", "approved_by",
        "approved_at", "approved_hash", "next_attempt_at", "claimed_at", "handed_in_at",
        "zalo_token", "zalo_article_id", "link", "published_at", "spread", "spread_due_at",
        "spread_message_id", "spread_at", "error_code", "error_text",
    )  # fmt: skip

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    commune = models.ForeignKey(
        Commune, models.PROTECT, verbose_name=_("xã, phường"), related_name="articles"
    )
    topic = models.ForeignKey(
        Topic, models.PROTECT, verbose_name=_("chủ đề"), related_name="articles"
    )
    title = models.CharField(_("tên bài"), max_length=150)
    author = models.CharField(_("tác giả"), max_length=50)
    description = models.CharField(_("trích yếu"), max_length=300)
    text = models.TextField(_("nội dung"), help_text=_("Mỗi đoạn cách nhau một dòng trống."))
    cover = models.ImageField(_("ảnh bìa"), upload_to="articles/%Y/%m/")
    cover_sha256 = models.CharField(max_length=64, blank=True, editable=False)
    wants_spread = models.BooleanField(
        _("gửi tới người quan tâm OA"), default=False,
        help_text=_("Không dùng cho việc khẩn: Zalo gửi chậm tới 30 phút và không gửi ban đêm."),
    )  # fmt: skip
    spread_for = models.DateTimeField(
        _("gửi lúc"), null=True, blank=True,
        help_text=_("Từ 6 giờ đến trước 22 giờ. Để trống: ngay sau khi đăng."),
    )  # fmt: skip
    cities = ArrayField(
        models.PositiveSmallIntegerField(), default=list, blank=True, editable=False
    )
    status = models.CharField(_("trạng thái"), max_length=16, choices=Status, default=Status.DRAFT)
    note = models.TextField(_("ghi chú"), blank=True)
    next_attempt_at = models.DateTimeField(_("làm tiếp lúc"), null=True, blank=True)
    claimed_at = models.DateTimeField(null=True, blank=True, editable=False)
    handed_in_at = models.DateTimeField(_("giao Zalo lúc"), null=True, blank=True)
    zalo_token = models.TextField(blank=True, editable=False)
    zalo_article_id = models.CharField(_("mã bài viết"), max_length=64, blank=True)
    link = models.URLField(_("địa chỉ"), max_length=500, blank=True)
    published_at = models.DateTimeField(_("đăng lúc"), null=True, blank=True)
    spread = models.CharField(_("gửi rộng"), max_length=10, choices=Spread, default=Spread.NONE)
    spread_due_at = models.DateTimeField(_("gửi rộng lúc"), null=True, blank=True, editable=False)
    spread_message_id = models.CharField(max_length=64, blank=True, editable=False)
    spread_at = models.DateTimeField(_("Zalo nhận lúc"), null=True, blank=True)
    error_code = models.CharField(_("mã lỗi"), max_length=20, blank=True)
    error_text = models.TextField(_("giải thích"), blank=True)

    objects = ArticleQuerySet.as_manager()
    commune_lookup: ClassVar[str] = "commune"

    class Meta(Approvable.Meta):
        verbose_name = _("bài viết OA")
        verbose_name_plural = _("bài viết OA")
        ordering = ["-created_at", "-pk"]
        permissions = [
            ("submit_article", "Trình duyệt bài viết OA"),
            ("approve_article", "Duyệt bài viết OA"),
            ("remove_article", "Gỡ, hủy bài viết OA"),
        ]
        indexes = [
            # read by the tick, every few seconds
            models.Index(
                fields=["next_attempt_at"],
                condition=Q(status__in=["approved", "publishing"]),
                name="article_due",
            ),
            models.Index(
                fields=["spread_due_at"], condition=Q(spread="waiting"), name="article_to_spread"
            ),
        ]
        constraints = [
            *Approvable.Meta.constraints,
            models.CheckConstraint(
                condition=~Q(
                    status__in=[
                        "approved", "publishing", "published", "failed", "uncertain", "removed",
                    ]
                )
                | Q(
                    approved_by__isnull=False,
                    approved_at__isnull=False,
                    approved_hash=F("content_hash"),
                ),
                name="article_approval_is_complete",
                violation_error_message=_("Bài chưa được duyệt, hoặc đã bị sửa sau khi duyệt."),
            ),
            models.CheckConstraint(
                condition=~Q(status="published") | ~Q(zalo_article_id=""),
                name="article_published_has_id",
                violation_error_message=_("Chỉ coi là đã đăng khi Zalo trả về mã bài viết."),
            ),
            models.CheckConstraint(
                condition=~Q(spread="accepted")
                | Q(spread_at__isnull=False) & ~Q(spread_message_id=""),
                name="article_accepted_has_message_id",
                violation_error_message=_("Chỉ coi là đã nhận khi Zalo trả về mã tin nhắn."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.title

    @property
    def texts(self) -> dict[str, str]:
        """Texts by the `where` of findings."""
        return {
            "title": self.title,
            "author": self.author,
            "description": self.description,
            "text": self.text,
        }
