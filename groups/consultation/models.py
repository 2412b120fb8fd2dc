"""The operating regulation that each hamlet, or the commune, agrees on."""

from typing import Any, ClassVar, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.key_fields import optional_key, required_key
from accounts.models import Commune
from accounts.users.fields import user_field
from accounts.workflow.declaration import Workflow
from groups.fields import CleanCharField
from groups.places.models import Hamlet, Team
from groups.places.querysets import HamletScopedQuerySet, PlaceQuerySet


class RegulationQuerySet(PlaceQuerySet):
    def of_place(self, place: Any) -> Self:
        """The versions of the same hamlet, or of the same commune, as a group or regulation."""
        return self.filter(hamlet=place.hamlet_id, commune=place.commune_id)

    def in_force(self) -> Self:
        """Agreed or issued ones; the one that counts stands first: issued before newer agreed."""
        return self.filter(status__in=self.model.IN_FORCE).order_by("-status", "-version")


class MeetingQuerySet(PlaceQuerySet):
    def of_bodies(self, commune: Any) -> Self:
        """Meetings that asked the bodies of a commune, the first first; planned ones left out."""
        held = self.of_commune(commune).filter(hamlet=None, represented__gt=0)
        return held.order_by("held_on", "pk")


class Regulation(models.Model):
    """A version of a regulation; groups become active on an agreed one.

    It is of a hamlet, or of the commune for groups of the whole commune. It only moves forward:
    draft → consulting → agreed → issued → superseded. Once agreed its text does not change; an
    edit is a new version.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", _("Dự thảo")
        CONSULTING = "consulting", _("Đang lấy ý kiến")
        AGREED = "agreed", _("Đã thống nhất")
        ISSUED = "issued", _("Đã ban hành")
        SUPERSEDED = "superseded", _("Đã thay thế")

    TRANSITIONS: ClassVar[dict[str, set[str]]] = {
        Status.DRAFT: {Status.CONSULTING},
        Status.CONSULTING: {Status.AGREED, Status.SUPERSEDED},
        Status.AGREED: {Status.ISSUED, Status.SUPERSEDED},
        Status.ISSUED: {Status.SUPERSEDED},
        Status.SUPERSEDED: set(),
    }
    workflow: ClassVar[Workflow] = Workflow(
        subject="regulation",
        denied="Tài khoản này không có quyền làm việc này với quy chế.",
        unseen="Quy chế này ngoài địa bàn của tài khoản.",
        missing="Không tìm thấy bản quy chế này.",
        transitions=TRANSITIONS,
        no_transition="{row} đang ở bước “{state}”, không chuyển sang “{to}” được.",
        no_key=True,
        commune="home_commune",
    )
    OPEN = (Status.DRAFT, Status.CONSULTING)
    IN_FORCE = (Status.AGREED, Status.ISSUED)

    hamlet = optional_key(Hamlet, _("ấp, khu phố"), "regulations")
    commune = models.ForeignKey(
        Commune, models.PROTECT, verbose_name=_("xã, phường"), related_name="regulations",
        null=True, blank=True, help_text=_("Chỉ chọn khi quy chế là của các nhóm toàn xã."),
    )  # fmt: skip
    version = models.PositiveSmallIntegerField(_("bản số"), default=1)
    text = models.TextField(_("nội dung"), blank=True)
    status = models.CharField(_("trạng thái"), max_length=12, choices=Status, default=Status.DRAFT)
    agreed_on = models.DateField(_("thống nhất ngày"), null=True, blank=True)
    issued_on = models.DateField(_("ban hành ngày"), null=True, blank=True)
    document_number = CleanCharField(
        _("số văn bản ban hành"), max_length=60, blank=True, help_text=_("Ví dụ: 05/QC-BĐH.")
    )

    objects = RegulationQuerySet.as_manager()

    class Meta:
        verbose_name = _("quy chế hoạt động")
        verbose_name_plural = _("quy chế hoạt động")
        ordering = ["hamlet", "-version"]
        permissions = [("settle_regulation", "Xác nhận thống nhất và ban hành quy chế")]
        constraints = [
            models.UniqueConstraint(
                fields=["hamlet", "version"],
                name="regulation_version_unique",
                violation_error_message=_("Ấp đã có quy chế bản này."),
            ),
            models.UniqueConstraint(
                fields=["commune", "version"],
                name="regulation_version_unique_in_commune",
                violation_error_message=_("Xã đã có quy chế bản này."),
            ),
            models.UniqueConstraint(
                fields=["hamlet"],
                condition=Q(status="issued"),
                name="regulation_one_issued",
                violation_error_message=_("Ấp đang có quy chế đã ban hành. Hãy ban hành bản mới."),
            ),
            models.UniqueConstraint(
                fields=["commune"],
                condition=Q(status="issued"),
                name="regulation_one_issued_in_commune",
                violation_error_message=_("Xã đang có quy chế đã ban hành. Hãy ban hành bản mới."),
            ),
            models.CheckConstraint(
                condition=Q(hamlet=None, commune__isnull=False)
                | Q(hamlet__isnull=False, commune=None),
                name="regulation_hamlet_or_commune",
                violation_error_message=_("Quy chế phải thuộc một ấp, hoặc thuộc cả xã."),
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["agreed", "issued"]) | Q(agreed_on__isnull=False),
                name="regulation_agreed_has_date",
                violation_error_message=_("Hãy ghi ngày thống nhất quy chế."),
            ),
        ]

    def __str__(self) -> str:
        return f"Quy chế {self.hamlet or 'toàn xã'}, bản {self.version}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Rules written down as agreed, without saying when, are agreed from today."""
        if self.is_in_force and self.agreed_on is None:
            self.agreed_on = timezone.localdate()
            if kwargs.get("update_fields") is not None:
                kwargs["update_fields"] = {*kwargs["update_fields"], "agreed_on"}
        super().save(*args, **kwargs)

    @property
    def home_commune(self) -> Commune:
        """The commune that this regulation reaches, through its hamlet or directly."""
        return self.hamlet.commune if self.hamlet else self.commune  # type: ignore[return-value]

    @property
    def is_open(self) -> bool:
        return self.status in self.OPEN

    @property
    def is_in_force(self) -> bool:
        return self.status in self.IN_FORCE


