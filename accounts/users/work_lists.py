"""Work lists of who may get in: for the chief, beside the technical administrator's own power."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from accounts.audit.models import AuditEvent
from accounts.audit.words import action_words
from accounts.scoped_admin.matters import subject_of
from accounts.scoped_admin.work_lists import (
    Level,
    WorkItem,
    short_list,
    work_list,
)
from accounts.users.models import User
from accounts.users.roles import KEEPERS, POLICE

WATCHED = ("account.temporary_password", "account.second_factor_reset")
WATCHED_DAYS = 3


@work_list
def accounts_awaiting_a_permit(user: Any, now: datetime) -> Any:
    """Police accounts that have signed in and cannot set up the second step without a chief."""
    if not (settings.SECOND_FACTOR_REQUIRED and user.has_perm("accounts.vouch_police_account")):
        return None
    settled = Q(second_factor__confirmed_at__isnull=False) | Q(passkeys__isnull=False)
    permitted = Q(second_factor__permitted_until__gt=now)

    def waiting() -> Any:
        return (
            User.objects.visible_to(user)
            .with_roles(POLICE)
            .filter(is_active=True)
            .filter(must_change_password=False, last_login__isnull=False)
            .exclude(settled | permitted)
            .exclude(pk=user.pk)
            .distinct()
            .order_by("-last_login", "pk")
        )

    return short_list(
        "Chờ đồng chí cho cài bước hai",
        waiting,
        lambda row: WorkItem(
            str(row),
            reverse("admin:accounts_user_reset_second_factor", args=[row.pk]),
            f"Đăng nhập lần cuối {timezone.localtime(row.last_login):%H:%M %d/%m/%Y}.",
            key=subject_of(row),
        ),
        verb="Cho cài bước hai",
    )


@work_list
def accounts_awaiting_a_password(user: Any, now: datetime) -> Any:
    """Accounts that keep the people's lists and have no password: a chief issues it."""
    if not user.has_perm("accounts.vouch_police_account"):
        return None

    def waiting() -> Any:
        return (
            User.objects.visible_to(user)
            .with_roles(KEEPERS)
            .filter(is_active=True)
            .filter(commune__vouching_since__isnull=False)
            .filter(password__startswith=UNUSABLE_PASSWORD_PREFIX)
            .distinct()
            .order_by("-date_joined", "pk")
        )

    return short_list(
        "Chờ đồng chí cấp mật khẩu",
        waiting,
        lambda row: WorkItem(
            str(row),
            reverse("admin:accounts_user_temporary_password", args=[row.pk]),
            "Gặp đúng người rồi đưa tận tay mật khẩu tạm.",
            key=subject_of(row),
        ),
        verb="Cấp mật khẩu",
    )


@work_list
def passwords_and_resets_of_late(user: Any, now: datetime) -> Any:
    """Recent temporary passwords and resets by others, for the chief to check."""
    if not user.has_perms(("accounts.view_whole_trail", "accounts.view_auditevent")):
        return None
    since = now - timedelta(days=WATCHED_DAYS)

    def events() -> Any:
        return (
            AuditEvent.objects.of_reach(user)
            .filter(action__in=WATCHED, at__gte=since)
            .exclude(actor=user)
            .order_by("-at", "-pk")
        )

    return short_list(
        "Mật khẩu, bước hai mới cấp lại",
        events,
        lambda event: WorkItem(
            event.target_label,
            reverse("admin:accounts_auditevent_change", args=[event.pk]),
            f"{action_words(event.action)}: {event.actor_name or 'trên máy chủ'}, "
            f"{timezone.localtime(event.at):%H:%M %d/%m}.",
        ),
        url=f"{reverse('admin:accounts_auditevent_changelist')}?loai=account",
        verb="Xem",
        level=Level.SHIFT,
    )
