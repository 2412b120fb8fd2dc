"""A plan of the register as a sheet and as a Word file."""

from typing import Any, cast

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts.admin_pages import own_pages
from accounts.models import User
from accounts.papers.handing_out import word_file
from oversight.direction.querysets import bodies_of
from oversight.models import Plan
from oversight.papers.plan import export_plan, print_plan


def urls(site: Any) -> list[URLPattern]:
    """Addresses that the admin of plans leads to."""
    pages = {"ke-hoach/<int:pk>/in/": (page, "sheet"), "ke-hoach/<int:pk>/tep/": (take, "word")}
    return own_pages(
        site, "oversight_plan", pages, "oversight.view_plan", row="plan", rows=_visible
    )


def speaks_for(user: User, plan: Plan) -> bool:
    """Whether the account makes the papers of the body whose plan this is."""
    return bodies_of(user).filter(pk=plan.body_id).exists()


def _visible(request: HttpRequest) -> Any:
    return Plan.objects.visible_to(request.user).select_related("body", "commune")


@never_cache
@require_GET
def page(request: HttpRequest, *, site: Any, plan: Plan) -> HttpResponse:
    """The plan as it will be printed, for whoever sees it."""
    reader = cast("User", request.user)  # signed in, by the guard
    back = reverse("admin:oversight_plan_show", args=[plan.pk])
    context = {"paper": print_plan(plan, by=reader), "back": back}
    if speaks_for(reader, plan):
        context["file"] = reverse("admin:oversight_plan_word", args=[plan.pk])
    return TemplateResponse(request, "groups/print/paper.html", context)


@never_cache
@require_POST
def take(request: HttpRequest, *, site: Any, plan: Plan) -> HttpResponse:
    """The plan as a Word file, for the body that makes it."""
    reader = cast("User", request.user)  # signed in, by the guard
    if not speaks_for(reader, plan):
        raise PermissionDenied
    return word_file(export_plan(plan, by=reader), name=f"ke-hoach-{plan.pk}")
