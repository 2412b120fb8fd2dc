"""Model of a tip: the facts known without its words."""

from typing import ClassVar
from uuid import uuid4

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Upper
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.encryption.services import blind_index
from accounts.models import Commune, User
from accounts.vault.fields import VaultTextField
from accounts.vault.rows import SealedRow
from accounts.workflow.declaration import History, Workflow
from groups.models import Hamlet, ZaloGroup
from reports.tips.querysets import TipPartQuerySet, TipReportQuerySet


def barred_as(user: int) -> str:
    """Return the keyed hash of an account that is barred from a tip of which one line is left."""
    return blind_index(str(user), purpose="tip.barred")


def _emptied(tip: "TipReport") -> str:
    """Return why a single line, or a tip emptied by rule, is not worked on; blank for others."""
    if tip.emptied_at is None:
        return ""
    return "Phản ánh này không còn nội dung nên không làm tiếp được."


class TipReport(SealedRow):
    """A report of a resident, as the police work on it.

    Words, places and notes are sealed; codes, kinds, states and times stand in clear so that lists
    and clocks can be read. `received_at` is the quarter of an hour in which it came, for every tip:
    finer times would find a caller, and times of some alone would tell who gave no name. Every tip
    has one Reporter, whether or not somebody gave a name.
    """

    class Status(models.TextChoices):
        NEW = "new", _("Mới")
        TRIAGED = "triaged", _("Đã phân loại")
        IN_PROGRESS = "in_progress", _("Đang xác minh")
        RESOLVED = "resolved", _("Đã có kết quả")
        TOLD = "told", _("Đã thông báo người báo tin")
        CLOSED = "closed", _("Đã đóng")

    class Kind(models.TextChoices):
        UNSORTED = "", _("Chưa phân loại")
        DENUNCIATION_OF_CRIME = "denunciation_of_crime", _("Tố giác về tội phạm (cá nhân báo)")
        CRIME_REPORT = "crime_report", _("Tin báo về tội phạm (cơ quan, tổ chức, báo chí)")
        FEEDBACK = "feedback", _("Kiến nghị, phản ánh")
        PROCEDURE_QUESTION = "procedure_question", _("Hỏi thủ tục")
        OUT_OF_SCOPE = "out_of_scope", _("Ngoài thẩm quyền")

    class Category(models.TextChoices):
        UNSORTED = "", _("Chưa phân loại")
        ANQG = "anqg", _("Liên quan an ninh quốc gia")
        TTATXH = "ttatxh", _("Trật tự, an toàn xã hội")
        TOI_PHAM = "toi-pham", _("Tội phạm")
        TE_NAN = "te-nan", _("Tệ nạn xã hội")
        VI_PHAM = "vi-pham", _("Hành vi vi phạm pháp luật khác")
        TAI_NAN = "tai-nan", _("Tai nạn")
        CHAY_NO = "chay-no", _("Cháy, nổ")
        MAU_THUAN = "mau-thuan", _("Mâu thuẫn trong nội bộ Nhân dân")
        TIN_GIA = "tin-gia", _("Tin giả, mạo danh")
        KHAC = "khac", _("Góp ý, hỏi đáp, khác")

    class Channel(models.TextChoices):
        OA_CHAT = "oa_chat", _("Nhắn riêng tới OA")
        WEB_FORM = "web_form", _("Trang phản ánh")
        PHONE = "phone", _("Điện thoại")
        DESK = "desk", _("Trực tiếp tại trụ sở")
        PAPER = "paper", _("Đơn, thư")
        GROUP = "group", _("Đọc thấy trong nhóm Zalo")
        HAMLET_HEAD = "hamlet_head", _("Trưởng ấp, khu phố chuyển")
        SELF_MANAGED_TEAM = "self_managed_team", _("Tổ an ninh tự quản chuyển")
        HAMLET_BOARD = "hamlet_board", _("Ban Điều hành ấp chuyển")

    class Exposure(models.TextChoices):
        PRIVATE = "private", _("Báo riêng")
        PUBLIC_IN_GROUP = "public_in_group", _("Đã lộ trong nhóm")

    class Urgency(models.TextChoices):
        NORMAL = "normal", _("Thường")
        URGENT = "urgent", _("Gấp")
        EMERGENCY = "emergency", _("Khẩn cấp, đang xảy ra")

    class Disposition(models.TextChoices):
        NONE = "", "–"
        HANDLED_HERE = "handled_here", _("Đã xử lý tại xã")
        INVESTIGATING_AGENCY = "investigating_agency", _("Đã chuyển cơ quan điều tra")
        OTHER_AUTHORITY = "other_authority", _("Đã chuyển cơ quan khác")
        GUIDED = "guided", _("Đã hướng dẫn")
        DUPLICATE = "duplicate", _("Trùng với phản ánh khác")
        UNFOUNDED = "unfounded", _("Không có căn cứ")
        DIVERTED = "diverted", _("Đã hướng dẫn nộp đơn theo luật")
        HANDED_OVER = "handed_over", _("Đã nhận, đã bàn giao")

    class Measure(models.TextChoices):
        """The way in which a matter was dealt with; counted over a year.

        Chosen for what was handled here; of every other ending it follows from the disposition.
        """

        NONE = "", "–"
        RECONCILED = "reconciled", _("Hòa giải")
        REMINDED = "reminded", _("Nhắc nhở, cam kết")
        FINED = "fined", _("Xử phạt hành chính")
        FOUND = "found", _("Tìm thấy người, vật")
        RECOVERED = "recovered", _("Thu hồi, trả lại")
        PASSED_ON = "passed_on", _("Chuyển nơi có thẩm quyền")
        EXPLAINED = "explained", _("Hướng dẫn, giải thích")
        CHECKED = "checked", _("Xác minh, không có căn cứ")
        OTHER = "other", _("Khác")

    OPEN: ClassVar[tuple[str, ...]] = (
        Status.NEW, Status.TRIAGED, Status.IN_PROGRESS, Status.RESOLVED, Status.TOLD
    )  # fmt: skip
    WITH_OUTCOME: ClassVar[tuple[str, ...]] = (Status.RESOLVED, Status.TOLD, Status.CLOSED)
    # Not from whoever told it, but through somebody of the hamlet.
    PASSED_ON: ClassVar[tuple[Channel, ...]] = (
        Channel.HAMLET_HEAD, Channel.SELF_MANAGED_TEAM, Channel.HAMLET_BOARD
    )  # fmt: skip
    CRIME_KINDS: ClassVar[tuple[str, ...]] = (Kind.DENUNCIATION_OF_CRIME, Kind.CRIME_REPORT)
    # Tips that end as a single line: nothing of what was said is kept.
    EMPTY_ENDS: ClassVar[tuple[str, ...]] = (Disposition.DIVERTED, Disposition.HANDED_OVER)
    TRANSITIONS: ClassVar[dict[str, frozenset[str]]] = {
        Status.NEW: frozenset({Status.TRIAGED, Status.CLOSED}),
        Status.TRIAGED: frozenset({Status.IN_PROGRESS, Status.CLOSED}),
        Status.IN_PROGRESS: frozenset({Status.TRIAGED, Status.RESOLVED}),
        Status.RESOLVED: frozenset({Status.TOLD, Status.IN_PROGRESS}),
        Status.TOLD: frozenset({Status.CLOSED, Status.IN_PROGRESS}),
        Status.CLOSED: frozenset({Status.IN_PROGRESS}),
    }
    workflow: ClassVar[Workflow] = Workflow(
        subject="tip",
        denied="Tài khoản này không có quyền làm việc đó với phản ánh này.",
        transitions=TRANSITIONS,
        no_transition="Phản ánh đang ở trạng thái “{state}” nên không thể chuyển sang “{to}”.",
        ended=_emptied,
        related=("commune", "hamlet"),
        history=History(details="details"),
        audits_text=False,  # sealed
    )

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    commune = models.ForeignKey(
        Commune, models.PROTECT, verbose_name=_("xã, phường"), related_name="tips"
    )
    code = models.CharField(_("mã phản ánh"), max_length=20, editable=False)
    kind = models.CharField(_("loại tin"), max_length=24, choices=Kind, blank=True)
    category = models.CharField(_("lĩnh vực"), max_length=12, choices=Category, blank=True)
    channel = models.CharField(_("nhận qua"), max_length=20, choices=Channel)
    exposure = models.CharField(
        _("mức lộ"), max_length=16, choices=Exposure, default=Exposure.PRIVATE
    )
    hamlet = models.ForeignKey(
        Hamlet, models.PROTECT, verbose_name=_("ấp, khu phố"), related_name="tips",
        null=True, blank=True,
    )  # fmt: skip
    urgency = models.CharField(
        _("mức khẩn"), max_length=10, choices=Urgency, default=Urgency.NORMAL
    )
    is_grave = models.BooleanField(
        _("chuyển ngay cơ quan điều tra"), default=False,
        help_text=_(
            "Phạm tội quả tang, rất hoặc đặc biệt nghiêm trọng, dư luận quan tâm, hoặc người bị "
            "báo có thể bỏ trốn."
        ),
    )  # fmt: skip
    status = models.CharField(
        _("trạng thái"), max_length=12, choices=Status, default=Status.NEW, editable=False
    )
    disposition = models.CharField(
        _("kết quả"), max_length=20, choices=Disposition, blank=True, editable=False
    )
    measure = models.CharField(
        _("cách giải quyết"), max_length=12, choices=Measure, blank=True, editable=False
    )
    duplicate_of = models.ForeignKey(
        "self", models.PROTECT, verbose_name=_("trùng với"), related_name="duplicates",
        null=True, blank=True, editable=False,
    )  # fmt: skip

    summary = VaultTextField(_("tóm tắt sạch"), purpose="words", blank=True)
    place = VaultTextField(_("nơi xảy ra"), purpose="words", blank=True)
    occurred_words = VaultTextField(_("xảy ra khi nào"), purpose="words", blank=True)
    outcome = VaultTextField(_("kết quả xác minh"), purpose="words", blank=True)
    occurred_at = models.DateTimeField(_("xảy ra lúc"), null=True, blank=True)
    search_tokens = ArrayField(
        models.PositiveIntegerField(), default=list, blank=True, editable=False
    )

    owner = models.ForeignKey(
        User, models.PROTECT, verbose_name=_("người phụ trách"), related_name="owned_tips",
        null=True, blank=True, editable=False,
    )  # fmt: skip
    # The giver's own day for the owner; terms of the law run beside it.
    owner_due_on = models.DateField(_("xong trước hết ngày"), null=True, editable=False)
    recorded_by = models.ForeignKey(
        User, models.PROTECT, verbose_name=_("người ghi"), related_name="+",
        null=True, editable=False,
    )  # fmt: skip
    zalo_group = models.ForeignKey(
        ZaloGroup, models.PROTECT, verbose_name=_("thấy trong nhóm"), related_name="tips",
        null=True, blank=True,
    )  # fmt: skip
    relayed_through = VaultTextField(_("chuyển qua"), purpose="words", blank=True)
    relayed_at = models.DateTimeField(_("người chuyển nhận lúc"), null=True, blank=True)
    removal_asked_at = models.DateTimeField(_("đã nhắc gỡ tin lúc"), null=True, editable=False)
    removed_at = models.DateTimeField(_("tin đã gỡ lúc"), null=True, editable=False)

    received_at = models.DateTimeField(_("nhận lúc"), default=timezone.now)
    triaged_at = models.DateTimeField(_("phân loại lúc"), null=True, editable=False)
    assigned_at = models.DateTimeField(_("giao lúc"), null=True, editable=False)
    resolved_at = models.DateTimeField(_("có kết quả lúc"), null=True, editable=False)
    told_at = models.DateTimeField(_("thông báo lúc"), null=True, editable=False)
    closed_at = models.DateTimeField(_("đóng lúc"), null=True, editable=False)
    next_due_at = models.DateTimeField(_("hạn gần nhất"), null=True, editable=False)
    has_unread = models.BooleanField(_("có tin chưa đọc"), default=False, editable=False)
    is_held = models.BooleanField(_("giữ lại, chưa xóa theo hạn"), default=False, editable=False)
    emptied_at = models.DateTimeField(_("xóa nội dung lúc"), null=True, editable=False)
    # Of a single line: keyed hashes of the accounts that were shut out while it was a tip.
    barred = ArrayField(models.CharField(max_length=64), default=list, blank=True, editable=False)
    # Of the 20 digits that only the reporter has; empty where none was given out.
    receipt_hash = models.CharField(max_length=64, blank=True, editable=False)
    receipt_confirmed = models.BooleanField(default=False, editable=False)

    objects = TipReportQuerySet.as_manager()
    vault_counted: ClassVar[str] = "pk"
    commune_lookup: ClassVar[str] = "commune"
    hamlet_lookup: ClassVar[str] = "hamlet"

    class Meta:
        verbose_name = _("phản ánh")
        verbose_name_plural = _("phản ánh")
        ordering = ["-received_at", "-pk"]
        permissions = [
            ("view_all_tipreports", "Xem mọi phản ánh của xã"),
            ("stand_in_tipreport", "Xem phản ánh mà không ai trong xã được xem"),
            ("record_tipreport", "Ghi phản ánh qua điện thoại, tại trụ sở, từ nhóm"),
            ("relay_tipreport", "Chuyển phản ánh của người dân cho Công an"),
            ("triage_tipreport", "Phân loại phản ánh"),
            ("assign_tipreport", "Giao phản ánh"),
            ("work_tipreport", "Xác minh, trả lời phản ánh"),
            ("close_tipreport", "Kết luận, đóng phản ánh"),
            ("read_sealed_words", "Đọc lời gốc của người báo tin"),
            ("ask_identityopening", "Đề nghị mở danh tính người báo tin"),
            ("decide_identityopening", "Duyệt mở danh tính người báo tin"),
            ("print_register", "In sổ tiếp nhận phản ánh"),
            ("hold_tipreport", "Giữ phản ánh, không xóa theo hạn"),
        ]
        indexes = [
            # read by the queue and by “overdue”
            models.Index(fields=["commune", "status", "next_due_at"], name="tipreport_queue"),
            # read by the register, and by the list without a filter
            models.Index(fields=["commune", "-received_at"], name="tipreport_received"),
            # read by the figures: how long tips took that came to a result
            models.Index(
                fields=["commune", "resolved_at"],
                condition=Q(resolved_at__isnull=False),
                name="tipreport_resolved",
            ),
            # read by “my work”
            models.Index(
                fields=["owner", "next_due_at"],
                condition=~Q(status="closed"),
                name="tipreport_mine",
            ),
            # read by the round that tells of days of owners
            models.Index(
                fields=["owner_due_on"],
                condition=Q(owner_due_on__isnull=False),
                name="tipreport_owner_due",
            ),
            # read by search and by the look for duplicates; few tips a day come in, so what is new
            # is put in its place at once: a list of pending entries would be read by each search
            GinIndex(fields=["search_tokens"], name="tipreport_tokens", fastupdate=False),
            # read by search, for a part of the code
            GinIndex(
                OpClass(Upper("code"), "gin_trgm_ops"), name="tipreport_code_trgm", fastupdate=False
            ),
            # read wherever somebody sees tips, for single lines that bar the account
            GinIndex(fields=["barred"], name="tipreport_barred", fastupdate=False),
            # read by the list of those with new words
            models.Index(fields=["commune"], condition=Q(has_unread=True), name="tipreport_unread"),
            # read by the tab of closed ones
            models.Index(
                fields=["commune", "-closed_at", "-id"],
                condition=Q(status="closed"),
                name="tipreport_closed",
            ),
            # read by the retention rules
            models.Index(
                fields=["closed_at"], condition=Q(status="closed"), name="tipreport_ended"
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["commune", "code"],
                name="tipreport_code_once",
                violation_error_message=_("Mã phản ánh này đã có."),
            ),
            models.UniqueConstraint(
                fields=["receipt_hash"],
                condition=~Q(receipt_hash=""),
                name="tipreport_receipt_once",
                violation_error_message=_("Mã biên nhận này đã dùng."),
            ),
            models.CheckConstraint(
                condition=Q(status__in=["resolved", "told", "closed"])
                & ~Q(disposition="")
                | Q(status__in=["new", "triaged", "in_progress"]) & Q(disposition=""),
                name="tipreport_end_has_outcome",
                violation_error_message=_("Phản ánh có kết quả phải ghi kết quả gì."),
            ),
            models.CheckConstraint(
                condition=Q(disposition="duplicate", duplicate_of__isnull=False)
                | ~Q(disposition="duplicate") & Q(duplicate_of=None),
                name="tipreport_duplicate_of_one",
                violation_error_message=_("Phản ánh trùng phải chỉ ra phản ánh chính."),
            ),
            models.CheckConstraint(
                condition=Q(duplicate_of=None) | ~Q(duplicate_of=F("pk")),
                name="tipreport_not_its_own_duplicate",
                violation_error_message=_("Một phản ánh không trùng với chính nó."),
            ),
            models.CheckConstraint(
                condition=(Q(status="closed") & Q(closed_at__isnull=False))
                | (~Q(status="closed") & Q(closed_at=None)),
                name="tipreport_closed_has_time",
                violation_error_message=_("Phản ánh đã đóng phải có giờ đóng."),
            ),
            models.CheckConstraint(
                condition=~Q(status="in_progress") | Q(owner__isnull=False),
                name="tipreport_work_has_owner",
                violation_error_message=_("Phản ánh đang xác minh phải có người phụ trách."),
            ),
            models.CheckConstraint(
                condition=Q(owner_due_on=None) | Q(owner__isnull=False),
                name="tipreport_day_has_owner",
                violation_error_message=_("Ngày phải xong là của người phụ trách."),
            ),
            models.CheckConstraint(
                condition=~Q(status="triaged") | (~Q(kind="") & ~Q(category="")),
                name="tipreport_triaged_has_kind",
                violation_error_message=_("Phân loại phải chọn loại tin và lĩnh vực."),
            ),
            models.CheckConstraint(
                condition=~Q(disposition__in=["diverted", "handed_over"])
                | Q(summary="", place="", occurred_words="", outcome="", relayed_through="",
                    emptied_at__isnull=False),
                name="tipreport_single_line_is_empty",
                violation_error_message=_("Phản ánh này chỉ được giữ một dòng, không nội dung."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.code

    @property
    def is_open(self) -> bool:
        return self.status in self.OPEN

    @property
    def is_crime(self) -> bool:
        """Whether the clocks of tips about crimes run."""
        return self.kind in self.CRIME_KINDS


class TipPart(SealedRow):
    """A row that belongs to a tip and is seen by who sees the tip."""

    objects = TipPartQuerySet.as_manager()
    vault_counted: ClassVar[str] = "tip_id"
    commune_lookup: ClassVar[str] = "tip__commune"

    class Meta:
        abstract = True
