"""The address that live pages ask, and what a page tells its script.

A page calls `live_page` before it reads its rows, marks its parts with `data-live="name"` and
includes `accounts/live.html`. The script asks this address, and where the version is another one
it fetches the page again and puts in the parts that differ.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Final, Self
from urllib.parse import urlencode

from django.core.signing import BadSignature, Signer
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import URLPattern, reverse
from django.views.decorators.http import require_GET

from accounts.live.versions import version_of
from accounts.scoped_admin.pages import own_pages

ASK: Final = "live_ask"
SOON_MS, LATER_MS = 10_000, 30_000
# Without an answer for so long a page says that it is out of touch.
LOST_MS: Final = 33_000
# A version that changes says that something came: to those alone who work on what it is.
NEEDS: Final = {"tips": "reports.record_tipreport", "duty": "reports.record_tipreport"}
_signer: Final = Signer(salt="live-topics")


@dataclass(frozen=True)
class LivePage:
    """Address, version and pace for the script of a live page."""

    address: str
    version: str
    account: int
    every_ms: int
    lost_ms: int
    sign_in: str

    def soon(self, is_pressing: bool) -> Self:
        """The same page, asking more often where something presses."""
        return replace(self, every_ms=SOON_MS if is_pressing else self.every_ms)


def live_page(request: HttpRequest, *topics: str, every_ms: int = 0) -> LivePage:
    """How a page with these topics keeps itself true; call before its rows are read."""
    user: Any = request.user
    back = urlencode({"next": request.get_full_path()})
    allowed = [one for one in topics if one not in NEEDS or user.has_perm(NEEDS[one])]
    return LivePage(
        address=f"{reverse(f'admin:{ASK}')}?{urlencode({'phan': signed(user, allowed)})}",
        version=version_of(user, allowed),
        account=user.pk,
        every_ms=every_ms or LATER_MS,
        lost_ms=LOST_MS,
        sign_in=f"{reverse('admin:login')}?{back}",
    )


def is_asked(request: HttpRequest) -> bool:
    """Whether a script asks for news, most often in vain."""
    match = request.resolver_match
    return match is not None and match.url_name == ASK


def signed(user: Any, topics: Iterable[str]) -> str:
    """Topics for the address of one account, which asks for no others; checked without a query."""
    return _signer.sign(f"{user.pk}:{','.join(topics)}")


def _topics(user: Any, text: str) -> list[str] | None:
    try:
        account, _colon, topics = _signer.unsign(text).partition(":")
    except BadSignature:
        return None
    return topics.split(",") if account == str(user.pk) else None


@require_GET
def ask(request: HttpRequest, *, site: Any) -> HttpResponse:
    """The version of some topics for whoever asks; 304, before any query, where he knows it."""
    user: Any = request.user
    topics = _topics(user, request.GET.get("phan", ""))
    version = "" if topics is None else version_of(user, topics)
    tag = f'"{version}"'
    if version and request.headers.get("If-None-Match") == tag:
        return HttpResponse(status=304, headers={"ETag": tag})
    return JsonResponse({"version": version}, headers={"ETag": tag} if version else {})


def urls(site: Any) -> list[URLPattern]:
    """Addresses under the admin."""
    return own_pages(site, "live", {"moi/": (ask, "ask")})


class LiveList:
    """A list of the admin that keeps itself true; a mixin before `ScopedModelAdmin`.

    What was searched for is left as it was found: a search is an act of its own.
    """

    live_topics: tuple[str, ...] = ()
    change_list_template = "admin/live_list.html"

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        live = None if request.GET.get("q") else live_page(request, *self.live_topics)
        extra = {"live": live, **(extra_context or {})}
        return super().changelist_view(request, extra)  # type: ignore[misc]
