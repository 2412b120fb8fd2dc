"""Requests for posts in the admin: a list, a short form, a page with their state and steps."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.urls import URLPattern
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.scoped_admin.base import ScopedModelAdmin, ScopedRelatedFilter, display
from accounts.scoped_admin.row_page import HomeForm, OwnCommune, OwnPage
from accounts.scoped_admin.work_filter import WorkFilter
from accounts.users.roles import Role
from broadcasts.posts.models import Topic
from broadcasts.posts.wording import TONE_CLASSES
from broadcasts.requests import services as requests
from broadcasts.requests.models import PostRequest
from broadcasts.requests.pages import MORE, PAGE, due_words, state_of
from groups.admin_mixins import BareFields, DayInput, OneButton, SaysRefusals
from vietnamese.text import fold


class PostRequestForm(HomeForm):
    """Form of a request; refuses secrecy marks and a missing document number."""

    class Meta:
        model = PostRequest
        fields = [
            "commune", "source", "source_name", "document_number", "document_date", "title",
            "message", "topic", "audience", "due_on", "attachment",
        ]  # fmt: skip
        widgets = {"document_date": DayInput(), "due_on": DayInput()}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "topic" in self.fields:
            self.fields["topic"].queryset = Topic.objects.filter(is_active=True)

    def clean_attachment(self) -> Any:
        handed_in = self.cleaned_data["attachment"]
        is_new = isinstance(handed_in, UploadedFile)
        return requests.prepare_attachment(handed_in) if is_new else handed_in

    def clean_due_on(self) -> Any:
        due_on = self.cleaned_data["due_on"]
        if due_on and due_on < timezone.localdate() and "due_on" in self.changed_data:
            raise forms.ValidationError("Ngày này đã qua. Hãy chọn hôm nay hoặc ngày sau.")
        return due_on

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        if self.errors:
            return
        for name, sentences in requests.refusals(self.instance).items():
            for sentence in sentences:
                self.add_error(name, sentence)


class RequestWorkFilter(WorkFilter):
    """Open, due and overdue requests."""

    title = _("việc cần làm")
    works = {
        "mo": (_("Chưa xong"), lambda rows, request: rows.open()),
        "sap": (_("Sắp đến hạn"), lambda rows, request: rows.due_soon(timezone.localdate())),
        "qua": (_("Quá hạn"), lambda rows, request: rows.overdue(timezone.localdate())),
    }


@admin.register(PostRequest)
class PostRequestAdmin(BareFields, OneButton, SaysRefusals, OwnCommune, OwnPage, ScopedModelAdmin):
    form = PostRequestForm
    page_name = "admin:broadcasts_postrequest_show"
    added = "Đã gửi yêu cầu tới Công an xã."
    changed = "Đã lưu yêu cầu."
    list_display = ["title", "shown_state", "source", "document_number", "due"]
    list_filter = [RequestWorkFilter, "source", ("topic", ScopedRelatedFilter)]
    search_fields = ["title"]
    search_help_text = _("Tìm theo việc cần đăng, số văn bản")
    day_fields = ("document_date", "due_on")
    actions = None
    compressed_fields = False
    fieldsets = [
        (_("Ai chỉ đạo"), {
            "fields": ["commune", "source", "source_name", "document_number", "document_date"],
        }),
        (_("Cần nói gì với bà con"), {"fields": ["title", "message", "topic", "audience"]}),
        (_("Thời hạn, văn bản"), {"fields": ["due_on", "attachment"]}),
    ]  # fmt: skip

    @display(description=_("tình trạng"), label=TONE_CLASSES)
    def shown_state(self, asked: Any) -> tuple[str, str]:
        state = state_of(asked)
        return state.tone, state.label

    @display(description=_("đăng trước ngày"), ordering="due_on")
    def due(self, asked: PostRequest) -> str:
        return due_words(asked, timezone.localdate())

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).with_state()

    def get_search_results(
        self, request: HttpRequest, queryset: Any, search_term: str
    ) -> tuple[Any, bool]:
        return (queryset.search(search_term) if fold(search_term) else queryset), False

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Most offices ask for themselves."""
        own = {
            str(Role.PARTY_OFFICE.label): PostRequest.Source.PARTY_OFFICE,
            str(Role.FRONT.label): PostRequest.Source.FRONT,
        }
        names = request.user.groups.values_list("name", flat=True)
        return {"source": next((own[name] for name in names if name in own), "")}

    def get_urls(self) -> list[URLPattern]:
        return PAGE.urls(self.admin_site, MORE) + super().get_urls()

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        allowed = super().has_change_permission(request, obj)
        return allowed and (obj is None or requests.may_change(obj, request.user))

    def save_model(self, request: HttpRequest, obj: PostRequest, form: Any, change: bool) -> None:
        verb = requests.change if change else requests.receive
        verb(obj, by=request.user)
