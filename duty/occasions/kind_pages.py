"""Pages of the chief: each kind with its level and silence, the night, the use of telling."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.models import Commune, User
from accounts.scoped_admin.pages import attempt, own_pages
from duty.occasions import kind_changes, usefulness
from duty.occasions.hours import settings_of
from duty.occasions.kinds import APART, KINDS, Level
from duty.occasions.models import KindChange


def urls(site: Any) -> list[URLPattern]:
    """Addresses under the admin."""
    pages = {
        "loai-viec/": (show, "list"),
        "loai-viec/ban-dem/": (set_night, "night"),
        "loai-viec/ich-loi/": (show_usefulness, "usefulness"),
        "loai-viec/<str:kind>/<str:step>/": (change, "change"),
    }
    return own_pages(site, "duty_kind", pages, kind_changes.RIGHT)


class LevelForm(forms.Form):
    level = forms.ChoiceField(choices=Level.choices)


class SilenceForm(forms.Form):
    last_day = forms.DateField(input_formats=["%Y-%m-%d", "%d/%m/%Y"])


class NightForm(forms.Form):
    night_from = forms.TimeField()
    night_to = forms.TimeField()


class MonthForm(forms.Form):
    thang = forms.DateField(input_formats=["%Y-%m", "%m/%Y"])


def actor(request: HttpRequest) -> tuple[User, Commune]:
    """The account and its commune; an account of no commune has no kinds to change."""
    user = request.user
    if not isinstance(user, User) or user.commune is None:
        raise PermissionDenied
    return user, user.commune


@require_safe
def show(request: HttpRequest, site: Any) -> HttpResponse:
    """Each kind with its level, its silence, and its buttons."""
    _user, commune = actor(request)
    changes = {one.kind: one for one in KindChange.objects.of_commune(commune)}
    now = timezone.now()
    rows = []
    for key, kind in KINDS.items():
        if key in APART:
            continue
        one = changes.get(key)
        level = kind_changes.usual_level(one) if one else kind.level
        muted = one is not None and one.muted_until is not None and one.muted_until > now
        rows.append((kind, level, kind.level, one if muted else None, one is not None))
    context = {
        **site.each_context(request),
        "title": "Loại việc được báo",
        "rows": sorted(rows, key=lambda row: list(Level).index(row[1])),
        "levels": Level.choices,
        "today": timezone.localdate(),
        "hours": settings_of(commune.pk),
    }
    return TemplateResponse(request, "duty/kinds.html", context)


@require_POST
def change(request: HttpRequest, site: Any, kind: str, step: str) -> HttpResponse:
    """One change of one kind."""
    user, commune = actor(request)
    if kind not in KINDS or step not in {"muc", "tat", "dat-lai"}:
        raise Http404
    if step == "muc":
        level = LevelForm(request.POST)
        if level.is_valid():
            attempt(
                request,
                lambda: kind_changes.set_level(
                    kind, level.cleaned_data["level"], commune=commune, by=user
                ),
                "Đã đổi mức. Việc mới báo theo mức này.",
            )
        else:
            messages.error(request, "Hãy chọn một mức.")
    elif step == "tat":
        silence = SilenceForm(request.POST)
        if silence.is_valid():
            attempt(
                request,
                lambda: kind_changes.mute(
                    kind, silence.cleaned_data["last_day"], commune=commune, by=user
                ),
                "Đã tạm tắt. Trang Hôm nay của mọi người có ghi việc này.",
            )
        else:
            messages.error(request, "Hãy chọn ngày hết tạm tắt.")
    else:
        attempt(
            request,
            lambda: kind_changes.reset(kind, commune=commune, by=user),
            "Đã đặt lại như ban đầu.",
        )
    return redirect("admin:duty_kind_list")


@require_POST
def set_night(request: HttpRequest, site: Any) -> HttpResponse:
    """The hours in which only urgent matters are told."""
    user, commune = actor(request)
    form = NightForm(request.POST)
    if form.is_valid():
        attempt(
            request,
            lambda: kind_changes.set_night(commune, by=user, **form.cleaned_data),
            "Đã đổi giờ ban đêm.",
        )
    else:
        messages.error(request, "Hãy nhập đủ giờ bắt đầu và giờ kết thúc, ví dụ 21:00 và 06:30.")
    return redirect("admin:duty_kind_list")


@require_safe
def show_usefulness(request: HttpRequest, site: Any) -> HttpResponse:
    """The use of telling in a month, by kind."""
    _user, commune = actor(request)
    form = MonthForm(request.GET)
    day: date = form.cleaned_data["thang"] if form.is_valid() else timezone.localdate()
    start, end = usefulness.month_of(day)
    context = {
        **site.each_context(request),
        "title": f"Báo việc có ích không: tháng {day:%m/%Y}",
        "uses": usefulness.of_month(commune, day),
        "before": timezone.localdate(start - timedelta(days=1)),
        "after": timezone.localdate(end) if end <= timezone.now() else None,
    }
    return TemplateResponse(request, "duty/usefulness.html", context)
