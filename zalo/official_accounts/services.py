"""Identity and check of an account."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.audit import services as audit
from zalo.capabilities.services import probe
from zalo.client.api import ZaloClient
from zalo.client.errors import ZaloError
from zalo.client.types import OaProfile
from zalo.inbox.events import PermissionRevoked
from zalo.official_accounts import call_log
from zalo.official_accounts.models import OfficialAccount
from zalo.pacing.services import call, note_failure, update
from zalo.tokens import services as tokens

PROFILE_EVERY = timedelta(hours=24)


def account_for(commune_id: int) -> OfficialAccount | None:
    """The account in use of a commune, or None where none is connected."""
    return OfficialAccount.objects.connected().filter(commune_id=commune_id).first()


def refresh_profile(account: OfficialAccount) -> OaProfile:
    """Ask Zalo who the account is and keep the answer on the row (the account's health check).

    Raises ZaloRetryable or ZaloRejected; the failure is kept on the row too.
    """
    try:
        profile = call(account, ZaloClient.get_oa, "profile")
    except ZaloError as error:
        note_failure(account, error)
        raise
    finally:
        call_log.flush()
    now = timezone.now()
    values = {
        "name": profile.name or account.name,
        "oa_type": profile.oa_type,
        "is_verified": profile.is_verified,
        "package_name": profile.package_name,
        "checked_at": now,
        "last_error": "",
        "last_error_at": None,
        "parked_until": None,
    }
    update(account, **values)
    return profile


@transaction.atomic
def note_revoked(account: OfficialAccount, event: PermissionRevoked) -> bool:
    """Zalo says that the account withdrew its grant: stop, and have a person grant it again.

    Returns whether that was news. An event older than the last consent changes nothing, for it
    comes late, and so does the second telling of the same.
    """
    row = OfficialAccount.objects.select_for_update(of=("self",)).get(pk=account.pk)
    if row.connected_at is not None and event.at <= row.connected_at:
        return False
    if row.needs_consent and row.last_error_at is not None and row.last_error_at >= event.at:
        return False
    row.needs_consent = True
    row.last_error = _(
        "Quản trị viên OA đã thu hồi quyền của hệ thống trên Zalo. Máy đã ngừng gửi; cần cấp "
        "quyền lại."
    )
    row.last_error_at = max(event.at, timezone.now())
    row.save(update_fields=["needs_consent", "last_error", "last_error_at"])
    audit.record("zalo.permission_revoked", target=row, commune=row.commune)
    account.needs_consent, account.last_error = row.needs_consent, row.last_error
    account.last_error_at = row.last_error_at
    return True


def check_accounts() -> dict[str, int]:
    """Look at each connected account once a day, and at one in trouble each time; returns counts.

    Called by the periodic task. Stops when Zalo itself seems out of reach: the rest of a city's
    accounts would only wait for the same timeouts.
    """
    counts = {"healthy": 0, "failing": 0}
    unmade = 0
    for account in OfficialAccount.objects.due_for_check(timezone.now() - PROFILE_EVERY):
        is_daily = account.checked_at is None or account.checked_at < timezone.now() - PROFILE_EVERY
        try:
            refresh_profile(account)
            if is_daily:
                probe(account)
        except ZaloError as error:
            counts["failing"] += 1
            unmade = unmade + 1 if tokens.is_unreachable(error) else 0
        else:
            counts["healthy"] += 1
            unmade = 0
        if unmade == tokens.UNREACHABLE_IN_A_ROW:
            break
    return counts
