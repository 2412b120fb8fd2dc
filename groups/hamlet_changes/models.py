"""Mergers, splits and renamings of hamlets: the decision, what came out of it, and who did it.

What a hamlet was at that moment (its name, code and figures) is frozen in its source row and never
written again.
"""

from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.communes.querysets import CommuneScopedQuerySet
from accounts.key_fields import optional_key, required_key
from accounts.models import Commune, User, place_name
from accounts.users.fields import user_field
from accounts.workflow.declaration import Workflow
from groups.fields import CleanCharField
from groups.places.models import Hamlet, Team
from groups.residents.models import Member
from groups.zalo_groups.models import ZaloGroup

# Fewest households of a hamlet in the South-East, by kind (Nghị định 185/2026).
FEWEST_HOUSEHOLDS = {
    Hamlet.Kind.AP: 400,
    Hamlet.Kind.THON: 400,
    Hamlet.Kind.KHU_PHO: 550,
    Hamlet.Kind.TO_DAN_PHO: 550,
}


class HamletChangeQuerySet(CommuneScopedQuerySet):
    def visible_to(self, user: Any) -> Self:
        """A change moves whole hamlets: for those alone who see all of them."""
        rows = super().visible_to(user)
        return rows if user.has_perm("groups.view_all_hamlets") else rows.none()


class HamletChange(models.Model):
    """A decision of the commune that merges, splits or renames hamlets.

    draft → rehearsed → done; any edit before that leads back to draft.
    """

    class Kind(models.TextChoices):
        MERGE = "merge", _("Nhập ấp, khu phố")
        SPLIT = "split", _("Chia ấp, khu phố")
        RENAME = "rename", _("Đổi tên")

    class State(models.TextChoices):
        DRAFT = "draft", _("Đang chuẩn bị")
        REHEARSED = "rehearsed", _("Đã chạy thử")
        DONE = "done", _("Đã thực hiện")

    workflow: ClassVar[Workflow] = Workflow(
        subject="hamlet",
        denied="Chỉ chỉ huy Công an xã được nhập, chia, đổi tên ấp.",
        unseen="Tài khoản này không có quyền với quyết định này.",
        state_field="state",
        in_state={
            State.DONE: "Quyết định này đã thực hiện, không sửa hay thực hiện lại được.",
        },
    )

    commune = required_key(Commune, _("xã, phường"), "hamlet_changes")
    kind = models.CharField(_("việc"), max_length=8, choices=Kind)
    decision_number = CleanCharField(
        _("số nghị quyết, quyết định"), max_length=60, help_text=_("Ví dụ: 12/NQ-HĐND.")
    )
    decision_on = models.DateField(_("ngày ban hành"))
    effective_on = models.DateField(_("có hiệu lực từ ngày"))
    decision_file = models.FileField(
        _("tệp nghị quyết"), upload_to="decisions/%Y/%m/", blank=True,
        help_text=_("Tệp Word (.docx), PDF, hoặc ảnh chụp văn bản; tối đa 20 MB. Không bắt buộc."),
    )  # fmt: skip
    state = models.CharField(_("trạng thái"), max_length=10, choices=State, default=State.DRAFT)
    created_by = required_key(User, _("người lập"))
    created_at = models.DateTimeField(_("lập lúc"), auto_now_add=True)
    rehearsed_at = models.DateTimeField(_("chạy thử lúc"), null=True, blank=True)
    carried_out_by = user_field(_("người thực hiện"))
    carried_out_at = models.DateTimeField(_("thực hiện lúc"), null=True, blank=True)
    outcome = models.JSONField(default=dict, blank=True, editable=False)

    objects = HamletChangeQuerySet.as_manager()
    commune_lookup: ClassVar[str] = "commune"

    class Meta:
        verbose_name = _("sáp nhập, chia, đổi tên ấp")
        verbose_name_plural = _("sáp nhập, chia, đổi tên ấp")
        ordering = ["-effective_on", "-pk"]
        permissions = [("carry_out_hamlet_change", "Thực hiện việc nhập, chia, đổi tên ấp")]
        constraints = [
            models.CheckConstraint(
                condition=Q(effective_on__gte=F("decision_on")),
                name="hamletchange_effective_after_decision",
                violation_error_message=_("Ngày có hiệu lực không thể trước ngày ban hành."),
            ),
            models.CheckConstraint(
                condition=~Q(state="done")
                | Q(carried_out_by__isnull=False, carried_out_at__isnull=False),
                name="hamletchange_done_has_person",
                violation_error_message=_("Hãy ghi ai đã thực hiện và lúc nào."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} theo {self.decision_number}"

    @property
    def is_done(self) -> bool:
        return self.state == self.State.DONE


class HamletChangeSource(models.Model):
    """A hamlet that the decision touches, and what it was at that moment."""

    change = required_key(HamletChange, _("quyết định"), "sources", on_delete=models.CASCADE)
    hamlet = required_key(Hamlet, _("ấp, khu phố"), "change_sources")
    name_then = models.CharField(_("tên lúc đó"), max_length=120, blank=True)
    code_then = models.CharField(_("mã lúc đó"), max_length=20, blank=True)
    last_day = models.DateField(_("đến hết ngày"), null=True, blank=True)
    figures = models.JSONField(default=dict, blank=True, editable=False)
    groups_then = models.ManyToManyField(
        ZaloGroup, verbose_name=_("nhóm lúc đó"), related_name="change_sources", blank=True
    )

    objects = CommuneScopedQuerySet.as_manager()
    commune_lookup: ClassVar[str] = "change__commune"

    class Meta:
        verbose_name = _("ấp cũ")
        verbose_name_plural = _("ấp cũ")
        ordering = ["change", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["change", "hamlet"],
                name="hamletchange_source_once",
                violation_error_message=_("Ấp này đã có trong quyết định."),
            ),
        ]

    def __str__(self) -> str:
        return self.name_then or str(self.hamlet)


class HamletChangeResult(models.Model):
    """A hamlet that comes out of the decision; `hamlet` is there once it was carried out."""

    change = required_key(HamletChange, _("quyết định"), "results", on_delete=models.CASCADE)
    kind = models.CharField(_("loại"), max_length=12, choices=Hamlet.Kind, default=Hamlet.Kind.AP)
    name = CleanCharField(_("tên mới"), max_length=100)
    code = CleanCharField(_("mã"), max_length=20)
    households = models.PositiveIntegerField(_("số hộ"), default=0)
    is_remote = models.BooleanField(_("vùng sâu, vùng xa"), default=False)
    takes_rest = models.BooleanField(_("nhận phần chưa chia"), default=False)
    hamlet = optional_key(Hamlet, _("ấp, khu phố"), "change_results")

    objects = CommuneScopedQuerySet.as_manager()
    commune_lookup: ClassVar[str] = "change__commune"

    class Meta:
        verbose_name = _("ấp mới")
        verbose_name_plural = _("ấp mới")
        ordering = ["change", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["change", "kind", "name"],
                name="hamletchange_result_name_unique",
                violation_error_message=_("Hai ấp mới trùng tên."),
            ),
            models.UniqueConstraint(
                fields=["change", "code"],
                name="hamletchange_result_code_unique",
                violation_error_message=_("Hai ấp mới trùng mã."),
            ),
            models.UniqueConstraint(
                fields=["change"],
                condition=Q(takes_rest=True),
                name="hamletchange_one_takes_rest",
                violation_error_message=_("Chỉ một ấp mới nhận phần chưa chia."),
            ),
            models.CheckConstraint(
                condition=~Q(name="") & ~Q(code=""),
                name="hamletchange_result_has_name",
                violation_error_message=_("Hãy ghi tên và mã của ấp mới."),
            ),
        ]

    def __str__(self) -> str:
        return place_name(self.get_kind_display(), self.name)


