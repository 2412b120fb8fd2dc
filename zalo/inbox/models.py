"""The inbox: what Zalo told, sealed until it is interpreted; files; how lively a group is."""

from typing import ClassVar, Self
from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.communes.querysets import CommuneScopedQuerySet
from accounts.encryption.fields import EncryptedTextField
from accounts.vault.fields import VaultBinaryField, VaultTextField
from accounts.vault.rows import SealedRow
from zalo.inbox.querysets import GroupActivityQuerySet, InboundFileQuerySet, WebhookEventQuerySet
from zalo.official_accounts.models import OfficialAccount


class WebhookEvent(SealedRow):
    """One event, once. The row is the queue, and the sealed body is emptied once interpreted.

    The body of an event of a private talk (`of_people`) is sealed to the vault, which interprets
    it, and lies in `private_body`; any other lies in `body`, under the keys of the portal.
    `key` is a keyed hash of what makes the event itself (zalo.inbox.services.key_of), so that Zalo
    may tell it again. `held` is a private message that no part of the portal takes yet, `unknown` a
    name that this release does not know, `failed` one whose reading broke again and again: all
    three keep their body, and can be interpreted anew. `last_error` is the name of an exception.
    """

    class State(models.TextChoices):
        NEW = "new", _("Chờ xử lý")
        INTERPRETED = "interpreted", _("Đã xử lý")
        HELD = "held", _("Giữ niêm phong")
        UNKNOWN = "unknown", _("Chưa biết loại này")
        FAILED = "failed", _("Không xử lý được")

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    account = models.ForeignKey(
        OfficialAccount, models.PROTECT, verbose_name=_("tài khoản OA"), related_name="events",
        null=True, blank=True, db_index=False,  # webhookevent_heard begins with it
    )  # fmt: skip
    key = models.CharField(max_length=64, editable=False)
    event_name = models.CharField(_("tên sự kiện"), max_length=80, blank=True)
    received_at = models.DateTimeField(_("nhận lúc"), default=timezone.now)
    body = EncryptedTextField(blank=True, editable=False)
    private_body = VaultTextField(blank=True, editable=False)
    state = models.CharField(_("tình trạng"), max_length=12, choices=State, default=State.NEW)
    attempts = models.PositiveSmallIntegerField(_("số lần thử"), default=0)
    next_attempt_at = models.DateTimeField(_("thử lúc"), null=True, blank=True)
    interpreted_at = models.DateTimeField(_("xử lý xong lúc"), null=True, blank=True)
    last_error = models.CharField(_("vướng mắc"), max_length=80, blank=True)

    objects = WebhookEventQuerySet.as_manager()
    commune_lookup: ClassVar[str] = "account__commune"

    class Meta:
        verbose_name = _("sự kiện từ Zalo")
        verbose_name_plural = _("sự kiện từ Zalo")
        ordering = ["-pk"]
        default_permissions = ("view",)
        permissions = [("replay_webhookevent", "Xử lý lại sự kiện từ Zalo")]
        indexes = [
            # read by the tick: what waits to be interpreted
            models.Index(
                fields=["next_attempt_at", "id"],
                condition=Q(state="new"),
                name="webhookevent_waiting",
            ),
            # read by replays, health signs and the retention rule: what kept its body
            models.Index(
                fields=["received_at"],
                condition=Q(state__in=["held", "unknown", "failed"]),
                name="webhookevent_unread",
            ),
            # read by the sign of silence, and by the retention rule
            models.Index(fields=["account", "received_at"], name="webhookevent_heard"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["key"],
                name="webhookevent_once",
                violation_error_message=_("Sự kiện này đã có trong hộp thư."),
            ),
            models.CheckConstraint(
                condition=~Q(state="interpreted")
                | Q(body="", private_body="", interpreted_at__isnull=False),
                name="webhookevent_interpreted_is_empty",
                violation_error_message=_("Sự kiện đã xử lý thì không giữ nội dung."),
            ),
            models.CheckConstraint(
                condition=Q(body="") | Q(private_body=""),
                name="webhookevent_one_body",
                violation_error_message=_("Một sự kiện chỉ có một nội dung."),
            ),
            models.CheckConstraint(
                condition=~Q(state="new") | Q(next_attempt_at__isnull=False),
                name="webhookevent_new_has_time",
                violation_error_message=_("Sự kiện chờ xử lý phải có giờ xử lý."),
            ),
        ]

    def __str__(self) -> str:
        return f"Sự kiện số {self.pk}"


