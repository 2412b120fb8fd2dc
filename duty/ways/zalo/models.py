"""The own Zalo of an account, the code that makes it known, and the look at the duty group."""

from datetime import datetime, timedelta
from typing import ClassVar, Final

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.communes.querysets import CommuneScopedQuerySet
from accounts.encryption.services import blind_index
from accounts.models import Commune, User
from zalo.models import Follower

# Zalo lets the account write free of charge for 48 hours; two of them are left as a margin.
OPEN_FOR: Final = timedelta(hours=46)
CODE_FOR: Final = timedelta(minutes=10)


def code_index(code: str) -> str:
    """By which a code is found again; the code itself stands on the page alone."""
    return blind_index(code, purpose="duty_ownzalocode.code")


class OwnZalo(models.Model):
    """The follower of the Official Account who is the person of an account of the portal.

    `heard_at`: when the person last wrote one of our two messages (the code, “NHAN CA”). Of other
    messages no time is kept: beside a name it would tell who wrote to the police.
    """

    user = models.OneToOneField(
        User, models.PROTECT, verbose_name=_("người"), related_name="own_zalo"
    )
    follower = models.OneToOneField(
        Follower, models.CASCADE, verbose_name=_("người quan tâm OA"), related_name="+"
    )
    linked_at = models.DateTimeField(_("liên kết lúc"))
    heard_at = models.DateTimeField(_("nhắn gần nhất lúc"), null=True, blank=True)

    objects = CommuneScopedQuerySet.as_manager()
    commune_lookup: ClassVar[str] = "user__commune"

    class Meta:
        verbose_name = _("Zalo của một người")
        verbose_name_plural = _("Zalo của một người")
        default_permissions = ()

    def __str__(self) -> str:
        return f"Zalo của tài khoản số {self.user_id}"

    def open_until(self, now: datetime) -> datetime | None:
        """Until when messages to this person cost nothing; None: the window is not open."""
        until = self.heard_at + OPEN_FOR if self.heard_at else now
        return until if until > now else None


class OwnZaloCode(models.Model):
    """A code on the page of one person, good for one message within ten minutes.

    `used_at` is the time of that message: the same event may come twice.
    """

    user = models.OneToOneField(
        User, models.PROTECT, verbose_name=_("người"), related_name="own_zalo_code"
    )
    code_index = models.CharField(max_length=64, unique=True, editable=False)
    expires_at = models.DateTimeField(_("hết hạn lúc"))
    used_at = models.DateTimeField(_("dùng lúc"), null=True, blank=True)

    objects = CommuneScopedQuerySet.as_manager()
    commune_lookup: ClassVar[str] = "user__commune"

    class Meta:
        verbose_name = _("mã liên kết Zalo của một người")
        verbose_name_plural = _("mã liên kết Zalo của một người")
        default_permissions = ()

    def __str__(self) -> str:
        return f"Mã của tài khoản số {self.user_id}"


class DutyGroupCheck(models.Model):
    """The last look at the people in the duty group of a commune: numbers, never a name or an id.

    `strangers`: people in the group who are no account of the portal that keeps shifts. `absent`:
    accounts that do, with their Zalo known, who are not in the group. `trouble`: a sentence where
    Zalo refused to say.
    """

    commune = models.OneToOneField(
        Commune, models.PROTECT, verbose_name=_("xã, phường"), related_name="duty_group_check"
    )
    duty_group = models.CharField(_("nhóm trực ban của OA"), max_length=80)
    checked_at = models.DateTimeField(_("xem lúc"))
    known = models.PositiveIntegerField(_("người trực trong nhóm"), default=0)
    strangers = models.PositiveIntegerField(_("người lạ trong nhóm"), default=0)
    absent = models.PositiveIntegerField(_("người trực ngoài nhóm"), default=0)
    trouble = models.CharField(_("vì sao chưa xem được"), max_length=255, blank=True)

    objects = CommuneScopedQuerySet.as_manager()
    commune_lookup: ClassVar[str] = "commune"

    class Meta:
        verbose_name = _("lần xem nhóm trực ban")
        verbose_name_plural = _("lần xem nhóm trực ban")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.commune}: {self.strangers} người lạ"

    @property
    def needs_a_person(self) -> bool:
        """Whether somebody must put the group right."""
        return bool(self.strangers or self.trouble)