class HamletChangePlacement(models.Model):
    """On a split: which new hamlet a team, a group or a single person goes to."""

    change = required_key(HamletChange, _("quyết định"), "placements", on_delete=models.CASCADE)
    result = required_key(HamletChangeResult, _("ấp mới"), "placements", on_delete=models.CASCADE)
    team = optional_key(Team, _("tổ nhân dân"), on_delete=models.CASCADE)
    group = optional_key(ZaloGroup, _("nhóm Zalo"), on_delete=models.CASCADE)
    member = optional_key(Member, _("thành viên"), on_delete=models.CASCADE)

    objects = CommuneScopedQuerySet.as_manager()
    commune_lookup: ClassVar[str] = "change__commune"

    class Meta:
        verbose_name = _("chia về ấp mới")
        verbose_name_plural = _("chia về ấp mới")
        ordering = ["change", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(team__isnull=False, group=None, member=None)
                | Q(team=None, group__isnull=False, member=None)
                | Q(team=None, group=None, member__isnull=False),
                name="hamletchange_placement_of_one",
                violation_error_message=_("Mỗi dòng chia đúng một tổ, một nhóm hoặc một người."),
            ),
            *(
                models.UniqueConstraint(
                    fields=["change", what],
                    condition=Q(**{f"{what}__isnull": False}),
                    name=f"hamletchange_places_{what}_once",
                    violation_error_message=_("Mỗi tổ, nhóm, người chỉ về một ấp mới."),
                )
                for what in ("team", "group", "member")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.team or self.group or self.member} → {self.result}"
