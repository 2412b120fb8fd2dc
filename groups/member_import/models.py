"""Member lists on their way into the register: the file, its rows, and what became of each."""

from typing import Any, ClassVar
from uuid import uuid4

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.encryption.fields import EncryptedTextField
from accounts.key_fields import optional_key, required_key
from accounts.users.fields import user_field
from accounts.workflow.declaration import Workflow
from groups.member_import.reader.columns import Column
from groups.member_import.reader.zalo_facts import columns_of_groups
from groups.places.models import Hamlet, Officer
from groups.places.querysets import HamletScopedQuerySet
from groups.residents.consent.models import PAPER_BASES, ConsentNotice
from groups.residents.models import Member


class MemberImport(models.Model):
    """One list of one hamlet, from its upload to its undo.

    READING → PREVIEW (or FAILED) → COMMITTING → COMMITTED → UNDONE; PREVIEW → READING (mapped
    anew) or DISCARDED.
    """

    class State(models.TextChoices):
        READING = "reading", _("Đang đọc")
        PREVIEW = "preview", _("Chờ xem và nhập")
        COMMITTING = "committing", _("Đang nhập")
        COMMITTED = "committed", _("Đã nhập")
        FAILED = "failed", _("Không đọc được")
        DISCARDED = "discarded", _("Đã bỏ")
        UNDONE = "undone", _("Đã hoàn tác")

    workflow: ClassVar[Workflow] = Workflow(
        subject="import",
        denied="Tài khoản này không nhập được danh sách của ấp này.",
        unseen="Không có danh sách này trong địa bàn của bạn.",
        state_field="state",
        wrong_state="Danh sách đang ở tình trạng “{state}”, không làm được việc này.",
        related=("hamlet__commune",),
        commune="hamlet.commune",
    )

    hamlet = required_key(Hamlet, _("ấp, khu phố"), "member_imports")
    filename = models.CharField(_("tên tệp"), max_length=200)
    digest = models.CharField(_("dấu vân tay của tệp"), max_length=64, editable=False)
    state = models.CharField(_("tình trạng"), max_length=10, choices=State, default=State.READING)
    message = models.TextField(_("thông báo"), blank=True)
    mapping = models.JSONField(_("cột đã chọn"), default=dict, blank=True)
    header_rows = models.JSONField(_("dòng tiêu đề đã chọn"), default=dict, blank=True)
    # {"columns": {key of a column: group or 0}, "everyone": group or 0, "on": day}; {}: no answer.
    # "asked": what was answered at the upload (`place_planning.ANSWERS`)
    groups = models.JSONField(_("nhóm Zalo đã chọn"), default=dict, blank=True)
    counts = models.JSONField(_("số liệu"), default=dict, blank=True)
    # {"before": [households reached, households], "after": [...]} of the hamlet
    coverage = models.JSONField(_("độ phủ"), default=dict, blank=True)
    new_teams = models.JSONField(_("tổ lập mới"), default=dict, blank=True)
    rows_total = models.PositiveIntegerField(_("số dòng"), default=0)
    rows_done = models.PositiveIntegerField(_("đã nhập"), default=0)
    heartbeat_at = models.DateTimeField(_("còn chạy lúc"), null=True, blank=True)
    created_by = user_field(_("người tải lên"))
    created_at = models.DateTimeField(_("tải lên lúc"), default=timezone.now)
    read_at = models.DateTimeField(_("đọc xong lúc"), null=True, blank=True)
    # the paper that the officer stated for everybody of the list; no notice: none was stated
    consent_notice = optional_key(ConsentNotice, _("bản thông báo"))
    consent_basis = models.CharField(
        _("cách đồng ý"), max_length=10, choices=PAPER_BASES, blank=True
    )
    consent_given_on = models.DateField(_("đồng ý ngày"), null=True, blank=True)
    consent_collected_by = optional_key(Officer, _("người lấy ý kiến"))
    consent_evidence = models.CharField(_("giấy tờ lưu ở đâu"), max_length=200, blank=True)
    # only the people whom the list itself says to have signed
    consent_by_line = models.BooleanField(_("đồng ý theo cột"), default=False)
    committed_by = user_field(_("người nhập"))
    committed_at = models.DateTimeField(_("nhập xong lúc"), null=True, blank=True)
    undo_until = models.DateTimeField(_("hoàn tác được đến"), null=True, blank=True)
    undone_by = user_field(_("người hoàn tác"))
    undone_at = models.DateTimeField(_("hoàn tác lúc"), null=True, blank=True)

    objects = HamletScopedQuerySet.as_manager()
    hamlet_lookup: ClassVar[str] = "hamlet"

    class Meta:
        verbose_name = _("danh sách tải lên")
        verbose_name_plural = _("danh sách tải lên")
        ordering = ["-created_at", "-pk"]
        default_permissions = ("view",)
        indexes = [
            # read by the admin list, newest first
            models.Index(fields=["hamlet", "-created_at"], name="member_import_hamlet_created"),
            # read by the sweep
            models.Index(
                fields=["heartbeat_at"],
                name="member_import_at_work",
                condition=Q(state__in=["reading", "committing"]),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["hamlet"],
                condition=Q(state="committing"),
                name="member_import_one_at_a_time",
                violation_error_message=_("Ấp này đang nhập một danh sách khác. Hãy chờ xong đã."),
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["committed", "undone"])
                | Q(committed_at__isnull=False, undo_until__isnull=False),
                name="member_import_committed_has_date",
                violation_error_message=_("Danh sách đã nhập phải có ngày nhập."),
            ),
            models.CheckConstraint(
                condition=~Q(state="undone") | Q(undone_at__isnull=False),
                name="member_import_undone_has_date",
                violation_error_message=_("Danh sách đã hoàn tác phải có ngày hoàn tác."),
            ),
            models.CheckConstraint(
                condition=Q(consent_notice=None)
                | Q(
                    consent_basis__in=["list", "meeting", "form"],
                    consent_given_on__isnull=False,
                    consent_collected_by__isnull=False,
                ),
                name="member_import_consent_is_whole",
                violation_error_message=_("Hãy ghi cách đồng ý, ngày và người lấy ý kiến."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.filename} – {self.hamlet}"

    @property
    def audit_label(self) -> str:
        """A name of a file may name a person."""
        return f"Danh sách số {self.pk} – {self.hamlet}"

    @property
    def is_at_work(self) -> bool:
        """A worker reads it or writes it down."""
        return self.state in (self.State.READING, self.State.COMMITTING)

    @property
    def can_be_undone(self) -> bool:
        """It is in, and not for too long."""
        is_in_time = self.undo_until is not None and self.undo_until >= timezone.now()
        return self.state == self.State.COMMITTED and is_in_time

    @property
    def changes_nothing(self) -> bool:
        """Everybody of the list is known already, as the list says."""
        return bool(self.counts.get("same")) and not any(
            self.counts.get(lane) for lane in ("new", "changed", "doubtful", "refused")
        )

    def says_who_agreed(self) -> bool:
        """Whether a line says that its person signed."""
        return self.rows.filter(zalo__has_key="consent").exclude(lane="dropped").exists()

    @property
    def group_columns(self) -> dict[str, str]:
        """Key and heading of each column that says who is in a group."""
        found: dict[str, str] = {}
        for table in self.sheets:
            found |= columns_of_groups(Column(**column) for column in table["columns"])
        return found

    @property
    def sheets(self) -> list[dict[str, Any]]:
        """How the file was understood: sheet, header_row and columns of each table; empty once
        the file has been removed."""
        stored = MemberImportFile.objects.filter(batch=self).values_list("sheets", flat=True)
        return stored[0] if stored else []


class MemberImportFile(models.Model):
    """The file itself and how it was understood; removed 30 days after the commit."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    batch = models.OneToOneField(
        MemberImport, models.CASCADE, verbose_name=_("danh sách"), related_name="file"
    )
    content = EncryptedTextField(_("nội dung tệp"), help_text=_("Mã hóa, dạng base64."))
    sheets = models.JSONField(_("các bảng đã đọc"), default=list, blank=True)

    objects = HamletScopedQuerySet.as_manager()
    hamlet_lookup: ClassVar[str] = "batch__hamlet"

    class Meta:
        verbose_name = _("tệp danh sách")
        verbose_name_plural = _("tệp danh sách")
        default_permissions = ()

    def __str__(self) -> str:
        return f"Tệp của danh sách số {self.batch_id}"


class MemberImportRow(models.Model):
    """One line of a list: what it says, which lane it goes, and what it did to the register.

    Rows are written by COPY and read by set queries. `member` has no constraint in the database:
    a new person's id is taken from the sequence before the person exists. Nor has `batch`: rows are
    written under the lock of its row, and looking it up for each was an eighth of a preview.
    """

    class Lane(models.TextChoices):
        NEW = "new", _("Người mới")
        CHANGED = "changed", _("Có thay đổi")
        SAME = "same", _("Không đổi")
        DOUBTFUL = "doubtful", _("Nghi trùng")
        REFUSED = "refused", _("Không nhận")
        REPEATED = "repeated", _("Lặp trong tệp")
        DROPPED = "dropped", _("Dòng bỏ qua")
        OUTDATED = "outdated", _("Đã bị sửa trong lúc chờ")

    class Decision(models.TextChoices):
        NONE = "", _("Chưa quyết định")
        SAME = "same", _("Cùng một người")
        SEPARATE = "separate", _("Người khác")

    batch = models.ForeignKey(
        MemberImport, models.CASCADE, verbose_name=_("danh sách"), related_name="rows",
        db_index=False, db_constraint=False,
    )  # fmt: skip
    position = models.PositiveIntegerField(_("thứ tự"))
    sheet = models.CharField(_("trang tính"), max_length=100, blank=True)
    row = models.PositiveIntegerField(_("dòng trong tệp"))
    lane = models.CharField(_("nhóm"), max_length=8, choices=Lane)
    full_name = models.TextField(_("họ và tên"), blank=True)
    birth_year = models.PositiveSmallIntegerField(_("năm sinh"), null=True, blank=True)
    birth_date = models.DateField(_("ngày sinh"), null=True, blank=True)
    gender = models.CharField(_("giới tính"), max_length=6, choices=Member.Gender, blank=True)
    phone = models.CharField(_("số điện thoại"), max_length=16, blank=True)
    address = models.TextField(_("địa chỉ"), blank=True)
    team = models.TextField(_("tổ"), blank=True)
    team_id = models.BigIntegerField(_("số của tổ"), null=True, blank=True)
    household_code = models.TextField(_("mã hộ"), blank=True)
    is_representative = models.BooleanField(_("đại diện hộ"), null=True, blank=True)
    sort_key = models.TextField(editable=False, db_collation="C")
    search_text = models.TextField(editable=False)
    member = optional_key(
        Member, _("thành viên"), on_delete=models.DO_NOTHING, db_constraint=False, db_index=False
    )
    decision = models.CharField(
        _("quyết định"), max_length=8, choices=Decision, default=Decision.NONE, blank=True
    )
    # [{"field", "column", "code", "message", "is_error"}]; null where there is nothing to say
    problems = models.JSONField(_("việc cần xem"), null=True, blank=True)
    # {field: text as the file has it}, of rows with an error
    texts = models.JSONField(_("chữ trong tệp"), null=True, blank=True)
    # {field: [what the row said, what a person wrote instead]}
    edits = models.JSONField(_("đã sửa"), null=True, blank=True)
    # facts about Zalo as the row has them (`zalo_facts.ZaloFacts.as_json`)
    zalo = models.JSONField(_("chữ về Zalo"), null=True, blank=True)
    # [{"group", "state", "joined_on", "left_on"}] to be written, or [{"unclear": words}]
    places = models.JSONField(_("chỗ trong nhóm"), null=True, blank=True)
    proxy_id = models.BigIntegerField(_("số của người nhận tin thay"), null=True, blank=True)
    # memberships, spells and proxy of the person before and after the list was written
    places_old = models.JSONField(_("chỗ trong nhóm lúc trước"), null=True, blank=True)
    places_new = models.JSONField(_("chỗ trong nhóm lúc nhập xong"), null=True, blank=True)
    # [{"step", "code", "was"}]: the row before each bulk repair, so that one can be taken back
    repaired = models.JSONField(_("trước khi sửa loạt"), null=True, blank=True)
    # {"notice", "basis", "given_on", "collected_by", "evidence"}: a new paper of somebody who had
    # been erased, without which the row is held back
    consent = models.JSONField(_("lần đồng ý mới"), null=True, blank=True)
    # [{"member": id}] of the register, or [{"row": position, "member": id}] of the same list
    candidates = models.JSONField(_("người giống"), null=True, blank=True)
    # the register's whole row at the preview, of people that change
    old = models.JSONField(_("giá trị cũ"), null=True, blank=True)
    # {column of the register: what it becomes}, of people that change
    new = models.JSONField(_("giá trị mới"), null=True, blank=True)

    objects = HamletScopedQuerySet.as_manager()
    hamlet_lookup: ClassVar[str] = "batch__hamlet"

    class Meta:
        verbose_name = _("dòng của danh sách")
        verbose_name_plural = _("dòng của danh sách")
        ordering = ["batch", "position"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["batch", "position"],
                name="member_import_row_position",
                violation_error_message=_("Dòng này đã có trong danh sách."),
            ),
        ]

    def __str__(self) -> str:
        return f"Dòng {self.row} của danh sách số {self.batch_id}"


class MemberListMapping(models.Model):
    """The columns that people of a hamlet corrected once, for the next list of the hamlet."""

    hamlet = models.OneToOneField(
        Hamlet, models.PROTECT, verbose_name=_("ấp, khu phố"), related_name="list_mapping"
    )
    headings = models.JSONField(_("tiêu đề và nội dung cột"), default=dict)

    objects = HamletScopedQuerySet.as_manager()
    hamlet_lookup: ClassVar[str] = "hamlet"

    class Meta:
        verbose_name = _("cách đọc danh sách của ấp")
        verbose_name_plural = _("cách đọc danh sách của ấp")
        default_permissions = ()

    def __str__(self) -> str:
        return f"Cách đọc danh sách của {self.hamlet}"


class ErasureMark(models.Model):
    """That somebody of a hamlet was erased, for the lists that would bring them back.

    Nothing readable: a keyed hash of what a list would say (`erased_people.py`), sealed. Several
    stand for one `person`. A new agreement lifts them; after the last day they are deleted.
    """

    DAYS: ClassVar[int] = 730

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    hamlet = required_key(Hamlet, _("ấp, khu phố"))
    person = models.UUIDField(_("một người"), editable=False)
    mark = EncryptedTextField(_("dấu"), help_text=_("Mã hóa."))
    made_on = models.DateField(_("xóa ngày"))
    last_day = models.DateField(_("giữ đến hết ngày"), db_index=True)  # read by the nightly purge
    lifted_at = models.DateTimeField(_("đồng ý lại lúc"), null=True, blank=True)
    lifted_with = optional_key(
        MemberImport, _("danh sách"), on_delete=models.SET_NULL, editable=False
    )

    objects = HamletScopedQuerySet.as_manager()
    hamlet_lookup: ClassVar[str] = "hamlet"

    class Meta:
        verbose_name = _("dấu người đã xóa")
        verbose_name_plural = _("dấu người đã xóa")
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(last_day__gte=F("made_on")),
                name="erasure_mark_has_last_day",
                violation_error_message=_("Dấu phải có ngày cuối, sau ngày xóa."),
            ),
        ]

    def __str__(self) -> str:
        return f"Dấu số {self.pk}"


# The national id of a member, sealed; there only where the portal was told to keep it.


class NationalId(models.Model):
    """Beside the member and not in its row, so that nothing that reads members meets it."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    member = models.OneToOneField(
        Member, models.CASCADE, verbose_name=_("thành viên"), related_name="national_id"
    )
    number = EncryptedTextField(_("số căn cước"), help_text=_("Mã hóa."))
    # a keyed hash: equal numbers are found, none is readable
    number_index = models.CharField(max_length=64, db_index=True, editable=False)
    came_with = optional_key(
        MemberImport, _("danh sách"), on_delete=models.SET_NULL, editable=False
    )

    objects = HamletScopedQuerySet.as_manager()
    hamlet_lookup: ClassVar[str] = "member__hamlet"

    class Meta:
        verbose_name = _("số căn cước")
        verbose_name_plural = _("số căn cước")
        default_permissions = ()

    def __str__(self) -> str:
        return f"Số căn cước của thành viên số {self.member_id}"
