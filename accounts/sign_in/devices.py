"""Known devices: a signed cookie of who has signed in here, so that guessers shut out strangers.

On a device that an account knows, its tries are counted by themselves, whatever goes on around it.
The cookie opens nothing; it holds neither names nor anything by which pages could be told apart.
"""

import secrets
from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare, salted_hmac

from accounts.users.models import User

SALT: Final = "accounts.known-device"
KEPT_S: Final = 90 * 24 * 3600
MOST: Final = 12  # accounts on one computer


@dataclass(frozen=True)
class Device:
    """A browser by a random number, with the keyed marks of the accounts that signed in on it."""

    number: str
    marks: tuple[str, ...] = ()

    def knows(self, username: str) -> bool:
        own = _mark(self.number, username)
        return any(constant_time_compare(own, mark) for mark in self.marks)


def _mark(number: str, username: str) -> str:
    return salted_hmac(f"{SALT}:{number}", username, algorithm="sha256").hexdigest()[:24]


def of(request: HttpRequest) -> Device | None:
    """The device of a request; None without a cookie of ours that is still good."""
    try:
        number, *marks = signing.loads(
            request.COOKIES.get(settings.DEVICE_COOKIE_NAME, ""), salt=SALT, max_age=KEPT_S
        )
    except signing.BadSignature:
        return None
    return Device(number, tuple(marks))


def remember(request: HttpRequest, response: HttpResponse, user: User) -> HttpResponse:
    """Let this browser be known to an account that has just passed all that it owes."""
    device = of(request) or Device(secrets.token_hex(8))
    own = _mark(device.number, user.get_username())
    marks = [own, *(mark for mark in device.marks if mark != own)][:MOST]
    response.set_cookie(
        settings.DEVICE_COOKIE_NAME,
        signing.dumps([device.number, *marks], salt=SALT),
        max_age=KEPT_S,
        secure=settings.HTTPS_ONLY,
        httponly=True,
        samesite="Lax",
    )
    return response
