"""Editions of procedures, which only move forward, and their events."""

from datetime import date
from typing import ClassVar, Final

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.lookups import LessThanOrEqual
from django.utils.translation import gettext_lazy as _

from accounts.communes.querysets import SharedQuerySet
from accounts.text_fields import CleanCharField
from accounts.users.fields import user_field
from accounts.workflow.declaration import History, Workflow
from procedures.library.models import Procedure
from procedures.library.querysets import EditionQuerySet, is_in_force, verified_since
from procedures.library.wording import names_a_fee, word_count

MOST_WORDS: Final = 90
_WORDS = Func(
    Func(
        Func(F("short_answer"), function="btrim"), Value(r"\s+"), function="regexp_split_to_array"
    ),
    function="cardinality",
    output_field=models.IntegerField(),
)


class Edition(models.Model):
    """One edition of a procedure: draft → checked → published → superseded, no way back.

    Once checked its content does not change; an edit of a published one is a new edition. Verifying
    it again changes the dates alone.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", _("Bản nháp, cần rà soát")
        CHECKED = "checked", _("Đã rà soát, chờ công bố")
        PUBLISHED = "published", _("Đang dùng")
        SUPERSEDED = "superseded", _("Đã thay thế")

    class Confidence(models.TextChoices):
        HIGH = "high", _("Cao")
        FAIRLY_HIGH = "fairly_high", _("Khá cao")
        MEDIUM = "medium", _("Trung bình")
        LOW = "low", _("Thấp")

    TRANSITIONS: ClassVar[dict[str, set[str]]] = {
        Status.DRAFT: {Status.CHECKED, Status.SUPERSEDED},
        Status.CHECKED: {Status.PUBLISHED, Status.SUPERSEDED},
        Status.PUBLISHED: {Status.SUPERSEDED},
        Status.SUPERSEDED: set(),
    }
    workflow: ClassVar[Workflow] = Workflow(
        subject="procedure",
        denied="Tài khoản này không có quyền làm việc này với thư viện thủ tục.",
        missing="Không tìm thấy bản thủ tục này.",
        transitions=TRANSITIONS,
        no_transition=(
            "{row} đang ở bước “{state}”, không chuyển sang “{to}” được. Muốn sửa, hãy soạn bản "
            "mới."
        ),
        related=("procedure__area",),
        commune="",
        history=History(longest=300),
    )
    OPEN = (Status.DRAFT, Status.CHECKED)
    # What makes up the content, beside the parts that hang on the edition.
    CONTENT = (
        "who", "in_person", "where", "when", "how", "online", "result", "forms", "short_answer",
        "link", "valid_from", "valid_to", "review_note",
    )  # fmt: skip

    procedure = models.ForeignKey(
        Procedure, models.PROTECT, verbose_name=_("thủ tục"), related_name="editions"
    )
    number = models.PositiveSmallIntegerField(_("bản số"), default=1)
    status = models.CharField(_("trạng thái"), max_length=10, choices=Status, default=Status.DRAFT)

    who = models.TextField(_("ai được làm"), blank=True)
    in_person = models.TextField(
        _("ai phải đến trực tiếp"), blank=True,
        help_text=_("Ghi rõ ai làm thay được, ai bắt buộc có mặt."),
    )  # fmt: skip
    where = models.TextField(_("nơi làm"), blank=True)
    when = models.TextField(
        _("khi nào phải làm"), blank=True, help_text=_("Ví dụ: trong 30 ngày kể từ ngày đến ở.")
    )
    how = models.TextField(_("cách làm"), blank=True)
    online = models.TextField(_("làm trực tuyến"), blank=True)
    result = models.TextField(_("kết quả nhận được"), blank=True)
    forms = ArrayField(
        models.CharField(max_length=20), verbose_name=_("mã biểu mẫu"), default=list, blank=True,
        help_text=_("Cách nhau bằng dấu phẩy. Ví dụ: CT01, CT02."),
    )  # fmt: skip
    short_answer = models.TextField(
        _("câu trả lời ngắn"), blank=True,
        help_text=_("Tối đa 90 chữ, cho người lớn tuổi đọc. Không ghi lệ phí vào đây."),
    )  # fmt: skip
    link = models.URLField(_("trang chính thức"), max_length=300, blank=True)
    valid_from = models.DateField(_("áp dụng từ ngày"), null=True, blank=True)
    valid_to = models.DateField(_("áp dụng đến hết ngày"), null=True, blank=True)

    confidence = models.CharField(
        _("độ tin cậy"), max_length=11, choices=Confidence, default=Confidence.LOW
    )
    review_note = models.TextField(
        _("điều cần rà soát"), blank=True, help_text=_("Chỉ cán bộ thấy.")
    )
    verified_on = models.DateField(_("kiểm chứng ngày"), null=True, blank=True)
    verified_by = user_field(_("người kiểm chứng"))
    verified_with = CleanCharField(
        _("kiểm chứng bằng"), max_length=200, blank=True,
        help_text=_("Trang, văn bản hoặc cơ quan đã hỏi."),
    )  # fmt: skip
    next_review_on = models.DateField(_("rà soát lại ngày"), null=True, blank=True)
    reopened_at = models.DateTimeField(_("mở lại lúc"), null=True, blank=True, editable=False)
    reopened_because = CleanCharField(_("mở lại vì"), max_length=250, blank=True, editable=False)

    drafted_by = user_field(_("người soạn"))
    created_at = models.DateTimeField(_("soạn lúc"), auto_now_add=True)
    checked_by = user_field(_("người rà soát"))
    checked_at = models.DateTimeField(_("rà soát lúc"), null=True, blank=True)
    published_by = user_field(_("người công bố"))
    published_at = models.DateTimeField(_("công bố lúc"), null=True, blank=True)
    is_published_alone = models.BooleanField(
        _("người soạn tự công bố"), default=False, editable=False,
        help_text=_("Khi xã chỉ có một người được công bố."),
    )  # fmt: skip
    superseded_at = models.DateTimeField(_("thay thế lúc"), null=True, blank=True)
    # The digest of the data file that this edition came from, blank where a person wrote it.
    source_digest = models.CharField(
        _("dấu của tệp có sẵn"), max_length=64, blank=True, editable=False
    )

    objects = EditionQuerySet.as_manager()

    class Meta:
        verbose_name = _("bản thủ tục")
        verbose_name_plural = _("bản thủ tục")
        ordering = ["procedure", "-number"]
        permissions = [
            ("check_edition", "Xác nhận đã rà soát bản thủ tục"),
            ("publish_edition", "Công bố, kiểm chứng bản thủ tục"),
            ("import_edition", "Nhập thư viện thủ tục từ tệp"),
            ("export_edition", "Xuất thư viện thủ tục ra tệp"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["procedure", "number"],
                name="edition_number_once",
                violation_error_message=_("Thủ tục vừa có bản này. Hãy mở lại rồi sửa."),
            ),
            models.UniqueConstraint(
                fields=["procedure"],
                condition=Q(status="published"),
                name="edition_one_published",
                violation_error_message=_("Thủ tục chỉ có một bản đang dùng."),
            ),
            models.UniqueConstraint(
                fields=["procedure"],
                condition=Q(status__in=["draft", "checked"]),
                name="edition_one_open",
                violation_error_message=_("Thủ tục đang có bản nháp. Hãy sửa bản đó."),
            ),
            models.CheckConstraint(
                condition=LessThanOrEqual(_WORDS, MOST_WORDS),
                name="edition_short_answer_is_short",
                violation_error_message=_("Câu trả lời ngắn tối đa 90 chữ."),
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["checked", "published"]) | Q(checked_at__isnull=False),
                name="edition_checked_has_time",
                violation_error_message=_("Bản đã rà soát phải ghi rà soát lúc nào."),
            ),
            models.CheckConstraint(
                condition=~Q(status="published")
                | (
                    Q(published_at__isnull=False, verified_on__isnull=False)
                    & ~Q(short_answer="")
                    & ~Q(link="")
                ),
                name="edition_published_is_complete",
                violation_error_message=_(
                    "Bản đang dùng phải có câu trả lời ngắn, trang chính thức và ngày kiểm chứng."
                ),
            ),
            models.CheckConstraint(
                condition=~Q(status="published") | Q(confidence__in=["high", "fairly_high"]),
                name="edition_published_is_sure",
                violation_error_message=_("Bản đang dùng phải có độ tin cậy cao hoặc khá cao."),
            ),
            models.CheckConstraint(
                condition=Q(published_by=None)
                | Q(drafted_by=None)
                | ~Q(published_by=F("drafted_by"))
                | Q(is_published_alone=True),
                name="edition_four_eyes",
                violation_error_message=_("Người soạn không tự công bố bản của mình."),
            ),
            models.CheckConstraint(
                condition=~Q(status="superseded") | Q(superseded_at__isnull=False),
                name="edition_superseded_has_time",
                violation_error_message=_("Bản đã thay thế phải ghi thay thế lúc nào."),
            ),
            models.CheckConstraint(
                condition=Q(valid_from=None) | Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                name="edition_ends_after_start",
                violation_error_message=_("Ngày hết áp dụng phải sau ngày bắt đầu."),
            ),
        ]
        indexes = [
            # read by every answer and by the public pages
            models.Index(
                fields=["procedure", "verified_on"],
                condition=Q(status="published"),
                name="edition_published",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.procedure}, bản {self.number}"

    @property
    def is_open(self) -> bool:
        return self.status in self.OPEN

    @property
    def words(self) -> int:
        """Words of the short answer."""
        return word_count(self.short_answer)

    def is_stale(self, today: date) -> bool:
        """Verified too long ago, or never; not sent by the machine."""
        return self.verified_on is None or self.verified_on < verified_since(today)

    def is_in_force(self, today: date) -> bool:
        return is_in_force(self, today)

    def clean(self) -> None:
        if self.words > MOST_WORDS:
            raise ValidationError(
                {
                    "short_answer": f"Câu trả lời ngắn có {self.words} chữ, tối đa {MOST_WORDS}. "
                    "Hãy bớt đi."
                }
            )
        if names_a_fee(self.short_answer):
            raise ValidationError(
                {
                    "short_answer": "Đừng ghi số tiền trong câu trả lời ngắn: lệ phí có ngày hết "
                    "hạn, ghi ở phần Lệ phí để máy tự thêm khi còn đúng."
                }
            )


class EditionEvent(models.Model):
    """A step of an edition; only ever added."""

    class Kind(models.TextChoices):
        LOADED = "loaded", _("Nạp từ dữ liệu có sẵn")
        IMPORTED = "imported", _("Nhập từ tệp")
        DRAFTED = "drafted", _("Soạn bản mới")
        EDITED = "edited", _("Sửa bản nháp")
        CHECKED = "checked", _("Xác nhận đã rà soát")
        PUBLISHED = "published", _("Công bố")
        SUPERSEDED = "superseded", _("Thay thế")
        VERIFIED = "verified", _("Kiểm chứng lại")
        REOPENED = "reopened", _("Mở lại để rà soát")

    edition = models.ForeignKey(
        Edition, models.CASCADE, verbose_name=_("bản"), related_name="events"
    )
    kind = models.CharField(_("việc"), max_length=10, choices=Kind)
    by = user_field(_("người làm"))
    at = models.DateTimeField(_("lúc"), auto_now_add=True)
    note = CleanCharField(_("ghi chú"), max_length=300, blank=True)

    objects = SharedQuerySet.as_manager()

    class Meta:
        verbose_name = _("bước của bản thủ tục")
        verbose_name_plural = _("bước của bản thủ tục")
        ordering = ["edition", "pk"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.at:%d/%m/%Y}"
