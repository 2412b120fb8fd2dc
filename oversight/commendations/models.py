"""Achievements, each rewarded once, commendations, and hashed links of informants to tips."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import MD5
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.communes.querysets import CommuneScopedQuerySet
from accounts.models import User
from accounts.text_fields import CleanCharField
from accounts.workflow.declaration import Workflow
from groups.models import Hamlet, Team, ZaloGroup
from oversight.abstract_models import OfCommune
from oversight.checklists.models import Ticked
from oversight.checklists.querysets import PartQuerySet
from oversight.commendations.querysets import AchievementQuerySet, CommendationQuerySet
from reports.tips.querysets import NobodysQuerySet


class CommendationForm(OfCommune):
    """A form of commendation and its giver: “Giấy khen”, “Chủ tịch UBND xã”."""

    name = CleanCharField(_("hình thức"), max_length=80, help_text=_("Ví dụ: Giấy khen."))
    given_by = CleanCharField(
        _("cấp khen"), max_length=120, help_text=_("Ví dụ: Chủ tịch UBND xã.")
    )
    position = models.PositiveSmallIntegerField(_("thứ tự"), default=1)
    is_offered = models.BooleanField(_("đang dùng"), default=True)

    objects = CommuneScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("hình thức khen thưởng")
        verbose_name_plural = _("hình thức khen thưởng")
        ordering = ["position", "name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["commune", "name", "given_by"],
                name="commendationform_once",
                violation_error_message=_("Hình thức này của cấp khen này đã có."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} của {self.given_by}"


WRITTEN = _(
    "Thành tích này đã ghi rồi. Hãy mở đề nghị đã có; muốn khen hình thức khác thì bấm “Đề nghị "
    "hình thức khác, đề nghị lại” ở đó."
)


class Achievement(OfCommune):
    """An achievement, nominated any number of times and rewarded once.

    Of an informant only a random token, a kind, a neutral sentence and the year are stored: no
    name, place, day or nominator.
    """

    class Subject(models.TextChoices):
        COLLECTIVE = "collective", _("Tập thể")
        INDIVIDUAL = "individual", _("Cá nhân")
        INFORMANT = "informant", _("Người báo tin (chỉ ghi mã)")

    class Kind(models.TextChoices):
        BUILDING = "building", _("Xây dựng, phát triển mô hình")
        PREVENTING = "preventing", _("Phòng ngừa tội phạm, tệ nạn")
        HELPING = "helping", _("Giúp lực lượng chức năng phát hiện, ngăn chặn vi phạm")
        RESCUING = "rescuing", _("Cứu người, cứu tài sản")
        RETURNING = "returning", _("Trả lại của rơi, tìm người lạc")
        OTHER = "other", _("Thành tích khác")

    subject_kind = models.CharField(_("khen ai"), max_length=10, choices=Subject)
    kind = models.CharField(_("loại thành tích"), max_length=10, choices=Kind)
    name = CleanCharField(
        _("tên tập thể, cá nhân"), max_length=150, blank=True,
        help_text=_("Không ghi tên người báo tin ở đây, kể cả khi người đó không ngại."),
    )  # fmt: skip
    place = CleanCharField(_("nơi công tác, cư trú"), max_length=150, blank=True)
    hamlet = models.ForeignKey(
        Hamlet, models.PROTECT, verbose_name=_("ấp, khu phố"), related_name="+",
        null=True, blank=True,
    )  # fmt: skip
    team = models.ForeignKey(
        Team, models.PROTECT, verbose_name=_("tổ nhân dân"), related_name="+",
        null=True, blank=True,
    )  # fmt: skip
    group = models.ForeignKey(
        ZaloGroup, models.PROTECT, verbose_name=_("nhóm Zalo"), related_name="+",
        null=True, blank=True,
    )  # fmt: skip
    token = models.CharField(_("mã người báo tin"), max_length=16, blank=True, editable=False)
    what = CleanCharField(_("thành tích"), max_length=500)
    where = CleanCharField(_("ở đâu"), max_length=150, blank=True)
    first_on = models.DateField(_("từ ngày"), null=True, blank=True)
    last_on = models.DateField(_("đến ngày"), null=True, blank=True)
    year = models.PositiveSmallIntegerField(_("năm"))

    objects = AchievementQuerySet.as_manager()
    hamlet_lookup: ClassVar[str] = "hamlet"

    class Meta:
        verbose_name = _("thành tích")
        verbose_name_plural = _("thành tích")
        ordering = ["-year", "pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["token"],
                condition=~Q(token=""),
                name="achievement_token_once",
                violation_error_message=_("Mã này đã dùng. Hãy làm lại để máy cấp mã khác."),
            ),
            models.UniqueConstraint(
                "commune", "subject_kind", "name", "place", MD5("what"), "where", "year", "hamlet",
                "team", "group", "first_on", "last_on",
                condition=~Q(subject_kind="informant"),
                nulls_distinct=False,
                name="achievement_written_once",
                violation_error_message=WRITTEN,
            ),
            models.CheckConstraint(
                condition=~Q(subject_kind="informant")
                | Q(
                    name="", place="", where="", hamlet=None, team=None, group=None,
                    first_on=None, last_on=None,
                ) & ~Q(token=""),
                name="achievement_informant_is_a_token",
                violation_error_message=_(
                    "Người báo tin chỉ ghi bằng mã: không tên, không nơi ở, không ngày."
                ),
            ),
            models.CheckConstraint(
                condition=Q(subject_kind="informant") | Q(token="") & ~Q(name=""),
                name="achievement_others_have_names",
                violation_error_message=_("Hãy ghi tên tập thể hoặc cá nhân."),
            ),
            models.CheckConstraint(
                condition=Q(first_on=None, last_on=None)
                | Q(first_on__isnull=False, last_on__isnull=False, last_on__gte=F("first_on")),
                name="achievement_days_in_order",
                violation_error_message=_("Hãy ghi đủ hai ngày; ngày cuối không trước ngày đầu."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.subject

    @property
    def is_informant(self) -> bool:
        return self.subject_kind == self.Subject.INFORMANT

    @property
    def subject(self) -> str:
        """Name for lists and documents."""
        return f"Người báo tin, mã {self.token}" if self.is_informant else self.name


class Commendation(OfCommune):
    """Nomination of an achievement for one form of commendation.

    nominated → checked (conditions answered) → voted → accepted → handed_over; may be declined
    until the decision.
    """

    class Status(models.TextChoices):
        NOMINATED = "nominated", _("Mới đề nghị")
        CHECKED = "checked", _("Đã xem điều kiện")
        VOTED = "voted", _("Hội đồng đã biểu quyết")
        ACCEPTED = "accepted", _("Đã có quyết định")
        HANDED_OVER = "handed_over", _("Đã trao")
        DECLINED = "declined", _("Không khen lần này")

    TRANSITIONS: ClassVar[dict[str, set[str]]] = {
        Status.NOMINATED: {Status.CHECKED, Status.DECLINED},
        Status.CHECKED: {Status.CHECKED, Status.VOTED, Status.DECLINED},
        Status.VOTED: {Status.ACCEPTED, Status.DECLINED},
        Status.ACCEPTED: {Status.HANDED_OVER},
        Status.HANDED_OVER: set(),
        Status.DECLINED: set(),
    }

    workflow: ClassVar[Workflow] = Workflow(
        subject="commendation",
        denied="Tài khoản này không làm được bước này.",
        unseen="Tài khoản này không xem được khen thưởng này.",
        transitions=TRANSITIONS,
        no_transition="Khen thưởng này đang ở bước “{state}”, chưa chuyển sang “{to}” được.",
        related=("achievement", "commune"),
    )

    achievement = models.ForeignKey(
        Achievement, models.PROTECT, verbose_name=_("thành tích"), related_name="commendations"
    )
    review = models.ForeignKey(
        "oversight.YearlyReview", models.PROTECT, verbose_name=_("tổng kết"),
        related_name="commendations", null=True, blank=True,
    )  # fmt: skip
    occasion = CleanCharField(
        _("dịp khen"), max_length=150, blank=True,
        help_text=_("Ví dụ: Ngày hội Toàn dân bảo vệ an ninh Tổ quốc 19/8."),
    )  # fmt: skip
    form = models.ForeignKey(
        CommendationForm, models.PROTECT, verbose_name=_("hình thức"), related_name="+"
    )
    status = models.CharField(
        _("tình trạng"), max_length=12, choices=Status, default=Status.NOMINATED
    )
    nominated_by = models.ForeignKey(
        User, models.PROTECT, verbose_name=_("người đề nghị"), related_name="+",
        null=True, blank=True,
    )  # fmt: skip
    # Blank for informants: the day of an opened identity would reveal the tip.
    nominated_on = models.DateField(
        _("đề nghị ngày"), default=timezone.localdate, null=True, blank=True
    )
    council = CleanCharField(
        _("hội đồng"), max_length=150, blank=True,
        help_text=_("Ví dụ: Hội đồng Thi đua - Khen thưởng xã."),
    )  # fmt: skip
    voted_on = models.DateField(_("biểu quyết ngày"), null=True, blank=True)
    votes_for = models.PositiveSmallIntegerField(_("đồng ý"), null=True, blank=True)
    votes_against = models.PositiveSmallIntegerField(_("không đồng ý"), null=True, blank=True)
    votes_other = models.PositiveSmallIntegerField(_("ý kiến khác"), null=True, blank=True)
    decision_number = CleanCharField(_("số quyết định"), max_length=60, blank=True)
    decided_on = models.DateField(_("ngày quyết định"), null=True, blank=True)
    handed_over_on = models.DateField(_("trao ngày"), null=True, blank=True)
    declined_because = CleanCharField(_("lý do không khen"), max_length=300, blank=True)
    is_public = models.BooleanField(_("công khai"), default=False)
    consent_on = models.DateField(
        _("người được khen đồng ý bằng văn bản ngày"), null=True, blank=True
    )
    consent_paper = CleanCharField(_("văn bản đồng ý số"), max_length=60, blank=True)

    objects = CommendationQuerySet.as_manager()
    hamlet_lookup: ClassVar[str] = "achievement__hamlet"

    class Meta:
        verbose_name = _("khen thưởng")
        verbose_name_plural = _("khen thưởng")
        ordering = ["-pk"]
        permissions = [
            ("settle_commendation", "Ghi biểu quyết, quyết định khen thưởng"),
            ("nominate_informant", "Đề nghị khen người báo tin bằng mã"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["achievement"],
                condition=Q(status__in=["accepted", "handed_over"]),
                name="commendation_achievement_once",
                violation_error_message=_(
                    "Thành tích này đã được khen. Mỗi thành tích chỉ khen một lần."
                ),
            ),
            models.UniqueConstraint(
                fields=["achievement", "form"],
                condition=~Q(status="declined"),
                name="commendation_form_once",
                violation_error_message=_("Thành tích này đã được đề nghị hình thức này."),
            ),
            models.CheckConstraint(
                condition=Q(review__isnull=False) | ~Q(occasion=""),
                name="commendation_has_occasion",
                violation_error_message=_("Hãy chọn kỳ tổng kết hoặc ghi dịp khen."),
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["voted", "accepted", "handed_over"])
                | Q(voted_on__isnull=False, votes_for__isnull=False,
                    votes_against__isnull=False, votes_other__isnull=False) & ~Q(council=""),
                name="commendation_voted_has_votes",
                violation_error_message=_("Hãy ghi hội đồng, ngày và số phiếu."),
            ),
            models.CheckConstraint(
                condition=Q(status__in=["accepted", "handed_over"], decided_on__isnull=False)
                & ~Q(decision_number="")
                | ~Q(status__in=["accepted", "handed_over"])
                & Q(decision_number="", decided_on=None),
                name="commendation_accepted_has_decision",
                violation_error_message=_("Đã khen thì phải có số và ngày quyết định."),
            ),
            models.CheckConstraint(
                condition=Q(status="handed_over", handed_over_on__isnull=False)
                | ~Q(status="handed_over") & Q(handed_over_on=None),
                name="commendation_handed_over_has_day",
                violation_error_message=_("Hãy ghi ngày trao."),
            ),
            models.CheckConstraint(
                condition=Q(status="declined") & ~Q(declined_because="")
                | ~Q(status="declined") & Q(declined_because=""),
                name="commendation_declined_has_reason",
                violation_error_message=_("Hãy ghi lý do không khen."),
            ),
            models.CheckConstraint(
                condition=Q(is_public=False) | Q(status__in=["accepted", "handed_over"]),
                name="commendation_public_once_decided",
                violation_error_message=_("Có quyết định rồi mới công khai được."),
            ),
            models.CheckConstraint(
                condition=Q(consent_on=None, consent_paper="")
                | Q(consent_on__isnull=False) & ~Q(consent_paper=""),
                name="commendation_consent_is_whole",
                violation_error_message=_("Văn bản đồng ý phải có cả ngày và số."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.achievement.subject}: {self.form}"

    @property
    def audit_label(self) -> str:
        """Label for the audit trail, without a name."""
        return f"Khen thưởng số {self.pk}"

    @property
    def said_occasion(self) -> str:
        return self.occasion or (str(self.review) if self.review else "")


class EligibilityAnswer(Ticked):
    """Answer of a person to a legal condition of a commendation."""

    commendation = models.ForeignKey(
        Commendation, models.CASCADE, verbose_name=_("khen thưởng"), related_name="conditions"
    )

    objects = PartQuerySet.as_manager()
    commune_lookup: ClassVar[str] = "commendation__commune"

    class Meta:
        verbose_name = _("điều kiện khen thưởng")
        verbose_name_plural = _("điều kiện khen thưởng")
        ordering = ["position", "pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["commendation", "position"],
                name="eligibilityanswer_once",
                violation_error_message=_("Điều kiện này đã có."),
            ),
            models.CheckConstraint(
                condition=Q(answer="", answered_by=None, answered_at=None)
                | ~Q(answer="") & Q(answered_by__isnull=False, answered_at__isnull=False),
                name="eligibilityanswer_is_somebodys",
                violation_error_message=_("Đánh dấu phải có người đánh dấu và lúc đánh dấu."),
            ),
        ]


class InformantLink(models.Model):
    """Link from an achievement to a tip, as a keyed hash of the tip.

    Never shown or searched. An account with the identity of the tip open computes the hash again
    and finds the token; nothing leads from the token to the tip.
    """

    achievement = models.OneToOneField(
        Achievement, models.CASCADE, verbose_name=_("thành tích"), related_name="link"
    )
    tip_index = models.CharField(max_length=64, unique=True, editable=False)

    objects = NobodysQuerySet.as_manager()
    commune_lookup: ClassVar[str] = "achievement__commune"

    class Meta:
        verbose_name = _("mối nối của mã")
        verbose_name_plural = _("mối nối của mã")
        default_permissions = ()

    def __str__(self) -> str:
        return "Mối nối của mã"


class ThankedMark(OfCommune):
    """Mark that the reporter of some tip was rewarded; remains after the link is removed.

    The primary key is a keyed hash of the tip: achievement, time and order are not stored. Deleted
    when the vault of the tip is emptied.
    """

    mark = models.CharField(max_length=64, primary_key=True, editable=False)

    objects = NobodysQuerySet.as_manager()

    class Meta:
        verbose_name = _("dấu đã khen")
        verbose_name_plural = _("dấu đã khen")
        default_permissions = ()

    def __str__(self) -> str:
        return "Dấu đã khen"
