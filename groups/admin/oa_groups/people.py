"""People of a group at Zalo: in it, at its door, its deputies, whom to invite. Nothing is kept."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from accounts import audit
from accounts.admin_pages import number_of
from accounts.services import NotAllowed
from groups.admin.oa_groups.page import back, do, page
from groups.models import ZaloGroup
from groups.services import oa_people
from groups.services.oa_people import Person
from groups.vietnamese import masked_name


def _shows_names(request: HttpRequest, group: ZaloGroup) -> bool:
    """Whole names on request, by who may read whole data of residents; it is audited."""
    if request.GET.get("ten") != "du":
        return False
    if not request.user.has_perm("groups.reveal_member"):
        raise PermissionDenied
    audit.record("group.names_shown", by=request.user, target=group, commune=group.home_commune)
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
            lambda: oa_people.remove(group, ids, by=request.user, reason=reason),
            lambda count: f"Đã đưa {count} người ra khỏi nhóm.",
        )
        return back("roster", group)
    number = min(max(1, number_of(request.GET.get("trang"))), 200)
    whole = _shows_names(request, group)
    try:
        listed: Any = oa_people.roster(group, by=request.user, page=number)
        refusal = ""
    except NotAllowed as refused:
        listed, refusal = None, str(refused)
    return page(
        request, site, group, "roster", "Người trong nhóm", refusal=refusal, whole=whole,
        listed=listed, people=_lines(listed.people if listed else [], whole=whole),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def pending(request: HttpRequest, *, site: Any, group: ZaloGroup) -> HttpResponse:
    """Who asks to be let in: one by one, or several at once."""
    if request.method == "POST":
        ids = request.POST.getlist("person")
        if one := request.POST.get("accept-one") or request.POST.get("reject-one"):
            ids = [one]
        is_in = "accept" in request.POST or "accept-one" in request.POST
        verb = oa_people.accept if is_in else oa_people.reject
        words = "Đã duyệt {} người vào nhóm." if is_in else "Đã từ chối {} người."
        do(request, lambda: verb(group, ids, by=request.user), words.format)
        return back("pending", group)
    whole = _shows_names(request, group)
    try:
        people = oa_people.pending(group, by=request.user)
        refusal = ""
    except NotAllowed as refused:
        people, refusal = [], str(refused)
    return page(
        request, site, group, "pending", "Người xin vào nhóm", refusal=refusal, whole=whole,
        total=len(people), people=_lines(people[: oa_people.MOST_AT_ONCE], whole=whole),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def deputies(request: HttpRequest, *, site: Any, group: ZaloGroup) -> HttpResponse:
    """Officers, and members of the list who are in the group, whose Zalo id is known."""
    officers, members = oa_people.deputies_possible(group)
    if request.method == "POST":
        _set_deputy(request, group, officers, members)
        return back("deputies", group)
    held = set(
        group.memberships.filter(role="deputy", state="joined").values_list("member", flat=True)
    )
    in_sight = [member for member in members if _is_seen(request, member)]
    return page(
        request, site, group, "deputies", "Phó nhóm", officers=officers,
        members=[(member, member.pk in held) for member in in_sight],
    )  # fmt: skip


def _is_seen(request: HttpRequest, member: Any) -> bool:
    return bool(type(member).objects.visible_to(request.user).filter(pk=member.pk).exists())


def _set_deputy(
    request: HttpRequest, group: ZaloGroup, officers: list[Any], members: list[Any]
) -> None:
    kind, _sep, number = request.POST.get("who", "").partition("-")
    rows = officers if kind == "officer" else members
    who = next((row for row in rows if row.pk == number_of(number)), None)
    if who is None or (kind != "officer" and not _is_seen(request, who)):
        messages.error(request, "Hãy chọn một người trong danh sách.")
        return
    is_deputy = request.POST.get("deed") == "add"
    said = f"{who.full_name} {'là phó nhóm' if is_deputy else 'không còn là phó nhóm'}."
    do(
        request,
        lambda: oa_people.set_deputy(group, who, by=request.user, is_deputy=is_deputy),
        said,
    )


@require_http_methods(["GET", "POST"])
def invite(request: HttpRequest, *, site: Any, group: ZaloGroup) -> HttpResponse:
    """Members of the list whom Zalo lets the account invite today."""
    if request.method == "POST":
        chosen = [number_of(pk) for pk in request.POST.getlist("member")]
        do(
            request,
            lambda: oa_people.invite(group, chosen, by=request.user),
            lambda count: f"Đã mời {count} người. Họ vào nhóm khi Zalo báo.",
        )
        return back("invite", group)
    found = oa_people.invitable(group, request.user)
    return page(
        request, site, group, "invite", "Mời vào nhóm",
        members=found[: oa_people.MOST_AT_ONCE], count=len(found),
    )  # fmt: skip
