"""Occasions to tell somebody, and what became of them."""

import secrets
from datetime import datetime, timedelta
from typing import ClassVar, Final

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.communes.querysets import CommuneScopedQuerySet
from accounts.key_fields import optional_key, required_key
from accounts.models import Commune, User
from accounts.scoped_admin.matters import subject_of as subject_of
from accounts.workflow.declaration import History, Workflow
from duty.occasions.kinds import KINDS, LEVELS, MANY, Level, LevelRules
from duty.occasions.querysets import OccasionQuerySet


def new_token() -> str:
    """The 128 random bits of an address; they grant nothing."""
    return secrets.token_urlsafe(16)


class Occasion(models.Model):
    """One duty that exists elsewhere and of which somebody is told until a person takes it.

    `subject` names a row of any app (`broadcasts.broadcast:12`); what it holds is not copied here.
    Open while `closed_at` is empty, waiting while `taken_by` is empty too. `step` is the number of
    the next step, due at `next_step_at`; an open one always has it.
    """

    class Ended(models.TextChoices):
        """Why an occasion was closed."""

        DONE = "done", _("Việc đã xong")
        REPLACED = "replaced", _("Có lần mới thay")
        GONE = "gone", _("Việc không còn")
        FOLDED = "folded", _("Gộp vào việc chung")

    workflow: ClassVar[Workflow] = Workflow(
        subject="occasion",
        denied="Việc này không phải của tài khoản này.",
        ended=lambda row: "Không còn việc này." if row.closed_at is not None else "",
        history=History(text="note"),
    )

    token = models.CharField(_("mã địa chỉ"), max_length=32, unique=True, default=new_token)
    commune = required_key(Commune, _("xã, phường"))
    # Of `KINDS` and `Level`; no choices, so that a new kind needs no migration.
    kind = models.CharField(_("loại"), max_length=30)
    level = models.CharField(_("mức"), max_length=8)
    subject = models.CharField(_("việc"), max_length=80)
    round = models.PositiveIntegerField(_("lần"), default=1)
    count = models.PositiveIntegerField(_("số sự việc"), default=1)
    opened_at = models.DateTimeField(_("mở lúc"))
    due_at = models.DateTimeField(_("hạn"), null=True, blank=True)
    step = models.PositiveIntegerField(_("bước tới"), default=0)
    next_step_at = models.DateTimeField(_("bước tới lúc"), null=True, blank=True)
    told_at = models.DateTimeField(_("báo lần đầu lúc"), null=True, blank=True)
    taken_by = optional_key(User, _("người nhận"))
    taken_at = models.DateTimeField(_("nhận lúc"), null=True, blank=True)
    taken_until = models.DateTimeField(_("nhận đến"), null=True, blank=True)
    folded_into = models.ForeignKey(
        "self",
        models.CASCADE,
        verbose_name=_("gộp vào"),
        related_name="folded",
        null=True,
        blank=True,
    )
    closed_at = models.DateTimeField(_("đóng lúc"), null=True, blank=True)
    closed_because = models.CharField(_("đóng vì"), max_length=8, choices=Ended, blank=True)

    objects = OccasionQuerySet.as_manager()
    commune_lookup: ClassVar[str] = "commune"

    class Meta:
        verbose_name = _("việc cần báo")
        verbose_name_plural = _("việc cần báo")
        ordering = ["-opened_at", "-pk"]
        default_permissions = ()
        permissions = [
            ("take_occasion", "Nhận việc được báo"),
            ("edit_kinds_of_occasion", "Đặt mức và tạm tắt loại việc được báo"),
        ]
        indexes = [
            models.Index(
                fields=["next_step_at"], name="occasion_next_step", condition=Q(closed_at=None)
            ),
            models.Index(fields=["subject", "kind"], name="occasion_subject"),
            models.Index(fields=["commune", "-opened_at"], name="occasion_of_commune"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["commune", "kind", "subject"],
                condition=Q(closed_at=None),
                name="occasion_one_open_a_subject",
                violation_error_message=_("Việc này đang được báo."),
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=False) | Q(next_step_at__isnull=False),
                name="occasion_never_ends_silently",
                violation_error_message=_("Việc còn mở phải có bước tới."),
            ),
            models.CheckConstraint(
                condition=Q(taken_by=None, taken_at=None, taken_until=None)
                | Q(taken_by__isnull=False, taken_at__isnull=False, taken_until__isnull=False),
                name="occasion_taken_until_a_time",
                violation_error_message=_("Việc đã nhận phải có người nhận và giờ hết nhận."),
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None, closed_because="")
                | (Q(closed_at__isnull=False) & ~Q(closed_because="")),
                name="occasion_closed_for_a_reason",
                violation_error_message=_("Việc đã đóng phải có lý do."),
            ),
        ]

    def __str__(self) -> str:
        # How many a flood has in all is not for everybody who may open some of them.
        if self.kind == MANY or self.count == 1:
            return self.words
        return f"{self.words} ({self.count})"

    @property
    def words(self) -> str:
        """The name of the kind, for pages of the portal alone."""
        return KINDS[self.kind].words

    @property
    def all_must_know(self) -> bool:
        """Whether each person has an own part of it, so that nobody takes it from the others."""
        return KINDS[self.kind].all_must_know

    @property
    def rules(self) -> LevelRules:
        """Steps and times of its level."""
        return LEVELS[Level(self.level)]

    @property
    def is_open(self) -> bool:
        """Whether the duty behind it still stands."""
        return self.closed_at is None

    @property
    def subject_pk(self) -> int:
        """The number of the row that `subject` names."""
        return int(self.subject.rpartition(":")[2])

    def is_taken(self, now: datetime | None = None) -> bool:
        """Whether a person has taken it and the taking has not expired."""
        return self.taken_until is not None and self.taken_until > (now or timezone.now())


