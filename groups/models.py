"""The place and its people: hamlets, teams, officers, Zalo groups, members."""

from typing import Any, ClassVar

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Commune, User
from groups.capabilities import CAPABILITIES, Capabilities
from groups.fields import CleanCharField, FoldedTextField, PhoneField, SortKeyField
from groups.querysets import (
    HamletAssignmentQuerySet,
    HamletQuerySet,
    HamletScopedQuerySet,
    MemberQuerySet,
    MembershipQuerySet,
    OfficerQuerySet,
    ZaloGroupQuerySet,
)


class Hamlet(models.Model):
    """A hamlet (ấp, khu phố …) of a commune, valid between two dates."""

    class Kind(models.TextChoices):
        AP = "ap", _("Ấp")
        KHU_PHO = "khu_pho", _("Khu phố")
        THON = "thon", _("Thôn")
        TO_DAN_PHO = "to_dan_pho", _("Tổ dân phố")

    commune = models.ForeignKey(
        Commune, models.PROTECT, verbose_name=_("xã, phường"), related_name="hamlets"
    )
    name = CleanCharField(_("tên"), max_length=100, help_text=_("Ví dụ: 3, Bình Minh."))
    code = CleanCharField(_("mã"), max_length=20, help_text=_("Viết tắt, ví dụ AP03."))
    kind = models.CharField(_("loại"), max_length=12, choices=Kind, default=Kind.AP)
    households = models.PositiveIntegerField(_("số hộ"), default=0)
    is_remote = models.BooleanField(_("vùng sâu, vùng xa"), default=False)
    valid_from = models.DateField(_("có từ ngày"), null=True, blank=True)
    valid_to = models.DateField(_("đến hết ngày"), null=True, blank=True)
    predecessors = models.ManyToManyField(
        "self", verbose_name=_("hình thành từ"), symmetrical=False, blank=True,
        related_name="successors",
    )  # fmt: skip
    search_text = FoldedTextField(source="name")

    objects = HamletQuerySet.as_manager()
    commune_lookup: ClassVar[str] = "commune"
    hamlet_lookup: ClassVar[str] = "pk"

    class Meta:
        verbose_name = _("ấp, khu phố")
        verbose_name_plural = _("ấp, khu phố")
        ordering = ["commune", "code"]
        permissions = [
            ("view_all_hamlets", "Xem mọi ấp, khu phố của xã"),
            ("import_hamlet", "Nhập danh sách ấp từ tệp"),
            ("export_hamlet", "Xuất danh sách ấp ra tệp"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["commune", "code"],
                name="hamlet_code_unique",
                violation_error_message=_("Xã đã có ấp, khu phố mang mã này."),
            ),
            models.UniqueConstraint(
                fields=["commune", "kind", "name"],
                condition=Q(valid_to=None),
                name="hamlet_name_unique_while_valid",
                violation_error_message=_("Xã đang có ấp, khu phố trùng tên."),
            ),
            models.CheckConstraint(
                condition=Q(valid_from=None) | Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                name="hamlet_dates_in_order",
                violation_error_message=_("Ngày kết thúc phải sau ngày bắt đầu."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.name}"


class Team(models.Model):
    """A self-managed team (tổ nhân dân, tổ an ninh tự quản) of a hamlet."""

    hamlet = models.ForeignKey(
        Hamlet, models.PROTECT, verbose_name=_("ấp, khu phố"), related_name="teams"
    )
    name = CleanCharField(_("tên"), max_length=100, help_text=_("Ví dụ: Tổ 3."))
    households = models.PositiveIntegerField(_("số hộ"), default=0)

    objects = HamletScopedQuerySet.as_manager()
    commune_lookup: ClassVar[str] = "hamlet__commune"
    hamlet_lookup: ClassVar[str] = "hamlet"

    class Meta:
        verbose_name = _("tổ nhân dân")
        verbose_name_plural = _("tổ nhân dân")
        ordering = ["hamlet", "name"]
        permissions = [
            ("import_team", "Nhập danh sách tổ từ tệp"),
            ("export_team", "Xuất danh sách tổ ra tệp"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["hamlet", "name"],
                name="team_name_unique_in_hamlet",
                violation_error_message=_("Ấp đã có tổ trùng tên."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} – {self.hamlet}"


class Officer(models.Model):
    """A person with an office: police, hamlet head, duty officer. The account is optional."""

    commune = models.ForeignKey(
        Commune, models.PROTECT, verbose_name=_("xã, phường"), related_name="officers"
    )
    full_name = CleanCharField(_("họ và tên"), max_length=100)
    title = CleanCharField(
        _("chức vụ"), max_length=100, help_text=_("Ví dụ: Cán bộ phụ trách ấp, Trưởng ấp.")
    )
    phone = PhoneField(_("số điện thoại"), blank=True)
    user = models.OneToOneField(
        User, models.PROTECT, verbose_name=_("tài khoản"), related_name="officer",
        null=True, blank=True,
    )  # fmt: skip
    is_active = models.BooleanField(_("đang công tác"), default=True)
    sort_key = SortKeyField(source="full_name")
    search_text = FoldedTextField(source="full_name")

    objects = OfficerQuerySet.as_manager()
    commune_lookup: ClassVar[str] = "commune"

    class Meta:
        verbose_name = _("cán bộ")
        verbose_name_plural = _("cán bộ")
        ordering = ["sort_key"]
        permissions = [
            ("import_officer", "Nhập danh sách cán bộ từ tệp"),
            ("export_officer", "Xuất danh sách cán bộ ra tệp"),
        ]

    def __str__(self) -> str:
        return f"{self.full_name} ({self.title})" if self.title else self.full_name

    def hamlets_on(self, day: Any) -> models.QuerySet:
        """The hamlets that this officer covers on a day."""
        assignments = HamletAssignment.objects.on(day).filter(officer=self)
        return Hamlet.objects.filter(pk__in=assignments.values("hamlet"))


class HamletAssignment(models.Model):
    """Who covers which hamlet, from when to when, and whether as a stand-in."""

    officer = models.ForeignKey(
        Officer, models.PROTECT, verbose_name=_("cán bộ"), related_name="assignments"
    )
    hamlet = models.ForeignKey(
        Hamlet, models.PROTECT, verbose_name=_("ấp, khu phố"), related_name="assignments"
    )
    valid_from = models.DateField(_("từ ngày"))
    valid_to = models.DateField(_("đến hết ngày"), null=True, blank=True)
    is_cover = models.BooleanField(_("trực thay"), default=False)

    objects = HamletAssignmentQuerySet.as_manager()
    commune_lookup: ClassVar[str] = "hamlet__commune"
    hamlet_lookup: ClassVar[str] = "hamlet"

    class Meta:
        verbose_name = _("phân công địa bàn")
        verbose_name_plural = _("phân công địa bàn")
        ordering = ["hamlet", "-valid_from"]
        indexes = [
            # read by every scope query
            models.Index(fields=["officer", "hamlet"], name="assignment_officer_hamlet"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["officer", "hamlet", "valid_from"],
                name="assignment_once_per_start",
                violation_error_message=_("Cán bộ đã được phân công ấp này từ ngày đó."),
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                name="assignment_dates_in_order",
                violation_error_message=_("Ngày kết thúc phải sau ngày bắt đầu."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.officer.full_name} – {self.hamlet}"


class ZaloGroup(models.Model):
    """A Zalo chat group of a hamlet or of the commune; `kind` decides what can be done with it."""

    class Kind(models.TextChoices):
        OA = "oa", _("Nhóm của Zalo OA")
        ORDINARY = "ordinary", _("Nhóm thường")

    class Status(models.TextChoices):
        DRAFT = "draft", _("Mới lập")
        CONSULTING = "consulting", _("Đang lấy ý kiến")
        ACTIVE = "active", _("Đang hoạt động")
        PAUSED = "paused", _("Tạm dừng")
        CLOSED = "closed", _("Đã đóng")

    hamlet = models.ForeignKey(
        Hamlet, models.PROTECT, verbose_name=_("ấp, khu phố"), related_name="zalo_groups",
        null=True, blank=True,
    )  # fmt: skip
    commune = models.ForeignKey(
        Commune, models.PROTECT, verbose_name=_("xã, phường"), related_name="zalo_groups",
        null=True, blank=True, help_text=_("Chỉ chọn khi nhóm là của cả xã, không của một ấp."),
    )  # fmt: skip
    team = models.ForeignKey(
        Team, models.PROTECT, verbose_name=_("tổ nhân dân"), related_name="zalo_groups",
        null=True, blank=True,
    )  # fmt: skip
    name = CleanCharField(_("tên nhóm"), max_length=100)
    kind = models.CharField(_("loại nhóm"), max_length=10, choices=Kind, default=Kind.ORDINARY)
    zalo_group_id = models.CharField(
        _("mã nhóm trên Zalo"), max_length=64, blank=True,
        help_text=_("Chỉ nhóm của Zalo OA mới có mã."),
    )  # fmt: skip
    link = models.URLField(
        _("liên kết nhóm"), blank=True, help_text=_("Ví dụ: https://zalo.me/g/abcxyz123")
    )
    owner = models.ForeignKey(
        Officer, models.PROTECT, verbose_name=_("trưởng nhóm"), related_name="owned_groups",
        null=True, blank=True,
    )  # fmt: skip
    capacity = models.PositiveIntegerField(_("sức chứa"), default=1000)
    head_count = models.PositiveIntegerField(_("số người khai báo"), null=True, blank=True)
    head_count_on = models.DateField(_("khai báo ngày"), null=True, blank=True)
    asset_expires_on = models.DateField(_("gói nhóm hết hạn ngày"), null=True, blank=True)
    status = models.CharField(_("trạng thái"), max_length=12, choices=Status, default=Status.DRAFT)
    search_text = FoldedTextField(source="name")

    objects = ZaloGroupQuerySet.as_manager()

    class Meta:
        verbose_name = _("nhóm Zalo")
        verbose_name_plural = _("nhóm Zalo")
        ordering = ["name"]
        permissions = [
            ("override_activation", "Cho nhóm hoạt động khi chưa có quy chế"),
            ("import_zalogroup", "Nhập danh sách nhóm từ tệp"),
            ("export_zalogroup", "Xuất danh sách nhóm ra tệp"),
        ]
        indexes = [
            # read by fan-out: the active groups of a commune
            models.Index(fields=["hamlet", "status"], name="zalogroup_hamlet_status"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(hamlet=None, commune__isnull=False)
                | Q(hamlet__isnull=False, commune=None),
                name="zalogroup_hamlet_or_commune",
                violation_error_message=_("Nhóm phải thuộc một ấp, hoặc thuộc cả xã."),
            ),
            models.CheckConstraint(
                condition=Q(team=None) | Q(hamlet__isnull=False),
                name="zalogroup_team_needs_hamlet",
                violation_error_message=_("Nhóm của tổ phải thuộc một ấp."),
            ),
            models.CheckConstraint(
                condition=Q(kind="oa") | Q(zalo_group_id=""),
                name="zalogroup_ordinary_has_no_id",
                violation_error_message=_("Nhóm thường không có mã nhóm trên Zalo."),
            ),
            models.CheckConstraint(
                condition=~Q(kind="oa", status="active", zalo_group_id=""),
                name="zalogroup_active_oa_has_id",
                violation_error_message=_("Nhóm của Zalo OA phải có mã nhóm trước khi hoạt động."),
            ),
            models.UniqueConstraint(
                fields=["zalo_group_id"],
                condition=~Q(zalo_group_id=""),
                name="zalogroup_id_unique",
                violation_error_message=_("Mã nhóm này đã được dùng cho nhóm khác."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def capabilities(self) -> Capabilities:
        """What can be done with this group."""
        return CAPABILITIES[self.kind]

    @property
    def commune_owner_id(self) -> int:
        """The commune that this group reaches, through its hamlet or directly."""
        return self.hamlet.commune_id if self.hamlet_id else self.commune_id  # type: ignore[union-attr,return-value]


class Member(models.Model):
    """A resident who joined, or was invited, as a representative of a household."""

    class Gender(models.TextChoices):
        UNKNOWN = "", _("Chưa ghi")
        MALE = "male", _("Nam")
        FEMALE = "female", _("Nữ")

    class Consent(models.TextChoices):
        NONE = "none", _("Chưa có")
        LIST = "list", _("Ký vào danh sách")
        MEETING = "meeting", _("Đồng ý tại cuộc họp")
        FORM = "form", _("Phiếu đồng ý")

    class Status(models.TextChoices):
        ACTIVE = "active", _("Đang sinh sống")
        LEFT = "left", _("Đã chuyển đi")
        WITHDRAWN = "withdrawn", _("Đã rút đồng ý")

    hamlet = models.ForeignKey(
        Hamlet, models.PROTECT, verbose_name=_("ấp, khu phố"), related_name="members"
    )
    team = models.ForeignKey(
        Team, models.PROTECT, verbose_name=_("tổ nhân dân"), related_name="members",
        null=True, blank=True,
    )  # fmt: skip
    full_name = CleanCharField(_("họ và tên"), max_length=100)
    birth_year = models.PositiveSmallIntegerField(
        _("năm sinh"), null=True, blank=True,
        validators=[MinValueValidator(1900), MaxValueValidator(2100)],
    )  # fmt: skip
    birth_date = models.DateField(_("ngày sinh"), null=True, blank=True)
    gender = models.CharField(
        _("giới tính"), max_length=6, choices=Gender, default=Gender.UNKNOWN, blank=True
    )
    phone = PhoneField(_("số điện thoại"), blank=True)
    zalo_user_id = models.CharField(_("mã người dùng Zalo"), max_length=64, blank=True)
    address = CleanCharField(_("địa chỉ"), max_length=255, blank=True)
    household_code = CleanCharField(_("mã hộ"), max_length=40, blank=True)
    is_representative = models.BooleanField(_("đại diện hộ"), default=True)
    consent_basis = models.CharField(
        _("sự đồng ý"), max_length=10, choices=Consent, default=Consent.NONE
    )
    consent_version = models.CharField(_("bản thông báo"), max_length=40, blank=True)
    consent_given_at = models.DateTimeField(_("đồng ý lúc"), null=True, blank=True)
    consent_collected_by = models.ForeignKey(
        Officer, models.PROTECT, verbose_name=_("người lấy ý kiến"), related_name="+",
        null=True, blank=True,
    )  # fmt: skip
    status = models.CharField(_("trạng thái"), max_length=10, choices=Status, default=Status.ACTIVE)
    sort_key = SortKeyField(source="full_name")
    search_text = FoldedTextField(source="full_name")

    objects = MemberQuerySet.as_manager()
    commune_lookup: ClassVar[str] = "hamlet__commune"
    hamlet_lookup: ClassVar[str] = "hamlet"

    class Meta:
        verbose_name = _("thành viên")
        verbose_name_plural = _("thành viên")
        ordering = ["sort_key", "pk"]
        permissions = [("export_member", "Xuất danh sách thành viên ra tệp")]
        indexes = [
            # read by the search box, with or without marks
            GinIndex(OpClass("search_text", "gin_trgm_ops"), name="member_search_trgm"),
            # read by a search for the last digits of a phone
            models.Index(
                OpClass(Reverse("phone"), "text_pattern_ops"), name="member_phone_reversed"
            ),
            # read by the admin list
            models.Index(fields=["hamlet", "sort_key", "id"], name="member_hamlet_sort"),
            models.Index(fields=["sort_key", "id"], name="member_sort"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(phone="") | Q(phone__regex=r"^\+[0-9]{8,15}$"),
                name="member_phone_e164",
                violation_error_message=_("Số điện thoại không đúng. Ví dụ đúng: 0912 000 111."),
            ),
            models.CheckConstraint(
                condition=Q(birth_year=None) | Q(birth_year__range=(1900, 2100)),
                name="member_birth_year_plausible",
                violation_error_message=_("Năm sinh phải từ 1900 trở đi."),
            ),
            models.CheckConstraint(
                condition=~Q(full_name=""),
                name="member_has_name",
                violation_error_message=_("Hãy ghi họ và tên."),
            ),
            models.CheckConstraint(
                condition=Q(consent_basis="none") | Q(consent_given_at__isnull=False),
                name="member_consent_has_date",
                violation_error_message=_("Hãy ghi ngày giờ người dân đồng ý."),
            ),
        ]

    def __str__(self) -> str:
        return self.full_name


class Membership(models.Model):
    """A member's place in a group."""

    class Role(models.TextChoices):
        OWNER = "owner", _("Trưởng nhóm")
        DEPUTY = "deputy", _("Phó nhóm")
        MEMBER = "member", _("Thành viên")

    class State(models.TextChoices):
        INVITED = "invited", _("Đã mời")
        JOINED = "joined", _("Đã tham gia")
        DECLINED = "declined", _("Không tham gia")
        LEFT = "left", _("Đã rời nhóm")

    member = models.ForeignKey(
        Member, models.CASCADE, verbose_name=_("thành viên"), related_name="memberships"
    )
    group = models.ForeignKey(
        ZaloGroup, models.PROTECT, verbose_name=_("nhóm Zalo"), related_name="memberships"
    )
    role = models.CharField(_("vai trò"), max_length=8, choices=Role, default=Role.MEMBER)
    state = models.CharField(_("tình trạng"), max_length=10, choices=State, default=State.INVITED)
    joined_on = models.DateField(_("tham gia ngày"), null=True, blank=True)
    left_on = models.DateField(_("rời ngày"), null=True, blank=True)

    objects = MembershipQuerySet.as_manager()
    commune_lookup: ClassVar[str] = "member__hamlet__commune"
    hamlet_lookup: ClassVar[str] = "member__hamlet"

    class Meta:
        verbose_name = _("tham gia nhóm")
        verbose_name_plural = _("tham gia nhóm")
        ordering = ["group", "member"]
        constraints = [
            models.UniqueConstraint(
                fields=["member", "group"],
                name="membership_once_per_group",
                violation_error_message=_("Người này đã có trong nhóm."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member} – {self.group}"


class Regulation(models.Model):
    """A version of a hamlet's operating regulation; groups become active on an agreed one."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("Dự thảo")
        CONSULTING = "consulting", _("Đang lấy ý kiến")
        AGREED = "agreed", _("Đã thống nhất")
        ISSUED = "issued", _("Đã ban hành")
        SUPERSEDED = "superseded", _("Đã thay thế")

    hamlet = models.ForeignKey(
        Hamlet, models.PROTECT, verbose_name=_("ấp, khu phố"), related_name="regulations"
    )
    version = models.PositiveSmallIntegerField(_("bản số"), default=1)
    text = models.TextField(_("nội dung"), blank=True)
    status = models.CharField(_("trạng thái"), max_length=12, choices=Status, default=Status.DRAFT)
    agreed_on = models.DateField(_("thống nhất ngày"), null=True, blank=True)

    objects = HamletScopedQuerySet.as_manager()
    commune_lookup: ClassVar[str] = "hamlet__commune"
    hamlet_lookup: ClassVar[str] = "hamlet"

    class Meta:
        verbose_name = _("quy chế hoạt động")
        verbose_name_plural = _("quy chế hoạt động")
        ordering = ["hamlet", "-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["hamlet", "version"],
                name="regulation_version_unique",
                violation_error_message=_("Ấp đã có quy chế bản này."),
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["agreed", "issued"]) | Q(agreed_on__isnull=False),
                name="regulation_agreed_has_date",
                violation_error_message=_("Hãy ghi ngày thống nhất quy chế."),
            ),
        ]

    def __str__(self) -> str:
        return f"Quy chế {self.hamlet}, bản {self.version}"
