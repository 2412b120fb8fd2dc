"""Pages of one group at Zalo: frame, tabs, result of a step."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.communes.public_pages import code_of
from accounts.scoped_admin.pages import number_of, try_out
from accounts.second_person.pages import sent
from accounts.workflow.services import record, sees
from groups.admin_mixins import do
from groups.oa_groups import participants
from groups.oa_groups import services as oa_groups
from groups.oa_groups.differences import choices
from groups.oa_groups.models import GroupAtZalo, ReconciliationLine
from groups.oa_groups.participants import Person
from groups.oa_groups.services import instead_of_groups
from groups.zalo_groups import genuine, health
from groups.zalo_groups.models import ZaloGroup
from groups.zalo_groups.public_pages import poster_of
from vietnamese.text import masked_name

TABS = (
    ("at_zalo", "Trên Zalo"),
    ("pending", "Chờ duyệt"),
    ("roster", "Người trong nhóm"),
    ("invite", "Mời"),
    ("deputies", "Phó nhóm"),
    ("switches", "Cài đặt"),
    ("place", "Gói nhóm"),
)


def address(name: str, group: ZaloGroup) -> str:
    return reverse(f"admin:groups_zalogroup_{name}", args=[group.pk])


def page(
    request: HttpRequest, site: Any, group: ZaloGroup, tab: str, title: str, **context: Any
) -> HttpResponse:
    """A page of the group with its tabs; who may only look gets the first one."""
    runs = request.user.has_perm("groups.run_oa_group")
    is_there = bool(group.zalo_group_id)
    tabs = [
        {"url": address(name, group), "label": label, "is_here": name == tab}
        for name, label in TABS
        if name == "at_zalo" or (runs and is_there)
    ]
    return TemplateResponse(
        request,
        f"groups/oa/{tab}.html",
        {
            **site.each_context(request),
            "title": f"{title}: {group}",
            "heading": title,
            "group": group,
            "row": getattr(group, "at_zalo", None) or GroupAtZalo(group=group),
            "tabs": tabs,
            "runs": runs,
            "instead": instead_of_groups(group),
            **context,
        },
    )


def back(name: str, group: ZaloGroup) -> HttpResponse:
    return redirect(address(name, group))


# How a group stands at Zalo, its link and its code, and the sheet for the wall.


RECENT = 10


@require_GET
def at_zalo(request: HttpRequest, *, site: Any, group: ZaloGroup) -> HttpResponse:
    """The hub of a group: link and code for everybody who sees it, the rest for who runs it."""
    row = getattr(group, "at_zalo", None)
    today = timezone.localdate()
    asset = row.asset if row is not None else None
    lines = ReconciliationLine.objects.visible_to(request.user).filter(group=group)
    lines = lines.select_related("reconciliation", "decided_by").order_by("-pk")[:RECENT]
    is_refused = row is not None and row.status in (
        GroupAtZalo.Status.DISABLED,
        GroupAtZalo.Status.GONE,
    )
    return page(
        request,
        site,
        group,
        "at_zalo",
        "Nhóm trên Zalo",
        qr=code_of(group.link) if group.may_invite else "",
        refusal=health.refusal(row, today) if row is not None and is_refused else "",
        ending=(
            health.ending(group.asset_expires_on, asset.is_auto_renewed if asset else None, today)
            if group.asset_expires_on and not is_refused
            else ""
        ),
        days_left=(group.asset_expires_on - today).days if group.asset_expires_on else None,
        asset=asset,
        switches=switch_lines(row),
        lines=[{"line": line, "choices": choices(line)} for line in lines],
        attempt=group.creations.first(),
    )


MEANINGS = {
    "is_send_locked": (
        "Khóa gửi tin: chỉ cán bộ đăng bài",
        "Bật: chỉ OA và trưởng, phó nhóm đăng; bà con đọc, nhắn riêng cho OA. Tắt: ai cũng đăng.",
    ),
    "needs_approval": (
        "Duyệt người vào",
        "Bật: ai bấm liên kết cũng phải chờ cán bộ duyệt. Tắt: bấm liên kết là vào.",
    ),
    "shows_history": (
        "Người mới xem được tin cũ",
        "Bật: người mới vào đọc được các bài trước đó. Tắt: chỉ thấy bài từ lúc vào.",
    ),
    "is_link_open": (
        "Vào bằng liên kết, mã QR",
        "Bật: liên kết và tờ QR dùng được. Tắt: chỉ vào khi được mời; tờ QR đã in không dùng được.",
    ),
}


def switch_lines(row: GroupAtZalo | None) -> list[dict[str, Any]]:
    """The four switches in words; a value that nobody has asked for yet is None."""
    return [
        {"name": name, "label": label, "meaning": meaning, "is_on": getattr(row, name, None)}
        for name, (label, meaning) in MEANINGS.items()
    ]


@require_POST
def look(request: HttpRequest, *, site: Any, group: ZaloGroup) -> HttpResponse:
    """Ask Zalo now how the group stands."""
    do(request, lambda: oa_groups.look(group, by=request.user), "Đã hỏi Zalo và ghi lại.")
    return back("at_zalo", group)


@require_POST
def publish(request: HttpRequest, *, site: Any, group: ZaloGroup) -> HttpResponse:
    """Show the link on the public page of genuine groups, or no longer."""
    user: Any = request.user
    if request.POST.get("cong-khai") != "co":
        done = "Đã thôi công khai liên kết. Trang “Nhóm chính thức” đổi theo sau một phút."
        do(request, lambda: genuine.take_off(group, by=user, link_alone=True), done)
        return back("at_zalo", group)
    asked, refusal = try_out(lambda: genuine.put_on_page(group, by=user, is_link_public=True))
    if asked is not None:
        return sent(request, asked)
    if refusal:
        messages.error(request, refusal)
    else:
        messages.success(request, "Đã công khai liên kết. Trang “Nhóm chính thức” có sau một phút.")
    return back("at_zalo", group)


@require_GET
def poster(request: HttpRequest, *, site: Any, group: ZaloGroup) -> HttpResponse:
    """A sheet of A4 for a wall: which group this is, its code, how to tell it from a fake."""
    if not group.has_genuine_link:
        messages.error(
            request,
            f"{group}: chưa có liên kết đã được hai người xác nhận nên chưa in được tờ QR.",
        )
        return back("at_zalo", group)
    return TemplateResponse(
        request, "groups/print/poster.html", poster_of(group, group.home_commune)
    )


# People of a group at Zalo: in it, at its door, its deputies, whom to invite. Nothing is kept.


def _shows_names(request: HttpRequest, group: ZaloGroup) -> bool:
    """Whole names on request, by who may read whole data of residents; it is audited."""
    if request.GET.get("ten") != "du":
        return False
    if not request.user.has_perm("groups.reveal_member"):
        raise PermissionDenied
    record(group, "names_shown", by=request.user)
    return True


def _lines(people: list[Person], *, whole: bool) -> list[dict[str, Any]]:
    return [
        {
            "id": person.user_id,
            "name": person.name if whole else masked_name(person.name),
            "member": person.member,
            "officer": person.officer,
            "is_deputy": person.is_deputy,
        }
        for person in people
    ]


@require_http_methods(["GET", "POST"])
def roster(request: HttpRequest, *, site: Any, group: ZaloGroup) -> HttpResponse:
    """Fifty people a page, as Zalo lists them at this moment."""
    if request.method == "POST":
        ids, reason = request.POST.getlist("person"), request.POST.get("reason", "")
        do(
            request,
            lambda: participants.remove(group, ids, by=request.user, reason=reason),
            lambda count: f"Đã đưa {count} người ra khỏi nhóm.",
        )
        return back("roster", group)
    number = min(max(1, number_of(request.GET.get("trang"))), 200)
    whole = _shows_names(request, group)
    listed, refusal = try_out(lambda: participants.roster(group, by=request.user, page=number))
    return page(
        request, site, group, "roster", "Người trong nhóm", refusal=refusal, whole=whole,
        listed=listed, people=_lines(listed.people if listed else [], whole=whole),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def pending(request: HttpRequest, *, site: Any, group: ZaloGroup) -> HttpResponse:
    """People who ask to join: decided one by one, or several at once."""
    if request.method == "POST":
        ids = request.POST.getlist("person")
        if one := request.POST.get("accept-one") or request.POST.get("reject-one"):
            ids = [one]
        is_in = "accept" in request.POST or "accept-one" in request.POST
        verb = participants.accept if is_in else participants.reject
        words = "Đã duyệt {} người vào nhóm." if is_in else "Đã từ chối {} người."
        do(request, lambda: verb(group, ids, by=request.user), words.format)
        return back("pending", group)
    whole = _shows_names(request, group)
    found, refusal = try_out(lambda: participants.pending(group, by=request.user))
    people = found or []
    return page(
        request, site, group, "pending", "Người xin vào nhóm", refusal=refusal, whole=whole,
        total=len(people), people=_lines(people[: participants.MOST_AT_ONCE], whole=whole),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def deputies(request: HttpRequest, *, site: Any, group: ZaloGroup) -> HttpResponse:
    """Officers, and members of the list who are in the group, whose Zalo id is known."""
    officers, members = participants.deputies_possible(group)
    if request.method == "POST":
        _set_deputy(request, group, officers, members)
        return back("deputies", group)
    held = set(
        group.memberships.filter(role="deputy", state="joined").values_list("member", flat=True)
    )
    in_sight = [member for member in members if sees(request.user, member)]
    return page(
        request, site, group, "deputies", "Phó nhóm", officers=officers,
        members=[(member, member.pk in held) for member in in_sight],
    )  # fmt: skip


def _set_deputy(
    request: HttpRequest, group: ZaloGroup, officers: list[Any], members: list[Any]
) -> None:
    kind, _sep, number = request.POST.get("who", "").partition("-")
    rows = officers if kind == "officer" else members
    who = next((row for row in rows if row.pk == number_of(number)), None)
    if who is None or (kind != "officer" and not sees(request.user, who)):
        messages.error(request, "Hãy chọn một người trong danh sách.")
        return
    is_deputy = request.POST.get("deed") == "add"
    message = f"{who.full_name} {'là phó nhóm' if is_deputy else 'không còn là phó nhóm'}."
    do(
        request,
        lambda: participants.set_deputy(group, who, by=request.user, is_deputy=is_deputy),
        message,
    )


@require_http_methods(["GET", "POST"])
def invite(request: HttpRequest, *, site: Any, group: ZaloGroup) -> HttpResponse:
    """Members of the list whom Zalo lets the account invite today."""
    if request.method == "POST":
        chosen = [number_of(pk) for pk in request.POST.getlist("member")]
        do(
            request,
            lambda: participants.invite(group, chosen, by=request.user),
            lambda count: f"Đã mời {count} người. Họ vào nhóm khi Zalo báo.",
        )
        return back("invite", group)
    found = participants.invitable(group, request.user)
    return page(
        request, site, group, "invite", "Mời vào nhóm",
        members=found[: participants.MOST_AT_ONCE], count=len(found),
    )  # fmt: skip
