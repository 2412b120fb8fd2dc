"""Schedules in the admin: list, form, and the pages of one schedule."""

from datetime import date, datetime
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from accounts.models import Holiday
from accounts.scoped_admin.base import ScopedModelAdmin, display
from accounts.scoped_admin.pages import attempt, own_pages
from accounts.scoped_admin.row_page import OwnCommune, OwnPage
from broadcasts import services
from broadcasts.approval import pages as approval_pages
from broadcasts.approval import steps
from broadcasts.content_check.services import coming_conflicts
from broadcasts.posts import prefill
from broadcasts.posts.forms import SUBMIT, PreviewForm
from broadcasts.posts.models import Broadcast
from broadcasts.posts.wording import TONE_CLASSES
from broadcasts.scheduling import verbs, wording
from broadcasts.scheduling.calendar import calendar_ahead, next_dates
from broadcasts.scheduling.forms import CONTENT, RuleForm, ScheduleForm
from broadcasts.scheduling.models import Schedule
from broadcasts.scheduling.rules import Occurrence, describe, rule_of
from broadcasts.scheduling.wording import DateLine, date_line
from groups.admin_mixins import BareFields, SaysRefusals

PREVIEWED, LISTED, PAST = 5, 8, 8


def urls(site: Any) -> list[URLPattern]:
    """Addresses under the admin of schedules."""
    pages = {
        "xem-truoc/": (preview, "preview"),
        "ngay-toi/": (dates, "dates"),
        "<int:pk>/xem/": (show, "show"),
        "<int:pk>/viec/": (run_action, "deed"),
        "<int:pk>/ngay/": (run_date_action, "date_deed"),
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
    post, has_audience = _written(request)
    context = approval_pages.preview_context(
        post, has_audience=has_audience, leaving="Mỗi lần đăng gửi đúng nội dung này"
    )
    return TemplateResponse(request, "broadcasts/preview.html", context)


def _written(request: HttpRequest) -> tuple[Broadcast, bool]:
    """The content of the form so far, as an unsaved pattern; whether it has an audience yet."""
    form = PreviewForm(request.POST, user=request.user)
    post = form.as_broadcast()
    post.is_pattern = True
    topic = request.POST.get("topic", "")
    post.topic_id = int(topic) if topic.isdecimal() and len(topic) < 10 else None
    return post, form.has_audience


@require_POST
def dates(request: HttpRequest, *, site: Any) -> HttpResponse:
    """The rule in a sentence and its next five dates, with what days off and other posts do."""
    rule = RuleForm(request.POST).rule()
    now = timezone.now()
    context: dict[str, Any] = {"rule": None}
    if rule is not None:
        post, _has_audience = _written(request)
        coming = next_dates(rule, now, PREVIEWED)
        lines = _lines(coming, post, None, {}, now)
        context = {"rule": rule, "sentence": describe(rule), "lines": lines} | _edge(lines)
    return TemplateResponse(request, "broadcasts/schedule/dates.html", context)


def _edge(lines: list[DateLine]) -> dict[str, Any]:
    """Whether dates lie in a year whose days off are not known yet."""
    last = Holiday.objects.order_by("-day").values_list("day", flat=True).first()
    beyond = bool(lines) and (last is None or lines[-1].on.year > last.year)
    return {"beyond": beyond, "known_until": last}


def _lines(
    coming: list[Occurrence], pattern: Broadcast, schedule: Schedule | None,
    posts: dict[date | None, Broadcast], now: datetime,
) -> list[DateLine]:  # fmt: skip
    """The dates as lines, with posts, and conflicts once commune and topic are known."""
    moments = [one.at for one in coming if one.at is not None]
    is_known = pattern.commune_id and pattern.topic_id
    met: Any = coming_conflicts(pattern, moments, schedule, now) if is_known else {}
    return [
        date_line(
            one, posts.get(one.on), tuple(conflict.sentence for conflict in met.get(one.at, ()))
        )
        for one in coming
    ]


@require_GET
def show(request: HttpRequest, *, site: Any, schedule: Schedule) -> HttpResponse:
    """Page of one schedule: rule, state, next dates with their actions, past posts."""
    now, pattern = timezone.now(), schedule.pattern
    coming = next_dates(rule_of(schedule), now, LISTED, schedule) if not schedule.is_over else []
    rows = schedule.occurrences.filter(occurrence_on__in=[one.on for one in coming])
    posts = {post.occurrence_on: post for post in rows}
    lines = _lines(coming, pattern, schedule, posts, now)
    past = schedule.occurrences.exclude(occurrence_on__in=list(posts)).filter(
        scheduled_for__lte=now
    )
    context = {
        **site.each_context(request),
        "title": f"Lịch đăng: {pattern.title}",
        "opts": Schedule._meta,
        "schedule": schedule,
        "pattern": pattern,
        "state": wording.state_of(schedule),
        "sentence": describe(rule_of(schedule)),
        "day_off": schedule.get_on_day_off_display(),
        "parts": pattern.approved_parts or services.text_parts(pattern.text),
        "hamlets_gone": wording.hamlets_gone(schedule, timezone.localdate()),
        "returned_because": steps.returned_because(pattern),
        "lines": lines,
        "past": past.order_by("-scheduled_for")[:PAST],
        "may_edit": verbs.may_edit(schedule, request.user),
        "may_submit": _may_submit(schedule, request.user),
    } | _edge(lines)
    return TemplateResponse(request, "broadcasts/schedule/show.html", context)


def _may_submit(schedule: Schedule, user: Any) -> bool:
    waits = steps.is_being_written(schedule.pattern)
    return waits and verbs.may_edit(schedule, user) and user.has_perm("broadcasts.submit_broadcast")


def submit(request: HttpRequest, schedule: Schedule) -> bool:
    """Submit the content of a schedule for approval."""
    pattern = Broadcast.objects.get(pk=schedule.pattern_id)
    return approval_pages.PAGE.attempt(request, pattern, "trinh-duyet")


@require_POST
def run_action(request: HttpRequest, *, site: Any, schedule: Schedule) -> HttpResponse:
    """Submit, pause, resume or end a schedule."""
    reason = request.POST.get("reason", "")[:300]
    actions = {
        "dung": (lambda: verbs.pause(schedule, by=request.user, reason=reason),
                 "Đã tạm dừng lịch. Không lần nào được đăng cho đến khi bấm “Chạy tiếp”."),
        "chay": (lambda: verbs.resume(schedule, by=request.user),
                 "Lịch chạy tiếp từ lần tới. Những lần đã qua không đăng bù."),
        "ket-thuc": (lambda: verbs.end(schedule, by=request.user, reason=reason),
                     "Đã kết thúc lịch. Bài đã đăng vẫn còn."),
    }  # fmt: skip
    name = request.POST.get("deed", "")
    if name == "trinh":
        if not submit(request, schedule):  # there are the boxes for what is to be answered
            return redirect("admin:broadcasts_broadcast_review", schedule.pattern_id)
    elif name in actions:
        attempt(request, *actions[name])
    else:
        messages.error(request, "Hãy chọn một việc trên trang.")
    return redirect("admin:broadcasts_schedule_show", schedule.pk)


@require_POST
def run_date_action(request: HttpRequest, *, site: Any, schedule: Schedule) -> HttpResponse:
    """Leave one date out, take it back in, or let another schedule go on from it."""
    on: Any = _day(request.POST.get("on", ""))
    name, reason = request.POST.get("deed", ""), request.POST.get("reason", "")[:300]
    actions: dict[str, tuple[Any, str]] = {
        "bo": (lambda: verbs.skip(schedule, on, by=request.user, reason=reason),
               "Đã bỏ lần này. Có thể lấy lại cho đến giờ đăng."),
        "lay-lai": (lambda: verbs.restore(schedule, on, by=request.user), "Đã lấy lại lần này."),
        "tach": (lambda: verbs.split(schedule, on, by=request.user),
                 ("Đã tách lịch mới từ lần này. Hãy sửa rồi trình duyệt; trước đó lịch mới "
                  "chưa đăng gì.")),
    }  # fmt: skip
    made = None
    if on is None or name not in actions:
        messages.error(request, "Hãy chọn một lần đăng trên trang.")
    else:
        made = attempt(request, *actions[name])
    if isinstance(made, Schedule):
        return redirect("admin:broadcasts_schedule_change", made.pk)
    return redirect("admin:broadcasts_schedule_show", schedule.pk)


def _day(text: str) -> date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None


class ScheduleList(ChangeList):
    """A line leads to the page of the schedule, on which its form is one step away.

    The days off and the rights of each approver are read once for all lines.
    """

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        rows, now = list(self.result_list), timezone.now()
        known = calendar_ahead([schedule.first_on for schedule in rows], now)
        approvers: dict[int | None, Any] = {}
        for schedule in rows:
            pattern = schedule.pattern
            pattern.approved_by = approvers.setdefault(pattern.approved_by_id, pattern.approved_by)
            schedule.next_words = wording.next_in_words(schedule, now, known)
        self.result_list = rows

    def url_for_result(self, result: Any) -> str:
        return reverse("admin:broadcasts_schedule_show", args=[result.pk])


@admin.register(Schedule)
class ScheduleAdmin(BareFields, SaysRefusals, OwnCommune, OwnPage, ScopedModelAdmin):
    form = ScheduleForm
    page_name = "admin:broadcasts_schedule_show"
    changed = _("Đã lưu lịch đăng.")
    change_form_template = "admin/broadcasts/schedule/change_form.html"
    list_before_template = "broadcasts/schedule/list_before.html"
    show_add_link = False  # the list has buttons of its own
    list_display = ["title", "shown_state", "sentence", "next_one"]
    list_select_related = ["pattern__created_by", "pattern__approved_by"]
    search_fields = ["pattern__title"]
    search_help_text = _("Tìm theo tên bài")
    actions = None
    compressed_fields = False
    fieldsets = [
        (None, {"fields": ["commune", *CONTENT]}),
        (_("Gửi tới đâu"), {"fields": ["send_to", "audience_hamlets", "audience_groups"]}),
        (
            _("Khi nào"),
            {
                "fields": [
                    "freq", "interval", "weekdays", "week", "weekday", "month_day", "month",
                    "lunar_days", "at", "first_on", "ending", "last_on", "times", "on_day_off",
                ]
            },
        ),
    ]  # fmt: skip

    class Media:
        js = ["broadcasts/compose.js", "broadcasts/schedule.js"]

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        context["start"] = prefill.read(request) if kwargs.get("obj") is None else None
        return super().render_change_form(request, context, *args, **kwargs)

    @display(description=_("lịch đăng"), ordering="pattern__title")
    def title(self, schedule: Schedule) -> str:
        return schedule.pattern.title

    @display(description=_("trạng thái"), label=TONE_CLASSES)
    def shown_state(self, schedule: Schedule) -> tuple[str, str]:
        state = wording.state_of(schedule)
        return state.tone, state.label

    @display(description=_("quy tắc"))
    def sentence(self, schedule: Schedule) -> str:
        return describe(rule_of(schedule))

    @display(description=_("lần tới"))
    def next_one(self, schedule: Any) -> str:
        return schedule.next_words

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return ScheduleList

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related("skips")

    def get_form(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> type[ScheduleForm]:
        """The content is drawn like that of a post."""
        form = super().get_form(request, obj, **kwargs)
        form.user = request.user
        for name in CONTENT:
            field = Broadcast._meta.get_field(name)
            form.base_fields[name] = self.formfield_for_dbfield(field, request)
        return form

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Content of a filled template, or of a reused post."""
        initial = prefill.read(request).initial
        return {name: initial[name] for name in CONTENT if name in initial}

    def get_urls(self) -> list[URLPattern]:
        return urls(self.admin_site) + super().get_urls()

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        allowed = super().has_change_permission(request, obj)
        return allowed and (obj is None or verbs.may_edit(obj, request.user))

    def save_model(self, request: HttpRequest, obj: Schedule, form: Any, change: bool) -> None:
        verb = verbs.edit if change else verbs.create
        if not change:
            start = prefill.read(request)
            form.pattern.template = start.template
            start.bring_files(form.pattern)
        verb(obj, form.pattern, by=request.user)

    def after_saving(self, request: HttpRequest, row: Any, sentence: str) -> HttpResponse:
        if SUBMIT not in request.POST:
            return super().after_saving(request, row, sentence)
        submit(request, row)
        return redirect(self.page_name, row.pk)

    def construct_change_message(self, request: HttpRequest, form: Any, *args: Any) -> Any:
        return [{"changed": {"fields": [str(name) for name in form.changed_data]}}]
