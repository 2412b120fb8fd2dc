"""“Việc cần xem” in the admin: what is open for this account, the gravest and oldest first."""

from collections import Counter
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from accounts.scoped_admin.pages import own_pages
from duty.occasions import drill_pages, kind_pages, services, subjects
from duty.occasions.kinds import APART, KINDS, Level
from duty.occasions.models import Occasion


def urls(site: Any) -> list[URLPattern]:
    """Addresses under the admin."""
    pages = {
        "viec-can-xem/": (show, "list"),
        "viec-can-xem/loai/<str:kind>/": (take_kind, "take_kind"),
    }
    own = own_pages(site, "duty_occasion", pages, services.RIGHT)
    return own + kind_pages.urls(site) + drill_pages.urls(site)


@require_safe
def show(request: HttpRequest, site: Any) -> HttpResponse:
    """The list; looking at it is having seen what was folded."""
    user, now = request.user, timezone.now()
    if not isinstance(user, User):
        raise Http404
    found = subjects.openable(Occasion.objects.to_list(user), user)
    services.note_list_seen(user)
    routine = Counter(
        one.kind
        for one in found
        if one.level == Level.HOURS and one.kind not in APART and not one.is_taken(now)
    )
    context = {
        **site.each_context(request),
        "title": "Việc cần xem",
        "rows": [
            (one, one.is_taken(now), one.is_taken(now) and one.taken_by_id == user.pk)
            for one in found
        ],
        "is_cut": len(found) == subjects.LISTED,
        "kinds": [(key, KINDS[key].words, number) for key, number in routine.items() if number > 1],
    }
    return TemplateResponse(request, "duty/occasions.html", context)


@require_POST
def take_kind(request: HttpRequest, site: Any, kind: str) -> HttpResponse:
    """“Tôi đang xử lý”: everything routine of one kind that nobody has, for half an hour."""
    user, now = request.user, timezone.now()
    if kind not in KINDS or kind in APART or not isinstance(user, User):
        raise Http404
    rows = Occasion.objects.to_list(user).waiting(now).filter(kind=kind, level=Level.HOURS)
    number = services.take_all(subjects.openable(rows, user), by=user, until=now + services.AT_WORK)
    if number:
        messages.success(request, f"Đã nhận {number} việc trong 30 phút.")
    else:
        messages.warning(request, "Không còn việc nào loại này chờ người nhận.")
    return redirect("admin:duty_occasion_list")