class InboundFile(SealedRow):
    """A file that hung on a private message: fetched once, sealed to the vault, never shown here.

    `url`, `checksum` and `content` open in the vault alone, which gives the first two to the worker
    that has claimed the file; both are forgotten once it was fetched or given up. Its own name is
    not kept. `reason` says in a word why it was refused.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Chờ tải về")
        FETCHED = "fetched", _("Đã tải về")
        REFUSED = "refused", _("Không nhận")
        GONE = "gone", _("Không còn trên Zalo")

    class Reason(models.TextChoices):
        NONE = "", "–"
        HOST = "host", _("Địa chỉ không phải của Zalo")
        SIZE = "size", _("Tệp quá lớn")
        TYPE = "type", _("Loại tệp không nhận")
        BROKEN = "broken", _("Tệp hỏng hoặc không khớp mã kiểm tra")
        REDIRECT = "redirect", _("Địa chỉ dẫn sang nơi khác")
        TIME = "time", _("Tải quá lâu")

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    event = models.ForeignKey(
        WebhookEvent, models.CASCADE, verbose_name=_("sự kiện"), related_name="files"
    )
    position = models.PositiveSmallIntegerField(_("thứ tự"))
    kind = models.CharField(_("loại"), max_length=20)
    url = VaultTextField(blank=True, editable=False)
    checksum = VaultTextField(blank=True, editable=False)
    state = models.CharField(_("tình trạng"), max_length=8, choices=State, default=State.WAITING)
    reason = models.CharField(_("lý do"), max_length=10, choices=Reason, blank=True)
    attempts = models.PositiveSmallIntegerField(_("số lần thử"), default=0)
    next_attempt_at = models.DateTimeField(_("thử lúc"), null=True, blank=True)
    content = VaultBinaryField(null=True, editable=False)
    content_type = models.CharField(_("kiểu nội dung"), max_length=80, blank=True)
    size = models.PositiveIntegerField(_("cỡ"), default=0)
    fetched_at = models.DateTimeField(_("tải về lúc"), null=True, blank=True)

    objects = InboundFileQuerySet.as_manager()
    commune_lookup: ClassVar[str] = "event__account__commune"

    class Meta:
        verbose_name = _("tệp người dân gửi")
        verbose_name_plural = _("tệp người dân gửi")
        ordering = ["event", "position"]
        default_permissions = ()
        indexes = [
            # read by the fetching tick
            models.Index(
                fields=["next_attempt_at", "id"],
                condition=Q(state="waiting"),
                name="inboundfile_waiting",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["event", "position"],
                name="inboundfile_once",
                violation_error_message=_("Tệp này của tin nhắn đã có."),
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", next_attempt_at__isnull=False)
                | (~Q(state="waiting") & Q(url="")),
                name="inboundfile_address_is_forgotten",
                violation_error_message=_("Tệp chờ tải phải có giờ, tệp xong rồi thì bỏ địa chỉ."),
            ),
            models.CheckConstraint(
                condition=Q(state="fetched", content__isnull=False, fetched_at__isnull=False)
                | (~Q(state="fetched") & Q(content=None)),
                name="inboundfile_fetched_has_content",
                violation_error_message=_("Chỉ tệp đã tải về mới có nội dung."),
            ),
        ]

    def __str__(self) -> str:
        return f"Tệp {self.position + 1} của sự kiện số {self.event_id}"


class GroupActivity(models.Model):
    """How many messages people wrote in a group of the account on one day; no author, no word."""

    account = models.ForeignKey(
        OfficialAccount, models.CASCADE, verbose_name=_("tài khoản OA"), related_name="+"
    )
    zalo_group_id = models.CharField(_("mã nhóm"), max_length=64)
    day = models.DateField(_("ngày"))
    messages = models.PositiveIntegerField(_("số tin"), default=0)

    objects = GroupActivityQuerySet.as_manager()
    commune_lookup: ClassVar[str] = "account__commune"

    class Meta:
        verbose_name = _("mức sôi nổi của nhóm")
        verbose_name_plural = _("mức sôi nổi của nhóm")
        ordering = ["-day", "pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["account", "zalo_group_id", "day"],
                name="groupactivity_once_a_day",
                violation_error_message=_("Ngày này của nhóm đã có."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day:%d/%m/%Y}: {self.messages}"


# Readings of past conversations, for the messages that Zalo told and nobody heard.


class HistoryReadingQuerySet(CommuneScopedQuerySet["HistoryReading"]):
    """Readings of past conversations."""

    def newest_failed(self) -> Self:
        """The last reading of each account in use, where that one did not come to its end."""
        newest = (
            self.filter(account__is_active=True)
            .order_by("account_id", "-started_at", "-pk")
            .distinct("account_id")
        )
        return self.filter(pk__in=newest.values("pk"), state="failed")


class HistoryReading(models.Model):
    """One walk over the chats of an account since a moment, with all it needs to be taken up again.

    A glance looks at the last word of each chat; once it meets one that the inbox does not know it
    becomes a whole reading, which opens every chat. What is found goes into the inbox like any
    other event: of whom and what nothing stands here.
    """

    class State(models.TextChoices):
        RUNNING = "running", _("Đang đọc")
        COMPLETE = "complete", _("Đã đọc hết")
        FAILED = "failed", _("Không đọc được")

    account = models.ForeignKey(
        OfficialAccount, models.CASCADE, verbose_name=_("tài khoản OA"), related_name="readings"
    )
    state = models.CharField(_("tình trạng"), max_length=10, choices=State, default=State.RUNNING)
    since = models.DateTimeField(_("từ lúc"), editable=False)
    is_whole = models.BooleanField(_("mở từng hội thoại"), default=False, editable=False)
    offset = models.PositiveIntegerField(default=0, editable=False)
    # The second round looks only at chats in which somebody wrote during the first.
    is_second_round = models.BooleanField(default=False, editable=False)
    chats = models.PositiveIntegerField(_("số hội thoại đã xem"), default=0, editable=False)
    found = models.PositiveIntegerField(_("số tin nhận lại"), default=0, editable=False)
    problem = models.CharField(_("vướng mắc"), max_length=255, blank=True, editable=False)
    started_at = models.DateTimeField(_("bắt đầu lúc"), default=timezone.now, editable=False)
    beat_at = models.DateTimeField(_("còn chạy lúc"), default=timezone.now, editable=False)
    finished_at = models.DateTimeField(_("xong lúc"), null=True, editable=False)

    objects = HistoryReadingQuerySet.as_manager()
    commune_lookup: ClassVar[str] = "account__commune"

    class Meta:
        verbose_name = _("lần đọc lại hội thoại")
        verbose_name_plural = _("các lần đọc lại hội thoại")
        ordering = ["-started_at", "-pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["account"],
                condition=Q(state="running"),
                name="historyreading_one_at_a_time",
                violation_error_message=_("Hội thoại của tài khoản này đang được đọc lại rồi."),
            ),
            models.CheckConstraint(
                condition=Q(state="running", finished_at=None)
                | (~Q(state="running") & Q(finished_at__isnull=False)),
                name="historyreading_finished_at",
                violation_error_message=_("Lần đọc đã xong phải có lúc xong."),
            ),
        ]

    def __str__(self) -> str:
        return f"Đọc lại hội thoại lúc {timezone.localtime(self.started_at):%H:%M %d/%m/%Y}"
