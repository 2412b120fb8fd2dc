"""Safety checklists of Thông tư 124/2021: people tick, the portal never decides “đạt”."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.communes.querysets import CommuneScopedQuerySet
from accounts.models import User
from accounts.text_fields import CleanCharField
from accounts.workflow.declaration import Workflow
from groups.models import Hamlet
from groups.places.querysets import HamletScopedQuerySet
from oversight.abstract_models import OfCommune
from oversight.checklists.querysets import PartQuerySet
from oversight.periods import Period, commune_year, hamlet_year


class SafetyCriterion(OfCommune):
    """A criterion of a commune for a level and a year; opened lists copy it."""

    class Level(models.TextChoices):
        HAMLET = "hamlet", _("Ấp, khu phố")
        COMMUNE = "commune", _("Xã, phường")

    level = models.CharField(_("cấp xét"), max_length=8, choices=Level)
    year = models.PositiveSmallIntegerField(_("năm xét"))
    position = models.PositiveSmallIntegerField(_("thứ tự"), default=1)
    text = CleanCharField(_("tiêu chí"), max_length=400)
    source = CleanCharField(
        _("căn cứ"), max_length=120, default="Thông tư 124/2021/TT-BCA",
        help_text=_("Văn bản, điều, khoản."),
    )  # fmt: skip
    is_tick_only = models.BooleanField(
        _("chỉ đánh dấu"), default=False,
        help_text=_("Không cho ghi chú, kèm tài liệu: dùng cho việc về an ninh quốc gia."),
    )  # fmt: skip

    objects = CommuneScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("tiêu chí an toàn")
        verbose_name_plural = _("tiêu chí an toàn")
        ordering = ["-year", "level", "position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["commune", "level", "year", "text"],
                name="safetycriterion_once",
                violation_error_message=_("Tiêu chí này đã có trong bản của năm."),
            ),
        ]

    def __str__(self) -> str:
        return self.text


class SafetyChecklist(OfCommune):
    """Registration, ticks and decision of a hamlet (None: the commune) in a year.

    The recognition is copied from a document, with number and day.
    """

    workflow: ClassVar[Workflow] = Workflow(
        subject="checklist",
        denied="Tài khoản này chỉ xem bảng kiểm.",
        unseen="Tài khoản này không xem được bảng kiểm này.",
    )

    hamlet = models.ForeignKey(
        Hamlet, models.PROTECT, verbose_name=_("ấp, khu phố"), related_name="+",
        null=True, blank=True,
    )  # fmt: skip
    year = models.PositiveSmallIntegerField(_("năm xét"))
    registered_on = models.DateField(_("đăng ký ngày"), null=True, blank=True)
    registration_paper = CleanCharField(
        _("bản đăng ký số"), max_length=60, blank=True, help_text=_("Ví dụ: 03/ĐK-AĐ.")
    )
    is_recognised = models.BooleanField(_("được công nhận"), null=True, blank=True)
    decision_number = CleanCharField(_("số quyết định, văn bản"), max_length=60, blank=True)
    decided_on = models.DateField(_("ngày quyết định"), null=True, blank=True)
    recorded_by = models.ForeignKey(
        User, models.PROTECT, verbose_name=_("người ghi kết quả"), related_name="+",
        null=True, blank=True,
    )  # fmt: skip
    opened_at = models.DateTimeField(_("lập lúc"), default=timezone.now, editable=False)

    objects = HamletScopedQuerySet.as_manager()
    hamlet_lookup: ClassVar[str] = "hamlet"

    class Meta:
        verbose_name = _("bảng kiểm an toàn")
        verbose_name_plural = _("bảng kiểm an toàn")
        ordering = ["-year", "hamlet__code", "pk"]
        permissions = [("decide_safetychecklist", "Ghi quyết định công nhận an toàn")]
        constraints = [
            models.UniqueConstraint(
                fields=["hamlet", "year"],
                condition=Q(hamlet__isnull=False),
                name="safetychecklist_hamlet_year",
                violation_error_message=_("Ấp, khu phố đã có bảng kiểm của năm này."),
            ),
            models.UniqueConstraint(
                fields=["commune", "year"],
                condition=Q(hamlet=None),
                name="safetychecklist_commune_year",
                violation_error_message=_("Xã đã có bảng kiểm của năm này."),
            ),
            models.CheckConstraint(
                condition=Q(
                    is_recognised=None, decision_number="", decided_on=None, recorded_by=None
                )
                | Q(is_recognised__isnull=False, decided_on__isnull=False,
                    recorded_by__isnull=False) & ~Q(decision_number=""),
                name="safetychecklist_decision_is_whole",
                violation_error_message=_(
                    "Kết quả công nhận phải có số và ngày văn bản. Hãy ghi theo bản giấy."
                ),
            ),
            models.CheckConstraint(
                condition=Q(registered_on=None, registration_paper="")
                | Q(registered_on__isnull=False),
                name="safetychecklist_registration_has_day",
                violation_error_message=_("Hãy ghi ngày đăng ký."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"Bảng kiểm {self.place}, năm xét {self.year}"

    @property
    def place(self) -> str:
        return str(self.hamlet or self.commune)

    @property
    def level(self) -> str:
        levels = SafetyCriterion.Level
        return str(levels.COMMUNE if self.hamlet_id is None else levels.HAMLET)

    @property
    def window(self) -> Period:
        """Days under review: 1/11–31/10 for a hamlet, 16/11–15/11 for a commune."""
        return commune_year(self.year) if self.hamlet_id is None else hamlet_year(self.year)


class Ticked(models.Model):
    """A line answered by a person: answer, author, time."""

    class Answer(models.TextChoices):
        NONE = "", _("Chưa đánh dấu")
        YES = "yes", _("Có")
        NO = "no", _("Không")
        NOT_APPLICABLE = "not_applicable", _("Không áp dụng")

    position = models.PositiveSmallIntegerField(_("thứ tự"))
    text = models.CharField(_("nội dung"), max_length=400)
    answer = models.CharField(_("đánh dấu"), max_length=14, choices=Answer, blank=True)
    answered_by = models.ForeignKey(
        User, models.PROTECT, verbose_name=_("người đánh dấu"), related_name="+", null=True
    )
    answered_at = models.DateTimeField(_("đánh dấu lúc"), null=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.text


class ChecklistItem(Ticked):
    """A criterion copied when the list was opened, and its answer."""

    checklist = models.ForeignKey(
        SafetyChecklist, models.CASCADE, verbose_name=_("bảng kiểm"), related_name="items"
    )
    source = models.CharField(_("căn cứ"), max_length=120, blank=True)
    is_tick_only = models.BooleanField(_("chỉ đánh dấu"), default=False)
    note = CleanCharField(_("ghi chú"), max_length=300, blank=True)

    objects = PartQuerySet.as_manager()
    commune_lookup: ClassVar[str] = "checklist__commune"

    class Meta:
        verbose_name = _("dòng của bảng kiểm")
        verbose_name_plural = _("dòng của bảng kiểm")
        ordering = ["position", "pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["checklist", "text"],
                name="checklistitem_once",
                violation_error_message=_("Tiêu chí này đã có trong bảng kiểm."),
            ),
            models.CheckConstraint(
                condition=Q(answer="", answered_by=None, answered_at=None)
                | ~Q(answer="") & Q(answered_by__isnull=False, answered_at__isnull=False),
                name="checklistitem_answer_is_somebodys",
                violation_error_message=_("Đánh dấu phải có người đánh dấu và lúc đánh dấu."),
            ),
            models.CheckConstraint(
                condition=Q(is_tick_only=False) | Q(note=""),
                name="checklistitem_tick_only",
                violation_error_message=_(
                    "Dòng này chỉ đánh dấu, không ghi nội dung. Việc về an ninh quốc gia báo "
                    "theo đường riêng."
                ),
            ),
        ]


class Evidence(models.Model):
    """Evidence of a result: paper file, uploaded file or portal page, always with a day."""

    what = CleanCharField(_("tài liệu, việc"), max_length=200)
    on = models.DateField(_("ngày"))
    paper = CleanCharField(
        _("có ở hồ sơ giấy số"), max_length=60, blank=True, help_text=_("Ví dụ: 12/HS-ANTT.")
    )
    page = models.CharField(
        _("trang trong cổng"), max_length=200, blank=True,
        help_text=_("Chép địa chỉ trang trong cổng, từ /admin/ trở đi."),
    )  # fmt: skip
    file = models.FileField(
        _("tệp"), upload_to="evidence/%Y/%m/", blank=True,
        help_text=_("Word, PDF hoặc ảnh chụp. Không gửi văn bản có dấu mật."),
    )  # fmt: skip
    added_by = models.ForeignKey(User, models.PROTECT, verbose_name=_("ai thêm"), related_name="+")
    added_at = models.DateTimeField(_("thêm lúc"), default=timezone.now, editable=False)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.what}, ngày {self.on:%d/%m/%Y}"


class ChecklistEvidence(Evidence):
    """A document of a checklist or of one of its lines."""

    class Kind(models.TextChoices):
        REGISTRATION = "registration", _("Bản đăng ký, nghị quyết, kế hoạch")
        REQUEST = "request", _("Tờ trình")
        REPORT = "report", _("Báo cáo")
        MINUTES = "minutes", _("Biên bản họp xét")
        OTHER = "other", _("Tài liệu khác")

    checklist = models.ForeignKey(
        SafetyChecklist, models.CASCADE, verbose_name=_("bảng kiểm"), related_name="evidence"
    )
    item = models.ForeignKey(
        ChecklistItem, models.CASCADE, verbose_name=_("cho dòng"), related_name="evidence",
        null=True, blank=True,
    )  # fmt: skip
    kind = models.CharField(_("loại"), max_length=12, choices=Kind, default=Kind.OTHER)

    objects = PartQuerySet.as_manager()
    commune_lookup: ClassVar[str] = "checklist__commune"

    class Meta:
        verbose_name = _("tài liệu của bảng kiểm")
        verbose_name_plural = _("tài liệu của bảng kiểm")
        ordering = ["on", "pk"]
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=~Q(paper="", page="", file=""),
                name="checklistevidence_is_somewhere",
                violation_error_message=_(
                    "Hãy tải tệp lên, chép địa chỉ trang trong cổng, hoặc ghi số hồ sơ giấy."
                ),
            ),
        ]