# Events of a step: somebody was told, or nobody could be.
TELLINGS: Final = ("told", "nobody")


class OccasionEvent(models.Model):
    """One thing that happened to an occasion: a step, a taking, its end; no word of content."""

    occasion = required_key(Occasion, _("việc"), "events", on_delete=models.CASCADE)
    at = models.DateTimeField(_("lúc"), default=timezone.now)
    kind = models.CharField(_("sự kiện"), max_length=30)
    by = optional_key(User, _("người"))
    note = models.CharField(_("ghi chú"), max_length=200, blank=True)

    objects = CommuneScopedQuerySet.as_manager()
    commune_lookup: ClassVar[str] = "occasion__commune"

    class Meta:
        verbose_name = _("diễn biến của việc")
        verbose_name_plural = _("diễn biến của việc")
        ordering = ["at", "pk"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.kind} {self.at:%d/%m/%Y %H:%M:%S}"


class Sight(models.Model):
    """A person opened the page of an occasion: no further notice of it goes to that person."""

    occasion = required_key(Occasion, _("việc"), "sights", on_delete=models.CASCADE)
    user = required_key(User, _("người"))
    at = models.DateTimeField(_("lúc"))

    objects = CommuneScopedQuerySet.as_manager()
    commune_lookup: ClassVar[str] = "occasion__commune"

    class Meta:
        verbose_name = _("lần mở việc")
        verbose_name_plural = _("lần mở việc")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["occasion", "user"],
                name="sight_one_a_person",
                violation_error_message=_("Lần mở này đã được ghi."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.at:%d/%m/%Y %H:%M:%S}"


class KindChange(models.Model):
    """Change of a kind by the chief of a commune: its level, or silence until a day."""

    workflow: ClassVar[Workflow] = Workflow(
        subject="occasion_kind", denied="Chỉ chỉ huy đặt mức của các loại việc."
    )

    commune = required_key(Commune, _("xã, phường"))
    kind = models.CharField(_("loại"), max_length=30)
    level = models.CharField(_("mức"), max_length=8, blank=True)
    muted_until = models.DateTimeField(_("tạm tắt đến"), null=True, blank=True)

    objects = CommuneScopedQuerySet.as_manager()
    commune_lookup: ClassVar[str] = "commune"

    class Meta:
        verbose_name = _("thay đổi của loại việc")
        verbose_name_plural = _("thay đổi của loại việc")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["commune", "kind"],
                name="kindchange_one_a_kind",
                violation_error_message=_("Loại việc này đã được đặt."),
            ),
        ]

    def __str__(self) -> str:
        return KINDS[self.kind].words

    @property
    def last_day(self) -> datetime | None:
        """The last moment of the silence."""
        return self.muted_until - timedelta(seconds=1) if self.muted_until else None
