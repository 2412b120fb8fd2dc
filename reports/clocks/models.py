"""Models of clocks: rules of the law and the commune, and clocks that run for a tip."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Commune, User
from reports.clocks import rules
from reports.tips.models import TipPart, TipReport
from reports.tips.querysets import ClockRuleQuerySet, TipClockQuerySet


class ClockRule(models.Model):
    """The term of a stage, from a day on. Without a commune: the law, the same for all.

    A rule that was used is never edited: a new one with its own days takes its place. Empty
    `kinds` means every kind.
    """

    Stage, Unit, Start = rules.Stage, rules.Unit, rules.Start

    code = models.SlugField(_("mã"), max_length=40)
    commune = models.ForeignKey(
        Commune, models.CASCADE, verbose_name=_("xã, phường"), related_name="clock_rules",
        null=True, blank=True, help_text=_("Để trống: dùng chung."),
    )  # fmt: skip
    name = models.CharField(_("tên"), max_length=150)
    stage = models.CharField(_("bước"), max_length=12, choices=Stage)
    kinds = ArrayField(
        models.CharField(max_length=24), verbose_name=_("loại tin"), default=list, blank=True
    )
    # None: whether or not the tip is one of those.
    for_grave = models.BooleanField(_("tin phải chuyển ngay"), null=True, blank=True)
    for_remote = models.BooleanField(_("địa bàn vùng xa"), null=True, blank=True)
    amount = models.PositiveSmallIntegerField(_("thời hạn"))
    unit = models.CharField(_("đơn vị"), max_length=12, choices=Unit)
    starts_from = models.CharField(
        _("tính từ"), max_length=12, choices=Start, default=Start.RECEIVED
    )
    may_pause = models.BooleanField(_("được tạm dừng"), default=False)
    may_extend = models.BooleanField(_("được gia hạn một lần"), default=False)
    # Before the end: hours, or working days where the rule counts those (0: that morning).
    remind_before = ArrayField(
        models.PositiveSmallIntegerField(), verbose_name=_("nhắc trước"), default=list, blank=True
    )
    is_legal = models.BooleanField(_("do luật định"), default=True)
    legal_basis = models.CharField(_("căn cứ"), max_length=200, blank=True)
    note = models.CharField(_("ghi chú"), max_length=300, blank=True)
    valid_from = models.DateField(_("áp dụng từ ngày"))
    valid_to = models.DateField(_("đến hết ngày"), null=True, blank=True)

    objects = ClockRuleQuerySet.as_manager()
    commune_lookup: ClassVar[str] = "commune"

    class Meta:
        verbose_name = _("thời hạn")
        verbose_name_plural = _("thời hạn xử lý phản ánh")
        ordering = ["stage", "code", "-valid_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["commune", "code", "valid_from"],
                name="clockrule_once_a_day",
                nulls_distinct=False,
                violation_error_message=_("Thời hạn này đã có từ ngày đó."),
            ),
            models.CheckConstraint(
                condition=Q(amount__gte=1),
                name="clockrule_has_amount",
                violation_error_message=_("Thời hạn phải từ 1 trở lên."),
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                name="clockrule_ends_after_it_begins",
                violation_error_message=_("Ngày hết hiệu lực không được trước ngày bắt đầu."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class TipClock(TipPart):
    """One rule running for one tip: start, end, and whether it was met.

    What the end is reckoned from stands beside it, so that it can be reckoned anew when the
    calendar changes. All of it is `reports.clocks.states.Clock`.
    """

    class State(models.TextChoices):
        RUNNING = "running", _("Đang tính")
        PAUSED = "paused", _("Tạm dừng")
        MET = "met", _("Đúng hạn")
        MISSED = "missed", _("Trễ hạn")
        CANCELLED = "cancelled", _("Không còn áp dụng")

    tip = models.ForeignKey(
        TipReport, models.CASCADE, verbose_name=_("phản ánh"), related_name="clocks"
    )
    rule = models.ForeignKey(
        ClockRule, models.PROTECT, verbose_name=_("thời hạn"), related_name="+"
    )
    stage = models.CharField(_("bước"), max_length=12, choices=ClockRule.Stage)
    started_at = models.DateTimeField(_("tính từ"))
    due_at = models.DateTimeField(_("hạn"))
    stopped_at = models.DateTimeField(_("xong lúc"), null=True, blank=True)
    state = models.CharField(_("tình trạng"), max_length=10, choices=State, default=State.RUNNING)
    # Pauses as [from, to] in ISO, the one under way too: it names its end. Gaps: while closed.
    pauses = models.JSONField(default=list, editable=False)
    gaps = models.JSONField(default=list, editable=False)
    paused_at = models.DateTimeField(_("tạm dừng lúc"), null=True, blank=True)
    not_after = models.DateTimeField(null=True, editable=False)
    not_before = models.DateTimeField(null=True, editable=False)
    extension = models.PositiveSmallIntegerField(_("gia hạn thêm"), default=0)
    extended_by = models.ForeignKey(
        User, models.PROTECT, verbose_name=_("người gia hạn"), related_name="+", null=True
    )
    extension_asked = models.PositiveSmallIntegerField(_("xin gia hạn thêm"), null=True)
    extension_asked_by = models.ForeignKey(
        User, models.PROTECT, verbose_name=_("người xin gia hạn"), related_name="+", null=True
    )
    # A pause beyond a day waits for a second person; who asked stays beside who gave it.
    pause_asked_until = models.DateTimeField(_("xin tạm dừng đến"), null=True)
    pause_asked_by = models.ForeignKey(
        User, models.PROTECT, verbose_name=_("người xin tạm dừng"), related_name="+", null=True
    )
    pause_given_by = models.ForeignKey(
        User, models.PROTECT, verbose_name=_("người cho tạm dừng"), related_name="+", null=True
    )

    objects = TipClockQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        verbose_name = _("hạn của phản ánh")
        verbose_name_plural = _("hạn của phản ánh")
        ordering = ["due_at", "pk"]
        default_permissions = ()
        permissions = [("approve_extension", "Duyệt gia hạn, tạm dừng xử lý phản ánh")]
        indexes = [
            # read by “overdue”, by “due soon” and when the calendar changes
            models.Index(
                fields=["due_at"],
                condition=Q(state__in=["running", "paused"]),
                name="tipclock_open",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["tip", "rule"],
                condition=Q(state__in=["running", "paused"]),
                name="tipclock_one_a_rule",
                violation_error_message=_("Thời hạn này đang được tính cho phản ánh."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=["met", "missed"], stopped_at__isnull=False)
                | Q(state="cancelled")
                | Q(state__in=["running", "paused"], stopped_at=None),
                name="tipclock_end_has_time",
                violation_error_message=_("Hạn đã xong phải có giờ xong."),
            ),
            models.CheckConstraint(
                condition=Q(state="paused", paused_at__isnull=False)
                | (~Q(state="paused") & Q(paused_at=None)),
                name="tipclock_pause_has_time",
                violation_error_message=_("Hạn tạm dừng phải có giờ bắt đầu dừng."),
            ),
            models.CheckConstraint(
                condition=Q(extension=0, extended_by=None)
                | Q(extension__gte=1, extended_by__isnull=False),
                name="tipclock_extension_has_approver",
                violation_error_message=_("Gia hạn phải có người duyệt."),
            ),
            models.CheckConstraint(
                condition=Q(extended_by=None)
                | Q(extension_asked_by__isnull=False) & ~Q(extended_by=F("extension_asked_by")),
                name="tipclock_extension_by_two",
                violation_error_message=_("Người duyệt gia hạn phải khác người xin gia hạn."),
            ),
            models.CheckConstraint(
                condition=Q(pause_asked_until=None) | Q(pause_asked_by__isnull=False),
                name="tipclock_pause_has_asker",
                violation_error_message=_("Đề nghị tạm dừng phải có người xin."),
            ),
            models.CheckConstraint(
                condition=Q(pause_given_by=None)
                | Q(pause_asked_by__isnull=False) & ~Q(pause_given_by=F("pause_asked_by")),
                name="tipclock_pause_by_two",
                violation_error_message=_("Người cho tạm dừng phải khác người xin tạm dừng."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_stage_display()}, {self.tip}"
