"""Pages of a schedule: what it is doing and its next dates, its deeds, what its form reads live."""

from datetime import date, datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_GET, require_POST

from accounts.admin_pages import own_pages
from accounts.models import Holiday
from broadcasts import admin_views, schedule_wording, services, steps
from broadcasts.admin_forms import PreviewForm
from broadcasts.models import Broadcast, Schedule
from broadcasts.schedule_forms import RuleForm
from broadcasts.schedule_wording import DateLine, date_line
from broadcasts.services import schedules
from broadcasts.services.dates import next_dates
from broadcasts.services.gate import coming_conflicts
from broadcasts.services.recurrence import describe, rule_of

SHOWN, LISTED, PAST = 5, 8, 8


def urls(site: Any) -> list[URLPattern]:
    """Addresses under the admin of schedules."""
    pages = {
        "xem-truoc/": (preview, "preview"),
        "ngay-toi/": (dates, "dates"),
        "<int:pk>/xem/": (show, "show"),
        "<int:pk>/viec/": (deed, "deed"),
        "<int:pk>/ngay/": (date_deed, "date_deed"),
    }
    return own_pages(
        site, "broadcasts_schedule", pages, "broadcasts.view_schedule", row="schedule", rows=_rows
    )


def _rows(request: HttpRequest) -> Any:
    return Schedule.objects.visible_to(request.user).select_related(
        "commune", "pattern__topic", "pattern__created_by", "pattern__approved_by", "paused_by"
    )


@require_POST
def preview(request: HttpRequest, *, site: Any) -> HttpResponse:
    """The parts, the findings about the words, the reach; the dates have a list of their own."""
    post = _written(request)
    form = PreviewForm(request.POST, user=request.user)
    form.is_valid()
    context = admin_views.preview_context(
        post, has_audience=form.has_audience, leaving="Mỗi lần đăng gửi đúng nội dung này"
    )
    return TemplateResponse(request, "broadcasts/preview.html", context)


def _written(request: HttpRequest) -> Broadcast:
    """The content of the form so far, as the unsaved pattern of a schedule."""
    post = PreviewForm(request.POST, user=request.user).as_broadcast()
    post.is_pattern = True
    topic = request.POST.get("topic", "")
    post.topic_id = int(topic) if topic.isdecimal() and len(topic) < 10 else None
    return post


@require_POST
def dates(request: HttpRequest, *, site: Any) -> HttpResponse:
    """The rule in a sentence and its next five dates, with what days off and other posts do."""
    rule = RuleForm(request.POST).rule()
    now = timezone.now()
    context: dict[str, Any] = {"rule": None}
    if rule is not None:
        post = _written(request)
        coming = next_dates(rule, now, SHOWN)
        moments = [one.at for one in coming if one.at is not None]
        met = _warnings(post, moments, None, now) if post.commune_id and post.topic_id else {}
        lines = [date_line(one, warnings=met.get(one.at, ())) for one in coming]
        context = {"rule": rule, "sentence": describe(rule), "lines": lines} | _edge(lines)
    return TemplateResponse(request, "broadcasts/schedule/dates.html", context)


def _edge(lines: list[DateLine]) -> dict[str, Any]:
    """Whether dates lie in a year whose days off are not known yet."""
    last = Holiday.objects.order_by("-day").values_list("day", flat=True).first()
    beyond = bool(lines) and (last is None or lines[-1].on.year > last.year)
    return {"beyond": beyond, "known_until": last}


def _warnings(
    pattern: Broadcast, moments: list[datetime], schedule: Schedule | None, now: datetime
) -> dict[datetime | None, tuple[str, ...]]:
    met = coming_conflicts(pattern, moments, schedule, now)
    return {at: tuple(one.sentence for one in found) for at, found in met.items()}


