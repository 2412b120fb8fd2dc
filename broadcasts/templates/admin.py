"""Templates in the admin; every change is a new version."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from accounts.scoped_admin.base import ScopedModelAdmin, ScopedRelatedFilter, display, nobody_may
from accounts.scoped_admin.pages import own_pages
from accounts.scoped_admin.row_page import OwnCommune
from broadcasts import services
from broadcasts.templates import pages as templates_pages
from broadcasts.templates import services as templates
from broadcasts.templates.models import Part, PostTemplate, required_parts
from broadcasts.templates.services import slips
from groups.admin_mixins import BareFields, OneButton

HOW_TO_WRITE = _(
    "Chỗ trống viết trong ngoặc nhọn: {nơi họp}. Có thể bỏ qua: {số máy (nếu có)}. Cho chọn: "
    "{buổi: sáng / chiều}. Kèm gợi ý: {giờ | ví dụ: 7 giờ 30}."
)


class PostTemplateForm(forms.ModelForm):
    """The parts that the topic demands, and braces that pair."""

    class Meta:
        model = PostTemplate
        fields = ["commune", "topic", "name", "purpose", "title", *map(str, Part), "is_active"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        topic = cleaned.get("topic")
        for part in required_parts(topic.code) if topic else []:
            if part.value in self.fields and not (cleaned.get(part.value) or "").strip():
                self.add_error(part.value, f"Chủ đề “{topic}” không thể thiếu phần này.")
        for name in ("title", *(part.value for part in Part)):
            for slip in slips(cleaned.get(name) or ""):
                self.add_error(name, slip)
        return cleaned


@admin.register(PostTemplate)
class PostTemplateAdmin(BareFields, OneButton, OwnCommune, ScopedModelAdmin):
    form = PostTemplateForm
    list_display = ["name", "topic", "purpose", "shown_version", "is_active"]
    list_filter = [("topic", ScopedRelatedFilter), "is_active"]
    list_select_related = ["topic", "commune"]
    search_fields = ["name", "purpose"]
    search_help_text = _("Tìm theo tên mẫu, việc dùng")
    ordering = ["topic__order", "name"]
    actions = None
    compressed_fields = False
    fieldsets = [
        (None, {"fields": ["commune", "topic", "name", "purpose", "is_active"]}),
        (_("Bài viết"), {
            "fields": ["title", *(part.value for part in Part)], "description": HOW_TO_WRITE,
        }),
        (_("Các bản"), {"fields": ["versions"]}),
    ]  # fmt: skip
    readonly_fields = ["versions"]

    @display(description=_("bản"))
    def shown_version(self, template: PostTemplate) -> str:
        whose = "của xã" if template.commune_id else "có sẵn"
        return f"{template.version} ({whose})"

    @admin.display(description=_("các bản"))
    def versions(self, template: PostTemplate) -> str:
        """Versions with author and day."""
        rows = PostTemplate.objects.of_commune(template.commune_id).filter(code=template.code)
        return "; ".join(
            f"bản {row.version}: {row.created_by or 'có sẵn'}, {row.created_at:%d/%m/%Y}"
            for row in rows.select_related("created_by").order_by("-version", "commune")
        )

    def get_queryset(self, request: HttpRequest) -> Any:
        rows = super().get_queryset(request)
        commune = request.user.commune_id
        return rows.in_force(commune) if commune else rows.newest()

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        fieldsets = super().get_fieldsets(request, obj)
        return fieldsets if obj is not None else fieldsets[:-1]

    def get_urls(self) -> list[URLPattern]:
        pages = {"<int:pk>/ban/": (show, "show")}
        needs = ("broadcasts.view_posttemplate",)
        own = own_pages(
            self.admin_site, "broadcasts_posttemplate", pages, *needs, row="template", rows=_rows
        )
        return [*own, *templates_pages.urls(self.admin_site), *super().get_urls()]

    has_delete_permission = nobody_may

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return super().changeform_view(request, *args, **kwargs)
        except services.NotAllowed as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
            return redirect(reverse("admin:broadcasts_posttemplate_changelist"))

    def save_model(self, request: HttpRequest, obj: PostTemplate, form: Any, change: bool) -> None:
        if not change:
            templates.add_template(obj, by=request.user)
        elif form.changed_data:
            templates.revise(obj, by=request.user)


def _rows(request: HttpRequest) -> Any:
    return PostTemplate.objects.visible_to(request.user).select_related("topic", "created_by")


@require_GET
def show(request: HttpRequest, *, site: Any, template: PostTemplate) -> HttpResponse:
    """One version as it was, also one that has been replaced since."""
    context = {
        **site.each_context(request),
        "title": f"{template}, bản {template.version}",
        "template": template,
        "parts": [(part.label, template.part(part)) for part in Part if template.part(part)],
    }
    return TemplateResponse(request, "broadcasts/compose/version.html", context)
