"""Shifts and who keeps them."""

import secrets
from datetime import datetime, time
from typing import ClassVar, Final
from uuid import uuid4

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import (
    ArrayField,
    BigIntegerRangeField,
    DateTimeRangeField,
    RangeOperators,
)
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.communes.querysets import CommuneScopedQuerySet
from accounts.encryption.fields import EncryptedTextField
from accounts.key_fields import optional_key, required_key
from accounts.models import Commune, User
from accounts.workflow.declaration import Workflow
from duty.roster.querysets import AbsenceQuerySet, ShiftQuerySet

# The rights of an account that may keep a shift.
KEEPS_SHIFTS: Final = ("duty.take_occasion", "duty.view_roster")


class Seat(models.TextChoices):
    """The place of a person in a shift."""

    DUTY = "duty", _("Trực ban")
    LEADER = "leader", _("Trực chỉ huy")
    SECOND = "second", _("Trực phụ")


def _one_person_a_seat() -> list[ExclusionConstraint]:
    """Constraints against two persons in one seat at a time; ranges alone need no extension."""
    commune = Func(
        F("commune"), F("commune"), Value("[]"), function="int8range",
        output_field=BigIntegerRangeField(),
    )  # fmt: skip
    hours = Func(
        F("starts_at"), F("ends_at"), function="tstzrange", output_field=DateTimeRangeField()
    )
    return [
        ExclusionConstraint(
            name=f"shift_one_person_{seat}",
            expressions=[(commune, RangeOperators.OVERLAPS), (hours, RangeOperators.OVERLAPS)],
            condition=Q(seat=seat),
            violation_error_message=_("Giờ này đã có người trực ở vị trí này."),
        )
        for seat in ("duty", "leader", "second")
    ]


class DutySettings(models.Model):
    """Hours of a commune, its duty group, its office mail, and the most short messages a day."""

    workflow: ClassVar[Workflow] = Workflow(
        subject="duty_settings", denied="Chỉ chỉ huy đặt giờ trực và đường báo chung."
    )

    commune = models.OneToOneField(
        Commune, models.PROTECT, verbose_name=_("xã, phường"), related_name="duty_settings"
    )
    changes_at = models.TimeField(_("giờ đổi ca"), default=time(7, 30))
    night_from = models.TimeField(_("đêm từ"), default=time(21, 0))
    night_to = models.TimeField(_("đêm đến"), default=time(6, 30))
    office_mail = models.EmailField(_("hộp thư cơ quan"), blank=True)
    duty_group = models.CharField(_("nhóm trực ban của OA"), max_length=80, blank=True)
    sms_person_day = models.PositiveSmallIntegerField(
        _("tin SMS nhiều nhất một ngày cho một người"), default=10
    )
    sms_commune_day = models.PositiveSmallIntegerField(
        _("tin SMS nhiều nhất một ngày của cả xã"), default=60
    )

    objects = CommuneScopedQuerySet.as_manager()
    commune_lookup: ClassVar[str] = "commune"

    class Meta:
        verbose_name = _("giờ trực và đường báo")
        verbose_name_plural = _("giờ trực và đường báo")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.commune}: {self.changes_at:%H:%M}"


class ShiftPattern(models.Model):
    """Persons who keep one seat in turn; from it rows are made for eight weeks.

    `days`: how many days running each keeps it, a row a day. `made_to`: the last day for which rows
    were made, so that a row removed by hand does not come back.
    """

    workflow: ClassVar[Workflow] = Workflow(
        subject="shift_pattern", denied="Chỉ người lập lịch trực mới đổi được nếp trực."
    )

    commune = required_key(Commune, _("xã, phường"))
    seat = models.CharField(_("vị trí"), max_length=8, choices=Seat)
    people = ArrayField(models.BigIntegerField(), verbose_name=_("lần lượt"))
    starts_on = models.DateField(_("từ ngày"))
    ends_on = models.DateField(_("đến ngày"), null=True, blank=True)
    days = models.PositiveSmallIntegerField(_("số ngày một ca"), default=1)
    made_to = models.DateField(_("đã lập đến ngày"), null=True, blank=True)

    objects = CommuneScopedQuerySet.as_manager()
    commune_lookup: ClassVar[str] = "commune"

    class Meta:
        verbose_name = _("nếp trực")
        verbose_name_plural = _("nếp trực")
        ordering = ["starts_on", "pk"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.get_seat_display()} từ {self.starts_on:%d/%m/%Y}"


