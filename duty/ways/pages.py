"""The page on which a person orders the own ways, makes them known and tries them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from accounts.models import User
from accounts.scoped_admin.pages import attempt, own_pages
from duty.roster.models import Shift
from duty.ways import base, choice, office_pages, trial
from duty.ways.models import Notice
from duty.ways.sms import phones
from duty.ways.sms.models import OwnPhone
from duty.ways.zalo import linking
from duty.ways.zalo.models import CODE_FOR, OwnZalo

PAGE: Final = "admin:duty_ways_own"
TITLE: Final = "Tôi được báo bằng cách nào"
TONES: Final = {
    Notice.State.ACCEPTED: "info", Notice.State.WAITING: "info", Notice.State.SENDING: "info",
    Notice.State.UNCERTAIN: "warn", Notice.State.FOLDED: "warn",
    Notice.State.FAILED: "bad", Notice.State.CANCELLED: "bad",
}  # fmt: skip


def urls(site: Any) -> list[URLPattern]:
    """Addresses under the admin."""
    pages = {
        "duong-bao/": (show, "own"),
        "duong-bao/len/": (_changing(choice.move_up, ""), "up"),
        "duong-bao/tat/": (_changing(choice.switch_off, "Đã tắt đường này."), "off"),
        "duong-bao/bat/": (_changing(choice.switch_on, "Đã bật đường này."), "on"),
        "duong-bao/thu/": (_changing(trial.send_trial, SENT), "try"),
        "duong-bao/ma-zalo/": (zalo_code, "zalo_code"),
        "duong-bao/bo-zalo/": (zalo_end, "zalo_end"),
        "duong-bao/so/": (phone, "phone"),
        "duong-bao/bo-so/": (phone_end, "phone_end"),
    }
    own = own_pages(site, "duty_ways", pages, "duty.receive_notice")
    return own + office_pages.urls(site)


SENT: Final = "Đã gửi thử cho riêng tài khoản này. Mở điện thoại xem, rồi tải lại trang này."


@dataclass(frozen=True, slots=True)
class Line:
    """A way on the page."""

    key: str
    label: Any
    words: str
    can_reach: bool
    is_on: bool
    trials: list[tuple[Notice, str]]


def _lines(user: User, now: datetime) -> list[Line]:
    chosen = choice.ways_of(user)
    others = [one for one in choice.personal_ways() if one not in chosen]
    trials = trial.last_trials(user)

    def line(one: base.Way) -> Line:
        places = list(one.places(user, now))
        words = one.in_words(user, now) or _count(len(places))
        rows = [
            (row, TONES.get(Notice.State(row.state), "info")) for row in trials.get(one.key, [])
        ]
        return Line(one.key, one.label, words, bool(places), one in chosen, rows)

    return [line(one) for one in [*chosen, *others]]


def _count(places: int) -> str:
    return f"Có {places} máy nhận." if places else "Chưa có máy nào nhận."


def _page(request: HttpRequest, site: Any, **more: Any) -> HttpResponse:
    user: Any = request.user
    now = timezone.now()
    lines = _lines(user, now)
    context = {
        **site.each_context(request),
        "title": TITLE,
        "lines": lines,
        "lag": int(choice.LAG.total_seconds()),
        "is_unreachable": not any(line.is_on and line.can_reach for line in lines),
        "is_on_roster": Shift.objects.filter(person=user, ends_at__gt=now).exists(),
        "link": OwnZalo.objects.filter(user=user).first(),
        "phone": OwnPhone.objects.filter(user=user).first(),
        **more,
    }
    return TemplateResponse(request, "duty/own_ways.html", context)


@require_GET
def show(request: HttpRequest, site: Any) -> HttpResponse:
    return _page(request, site)


def _changing(act: Callable[..., Any], done: str) -> Callable[..., HttpResponse]:
    """A view that changes the way named by `key`."""

    def view(request: HttpRequest, site: Any) -> HttpResponse:
        key = request.POST.get("key", "")[:12]
        attempt(request, lambda: act(key, by=request.user), done)
        return redirect(PAGE)

    return require_POST(view)


@require_POST
def zalo_code(request: HttpRequest, site: Any) -> HttpResponse:
    """Show a new code once: what is stored is its keyed hash."""
    user: Any = request.user
    message = attempt(request, lambda: linking.new_code(by=user))
    if message is None:
        return redirect(PAGE)
    until = timezone.now() + CODE_FOR
    return _page(request, site, code=message, code_until=until, oa=linking.address_of(user))


@require_POST
def zalo_end(request: HttpRequest, site: Any) -> HttpResponse:
    user: Any = request.user
    attempt(request, lambda: linking.unlink(by=user), "Đã bỏ liên kết Zalo.")
    return redirect(PAGE)


@require_POST
def phone(request: HttpRequest, site: Any) -> HttpResponse:
    user: Any = request.user
    text = request.POST.get("phone", "")[:30]
    attempt(request, lambda: phones.set_phone(text, by=user), "Đã ghi số điện thoại.")
    return redirect(PAGE)


@require_POST
def phone_end(request: HttpRequest, site: Any) -> HttpResponse:
    user: Any = request.user
    attempt(request, lambda: phones.remove_phone(by=user), "Đã bỏ số điện thoại.")
    return redirect(PAGE)
