"""People who can be written to through an account, the reading of that list, and quotas."""

from datetime import datetime
from typing import ClassVar
from uuid import uuid4

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.communes.querysets import CommuneScopedQuerySet
from accounts.encryption.fields import EncryptedTextField
from accounts.encryption.services import blind_index
from zalo.followers.querysets import FollowerQuerySet, FollowerSyncQuerySet
from zalo.official_accounts.models import OfficialAccount


def day_of(at: datetime) -> datetime:
    """The local day of a moment, as its first minute."""
    return timezone.localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)


def _today() -> datetime:
    return day_of(timezone.now())


def index_of(zalo_user_id: str) -> str:
    """By which a person is found again without the id being readable."""
    return blind_index(zalo_user_id, purpose="zalo_follower.zalo_user_id")


class Follower(models.Model):
    """A person who follows an account or has written to it, known by a sealed id alone.

    No name, picture or text is kept; of when they last wrote the day alone, while it opens a
    window, and nothing at all of whom some part of the portal knows by name (`is_named`): an hour
    beside a name would tell who wrote. Each time is the newest of its kind that an event or the
    list told, so events may come in any order.
    Who withdrew keeps a row without id: the keyed hash alone, so that the list does not bring them
    back.
    """

    class Source(models.TextChoices):
        UNKNOWN = "", _("Chưa rõ")
        PROFILE = "oa_profile", _("Trang của OA")
        INVITE = "message_invite", _("Lời mời trong tin nhắn")
        PLUGIN = "social_plugin", _("Nút trên trang web")
        LIST = "list", _("Đọc từ danh sách")
        MESSAGE = "message", _("Nhắn tin, chưa quan tâm")

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    account = models.ForeignKey(
        OfficialAccount, models.CASCADE, verbose_name=_("tài khoản OA"), related_name="followers"
    )
    zalo_user_id = EncryptedTextField(_("mã người dùng Zalo"), blank=True, editable=False)
    user_index = models.CharField(max_length=64, editable=False)
    is_following = models.BooleanField(_("đang quan tâm"), default=False, editable=False)
    followed_at = models.DateTimeField(_("quan tâm lúc"), null=True, editable=False)
    unfollowed_at = models.DateTimeField(_("bỏ quan tâm lúc"), null=True, editable=False)
    last_interaction_at = models.DateTimeField(_("ngày tương tác"), null=True, editable=False)
    source = models.CharField(
        _("đến từ"), max_length=20, choices=Source, blank=True, editable=False
    )
    listed_at = models.DateTimeField(_("có trong danh sách lúc"), null=True, editable=False)
    withdrawn_at = models.DateTimeField(_("rút đồng ý lúc"), null=True, editable=False)
    created_at = models.DateTimeField(_("biết từ"), default=_today, editable=False)
    is_named = models.BooleanField(_("đã biết là ai"), default=False, editable=False)

    objects = FollowerQuerySet.as_manager()
    commune_lookup: ClassVar[str] = "account__commune"

    class Meta:
        verbose_name = _("người quan tâm OA")
        verbose_name_plural = _("người quan tâm OA")
        ordering = ["pk"]
        default_permissions = ("view",)
        permissions = [("sync_follower", "Đọc lại danh sách người quan tâm OA")]
        indexes = [
            # read by the counts page and by the retention rule
            models.Index(fields=["account", "last_interaction_at"], name="follower_interaction"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["account", "user_index"],
                name="follower_once_per_account",
                violation_error_message=_("Người này đã có trong danh sách của tài khoản OA."),
            ),
            models.CheckConstraint(
                condition=Q(is_following=False) | Q(followed_at__isnull=False),
                name="follower_followed_at",
                violation_error_message=_("Người đang quan tâm phải có lúc quan tâm."),
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None)
                | Q(zalo_user_id="", is_following=False, last_interaction_at=None),
                name="follower_withdrawn_is_blank",
                violation_error_message=_("Người đã rút đồng ý thì không giữ mã người dùng."),
            ),
            models.CheckConstraint(
                condition=Q(is_named=False) | Q(last_interaction_at=None),
                name="follower_named_has_no_time",
                violation_error_message=_("Người đã biết là ai thì không ghi lúc họ nhắn."),
            ),
            models.CheckConstraint(
                condition=~Q(user_index="") & (~Q(zalo_user_id="") | Q(withdrawn_at__isnull=False)),
                name="follower_has_id",
                violation_error_message=_("Thiếu mã người dùng Zalo."),
            ),
        ]

    def __str__(self) -> str:
        return f"Người quan tâm số {self.pk}"


