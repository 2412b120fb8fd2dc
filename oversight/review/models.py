"""Yearly reviews: frozen figures, assessments, a signature."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.workflow.declaration import Workflow
from groups.models import Hamlet, ZaloGroup
from groups.places.querysets import HamletScopedQuerySet
from oversight.abstract_models import OfCommune
from oversight.checklists.models import Evidence
from oversight.checklists.querysets import PartQuerySet
from oversight.periods import Period
from oversight.review.querysets import ReviewHamletQuerySet, YearlyReviewQuerySet
from oversight.summaries.models import PeriodSummary


class YearlyReview(OfCommune):
    """Review of a commune over a period, usually a year.

    preparing → frozen (on a signed summary, never recounted) → assessed → signed. An edit of the
    assessment returns it to frozen; the database refuses changes of a signed review.
    """

    class Status(models.TextChoices):
        PREPARING = "preparing", _("Đang chuẩn bị")
        FROZEN = "frozen", _("Đã chốt số liệu")
        ASSESSED = "assessed", _("Đã đánh giá, chờ ký")
        SIGNED = "signed", _("Đã ký")

    TRANSITIONS: ClassVar[dict[str, set[str]]] = {
        Status.PREPARING: {Status.FROZEN},
        Status.FROZEN: {Status.ASSESSED},
        Status.ASSESSED: {Status.FROZEN, Status.SIGNED},
        Status.SIGNED: set(),
    }

    workflow: ClassVar[Workflow] = Workflow(
        subject="review",
        denied="Tài khoản này không làm được bước này.",
        unseen="Tài khoản này không xem được tổng kết này.",
        missing="Bước này vừa có người làm, hoặc không phải việc của tài khoản này.",
        transitions=TRANSITIONS,
        no_transition="Tổng kết đang ở bước “{state}”, chưa chuyển sang “{to}” được.",
        in_state={Status.SIGNED: "Tổng kết đã ký nên không sửa được nữa."},
    )

    year = models.PositiveSmallIntegerField(_("năm tổng kết"))
    first = models.DateField(_("từ ngày"))
    last = models.DateField(_("đến ngày"))
    status = models.CharField(
        _("tình trạng"), max_length=10, choices=Status, default=Status.PREPARING
    )
    strengths = models.TextField(_("kết quả nổi bật, ưu điểm"), blank=True)
    shortcomings = models.TextField(_("tồn tại, hạn chế"), blank=True)
    causes = models.TextField(_("nguyên nhân"), blank=True)
    proposals = models.TextField(_("kiến nghị, phương hướng"), blank=True)
    summary = models.ForeignKey(
        PeriodSummary, models.PROTECT, verbose_name=_("số liệu đã chốt"), related_name="+",
        null=True, editable=False,
    )  # fmt: skip
    # Nominations at the moment of signing.
    nominations = models.JSONField(_("đề nghị khen thưởng"), default=list, editable=False)
    opened_by = models.ForeignKey(
        User, models.PROTECT, verbose_name=_("người mở"), related_name="+"
    )
    opened_at = models.DateTimeField(_("mở lúc"), default=timezone.now)
    frozen_by = models.ForeignKey(
        User, models.PROTECT, verbose_name=_("người chốt số liệu"), related_name="+", null=True
    )
    frozen_at = models.DateTimeField(_("chốt số liệu lúc"), null=True)
    written_by = models.ForeignKey(
        User, models.PROTECT, verbose_name=_("người viết đánh giá"), related_name="+", null=True
    )
    assessed_by = models.ForeignKey(
        User, models.PROTECT, verbose_name=_("người trình ký"), related_name="+", null=True
    )
    assessed_at = models.DateTimeField(_("trình ký lúc"), null=True)
    signed_by = models.ForeignKey(
        User, models.PROTECT, verbose_name=_("người ký"), related_name="+", null=True
    )
    signed_at = models.DateTimeField(_("ký lúc"), null=True)

    objects = YearlyReviewQuerySet.as_manager()

    class Meta:
        verbose_name = _("tổng kết năm")
        verbose_name_plural = _("tổng kết năm")
        ordering = ["-year", "-pk"]
        permissions = [("sign_yearlyreview", "Ký tổng kết năm")]
        constraints = [
            models.UniqueConstraint(
                fields=["commune", "first", "last"],
                name="yearlyreview_once",
                violation_error_message=_("Kỳ này đã mở tổng kết. Hãy mở bản đang có."),
            ),
            models.CheckConstraint(
                condition=Q(last__gte=F("first")),
                name="yearlyreview_days_in_order",
                violation_error_message=_("Ngày cuối không được trước ngày đầu."),
            ),
            models.CheckConstraint(
                condition=Q(status="preparing", frozen_by=None, frozen_at=None, summary=None)
                | ~Q(status="preparing")
                & Q(frozen_by__isnull=False, frozen_at__isnull=False, summary__isnull=False),
                name="yearlyreview_frozen_by_somebody",
                violation_error_message=_("Chốt số liệu phải có người chốt và lúc chốt."),
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["assessed", "signed"])
                | Q(assessed_by__isnull=False, assessed_at__isnull=False, written_by__isnull=False),
                name="yearlyreview_assessed_by_somebody",
                violation_error_message=_("Hãy viết đánh giá trước khi trình ký."),
            ),
            models.CheckConstraint(
                condition=Q(status="signed", signed_by__isnull=False, signed_at__isnull=False)
                | ~Q(status="signed") & Q(signed_by=None, signed_at=None),
                name="yearlyreview_signed_by_somebody",
                violation_error_message=_("Bản đã ký phải có người ký và lúc ký."),
            ),
            models.CheckConstraint(
                condition=Q(signed_by=None)
                | ~Q(signed_by=F("written_by")) & ~Q(signed_by=F("assessed_by")),
                name="yearlyreview_second_person",
                violation_error_message=_(
                    "Người viết, người trình không tự ký. Hãy để chỉ huy khác ký."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"Tổng kết {self.period.words}"

    @property
    def period(self) -> Period:
        return Period(self.first, self.last)

    @property
    def is_signed(self) -> bool:
        return self.status == self.Status.SIGNED


class ReviewHamlet(models.Model):
    """Part of a hamlet: frozen numbers and its own text.

    The numbers hold nothing on tips: the head of the hamlet reads them.
    """

    workflow: ClassVar[Workflow] = Workflow(
        subject="review",
        denied="Tài khoản này chỉ xem.",
        unseen="Tài khoản này không phụ trách ấp, khu phố này.",
        commune="review.commune",
    )

    review = models.ForeignKey(
        YearlyReview, models.CASCADE, verbose_name=_("tổng kết"), related_name="hamlets"
    )
    hamlet = models.ForeignKey(
        Hamlet, models.PROTECT, verbose_name=_("ấp, khu phố"), related_name="+"
    )
    figures = models.JSONField(_("số liệu đã chốt"), default=list, editable=False)
    text = models.TextField(
        _("ấp, khu phố tự đánh giá"), blank=True,
        help_text=_("Vài dòng: làm được gì, còn gì vướng, kiến nghị gì. Không ghi tên người dân."),
    )  # fmt: skip
    prepared_by = models.ForeignKey(
        User, models.PROTECT, verbose_name=_("người viết"), related_name="+", null=True
    )
    prepared_at = models.DateTimeField(_("viết lúc"), null=True)

    objects = ReviewHamletQuerySet.as_manager()
    commune_lookup: ClassVar[str] = "review__commune"
    hamlet_lookup: ClassVar[str] = "hamlet"

    class Meta:
        verbose_name = _("phần tổng kết của ấp, khu phố")
        verbose_name_plural = _("phần tổng kết của ấp, khu phố")
        ordering = ["-review__year", "hamlet__code", "pk"]
        default_permissions = ("view", "change")
        constraints = [
            models.UniqueConstraint(
                fields=["review", "hamlet"],
                name="reviewhamlet_once",
                violation_error_message=_("Ấp, khu phố đã có phần trong tổng kết này."),
            ),
            models.CheckConstraint(
                condition=Q(text="", prepared_by=None, prepared_at=None)
                | Q(prepared_by__isnull=False, prepared_at__isnull=False),
                name="reviewhamlet_text_is_somebodys",
                violation_error_message=_("Lời đánh giá phải có người viết."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.hamlet}, {self.review}"


class ReviewWriter(models.Model):
    """Author of a present text of a review, who may not sign it.

    `name` is the field of the commune, `part` the hamlet. Overwriting adds an author; emptying a
    text removes its authors.
    """

    review = models.ForeignKey(
        YearlyReview, models.CASCADE, verbose_name=_("tổng kết"), related_name="writers"
    )
    name = models.CharField(_("mục"), max_length=20, blank=True)
    part = models.ForeignKey(
        ReviewHamlet, models.CASCADE, verbose_name=_("phần của ấp, khu phố"),
        related_name="writers", null=True, blank=True,
    )  # fmt: skip
    user = models.ForeignKey(User, models.PROTECT, verbose_name=_("người viết"), related_name="+")

    objects = PartQuerySet.as_manager()
    commune_lookup: ClassVar[str] = "review__commune"

    class Meta:
        verbose_name = _("người viết tổng kết")
        verbose_name_plural = _("người viết tổng kết")
        ordering = ["pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["review", "name", "part", "user"],
                nulls_distinct=False,
                name="reviewwriter_once",
                violation_error_message=_("Người này đã có ở mục này."),
            ),
            models.CheckConstraint(
                condition=Q(part=None) & ~Q(name="") | Q(part__isnull=False, name=""),
                name="reviewwriter_of_one_text",
                violation_error_message=_("Ghi mục của xã hoặc phần của ấp, khu phố."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}, {self.review}"


class ReviewEvidence(Evidence):
    """Evidence of a result of a hamlet, a group or the commune."""

    review = models.ForeignKey(
        YearlyReview, models.CASCADE, verbose_name=_("tổng kết"), related_name="evidence"
    )
    hamlet = models.ForeignKey(
        Hamlet, models.PROTECT, verbose_name=_("ấp, khu phố"), related_name="+",
        null=True, blank=True,
    )  # fmt: skip
    group = models.ForeignKey(
        ZaloGroup, models.PROTECT, verbose_name=_("nhóm Zalo"), related_name="+",
        null=True, blank=True,
    )  # fmt: skip

    objects = HamletScopedQuerySet.as_manager()
    commune_lookup: ClassVar[str] = "review__commune"
    hamlet_lookup: ClassVar[str] = "hamlet"

    class Meta:
        verbose_name = _("minh chứng của tổng kết")
        verbose_name_plural = _("minh chứng của tổng kết")
        ordering = ["on", "pk"]
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=~Q(paper="", page="", file=""),
                name="reviewevidence_is_somewhere",
                violation_error_message=_(
                    "Hãy tải tệp lên, chép địa chỉ trang trong cổng, hoặc ghi số hồ sơ giấy."
                ),
            ),
        ]
