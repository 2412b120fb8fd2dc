"""The gate of everything that leaves, and the rows that wait for a decision after a restore."""

import uuid
from datetime import datetime, timedelta
from typing import ClassVar, Final

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.communes.querysets import CommuneScopedQuerySet, SharedQuerySet
from accounts.models import Commune
from accounts.users.fields import user_field
from accounts.workflow.declaration import History, Workflow

EARLIER: Final = timedelta(minutes=10)


class SendGate(models.Model):
    """One row: may anything leave?

    `open` → `held` (by a detector, or a person) → `reconciling` → `open` under a new `epoch`. Every
    claim of the outbox carries the condition that the gate is open, of the epoch that its process
    knows, and not younger than what that process has seen of `high_water`.

    `installation` never changes: it names the witnesses of this database. `high_water` grows every
    five seconds while open, so that data of an earlier moment are recognised.
    """

    class State(models.TextChoices):
        OPEN = "open", _("Đang gửi bình thường")
        HELD = "held", _("Đang giữ, chưa rà soát")
        RECONCILING = "reconciling", _("Đang giữ, đang rà soát")

    workflow: ClassVar[Workflow] = Workflow(
        subject="gate",
        denied="Tài khoản này không có quyền giữ hoặc mở lại việc gửi.",
        state_field="state",
        transitions={
            State.OPEN: (State.HELD,),
            State.HELD: (State.RECONCILING,),
            State.RECONCILING: (State.HELD, State.OPEN),
        },
        no_transition="Việc này không làm được khi hệ thống ở trạng thái “{state_lower}”.",
        wrong_state="Việc này không làm được khi hệ thống ở trạng thái “{state_lower}”.",
        history=History(rows=""),
    )

    installation = models.UUIDField(_("mã cài đặt"), default=uuid.uuid4, editable=False)
    state = models.CharField(_("trạng thái"), max_length=12, choices=State, default=State.OPEN)
    epoch = models.UUIDField(_("kỳ"), default=uuid.uuid4, editable=False)
    earlier_epochs = ArrayField(models.UUIDField(), default=list, editable=False)
    high_water = models.BigIntegerField(default=0, editable=False)
    system_identifier = models.CharField(max_length=20, blank=True, editable=False)
    beat_at = models.DateTimeField(_("dấu cuối trong dữ liệu"), null=True, editable=False)
    # Why nothing may leave until the machine finds it mended; no person is asked.
    blocked = models.TextField(_("tạm ngừng vì"), blank=True)
    reason = models.TextField(_("lý do giữ"), blank=True)
    is_restored = models.BooleanField(_("dữ liệu cũ hơn những gì đã gửi"), default=False)
    held_at = models.DateTimeField(_("giữ lúc"), null=True, blank=True)
    lost_from = models.DateTimeField(_("mất dữ liệu từ"), null=True, blank=True)
    lost_to = models.DateTimeField(_("mất dữ liệu đến"), null=True, blank=True)
    started_at = models.DateTimeField(_("bắt đầu rà soát lúc"), null=True, blank=True)
    accounts_confirmed_by = user_field(_("người soát tài khoản"))
    asked_by = user_field(_("người đề nghị mở lại"))
    asked_at = models.DateTimeField(_("đề nghị mở lại lúc"), null=True, blank=True)
    opened_at = models.DateTimeField(_("mở lại lúc"), null=True, blank=True)

    objects = SharedQuerySet.as_manager()

    class Meta:
        verbose_name = _("cửa gửi")
        verbose_name_plural = _("cửa gửi")
        default_permissions = ()
        permissions = [
            ("hold_sending", "Giữ việc gửi và bắt đầu rà soát"),
            ("open_sending", "Mở lại việc gửi (hai người)"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(pk=1),
                name="gate_is_one_row",
                violation_error_message=_("Chỉ có một cửa gửi."),
            ),
            models.CheckConstraint(
                condition=Q(state="open") | Q(held_at__isnull=False) & ~Q(reason=""),
                name="gate_held_for_a_reason",
                violation_error_message=_("Hãy ghi lý do giữ."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_state_display())

    @property
    def since(self) -> datetime:
        """Moment from which sends are looked through: a little before the data were lost."""
        return (self.lost_from or self.held_at or timezone.now()) - EARLIER


class HeldRow(models.Model):
    """One message that may have left while the data were lost, and what became of it.

    `finding` is a proposal: from the journal of sends, or from Zalo's history of the group.
    `decision` is a person's. Holds no words.
    """

    class Finding(models.TextChoices):
        UNKNOWN = "unknown", _("Chưa biết")
        ANSWERED = "answered", _("Nhật ký gửi: Zalo đã nhận")
        ATTEMPTED = "attempted", _("Nhật ký gửi: đã gọi Zalo, không rõ kết quả")
        AT_ZALO = "at_zalo", _("Zalo: tin đã có")
        NOT_AT_ZALO = "not_at_zalo", _("Zalo: không thấy tin")

    class Decision(models.TextChoices):
        SENT = "sent", _("Đã gửi rồi")
        SEND = "send", _("Chưa gửi, gửi khi mở lại")
        UNCERTAIN = "uncertain", _("Chưa rõ, sẽ mở nhóm ra xem")
        DROP = "drop", _("Không gửi nữa")

    kind = models.CharField(_("loại"), max_length=20)
    row_id = models.BigIntegerField()
    subject_id = models.BigIntegerField()  # rows of one subject (a post) are decided together
    commune = models.ForeignKey(
        Commune, models.PROTECT, verbose_name=_("xã, phường"), related_name="+"
    )
    title = models.CharField(_("việc"), max_length=255)
    place = models.CharField(_("nơi nhận"), max_length=255, blank=True)
    group_id = models.CharField(_("mã nhóm ở Zalo"), max_length=64, blank=True)
    due_at = models.DateTimeField(_("giờ gửi"), null=True)
    finding = models.CharField(
        _("đề xuất"), max_length=12, choices=Finding, default=Finding.UNKNOWN
    )
    parts = models.PositiveSmallIntegerField(_("số phần Zalo đã nhận"), default=0)
    message_ids = ArrayField(models.CharField(max_length=64), default=list, blank=True)
    noted_at = models.DateTimeField(_("lúc đã gọi Zalo"), null=True)
    asked_zalo_at = models.DateTimeField(null=True, editable=False)
    decision = models.CharField(_("kết luận"), max_length=10, choices=Decision, blank=True)
    decided_by = user_field(_("người kết luận"))
    decided_at = models.DateTimeField(_("kết luận lúc"), null=True, blank=True)

    objects = CommuneScopedQuerySet.as_manager()
    commune_lookup: ClassVar[str] = "commune"

    class Meta:
        verbose_name = _("việc chờ rà soát sau khôi phục")
        verbose_name_plural = _("việc chờ rà soát sau khôi phục")
        default_permissions = ()
        permissions = [("settle_heldrow", "Kết luận việc đã gửi hay chưa sau khôi phục")]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "row_id"],
                name="heldrow_once",
                violation_error_message=_("Việc này đã có trong danh sách rà soát."),
            ),
            models.CheckConstraint(
                condition=Q(decision="", decided_at=None) | ~Q(decision="") & ~Q(decided_at=None),
                name="heldrow_decision_is_complete",
                violation_error_message=_("Hãy ghi kết luận và giờ kết luận."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title}: {self.place}"