class Shift(models.Model):
    """One person in one seat from one instant to another.

    `begun_at`: the person said on the phone that the shift has begun (báo danh), which proves that
    pushes arrive. `handed_over_at`: the next one took over by name.
    """

    workflow: ClassVar[Workflow] = Workflow(
        subject="shift",
        denied="Chỉ người lập lịch trực mới đổi được ca trực.",
        missing="Ca trực này không còn nữa. Hãy tải lại trang.",
    )

    commune = required_key(Commune, _("xã, phường"))
    seat = models.CharField(_("vị trí"), max_length=8, choices=Seat)
    person = required_key(User, _("người trực"), "shifts")
    starts_at = models.DateTimeField(_("từ lúc"))
    ends_at = models.DateTimeField(_("đến lúc"))
    pattern = optional_key(ShiftPattern, _("theo nếp"), on_delete=models.SET_NULL)
    is_edited = models.BooleanField(_("đã sửa tay"), default=False)
    begun_at = models.DateTimeField(_("báo danh lúc"), null=True, blank=True)
    handed_over_at = models.DateTimeField(_("giao ca lúc"), null=True, blank=True)
    handed_over_to = optional_key(User, _("giao cho"))

    objects = ShiftQuerySet.as_manager()
    commune_lookup: ClassVar[str] = "commune"

    class Meta:
        verbose_name = _("ca trực")
        verbose_name_plural = _("ca trực")
        ordering = ["starts_at", "seat"]
        default_permissions = ()
        permissions = [
            ("view_roster", "Xem lịch trực"),
            ("edit_roster", "Lập và đổi lịch trực"),
        ]
        indexes = [
            models.Index(fields=["commune", "ends_at", "starts_at"], name="shift_of_commune"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="shift_ends_after_it_starts",
                violation_error_message=_("Ca trực phải kết thúc sau khi bắt đầu."),
            ),
            *_one_person_a_seat(),
        ]

    def __str__(self) -> str:
        start = timezone.localtime(self.starts_at)
        return f"{self.get_seat_display()} {start:%H:%M %d/%m/%Y}: {self.person}"

    def is_now(self, now: datetime) -> bool:
        """Whether the shift is going on."""
        return self.starts_at <= now < self.ends_at


class HandOver(models.Model):
    """Words of the keeper of a shift to the next one, who confirms the hand-over by name."""

    workflow: ClassVar[Workflow] = Workflow(
        subject="shift_handover",
        denied="Việc bàn giao ca này không phải của tài khoản này.",
        ended=lambda row: "Ca này đã bàn giao xong." if row.confirmed_at is not None else "",
        commune="shift.commune",
        audits_text=False,
    )

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    shift = models.OneToOneField(
        Shift, models.PROTECT, verbose_name=_("ca trực"), related_name="handover"
    )
    given_by = required_key(User, _("người giao"))
    given_to = required_key(User, _("người nhận"))
    text = EncryptedTextField(_("điều cần bàn giao"), blank=True)
    given_at = models.DateTimeField(_("giao lúc"), default=timezone.now)
    confirmed_at = models.DateTimeField(_("nhận lúc"), null=True, blank=True)

    objects = CommuneScopedQuerySet.as_manager()
    commune_lookup: ClassVar[str] = "shift__commune"

    class Meta:
        verbose_name = _("bàn giao ca")
        verbose_name_plural = _("bàn giao ca")
        ordering = ["-given_at"]
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=~Q(given_by=F("given_to")),
                name="handover_of_shift_to_another",
                violation_error_message=_("Người nhận ca phải là người khác."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.given_by} giao ca cho {self.given_to}"


