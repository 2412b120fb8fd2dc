"""Requests of people about their own data, with the deadlines of the law."""

from datetime import date, timedelta
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Case, F, Q, When
from django.db.models.functions import Least
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.communes.querysets import CommuneScopedQuerySet
from accounts.key_fields import optional_key, required_key
from accounts.models import Commune, User
from accounts.workflow.declaration import Workflow
from groups.fields import CleanCharField
from groups.places.models import Hamlet
from groups.places.querysets import HamletScopedQuerySet, ids_of_hamlets
from groups.residents.models import Member


class DataRequestQuerySet(HamletScopedQuerySet):
    def visible_to(self, user: Any) -> Self:
        """Requests of the own hamlets, and those that the account itself wrote down."""
        rows = CommuneScopedQuerySet.visible_to(self, user)
        if user.has_perm("groups.view_all_hamlets") or rows.query.is_empty():
            return rows
        return rows.filter(Q(hamlet__in=ids_of_hamlets(user)) | Q(recorded_by=user.pk))

    def open(self) -> Self:
        return self.filter(status__in=self.model.OPEN)

    def overdue(self, day: date) -> Self:
        """Open requests whose next last day lies before this one."""
        unanswered = Q(status=self.model.Status.RECEIVED, acknowledge_by__lt=day)
        return self.open().filter(unanswered | Q(due_on__lt=day))

    def with_next_due(self) -> Self:
        """Order by `DataRequest.next_due`; closed requests after all that are open."""
        unanswered = When(status=self.model.Status.RECEIVED, then=Least("acknowledge_by", "due_on"))
        answered = When(status=self.model.Status.ACKNOWLEDGED, then="due_on")
        return self.annotate(comes_first=Case(unanswered, answered)).order_by(
            F("comes_first").asc(nulls_last=True), "-closed_at", "pk"
        )


