"""The arrival of a post in one group."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from accounts.models import Commune
from accounts.users.fields import user_field
from accounts.workflow.declaration import Workflow
from broadcasts.posts.models import Broadcast
from broadcasts.posts.querysets import DeliveryQuerySet
from groups.models import ZaloGroup
from zalo.channels import registry


class Delivery(models.Model):
    """One post in one group, once.

    By API: queued → sending → sent, failed, uncertain, expired or cancelled. `sent` means that
    Zalo answered with a message id for every part; `uncertain` means that a request left and no
    answer came: a person looks, the machine never repeats it. By hand: to_post → posted, missed
    or cancelled; posted is what an officer declares.
    """

    class Status(models.TextChoices):
        QUEUED = "queued", _("Chờ gửi")
        SENDING = "sending", _("Đang gửi")
        SENT = "sent", _("Đã gửi")
        FAILED = "failed", _("Không gửi được")
        UNCERTAIN = "uncertain", _("Chưa rõ")
        EXPIRED = "expired", _("Quá giờ")
        TO_POST = "to_post", _("Chờ đăng tay")
        POSTED = "posted", _("Đã đăng tay")
        MISSED = "missed", _("Bỏ lỡ")
        CANCELLED = "cancelled", _("Đã hủy")

    class Finding(models.TextChoices):
        ARRIVED = "arrived", _("Đã có trong nhóm")
        NOT_ARRIVED = "not_arrived", _("Không có trong nhóm")

    workflow: ClassVar[Workflow] = Workflow(
        subject="delivery",
        denied="Nhóm này không thuộc địa bàn của đồng chí.",
        wrong_state="Việc này đã khép lại ({state_lower}).",
        in_state={Status.POSTED: "Nhóm này đã được {row.posted_by} đánh dấu đã đăng."},
    )

    broadcast = models.ForeignKey(
        Broadcast,
        models.PROTECT,
        verbose_name=_("bài đăng"),
        related_name="deliveries",
        db_index=False,  # delivery_once_per_group begins with it
    )
    zalo_group = models.ForeignKey(
        ZaloGroup, models.PROTECT, verbose_name=_("nhóm Zalo"), related_name="deliveries"
    )
    commune = models.ForeignKey(
        Commune, models.PROTECT, verbose_name=_("xã, phường"), related_name="+"
    )
    way = models.CharField(_("cách đăng"), max_length=12, choices=registry.choices, default="api")
    status = models.CharField(_("trạng thái"), max_length=10, choices=Status, default=Status.QUEUED)
    is_urgent = models.BooleanField(_("khẩn"), default=False)
    target_group_id = models.CharField(_("mã nhóm lúc gửi"), max_length=64, blank=True)
    created_at = models.DateTimeField(_("tạo lúc"), auto_now_add=True)
    attempts = models.PositiveSmallIntegerField(_("số lần thử"), default=0)
    next_attempt_at = models.DateTimeField(_("thử lại lúc"), null=True, blank=True)
    claimed_at = models.DateTimeField(null=True, blank=True, editable=False)
    parts_sent = models.PositiveSmallIntegerField(_("số phần đã gửi"), default=0)
    zalo_message_ids = ArrayField(
        models.CharField(max_length=64), verbose_name=_("mã tin nhắn"), default=list, blank=True
    )
    sent_at = models.DateTimeField(_("gửi xong lúc"), null=True, blank=True)
    error_code = models.CharField(_("mã lỗi"), max_length=40, blank=True)
    error_text = models.TextField(_("giải thích"), blank=True)
    posted_by = user_field(_("người đăng"), db_index=False)
    posted_at = models.DateTimeField(_("đăng lúc"), null=True, blank=True)
    proof = models.ImageField(_("ảnh chụp màn hình"), upload_to="proofs/%Y/%m/", blank=True)
    # When Zalo told of these words in the group, and which message of the post that was: a hint.
    echo_at = models.DateTimeField(_("Zalo báo đã có tin lúc"), null=True, blank=True)
    echo_part = models.PositiveSmallIntegerField(null=True, blank=True, editable=False)
    finding = models.CharField(_("kết quả xác minh"), max_length=12, choices=Finding, blank=True)
    settled_by = user_field(_("người xác minh"), db_index=False)
    settled_at = models.DateTimeField(_("xác minh lúc"), null=True, blank=True)
    recalled_by = user_field(_("người gỡ bài"), db_index=False)
    recalled_at = models.DateTimeField(_("gỡ bài lúc"), null=True, blank=True)

    objects = DeliveryQuerySet.as_manager()
    commune_lookup: ClassVar[str] = "commune"

    class Meta:
        verbose_name = _("lượt gửi")
        verbose_name_plural = _("lượt gửi")
        ordering = ["-pk"]
        permissions = [
            ("settle_delivery", "Xác minh lượt gửi chưa rõ"),
            ("resend_delivery", "Gửi lại nhóm bị lỗi"),
            ("post_by_hand", "Đăng tay vào nhóm thường"),
        ]
        indexes = [
            # read by the drain loop: what may be sent now
            models.Index(
                fields=["commune", "is_urgent", "next_attempt_at"],
                condition=Q(status="queued"),
                name="delivery_queued",
            ),
            # read by the sweep: claimed and never answered
            models.Index(
                fields=["claimed_at"], condition=Q(status="sending"), name="delivery_sending"
            ),
            # read by the officer's list of hand-posting tasks
            models.Index(
                fields=["zalo_group"], condition=Q(status="to_post"), name="delivery_to_post"
            ),
            # read by the worklist of unclear ones
            models.Index(
                fields=["commune"],
                condition=Q(status="uncertain", settled_at=None),
                name="delivery_uncertain",
            ),
            # read by the figures: what arrived in a span
            models.Index(
                "commune",
                Coalesce("sent_at", "posted_at", "settled_at"),
                condition=Q(status__in=["sent", "posted"])
                | Q(status="uncertain", finding="arrived"),
                name="delivery_arrived",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["broadcast", "zalo_group"],
                name="delivery_once_per_group",
                violation_error_message=_("Bài này đã có lượt gửi tới nhóm đó."),
            ),
            models.CheckConstraint(
                condition=Q(
                    ~Q(way="hand"),
                    status__in=[
                        "queued", "sending", "sent", "failed", "uncertain", "expired", "cancelled",
                    ],
                )
                | Q(way="hand", status__in=["to_post", "posted", "missed", "cancelled"]),
                name="delivery_status_fits_way",
                violation_error_message=_("Trạng thái không hợp với cách đăng của nhóm."),
            ),
            models.CheckConstraint(
                condition=~Q(status="sent") | (Q(sent_at__isnull=False) & ~Q(zalo_message_ids=[])),
                name="delivery_sent_has_message_id",
                violation_error_message=_("Chỉ coi là đã gửi khi Zalo trả về mã tin nhắn."),
            ),
            models.CheckConstraint(
                condition=~Q(status="posted")
                | Q(posted_by__isnull=False, posted_at__isnull=False),
                name="delivery_posted_has_poster",
                violation_error_message=_("Hãy ghi ai đã đăng và đăng lúc nào."),
            ),
            models.CheckConstraint(
                condition=~Q(status="sending") | Q(claimed_at__isnull=False),
                name="delivery_sending_is_claimed",
                violation_error_message=_("Lượt đang gửi phải có giờ bắt đầu."),
            ),
            models.CheckConstraint(
                condition=~Q(status="queued") | Q(next_attempt_at__isnull=False),
                name="delivery_queued_has_time",
                violation_error_message=_("Lượt chờ gửi phải có giờ gửi."),
            ),
            models.CheckConstraint(
                condition=Q(settled_at=None, settled_by=None, finding="")
                | Q(settled_at__isnull=False, settled_by__isnull=False) & ~Q(finding=""),
                name="delivery_finding_is_complete",
                violation_error_message=_("Hãy ghi kết quả xác minh và người xác minh."),
            ),
            models.CheckConstraint(
                condition=Q(echo_at__isnull=True, echo_part__isnull=True)
                | Q(echo_at__isnull=False, echo_part__isnull=False),
                name="delivery_echo_is_complete",
                violation_error_message=_("Lời Zalo báo phải có giờ và số thứ tự của tin."),
            ),
            models.CheckConstraint(
                condition=Q(recalled_at=None, recalled_by=None)
                | Q(recalled_at__isnull=False, recalled_by__isnull=False),
                name="delivery_recall_is_complete",
                violation_error_message=_("Hãy ghi ai đã gỡ bài và lúc nào."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.broadcast} → {self.zalo_group}"

    @property
    def waits_for_finding(self) -> bool:
        """Whether a person has still to say whether the post is in the group."""
        is_unclear = self.status == self.Status.UNCERTAIN and self.settled_at is None
        return is_unclear or self.is_given_up

    @property
    def is_given_up(self) -> bool:
        """Whether somebody could not post an urgent post there, and nobody has looked since."""
        return (
            self.status == self.Status.MISSED
            and self.is_urgent
            and self.posted_by_id is not None
            and self.settled_at is None
        )

    @property
    def has_echo(self) -> bool:
        """Whether Zalo reported the unanswered message in the group."""
        return self.echo_at is not None and self.echo_part == self.parts_sent
