"""Mergers, splits and renamings of hamlets in the admin, for the chief alone."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, reverse
from django.utils.translation import gettext_lazy as _

from accounts.admin_base import ScopedModelAdmin, display
from accounts.services import NotAllowed
from groups.admin.hamlet_changes import pages
from groups.admin.hamlet_changes.forms import HamletChangeForm, PaperInput
from groups.admin_forms import DayInput
from groups.models import HamletChange
from groups.services import hamlet_changes

State = HamletChange.State
ABOUT = _(
    "Mỗi nghị quyết sắp xếp ấp, khu phố là một lần nhập, chia hoặc đổi tên. Chạy thử trước: không "
    "có gì thay đổi cho đến khi bấm “Thực hiện”."
)


class DecisionList(ChangeList):
    """A line leads to the summary of the decision, not to its form."""

    def url_for_result(self, result: Any) -> str:
        return reverse("admin:groups_hamletchange_show", args=[result.pk])


@admin.register(HamletChange)
class HamletChangeAdmin(ScopedModelAdmin):
    form = HamletChangeForm
    list_display = ["decision_number", "kind", "places", "effective_on", "shown_state"]
    list_filter = ["kind", "state"]
    search_fields = ["decision_number", "sources__name_then"]
    search_help_text = _("Tìm theo số nghị quyết hoặc tên ấp cũ")
    actions = None
    compressed_fields = False
    fieldsets = [
        (
            None,
            {
                "fields": [
                    "commune", "kind", "decision_number", "decision_on", "effective_on",
                    "decision_file", "sources",
                ],
                "description": ABOUT,
            },
        ),
    ]  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related("sources__hamlet", "results")

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return DecisionList

    @admin.display(description=_("ấp, khu phố"))
    def places(self, change: HamletChange) -> str:
        before = ", ".join(map(str, change.sources.all()))
        after = ", ".join(map(str, change.results.all()))
        return f"{before} → {after}" if after else before

    @display(
        description=_("trạng thái"), ordering="state",
        label={State.DRAFT: "info", State.REHEARSED: "warning", State.DONE: "success"},
    )  # fmt: skip
    def shown_state(self, change: HamletChange) -> tuple[str, str]:
        return change.state, change.get_state_display()

    def get_form(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, **kwargs)
        form.user = request.user
        return form

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        (name, options), *rest = super().get_fieldsets(request, obj)
        if obj is None and request.user.commune_id is None:
            return [(name, options), *rest]
        fields = [field for field in options["fields"] if field != "commune"]
        return [(name, {**options, "fields": fields}), *rest]

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name in {"decision_on", "effective_on"}:
            return db_field.formfield(widget=DayInput())
        if db_field.name == "decision_file":
            return db_field.formfield(widget=PaperInput())
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        is_done = isinstance(obj, HamletChange) and obj.is_done
        return not is_done and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        is_done = isinstance(obj, HamletChange) and obj.is_done
        return not is_done and super().has_delete_permission(request, obj)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: Any = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """What is done has a page, not a form."""
        change = self.get_object(request, object_id) if object_id else None
        if change is not None and self._only_shows(request, change):
            return redirect("admin:groups_hamletchange_show", change.pk)
        try:
            one_way_on = {"show_save_and_continue": False, "show_save_and_add_another": False}
            return super().changeform_view(
                request, object_id, form_url, one_way_on | (extra_context or {})
            )
        except NotAllowed as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
            return redirect(request.path)

    def _only_shows(self, request: HttpRequest, change: HamletChange) -> bool:
        seen = self.has_view_permission(request, change)
        return seen and not self.has_change_permission(request, change)

    def save_model(self, request: HttpRequest, obj: HamletChange, form: Any, change: bool) -> None:
        if obj.commune_id is None:
            obj.commune_id = request.user.commune_id
        hamlet_changes.prepare(obj, form.cleaned_data["sources"], by=request.user)

    def delete_model(self, request: HttpRequest, obj: HamletChange) -> None:
        hamlet_changes.discard(obj, by=request.user)

    def response_add(self, request: HttpRequest, obj: Any, *args: Any) -> HttpResponse:
        return redirect("admin:groups_hamletchange_results", obj.pk)

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        return redirect("admin:groups_hamletchange_results", obj.pk)

    def get_urls(self) -> list[URLPattern]:
        return pages.urls(self.admin_site) + super().get_urls()
