"""Verbs over accounts: temporary passwords, locking, unlocking, own password."""

import secrets

from axes.utils import reset as forget_failed_logins
from django.db import transaction

from accounts import audit, sign_ins
from accounts.models import SecondFactor, User

# No letter or digit that is mistaken for another when read aloud or from paper.
_READABLE = "abcdefghjkmnpqrstuvwxyz23456789"


class NotAllowed(Exception):
    """The act is refused; the message is a sentence for the person."""


def readable(length: int) -> str:
    """Random letters and digits that survive being read aloud or copied from paper."""
    return "".join(secrets.choice(_READABLE) for _ in range(length))


def may_manage(user: User, *, by: User) -> bool:
    """Nobody but a superuser touches a superuser; nobody manages their own account."""
    return user.pk != by.pk and (by.is_superuser or not user.is_superuser)


def _check(user: User, by: User) -> None:
    if user.pk == by.pk:
        raise NotAllowed("Không tự làm việc này với tài khoản của chính mình.")
    if not may_manage(user, by=by):
        raise NotAllowed("Chỉ quản trị cấp cao nhất mới được thay đổi tài khoản này.")


@transaction.atomic
def issue_temporary_password(user: User, *, by: User) -> str:
    """Give a new password that must be changed at the next sign-in; ends all sessions.

    The password is returned once and kept nowhere. Who may not let a police account enrol voids
    its permit, so that password and permit are never in one hand. Raises NotAllowed.
    """
    _check(user, by)
    if not user.is_active:
        raise NotAllowed("Tài khoản đang bị khóa. Hãy mở khóa trước khi cấp mật khẩu tạm.")
    password = "-".join(readable(4) for _ in range(3))
    user.set_password(password)
    user.must_change_password = True
    user.save(update_fields=["password", "must_change_password"])
    sign_ins.end_all(user)
    if not by.has_perm("accounts.vouch_police_account"):
        SecondFactor.objects.filter(user=user).update(permitted_until=None)
    forget_failed_logins(username=user.username)
    audit.record("account.temporary_password", by=by, target=user)
    return password


@transaction.atomic
def lock(user: User, *, by: User) -> User:
    """Shut an account: it can no longer sign in and its sessions end. Raises NotAllowed."""
    _check(user, by)
    if user.is_active:
        user.is_active = False
        user.save(update_fields=["is_active"])
        sign_ins.end_all(user)
        audit.record("account.locked", by=by, target=user)
    return user


@transaction.atomic
def unlock(user: User, *, by: User) -> User:
    """Open a shut account, and one that too many wrong passwords have barred."""
    _check(user, by)
    user.is_active = True
    user.save(update_fields=["is_active"])
    forget_failed_logins(username=user.username)
    audit.record("account.unlocked", by=by, target=user)
    return user


@transaction.atomic
def change_own_password(user: User, password: str) -> User:
    """Replace one's own password; a temporary one is thereby done with."""
    user.set_password(password)
    user.must_change_password = False
    user.save(update_fields=["password", "must_change_password"])
    audit.record("account.password_changed", by=user, target=user)
    return user


@transaction.atomic
def sign_out_everywhere(user: User) -> int:
    """End every session of one's own account; returns how many there were."""
    ended = sign_ins.end_all(user)
    audit.record("account.signed_out_everywhere", by=user, target=user, sessions=ended)
    return ended
