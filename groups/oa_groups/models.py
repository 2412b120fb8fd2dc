"""Groups of the account as Zalo tells of them: how they stand, were made, and differ."""

from datetime import date, timedelta
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.key_fields import optional_key, required_key
from accounts.models import Commune, User
from accounts.users.fields import user_field
from accounts.workflow.declaration import Workflow
from groups.fields import CleanCharField
from groups.oa_groups.querysets import (
    GroupAtZaloQuerySet,
    GroupCreationQuerySet,
    ReconciliationLineQuerySet,
    ReconciliationQuerySet,
)
from groups.zalo_groups.models import ZaloGroup
from zalo.models import GroupAsset

# Zalo dissolves a group, with all that was written in it, so long after its package ended.
DISSOLVED_AFTER = timedelta(days=45)


class GroupAtZalo(models.Model):
    """Last answer of Zalo on one group of the account; its people are never stored here.

    `is_held`: the machine paused the group because Zalo refuses it, and lets it go on by itself
    once Zalo takes it back. `wants_look`: an event said that something changed.
    """

    class Status(models.TextChoices):
        UNKNOWN = "unknown", _("Chưa hỏi Zalo")
        ENABLED = "enabled", _("Đang mở")
        DISABLED = "disabled", _("Bị khóa vì gói hết hạn")
        GONE = "gone", _("Không còn trên Zalo")

    group = models.OneToOneField(
        ZaloGroup, models.CASCADE, verbose_name=_("nhóm Zalo"), related_name="at_zalo"
    )
    asset = optional_key(GroupAsset, _("gói nhóm"), on_delete=models.SET_NULL)
    status = models.CharField(
        _("tình trạng trên Zalo"), max_length=10, choices=Status, default=Status.UNKNOWN
    )
    disabled_on = models.DateField(_("bị khóa từ ngày"), null=True, blank=True)
    deletes_on = models.DateField(_("Zalo giải tán ngày"), null=True, blank=True)
    is_held = models.BooleanField(_("máy tạm dừng"), default=False)
    name = CleanCharField(_("tên trên Zalo"), max_length=100, blank=True)
    description = CleanCharField(_("mô tả trên Zalo"), max_length=500, blank=True)
    is_send_locked = models.BooleanField(_("khóa gửi tin"), null=True, blank=True)
    needs_approval = models.BooleanField(_("duyệt người vào"), null=True, blank=True)
    shows_history = models.BooleanField(_("xem được tin cũ"), null=True, blank=True)
    is_link_open = models.BooleanField(_("vào bằng liên kết"), null=True, blank=True)
    waiting = models.PositiveIntegerField(_("số người xin vào"), default=0)
    waiting_since = models.DateTimeField(_("xin vào từ"), null=True, blank=True)
    waiting_told_at = models.DateTimeField(
        _("lần xin vào mới nhất"), null=True, blank=True, editable=False
    )
    wants_look = models.BooleanField(_("cần đối chiếu"), default=False)
    checked_at = models.DateTimeField(_("hỏi Zalo lúc"), null=True, blank=True)

    objects = GroupAtZaloQuerySet.as_manager()
    SWITCHES: ClassVar[tuple[str, ...]] = (
        "is_send_locked", "needs_approval", "shows_history", "is_link_open",
    )  # fmt: skip

    class Meta:
        verbose_name = _("nhóm theo Zalo")
        verbose_name_plural = _("nhóm theo Zalo")
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=~Q(status="disabled") | Q(disabled_on__isnull=False),
                name="groupatzalo_disabled_has_day",
                violation_error_message=_("Nhóm bị khóa phải có ngày bị khóa."),
            ),
            models.CheckConstraint(
                condition=Q(is_held=False) | Q(status__in=["disabled", "gone"]),
                name="groupatzalo_held_for_a_reason",
                violation_error_message=_("Máy chỉ tạm dừng nhóm mà Zalo không nhận bài."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.group} trên Zalo"

    @property
    def dissolves_on(self) -> date | None:
        """The day on which Zalo dissolves it: as Zalo says, or 45 days after it was disabled."""
        if self.status != self.Status.DISABLED or self.disabled_on is None:
            return None
        return self.deletes_on or self.disabled_on + DISSOLVED_AFTER


class GroupCreation(models.Model):
    """One attempt to make a group at Zalo: written before the call, so that none is made twice.

    `uncertain`: the request left and no answer came. It is never repeated by the machine; the
    reconciliation looks for the group, and a person adopts it or says that it is not there.
    """

    class State(models.TextChoices):
        ASKING = "asking", _("Đang gọi Zalo")
        MADE = "made", _("Đã tạo")
        REFUSED = "refused", _("Không tạo được")
        UNCERTAIN = "uncertain", _("Chưa rõ đã tạo hay chưa")

    OPEN: ClassVar[tuple[str, ...]] = (State.ASKING, State.UNCERTAIN)

    group = required_key(ZaloGroup, _("nhóm Zalo"), "creations", on_delete=models.CASCADE)
    asset = optional_key(GroupAsset, _("gói nhóm"), on_delete=models.SET_NULL)
    name = CleanCharField(_("tên đã gửi"), max_length=30)
    state = models.CharField(_("kết quả"), max_length=10, choices=State, default=State.ASKING)
    asked_at = models.DateTimeField(_("gọi Zalo lúc"), default=timezone.now)
    asked_by = required_key(User, _("người tạo"))
    settled_at = models.DateTimeField(_("rõ kết quả lúc"), null=True, blank=True)
    zalo_group_id = models.CharField(_("mã nhóm trên Zalo"), max_length=64, blank=True)
    problem = models.CharField(_("lý do"), max_length=255, blank=True)

    objects = GroupCreationQuerySet.as_manager()

    class Meta:
        verbose_name = _("lần tạo nhóm trên Zalo")
        verbose_name_plural = _("các lần tạo nhóm trên Zalo")
        default_permissions = ()
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["group"],
                condition=Q(state__in=["asking", "uncertain"]),
                name="groupcreation_one_open",
                violation_error_message=_("Nhóm này đang có một lần tạo chưa rõ kết quả."),
            ),
            models.CheckConstraint(
                condition=~Q(state="made") | ~Q(zalo_group_id=""),
                name="groupcreation_made_has_id",
                violation_error_message=_("Nhóm đã tạo phải có mã do Zalo cấp."),
            ),
        ]

    def __str__(self) -> str:
        return f"Tạo “{self.name}” lúc {timezone.localtime(self.asked_at):%H:%M %d/%m/%Y}"


