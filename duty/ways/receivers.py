"""Devices follow their person: they end with the account, the role, or all its sessions."""

from typing import Any

from django.contrib.auth.models import Group
from django.db.models.signals import m2m_changed, post_save
from django.dispatch import receiver

from accounts.models import User
from accounts.sign_in.signals import sessions_ended
from duty.ways import devices
from duty.ways.sms.models import OwnPhone
from duty.ways.zalo import linking as zalo_links

REMOVING = ("post_remove", "post_clear")


@receiver(sessions_ended)
def end_with_all_sessions(user: User, **kwargs: Any) -> None:
    devices.turn_off_all([user.pk])


@receiver(post_save, sender=User)
def end_with_the_account(instance: User, update_fields: Any = None, **kwargs: Any) -> None:
    is_asked = update_fields is None or "is_active" in update_fields
    if is_asked and not instance.is_active:
        devices.turn_off_all([instance.pk])
        zalo_links.end_with_the_account(instance)
        OwnPhone.objects.filter(user=instance).delete()


@receiver(m2m_changed, sender=User.groups.through)
@receiver(m2m_changed, sender=User.user_permissions.through)
def end_with_the_role(instance: Any, action: str, pk_set: Any, **kwargs: Any) -> None:
    """Ask of accounts, read afresh, whether they may still receive notices."""
    if action not in REMOVING:
        return
    owners = User.objects.filter(devices__off_at=None, devices__isnull=False).distinct()
    if isinstance(instance, User):
        owners = owners.filter(pk=instance.pk)
    elif isinstance(instance, Group) and pk_set is not None:
        owners = owners.filter(pk__in=pk_set)
    devices.turn_off_all(owner.pk for owner in owners if not owner.has_perm(devices.RECEIVE))