@require_GET
def show(request: HttpRequest, *, site: Any, schedule: Schedule) -> HttpResponse:
    """One schedule: rule, state, next dates with their deeds, what was posted."""
    now, pattern = timezone.now(), schedule.pattern
    runs = pattern.status not in {Broadcast.Status.CANCELLED, Broadcast.Status.REJECTED}
    coming = next_dates(rule_of(schedule), now, LISTED, schedule) if runs else []
    rows = schedule.occurrences.filter(occurrence_on__in=[one.on for one in coming])
    posts = {post.occurrence_on: post for post in rows}
    moments = [one.at for one in coming if one.at is not None]
    met = _warnings(pattern, moments, schedule, now)
    lines = [date_line(one, posts.get(one.on), met.get(one.at, ())) for one in coming]
    past = schedule.occurrences.exclude(occurrence_on__in=list(posts)).filter(
        scheduled_for__lte=now
    )
    context = {
        **site.each_context(request),
        "title": f"Lịch đăng: {pattern.title}",
        "opts": Schedule._meta,
        "schedule": schedule,
        "pattern": pattern,
        "state": schedule_wording.state_of(schedule),
        "sentence": describe(rule_of(schedule)),
        "day_off": schedule.get_on_day_off_display(),
        "parts": pattern.approved_parts or services.text_parts(pattern.text),
        "reach": services.reach(pattern) if runs else None,
        "hamlets_gone": schedule_wording.hamlets_gone(schedule, timezone.localdate()),
        "returned_because": steps.returned_because(pattern),
        "lines": lines,
        "past": past.order_by("-scheduled_for")[:PAST],
        "may_edit": schedules.may_edit(schedule, request.user),
        "may_submit": _may_submit(schedule, request.user),
    } | _edge(lines)
    return TemplateResponse(request, "broadcasts/schedule/show.html", context)


def _may_submit(schedule: Schedule, user: Any) -> bool:
    waits = steps.is_being_written(schedule.pattern)
    return (
        waits
        and schedules.may_edit(schedule, user)
        and user.has_perm("broadcasts.submit_broadcast")
    )


def submit(request: HttpRequest, schedule: Schedule) -> bool:
    """Hand the content of a schedule to whoever approves."""
    pattern = Broadcast.objects.get(pk=schedule.pattern_id)
    return admin_views.PAGE.attempt(request, pattern, "trinh-duyet")


@require_POST
def deed(request: HttpRequest, *, site: Any, schedule: Schedule) -> HttpResponse:
    """Submit, pause, resume or end a schedule."""
    reason = request.POST.get("reason", "")[:300]
    deeds = {
        "dung": (lambda: schedules.pause(schedule, by=request.user, reason=reason),
                 "Đã tạm dừng lịch. Không lần nào được đăng cho đến khi bấm “Chạy tiếp”."),
        "chay": (lambda: schedules.resume(schedule, by=request.user),
                 "Lịch chạy tiếp từ lần tới. Những lần đã qua không đăng bù."),
        "ket-thuc": (lambda: schedules.end(schedule, by=request.user, reason=reason),
                     "Đã kết thúc lịch. Bài đã đăng vẫn còn."),
    }  # fmt: skip
    name = request.POST.get("deed", "")
    if name == "trinh":
        if not submit(request, schedule):  # there are the boxes for what is to be answered
            return redirect("admin:broadcasts_broadcast_review", schedule.pattern_id)
    elif name in deeds:
        _act(request, *deeds[name])
    else:
        messages.error(request, "Hãy chọn một việc trên trang.")
    return redirect("admin:broadcasts_schedule_show", schedule.pk)


@require_POST
def date_deed(request: HttpRequest, *, site: Any, schedule: Schedule) -> HttpResponse:
    """Leave one date out, take it back in, or let another schedule go on from it."""
    on: date | None = _day(request.POST.get("on", ""))
    name, reason = request.POST.get("deed", ""), request.POST.get("reason", "")[:300]
    if on is None or name not in {"bo", "lay-lai", "tach"}:
        messages.error(request, "Hãy chọn một lần đăng trên trang.")
    elif name == "bo":
        _act(request, lambda: schedules.skip(schedule, on, by=request.user, reason=reason),
             "Đã bỏ lần này. Có thể lấy lại cho đến giờ đăng.")  # fmt: skip
    elif name == "lay-lai":
        _act(request, lambda: schedules.restore(schedule, on, by=request.user),
             "Đã lấy lại lần này.")  # fmt: skip
    else:
        made = _act(request, lambda: schedules.split(schedule, on, by=request.user),
                    "Đã tách lịch mới từ lần này. Hãy sửa rồi trình duyệt; trước đó lịch mới "
                    "chưa đăng gì.")  # fmt: skip
        if made is not None:
            return redirect("admin:broadcasts_schedule_change", made.pk)
    return redirect("admin:broadcasts_schedule_show", schedule.pk)


def _day(text: str) -> date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None


def _act(request: HttpRequest, act: Any, done: str) -> Any:
    """What the service returned, or None with its refusal told."""
    try:
        made = act()
    except services.NotAllowed as refusal:
        messages.error(request, str(refusal))
        return None
    messages.success(request, done)
    return made
