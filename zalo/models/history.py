"""Readings of past conversations, for the messages that Zalo told and nobody heard."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.querysets import CommuneScopedQuerySet
from zalo.models.accounts import OfficialAccount


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
