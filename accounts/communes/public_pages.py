"""Shared by public pages: the commune of a page, addresses, QR codes, a cache of one minute."""

import re
from collections.abc import Callable
from typing import Any, Final

import redis
import segno
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest

from accounts.communes.models import Commune

KEEP_S: Final = 60
PREFIX = "public"
_TOO_SHORT_TO_CALL: Final = 3


def inside_a_sentence(place: Any) -> str:
    """“Xã Suối Lành” becomes “xã Suối Lành”."""
    words = str(place)
    return words[:1].lower() + words[1:]


def site_address(path: str) -> str:
    """The path under the portal's own name where it is set, else the path alone."""
    return f"{str(settings.PORTAL_URL or '').rstrip('/')}{path}"


def full_address(request: HttpRequest, path: str) -> str:
    """For a printed code: under the portal's own name where it is set, else as it was asked for."""
    return site_address(path) if settings.PORTAL_URL else request.build_absolute_uri(path)


def code_of(link: str) -> str:
    """The link as a picture that a phone reads, made here and by no other host."""
    return segno.make(link, error="m", micro=False).svg_data_uri(border=2, light="#fff", nl=False)


def callable_number(phone: str) -> str:
    """The number for a `tel:` link; blank where the first number in the text is none."""
    first = re.split(r"[,;/]|\s-\s", phone)[0]
    digits = re.sub(r"[^\d+]", "", first)
    return digits if len(digits) >= _TOO_SHORT_TO_CALL else ""


def communes(asked: str = "") -> list[Commune]:
    """Every commune of this portal that has an address, for a page to choose from."""
    words = asked.strip().casefold()
    return [row for row in _all_communes() if row.code and words in str(row).casefold()]


def commune_of(code: str) -> tuple[Commune | None, bool]:
    """The commune of a code, without being asked for the only one; and whether it is the only."""
    rows = _all_communes()
    if len(rows) == 1:
        return rows[0], True
    return next((row for row in rows if row.code and row.code == code), None), False


def _all_communes() -> list[Commune]:
    rows = cached("communes", lambda: list(Commune.objects.order_by("name").values()))
    return [Commune.from_db(None, list(row), list(row.values())) for row in rows]


def cached(key: str, make: Callable[[], Any]) -> Any:
    """Kept for a minute, so that many readers ask the database once; without Redis made anew.

    What is made must go into JSON. None, for what is not there, is never kept.
    """
    key = f"{PREFIX}:{key}"
    try:
        found = cache.get(key)
        if found is None and (found := make()) is not None:
            cache.set(key, found, KEEP_S)
    except redis.RedisError:
        found = make()
    return found
