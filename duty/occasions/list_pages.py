"""“Việc cần xem” in the admin: what is open for this account, by the hour at which it is due."""

from collections import Counter
from dataclasses import replace
from typing import Any, Final

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.live.pages import live_page
from accounts.models import User
from accounts.scoped_admin.pages import own_pages
from accounts.sign_in.sessions import asks_by_itself
from duty.occasions import by_hour, drill_pages, kind_pages, services, subjects
from duty.occasions.kinds import APART, KINDS, Level
from duty.occasions.models import Occasion
from duty.occasions.pages import TOPICS

FIRST: Final = 5
PAGE: Final = 15


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
    """The list by the hour, the first lines of each group; or one group whole, page by page.

    Looking at it is having seen what it shows of what was folded.
    """
    live = live_page(request, *TOPICS)
    user, now = request.user, timezone.now()
    if not isinstance(user, User):
        raise Http404
    rows = Occasion.objects.to_list(user)
    found = subjects.openable(rows, user, subjects.MOST)
    groups = by_hour.groups_of(found, user, now)
    page, most = None, FIRST
    asked = next((group for group in groups if group.key == request.GET.get("nhom")), None)
    if asked is not None:
        page, most = Paginator(asked.lines, PAGE).get_page(request.GET.get("trang")), PAGE
        groups = [replace(asked, lines=list(page))]
    if not asks_by_itself(request):
        listed = [line.occasion for group in groups for line in group.lines[:most]]
        services.note_list_seen(user, listed)
    routine = Counter(
        one.kind
        for one in found
        if one.level == Level.HOURS
        and not (one.kind in APART or one.all_must_know or one.is_taken(now))
    )
    context = {
        **site.each_context(request),
        "title": "Việc cần xem",
        "live": live.soon(any(one.level == Level.NOW and not one.is_taken(now) for one in found)),
        "groups": groups,
        "is_whole": asked is not None,
        "page": page,
        "most": most,
        "back": asked.key if asked else "danh-sach",
        "number": len(found),
        "is_cut": rows[subjects.MOST : subjects.MOST + 1].exists(),
        "kinds": [(key, KINDS[key].words, number) for key, number in routine.items() if number > 1],
    }
    return TemplateResponse(request, "duty/occasions.html", context)


@require_POST
def take_kind(request: HttpRequest, site: Any, kind: str) -> HttpResponse:
    """“Tôi đang xử lý”: everything routine of one kind that nobody has, for half an hour."""
    user, now = request.user, timezone.now()
    if kind not in KINDS or kind in APART or KINDS[kind].all_must_know:
        raise Http404
    if not isinstance(user, User):
        raise Http404
    rows = Occasion.objects.to_list(user).waiting(now).filter(kind=kind, level=Level.HOURS)
    number = services.take_all(subjects.openable(rows, user), by=user, until=now + services.AT_WORK)
    if number:
        messages.success(request, f"Đã nhận {number} việc trong 30 phút.")
    else:
        messages.warning(request, "Không còn việc nào loại này chờ người nhận.")
    return redirect("admin:duty_occasion_list")
