"""Notices about personal data: written by the chief, read out, then left as they are."""

from typing import Any

from django.contrib import admin
from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from accounts.audit import services as audit
from accounts.scoped_admin.base import ScopedModelAdmin, action, visible_object
from groups.residents import purge_period
from groups.residents.consent import services as consent
from groups.residents.consent.models import ConsentNotice, ConsentRecord
from groups.residents.consent.notice import default_text
from groups.residents.forms import NoticeForm
from groups.residents.question_pages import StepsMixin


@admin.register(ConsentNotice)
class ConsentNoticeAdmin(StepsMixin, ScopedModelAdmin):
    """A notice that somebody has agreed to can be read and printed, not changed."""

    form = NoticeForm
    list_display = ["version", "commune", "valid_from", "used"]
    list_select_related = ["commune"]
    search_fields = ["version"]
    search_help_text = _("Tìm theo tên bản")
    actions_detail = ["printable"]
    main_steps = ("printable",)
    fields = ["commune", "version", "valid_from", "text"]
    readonly_fields = ["lines"]

    def get_exclude(self, request: HttpRequest, obj: ConsentNotice | None = None) -> list[str]:
        return ["commune"] if request.user.commune_id is not None else []

    def get_fields(self, request: HttpRequest, obj: ConsentNotice | None = None) -> Any:
        excluded = self.get_exclude(request, obj)
        names = [name for name in self.fields or [] if name not in excluded]
        if obj is not None and not self.has_change_permission(request, obj):
            names[names.index("text")] = "lines"
        return names

    @admin.display(description=_("nội dung"))
    def lines(self, notice: ConsentNotice) -> str:
        """The text with its paragraphs, once it can no longer be changed."""
        return format_html('<div class="by by-quote">{}</div>', notice.text)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        is_used = isinstance(obj, ConsentNotice) and consent.is_used(obj)
        return not is_used and super().has_change_permission(request, obj)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        commune = request.user.commune
        number = ConsentNotice.objects.visible_to(request.user).count() + 1
        initial = {
            "version": f"Thông báo {number:02d}",
            **super().get_changeform_initial_data(request),
        }
        if commune is not None:
            days = purge_period.purge_days()
            initial["text"] = default_text(commune, timezone.localdate(), purge_days=days)
        return initial

    def save_model(self, request: HttpRequest, obj: ConsentNotice, form: Any, change: bool) -> None:
        if request.user.commune_id is not None:
            obj.commune_id = request.user.commune_id
        if change:
            consent.revise(
                obj, by=request.user, version=obj.version, text=obj.text, valid_from=obj.valid_from
            )
            return
        super().save_model(request, obj, form, change)
        audit.record("consent.notice_added", by=request.user, target=obj)

    def get_queryset(self, request: HttpRequest) -> Any:
        given = ConsentRecord.objects.filter(notice=OuterRef("pk"))
        return super().get_queryset(request).annotate(has_records=Exists(given))

    @admin.display(description=_("đã có người đồng ý"), boolean=True)
    def used(self, notice: ConsentNotice) -> bool:
        return notice.has_records

    @action(description=_("In thông báo"), url_path="in", permissions=["view"])
    def printable(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """One page to be read out, hung up or signed."""
        notice = visible_object(self, request, object_id)
        profile = notice.commune.profile_on(timezone.localdate())
        context = {"notice": notice, "profile": profile}
        return TemplateResponse(request, "groups/people/notice.html", context)
