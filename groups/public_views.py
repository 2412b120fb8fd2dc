"""`/nhom-chinh-thuc/`: which groups are genuine, for anyone, without an account."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from accounts.models import Commune
from accounts.public_pages import KEEP_S, communes, full_address, inside_a_sentence
from groups import genuine
from groups.poster import poster_of

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
    """The genuine groups of a commune, and whether a pasted link is one of them."""
    commune = get_object_or_404(Commune, code=code)
    page = genuine.page_of(commune)
    asked = request.GET.get("lien-ket", "").strip()[:LONGEST]
    context = {
        "commune": commune,
        "said_commune": inside_a_sentence(commune),
        "police": f"Công an {inside_a_sentence(commune)}",
        "site": full_address(request, "/").partition("://")[2].rstrip("/"),
        "page": page,
        "asked": asked,
        "found": genuine.check(page, asked) if asked else None,
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
    group = genuine.groups_of(commune).filter(pk=pk).first()
    if group is None or not genuine.shows_link(group):
        raise Http404
    return TemplateResponse(request, "groups/public/poster.html", poster_of(group, commune))