# Meetings that ask the people: of the commune, of a hamlet, of a team.


class ConsultationMeeting(models.Model):
    """One asking of opinions, and what came of it.

    Its level follows from its place: the commune (bodies are counted, not households), a hamlet,
    or a team of a hamlet. Held by clusters, its counts are the sums of the clusters.
    """

    class Form(models.TextChoices):
        MEETING = "meeting", _("Họp")
        BALLOTS = "ballots", _("Phát phiếu lấy ý kiến từng hộ")
        ONLINE = "online", _("Biểu quyết trực tuyến")

    class Matter(models.TextChoices):
        SELF_MANAGED = "self_managed", _("Việc tự quản (quá nửa tổng số hộ)")
        WEIGHTY = "weighty", _("Việc khoản 1, 2 Điều 15 (từ hai phần ba tổng số hộ)")

    workflow: ClassVar[Workflow] = Workflow(
        subject="meeting",
        denied="Tài khoản này không được ghi cuộc họp lấy ý kiến.",
        unseen="Cuộc họp này ngoài địa bàn của tài khoản.",
        missing="Cuộc họp này đã được xóa.",
        related=("regulation", "hamlet"),
        commune="home_commune",
    )

    commune = optional_key(
        Commune, _("xã, phường"), "meetings", help_text=_("Chỉ chọn khi là cuộc họp cấp xã.")
    )
    hamlet = optional_key(Hamlet, _("ấp, khu phố"), "meetings")
    team = optional_key(
        Team, _("tổ nhân dân"), "meetings", help_text=_("Chỉ chọn khi họp riêng một tổ.")
    )
    regulation = optional_key(Regulation, _("quy chế được lấy ý kiến"), "meetings")
    subject = CleanCharField(
        _("nội dung họp"), max_length=200,
        default="Thống nhất việc tham gia và quy chế hoạt động của mô hình “Zalo kết nối bình yên”",
    )  # fmt: skip
    matter = models.CharField(
        _("loại việc"), max_length=12, choices=Matter, default=Matter.SELF_MANAGED
    )
    form = models.CharField(_("hình thức"), max_length=8, choices=Form, default=Form.MEETING)
    notice_on = models.DateField(
        _("báo họp ngày"), null=True, blank=True, help_text=_("Báo trước ít nhất 2 ngày.")
    )
    held_on = models.DateField(_("họp ngày"))
    venue = CleanCharField(_("địa điểm"), max_length=150, blank=True)
    chair = CleanCharField(
        _("chủ trì"), max_length=120, blank=True, help_text=_("Họ tên, chức vụ.")
    )
    secretary = CleanCharField(_("thư ký"), max_length=120, blank=True)
    attendance = models.TextField(
        _("thành phần"), blank=True,
        help_text=_("Họp cấp xã: các ban, ngành, đoàn thể, các ấp được mời và có mặt."),
    )  # fmt: skip
    households = models.PositiveIntegerField(
        _("tổng số hộ"), default=0, help_text=_("Họp cấp xã: số đơn vị được mời.")
    )
    represented = models.PositiveIntegerField(
        _("số hộ có mặt"), default=0,
        help_text=_("Số hộ có đại diện dự họp hoặc gửi phiếu. Họp cấp xã: số đơn vị dự."),
    )  # fmt: skip
    agree = models.PositiveIntegerField(_("đồng ý"), default=0)
    disagree = models.PositiveIntegerField(_("không đồng ý"), default=0)
    other = models.PositiveIntegerField(_("ý kiến khác"), default=0)
    ballot_team = models.TextField(
        _("tổ lấy phiếu"), blank=True,
        help_text=_("Chỉ ghi khi phát phiếu hoặc biểu quyết trực tuyến: 3 đến 5 người, mỗi người "
                    "một dòng."),
    )  # fmt: skip
    minutes = models.TextField(
        _("ý kiến thảo luận và kết luận"), blank=True,
        help_text=_("Không ghi nội dung bí mật nhà nước, không ghi ai nói gì về người khác."),
    )  # fmt: skip
    minutes_file = models.FileField(
        _("tệp biên bản"), upload_to="minutes/%Y/%m/", blank=True,
        help_text=_("Tệp Word (.docx), PDF, hoặc ảnh chụp biên bản đã ký; tối đa 20 MB."),
    )  # fmt: skip
    recorded_by = user_field(_("người ghi"), editable=False)
    recorded_at = models.DateTimeField(_("ghi lúc"), auto_now_add=True)

    objects = MeetingQuerySet.as_manager()

    class Meta:
        verbose_name = _("cuộc họp lấy ý kiến")
        verbose_name_plural = _("họp lấy ý kiến")
        ordering = ["-held_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(hamlet=None, commune__isnull=False)
                | Q(hamlet__isnull=False, commune=None),
                name="meeting_hamlet_or_commune",
                violation_error_message=_("Cuộc họp phải của một ấp, hoặc của cấp xã."),
            ),
            models.CheckConstraint(
                condition=Q(team=None) | Q(hamlet__isnull=False),
                name="meeting_team_needs_hamlet",
                violation_error_message=_("Cuộc họp tổ phải thuộc một ấp."),
            ),
            models.CheckConstraint(
                condition=Q(represented=F("agree") + F("disagree") + F("other")),
                name="meeting_counts_add_up",
                violation_error_message=_(
                    "Số đồng ý, không đồng ý và ý kiến khác cộng lại phải bằng số có mặt."
                ),
            ),
            models.CheckConstraint(
                condition=Q(represented__lte=F("households")),
                name="meeting_not_more_than_all",
                violation_error_message=_("Số có mặt không được nhiều hơn tổng số."),
            ),
            models.CheckConstraint(
                condition=Q(notice_on=None) | Q(notice_on__lte=F("held_on")),
                name="meeting_notice_comes_first",
                violation_error_message=_("Ngày báo họp không được sau ngày họp."),
            ),
        ]

    def __str__(self) -> str:
        return f"Họp {self.team or self.hamlet or 'cấp xã'} ngày {self.held_on:%d/%m/%Y}"

    @property
    def home_commune(self) -> Commune:
        """The commune that this meeting reaches, through its hamlet or directly."""
        return self.hamlet.commune if self.hamlet else self.commune  # type: ignore[return-value]

    @property
    def is_of_commune(self) -> bool:
        return self.hamlet_id is None

    @property
    def absent(self) -> int:
        """Households (or bodies) that were neither there nor sent a ballot."""
        return max(self.households - self.represented, 0)

    @property
    def has_minutes(self) -> bool:
        """Whether there are words of what was said, or a paper with them."""
        return bool(self.minutes_file) or bool(self.minutes.strip())

    def clean(self) -> None:
        super().clean()
        if self.team is not None and self.hamlet_id and self.team.hamlet_id != self.hamlet_id:
            raise ValidationError({"team": _("Tổ này không thuộc ấp của cuộc họp.")})
        regulation = self.regulation
        if regulation is None or not (self.hamlet_id or self.commune_id):
            return
        fits = regulation.hamlet_id == self.hamlet_id if regulation.hamlet_id else True
        if not (fits or self.is_of_commune) or regulation.home_commune != self.home_commune:
            raise ValidationError({"regulation": _("Quy chế này của nơi khác.")})


