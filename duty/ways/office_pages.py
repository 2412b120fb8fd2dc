"""“Đường báo chung”: the office's mailbox, the duty group and who is in it, the most SMS a day."""

from typing import Any, Final

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from accounts.models import Commune, User
from accounts.scoped_admin.pages import attempt, own_pages, try_out
from accounts.workflow.declaration import NotAllowed
from duty.ways import office
from duty.ways.sms import limits
from duty.ways.sms import provider as sms
from duty.ways.zalo import group_check
from duty.ways.zalo.models import DutyGroupCheck
from zalo.client.errors import ZaloError

PAGE: Final = "admin:duty_office_show"


def urls(site: Any) -> list[URLPattern]:
    """Addresses under the admin."""
    pages = {
        "duong-bao-chung/": (show, "show"),
        "duong-bao-chung/thu/": (set_mail, "mail"),
        "duong-bao-chung/sms/": (set_limits, "limits"),
        "duong-bao-chung/cac-nhom/": (list_groups, "groups"),
        "duong-bao-chung/nhom/": (set_group, "group"),
        "duong-bao-chung/xem-nhom/": (look, "look"),
    }
    return own_pages(site, "duty_office", pages, office.RIGHT)


def _actor(request: HttpRequest) -> tuple[User, Commune]:
    user = request.user
    if not isinstance(user, User) or user.commune is None:
        raise PermissionDenied
    return user, user.commune


def _page(request: HttpRequest, site: Any, **more: Any) -> HttpResponse:
    _user, commune = _actor(request)
    row = limits.settings_of(commune.pk)
    check = DutyGroupCheck.objects.filter(commune=commune, duty_group=row.duty_group).first()
    context = {
        **site.each_context(request),
        "title": "Đường báo chung",
        "row": row,
        "check": check,
        "sent": limits.sent_today(commune.pk, timezone.now()).count(),
        "has_sms": sms.provider() is not None,
        "most": office.MOST_MESSAGES,
        **more,
    }
    return TemplateResponse(request, "duty/office.html", context)


@require_GET
def show(request: HttpRequest, site: Any) -> HttpResponse:
    return _page(request, site)


@require_POST
def set_mail(request: HttpRequest, site: Any) -> HttpResponse:
    user, commune = _actor(request)
    address = request.POST.get("thu", "")[:254]
    attempt(request, lambda: office.set_mail(commune, address, by=user), "Đã ghi hộp thư cơ quan.")
    return redirect(PAGE)


@require_POST
def set_limits(request: HttpRequest, site: Any) -> HttpResponse:
    user, commune = _actor(request)
    person, all_together = (_number(request.POST.get(name)) for name in ("nguoi", "xa"))
    attempt(
        request, lambda: office.set_limits(commune, person, all_together, by=user),
        "Đã ghi số tin SMS một ngày.",
    )  # fmt: skip
    return redirect(PAGE)


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 6 else -1


@require_POST
def list_groups(request: HttpRequest, site: Any) -> HttpResponse:
    """The groups of the account, asked of Zalo now."""
    _user, commune = _actor(request)
    found = attempt(request, lambda: office.groups_of(commune))
    if found is None:
        return redirect(PAGE)
    return _page(request, site, groups=found, most_people=office.MOST_PEOPLE)


@require_POST
def set_group(request: HttpRequest, site: Any) -> HttpResponse:
    user, commune = _actor(request)
    chosen = request.POST.get("nhom", "")[:80]
    done = "Đã đặt nhóm trực ban." if chosen else "Đã thôi báo vào nhóm."
    attempt(request, lambda: office.set_group(commune, chosen, by=user), done)
    return redirect(PAGE)


@require_POST
def look(request: HttpRequest, site: Any) -> HttpResponse:
    """Show the people in the duty group, asked of Zalo now; names stand on this page alone."""
    user, commune = _actor(request)
    people, refusal = try_out(lambda: _look(commune, user))
    if people is None:
        messages.error(request, refusal)
        return redirect(PAGE)
    return _page(request, site, people=people)


def _look(commune: Commune, by: User) -> group_check.People:
    office.require_right(commune, by)
    try:
        return group_check.look(commune, by=by)
    except ZaloError as error:
        raise NotAllowed(str(error)) from error
