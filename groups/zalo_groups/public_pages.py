"""The sheet with the code of a group, for a wall: one content for the police and for anyone."""

import re
from dataclasses import asdict, dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from accounts.communes import public_pages
from accounts.communes.public_pages import (
    KEEP_S,
    code_of,
    communes,
    full_address,
    inside_a_sentence,
)
from accounts.models import Commune
from groups.zalo_groups.models import ZaloGroup
from vietnamese.text import fold
from zalo.services import account_for


def poster_of(group: ZaloGroup, commune: Commune) -> dict[str, Any]:
    """Content of the poster: the group, its code, the phone to ask."""
    today = timezone.localdate()
    return {
        "group": group,
        "commune": commune,
        "said_commune": inside_a_sentence(commune),
        "place": group.team or group.hamlet or commune,
        "profile": commune.profile_on(today),
        "qr": code_of(group.genuine_link),
        "today": today,
    }


# The genuine groups of a commune, as anyone may read them: names and places, no person.
#
# A link is shown where the police said that it may be public; a number of people from five on, and
# with who says so.


FEWEST: Final = 5
# With its beginning, with a path, or one word that ends like a site.
_LINK: Final = re.compile(
    r"https?://\S*|(?:[\w-]+\.)+[a-z]{2,}(?::\d+)?/\S*"
    r"|^\s*(?:[\w-]+\.)+(?:com|net|org|me|vn|info|xyz|ly|link|top|cc|shop|site|online)\s*$",
    re.IGNORECASE,
)
_WORD: Final = re.compile(r"[^\W_]+")
_USUAL: Final = frozenset(
    [
        "nhom",
        "zalo",
        "cong",
        "an",
        "xa",
        "phuong",
        "ap",
        "khu",
        "pho",
        "thon",
        "to",
        "dan",
        "cua",
        "va",
        "tai",
        "chinh",
        "thuc",
        "that",
        "gia",
    ]
)
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
    found = public_pages.cached(f"genuine:{commune.pk}", lambda: asdict(_make(commune)))
    return Page(**{**found, "groups": tuple(Genuine(**group) for group in found["groups"])})


def groups_of(commune: Commune) -> Any:
    """Rows behind the page: confirmed by two, in service or resting because Zalo locked them."""
    return (
        ZaloGroup.objects.of_commune(commune)
        .filter(Q(status=ZaloGroup.Status.ACTIVE) | Q(at_zalo__is_held=True))
        .exclude(genuine_name="")
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
        name=group.genuine_name,
        place=place,
        kind="Nhóm của tài khoản OA" if is_oa else "Nhóm do cán bộ lập và quản lý",
        heads=group.said_heads if enough else "",
        link=group.genuine_link if shows_link(group) else "",
        address=address_of(group.genuine_link),
        is_resting=group.status != ZaloGroup.Status.ACTIVE,
    )


def shows_link(group: ZaloGroup) -> bool:
    """Whether the link may stand on a public page: allowed, working, and open to who has it."""
    at_zalo = getattr(group, "at_zalo", None)
    is_shut = at_zalo is not None and at_zalo.is_link_open is False
    return group.is_link_public and group.has_genuine_link and not is_shut


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


def link_in(asked: str) -> str:
    """The first thing in a text that is a link, also without its beginning; blank in a name."""
    found = _LINK.search(asked)
    return found[0] if found is not None else ""


def check(page: Page, link: str) -> Genuine | None:
    """The genuine group behind a pasted link, or None; also one whose link is not public."""
    wanted = address_of(link)
    if not wanted:
        return None
    return next((group for group in page.groups if group.address == wanted), None)


def named_like(page: Page, asked: str) -> list[Genuine]:
    """Genuine groups whose name or place has a word that was typed, those with most words first.

    Words that stand in most names, like “nhóm” or “ấp”, find nothing alone.
    """
    words = set(_WORD.findall(fold(asked))) - _USUAL
    counted = [
        (sum(word in _WORD.findall(fold(f"{group.name} {group.place}")) for word in words), group)
        for group in page.groups
    ]
    most = max((count for count, _group in counted), default=0)
    return [group for count, group in counted if count == most > 0]


# `/nhom-chinh-thuc/`: which groups are genuine, for anyone, without an account.


LONGEST = 300
_BRIEFLY = cache_control(public=True, max_age=KEEP_S)


@require_safe
@_BRIEFLY
def choose(request: HttpRequest) -> HttpResponse:
    """The only commune's page, or a list of communes to choose from."""
    asked = request.GET.get("tim", "")[:LONGEST]
    rows = communes(asked)
    if len(rows) == 1 and not asked:
        return redirect("genuine_groups", code=rows[0].code)
    return TemplateResponse(
        request, "groups/public/choose.html", {"communes": rows, "asked": asked}
    )


@require_safe
def of_commune(request: HttpRequest, code: str) -> HttpResponse:
    """The genuine groups of a commune; whether a pasted link is one, which have a typed name.

    A name alone proves nothing, neither for a group nor against it.
    """
    commune = get_object_or_404(Commune, code=code)
    page = page_of(commune)
    asked = request.GET.get("lien-ket", "").strip()[:LONGEST]
    link = link_in(asked)
    context = {
        "commune": commune,
        "said_commune": inside_a_sentence(commune),
        "police": f"Công an {inside_a_sentence(commune)}",
        "site": full_address(request, "/").partition("://")[2].rstrip("/"),
        "page": page,
        "asked": asked,
        "link": link,
        "found": check(page, link) if link else None,
        "alike": named_like(page, asked) if asked and not link else [],
    }
    answer = TemplateResponse(request, "groups/public/list.html", context)
    # What somebody asked about stays between them and us.
    answer["Cache-Control"] = "no-store" if asked else f"public, max-age={KEEP_S}"
    return answer


@require_safe
@_BRIEFLY
def poster(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """The sheet with the code of a group whose link is public."""
    commune = get_object_or_404(Commune, code=code)
    group = groups_of(commune).filter(pk=pk).first()
    if group is None or not shows_link(group):
        raise Http404
    return TemplateResponse(request, "groups/public/poster.html", poster_of(group, commune))