class Swap(models.Model):
    """A person asks another to keep a shift; it changes hands once that one agrees."""

    class State(models.TextChoices):
        """The answer of the other person."""

        ASKED = "asked", _("Đang hỏi")
        AGREED = "agreed", _("Đã nhận đổi")
        DECLINED = "declined", _("Không nhận")
        WITHDRAWN = "withdrawn", _("Thôi không đổi")

    workflow: ClassVar[Workflow] = Workflow(
        subject="shift_swap",
        denied="Việc đổi ca này không phải của tài khoản này.",
        state_field="state",
        transitions={
            State.ASKED: {State.AGREED, State.DECLINED, State.WITHDRAWN},
            State.AGREED: set(),
            State.DECLINED: set(),
            State.WITHDRAWN: set(),
        },
        no_transition="Việc đổi ca này đã xong.",
        commune="shift.commune",
    )

    shift = required_key(Shift, _("ca trực"), "swaps", on_delete=models.CASCADE)
    in_return = optional_key(Shift, _("đổi lại ca"), on_delete=models.SET_NULL)
    asked_by = required_key(User, _("người xin đổi"))
    asked_of = required_key(User, _("hỏi"))
    state = models.CharField(_("trạng thái"), max_length=10, choices=State, default=State.ASKED)
    asked_at = models.DateTimeField(_("hỏi lúc"), default=timezone.now)
    answered_at = models.DateTimeField(_("trả lời lúc"), null=True, blank=True)

    objects = CommuneScopedQuerySet.as_manager()
    commune_lookup: ClassVar[str] = "shift__commune"

    class Meta:
        verbose_name = _("việc đổi ca")
        verbose_name_plural = _("việc đổi ca")
        ordering = ["-asked_at"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.asked_by} hỏi {self.asked_of}"


class Absence(models.Model):
    """Days on which a person is away, and the person who stands in.

    `may_approve`: the stand-in has the right to approve for these days, written down by the chief
    (ủy quyền); it begins and ends by itself.
    """

    workflow: ClassVar[Workflow] = Workflow(
        subject="absence", denied="Chỉ chỉ huy ghi được ngày nghỉ và ủy quyền."
    )

    commune = required_key(Commune, _("xã, phường"))
    person = required_key(User, _("người nghỉ"), "absences")
    stand_in = required_key(User, _("người thay"))
    starts_at = models.DateTimeField(_("từ lúc"))
    ends_at = models.DateTimeField(_("đến lúc"))
    may_approve = models.BooleanField(_("được ủy quyền duyệt bài"), default=False)
    written_by = required_key(User, _("người ghi"))
    written_at = models.DateTimeField(_("ghi lúc"), default=timezone.now)
    ended_at = models.DateTimeField(_("thôi sớm lúc"), null=True, blank=True)

    objects = AbsenceQuerySet.as_manager()
    commune_lookup: ClassVar[str] = "commune"

    class Meta:
        verbose_name = _("ngày nghỉ, ủy quyền")
        verbose_name_plural = _("ngày nghỉ, ủy quyền")
        ordering = ["-starts_at"]
        default_permissions = ()
        permissions = [("write_absence", "Ghi ngày nghỉ và ủy quyền")]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="absence_ends_after_it_starts",
                violation_error_message=_("Ngày nghỉ phải kết thúc sau khi bắt đầu."),
            ),
            models.CheckConstraint(
                condition=~Q(person=F("stand_in")),
                name="absence_has_another_person",
                violation_error_message=_("Người thay phải là người khác."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.stand_in} thay {self.person}"


def new_feed_secret() -> str:
    """The secret part of the address of a calendar."""
    return secrets.token_urlsafe(24)


class Feed(models.Model):
    """The address under which a person's calendar reads the own shifts; only its hash is kept."""

    user = models.OneToOneField(
        User, models.PROTECT, verbose_name=_("người"), related_name="duty_feed"
    )
    secret_hash = models.CharField(_("dấu địa chỉ"), max_length=64, unique=True)
    made_at = models.DateTimeField(_("lập lúc"), default=timezone.now)
    read_at = models.DateTimeField(_("đọc lần cuối lúc"), null=True, blank=True)

    objects = CommuneScopedQuerySet.as_manager()
    commune_lookup: ClassVar[str] = "user__commune"

    class Meta:
        verbose_name = _("lịch riêng")
        verbose_name_plural = _("lịch riêng")
        default_permissions = ()

    def __str__(self) -> str:
        return f"Lịch của {self.user}"
