"""Bodies of a commune with their accounts, party organisations, guiding documents."""

from datetime import date
from typing import Any, ClassVar

from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from groups.models import Hamlet
from oversight.abstract_models import OfCommune
from oversight.direction.querysets import (
    GuidingDocumentQuerySet,
    PartyOrganisationQuerySet,
    RegisterQuerySet,
)


class Body(OfCommune):
    """A body that makes plans and answers directions: the police, the Front, a union.

    By role, the police speak for themselves and the People's Committee, the Party office for the
    Party Committee; the others by an account of their own (`BodyAccount`).
    """

    class Kind(models.TextChoices):
        """Kinds in the order of documents."""

        PARTY = "party", _("Đảng ủy")
        COMMITTEE = "committee", _("Ủy ban nhân dân")
        POLICE = "police", _("Công an")
        FRONT = "front", _("Mặt trận Tổ quốc")
        FARMERS = "farmers", _("Hội Nông dân")
        WOMEN = "women", _("Hội Liên hiệp Phụ nữ")
        YOUTH = "youth", _("Đoàn Thanh niên")
        VETERANS = "veterans", _("Hội Cựu chiến binh")
        WORKERS = "workers", _("Công đoàn")
        OTHER = "other", _("Cơ quan, tổ chức khác")

    # Represented by a role, never by a seat.
    BY_OFFICE: ClassVar[frozenset[str]] = frozenset({Kind.PARTY, Kind.POLICE})

    kind = models.CharField(_("loại"), max_length=10, choices=Kind)
    name = models.CharField(
        _("tên"), max_length=150, help_text=_("Ví dụ: Hội Liên hiệp Phụ nữ xã.")
    )
    is_active = models.BooleanField(_("đang hoạt động"), default=True)

    objects = RegisterQuerySet.as_manager()

    class Meta:
        verbose_name = _("cơ quan, đoàn thể")
        verbose_name_plural = _("cơ quan, đoàn thể")
        ordering = ["kind", "name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["commune", "name"],
                name="body_name_once_a_commune",
                violation_error_message=_("Xã đã có cơ quan mang tên này."),
            ),
            models.UniqueConstraint(
                fields=["commune", "kind"],
                condition=Q(kind__in=("party", "committee", "police")),
                name="body_of_office_once_a_commune",
                violation_error_message=_(
                    "Mỗi xã chỉ có một Đảng ủy, một Ủy ban nhân dân, một Công an."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.name


# Not `Meta.ordering`: lists of other rows would join through a foreign key.
IN_PAPERS = Case(*(When(kind=kind, then=Value(place)) for place, kind in enumerate(Body.Kind)))


class BodyAccount(models.Model):
    """Account that speaks for one body."""

    body = models.ForeignKey(
        Body, models.CASCADE, verbose_name=_("cơ quan, đoàn thể"), related_name="seats"
    )
    user = models.OneToOneField(
        User, models.PROTECT, verbose_name=_("tài khoản"), related_name="body_seat",
        error_messages={
            "unique": _("Tài khoản này đã thuộc một cơ quan. Mỗi cơ quan có tài khoản riêng.")
        },
    )  # fmt: skip

    objects = RegisterQuerySet.as_manager()
    commune_lookup: ClassVar[str] = "body__commune"

    class Meta:
        verbose_name = _("tài khoản của cơ quan")
        verbose_name_plural = _("tài khoản của cơ quan")

    def __str__(self) -> str:
        return f"{self.user} ({self.body})"


class PartyOrganisation(OfCommune):
    """Party cell or committee under the Party Committee: its name, never its members."""

    class Kind(models.TextChoices):
        HAMLET_CELL = "hamlet_cell", _("Chi bộ ấp, khu phố")
        AGENCY_CELL = "agency_cell", _("Chi bộ cơ quan")
        PART_COMMITTEE = "part_committee", _("Đảng ủy bộ phận")
        BASE_COMMITTEE = "base_committee", _("Đảng ủy, đảng bộ cơ sở")
        OTHER = "other", _("Tổ chức đảng khác")

    name = models.CharField(
        _("tên"), max_length=150,
        help_text=_("Ví dụ: Chi bộ ấp 3. Chỉ ghi tên tổ chức, không ghi tên đảng viên."),
    )  # fmt: skip
    kind = models.CharField(_("loại"), max_length=14, choices=Kind)
    hamlet = models.ForeignKey(
        Hamlet, models.PROTECT, verbose_name=_("ấp, khu phố"), related_name="+",
        null=True, blank=True,
    )  # fmt: skip
    valid_from = models.DateField(_("từ ngày"), null=True, blank=True)
    valid_to = models.DateField(_("đến hết ngày"), null=True, blank=True)

    objects = PartyOrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = _("tổ chức đảng")
        verbose_name_plural = _("tổ chức đảng")
        ordering = ["kind", "hamlet__code", "name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["commune", "name"],
                name="party_organisation_name_once",
                violation_error_message=_("Xã đã có tổ chức đảng mang tên này."),
            ),
            models.CheckConstraint(
                condition=Q(valid_from=None)
                | Q(valid_to=None)
                | Q(valid_to__gte=models.F("valid_from")),
                name="party_organisation_days_in_order",
                violation_error_message=_("Ngày cuối phải từ ngày đầu trở đi."),
            ),
            models.CheckConstraint(
                condition=~Q(kind="hamlet_cell") | Q(hamlet__isnull=False),
                name="party_organisation_cell_has_hamlet",
                violation_error_message=_("Chi bộ ấp, khu phố phải chọn ấp, khu phố."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Addressed(models.Model):
    """Row to or from exactly one body, hamlet or party organisation."""

    body = models.ForeignKey(
        Body, models.PROTECT, verbose_name=_("cơ quan, đoàn thể"), related_name="+",
        null=True, blank=True,
    )  # fmt: skip
    hamlet = models.ForeignKey(
        Hamlet, models.PROTECT, verbose_name=_("ấp, khu phố"), related_name="+",
        null=True, blank=True,
    )  # fmt: skip
    organisation = models.ForeignKey(
        PartyOrganisation, models.PROTECT, verbose_name=_("tổ chức đảng"), related_name="+",
        null=True, blank=True,
    )  # fmt: skip

    class Meta:
        abstract = True

    @property
    def addressee(self) -> str:
        """Name of the body, organisation or hamlet."""
        return str(self.body or self.organisation or self.hamlet)


def exactly_one(name: str, sentence: Any) -> models.CheckConstraint:
    """Constraint of an `Addressed`: exactly one side is set."""
    sides = ("body", "hamlet", "organisation")
    only = Q()
    for chosen in sides:
        only |= Q(**{f"{side}__isnull": side != chosen for side in sides})
    return models.CheckConstraint(condition=only, name=name, violation_error_message=sentence)


class GuidingDocument(OfCommune):
    """Document of a higher authority; documents with secrecy marks are refused."""

    class Kind(models.TextChoices):
        RESOLUTION = "resolution", _("Nghị quyết")
        DIRECTIVE = "directive", _("Chỉ thị")
        CONCLUSION = "conclusion", _("Kết luận")
        CIRCULAR = "circular", _("Thông tư")
        GUIDANCE = "guidance", _("Hướng dẫn")
        LETTER = "letter", _("Công văn")
        PLAN = "plan", _("Kế hoạch")
        DECISION = "decision", _("Quyết định")
        NOTICE = "notice", _("Thông báo")
        OTHER = "other", _("Văn bản khác")

    class Standing(models.TextChoices):
        IN_FORCE = "in_force", _("Còn hiệu lực")
        EXPIRED = "expired", _("Hết hiệu lực")
        REPLACED = "replaced", _("Đã thay thế")

    number = models.CharField(
        _("số, ký hiệu"), max_length=60, help_text=_("Ví dụ: 579/HD-CAT-PV01.")
    )
    issued_on = models.DateField(_("ngày ban hành"))
    issuer = models.CharField(_("cơ quan ban hành"), max_length=150)
    kind = models.CharField(_("loại văn bản"), max_length=10, choices=Kind)
    summary = models.TextField(
        _("trích yếu"), max_length=500, help_text=_("Không ghi văn bản có dấu mật.")
    )
    file = models.FileField(
        _("tệp văn bản"), upload_to="guiding/%Y/%m/", blank=True,
        help_text=_("Word, PDF hoặc ảnh chụp. Không gửi văn bản có dấu mật."),
    )  # fmt: skip
    valid_to = models.DateField(
        _("hết hiệu lực sau ngày"), null=True, blank=True,
        help_text=_("Để trống khi văn bản không ghi ngày hết hiệu lực."),
    )  # fmt: skip
    replaced_by = models.ForeignKey(
        "self", models.PROTECT, verbose_name=_("thay bằng văn bản"), related_name="replaces",
        null=True, blank=True,
    )  # fmt: skip
    spread_by = models.DateField(
        _("hạn quán triệt"), null=True, blank=True,
        help_text=_("Ghi ngày khi các chi bộ phải quán triệt, triển khai văn bản này."),
    )  # fmt: skip
    created_by = models.ForeignKey(
        User, models.PROTECT, verbose_name=_("người ghi"), related_name="+", null=True,
        editable=False,
    )  # fmt: skip
    created_at = models.DateTimeField(_("ghi lúc"), auto_now_add=True)

    objects = GuidingDocumentQuerySet.as_manager()

    class Meta:
        verbose_name = _("văn bản chỉ đạo")
        verbose_name_plural = _("văn bản chỉ đạo")
        ordering = ["-issued_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["commune", "number", "issued_on"],
                name="guiding_document_once",
                violation_error_message=_("Văn bản số này, ngày này đã có trong sổ."),
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("issued_on")),
                name="guiding_document_days_in_order",
                violation_error_message=_("Ngày hết hiệu lực phải từ ngày ban hành trở đi."),
            ),
            models.CheckConstraint(
                condition=Q(replaced_by=None) | ~Q(replaced_by=F("pk")),
                name="guiding_document_replaced_by_another",
                violation_error_message=_("Văn bản không thể thay cho chính nó."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.number}, {self.issued_on:%d/%m/%Y}"

    def standing_on(self, day: date) -> Standing:
        """Validity on a day, from the dates."""
        if self.replaced_by_id is not None:
            return self.Standing.REPLACED
        is_over = self.valid_to is not None and self.valid_to < day
        return self.Standing.EXPIRED if is_over else self.Standing.IN_FORCE
