"""Zalo chat groups."""

import re
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.key_fields import optional_key
from accounts.models import Commune
from accounts.users.fields import user_field
from accounts.workflow.declaration import Workflow
from groups.consultation.models import Regulation
from groups.fields import CleanCharField, FoldedTextField
from groups.places.models import Hamlet, Officer, Team, refuse_past_hamlet
from groups.zalo_groups.capabilities import CAPABILITIES, Capabilities
from groups.zalo_groups.querysets import ZaloGroupQuerySet

OWN_LINK = re.compile(r"^https://([a-z]+\.)?zalo\.me/")
# The path of a person's own account is a phone number; a group's is not.
PERSONAL_LINK = re.compile(r"^https://([a-z]+\.)?zalo\.me/(84|0)\d{8,10}/?($|[?#])")
OFFICIAL_LINK = RegexValidator(
    OWN_LINK.pattern,
    _("Liên kết nhóm phải bắt đầu bằng https://zalo.me/ hoặc https://chat.zalo.me/."),
)


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

    workflow: ClassVar[Workflow] = Workflow(
        subject="group",
        denied="Tài khoản này không có quyền với nhóm này.",
        in_state={Status.CLOSED: "Nhóm đã đóng."},
        commune="home_commune",
    )

    hamlet = optional_key(Hamlet, _("ấp, khu phố"), "zalo_groups")
    commune = models.ForeignKey(
        Commune, models.PROTECT, verbose_name=_("xã, phường"), related_name="zalo_groups",
        null=True, blank=True, help_text=_("Chỉ chọn khi nhóm là của cả xã, không của một ấp."),
    )  # fmt: skip
    team = optional_key(Team, _("tổ nhân dân"), "zalo_groups")
    name = CleanCharField(_("tên nhóm"), max_length=100)
    kind = models.CharField(_("loại nhóm"), max_length=10, choices=Kind, default=Kind.ORDINARY)
    zalo_group_id = CleanCharField(
        _("mã nhóm trên Zalo"), max_length=64, blank=True,
        help_text=_("Chỉ nhóm của Zalo OA mới có mã."),
    )  # fmt: skip
    link = models.URLField(
        _("liên kết nhóm"), blank=True, validators=[OFFICIAL_LINK],
        help_text=_("Ví dụ: https://zalo.me/g/abcxyz123"),
    )  # fmt: skip
    owner = optional_key(Officer, _("trưởng nhóm"), "owned_groups")
    capacity = models.PositiveIntegerField(_("sức chứa"), default=1000)
    head_count = models.PositiveIntegerField(_("số người trong nhóm"), null=True, blank=True)
    head_count_on = models.DateField(_("số người của ngày"), null=True, blank=True)
    rules_pinned_on = models.DateField(_("ghim quy chế ngày"), null=True, blank=True)
    rules_pinned_by = user_field(_("người ghim quy chế"), db_index=False)
    rules_pinned = optional_key(Regulation, _("bản quy chế đã ghim"))
    officer_inside = optional_key(Officer, _("cán bộ trong nhóm"))
    officer_inside_on = models.DateField(_("xác nhận trong nhóm ngày"), null=True, blank=True)
    link_checked_on = models.DateField(_("kiểm tra liên kết ngày"), null=True, blank=True)
    link_is_broken = models.BooleanField(_("liên kết hỏng"), default=False)
    is_link_public = models.BooleanField(
        _("công khai liên kết"), default=False,
        help_text=_(
            "Bật thì liên kết và tờ QR có trên trang công khai “Nhóm chính thức”; ai cũng xin vào "
            "được. Tắt thì trang đó chỉ ghi tên nhóm."
        ),
    )  # fmt: skip
    # As two persons confirmed them: what the public page shows, and no name: it is not there.
    genuine_name = CleanCharField(
        _("tên trên trang công khai"), max_length=100, blank=True, editable=False
    )
    genuine_link = models.URLField(
        _("liên kết trên trang công khai"), blank=True, editable=False, validators=[OFFICIAL_LINK]
    )
    asset_expires_on = models.DateField(_("gói nhóm hết hạn ngày"), null=True, blank=True)
    status = models.CharField(_("trạng thái"), max_length=12, choices=Status, default=Status.DRAFT)
    search_text = FoldedTextField(source="name")

    objects = ZaloGroupQuerySet.as_manager()

    class Meta:
        verbose_name = _("nhóm Zalo")
        verbose_name_plural = _("nhóm Zalo")
        ordering = ["search_text", "pk"]
        permissions = [
            ("override_activation", "Cho nhóm hoạt động khi chưa có quy chế"),
            ("tend_zalogroup", "Ghi số người, liên kết, quy chế đã ghim của nhóm"),
            ("run_oa_group", "Tạo nhóm trên Zalo, đổi cài đặt, duyệt người vào nhóm của OA"),
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
                condition=~Q(kind="oa", status="active", zalo_group_id=""),
                name="zalogroup_active_oa_has_id",
                violation_error_message=_("Nhóm của Zalo OA phải có mã nhóm trước khi hoạt động."),
            ),
            models.CheckConstraint(
                condition=Q(rules_pinned_on=None, rules_pinned_by=None, rules_pinned=None)
                | Q(rules_pinned_on__isnull=False, rules_pinned_by__isnull=False),
                name="zalogroup_pin_is_complete",
                violation_error_message=_("Hãy ghi ai đã ghim quy chế và ghim ngày nào."),
            ),
            models.CheckConstraint(
                condition=Q(officer_inside=None, officer_inside_on=None)
                | Q(officer_inside__isnull=False, officer_inside_on__isnull=False),
                name="zalogroup_inside_is_complete",
                violation_error_message=_("Hãy ghi cán bộ nào ở trong nhóm, xác nhận ngày nào."),
            ),
            models.CheckConstraint(
                condition=Q(is_link_public=False) | ~Q(link=""),
                name="zalogroup_public_link_is_there",
                violation_error_message=_("Chưa có liên kết thì chưa công khai được."),
            ),
            models.CheckConstraint(
                condition=Q(link_is_broken=False) | Q(link_checked_on__isnull=False),
                name="zalogroup_broken_link_was_checked",
                violation_error_message=_("Hãy ghi ngày kiểm tra liên kết."),
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
        """Capabilities of this group."""
        return CAPABILITIES[self.kind]

    @property
    def said_heads(self) -> str:
        """How many people are inside and who says so: Zalo, or somebody who looked."""
        if self.head_count is None:
            return "chưa có số người"
        source = "khai báo" if self.capabilities.head_count_is_declared else "theo Zalo"
        day = f", {self.head_count_on:%d/%m/%Y}" if self.head_count_on else ""
        return f"{self.head_count} người ({source}{day})"

    @property
    def may_invite(self) -> bool:
        """Whether a letter with its link may be printed: to Zalo, to a group, and it works."""
        leads_there = OWN_LINK.match(self.link) and not PERSONAL_LINK.match(self.link)
        is_open = self.status != self.Status.CLOSED
        return bool(self.link and leads_there) and not self.link_is_broken and is_open

    @property
    def has_genuine_link(self) -> bool:
        """Whether the confirmed link may be shown to residents and is not known to be broken."""
        is_same = self.genuine_link == self.link
        return (
            bool(self.genuine_link)
            and (self.may_invite or not is_same)
            and (self.status != self.Status.CLOSED)
        )

    @property
    def has_rules_pinned(self) -> bool:
        """Whether rules stand pinned in the group that no newer version has replaced."""
        pinned = self.rules_pinned
        is_old = pinned is not None and pinned.status == Regulation.Status.SUPERSEDED
        return self.rules_pinned_on is not None and not is_old

    @property
    def home_commune(self) -> Commune:
        """The commune that this group reaches, through its hamlet or directly."""
        return self.hamlet.commune if self.hamlet else self.commune  # type: ignore[return-value]

    @property
    def commune_owner_id(self) -> int:
        """Its id, for which no row of a commune is read."""
        return self.hamlet.commune_id if self.hamlet_id else self.commune_id  # type: ignore[union-attr,return-value]

    def _refuse_to_pass_the_gate(self) -> None:
        """A group in service on the rules of one place does not slip into another by a form."""
        if not self.pk or self.status != self.Status.ACTIVE:
            return
        stored = ZaloGroup.objects.filter(pk=self.pk).values_list("hamlet", "commune").first()
        if stored is not None and stored != (self.hamlet_id, self.commune_id):
            raise ValidationError(
                _(
                    "Nhóm đang hoạt động theo quy chế của nơi cũ. Hãy tạm dừng nhóm rồi mới chuyển "
                    "nơi; cho hoạt động lại khi nơi mới đã thống nhất quy chế."
                )
            )

    def clean(self) -> None:
        super().clean()
        refuse_past_hamlet(self)
        self._refuse_to_pass_the_gate()
        if PERSONAL_LINK.match(self.link):
            raise ValidationError(
                {"link": _("Đây là liên kết của một số điện thoại, không phải của một nhóm.")}
            )
        if self.head_count_on and self.head_count_on > timezone.localdate():
            raise ValidationError({"head_count_on": _("Ngày khai báo không được ở tương lai.")})
        if self.zalo_group_id and self.kind == self.Kind.ORDINARY:
            raise ValidationError({"zalo_group_id": _("Nhóm thường không có mã nhóm trên Zalo.")})
        if self.team is not None and self.hamlet_id and self.team.hamlet_id != self.hamlet_id:
            raise ValidationError({"team": _("Tổ này không thuộc ấp của nhóm.")})
        has_place = self.hamlet_id or self.commune_id
        if self.owner and has_place and self.owner.commune_id != self.commune_owner_id:
            raise ValidationError({"owner": _("Trưởng nhóm phải là cán bộ của xã này.")})
