"""Sign-ins, sign-outs and refused sign-ins: their session, and their place in the audit trail."""

from typing import Any

from axes.signals import user_locked_out
from django.contrib import messages
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.dispatch import receiver

from accounts.audit import services as audit
from accounts.sign_in import second_factor, sessions
from accounts.users.models import User


@receiver(user_logged_in)
def record_login(sender: Any, request: Any, user: Any, **kwargs: Any) -> None:
    sessions.begin(request, user)
    audit.record("account.logged_in", by=user, target=user)
    if sentence := second_factor.tell_of_reset(user):
        messages.warning(request, sentence, fail_silently=True)


@receiver(user_logged_out)
def record_logout(sender: Any, request: Any, user: Any, **kwargs: Any) -> None:
    if user is not None:
        sessions.finish(request)
        audit.record("account.logged_out", by=user, target=user)


@receiver(user_locked_out)
def record_lockout(sender: Any, request: Any, username: str, **kwargs: Any) -> None:
    known = User.objects.filter(username=username or "").select_related("commune").first()
    audit.record(
        "account.locked_out",
        target=known,
        commune=known.commune if known else None,
        username=str(username or "")[:150],
    )
