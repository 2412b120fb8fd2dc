"""Questions asked of the accounts and of the call log."""

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Self

from django.db.models import F, Q

from accounts.communes.querysets import CommuneScopedQuerySet

if TYPE_CHECKING:
    from zalo.official_accounts.models import (  # noqa: F401 -- named in quotes below
        ApiCall,
        ConsentAttempt,
        GroupAsset,
        OfficialAccount,
    )


HEARTBEAT_EVERY = timedelta(days=7)
ACCESS_TOKEN_LIFE = timedelta(seconds=90_000)


class OfficialAccountQuerySet(CommuneScopedQuerySet["OfficialAccount"]):
    """Official Accounts."""

    def connected(self) -> Self:
        """Accounts in use that hold tokens."""
        return self.filter(is_active=True).exclude(access_token="").exclude(refresh_token="")

    def due_for_refresh(self, now: datetime) -> Self:
        """Connected accounts past the half-life of their access token, or silent for a week.

        A token of unknown age is left alone until Zalo refuses it, or the weekly heartbeat keeps
        its refresh token from dying of disuse.
        """
        half_life = Q(
            refreshed_at__isnull=False,
            token_expires_at__lte=now + (F("token_expires_at") - F("refreshed_at")) / 2,
        ) | Q(refreshed_at__isnull=True, token_expires_at__lte=now + ACCESS_TOKEN_LIFE / 2)
        silent = Q(refreshed_at__lte=now - HEARTBEAT_EVERY) | Q(
            refreshed_at__isnull=True, connected_at__lte=now - HEARTBEAT_EVERY
        )
        return (
            self.connected()
            .filter(half_life | silent, needs_consent=False)
            .order_by(F("token_expires_at").asc(nulls_last=True), "pk")
        )

    def due_for_check(self, before: datetime) -> Self:
        """Connected accounts not looked at since `before`, and those in trouble, in fair turns."""
        return (
            self.connected()
            .filter(needs_consent=False)
            .filter(Q(checked_at=None) | Q(checked_at__lt=before) | ~Q(last_error=""))
            .order_by(F("last_error_at").asc(nulls_first=True), "pk")
        )


class ApiCallQuerySet(CommuneScopedQuerySet["ApiCall"]):
    """The redacted log of calls."""

    def failed(self) -> Self:
        """Calls that did not end in success."""
        return self.exclude(code="0")


class GroupAssetQuerySet(CommuneScopedQuerySet["GroupAsset"]):
    """Places for groups."""

    def held(self) -> Self:
        """Packages that Zalo still names."""
        return self.filter(gone_at=None)

    def free(self, today: date) -> Self:
        """Packages on which a group can be made today, the one that lasts longest first."""
        lasting = Q(valid_through=None) | Q(valid_through__gte=today)
        return (
            self.held()
            .filter(lasting, status=self.model.Status.AVAILABLE)
            .order_by(F("valid_through").desc(nulls_first=True), "-capacity", "pk")
        )


# Questions asked of the attempts to get access.


class ConsentAttemptQuerySet(CommuneScopedQuerySet["ConsentAttempt"]):
    """Attempts to get access."""

    def interrupted(self, before: datetime) -> Self:
        """Attempts with an answer that was never processed to its end."""
        return self.filter(outcome="waiting", used_at__lt=before)

    def received(self) -> Self:
        """Attempts with a token pair of an account not yet known, oldest first."""
        return self.filter(outcome="received").order_by("received_at", "pk")

    def stale(self, now: datetime) -> Self:
        """Expired attempts that still hold a verifier."""
        return self.filter(outcome="waiting", used_at=None, expires_at__lte=now)
