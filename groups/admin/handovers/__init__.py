"""Handovers between officers in the admin: offered, shown, signed for, printed."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern
from django.utils.translation import gettext_lazy as _

from accounts.admin_base import ScopedModelAdmin, display, visible_object
from accounts.admin_pages import guarded
from groups.admin.folded import FoldedSearchMixin
from groups.admin.handovers import pages
from groups.models import Handover

State = Handover.State


@admin.register(Handover)
class HandoverAdmin(FoldedSearchMixin, ScopedModelAdmin):
    list_display = ["__str__", "kind", "days", "places", "shown_state"]
    list_select_related = ["from_officer", "to_officer"]
    list_filter = ["kind", "state"]
    search_fields = ["from_officer__search_text", "to_officer__search_text"]
    search_help_text = _("Tìm theo tên người giao hoặc người nhận")
    actions = None

    def get_queryset(self, request: HttpRequest) -> Any:
        rows = super().get_queryset(request)
        return rows.prefetch_related("hamlet_items__hamlet", "group_items")

    @admin.display(description=_("thời gian"))
    def days(self, handover: Handover) -> str:
        if handover.starts_on is None or handover.ends_on is None:
            return f"Ký giao {handover.given_at:%d/%m/%Y}"
        return f"{handover.starts_on:%d/%m/%Y} – {handover.ends_on:%d/%m/%Y}"

    @admin.display(description=_("phần bàn giao"))
    def places(self, handover: Handover) -> str:
        hamlets = ", ".join(str(row) for row in handover.hamlet_items.all())
        groups = len(handover.group_items.all())
        return ", ".join(part for part in (hamlets, f"{groups} nhóm" if groups else "") if part)

    @display(
        description=_("trạng thái"), ordering="state",
        label={
            State.OFFERED: "warning", State.ACCEPTED: "success", State.DECLINED: "danger",
            State.WITHDRAWN: "info",
        },
    )  # fmt: skip
    def shown_state(self, handover: Handover) -> tuple[str, str]:
        return handover.state, handover.get_state_display()

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What was signed is not edited; the page of a handover has its own steps."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def add_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        answer: HttpResponse = guarded(self.admin_site, pages.offer, "groups.add_handover")(request)
        return answer

    def change_view(
        self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        handover = visible_object(self, request, object_id)
        return redirect("admin:groups_handover_show", handover.pk)

    def get_urls(self) -> list[URLPattern]:
        return pages.urls(self.admin_site) + super().get_urls()
