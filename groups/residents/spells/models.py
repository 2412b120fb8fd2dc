"""Dated facts: when a member was in a group, and through whom posts reached a member."""

from datetime import date
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.key_fields import required_key
from accounts.users.fields import user_field
from groups.places.querysets import HamletScopedQuerySet
from groups.residents.models import Member
from groups.zalo_groups.models import ZaloGroup


class Source(models.TextChoices):
    """The origin of a dated fact."""

    ZALO = "zalo", _("Zalo báo")
    LIST = "list", _("Danh sách tải lên")
    ROLL_CALL = "roll_call", _("Điểm danh")
    HAND = "hand", _("Ghi tay")


class SpellQuerySet(HamletScopedQuerySet):
    def on(self, day: date) -> Self:
        """Spells that hold at the end of a day."""
        return self.filter(Q(ended_on=None) | Q(ended_on__gt=day), began_on__lte=day)


class Spell(models.Model):
    """A span of days, the first included and the last not.

    `is_estimated`: nobody stated the first day; it is the day of the record.
    """

    began_on = models.DateField(_("từ ngày"))
    ended_on = models.DateField(_("đến ngày"), null=True, blank=True)
    is_estimated = models.BooleanField(_("ngày đầu ước tính"), default=False)
    source = models.CharField(_("nguồn"), max_length=9, choices=Source)
    recorded_by = user_field(_("người ghi"), db_index=False)
    recorded_at = models.DateTimeField(_("ghi lúc"), default=timezone.now)
    end_source = models.CharField(
        _("nguồn của ngày cuối"), max_length=9, choices=Source, blank=True
    )
    end_recorded_by = user_field(_("người ghi ngày cuối"), db_index=False)
    end_recorded_at = models.DateTimeField(_("ghi ngày cuối lúc"), null=True, blank=True)

    objects = SpellQuerySet.as_manager()
    hamlet_lookup: ClassVar[str] = "member__hamlet"

    class Meta:
        abstract = True


class MembershipSpell(Spell):
    """Days in which a member was in a group; a member who comes back gets a second row.

    The database writes it with each change of `Membership` (`groups.residents.spells.triggers`).
    """

    member = required_key(Member, _("thành viên"), "spells", on_delete=models.CASCADE)
    group = required_key(ZaloGroup, _("nhóm Zalo"), "spells")

    class Meta:
        verbose_name = _("thời gian ở trong nhóm")
        verbose_name_plural = _("thời gian ở trong nhóm")
        default_permissions = ()
        ordering = ["member", "began_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["member", "group"],
                condition=Q(ended_on=None),
                name="membership_spell_open_once",
                violation_error_message=_("Người này đang ở trong nhóm rồi."),
            ),
            models.CheckConstraint(
                condition=Q(ended_on=None) | Q(ended_on__gte=F("began_on")),
                name="membership_spell_in_order",
                violation_error_message=_("Ngày rời nhóm không thể trước ngày vào nhóm."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member} – {self.group}"


class ProxySpell(Spell):
    """Days in which posts reached a member through somebody else."""

    member = required_key(Member, _("thành viên"), "proxy_spells", on_delete=models.CASCADE)
    through = required_key(Member, _("nhận tin qua"), "proxied_spells", on_delete=models.CASCADE)

    class Meta:
        verbose_name = _("thời gian nhận tin qua người khác")
        verbose_name_plural = _("thời gian nhận tin qua người khác")
        default_permissions = ()
        ordering = ["member", "began_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["member"],
                condition=Q(ended_on=None),
                name="proxy_spell_open_once",
                violation_error_message=_("Người này đang nhận tin qua người khác rồi."),
            ),
            models.CheckConstraint(
                condition=Q(ended_on=None) | Q(ended_on__gte=F("began_on")),
                name="proxy_spell_in_order",
                violation_error_message=_("Ngày cuối không thể trước ngày đầu."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member} – {self.through}"
