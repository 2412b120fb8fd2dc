"""The root of the site: the page for residents, with the way in for those who work here."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from accounts.communes.public_pages import KEEP_S, commune_of, full_address
from reports.public.pages import layout_of

COMMUNE = "xa"


@require_safe
def root(request: HttpRequest) -> HttpResponse:
    """Numbers to ring, and a door to each thing that a resident may want.

    Of several communes the one named in the address; without a name the doors ask which. Who is
    signed in goes on to the admin.
    """
    if request.user.is_authenticated:
        return redirect("admin:index")
    commune, _is_alone = commune_of(request.GET.get(COMMUNE, ""))
    site = full_address(request, "/").partition("://")[2].rstrip("/")
    page = TemplateResponse(
        request, "reports/public/root.html", {**layout_of(commune), "site": site}
    )
    patch_cache_control(page, public=True, max_age=KEEP_S)
    return page
