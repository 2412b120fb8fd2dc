"""A yearly review as a sheet and as a Word file, for whoever reads the review."""

from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts.admin_pages import own_pages
from accounts.models import User
from accounts.papers.handing_out import word_file
from accounts.services import NotAllowed
from oversight.models import YearlyReview
from oversight.papers.review import export_review, print_review
from oversight.summaries import Unreadable

PREFIX = "oversight_yearlyreview"
NEEDS = "oversight.view_yearlyreview"


def urls(site: Any) -> list[URLPattern]:
    """Addresses that the page of a review leads to."""
    pages = {"tong-ket/<int:pk>/in/": (page, "sheet"), "tong-ket/<int:pk>/tep/": (take, "word")}
    return own_pages(site, PREFIX, pages, NEEDS, row="review", rows=_visible)


def _visible(request: HttpRequest) -> Any:
    return YearlyReview.objects.visible_to(request.user).select_related("commune", "summary")


@never_cache
@require_GET
def page(request: HttpRequest, *, site: Any, review: YearlyReview) -> HttpResponse:
    """The review as it will be printed."""
    reader = cast("User", request.user)  # signed in, by the guard
    try:
        paper = print_review(review, by=reader)
    except (NotAllowed, Unreadable) as refusal:
        return _refused(request, review, str(refusal))
    context = {
        "paper": paper,
        "back": reverse(f"admin:{PREFIX}_show", args=[review.pk]),
        "file": reverse(f"admin:{PREFIX}_word", args=[review.pk]),
    }
    return TemplateResponse(request, "groups/print/paper.html", context)


@never_cache
@require_POST
def take(request: HttpRequest, *, site: Any, review: YearlyReview) -> HttpResponse:
    """The review as a Word file, to be signed."""
    reader = cast("User", request.user)  # signed in, by the guard
    try:
        paper = export_review(review, by=reader)
    except (NotAllowed, Unreadable) as refusal:
        return _refused(request, review, str(refusal))
    return word_file(paper, name=f"tong-ket-{review.period.code}")


def _refused(request: HttpRequest, review: YearlyReview, sentence: str) -> HttpResponse:
    back = reverse(f"admin:{PREFIX}_show", args=[review.pk])
    context = {"sentence": sentence, "back": back}
    return TemplateResponse(request, "oversight/refused.html", context, status=400)
