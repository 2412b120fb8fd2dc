"""The list of who is put forward in a year, as a sheet and as a Word file."""

from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts import audit
from accounts.models import User
from accounts.own_pages import number_of, own_pages
from accounts.papers.content import Paper
from accounts.papers.handing_out import word_file
from accounts.papers.letterheads import Issuer
from accounts.services import NotAllowed
from groups.sheets import watermark
from oversight.papers.commendations import CommendationContent, commendation_paper
from oversight.review import nominees

PREFIX = "oversight_commendation"
NEEDS = ("oversight.view_commendation", "oversight.settle_commendation")
FIRST_YEAR = 2020


def urls(site: Any) -> list[URLPattern]:
    """Addresses that the admin of commendations leads to."""
    pages = {"danh-sach/in/": (page, "sheet"), "danh-sach/tep/": (take, "file")}
    return own_pages(site, PREFIX, pages, *NEEDS)


def print_list(year: int, *, by: User) -> Paper:
    """The list for a page that is printed; the trail has who opened it."""
    return _taken("paper.commendations_printed", year, by)


def export_list(year: int, *, by: User, **details: Any) -> Paper:
    """The list for a file that leaves the portal; the trail has who took it. Raises NotAllowed."""
    return _taken("paper.commendations_exported", year, by, **details)


def _taken(action: str, year: int, by: User, **details: Any) -> Paper:
    commune = by.commune
    if commune is None:
        raise NotAllowed("Hãy dùng tài khoản của một xã để lấy danh sách của xã đó.")
    content = CommendationContent(
        f"năm {year}", timezone.localdate(), nominees.of_year(year, reader=by)
    )
    paper = commendation_paper(
        content, commune=commune, issuer=Issuer.POLICE,
        about=f"oversight.commendations.{year}.{by.pk}", mark=watermark(commune, by),
    )  # fmt: skip
    audit.record(action, by=by, commune=commune, year=year, draft=paper.draft, **details)
    return paper


@never_cache
@require_GET
def page(request: HttpRequest, *, site: Any) -> HttpResponse:
    """The list as it will be printed: this year's unless the address names another."""
    year, reader = _year(request), cast("User", request.user)  # signed in, by the guard
    try:
        paper = print_list(year, by=reader)
    except NotAllowed as refusal:
        return _refused(request, str(refusal))
    here, file = (reverse(f"admin:{PREFIX}_{name}") for name in ("sheet", "file"))
    context = {
        "paper": paper,
        "years": [(one, f"{here}?nam={one}") for one in (year - 1, year + 1) if _is_there(one)],
        "file": f"{file}?nam={year}",
        "back": reverse(f"admin:{PREFIX}_changelist"),
    }
    return TemplateResponse(request, "oversight/commendations.html", context)


@never_cache
@require_POST
def take(request: HttpRequest, *, site: Any) -> HttpResponse:
    """The list as a Word file, to be signed."""
    year, reader = _year(request), cast("User", request.user)  # signed in, by the guard
    try:
        paper = export_list(year, by=reader)
    except NotAllowed as refusal:
        return _refused(request, str(refusal))
    return word_file(paper, name=f"danh-sach-khen-thuong-{year}")


def _is_there(year: int) -> bool:
    return FIRST_YEAR <= year <= timezone.localdate().year


def _year(request: HttpRequest) -> int:
    asked = number_of(request.GET.get("nam"))
    return asked if _is_there(asked) else timezone.localdate().year


def _refused(request: HttpRequest, sentence: str) -> HttpResponse:
    context = {"sentence": sentence, "back": reverse(f"admin:{PREFIX}_changelist")}
    return TemplateResponse(request, "oversight/refused.html", context, status=400)
