"""Plans of the bodies of a commune, and their steps by hamlet."""

from typing import ClassVar

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.communes.querysets import CommuneScopedQuerySet
from accounts.models import User
from accounts.workflow.declaration import History, Workflow
from groups.models import Hamlet
from oversight.abstract_models import OfCommune
from oversight.direction.registers.models import Body, GuidingDocument
from oversight.plans.querysets import MilestoneQuerySet, PlanQuerySet

# Form of an address; `input_checks.page_of` decides which pages are accepted.
_own_page = RegexValidator(
    r"^/admin/[A-Za-z0-9/_?&=.-]*$",
    _("Chỉ nhận đường dẫn của trang này, bắt đầu bằng /admin/. Hãy chép từ thanh địa chỉ."),
)


class Plan(OfCommune):
    """Plan of a body. Signed on paper by its head; unchanged afterwards."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Dự thảo")
        ISSUED = "issued", _("Đã ban hành")
        CLOSED = "closed", _("Đã khép lại")

    TRANSITIONS: ClassVar[dict[str, frozenset[str]]] = {
        State.DRAFT: frozenset({State.ISSUED}),
        State.ISSUED: frozenset({State.CLOSED}),
        State.CLOSED: frozenset(),
    }

    workflow: ClassVar[Workflow] = Workflow(
        subject="plan",
        denied="Chỉ tài khoản của cơ quan ban hành mới làm được việc này với kế hoạch.",
        missing="Bước này vừa có người làm, hoặc không phải việc của tài khoản này.",
        state_field="state",
        transitions=TRANSITIONS,
        no_transition="{state} nên không làm được việc này.",
        wrong_state=(
            "Kế hoạch đã ban hành nên không sửa nội dung được. Hãy lập kế hoạch thay thế."
        ),
    )

    body = models.ForeignKey(
        Body, models.PROTECT, verbose_name=_("cơ quan ban hành"), related_name="plans"
    )
    subject = models.CharField(_("kế hoạch về việc"), max_length=200)
    starts_on = models.DateField(_("thực hiện từ ngày"))
    ends_on = models.DateField(_("đến hết ngày"))
    purposes = models.TextField(
        _("mục đích, yêu cầu"), max_length=5000, help_text=_("Mỗi ý một dòng.")
    )
    targets = models.TextField(
        _("chỉ tiêu"), max_length=3000, blank=True,
        help_text=_("Mỗi chỉ tiêu một dòng. Không ghi tên, số điện thoại của người dân."),
    )  # fmt: skip
    duties = models.TextField(
        _("tổ chức thực hiện"), max_length=5000, help_text=_("Ai làm gì, mỗi ý một dòng.")
    )
    bases = models.ManyToManyField(
        GuidingDocument, verbose_name=_("căn cứ"), related_name="plans", blank=True
    )
    state = models.CharField(
        _("tình trạng"), max_length=6, choices=State, default=State.DRAFT, editable=False
    )
    number = models.CharField(_("số, ký hiệu"), max_length=60, blank=True, editable=False)
    issued_on = models.DateField(_("ngày ban hành"), null=True, blank=True, editable=False)
    signed_by = models.CharField(_("người ký"), max_length=150, blank=True, editable=False)
    closed_on = models.DateField(_("ngày khép lại"), null=True, blank=True, editable=False)
    close_note = models.TextField(_("kết quả, lý do khép lại"), blank=True, editable=False)
    replaced_by = models.ForeignKey(
        "self", models.PROTECT, verbose_name=_("thay bằng kế hoạch"), related_name="replaces",
        null=True, blank=True, editable=False,
    )  # fmt: skip
    created_by = models.ForeignKey(
        User, models.PROTECT, verbose_name=_("người soạn"), related_name="+", editable=False
    )
    created_at = models.DateTimeField(_("soạn lúc"), auto_now_add=True)

    objects = PlanQuerySet.as_manager()

    class Meta:
        verbose_name = _("kế hoạch")
        verbose_name_plural = _("kế hoạch")
        ordering = ["-starts_on", "-pk"]
        permissions = [
            ("oversee_commune", "Xem chỉ đạo, kế hoạch, kiến nghị của mọi cơ quan trong xã"),
            ("act_for_police", "Lập kế hoạch, trả lời thay mặt Công an và tham mưu Ủy ban"),
            ("act_for_party", "Lập kế hoạch của Đảng ủy, ghi thay các tổ chức đảng"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="plan_days_in_order",
                violation_error_message=_("Ngày cuối phải từ ngày đầu trở đi."),
            ),
            models.CheckConstraint(
                condition=Q(state="draft", number="", issued_on=None, signed_by="")
                | ~Q(state="draft") & Q(issued_on__isnull=False) & ~Q(number="") & ~Q(signed_by=""),
                name="plan_issue_is_complete",
                violation_error_message=_(
                    "Kế hoạch ban hành phải có số, ngày và người ký; dự thảo thì chưa có."
                ),
            ),
            models.CheckConstraint(
                condition=Q(state="closed", closed_on__isnull=False) & ~Q(close_note="")
                | ~Q(state="closed") & Q(closed_on=None, close_note="", replaced_by=None),
                name="plan_closing_is_complete",
                violation_error_message=_("Kế hoạch khép lại phải có ngày và kết quả, lý do."),
            ),
            models.CheckConstraint(
                condition=Q(replaced_by=None) | ~Q(replaced_by=F("pk")),
                name="plan_replaced_by_another",
                violation_error_message=_("Kế hoạch không thể thay cho chính nó."),
            ),
        ]

    def __str__(self) -> str:
        return self.subject

    @property
    def years(self) -> str:
        """`2026`, or `2025–2030`."""
        first, last = self.starts_on.year, self.ends_on.year
        return str(first) if first == last else f"{first}–{last}"


class Milestone(models.Model):
    """Step of a plan: work, place, due day, responsible unit, state."""

    class State(models.TextChoices):
        PENDING = "pending", _("Chưa làm")
        DOING = "doing", _("Đang làm")
        DONE = "done", _("Đã xong")
        DROPPED = "dropped", _("Không làm")

    TRANSITIONS: ClassVar[dict[str, frozenset[str]]] = {
        State.PENDING: frozenset({State.DOING, State.DONE, State.DROPPED}),
        State.DOING: frozenset({State.DONE, State.DROPPED}),
        State.DONE: frozenset({State.DOING}),
        State.DROPPED: frozenset({State.DOING}),
    }

    workflow: ClassVar[Workflow] = Workflow(
        subject="milestone",
        denied="Chỉ cơ quan của kế hoạch và ấp, khu phố có việc này mới báo được.",
        missing="Bước này vừa có người làm, hoặc không phải việc của tài khoản này.",
        state_field="state",
        transitions=TRANSITIONS,
        no_transition="{state} nên không làm được việc này.",
        commune="plan.commune",
        history=History(rows="reports", text="text"),
        audits_text=False,
    )

    plan = models.ForeignKey(
        Plan, models.CASCADE, verbose_name=_("kế hoạch"), related_name="milestones"
    )
    what = models.CharField(_("việc"), max_length=300)
    hamlet = models.ForeignKey(
        Hamlet, models.PROTECT, verbose_name=_("ấp, khu phố"), related_name="+",
        null=True, blank=True, help_text=_("Để trống là việc của cả xã."),
    )  # fmt: skip
    due_on = models.DateField(
        _("hạn"), null=True, blank=True, help_text=_("Để trống là việc thường xuyên.")
    )
    responsible = models.CharField(
        _("chủ trì"), max_length=150, help_text=_("Đơn vị hoặc chức danh, ví dụ: Trưởng ấp.")
    )
    state = models.CharField(
        _("tình trạng"), max_length=7, choices=State, default=State.PENDING, editable=False
    )
    done_on = models.DateField(_("xong ngày"), null=True, blank=True, editable=False)
    drop_reason = models.TextField(_("lý do không làm"), blank=True, editable=False)
    evidence = models.TextField(_("kết quả, minh chứng"), blank=True, editable=False)
    evidence_link = models.CharField(
        _("trang minh chứng"), max_length=200, blank=True, editable=False, validators=[_own_page]
    )

    objects = MilestoneQuerySet.as_manager()
    commune_lookup: ClassVar[str] = "plan__commune"

    class Meta:
        verbose_name = _("việc trong kế hoạch")
        verbose_name_plural = _("việc trong kế hoạch")
        ordering = [F("due_on").asc(nulls_last=True), "pk"]
        indexes = [
            # read by the work lists
            models.Index(
                fields=["due_on"],
                condition=Q(state__in=("pending", "doing")),
                name="milestone_open",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="done", done_on__isnull=False)
                | ~Q(state="done") & Q(done_on=None),
                name="milestone_done_has_day",
                violation_error_message=_("Việc đã xong phải có ngày xong."),
            ),
            models.CheckConstraint(
                condition=Q(state="dropped") & ~Q(drop_reason="")
                | ~Q(state="dropped") & Q(drop_reason=""),
                name="milestone_dropped_has_reason",
                violation_error_message=_("Việc không làm phải có lý do."),
            ),
        ]

    def __str__(self) -> str:
        return self.what

    @property
    def place(self) -> str:
        return str(self.hamlet) if self.hamlet else "Toàn xã"

    @property
    def is_late(self) -> bool:
        """Whether it was done after the due day."""
        return None not in (self.done_on, self.due_on) and self.done_on > self.due_on  # type: ignore[operator]


class MilestoneReport(models.Model):
    """Report or decision on a step. Append-only."""

    class Kind(models.TextChoices):
        NOTE = "note", _("Báo tiến độ")
        DOING = "doing", _("Bắt đầu")
        DONE = "done", _("Báo xong")
        DROPPED = "dropped", _("Không làm")
        REOPENED = "reopened", _("Làm lại")

    milestone = models.ForeignKey(
        Milestone, models.CASCADE, verbose_name=_("việc"), related_name="reports"
    )
    kind = models.CharField(_("loại"), max_length=8, choices=Kind)
    text = models.TextField(_("nội dung"), blank=True)
    by = models.ForeignKey(User, models.PROTECT, verbose_name=_("người báo"), related_name="+")
    at = models.DateTimeField(_("lúc"))

    objects = CommuneScopedQuerySet.as_manager()
    commune_lookup: ClassVar[str] = "milestone__plan__commune"

    class Meta:
        verbose_name = _("báo cáo việc")
        verbose_name_plural = _("báo cáo việc")
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.milestone}"
