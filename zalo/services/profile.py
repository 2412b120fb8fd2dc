"""Who an account is and whether it works."""

from datetime import timedelta

from django.utils import timezone

from zalo import call_log, tokens
from zalo.client import ZaloClient
from zalo.errors import ZaloError
from zalo.models import OfficialAccount
from zalo.services.calling import call, note_failure, update
from zalo.types import OaProfile

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
    }
    update(account, **values)
    return profile


def check_accounts() -> dict[str, int]:
    """Look at each connected account once a day, and at one in trouble each time; returns counts.

    The door of the periodic task. Stops when Zalo itself seems out of reach: the rest of a city's
    accounts would only wait for the same timeouts.
    """
    counts = {"healthy": 0, "failing": 0}
    unmade = 0
    for account in OfficialAccount.objects.due_for_check(timezone.now() - PROFILE_EVERY):
        try:
            refresh_profile(account)
        except ZaloError as error:
            counts["failing"] += 1
            unmade = unmade + 1 if tokens.is_unreachable(error) else 0
        else:
            counts["healthy"] += 1
            unmade = 0
        if unmade == tokens.UNREACHABLE_IN_A_ROW:
            break
    return counts
