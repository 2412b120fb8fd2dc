"""Summaries: the figures of a commune and period, signed by a body."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Commune, User
from accounts.papers.services import Issuer
from accounts.workflow.declaration import Workflow
from oversight.periods import Period, spoken_of
from oversight.summaries.querysets import PeriodSummaryQuerySet

ISSUERS = {
    Issuer.POLICE: _("Công an"),
    Issuer.COMMITTEE: _("Ủy ban nhân dân"),
    Issuer.PARTY: _("Đảng ủy"),
}


class PeriodSummary(models.Model):
    """All figures of a period with definitions, frozen as text with a digest.

    A draft can be recounted. The database refuses changes of a signed row. `paper` is the report
    under the letterhead of that day, `docx` and `xlsx` its files. A correction is another row that
    `supersedes` it; both stay readable.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", _("Dự thảo")
        SIGNED = "signed", _("Đã ký, chốt số liệu")

    workflow: ClassVar[Workflow] = Workflow(
        subject="summary",
        denied="Tài khoản này không lập, ký báo cáo của cơ quan này.",
        unseen="Tài khoản này không xem được báo cáo này.",
        related=("commune",),
    )

    commune = models.ForeignKey(
        Commune, models.PROTECT, verbose_name=_("xã, phường"), related_name="period_summaries"
    )
    issuer = models.CharField(
        _("cơ quan báo cáo"), max_length=20, choices=[(str(key), ISSUERS[key]) for key in Issuer]
    )
    first = models.DateField(_("từ ngày"))
    last = models.DateField(_("đến ngày"))
    status = models.CharField(
        _("trạng thái"), max_length=10, choices=Status.choices, default=Status.DRAFT
    )
    revision = models.PositiveIntegerField(_("dự thảo lần"), default=1)
    as_of = models.DateTimeField(_("số liệu tính đến"))
    content = models.TextField(_("số liệu"), editable=False)
    digest = models.CharField(_("sha256 của số liệu"), max_length=64, editable=False)
    drafted_by = models.ForeignKey(
        User, models.PROTECT, verbose_name=_("người lập"), null=True, blank=True, related_name="+"
    )
    drafted_at = models.DateTimeField(_("lập lúc"), auto_now_add=True)
    signed_by = models.ForeignKey(
        User, models.PROTECT, verbose_name=_("người ký"), null=True, blank=True, related_name="+"
    )
    signed_name = models.CharField(_("người ký (tên lúc đó)"), max_length=200, blank=True)
    signed_at = models.DateTimeField(_("ký lúc"), null=True, blank=True)
    paper = models.TextField(_("văn bản"), blank=True, editable=False)
    paper_digest = models.CharField(max_length=64, blank=True, editable=False)
    docx = models.BinaryField(_("tệp Word"), null=True, editable=False)
    docx_digest = models.CharField(_("sha256 của tệp Word"), max_length=64, blank=True)
    xlsx = models.BinaryField(_("bảng tính"), null=True, editable=False)
    xlsx_digest = models.CharField(_("sha256 của bảng tính"), max_length=64, blank=True)
    supersedes = models.OneToOneField(
        "self", models.PROTECT, verbose_name=_("thay bản"), null=True, blank=True,
        related_name="superseded_by",
    )  # fmt: skip
    reason = models.TextField(_("lý do thay"), blank=True)

    objects = PeriodSummaryQuerySet.as_manager()
    commune_lookup: ClassVar[str] = "commune"

    class Meta:
        verbose_name = _("báo cáo số liệu")
        verbose_name_plural = _("báo cáo số liệu")
        default_permissions = ("view",)
        permissions = [
            ("sign_police_summary", "Lập, ký báo cáo số liệu của Công an xã"),
            ("sign_committee_summary", "Lập, ký báo cáo số liệu của Ủy ban nhân dân"),
            ("sign_party_summary", "Lập, ký báo cáo số liệu của Đảng ủy"),
        ]
        ordering = ["-last", "-first", "issuer", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(first__lte=F("last")),
                name="period_summary_days_in_order",
                violation_error_message=_("Ngày cuối không được trước ngày đầu."),
            ),
            models.UniqueConstraint(
                fields=["commune", "issuer", "first", "last"],
                condition=Q(supersedes=None),
                name="period_summary_once",
                violation_error_message=_("Kỳ này đã có báo cáo của cơ quan này."),
            ),
            models.CheckConstraint(
                condition=Q(
                    status="signed", signed_by__isnull=False, signed_at__isnull=False,
                    docx__isnull=False,
                )
                & ~Q(signed_name="") & ~Q(paper="") & ~Q(paper_digest="") & ~Q(docx_digest="")
                | Q(
                    status="draft", signed_by=None, signed_at=None, signed_name="", paper="",
                    docx=None, xlsx=None,
                ),
                name="period_summary_signed_has_proof",
                violation_error_message=_(
                    "Báo cáo đã ký phải có người ký, lúc ký và văn bản; dự thảo thì chưa có."
                ),
            ),
            models.CheckConstraint(
                condition=Q(supersedes=None, reason="")
                | Q(supersedes__isnull=False) & ~Q(reason=""),
                name="period_summary_superseding_has_reason",
                violation_error_message=_("Báo cáo thay bản đã ký phải nêu lý do."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.get_issuer_display()}, {self.period.words}"

    @property
    def period(self) -> Period:
        return Period(self.first, self.last)

    @property
    def spoken_of(self) -> str:
        """The day or moment of which its figures speak."""
        return spoken_of(self.period, self.as_of)

    @property
    def is_signed(self) -> bool:
        return self.status == self.Status.SIGNED

    @property
    def is_for_outsiders(self) -> bool:
        """Whether its numbers of tips may be read outside the police."""
        return self.issuer != Issuer.POLICE
