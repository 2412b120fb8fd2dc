"""Schedules, the dates left out of them, and their queries."""

from datetime import datetime
from typing import Any, ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.communes.querysets import CommuneScopedQuerySet
from accounts.models import Commune, User
from accounts.users.fields import user_field
from accounts.workflow.declaration import Workflow
from broadcasts.posts.models import Broadcast


class ScheduleQuerySet(CommuneScopedQuerySet):
    def visible_to(self, user: Any) -> Self:
        """Schedules whose pattern this account may see."""
        rows = super().visible_to(user)
        if not user.has_perm("broadcasts.view_schedule") or rows.query.is_empty():
            return rows.none()
        patterns: Any = self.model._meta.get_field("pattern").related_model
        return rows.filter(pattern__in=patterns.objects.visible_to(user).values("pk"))

    def to_plan(self, now: datetime) -> Self:
        """Schedules whose occurrences must be looked at."""
        return self.filter(plan_due_at__lte=now)

    def alive(self) -> Self:
        """Schedules that may still post: not called off, not refused."""
        return self.exclude(pattern__status__in=["cancelled", "rejected"])


class ScheduleSkipQuerySet(CommuneScopedQuerySet):
    def visible_to(self, user: Any) -> Self:
        rows = super().visible_to(user)
        schedules: Any = self.model._meta.get_field("schedule").related_model
        return rows.filter(schedule__in=schedules.objects.visible_to(user).values("pk"))


LAST = -1


