"""How often somebody may be wrong: by account and block, by account, by block, by breadth of names.

A block is a /24 or /64. Counted are tries from devices that do not know the account; a device that
knows it has a count of its own, which nobody else can use up. Names that have signed in from a
block leave its count and widen what it may hold, so that a commune behind one address gets in.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from axes.handlers.database import AxesDatabaseHandler
from axes.helpers import get_client_username
from axes.models import AccessAttempt, AccessLog
from django.conf import settings
from django.db.models import Count, Q, Sum
from django.http import HttpRequest

from accounts.sign_in import devices

SHORT: Final = timedelta(minutes=15)
HOUR: Final = timedelta(hours=1)
NAME_TRIES: Final = 10
BLOCK_NAMES: Final = 10
BLOCK_TRIES: Final = 50
# A name that signed in makes room for one more that does not, and for so many more tries.
MOST_ROOM: Final = 20
TRIES_A_NAME: Final = 5
_KNOWN: Final = "device:"


class Rule(StrEnum):
    """The count that was reached; the page says what helps."""

    DEVICE = "device"
    PLACE = "place"
    NAME = "name"
    BLOCK = "block"


@dataclass(frozen=True)
class Lock:
    """Why a try is not looked at; `is_new` by the very try that reached the count."""

    rule: Rule
    is_new: bool


class SignInHandler(AxesDatabaseHandler):  # type: ignore[misc]
    """Keeps of a try the name, the block and whether the device is known; no address, no browser.

    The library asks `get_failures` before it looks at a password, and after a wrong one.
    """

    def get_failures(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> int:
        """Return as many as lock, or none; the lock itself stands at the request."""
        lock = lock_of(request, str(get_client_username(request, credentials) or ""))
        request.sign_in_lock = lock  # type: ignore[attr-defined]
        return settings.AXES_FAILURE_LIMIT if lock is not None else 0

    def user_login_failed(
        self, sender: Any, credentials: dict[str, Any], request: Any = None, **kwargs: Any
    ) -> None:
        if request is not None:
            _settle_place(request, str(get_client_username(request, credentials) or ""))
        super().user_login_failed(sender, credentials, request, **kwargs)

    def user_logged_in(self, sender: Any, request: Any, user: Any, **kwargs: Any) -> None:
        _settle_place(request, user.get_username())
        super().user_logged_in(sender, request, user, **kwargs)

    def reset_user_attempts(self, request: Any, credentials: dict[str, Any] | None = None) -> int:
        """Forget the mistakes of who has signed in: those of this block and of this device."""
        here = Q(ip_address=request.axes_ip_address)
        if place := request.axes_user_agent:
            here |= Q(user_agent=place)
        name = get_client_username(request, credentials)
        return int(AccessAttempt.objects.filter(here, username=name).delete()[0])


def _settle_place(request: Any, username: str) -> str:
    """The mark that a try is counted under beside name and block: the known device, or nothing."""
    device = devices.of(request)
    place = f"{_KNOWN}{device.number}" if device is not None and device.knows(username) else ""
    request.axes_user_agent = place
    return place


def lock_of(request: Any, username: str) -> Lock | None:
    """The count that this try has reached; None where its password is looked at."""
    now = request.axes_attempt_time
    rows = AccessAttempt.objects.filter(attempt_time__gt=now - HOUR)
    if place := _settle_place(request, username):
        tries = _tries(rows.filter(username=username, user_agent=place), now)
        return _reached(Rule.DEVICE, tries, settings.AXES_FAILURE_LIMIT)
    block = request.axes_ip_address
    strange = rows.filter(user_agent="")
    here = Q(ip_address=block)
    found = strange.filter(Q(username=username) | here).aggregate(
        place=Sum(
            "failures_since_start",
            filter=here & Q(username=username, attempt_time__gt=now - SHORT),
        ),
        name=Sum("failures_since_start", filter=Q(username=username)),
        names=Count("username", filter=here, distinct=True),
        tries=Sum("failures_since_start", filter=here),
    )
    return (
        _reached_by_block(block, found["names"] or 0, found["tries"] or 0, now)
        or _reached(Rule.NAME, found["name"], NAME_TRIES)
        or _reached(Rule.PLACE, found["place"], settings.AXES_FAILURE_LIMIT)
    )


def _tries(rows: Any, now: Any) -> int:
    recent = rows.filter(attempt_time__gt=now - SHORT)
    return recent.aggregate(tries=Sum("failures_since_start"))["tries"] or 0


def _reached(rule: Rule, tries: int | None, limit: int) -> Lock | None:
    return Lock(rule, is_new=tries == limit) if (tries or 0) >= limit else None


def _reached_by_block(block: str | None, names: int, tries: int, now: Any) -> Lock | None:
    if names < BLOCK_NAMES and tries < BLOCK_TRIES:
        return None
    signed_in = AccessLog.objects.filter(ip_address=block, attempt_time__gt=now - HOUR)
    room = min(signed_in.values("username").distinct().count(), MOST_ROOM)
    is_full = names >= BLOCK_NAMES + room or tries >= BLOCK_TRIES + TRIES_A_NAME * room
    return Lock(Rule.BLOCK, is_new=False) if is_full else None


def locked_names(usernames: Collection[str], now: datetime) -> set[str]:
    """The accounts among these that nobody enters from a strange device at this moment."""
    rows = AccessAttempt.objects.filter(
        attempt_time__gt=now - HOUR, user_agent="", username__in=usernames
    )
    tries = rows.values("username").annotate(tries=Sum("failures_since_start"))
    return {row["username"] for row in tries.filter(tries__gte=NAME_TRIES).order_by()}
