"""Frozen tip counts before suppression, and stored counts with their dirty marks."""

from datetime import date
from typing import Any, Self

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.communes.querysets import CommuneScopedQuerySet
from oversight.abstract_models import OfCommune


class PublishedQuerySet(CommuneScopedQuerySet):
    """Visible to readers of all tips of the commune, who could count them."""

    def visible_to(self, user: Any) -> Self:
        rows = super().visible_to(user)
        sees = user.has_perms(("reports.view_tipreport", "reports.view_all_tipreports"))
        return rows if sees else rows.none()


class Published(OfCommune):
    first: Any
    frozen_at = models.DateTimeField(_("chốt lúc"), auto_now_add=True)

    objects = PublishedQuerySet.as_manager()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.first:%m/%Y}"


class PublishedMonth(Published):
    """Number of tips of a month at its end. Never changed or deleted.

    A count before suppression: no page, list or file shows it.
    """

    first = models.DateField(_("ngày đầu tháng"))
    count = models.PositiveIntegerField(_("số phản ánh"))

    class Meta:
        verbose_name = _("số phản ánh đã chốt của tháng")
        verbose_name_plural = _("số phản ánh đã chốt của tháng")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["commune", "first"],
                name="published_month_once",
                violation_error_message=_("Số của tháng này đã chốt."),
            ),
            models.CheckConstraint(
                condition=models.Q(first__day=1),
                name="published_month_begins",
                violation_error_message=_("Tháng phải bắt đầu từ ngày 1."),
            ),
        ]


class PublishedQuarter(Published):
    """Months and breakdowns of a quarter at its end. Never changed.

    `counts`: `{"months": [3 numbers], "cohorts": {cohort: {row: number}}}`. A tip recorded after
    the end of its month is in the last month, so that the months add up.
    """

    first = models.DateField(_("ngày đầu quý"))
    counts = models.JSONField(_("số phản ánh"))

    class Meta:
        verbose_name = _("số phản ánh đã chốt của quý")
        verbose_name_plural = _("số phản ánh đã chốt của quý")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["commune", "first"],
                name="published_quarter_once",
                violation_error_message=_("Số của quý này đã chốt."),
            ),
            models.CheckConstraint(
                condition=models.Q(first__day=1, first__month__in=(1, 4, 7, 10)),
                name="published_quarter_begins",
                violation_error_message=_("Quý phải bắt đầu từ ngày 1 của tháng 1, 4, 7 hoặc 10."),
            ),
        ]


# Month of counts that belong to no day.
NO_MONTH = date(1970, 1, 1)


class Subject(models.TextChoices):
    """Subject of counts; the place is a commune, for coverage a hamlet."""

    TIPS = "tips", _("Phản ánh")
    POSTS = "posts", _("Bài đăng")
    QUESTIONS = "questions", _("Câu hỏi")
    COVERAGE = "coverage", _("Độ phủ")


class Slice(models.Model):
    """A subject, place and month."""

    subject = models.CharField(_("số liệu"), max_length=10, choices=Subject)
    place = models.BigIntegerField(_("nơi"))
    month = models.DateField(_("tháng"))

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.subject} {self.place} {self.month:%m/%Y}"


class FigureSlice(Slice):
    """Stored counts of a place and month. Neither a slice nor dirty: there are no rows.

    `good_until`: first moment at which they change without a write.
    """

    counts = models.JSONField(_("số đếm"))
    counted_at = models.DateTimeField(_("đếm lúc"))
    good_until = models.DateTimeField(_("đúng đến"), null=True)

    class Meta:
        verbose_name = _("số đếm theo tháng")
        verbose_name_plural = _("số đếm theo tháng")
        constraints = [
            models.UniqueConstraint(
                fields=["subject", "place", "month"],
                name="figureslice_once",
                violation_error_message=_("Tháng này của nơi này đã có số đếm."),
            ),
            models.CheckConstraint(
                condition=models.Q(month__day=1),
                name="figureslice_of_a_month",
                violation_error_message=_("Số đếm ghi theo ngày đầu tháng."),
            ),
        ]
        indexes = [
            # read by the task: slices past `good_until`
            models.Index(
                fields=["good_until"],
                condition=models.Q(good_until__isnull=False),
                name="figureslice_good_until",
            ),
        ]


class DirtySlice(Slice):
    """Mark of a slice to be counted again, written by database triggers (docs/decisions/0083).

    As many for a slice as statements wrote to it side by side: without a unique key, so that
    writers never wait for each other. Deleted in the transaction that recounts the slice; marks
    committed after its start, or held by an open write, stay.
    """

    at = models.DateTimeField(_("lúc"), db_default=Now())

    class Meta:
        verbose_name = _("số đếm cần đếm lại")
        verbose_name_plural = _("số đếm cần đếm lại")
        indexes = [
            # read by the pages: months of a place to count by row
            models.Index(fields=["place", "subject", "month"], name="dirtyslice_place"),
        ]
