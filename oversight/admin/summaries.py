"""Summaries in the admin: the list; what is done with one stands on its own page."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern
from django.utils.translation import gettext_lazy as _

from accounts.admin_base import ReadOnlyAdminMixin, ScopedModelAdmin, display
from accounts.admin_pages import own_pages
from oversight.admin import summary_pages as pages
from oversight.models import PeriodSummary
from oversight.summary_querysets import SIGNS

TONES = {"draft": "info", "signed": "success"}


@admin.register(PeriodSummary)
class PeriodSummaryAdmin(ReadOnlyAdminMixin, ScopedModelAdmin):
    list_display = ["shown_period", "issuer", "shown_status", "as_of", "signed_name"]
    list_filter = ["status", "issuer"]
    ordering = ["-last", "-first", "issuer", "-pk"]
    actions = None

    @display(description=_("kỳ"), ordering="last")
    def shown_period(self, summary: PeriodSummary) -> str:
        words = summary.period.words
        return words[:1].upper() + words[1:]

    @display(description=_("trạng thái"), ordering="status", label=TONES)
    def shown_status(self, summary: PeriodSummary) -> tuple[str, str]:
        if summary.is_signed:
            return summary.status, summary.get_status_display()
        return summary.status, f"Dự thảo lần {summary.revision}, chưa ký"

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).for_lists()

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return any(request.user.has_perm(right) for right in SIGNS.values())

    def add_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return redirect("admin:oversight_periodsummary_draft")

    def change_view(
        self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """There is no form: the page shows the figures and what may be done with them."""
        found = self.get_object(request, object_id)
        if found is None or not self.has_view_permission(request, found):
            return super().change_view(request, object_id, *args, **kwargs)
        return redirect("admin:oversight_periodsummary_show", found.pk)

    def get_urls(self) -> list[URLPattern]:
        own = own_pages(
            self.admin_site, "oversight_periodsummary",
            {
                "lap/": (pages.draft, "draft"),
                "<int:pk>/xem/": (pages.show, "show"),
                "<int:pk>/lap-lai/": (pages.redraft, "redraft"),
                "<int:pk>/ky/": (pages.sign, "sign"),
                "<int:pk>/thay/": (pages.supersede, "supersede"),
                "<int:pk>/bo/": (pages.discard, "discard"),
                "<int:pk>/in/": (pages.sheet, "sheet"),
                "<int:pk>/tep/<slug:kind>/": (pages.take, "take"),
                "<int:pk>/bai-dang/": (pages.post, "post", "broadcasts.add_broadcast"),
            },
            "oversight.view_periodsummary", row="summary", rows=pages.rows,
        )  # fmt: skip
        return [*own, *super().get_urls()]