class MeetingCluster(models.Model):
    """A part of a meeting that was held by clusters of households."""

    meeting = required_key(ConsultationMeeting, _("cuộc họp"), "clusters", on_delete=models.CASCADE)
    name = CleanCharField(_("cụm"), max_length=100, help_text=_("Ví dụ: Cụm Tổ 1 và Tổ 2."))
    held_on = models.DateField(_("họp ngày"), null=True, blank=True)
    represented = models.PositiveIntegerField(_("số hộ có mặt"), default=0)
    agree = models.PositiveIntegerField(_("đồng ý"), default=0)
    disagree = models.PositiveIntegerField(_("không đồng ý"), default=0)
    other = models.PositiveIntegerField(_("ý kiến khác"), default=0)

    objects = HamletScopedQuerySet.as_manager()
    hamlet_lookup: ClassVar[str] = "meeting__hamlet"

    class Meta:
        verbose_name = _("cụm họp")
        verbose_name_plural = _("họp theo cụm")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "name"],
                name="meeting_cluster_once",
                violation_error_message=_("Cụm này đã ghi rồi."),
            ),
            models.CheckConstraint(
                condition=Q(represented=F("agree") + F("disagree") + F("other")),
                name="meeting_cluster_counts_add_up",
                violation_error_message=_(
                    "Số đồng ý, không đồng ý và ý kiến khác cộng lại phải bằng số có mặt."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.name
