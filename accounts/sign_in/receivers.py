"""Sign-ins, sign-outs and refused sign-ins: their session, and their place in the audit trail."""

from typing import Any

from axes.signals import user_locked_out
from django.contrib import messages
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.dispatch import receiver
from django.utils import timezone

from accounts.alarms import raise_alarm
from accounts.alarms.models import Alarm
from accounts.audit import services as audit
from accounts.communes.models import Commune
from accounts.sign_in import second_factor, sessions, throttle
from accounts.sign_in.addresses import block_words
from accounts.users.models import User
from accounts.users.roles import Role


@receiver(user_logged_in)
def record_login(sender: Any, request: Any, user: Any, **kwargs: Any) -> None:
    sessions.begin(request, user)
    audit.record("account.logged_in", by=user, target=user)
    if user.commune_id is not None and user.has_perm("accounts.vouch_police_account"):
        Commune.objects.filter(pk=user.commune_id, chief_since=None).update(
            chief_since=timezone.now()
        )
    if sentence := second_factor.tell_of_reset(user):
        messages.warning(request, sentence, fail_silently=True)


@receiver(user_logged_out)
def record_logout(sender: Any, request: Any, user: Any, **kwargs: Any) -> None:
    if user is not None:
        sessions.finish(request)
        audit.record("account.logged_out", by=user, target=user)


@receiver(user_locked_out)
def record_lockout(sender: Any, request: Any, username: str, **kwargs: Any) -> None:
    """In the trail once for each lock; what looks like guessing by a machine is an alarm."""
    known = User.objects.filter(username=username or "").select_related("commune").first()
    lock = request.sign_in_lock
    alarm = _raised(lock.rule, known, request)
    if lock.is_new or (alarm is not None and alarm.count == 1):
        audit.record(
            "account.locked_out",
            target=known,
            commune=known.commune if known else None,
            username=str(username or "")[:150],
        )
    if lock.rule is throttle.Rule.NAME and known is not None and known.commune is not None:
        _look_for_everyone(known.commune)


def _raised(rule: throttle.Rule, known: User | None, request: Any) -> Alarm | None:
    """The alarm that a lock deserves. A name that nobody has may be a password: never kept."""
    if rule is throttle.Rule.BLOCK:
        block = block_words(request.axes_ip_address)
        return raise_alarm("spray", f"nhiều tên đăng nhập từ mạng {block}")
    if rule is throttle.Rule.NAME:
        return raise_alarm("spray", known or "một tên đăng nhập không có thật")
    return None


def _look_for_everyone(commune: Commune) -> None:
    """Raise the alarm where all who could let others in again are shut out of strange devices."""
    helpers = set(
        User.objects.of_commune(commune.pk)
        .with_roles((Role.CHIEF, Role.TECH_ADMIN))
        .filter(is_active=True)
        .values_list("username", flat=True)
    )
    if helpers and throttle.locked_names(helpers, timezone.now()) == helpers:
        raise_alarm("everyone_shut_out", commune)
