"""Schedules in the admin: the list, and the form with its next dates; other pages beside it."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.admin_base import ScopedModelAdmin, display
from broadcasts import schedule_views, schedule_wording, starting
from broadcasts.admin_forms import SUBMIT
from broadcasts.models import Broadcast, Schedule
from broadcasts.schedule_forms import CONTENT, ScheduleForm
from broadcasts.services import schedules
from broadcasts.services.dates import calendar_ahead
from broadcasts.services.recurrence import describe, rule_of
from groups.admin_forms import BareFields, SaysRefusals

TONE_CLASSES = {"plain": "", "good": "success", "warn": "warning", "bad": "danger", "info": "info"}


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
            schedule.next_words = schedule_wording.next_in_words(schedule, now, known)
        self.result_list = rows

    def url_for_result(self, result: Any) -> str:
        return reverse("admin:broadcasts_schedule_show", args=[result.pk])


@admin.register(Schedule)
class ScheduleAdmin(BareFields, SaysRefusals, ScopedModelAdmin):
    form = ScheduleForm
    change_form_template = "admin/broadcasts/schedule/change_form.html"
    list_before_template = "broadcasts/schedule/list_before.html"
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
        context["start"] = starting.read(request) if kwargs.get("obj") is None else None
        return super().render_change_form(request, context, *args, **kwargs)

    @display(description=_("lịch đăng"), ordering="pattern__title")
    def title(self, schedule: Schedule) -> str:
        return schedule.pattern.title

    @display(description=_("trạng thái"), label=TONE_CLASSES)
    def shown_state(self, schedule: Schedule) -> tuple[str, str]:
        said = schedule_wording.state_of(schedule)
        return said.tone, said.label

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
        """The words of a filled template, or of a post that shall come again."""
        said = starting.read(request).initial
        return {name: said[name] for name in CONTENT if name in said}

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        shown = super().get_fieldsets(request, obj)
        if obj is None and request.user.commune_id is None:
            return shown
        (name, options), *rest = shown
        return [(name, {"fields": [f for f in options["fields"] if f != "commune"]}), *rest]

    def get_urls(self) -> list[URLPattern]:
        return schedule_views.urls(self.admin_site) + super().get_urls()

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        allowed = super().has_change_permission(request, obj)
        return allowed and (obj is None or schedules.may_edit(obj, request.user))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def changeform_view(
        self, request: HttpRequest, object_id: Any = None, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """A schedule that this account may not change is shown on its own page."""
        schedule = self.get_object(request, object_id) if object_id else None
        if schedule is not None and self._only_shows(request, schedule):
            return redirect("admin:broadcasts_schedule_show", schedule.pk)
        return super().changeform_view(request, object_id, *args, **kwargs)

    def _only_shows(self, request: HttpRequest, schedule: Schedule) -> bool:
        seen = self.has_view_permission(request, schedule)
        return seen and not self.has_change_permission(request, schedule)

    def save_model(self, request: HttpRequest, obj: Schedule, form: Any, change: bool) -> None:
        verb = schedules.edit if change else schedules.create
        if not change:
            start = starting.read(request)
            form.pattern.template = start.template
            start.bring_files(form.pattern)
        verb(obj, form.pattern, by=request.user)

    def response_add(self, request: HttpRequest, obj: Any, *args: Any) -> HttpResponse:
        return self._after_saving(request, obj)

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        return self._after_saving(request, obj)

    def _after_saving(self, request: HttpRequest, schedule: Schedule) -> HttpResponse:
        if SUBMIT in request.POST:
            schedule_views.submit(request, schedule)
        else:
            self.message_user(request, _("Đã lưu lịch đăng."), messages.SUCCESS)
        return redirect("admin:broadcasts_schedule_show", schedule.pk)

    def construct_change_message(self, request: HttpRequest, form: Any, *args: Any) -> Any:
        return [{"changed": {"fields": [str(name) for name in form.changed_data]}}]
