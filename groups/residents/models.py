"""Residents in the groups."""

from typing import ClassVar

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Reverse
from django.utils.translation import gettext_lazy as _

from accounts.key_fields import optional_key, required_key
from accounts.models import User
from accounts.workflow.declaration import Workflow
from groups.consultation.models import Regulation
from groups.fields import CleanCharField, FoldedTextField, PhoneField, SortKeyField
from groups.places.models import Hamlet, Officer, Team, refuse_past_hamlet
from groups.residents.querysets import AcknowledgementQuerySet, MemberQuerySet, MembershipQuerySet
from groups.zalo_groups.models import ZaloGroup


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
        MERGED = "merged", _("Đã gộp vào người khác")
        ANONYMISED = "anonymised", _("Đã xóa thông tin")

    # Rows that are no longer a person to anyone: on no list, in no search, never matched.
    HIDDEN: ClassVar[tuple[str, ...]] = (Status.MERGED, Status.ANONYMISED)
    # The purpose has ended; after a while the personal data goes.
    ENDED: ClassVar[tuple[str, ...]] = (Status.LEFT, Status.WITHDRAWN)

    workflow: ClassVar[Workflow] = Workflow(
        subject="member",
        denied="Tài khoản này không có quyền với người này.",
        related=("hamlet__commune",),
        commune="hamlet.commune",
    )

    hamlet = required_key(Hamlet, _("ấp, khu phố"), "members")
    team = optional_key(Team, _("tổ nhân dân"), "members")
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
    address = CleanCharField(_("địa chỉ"), max_length=255, blank=True)
    household_code = CleanCharField(_("mã hộ"), max_length=40, blank=True)
    zalo_name = CleanCharField(
        _("tên trên Zalo"), max_length=100, blank=True, default="", db_default="",
        help_text=_("Tên hiện trong nhóm, nếu khác tên thật. Để máy nhận ra khi dán danh sách."),
    )  # fmt: skip
    is_representative = models.BooleanField(_("đại diện hộ"), default=True)
    reached_through = models.ForeignKey(
        "self", models.SET_NULL, verbose_name=_("nhận tin qua"), related_name="passes_on_to",
        null=True, blank=True, db_index=False,
        help_text=_("Người không dùng Zalo: chọn người thân, hàng xóm đã vào nhóm để báo lại."),
    )  # fmt: skip
    consent_basis = models.CharField(
        _("sự đồng ý"), max_length=10, choices=Consent, default=Consent.NONE
    )
    consent_version = models.CharField(_("bản thông báo"), max_length=40, blank=True)
    consent_given_at = models.DateTimeField(_("đồng ý lúc"), null=True, blank=True)
    consent_collected_by = optional_key(Officer, _("người lấy ý kiến"), db_index=False)
    status = models.CharField(_("trạng thái"), max_length=10, choices=Status, default=Status.ACTIVE)
    ended_at = models.DateTimeField(_("thôi tham gia lúc"), null=True, blank=True, editable=False)
    merged_into = models.ForeignKey(
        "self", models.PROTECT, verbose_name=_("đã gộp vào"), related_name="absorbed_rows",
        null=True, blank=True, editable=False, db_index=False,
    )  # fmt: skip
    sort_key = SortKeyField(source="full_name")
    search_text = FoldedTextField(source="full_name")

    objects = MemberQuerySet.as_manager()
    hamlet_lookup: ClassVar[str] = "hamlet"
    team_lookup: ClassVar[str] = "team"

    class Meta:
        verbose_name = _("thành viên")
        verbose_name_plural = _("thành viên")
        ordering = ["sort_key", "pk"]
        permissions = [
            ("import_member", "Nhập danh sách thành viên từ tệp"),
            ("export_member", "Xuất danh sách thành viên ra tệp"),
            ("reveal_member", "Xem đủ số điện thoại, ngày sinh, địa chỉ của thành viên"),
            ("merge_member", "Gộp hai dòng của cùng một người"),
        ]
        indexes = [
            # read by the search box, with or without marks
            GinIndex(OpClass("search_text", "gin_trgm_ops"), name="member_search_trgm"),
            # read by a search for the last digits of a phone
            models.Index(
                OpClass(Reverse("phone"), "text_pattern_ops"), name="member_phone_reversed"
            ),
            # read by the admin list, from the index alone: its rows are never hidden ones
            models.Index(
                fields=["hamlet", "sort_key", "id"],
                condition=~Q(status__in=["merged", "anonymised"]),
                name="member_hamlet_sort",
            ),
            models.Index(
                fields=["sort_key", "id"],
                condition=~Q(status__in=["merged", "anonymised"]),
                name="member_sort",
            ),
            # read where one person's row leads to another's; almost all lead nowhere
            models.Index(
                fields=["reached_through"],
                condition=Q(reached_through__isnull=False),
                name="member_reached_through",
            ),
            models.Index(
                fields=["merged_into"],
                condition=Q(merged_into__isnull=False),
                name="member_merged_into",
            ),
            # read by the retention task
            models.Index(
                fields=["status", "ended_at"],
                condition=Q(status__in=["left", "withdrawn"]),
                name="member_ended",
            ),
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
            models.CheckConstraint(
                condition=~Q(status="active") | Q(ended_at=None),
                name="member_active_has_not_ended",
                violation_error_message=_("Người đang tham gia không có ngày thôi tham gia."),
            ),
            models.CheckConstraint(
                condition=Q(status="merged", merged_into__isnull=False)
                | (~Q(status="merged") & Q(merged_into=None)),
                name="member_merged_into_someone",
                violation_error_message=_("Dòng đã gộp phải chỉ rõ người được giữ lại."),
            ),
            models.CheckConstraint(
                condition=~Q(status="anonymised")
                | Q(phone="", birth_date=None, address="", household_code="", zalo_name=""),
                name="member_anonymised_is_blank",
                violation_error_message=_("Thông tin đã xóa thì không ghi lại được."),
            ),
            models.CheckConstraint(
                condition=Q(reached_through=None) | ~Q(reached_through=F("id")),
                name="member_not_reached_through_self",
                violation_error_message=_("Người này không thể nhận tin qua chính mình."),
            ),
        ]

    def __str__(self) -> str:
        return self.full_name

    @property
    def audit_label(self) -> str:
        """Readers of the audit trail need not be allowed to read members."""
        return f"Thành viên số {self.pk} – {self.hamlet}"

    @property
    def zalo_user_id(self) -> str:
        """The id of the Zalo account that this person linked; empty without a link."""
        link = getattr(self, "zalo_link", None)
        return str(link.follower.zalo_user_id) if link is not None else ""

    @property
    def choice_label(self) -> str:
        """The name with what tells people of one name apart, for lists to choose from."""
        year = self.birth_date.year if self.birth_date else self.birth_year
        return ", ".join([self.full_name, *([str(year)] if year else []), str(self.hamlet)])

    def household_mates(self) -> MemberQuerySet:
        """The other active people with the same household code in the same hamlet."""
        others: MemberQuerySet = Member.objects.active().exclude(pk=self.pk)
        if not self.household_code:
            return others.none()
        return others.filter(hamlet=self.hamlet_id, household_code__iexact=self.household_code)

    def clean(self) -> None:
        super().clean()
        refuse_past_hamlet(self)
        if self.team is not None and self.hamlet_id and self.team.hamlet_id != self.hamlet_id:
            raise ValidationError({"team": _("Tổ này không thuộc ấp của người dân.")})
        through = self.reached_through
        if (
            through is not None
            and self.hamlet_id
            and through.hamlet.commune_id != self.hamlet.commune_id
        ):
            raise ValidationError({"reached_through": _("Người báo lại phải là người của xã này.")})


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

    member = required_key(Member, _("thành viên"), "memberships", on_delete=models.CASCADE)
    group = required_key(ZaloGroup, _("nhóm Zalo"), "memberships")
    role = models.CharField(_("vai trò"), max_length=8, choices=Role, default=Role.MEMBER)
    state = models.CharField(_("tình trạng"), max_length=10, choices=State, default=State.INVITED)
    joined_on = models.DateField(_("tham gia ngày"), null=True, blank=True)
    left_on = models.DateField(_("rời ngày"), null=True, blank=True)
    zalo_said_at = models.DateTimeField(
        _("Zalo báo lúc"), null=True, blank=True, editable=False
    )  # the newest word of Zalo on it: an older one that comes late changes nothing

    objects = MembershipQuerySet.as_manager()
    hamlet_lookup: ClassVar[str] = "member__hamlet"

    class Meta:
        verbose_name = _("tham gia nhóm")
        verbose_name_plural = _("tham gia nhóm")
        ordering = ["group", "member"]
        permissions = [("call_roll", "Điểm danh người trong nhóm")]
        constraints = [
            models.UniqueConstraint(
                fields=["member", "group"],
                name="membership_once_per_group",
                violation_error_message=_("Người này đã có trong nhóm."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member} – {self.group}"

    @property
    def audit_label(self) -> str:
        """The history of a place in a group outlives the name of whoever held it."""
        return f"Thành viên số {self.member_id} – {self.group}"

    def clean(self) -> None:
        super().clean()
        if not (self.member_id and self.group_id):
            return
        is_in = self.state in (self.State.INVITED, self.State.JOINED)
        if is_in and self.member.status in Member.ENDED:
            raise ValidationError(
                {
                    "state": _(
                        "Người này đã chuyển đi hoặc đã rút đồng ý nên không ở trong nhóm được nữa."
                    )
                }
            )
        if self.group.commune_owner_id != self.member.hamlet.commune_id:
            raise ValidationError({"group": _("Nhóm này không thuộc xã của người dân.")})


# Who has taken note of which version of the rules.


class RegulationAcknowledgement(models.Model):
    """A member knows a version of the regulation. It says nothing about personal data."""

    class Method(models.TextChoices):
        SIGNED_LIST = "signed_list", _("Ký vào danh sách")
        MEETING = "meeting", _("Nghe phổ biến tại cuộc họp")
        IN_GROUP = "in_group", _("Xác nhận trong nhóm Zalo")

    workflow: ClassVar[Workflow] = Workflow(
        subject="regulation", denied="Tài khoản này không được bỏ ghi nhận này."
    )

    member = required_key(Member, _("thành viên"), "acknowledgements", on_delete=models.CASCADE)
    regulation = required_key(Regulation, _("bản quy chế"), "acknowledgements")
    acknowledged_on = models.DateField(_("ngày"))
    way = models.CharField(_("cách"), max_length=12, choices=Method)
    recorded_by = required_key(User, _("người ghi"), editable=False)
    recorded_at = models.DateTimeField(_("ghi lúc"), auto_now_add=True)

    objects = AcknowledgementQuerySet.as_manager()
    hamlet_lookup: ClassVar[str] = "member__hamlet"

    class Meta:
        verbose_name = _("ghi nhận đã biết quy chế")
        verbose_name_plural = _("ghi nhận đã biết quy chế")
        ordering = ["-acknowledged_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["member", "regulation"],
                name="acknowledgement_once_per_version",
                violation_error_message=_("Người này đã được ghi nhận với bản quy chế này."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member} – {self.regulation}"

    @property
    def audit_label(self) -> str:
        """The history of a note outlives the name of the member."""
        return f"Thành viên số {self.member_id} – {self.regulation}"
