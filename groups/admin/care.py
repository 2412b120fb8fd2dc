"""Pages that look after groups: how one is started, how all of them are, letters of invitation.

The deeds are made for a phone: a number and a button, or a button alone.
"""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from accounts.admin_pages import own_pages
from accounts.public_pages import code_of, inside_a_sentence
from groups import health, official_posts, services, starting
from groups.models import ZaloGroup
from groups.services.upkeep import covered_by, officer_to_confirm

LISTED = 30
SLIPS = 8
REASONS = {
    "tren-zalo": ("Bị Zalo khóa", "is_refused"),
    "goi-nhom": ("Gói sắp hết", "is_ending"),
    "cho-duyet": ("Chờ duyệt người", "is_awaited"),
    "im-ang": ("Im ắng", "is_silent"),
    "can-bo": ("Chưa có cán bộ", "is_unattended"),
    "sap-day": ("Sắp đầy", "is_crowded"),
    "lien-ket": ("Liên kết", "is_link_stale"),
    "so-nguoi": ("Số người", "is_count_old"),
    "quy-che": ("Chưa ghim quy chế", "is_unpinned"),
}


def urls(site: Any) -> list[URLPattern]:
    """Addresses under the admin of groups."""
    pages = {
        "suc-khoe/": (care, "care", "groups.tend_zalogroup"),
        "<int:pk>/bat-dau/": (start, "start", "groups.view_zalogroup"),
        "<int:pk>/thu-moi/": (letter, "letter", "groups.view_zalogroup"),
        "<int:pk>/phieu-moi/": (slips, "slips", "groups.view_zalogroup"),
        "<int:pk>/cham-soc/": (deed, "deed", "groups.tend_zalogroup"),
    }
    return own_pages(site, "groups_zalogroup", pages, row="group", rows=_rows)


def _rows(request: HttpRequest) -> Any:
    return ZaloGroup.objects.visible_to(request.user).select_related(
        "hamlet__commune", "commune", "team", "owner", "officer_inside", "rules_pinned"
    )


@require_GET
def start(request: HttpRequest, *, site: Any, group: ZaloGroup) -> HttpResponse:
    """The steps of one group, done or not, with the next action beside each."""
    taken = starting.steps(group, request.user)
    context = {
        **site.each_context(request),
        "title": f"Bắt đầu nhóm: {group}",
        "group": group,
        "steps": taken,
        "done": sum(step.is_done for step in taken),
        "next": next((step for step in taken if not step.is_done), None),
        "may_invite": group.may_invite,
    }
    return TemplateResponse(request, "groups/care/start.html", context)


@require_GET
def care(request: HttpRequest, *, site: Any) -> HttpResponse:
    """Groups in service that want a look, each with its reasons and what to do about them."""
    today = timezone.localdate()
    rows = (
        ZaloGroup.objects.visible_to(request.user)
        .needing_care(today)
        .select_related("hamlet", "owner", "officer_inside", "rules_pinned", "at_zalo__asset")
        .order_by("hamlet__code", "search_text", "pk")
    )
    chosen = request.GET.get("ly-do", "")
    if chosen in REASONS:
        rows = rows.filter(**{REASONS[chosen][1]: True})
    page = Paginator(rows, LISTED).get_page(request.GET.get("trang"))
    last = official_posts.last([group.pk for group in page])
    covered = covered_by(request.user)
    context = {
        **site.each_context(request),
        "title": "Sức khỏe nhóm",
        "page": page,
        "cards": [
            {
                "group": group,
                "reasons": health.reasons(group, today, last.get(group.pk)),
                "officer": officer_to_confirm(group, request.user, covered),
            }
            for group in page
        ],
        "chips": [(key, label) for key, (label, _column) in REASONS.items()],
        "chosen": chosen if chosen in REASONS else "",
        "compose_url": official_posts.compose_url(request.user),
    }
    return TemplateResponse(request, "groups/care/list.html", context)


@require_POST
def deed(request: HttpRequest, *, site: Any, group: ZaloGroup) -> HttpResponse:
    """One tap: heads counted, link tried, rules pinned, an officer inside."""
    named, by = request.POST.get("deed", ""), request.user
    try:
        if named == "count":
            heads = request.POST.get("count", "")
            is_number = heads.isdecimal() and len(heads) < 10
            services.count_heads(group, int(heads) if is_number else 0, by=by)
            said = f"Đã ghi {heads} người."
        elif named in {"link-works", "link-broken"}:
            works = named == "link-works"
            services.check_link(group, by=by, works=works)
            said = f"Đã ghi: liên kết {'dùng được' if works else 'hỏng'}."
        elif named == "pin":
            services.pin_rules(group, by=by)
            said = "Đã ghi: quy chế được ghim trong nhóm."
        elif named == "inside":
            officer = services.confirm_officer(group, by=by).officer_inside
            said = f"Đã ghi: {officer.full_name if officer else ''} ở trong nhóm."
        else:
            raise services.NotAllowed("Không rõ việc cần ghi.")
    except services.NotAllowed as refusal:
        messages.error(request, f"{group}: {refusal}")
    else:
        messages.success(request, f"{group}: {said}")
    if request.POST.get("from") == "start":
        return redirect("admin:groups_zalogroup_start", group.pk)
    reason = request.POST.get("ly-do", "")
    narrowed = f"?ly-do={reason}" if reason in REASONS else ""
    return redirect(f"{reverse('admin:groups_zalogroup_care')}{narrowed}")


def _invitation(request: HttpRequest, group: ZaloGroup, template: str) -> HttpResponse:
    if not group.may_invite:
        messages.error(request, f"{group}: chưa có liên kết dùng được nên không in thư mời được.")
        return redirect("admin:groups_zalogroup_start", group.pk)
    commune = group.home_commune
    context = {
        "group": group,
        "commune": commune,
        "profile": commune.profile_on(timezone.localdate()),
        "said_commune": inside_a_sentence(commune),
        "said_place": inside_a_sentence(group.team or group.hamlet or commune),
        "qr": code_of(group.link),
        "slips": range(SLIPS),
    }
    return TemplateResponse(request, template, context)


@require_GET
def letter(request: HttpRequest, *, site: Any, group: ZaloGroup) -> HttpResponse:
    """A letter to a household, A5, to be filled in by hand."""
    return _invitation(request, group, "groups/print/letter.html")


@require_GET
def slips(request: HttpRequest, *, site: Any, group: ZaloGroup) -> HttpResponse:
    """Several short invitations on a sheet of A4, to be cut apart."""
    return _invitation(request, group, "groups/print/slips.html")
