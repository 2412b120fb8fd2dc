"""Coverage by hamlet and team: on the screen, on paper, and the households behind a figure."""

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.models import Commune
from accounts.scoped_admin.pages import number_of, own_pages
from groups.coverage import households
from groups.places.models import Hamlet
from groups.residents.models import Member

LISTED = 50
FEW = 3  # so many hamlets are shown with their teams at once
REACHES = {
    "chua": ("none", "Chưa được báo tin"),
    "qua-nguoi": ("through", "Nhận tin qua người khác"),
    "trong-nhom": ("joined", "Có người trong nhóm"),
}


def urls(site: Any) -> list[URLPattern]:
    """Addresses under the admin of hamlets."""
    pages = {
        "do-phu/": (table, "coverage", "groups.view_team"),
        "do-phu/in/": (printout, "coveragepaper", "groups.view_team"),
        "<int:pk>/ho/": (people, "households", "groups.view_member"),
    }
    return own_pages(
        site, "groups_hamlet", pages, "groups.view_hamlet", row="hamlet", rows=_hamlets
    )


def _hamlets(request: HttpRequest) -> Any:
    """Hamlets of today that this account sees; those of the past have frozen figures."""
    return Hamlet.objects.visible_to(request.user).offered().select_related("commune")


def _commune(request: HttpRequest) -> Commune | None:
    """The account's own; whoever has none chooses one of those that they see."""
    if request.user.commune is not None:
        return request.user.commune
    rows = Commune.objects.visible_to(request.user).order_by("name", "pk")
    asked = request.GET.get("xa", "")
    if asked:
        return get_object_or_404(rows, pk=number_of(asked))
    return rows.first()


def _figures(request: HttpRequest) -> dict[str, Any]:
    """Rows and sums that the screen and the printout share."""
    commune = _commune(request)
    hamlets = list(_hamlets(request).filter(commune=commune).order_by("code", "pk"))
    asked = request.GET.get("ap", "")
    chosen = next((row for row in hamlets if row.pk == number_of(asked)), None)
    if asked and chosen is None:
        raise Http404
    places = households.by_team([chosen] if chosen else hamlets)
    return {
        "commune": commune,
        "hamlets": hamlets,
        "chosen": chosen,
        "places": places,
        "sum": households.total_of(place.total for place in places),
        "unknown": sum(not place.total.households for place in places),
        "definition": households.DEFINITION,
        "through_definition": households.THROUGH_DEFINITION,
        "today": timezone.localdate(),
    }


@require_GET
def table(request: HttpRequest, *, site: Any) -> HttpResponse:
    """All hamlets of the account with their sum; the teams of one, or of a few."""
    figures = _figures(request)
    communes = None
    if request.user.commune is None:
        communes = Commune.objects.visible_to(request.user).order_by("name", "pk")
    context = {
        **site.each_context(request),
        "title": "Độ phủ theo hộ",
        **figures,
        "communes": communes,
        "with_teams": figures["chosen"] is not None or len(figures["hamlets"]) <= FEW,
        "may_list": request.user.has_perm("groups.view_member"),
    }
    return TemplateResponse(request, "groups/coverage/table.html", context)


@require_GET
def printout(request: HttpRequest, *, site: Any) -> HttpResponse:
    """The same on paper, with every team; figures alone, nobody's name."""
    figures = _figures(request)
    commune = figures["commune"]
    profile = commune.profile_on(figures["today"]) if commune else None
    return TemplateResponse(
        request, "groups/coverage/paper.html", {**figures, "profile": profile, "with_teams": True}
    )


@require_GET
def people(request: HttpRequest, *, site: Any, hamlet: Hamlet) -> HttpResponse:
    """The people behind a figure, by household; names alone, the rest is on each one's page."""
    key = request.GET.get("nhan", "chua")
    if key not in REACHES:
        raise Http404
    reach, title = REACHES[key]
    members = Member.objects.visible_to(request.user).filter(hamlet=hamlet)
    rows = households.household_reach(members, reach)
    team, asked = None, request.GET.get("to", "")
    if asked == "0":
        rows = rows.filter(team=None)
    elif asked:
        team = get_object_or_404(hamlet.teams, pk=number_of(asked))
        rows = rows.filter(team=team)
    rows = rows.select_related("team", "reached_through").order_by(
        "team__name", "household_code", "-is_representative", "sort_key", "pk"
    )
    page = Paginator(rows, LISTED).get_page(request.GET.get("trang"))
    through = [row.reached_through_id for row in page if row.reached_through_id]
    seen = set(
        Member.objects.visible_to(request.user).filter(pk__in=through).values_list("pk", flat=True)
    )
    context = {
        **site.each_context(request),
        "title": f"{title}: {hamlet}",
        "hamlet": hamlet,
        "team": team,
        "asked": asked,
        "page": page,
        "seen": seen,
        "reach": reach,
        "key": key,
        "tabs": [(name, label) for name, (_reach, label) in REACHES.items()],
    }
    return TemplateResponse(request, "groups/coverage/people.html", context)