class GroupReconciliation(models.Model):
    """One comparison of Zalo's groups with ours: by night, or by a button."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Chờ chạy")
        RUNNING = "running", _("Đang đối chiếu")
        DONE = "done", _("Đã đối chiếu")
        FAILED = "failed", _("Chưa đối chiếu được")

    OPEN: ClassVar[tuple[str, ...]] = (State.WAITING, State.RUNNING)

    commune = required_key(Commune, _("xã, phường"), "group_reconciliations")
    day = models.DateField(_("ngày"), default=timezone.localdate)
    is_nightly = models.BooleanField(_("tự chạy ban đêm"), default=False)
    asked_by = user_field(_("người yêu cầu"))
    state = models.CharField(_("trạng thái"), max_length=8, choices=State, default=State.WAITING)
    created_at = models.DateTimeField(_("yêu cầu lúc"), default=timezone.now)
    beat_at = models.DateTimeField(_("còn chạy lúc"), null=True, blank=True, editable=False)
    finished_at = models.DateTimeField(_("xong lúc"), null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("số lần chạy"), default=0, editable=False)
    groups_seen = models.PositiveIntegerField(_("số nhóm trên Zalo"), default=0)
    problem = models.CharField(_("vướng mắc"), max_length=255, blank=True)

    objects = ReconciliationQuerySet.as_manager()
    commune_lookup: ClassVar[str] = "commune"

    class Meta:
        verbose_name = _("lần đối chiếu nhóm")
        verbose_name_plural = _("đối chiếu nhóm với Zalo")
        default_permissions = ("view",)
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["commune"],
                condition=Q(state__in=["waiting", "running"]),
                name="groupreconciliation_one_open",
                violation_error_message=_("Đang có một lần đối chiếu chưa xong."),
            ),
            models.UniqueConstraint(
                fields=["commune", "day"],
                condition=Q(is_nightly=True),
                name="groupreconciliation_once_a_night",
                violation_error_message=_("Đêm nay đã đối chiếu rồi."),
            ),
            models.CheckConstraint(
                condition=Q(finished_at=None) | Q(finished_at__gte=F("created_at")),
                name="groupreconciliation_ends_after_start",
                violation_error_message=_("Giờ xong không thể trước giờ bắt đầu."),
            ),
        ]

    def __str__(self) -> str:
        return f"Đối chiếu lúc {timezone.localtime(self.created_at):%H:%M ngày %d/%m/%Y}"


class ReconciliationLine(models.Model):
    """One difference: what we had, what Zalo says, and what became of it. Names no resident."""

    class Kind(models.TextChoices):
        NEW = "new", _("Nhóm mới trên Zalo")
        GONE = "gone", _("Không còn trên Zalo")
        DISABLED = "disabled", _("Bị Zalo khóa")
        ENABLED = "enabled", _("Được mở lại")
        RENAMED = "renamed", _("Tên khác")
        SWITCH = "switch", _("Cài đặt khác")
        LINK = "link", _("Liên kết khác")
        ASSET = "asset", _("Gói nhóm khác")
        HEADS = "heads", _("Số người")
        JOINED = "joined", _("Người trong danh sách đã vào")
        LEFT = "left", _("Người trong danh sách đã rời")
        OFFICER = "officer", _("Cán bộ trong nhóm")

    class Outcome(models.TextChoices):
        TAKEN = "taken", _("Đã ghi theo Zalo")
        OPEN = "open", _("Chờ quyết định")
        ADOPTED = "adopted", _("Đã nhận về cổng")
        IGNORED = "ignored", _("Đã bỏ qua")
        ACCEPTED = "accepted", _("Đã theo Zalo")
        RESTORED = "restored", _("Đã đặt lại trên Zalo")
        PASSED = "passed", _("Không còn khác")

    workflow: ClassVar[Workflow] = Workflow(
        subject="group",
        denied="Tài khoản này không có quyền quyết định điểm khác này.",
        state_field="outcome",
        wrong_state="Người khác vừa quyết định điểm này.",
        commune="reconciliation.commune",
    )

    reconciliation = models.ForeignKey(
        GroupReconciliation, models.CASCADE, verbose_name=_("lần đối chiếu"), related_name="lines"
    )
    group = optional_key(ZaloGroup, _("nhóm Zalo"), "differences")
    zalo_group_id = models.CharField(_("mã nhóm trên Zalo"), max_length=64)
    kind = models.CharField(_("khác ở"), max_length=10, choices=Kind)
    subject = models.CharField(_("cài đặt"), max_length=20, blank=True)
    ours = models.CharField(_("cổng ghi"), max_length=255, blank=True)
    theirs = models.CharField(_("Zalo cho biết"), max_length=255, blank=True)
    outcome = models.CharField(_("kết quả"), max_length=10, choices=Outcome, default=Outcome.TAKEN)
    decided_by = user_field(_("người quyết định"), db_index=False)
    decided_at = models.DateTimeField(_("quyết định lúc"), null=True, blank=True)

    objects = ReconciliationLineQuerySet.as_manager()
    commune_lookup: ClassVar[str] = "reconciliation__commune"

    class Meta:
        verbose_name = _("điểm khác")
        verbose_name_plural = _("các điểm khác")
        default_permissions = ()
        ordering = ["pk"]
        indexes = [
            # read by the home page and by each comparison: what still waits for a decision
            models.Index(
                fields=["zalo_group_id"], condition=Q(outcome="open"), name="difference_open"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome__in=["taken", "open", "passed"])
                | Q(decided_by__isnull=False, decided_at__isnull=False),
                name="reconciliationline_decided_by_someone",
                violation_error_message=_("Hãy ghi ai quyết định và quyết định lúc nào."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.group or self.theirs}"

    @property
    def label(self) -> str:
        """The difference, with the switch where it is one."""
        if self.kind == self.Kind.SWITCH:
            column: Any = GroupAtZalo._meta.get_field(self.subject)
            return str(column.verbose_name).capitalize()
        return self.get_kind_display()