class DataRequest(models.Model):
    """A resident uses a right over the own data (Luật 91/2025, NĐ 356/2025).

    received → acknowledged → done or refused. The due dates are written when it is received, so
    that a later change of the rules does not move them; they may be put off once, with a reason.
    """

    class Kind(models.TextChoices):
        WITHDRAW = "withdraw", _("Rút lại sự đồng ý")
        ACCESS = "access", _("Xem dữ liệu của mình")
        CORRECT = "correct", _("Sửa dữ liệu sai")
        DELETE = "delete", _("Xóa dữ liệu")
        RESTRICT = "restrict", _("Hạn chế dùng dữ liệu")
        OBJECT = "object", _("Phản đối việc dùng dữ liệu")

    class Channel(models.TextChoices):
        DESK = "desk", _("Trực tiếp tại trụ sở")
        HAMLET = "hamlet", _("Qua trưởng ấp, cán bộ phụ trách")
        PHONE = "phone", _("Điện thoại")
        ZALO = "zalo", _("Nhắn riêng qua Zalo")
        LETTER = "letter", _("Đơn, thư")

    class Status(models.TextChoices):
        RECEIVED = "received", _("Chưa báo đã nhận")
        ACKNOWLEDGED = "acknowledged", _("Đang làm")
        DONE = "done", _("Đã làm xong")
        REFUSED = "refused", _("Đã từ chối")

    ACKNOWLEDGE_WORKING_DAYS: ClassVar[int] = 2
    DAYS: ClassVar[dict[str, int]] = {
        Kind.WITHDRAW: 15,
        Kind.RESTRICT: 15,
        Kind.OBJECT: 15,
        Kind.ACCESS: 10,
        Kind.CORRECT: 10,
        Kind.DELETE: 20,
    }
    OPEN: ClassVar[tuple[str, ...]] = (Status.RECEIVED, Status.ACKNOWLEDGED)

    workflow: ClassVar[Workflow] = Workflow(
        subject="datarequest",
        denied="Tài khoản này không giải quyết được yêu cầu này.",
        wrong_state="Yêu cầu này đã giải quyết xong.",
        related=("commune", "member__hamlet"),
    )

    commune = required_key(Commune, _("xã, phường"), "data_requests")
    hamlet = optional_key(Hamlet, _("ấp, khu phố"), "data_requests")
    member = models.ForeignKey(
        Member, models.SET_NULL, verbose_name=_("thành viên"), related_name="data_requests",
        null=True, blank=True,
        help_text=_("Để trống nếu chưa tìm thấy người này trong danh sách."),
    )  # fmt: skip
    kind = models.CharField(_("yêu cầu"), max_length=10, choices=Kind)
    person_name = CleanCharField(_("họ và tên người yêu cầu"), max_length=100)
    contact = CleanCharField(
        _("cách liên hệ để trả lời"), max_length=100,
        help_text=_("Số điện thoại hoặc địa chỉ. Không ghi số căn cước."),
    )  # fmt: skip
    channel = models.CharField(_("nhận qua"), max_length=10, choices=Channel, default=Channel.DESK)
    detail = models.TextField(_("nội dung yêu cầu"), max_length=1000, blank=True)
    received_at = models.DateTimeField(_("nhận lúc"), default=timezone.now)
    recorded_by = models.ForeignKey(
        User, models.PROTECT, verbose_name=_("người ghi"), related_name="+", editable=False,
        null=True,
    )  # fmt: skip
    acknowledge_by = models.DateField(_("hạn báo đã nhận"), editable=False)
    acknowledged_at = models.DateTimeField(_("báo đã nhận lúc"), null=True, editable=False)
    due_on = models.DateField(_("hạn làm xong"), editable=False)
    extension_reason = models.CharField(
        _("lý do gia hạn"), max_length=500, blank=True, editable=False
    )
    status = models.CharField(
        _("tình trạng"), max_length=12, choices=Status, default=Status.RECEIVED, editable=False
    )
    result = models.CharField(_("kết quả"), max_length=500, blank=True, editable=False)
    refusal_reason = models.CharField(
        _("lý do từ chối"), max_length=500, blank=True, editable=False
    )
    closed_at = models.DateTimeField(_("xong lúc"), null=True, editable=False)
    handled_by = models.ForeignKey(
        User, models.PROTECT, verbose_name=_("người xử lý"), related_name="+", null=True,
        editable=False,
    )  # fmt: skip

    objects = DataRequestQuerySet.as_manager()
    commune_lookup: ClassVar[str] = "commune"
    hamlet_lookup: ClassVar[str] = "hamlet"

    class Meta:
        verbose_name = _("yêu cầu về dữ liệu cá nhân")
        verbose_name_plural = _("yêu cầu về dữ liệu cá nhân")
        ordering = ["due_on", "pk"]
        permissions = [("settle_datarequest", "Giải quyết yêu cầu về dữ liệu cá nhân")]
        indexes = [
            # read by the work list of the home page
            models.Index(
                fields=["commune", "due_on"],
                condition=Q(status__in=["received", "acknowledged"]),
                name="datarequest_open",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(channel="zalo") | Q(recorded_by__isnull=False),
                name="datarequest_recorded_by_someone",
                violation_error_message=_("Hãy ghi ai đã nhận yêu cầu."),
            ),
            models.CheckConstraint(
                condition=~Q(person_name=""),
                name="datarequest_has_person",
                violation_error_message=_("Hãy ghi họ tên người yêu cầu."),
            ),
            models.CheckConstraint(
                condition=~Q(status="refused") | ~Q(refusal_reason=""),
                name="datarequest_refused_with_reason",
                violation_error_message=_("Hãy ghi lý do từ chối."),
            ),
            models.CheckConstraint(
                condition=Q(status__in=["received", "acknowledged"], closed_at=None)
                | Q(
                    status__in=["done", "refused"],
                    closed_at__isnull=False,
                    handled_by__isnull=False,
                ),
                name="datarequest_closed_by_someone",
                violation_error_message=_("Yêu cầu đã xong phải có người xử lý và ngày xong."),
            ),
            models.CheckConstraint(
                condition=Q(status="received", acknowledged_at=None)
                | (~Q(status="received") & Q(acknowledged_at__isnull=False)),
                name="datarequest_acknowledged_at",
                violation_error_message=_("Hãy ghi ngày báo đã nhận."),
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None) | Q(closed_at__gte=F("received_at")),
                name="datarequest_times_in_order",
                violation_error_message=_("Ngày xong phải sau ngày nhận."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} – {timezone.localtime(self.received_at):%d/%m/%Y}"

    @property
    def audit_label(self) -> str:
        """Readers of the audit trail need not know who asked."""
        return f"{self.get_kind_display()} số {self.pk}"

    @property
    def is_open(self) -> bool:
        return self.status in self.OPEN

    @property
    def next_due(self) -> date:
        """The day that comes first: saying that it came in, or having done it."""
        if self.status == self.Status.RECEIVED:
            return min(self.acknowledge_by, self.due_on)
        return self.due_on

    def extended_due(self) -> date:
        """The last day after the one extension: as many days again."""
        return self.due_on + timedelta(days=self.DAYS[self.kind])