class FollowerSync(models.Model):
    """One reading of an account's list, page by page, with all it needs to be taken up again.

    `slices` are the parts still to be read, the oldest first; `expected` is what Zalo said the
    whole list holds. Only a reading that saw all of it says who no longer follows.
    """

    class State(models.TextChoices):
        RUNNING = "running", _("Đang đọc")
        COMPLETE = "complete", _("Đã đọc hết")
        INCOMPLETE = "incomplete", _("Chưa đọc hết")
        FAILED = "failed", _("Không đọc được")

    account = models.ForeignKey(
        OfficialAccount, models.CASCADE, verbose_name=_("tài khoản OA"), related_name="syncs"
    )
    state = models.CharField(_("tình trạng"), max_length=10, choices=State, default=State.RUNNING)
    slices = models.JSONField(_("phần còn phải đọc"), default=list, editable=False)
    expected = models.PositiveIntegerField(_("Zalo báo có"), null=True, editable=False)
    seen = models.PositiveIntegerField(_("đã đọc"), default=0, editable=False)
    unfollowed = models.PositiveIntegerField(_("không còn quan tâm"), default=0, editable=False)
    problem = models.CharField(_("vướng mắc"), max_length=255, blank=True, editable=False)
    started_at = models.DateTimeField(_("bắt đầu lúc"), default=timezone.now, editable=False)
    beat_at = models.DateTimeField(_("còn chạy lúc"), default=timezone.now, editable=False)
    finished_at = models.DateTimeField(_("xong lúc"), null=True, editable=False)

    objects = FollowerSyncQuerySet.as_manager()
    commune_lookup: ClassVar[str] = "account__commune"

    class Meta:
        verbose_name = _("lần đọc danh sách người quan tâm")
        verbose_name_plural = _("lần đọc danh sách người quan tâm")
        ordering = ["-started_at", "-pk"]
        default_permissions = ("view",)
        constraints = [
            models.UniqueConstraint(
                fields=["account"],
                condition=Q(state="running"),
                name="followersync_one_at_a_time",
                violation_error_message=_("Danh sách này đang được đọc rồi."),
            ),
            models.CheckConstraint(
                condition=Q(state="running", finished_at=None)
                | (~Q(state="running") & Q(finished_at__isnull=False)),
                name="followersync_finished_at",
                violation_error_message=_("Lần đọc đã xong phải có lúc xong."),
            ),
        ]

    def __str__(self) -> str:
        return f"Đọc danh sách lúc {timezone.localtime(self.started_at):%H:%M %d/%m/%Y}"


class QuotaLedger(models.Model):
    """Quota left of an account, as Zalo last gave it, and as we counted ourselves.

    One row an account, kind and month. `remain` and `total` come from Zalo alone; `first_remain`
    and `first_seen_at` are where the pace is counted from, anew after each top-up.
    """

    class Kind(models.TextChoices):
        REPLY = "reply", _("Trả lời trong 48 giờ")
        PACKAGE = "sub_quota", _("Tin trong gói")
        PURCHASE = "purchase_quota", _("Tin mua thêm")
        REWARD = "reward_quota", _("Tin được tặng")
        BROADCAST = "broadcast", _("Bài viết gửi rộng")

    account = models.ForeignKey(
        OfficialAccount, models.CASCADE, verbose_name=_("tài khoản OA"), related_name="quotas"
    )
    kind = models.CharField(_("hạn mức"), max_length=16, choices=Kind)
    month = models.DateField(_("tháng"))
    remain = models.PositiveIntegerField(_("còn"), null=True)
    total = models.PositiveIntegerField(_("tổng"), null=True)
    expires_on = models.DateField(_("hết hạn ngày"), null=True)
    first_remain = models.PositiveIntegerField(_("còn lúc bắt đầu tính"), null=True)
    first_seen_at = models.DateTimeField(_("tính từ lúc"), null=True)
    seen_at = models.DateTimeField(_("Zalo báo lúc"), null=True)
    used = models.PositiveIntegerField(_("đã dùng"), default=0)

    objects = CommuneScopedQuerySet.as_manager()
    commune_lookup: ClassVar[str] = "account__commune"

    class Meta:
        verbose_name = _("hạn mức tin nhắn")
        verbose_name_plural = _("hạn mức tin nhắn")
        ordering = ["-month", "kind"]
        default_permissions = ("view",)
        constraints = [
            models.UniqueConstraint(
                fields=["account", "kind", "month"],
                name="quotaledger_once_a_month",
                violation_error_message=_("Hạn mức của tháng này đã có."),
            ),
            models.CheckConstraint(
                condition=Q(total=None) | Q(remain=None) | Q(remain__lte=F("total")),
                name="quotaledger_remain_within_total",
                violation_error_message=_("Số còn lại không thể hơn tổng số."),
            ),
            models.CheckConstraint(
                condition=Q(month__day=1),
                name="quotaledger_first_of_month",
                violation_error_message=_("Tháng được ghi bằng ngày đầu tháng."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, tháng {self.month:%m/%Y}"
