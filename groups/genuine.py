"""The genuine groups of a commune, as anyone may read them: names and places, no person.

A link is shown where the police said that it may be public; a number of people from five on, and
with who says so.
"""

import re
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from django.db.models import Q
from django.utils import timezone

from accounts import public_pages
from accounts.models import Commune
from accounts.public_pages import inside_a_sentence
from groups.models import ZaloGroup
from zalo.services import account_for

FEWEST: Final = 5
_ZALO_HOST: Final = re.compile(r"^([a-z]+\.)?zalo\.me$")


@dataclass(frozen=True)
class Genuine:
    """One group on the public page."""

    pk: int
    name: str
    place: str
    kind: str
    heads: str
    link: str
    address: str
    is_resting: bool


@dataclass(frozen=True)
class Page:
    """All that the page of a commune says."""

    groups: tuple[Genuine, ...]
    oa_name: str
    oa_link: str
    is_verified: bool
    duty_phone: str
    at: Any


def page_of(commune: Commune) -> Page:
    """The page of a commune, at most a minute old."""
    found: Page = public_pages.kept(f"genuine:{commune.pk}", lambda: _make(commune))
    return found


def groups_of(commune: Commune) -> Any:
    """Rows behind the page: in service, or resting because Zalo locked them."""
    return (
        ZaloGroup.objects.of_commune(commune)
        .filter(Q(status=ZaloGroup.Status.ACTIVE) | Q(at_zalo__is_held=True))
        .select_related("hamlet", "team__hamlet", "commune", "at_zalo")
        .order_by("hamlet__code", "search_text", "pk")
    )


def _make(commune: Commune) -> Page:
    account = account_for(commune.pk)
    profile = commune.profile_on(timezone.localdate())
    return Page(
        groups=tuple(_row(group, commune) for group in groups_of(commune)),
        oa_name=account.name if account is not None else "",
        oa_link=f"https://zalo.me/{account.oa_id}" if account is not None else "",
        is_verified=bool(account is not None and account.is_verified),
        duty_phone=profile.duty_phone if profile is not None else "",
        at=timezone.now(),
    )


def _row(group: ZaloGroup, commune: Commune) -> Genuine:
    whole = f"Toàn {inside_a_sentence(commune)}"
    place = str(group.team or group.hamlet or whole)
    enough = group.head_count is not None and group.head_count >= FEWEST
    is_oa = group.kind == ZaloGroup.Kind.OA
    return Genuine(
        pk=group.pk,
        name=group.name,
        place=place,
        kind="Nhóm của tài khoản OA" if is_oa else "Nhóm do cán bộ lập và quản lý",
        heads=group.said_heads if enough else "",
        link=group.link if shows_link(group) else "",
        address=address_of(group.link),
        is_resting=group.status != ZaloGroup.Status.ACTIVE,
    )


def shows_link(group: ZaloGroup) -> bool:
    """Whether the link may stand on a public page: allowed, working, and open to who has it."""
    at_zalo = getattr(group, "at_zalo", None)
    is_shut = at_zalo is not None and at_zalo.is_link_open is False
    return group.is_link_public and group.may_invite and not is_shut


def address_of(link: str) -> str:
    """A link of a group without what people leave out or add when they pass it on."""
    text = link.strip()
    if "://" not in text:
        text = f"https://{text}"
    try:
        parts = urlsplit(text)
        host = (parts.hostname or "").lower()
    except ValueError:
        return ""
    if parts.username or not _ZALO_HOST.match(host):
        return ""
    path = parts.path.rstrip("/")
    return f"{host}{path}" if path else ""


def check(page: Page, asked: str) -> Genuine | None:
    """The genuine group behind a pasted link, or None; also one whose link is not public."""
    wanted = address_of(asked)
    if not wanted:
        return None
    return next((group for group in page.groups if group.address == wanted), None)
