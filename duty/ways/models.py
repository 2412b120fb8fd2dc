"""Devices of people, and the notices that go to them."""

import secrets
from typing import ClassVar
from uuid import uuid4

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.communes.querysets import CommuneScopedQuerySet
from accounts.encryption.fields import EncryptedTextField
from accounts.key_fields import optional_key, required_key
from accounts.models import User
from duty.occasions.models import Occasion
from duty.ways.querysets import DeviceQuerySet, NoticeQuerySet


def new_secret() -> str:
    """The one-use word by which a device says that it showed a notice."""
    return secrets.token_urlsafe(16)


class Device(models.Model):
    """A browser that takes pushes for one person. Endpoint and keys are sealed.

    `subscription` is JSON: `endpoint`, `p256dh`, `auth`. `made_for` binds it to the site address
    and the VAPID key with which it was made, so that no restored or demo copy pushes to it.
    """

    class Off(models.TextChoices):
        """Why a device gets nothing any more."""

        GONE = "gone", _("Máy đã bỏ đăng ký")
        REPLACED = "replaced", _("Đăng ký lại trên máy này")
        BY_PERSON = "by_person", _("Người dùng tắt")
        ACCOUNT = "account", _("Tài khoản khóa hoặc mất vai trò")
        OTHER_ACCOUNT = "other_account", _("Người khác đăng nhập trên máy này")

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    user = required_key(User, _("người"), "devices")
    endpoint_hash = models.CharField(_("dấu địa chỉ"), max_length=64)
    subscription = EncryptedTextField(_("đăng ký"))
    host = models.CharField(_("dịch vụ đẩy"), max_length=100)
    made_for = models.CharField(_("đăng ký với"), max_length=64)
    label = models.CharField(_("tên máy"), max_length=60, blank=True)
    added_at = models.DateTimeField(_("thêm lúc"), default=timezone.now)
    seen_at = models.DateTimeField(_("mở cổng lần cuối lúc"), default=timezone.now)
    accepted_at = models.DateTimeField(_("dịch vụ nhận lần cuối lúc"), null=True, blank=True)
    shown_at = models.DateTimeField(_("hiện lần cuối lúc"), null=True, blank=True)
    off_at = models.DateTimeField(_("tắt lúc"), null=True, blank=True)
    off_because = models.CharField(_("tắt vì"), max_length=16, choices=Off, blank=True)

    objects = DeviceQuerySet.as_manager()
    commune_lookup: ClassVar[str] = "user__commune"

    class Meta:
        verbose_name = _("máy nhận báo việc")
        verbose_name_plural = _("máy nhận báo việc")
        ordering = ["-added_at", "-pk"]
        default_permissions = ()
        permissions = [("receive_notice", "Nhận báo việc trên máy của mình")]
        constraints = [
            models.UniqueConstraint(
                fields=["endpoint_hash"],
                condition=Q(off_at=None),
                name="device_one_an_endpoint",
                violation_error_message=_("Máy này đã được đăng ký."),
            ),
            models.CheckConstraint(
                condition=Q(off_at=None, off_because="")
                | (Q(off_at__isnull=False) & ~Q(off_because="")),
                name="device_off_for_a_reason",
                violation_error_message=_("Máy đã tắt phải có lý do."),
            ),
        ]

    def __str__(self) -> str:
        return self.label or self.host


class Notice(models.Model):
    """One message to one place: a device, a mailbox, a person's Zalo, a group, a phone.

    It carries one of a few fixed texts. A table of the outbox: `state`, `next_attempt_at` (while
    one is `sending`: when it counts as lost) and `attempts`.
    """

    class Text(models.TextChoices):
        """The fixed text that it carries."""

        NOW = "now", _("Có việc cần xem ngay")
        SEE = "see", _("Có việc cần xem")
        TAKEN = "taken", _("Đã có người nhận")
        LINKED = "linked", _("Đã nối Zalo này với tài khoản của đồng chí.")
        WINDOW = (
            "window",
            _("Đã mở cửa sổ Zalo trong 46 giờ. Báo danh ca thì bấm Nhận ca trên cổng."),
        )

    class State(models.TextChoices):
        """The knowledge of it; `accepted` is not yet shown."""

        WAITING = "waiting", _("Chờ gửi")
        SENDING = "sending", _("Đang gửi")
        ACCEPTED = "accepted", _("Dịch vụ đã nhận")
        UNCERTAIN = "uncertain", _("Không rõ")
        FAILED = "failed", _("Không gửi được")
        CANCELLED = "cancelled", _("Thôi gửi")
        FOLDED = "folded", _("Gộp vào một báo chung")

    occasion = required_key(Occasion, _("việc"), "notices", on_delete=models.CASCADE)
    step = models.PositiveIntegerField(_("bước"))
    user = optional_key(User, _("người"))
    way = models.CharField(_("đường báo"), max_length=12)
    # What the way needs to find the place: a device's number, "own" or "office" for mail, …
    place = models.CharField(_("nơi nhận"), max_length=40)
    text = models.CharField(_("lời"), max_length=8, choices=Text)
    state = models.CharField(_("trạng thái"), max_length=10, choices=State, default=State.WAITING)
    reason = models.CharField(_("lý do"), max_length=100, blank=True)
    made_at = models.DateTimeField(_("lập lúc"), default=timezone.now)
    next_attempt_at = models.DateTimeField(_("gửi lúc"), default=timezone.now)
    expires_at = models.DateTimeField(_("bỏ sau"))
    attempts = models.PositiveIntegerField(_("số lần thử"), default=0)
    accepted_at = models.DateTimeField(_("dịch vụ nhận lúc"), null=True, blank=True)
    shown_at = models.DateTimeField(_("hiện trên máy lúc"), null=True, blank=True)
    opened_at = models.DateTimeField(_("mở lúc"), null=True, blank=True)
    shown_token = models.CharField(
        _("mã báo đã hiện"), max_length=32, default=new_secret, unique=True
    )

    objects = NoticeQuerySet.as_manager()
    commune_lookup: ClassVar[str] = "occasion__commune"

    class Meta:
        verbose_name = _("lượt báo")
        verbose_name_plural = _("lượt báo")
        ordering = ["made_at", "pk"]
        default_permissions = ()
        indexes = [
            models.Index(
                fields=["way", "next_attempt_at"],
                name="notice_to_send",
                condition=Q(state__in=["waiting", "sending"]),
            ),
            models.Index(fields=["user", "-made_at"], name="notice_of_person"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["occasion", "step", "way", "place", "text"],
                name="notice_once_a_place",
                violation_error_message=_("Nơi này đã được báo ở bước này."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.way} {self.get_state_display()}"


class OwnWays(models.Model):
    """The ways by which a person is told, in that person's order; those left out are not used."""

    user = models.OneToOneField(
        User, models.PROTECT, verbose_name=_("người"), related_name="own_ways"
    )
    ways = ArrayField(
        models.CharField(max_length=12), verbose_name=_("các đường báo"), default=list
    )

    objects = CommuneScopedQuerySet.as_manager()
    commune_lookup: ClassVar[str] = "user__commune"

    class Meta:
        verbose_name = _("đường báo của một người")
        verbose_name_plural = _("đường báo của một người")
        default_permissions = ()

    def __str__(self) -> str:
        return ", ".join(self.ways)
