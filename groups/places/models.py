"""Hamlets and their self-managed teams."""

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.key_fields import required_key
from accounts.models import Commune, User, place_name
from accounts.workflow.declaration import Workflow
from groups.fields import CleanCharField, FoldedTextField, PhoneField, SortKeyField
from groups.places.querysets import (
    HamletAssignmentQuerySet,
    HamletQuerySet,
    HamletScopedQuerySet,
    OfficerQuerySet,
)


class Hamlet(models.Model):
    """A hamlet (ấp, khu phố …) of a commune, valid between two dates."""

    class Kind(models.TextChoices):
        AP = "ap", _("Ấp")
        KHU_PHO = "khu_pho", _("Khu phố")
        THON = "thon", _("Thôn")
        TO_DAN_PHO = "to_dan_pho", _("Tổ dân phố")

    workflow: ClassVar[Workflow] = Workflow(
        subject="hamlet", denied="Tài khoản này không được sửa tên ấp.", no_key=True
    )

    commune = required_key(Commune, _("xã, phường"), "hamlets")
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
    former_names = models.TextField(_("tên cũ"), blank=True, editable=False)
    search_text = FoldedTextField(source="all_names")

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
        # `get_kind_display` reads the whole list of choices anew: lists say hundreds of names.
        return place_name(str(dict(self.Kind.choices).get(self.kind, self.kind)), self.name)

    def clean(self) -> None:
        """A hamlet does not end over its people: a merger or a split moves them first."""
        super().clean()
        if self.pk and self.valid_to is not None and self._still_holds():
            raise ValidationError(
                {
                    "valid_to": _(
                        "Ấp còn tổ, nhóm hoặc thành viên. Hãy nhập, chia ở mục Sắp xếp ấp để mọi "
                        "thứ chuyển sang ấp mới."
                    )
                }
            )

    def _still_holds(self) -> bool:
        return any(rows.exists() for rows in (self.teams, self.zalo_groups, self.members))

    @property
    def is_in_use(self) -> bool:
        """Whether anything bears its name; until then a name may be entered anew."""
        papers = (self.regulations, self.meetings, self.change_sources, self.change_results)
        return self._still_holds() or any(rows.exists() for rows in papers)

    @property
    def is_in_force(self) -> bool:
        """Whether it is there today, or still to come."""
        return self.valid_to is None or self.valid_to >= timezone.localdate()

    @property
    def all_names(self) -> str:
        """The name, then those of before, by which people go on looking for it."""
        return f"{self.name} {self.former_names}".strip()


def refuse_past_hamlet(row: Any) -> None:
    """A hamlet that is no more takes nothing new in; rows that are there keep it."""
    hamlet = row.hamlet if row.hamlet_id else None
    if hamlet is None or hamlet.is_in_force:
        return
    if row.pk and type(row)._base_manager.filter(pk=row.pk, hamlet=hamlet).exists():
        return
    raise ValidationError(
        {
            "hamlet": f"{hamlet} đã hết hiệu lực từ {hamlet.valid_to:%d/%m/%Y}. "
            "Hãy chọn ấp, khu phố hiện nay."
        }
    )


class Team(models.Model):
    """A self-managed team (tổ nhân dân, tổ an ninh tự quản) of a hamlet."""

    hamlet = required_key(Hamlet, _("ấp, khu phố"), "teams")
    name = CleanCharField(_("tên"), max_length=100, help_text=_("Ví dụ: Tổ 3."))
    households = models.PositiveIntegerField(_("số hộ"), default=0)
    leader: "models.ForeignKey[Officer | None, Officer | None]" = models.ForeignKey(
        "groups.Officer", models.PROTECT, verbose_name=_("tổ trưởng"), related_name="led_teams",
        null=True, blank=True,
        help_text=_("Có tài khoản vai trò Tổ trưởng thì xem được tên người của tổ này, điểm danh."),
    )  # fmt: skip

    objects = HamletScopedQuerySet.as_manager()
    hamlet_lookup: ClassVar[str] = "hamlet"

    class Meta:
        verbose_name = _("tổ nhân dân")
        verbose_name_plural = _("tổ nhân dân")
        ordering = ["hamlet", "name"]
        permissions = [
            ("import_team", "Nhập danh sách tổ từ tệp"),
            ("export_team", "Xuất danh sách tổ ra tệp"),
            ("lead_team", "Xem tên người của tổ mình"),
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

    def clean(self) -> None:
        super().clean()
        refuse_past_hamlet(self)
        self._refuse_to_leave_its_people()
        both = self.leader_id and self.hamlet_id
        if both and self.leader is not None and self.leader.commune_id != self.hamlet.commune_id:
            raise ValidationError({"leader": _("Tổ trưởng phải là người của xã này.")})

    def _refuse_to_leave_its_people(self) -> None:
        """A team does not change its hamlet by a form: its people would stay in the old one."""
        stored = Team.objects.filter(pk=self.pk or 0).values_list("hamlet", flat=True).first()
        if stored in {None, self.hamlet_id}:
            return
        if any(rows.exists() for rows in (self.members, self.zalo_groups, self.meetings)):
            raise ValidationError(
                {
                    "hamlet": _(
                        "Tổ có thành viên, nhóm hoặc cuộc họp ở ấp cũ. Chuyển tổ sang ấp khác bằng "
                        "một nghị quyết ở mục Sắp xếp ấp để mọi thứ đi theo."
                    )
                }
            )


# Officers and which hamlets they cover.


class Officer(models.Model):
    """A person with an office: police, hamlet head, duty officer. The account is optional."""

    commune = required_key(Commune, _("xã, phường"), "officers")
    full_name = CleanCharField(_("họ và tên"), max_length=100)
    title = CleanCharField(
        _("chức vụ"), max_length=100, help_text=_("Ví dụ: Cán bộ phụ trách ấp, Trưởng ấp.")
    )
    phone = PhoneField(_("số điện thoại"), blank=True)
    user = models.OneToOneField(
        User, models.PROTECT, verbose_name=_("tài khoản"), related_name="officer",
        null=True, blank=True,
    )  # fmt: skip
    zalo_user_id = CleanCharField(
        _("mã người dùng Zalo"), max_length=64, blank=True,
        help_text=_(
            "Để trống nếu không làm quản trị viên, phó nhóm của nhóm OA. Mã chỉ có ở trang quản lý "
            "OA, không phải số điện thoại."
        ),
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

    def clean(self) -> None:
        super().clean()
        if self.user is not None and self.user.commune_id != self.commune_id:
            raise ValidationError({"user": _("Tài khoản này không thuộc xã của cán bộ.")})


class HamletAssignment(models.Model):
    """An officer covers a hamlet between two days, perhaps as a stand-in."""

    officer = required_key(Officer, _("cán bộ"), "assignments")
    hamlet = required_key(Hamlet, _("ấp, khu phố"), "assignments")
    valid_from = models.DateField(_("từ ngày"))
    valid_to = models.DateField(_("đến hết ngày"), null=True, blank=True)
    is_cover = models.BooleanField(_("trực thay"), default=False)

    objects = HamletAssignmentQuerySet.as_manager()
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

    def clean(self) -> None:
        super().clean()
        refuse_past_hamlet(self)
        both = self.officer_id and self.hamlet_id
        if both and self.officer.commune_id != self.hamlet.commune_id:
            raise ValidationError({"hamlet": _("Ấp này không thuộc xã của cán bộ.")})
