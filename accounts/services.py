"""Verbs over accounts: temporary passwords, locking, unlocking, own password."""

import secrets
from typing import Any, Final

from axes.utils import reset as forget_failed_logins
from django.db import transaction
from django.utils import timezone

from accounts.alarms import raise_alarm
from accounts.audit import services as audit
from accounts.communes.models import Commune
from accounts.form_drafts import services as drafts
from accounts.second_person.table import needs_second
from accounts.sign_in import sessions
from accounts.sign_in.models import SecondFactor
from accounts.users.models import User
from accounts.users.roles import KEEPERS, has_role
from accounts.workflow import services as workflow
from accounts.workflow.declaration import NotAllowed as NotAllowed
from accounts.workflow.declaration import TransitionNotAllowed as TransitionNotAllowed

# No letter or digit that is mistaken for another when read aloud or from paper.
_READABLE = "abcdefghjkmnpqrstuvwxyz23456789"
NEEDS_SECOND: Final = (
    "Tài khoản này không do một người mở được: hãy ghi lý do để đề nghị, người thứ hai xác nhận."
)


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
        raise NotAllowed(User.workflow.denied)


def is_keeper(user: User) -> bool:
    """Whether a password alone opens the names and phones of residents."""
    return has_role(user, KEEPERS)


def password_is_a_chiefs(user: User) -> bool:
    """Whether the password must come from a chief: of a keeper, once there is one who could."""
    could = Commune.objects.filter(pk=user.commune_id or 0, vouching_since__isnull=False)
    return could.exists() and is_keeper(user)


def check_may_issue_password(user: User, *, by: User) -> None:
    """Raises NotAllowed.

    For a keeper this takes a chief or a superuser, so that whoever makes accounts and gives roles
    sees no resident. A chief issues no other password: for the police password and second step
    come from two hands.
    """
    _check(user, by)
    seen = workflow.sees(by, user)
    vouches = by.has_perm("accounts.vouch_police_account")
    if not seen or not (by.has_perm("accounts.change_user") or (vouches and is_keeper(user))):
        raise NotAllowed("Tài khoản này không cấp được mật khẩu tạm cho người đó.")
    if password_is_a_chiefs(user) and not vouches:
        raise NotAllowed(
            "Tài khoản này xem được thông tin của bà con, nên mật khẩu tạm do chỉ huy Công an xã "
            "cấp. Hãy báo chỉ huy mở tài khoản này và bấm “Cấp mật khẩu tạm”."
        )
    if not user.is_active:
        raise NotAllowed("Tài khoản đang bị khóa. Hãy mở khóa trước khi cấp mật khẩu tạm.")


@transaction.atomic
def void_password(user: User, *, by: User) -> None:
    """The account opens no more until somebody who may issues a password; ends all sessions."""
    user.passkeys.all().delete()
    user.set_unusable_password()
    user.save(update_fields=["password"])
    sessions.end_all(user)
    audit.record("account.password_voided", by=by, target=user)


@transaction.atomic
def issue_temporary_password(user: User, *, by: User) -> str:
    """Give a new password that must be changed at the next sign-in; ends all sessions.

    Raises NotAllowed, also for accounts whose password takes a second person.
    """
    workflow.lock(user)  # no role is given meanwhile
    check_may_issue_password(user, by=by)
    if needs_second(user):
        raise NotAllowed(NEEDS_SECOND)
    return give_password(user, by=by)


@transaction.atomic
def give_password(user: User, *, by: User, second: User | None = None) -> str:
    """Set a temporary password, for callers that asked who may; `second` is who fetches it.

    It is returned once and kept nowhere. Passkeys end, for they open without it. Who may not let a
    police account enrol voids its permit, so that password and permit are never in one hand; what
    two agreed on voids it always.
    """
    workflow.lock(user)
    password = "-".join(readable(4) for _ in range(3))
    user.set_password(password)
    user.must_change_password = True
    user.save(update_fields=["password", "must_change_password"])
    sessions.end_all(user)
    _end_passkeys(user)
    if second is not None or not by.has_perm("accounts.vouch_police_account"):
        SecondFactor.objects.filter(user=user).update(permitted_until=None)
    forget_failed_logins(username=user.username)
    handed_by: dict[str, Any] = {"second": str(second)} if second is not None else {}
    audit.record("account.temporary_password", by=by, target=user, **handed_by)
    if user.last_login is not None:  # the first password of an account takes nothing from anybody
        raise_alarm("password_issued", user, by=by, second=second)
    return password


def _end_passkeys(user: User) -> None:
    """Delete the passkeys; where no app is set up the second step stays owed, as after a loss: a
    password that went through another's hands opens nothing alone.
    """
    count, _by_model = user.passkeys.all().delete()
    if count:
        factors = SecondFactor.objects.filter(user=user, confirmed_at=None)
        factors.update(lost_at=timezone.now())


def _lock_for(user: User, by: User) -> None:
    """Lock another account, which `by` sees and may manage. Raises NotAllowed."""
    _check(user, by)
    workflow.lock_for(user, by, permission=lambda row, manager: may_manage(row, by=manager))


@transaction.atomic
def lock(user: User, *, by: User) -> User:
    """Shut an account: it can no longer sign in and its sessions end. Raises NotAllowed."""
    _lock_for(user, by)
    if user.is_active:
        user.is_active = False
        user.save(update_fields=["is_active"])
        sessions.end_all(user)
        drafts.forget_all(user)
        audit.record("account.locked", by=by, target=user)
    return user


@transaction.atomic
def unlock(user: User, *, by: User) -> User:
    """Open a shut account, and one that too many wrong passwords have barred."""
    _lock_for(user, by)
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
    ended = sessions.end_all(user)
    audit.record("account.signed_out_everywhere", by=user, target=user, sessions=ended)
    return ended