class Schedule(models.Model):
    """A post that comes again and again.

    What is said and to whom stands in `pattern`, a post of its own that never leaves: it is
    written, submitted and approved like any other, and its approval, which covers the rule too,
    carries over to each occurrence. Occurrences are posts with `schedule` and `occurrence_on`;
    `broadcasts.scheduling.materialise` makes them ahead of time.
    """

    class Freq(models.TextChoices):
        DAILY = "daily", _("Hằng ngày")
        WEEKLY = "weekly", _("Hằng tuần")
        MONTHLY_DAY = "monthly_day", _("Hằng tháng, vào một ngày")
        MONTHLY_WEEKDAY = "monthly_weekday", _("Hằng tháng, vào một thứ trong tuần")
        YEARLY = "yearly", _("Hằng năm")
        LUNAR = "lunar", _("Theo âm lịch: rằm, mùng một")

    class DayOff(models.TextChoices):
        SEND = "send", _("Vẫn đăng")
        SKIP = "skip", _("Bỏ lần đó")
        NEXT = "next", _("Lùi tới ngày làm việc kế tiếp")
        BEFORE = "before", _("Đăng sớm, vào ngày làm việc liền trước")

    class Weekday(models.IntegerChoices):
        MON = 0, _("Thứ Hai")
        TUE = 1, _("Thứ Ba")
        WED = 2, _("Thứ Tư")
        THU = 3, _("Thứ Năm")
        FRI = 4, _("Thứ Sáu")
        SAT = 5, _("Thứ Bảy")
        SUN = 6, _("Chủ Nhật")

    class Week(models.IntegerChoices):
        FIRST = 1, _("đầu tiên")
        SECOND = 2, _("thứ hai")
        THIRD = 3, _("thứ ba")
        FOURTH = 4, _("thứ tư")
        LAST = LAST, _("cuối cùng")

    class LunarDay(models.IntegerChoices):
        FIRST = 1, _("Mùng một")
        FULL_MOON = 15, _("Rằm")

    workflow: ClassVar[Workflow] = Workflow(
        subject="schedule",
        denied="Tài khoản này không có quyền thay đổi lịch đăng này.",
        related=("pattern",),
    )

    commune = models.ForeignKey(
        Commune, models.PROTECT, verbose_name=_("xã, phường"), related_name="schedules"
    )
    pattern = models.OneToOneField(
        Broadcast, models.PROTECT, verbose_name=_("nội dung"), related_name="pattern_of"
    )
    freq = models.CharField(_("lặp lại"), max_length=16, choices=Freq, default=Freq.WEEKLY)
    interval = models.PositiveSmallIntegerField(
        _("cứ mỗi"), default=1, validators=[MinValueValidator(1), MaxValueValidator(60)]
    )
    weekdays = ArrayField(
        models.SmallIntegerField(choices=Weekday), verbose_name=_("vào thứ"), default=list,
        blank=True,
    )  # fmt: skip
    week = models.SmallIntegerField(_("tuần thứ"), choices=Week, null=True, blank=True)
    month_day = models.SmallIntegerField(_("vào ngày"), null=True, blank=True)
    month = models.PositiveSmallIntegerField(_("tháng"), null=True, blank=True)
    lunar_days = ArrayField(
        models.SmallIntegerField(choices=LunarDay), verbose_name=_("ngày âm lịch"), default=list,
        blank=True,
    )  # fmt: skip
    at = models.TimeField(_("lúc"))
    first_on = models.DateField(_("bắt đầu từ ngày"))
    last_on = models.DateField(_("đến hết ngày"), null=True, blank=True)
    times = models.PositiveSmallIntegerField(_("số lần"), null=True, blank=True)
    stop_before = models.DateField(_("không đăng từ ngày"), null=True, blank=True, editable=False)
    on_day_off = models.CharField(
        _("trúng ngày nghỉ lễ, Tết"), max_length=8, choices=DayOff, default=DayOff.NEXT
    )
    paused_at = models.DateTimeField(_("tạm dừng lúc"), null=True, blank=True)
    paused_by = user_field(_("người tạm dừng"))
    pause_reason = models.CharField(_("lý do tạm dừng"), max_length=300, blank=True)
    plan_due_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(_("lập lúc"), auto_now_add=True)

    objects = ScheduleQuerySet.as_manager()
    commune_lookup: ClassVar[str] = "commune"

    class Meta:
        verbose_name = _("lịch đăng")
        verbose_name_plural = _("lịch đăng")
        ordering = ["-created_at", "-pk"]
        indexes = [
            # read by the tick: which schedules must be looked at
            models.Index(
                fields=["plan_due_at"],
                condition=Q(plan_due_at__isnull=False),
                name="schedule_plan_due",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(interval__gte=1, interval__lte=60),
                name="schedule_interval_is_sane",
                violation_error_message=_("Khoảng cách giữa hai lần đăng phải từ 1 đến 60."),
            ),
            models.CheckConstraint(
                condition=Q(last_on=None) | Q(last_on__gte=F("first_on")),
                name="schedule_ends_after_it_begins",
                violation_error_message=_("Ngày kết thúc phải từ ngày bắt đầu trở đi."),
            ),
            models.CheckConstraint(
                condition=Q(last_on=None) | Q(times=None),
                name="schedule_ends_in_one_way",
                violation_error_message=_("Chỉ chọn một cách kết thúc: theo ngày, hoặc số lần."),
            ),
            models.CheckConstraint(
                condition=Q(times=None) | Q(times__gte=1),
                name="schedule_times_is_positive",
                violation_error_message=_("Số lần đăng phải từ 1 trở lên."),
            ),
            models.CheckConstraint(
                condition=(
                    Q(freq="daily")
                    | Q(freq="weekly") & ~Q(weekdays=[])
                    | Q(freq="monthly_day", month_day__isnull=False)
                    | Q(freq="monthly_weekday", week__isnull=False, weekdays__len=1)
                    | Q(freq="yearly", month__isnull=False, month_day__isnull=False)
                    | Q(freq="lunar") & ~Q(lunar_days=[])
                ),
                name="schedule_rule_is_complete",
                violation_error_message=_("Quy tắc lặp lại còn thiếu thứ, ngày hoặc tháng."),
            ),
            models.CheckConstraint(
                condition=(
                    Q(month_day=None) | Q(month_day=LAST) | Q(month_day__gte=1, month_day__lte=31)
                )
                & (Q(month=None) | Q(month__gte=1, month__lte=12)),
                name="schedule_day_and_month_exist",
                violation_error_message=_("Ngày phải từ 1 đến 31, tháng phải từ 1 đến 12."),
            ),
            models.CheckConstraint(
                condition=Q(paused_at=None) | Q(paused_by__isnull=False),
                name="schedule_pause_has_author",
                violation_error_message=_("Tạm dừng lịch phải có người thực hiện."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.pattern)

    @property
    def is_over(self) -> bool:
        """Whether it was ended or refused for good."""
        return self.pattern.status in {Broadcast.Status.CANCELLED, Broadcast.Status.REJECTED}

    @property
    def is_paused(self) -> bool:
        return self.paused_at is not None


class ScheduleSkip(models.Model):
    """A date on which a schedule does not post; delete the row to restore it."""

    schedule = models.ForeignKey(
        Schedule, models.CASCADE, verbose_name=_("lịch đăng"), related_name="skips",
        db_index=False,  # schedule_skip_once_per_day begins with it
    )  # fmt: skip
    on = models.DateField(_("ngày"))
    reason = models.CharField(_("lý do"), max_length=300)
    by = models.ForeignKey(User, models.PROTECT, verbose_name=_("người bỏ"), related_name="+")
    at = models.DateTimeField(_("lúc"), auto_now_add=True)

    objects = ScheduleSkipQuerySet.as_manager()
    commune_lookup: ClassVar[str] = "schedule__commune"

    class Meta:
        verbose_name = _("lần bỏ của lịch đăng")
        verbose_name_plural = _("lần bỏ của lịch đăng")
        ordering = ["on"]
        constraints = [
            models.UniqueConstraint(
                fields=["schedule", "on"],
                name="schedule_skip_once_per_day",
                violation_error_message=_("Lần này đã được bỏ rồi."),
            ),
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="schedule_skip_has_reason",
                violation_error_message=_("Bỏ một lần đăng phải ghi lý do."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.on:%d/%m/%Y}: {self.reason}"
