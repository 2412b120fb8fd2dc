"""The same post on paper and by voice: a sheet in large type, a script for the loudspeaker.

Only what a second person approved is printed, and never what was corrected since.
"""

from typing import Any

import segno
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.admin_pages import number_of, own_pages
from accounts.public_pages import inside_a_sentence
from broadcasts import loudspeaker, services, wording
from broadcasts.models import Broadcast
from groups.models import ZaloGroup

# Characters up to which a text still fits one sheet in this type.
SIZES = ((420, "notice-xl"), (900, "notice-l"), (1500, "notice-m"))


def urls(site: Any) -> list[URLPattern]:
    """Addresses under the admin of posts; for whoever posts by hand too."""
    pages = {
        "<int:pk>/ban-in/": (notice, "notice"),
        "<int:pk>/doc-loa/": (voice, "voice"),
    }
    return own_pages(
        site, "broadcasts_broadcast", pages, "broadcasts.view_delivery", row="post", rows=_rows
    )


def _rows(request: HttpRequest) -> Any:
    return Broadcast.objects.visible_to(request.user).select_related("commune", "topic", "corrects")


def _elsewhere(request: HttpRequest, post: Broadcast, name: str) -> HttpResponse | None:
    """Where to go instead, when this post may not be printed; None when it may."""
    correction = services.corrected_by(post)
    if correction is not None:
        messages.warning(request, "Bài này đã được đính chính. Đây là bài đính chính.")
        return redirect(f"admin:broadcasts_broadcast_{name}", correction.pk)
    if post.status not in wording.PRINTABLE:
        messages.error(request, "Chỉ in, đọc bài đã được duyệt và không bị dừng, hủy.")
        return redirect(_back(request, post))
    return None


def _back(request: HttpRequest, post: Broadcast) -> str:
    if request.user.has_perm("broadcasts.view_broadcast"):
        return reverse("admin:broadcasts_broadcast_review", args=[post.pk])
    return reverse("admin:broadcasts_delivery_hand_list")


def _context(request: HttpRequest, post: Broadcast) -> dict[str, Any]:
    return {
        "post": post,
        "commune": post.commune,
        "said_commune": inside_a_sentence(post.commune),
        "profile": post.commune.profile_on(timezone.localdate()),
        "day": timezone.localtime(post.started_at or post.scheduled_for),
        "back": _back(request, post),
        "group": _group(request, post),
    }


def _group(request: HttpRequest, post: Broadcast) -> ZaloGroup | None:
    """The group whose code stands on the sheet, asked for in the address; None for none."""
    number = number_of(request.GET.get("nhom"))
    visible = ZaloGroup.objects.visible_to(request.user).of_commune(post.commune_id)
    group = visible.filter(pk=number).select_related("hamlet").first() if number else None
    return group if group is not None and group.may_invite else None


@require_GET
def notice(request: HttpRequest, *, site: Any, post: Broadcast) -> HttpResponse:
    """One post on A4 for the notice board, as large as it fits, readable at seventy."""
    if (instead := _elsewhere(request, post, "notice")) is not None:
        return instead
    context = _context(request, post)
    text = "\n\n".join(post.approved_parts)
    size = next((name for limit, name in SIZES if len(text) <= limit), "notice-s")
    group = context["group"]
    context |= {
        "text": text,
        "size": size,
        "qr": segno.make(group.link, error="m", micro=False).svg_data_uri(
            border=2, light="#fff", nl=False
        )
        if group
        else "",
        "shows_image": bool(post.image) and request.user.has_perm("broadcasts.view_broadcast"),
    }
    return TemplateResponse(request, "broadcasts/paper/notice.html", context)


@require_GET
def voice(request: HttpRequest, *, site: Any, post: Broadcast) -> HttpResponse:
    """The words to read out: no signs, no links, numbers as they are said."""
    if (instead := _elsewhere(request, post, "voice")) is not None:
        return instead
    paragraphs = loudspeaker.script("\n\n".join(post.approved_parts))
    context = _context(request, post) | {"paragraphs": paragraphs}
    return TemplateResponse(request, "broadcasts/paper/voice.html", context)
