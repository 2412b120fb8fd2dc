"""How a group is started: the steps in their order, which are done, and what to do next."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from accounts.communes.public_pages import code_of, inside_a_sentence
from accounts.scoped_admin.pages import own_pages
from groups import services
from groups.consultation import thresholds
from groups.consultation.models import ConsultationMeeting, Regulation
from groups.zalo_groups import health, official_posts
from groups.zalo_groups.health import said_day
from groups.zalo_groups.models import ZaloGroup
from groups.zalo_groups.services import covered_by, officer_to_confirm


@dataclass(frozen=True)
class Step:
    """One step. `url` leads to where it is taken; a `deed` is posted from the page itself."""

    title: str
    said: str
    is_done: bool
    is_demanded: bool = False
    label: str = ""
    url: str = ""
    deed: str = ""


def steps(group: ZaloGroup, user: Any) -> list[Step]:
    """All steps for a group, as far as this account may take them."""
    versions = Regulation.objects.of_place(group)
    regulation = versions.in_force().first() or versions.order_by("-version").first()
    return [
        _commune_meeting(group, user),
        _drafted(group, regulation, user),
        _agreed(regulation, user),
        _owner(group, user),
        _address(group, user),
        _inside(group, user),
        _pinned(group, regulation, user),
        _active(group, user),
    ]


def _reading(user: Any, name: str, pk: int) -> str:
    may = user.has_perm(f"groups.view_{name.partition('_')[0]}")
    return reverse(f"admin:groups_{name}", args=[pk]) if may else ""


def _commune_meeting(group: ZaloGroup, user: Any) -> Step:
    first = ConsultationMeeting.objects.of_bodies(group.commune_owner_id).first()
    title = "Họp cấp xã lấy ý kiến các ban, ngành, đoàn thể, các ấp"
    if first is not None:
        url = _reading(user, "consultationmeeting_change", first.pk)
        return Step(title, f"Đã họp ngày {said_day(first.held_on)}.", True, label="Xem", url=url)
    may = user.has_perm("groups.add_consultationmeeting") and user.has_perm(
        "groups.view_all_hamlets"
    )
    address = reverse("admin:groups_consultationmeeting_add")
    url = f"{address}?commune={group.commune_owner_id}" if may else ""
    return Step(title, "Chưa ghi cuộc họp nào. Công an xã ghi.", False, True, "Ghi cuộc họp", url)


def _drafted(group: ZaloGroup, regulation: Regulation | None, user: Any) -> Step:
    title = "Soạn quy chế hoạt động"
    if regulation is not None:
        url = _reading(user, "regulation_page", regulation.pk)
        return Step(title, f"Có bản {regulation.version}.", True, True, "Xem", url)
    may = user.has_perm("groups.add_regulation") and (
        group.hamlet_id or user.has_perm("groups.view_all_hamlets")
    )
    place = f"hamlet={group.hamlet_id}" if group.hamlet_id else f"commune={group.commune_id}"
    url = f"{reverse('admin:groups_regulation_add')}?{place}" if may else ""
    return Step(title, "Chưa có bản nào; có sẵn bản mẫu.", False, True, "Soạn quy chế", url)


def _agreed(regulation: Regulation | None, user: Any) -> Step:
    title = "Bà con thống nhất quy chế"
    if regulation is None:
        return Step(title, "Soạn quy chế trước.", False, True)
    url = _reading(user, "regulation_page", regulation.pk)
    if regulation.is_in_force:
        day = f" ngày {said_day(regulation.agreed_on)}" if regulation.agreed_on else ""
        return Step(title, f"Đã thống nhất{day}.", True, True, "Xem", url)
    result = thresholds.outcome(regulation)
    said = " ".join(result.needs) if result.needs else "Đã đủ số hộ đồng ý, chờ chỉ huy xác nhận."
    if regulation.status == Regulation.Status.DRAFT:
        said = "Quy chế còn là dự thảo, chưa đưa ra lấy ý kiến."
    return Step(title, said, False, True, "Lấy ý kiến", url)


def _form(group: ZaloGroup, user: Any) -> str:
    may = user.has_perm("groups.change_zalogroup")
    return reverse("admin:groups_zalogroup_change", args=[group.pk]) if may else ""


def _owner(group: ZaloGroup, user: Any) -> Step:
    title = "Trưởng nhóm là cán bộ Công an xã phụ trách"
    if group.owner is not None and group.owner.is_active:
        return Step(title, f"{group.owner}.", True)
    said = "Trưởng nhóm đã thôi công tác." if group.owner else "Chưa chọn trưởng nhóm."
    return Step(title, said, False, label="Chọn trưởng nhóm", url=_form(group, user))


def _address(group: ZaloGroup, user: Any) -> Step:
    if group.capabilities.sends_by_api:
        title = "Nhóm trên Zalo, có mã nhóm"
        said = "Máy gửi được." if group.zalo_group_id else "Chưa có mã thì máy không gửi được."
        done, demanded = bool(group.zalo_group_id), True
        if user.has_perm("groups.run_oa_group"):
            url = reverse("admin:groups_zalogroup_at_zalo", args=[group.pk])
            return Step(title, said, done, demanded, "Xem" if done else "Tạo trên Zalo", url)
    else:
        title = "Liên kết vào nhóm"
        said = "In thư mời được." if group.link else "Chưa có thì không in được thư mời."
        done, demanded = bool(group.link) and not group.link_is_broken, False
        if group.link_is_broken:
            said = "Liên kết đã hỏng. Hãy lấy liên kết mới trên Zalo."
    return Step(title, said, done, demanded, "" if done else "Ghi vào", _form(group, user))


def _inside(group: ZaloGroup, user: Any) -> Step:
    title = "Có cán bộ ở trong nhóm"
    officer, day = group.officer_inside, group.officer_inside_on
    if officer is not None and day is not None:
        unattended = ZaloGroup.objects.filter(pk=group.pk).unattended(timezone.localdate())
        if not unattended.exists():
            return Step(title, f"{officer.full_name}, xác nhận ngày {said_day(day)}.", True)
        said = f"{officer.full_name} nay không còn công tác hoặc không còn phụ trách nơi này."
    else:
        said = "Chưa xác nhận."
    step = "inside" if user.has_perm("groups.tend_zalogroup") else ""
    return Step(title, said, False, label="Xác nhận có cán bộ trong nhóm", deed=step)


def _pinned(group: ZaloGroup, regulation: Regulation | None, user: Any) -> Step:
    title = "Ghim quy chế trong nhóm"
    pinned = group.rules_pinned
    if group.rules_pinned_on and pinned == regulation:
        version = f"Bản {pinned.version}, ghim" if pinned else "Ghim"
        return Step(title, f"{version} ngày {said_day(group.rules_pinned_on)}.", True)
    if regulation is None or not regulation.is_in_force:
        return Step(title, "Khi đã thống nhất thì đăng tóm tắt quy chế rồi ghim tin đó.", False)
    said = f"Trên Zalo, ghim bản {regulation.version} rồi bấm nút bên cạnh."
    if group.rules_pinned_on:
        said = f"Đang ghim bản cũ. {said}"
    step = "pin" if user.has_perm("groups.tend_zalogroup") else ""
    return Step(title, said, False, label="Đã ghim", deed=step)


def _active(group: ZaloGroup, user: Any) -> Step:
    title = "Cho nhóm hoạt động"
    if group.status == ZaloGroup.Status.ACTIVE:
        return Step(title, "Nhóm đang hoạt động và nhận bài.", True)
    if group.status == ZaloGroup.Status.CLOSED:
        return Step(title, "Nhóm đã đóng.", False)
    may = user.has_perm("groups.change_zalogroup")
    url = reverse("admin:groups_zalogroup_activate", args=[group.pk]) if may else ""
    who = "" if may else " Cán bộ phụ trách hoặc chỉ huy bấm."
    return Step(title, f"{group.get_status_display()}.{who}", False, True, "Cho hoạt động", url)


# Pages that look after groups: how one is started, how all of them are, letters of invitation.
#
# The deeds are made for a phone: a number and a button, or a button alone.


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
        "<int:pk>/cham-soc/": (record_care, "deed", "groups.tend_zalogroup"),
    }
    return own_pages(site, "groups_zalogroup", pages, row="group", rows=_rows)


def _rows(request: HttpRequest) -> Any:
    return ZaloGroup.objects.visible_to(request.user).select_related(
        "hamlet__commune", "commune", "team", "owner", "officer_inside", "rules_pinned"
    )


@require_GET
def start(request: HttpRequest, *, site: Any, group: ZaloGroup) -> HttpResponse:
    """The steps of one group, done or not, with the next action beside each."""
    listed = steps(group, request.user)
    context = {
        **site.each_context(request),
        "title": f"Bắt đầu nhóm: {group}",
        "group": group,
        "steps": listed,
        "done": sum(step.is_done for step in listed),
        "next": next((step for step in listed if not step.is_done), None),
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
def record_care(request: HttpRequest, *, site: Any, group: ZaloGroup) -> HttpResponse:
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
    if (page := request.POST.get("from")) in {"start", "roll"}:
        return redirect(f"admin:groups_zalogroup_{page}", group.pk)
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
