"""The lists of a year, of who is put forward and of whom a decision thanks, as sheet and file."""

from enum import StrEnum
from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts import audit
from accounts.admin_pages import number_of, own_pages
from accounts.models import Commune, User
from accounts.papers.content import Paper
from accounts.papers.handing_out import word_file
from accounts.papers.letterheads import Issuer
from accounts.services import NotAllowed
from groups.sheets import watermark
from oversight.papers.commendations import (
    CommendationContent,
    RewardedContent,
    commendation_paper,
    rewarded_paper,
)
from oversight.review import nominees
from oversight.review.commendations import FIRST_YEAR

PREFIX = "oversight_commendation"
NEEDS = ("oversight.view_commendation", "oversight.settle_commendation")


class Listed(StrEnum):
    """Which list, as the address has it."""

    NOMINATED = "de-nghi"
    DECIDED = "quyet-dinh"


NAMES = {
    Listed.NOMINATED: "Danh sách đề nghị khen thưởng",
    Listed.DECIDED: "Danh sách khen thưởng (đã có quyết định)",
}
FILES = {Listed.NOMINATED: "danh-sach-khen-thuong", Listed.DECIDED: "khen-thuong-co-quyet-dinh"}


def urls(site: Any) -> list[URLPattern]:
    """Addresses that the admin of commendations leads to."""
    pages = {"danh-sach/in/": (page, "sheet"), "danh-sach/tep/": (take, "file")}
    return own_pages(site, PREFIX, pages, *NEEDS)


def print_list(year: int, listed: Listed = Listed.NOMINATED, *, by: User) -> Paper:
    """A list for a page that is printed; the trail has who opened it. Raises NotAllowed."""
    return _taken("paper.commendations_printed", year, listed, by)


def export_list(year: int, listed: Listed = Listed.NOMINATED, *, by: User, **details: Any) -> Paper:
    """A list for a file that leaves the portal; the trail has who took it. Raises NotAllowed."""
    return _taken("paper.commendations_exported", year, listed, by, **details)


def _taken(action: str, year: int, listed: Listed, by: User, **details: Any) -> Paper:
    commune = by.commune
    if commune is None:
        raise NotAllowed("Hãy dùng tài khoản của một xã để lấy danh sách của xã đó.")
    paper = _paper(year, listed, by, commune)
    audit.record(
        action, by=by, commune=commune, year=year, list=NAMES[listed], draft=paper.draft, **details
    )
    return paper


def _paper(year: int, listed: Listed, by: User, commune: Commune) -> Paper:
    words, today = f"năm {year}", timezone.localdate()
    said: dict[str, Any] = {
        "commune": commune, "issuer": Issuer.POLICE, "mark": watermark(commune, by)
    }  # fmt: skip
    if listed is Listed.DECIDED:
        rewarded = RewardedContent(words, today, nominees.rewarded_of_year(year, reader=by))
        return rewarded_paper(rewarded, about=f"oversight.rewarded.{year}.{by.pk}", **said)
    content = CommendationContent(words, today, nominees.of_year(year, reader=by))
    return commendation_paper(content, about=f"oversight.commendations.{year}.{by.pk}", **said)


@never_cache
@require_GET
def page(request: HttpRequest, *, site: Any) -> HttpResponse:
    """A list as it will be printed: this year's nominations unless the address names another."""
    year, listed = _year(request), _listed(request)
    reader = cast("User", request.user)  # signed in, by the guard
    try:
        paper = print_list(year, listed, by=reader)
    except NotAllowed as refusal:
        return _refused(request, str(refusal))
    years = [one for one in (year - 1, year + 1) if _is_there(one)]
    context = {
        "paper": paper,
        "lists": [(NAMES[one], _address("sheet", year, one)) for one in Listed if one != listed],
        "years": [(one, _address("sheet", one, listed)) for one in years],
        "file": _address("file", year, listed),
        "back": reverse(f"admin:{PREFIX}_changelist"),
    }
    return TemplateResponse(request, "oversight/commendations.html", context)


@never_cache
@require_POST
def take(request: HttpRequest, *, site: Any) -> HttpResponse:
    """The list as a Word file, to be signed."""
    year, listed = _year(request), _listed(request)
    reader = cast("User", request.user)  # signed in, by the guard
    try:
        paper = export_list(year, listed, by=reader)
    except NotAllowed as refusal:
        return _refused(request, str(refusal))
    return word_file(paper, name=f"{FILES[listed]}-{year}")


def _address(name: str, year: int, listed: Listed) -> str:
    which = f"&loai={listed}" if listed is Listed.DECIDED else ""
    return f"{reverse(f'admin:{PREFIX}_{name}')}?nam={year}{which}"


def _is_there(year: int) -> bool:
    return FIRST_YEAR <= year <= timezone.localdate().year


def _year(request: HttpRequest) -> int:
    asked = number_of(request.GET.get("nam"))
    return asked if _is_there(asked) else timezone.localdate().year


def _listed(request: HttpRequest) -> Listed:
    is_decided = request.GET.get("loai") == Listed.DECIDED
    return Listed.DECIDED if is_decided else Listed.NOMINATED


def _refused(request: HttpRequest, sentence: str) -> HttpResponse:
    context = {"sentence": sentence, "back": reverse(f"admin:{PREFIX}_changelist")}
    return TemplateResponse(request, "oversight/refused.html", context, status=400)
