"""Posts and deliveries in the admin, with their work filters."""

from itertools import chain
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ORDER_VAR, ChangeList
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.live.pages import LiveList
from accounts.scoped_admin.base import (
    ReadOnlyAdminMixin,
    ScopedModelAdmin,
    ScopedRelatedFilter,
    display,
)
from accounts.scoped_admin.row_page import OwnCommune, OwnPage
from accounts.scoped_admin.work_filter import WorkFilter
from broadcasts import services
from broadcasts.approval import pages as approval_pages
from broadcasts.approval import steps
from broadcasts.articles import admin as articles_admin  # noqa: F401 -- registers
from broadcasts.content_check import admin as content_check_admin  # noqa: F401 -- registers
from broadcasts.manual_posting import pages as manual_posting_pages
from broadcasts.posts import archive, prefill, printing, wording
from broadcasts.posts.forms import SUBMIT, BroadcastForm, MomentInput
from broadcasts.posts.models import Broadcast, Topic
from broadcasts.requests import admin as requests_admin  # noqa: F401 -- registers
from broadcasts.scheduling import admin as scheduling_admin  # noqa: F401 -- registers
from broadcasts.scheduling import month
from broadcasts.sending.models import Delivery
from broadcasts.templates import admin as templates_admin  # noqa: F401 -- registers
from broadcasts.templates import from_procedures
from groups.admin_mixins import BareFields, SaysRefusals
from vietnamese.text import fold

# Lists of work inside the lists of posts and deliveries.


Status = Broadcast.Status


def _own_drafts(rows: Any, request: HttpRequest) -> Any:
    own = rows.filter(created_by=request.user).without_planned()
    return own.filter(status__in=[Status.DRAFT, Status.RETURNED])


class PostWorkFilter(WorkFilter):
    """Tabs above the list of posts; the home page links to the same lists."""

    title = _("việc")
    works = {
        "duyet": (_("Chờ tôi duyệt"), lambda rows, request: rows.approvable_by(request.user)),
        "cua-toi": (_("Của tôi, cần làm tiếp"), _own_drafts),
        "hen-gio": (_("Sắp gửi"), lambda rows, request: rows.leaving_soon(timezone.now())),
        "dang-gui": (_("Đang gửi"), lambda rows, request: rows.under_way()),
        "xong": (_("Đã xong"), lambda rows, request: rows.filter(status=Status.COMPLETED)),
    }

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, Any]]:
        tabs = super().lookups(request, model_admin)
        return tabs if request.user.has_perm("broadcasts.approve_broadcast") else tabs[1:]

    def queryset(self, request: Any, queryset: Any) -> Any:
        if self.value() in self.works:
            return super().queryset(request, queryset)
        return queryset.without_planned().filter(is_pattern=False)


class DeliveryWorkFilter(WorkFilter):
    """Deliveries that need a person."""

    title = _("việc cần làm")
    works = {
        "uncertain": (_("Chưa rõ, cần xem nhóm"), lambda rows, request: rows.uncertain()),
        "failed": (
            _("Không gửi được"), lambda rows, request: rows.failed_lately(timezone.now()),
        ),
        "to_post": (_("Chờ đăng tay"), lambda rows, request: rows.to_post()),
    }  # fmt: skip


@admin.register(Topic)
class TopicAdmin(ScopedModelAdmin):
    list_display = ["name", "note", "order", "is_active"]
    search_fields = ["name"]
    fields = ["name", "note", "order", "is_active"]


class PostList(ChangeList):
    """Add the progress of each listed post, in one query.

    A line leads to the page of the post; only own drafts open for writing at once. Posts to approve
    stand as on the home page: urgent ones first, then those that leave soonest.
    """

    def get_ordering(self, request: HttpRequest, queryset: Any) -> Any:
        if self.params.get("viec") == "duyet" and ORDER_VAR not in self.params:
            return ["-priority", "scheduled_for", "submitted_at", "-pk"]
        return super().get_ordering(request, queryset)

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        posts = list(self.result_list)
        counts = Delivery.objects.visible_to(request.user).progress([post.pk for post in posts])
        for post in posts:
            post.progress = counts.get(post.pk)
        self.result_list = posts
        self.reader = request.user

    def url_for_result(self, result: Any) -> str:
        if steps.is_being_written(result) and steps.may_edit(result, self.reader):
            return super().url_for_result(result)
        return reverse("admin:broadcasts_broadcast_review", args=[result.pk])


@admin.register(Broadcast)
class BroadcastAdmin(LiveList, BareFields, SaysRefusals, OwnCommune, OwnPage, ScopedModelAdmin):
    form = BroadcastForm
    live_topics = ("posts", "progress")
    page_name = "admin:broadcasts_broadcast_review"
    changed = _("Đã lưu bài.")
    change_form_template = "admin/broadcasts/broadcast/change_form.html"
    list_before_template = "broadcasts/list_before.html"
    show_add_link = False  # the list has buttons of its own
    list_display = [
        "title", "shown_urgency", "shown_status", "topic", "leaves", "arrived", "in_trouble",
    ]  # fmt: skip
    list_filter = [PostWorkFilter, "status", ("topic", ScopedRelatedFilter), "priority"]
    list_select_related = ["topic", "created_by"]
    search_fields = ["title"]
    search_help_text = _("Tìm theo tên bài hoặc nội dung")
    actions = None
    compressed_fields = False
    fieldsets = [
        (None, {"fields": ["commune", "title", "topic", "text", "image", "file"]}),
        (_("Gửi tới đâu"), {"fields": ["send_to", "audience_hamlets", "audience_groups"]}),
        (_("Gửi lúc nào"), {"fields": ["priority", "scheduled_for", "expires_at"]}),
    ]

    class Media:
        js = ["broadcasts/compose.js"]

    @display(description=_("trạng thái"), ordering="status", label=wording.TONE_CLASSES)
    def shown_status(self, post: Broadcast) -> tuple[str, str]:
        state = wording.post_state(post)
        return state.tone, state.label

    @display(description=_("mức độ"), ordering="priority", label=wording.TONE_CLASSES)
    def shown_urgency(self, post: Broadcast) -> tuple[str, str] | str:
        return ("bad", "Khẩn") if post.is_urgent else ""

    @display(description=_("gửi lúc"), ordering="scheduled_for")
    def leaves(self, post: Broadcast) -> str:
        return wording.leaving(post)

    @display(description=_("đã nhận"))
    def arrived(self, post: Any) -> str:
        return f"{post.progress['done']}/{post.progress['total']} nhóm" if post.progress else "–"

    @display(description=_("có vấn đề"), label=wording.TONE_CLASSES)
    def in_trouble(self, post: Any) -> tuple[str, str] | str:
        trouble = post.progress["trouble"] if post.progress else 0
        return ("bad", f"{trouble} nhóm") if trouble else ""

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return PostList

    def get_search_results(
        self, request: HttpRequest, queryset: Any, search_term: str
    ) -> tuple[Any, bool]:
        return (queryset.search(search_term) if search_term else queryset), False

    def get_form(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> type[BroadcastForm]:
        form = super().get_form(request, obj, **kwargs)
        form.user = request.user
        form.start = prefill.read(request) if obj is None else None
        return form

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return prefill.read(request).initial

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        fieldsets = super().get_fieldsets(request, obj)
        if prefill.corrected(request, obj) is None:
            return fieldsets
        return [part for part in fieldsets if "send_to" not in part[1]["fields"]]

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name in {"scheduled_for", "expires_at"}:
            return db_field.formfield(widget=MomentInput())
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def get_urls(self) -> list[URLPattern]:
        pages = (approval_pages, archive, month, printing, from_procedures)
        own = [module.urls(self.admin_site) for module in pages]
        return [*chain.from_iterable(own), *super().get_urls()]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        allowed = super().has_change_permission(request, obj)
        return allowed and (obj is None or steps.may_edit(obj, request.user))

    def changeform_view(
        self, request: HttpRequest, object_id: Any = None, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Redirect from the content of a schedule to the form of the schedule."""
        post = self.get_object(request, object_id) if object_id else None
        if post is not None and post.is_pattern and hasattr(post, "pattern_of"):
            return redirect("admin:broadcasts_schedule_change", post.pattern_of.pk)
        return super().changeform_view(request, object_id, *args, **kwargs)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        post = kwargs.get("obj")
        if post is not None:
            context["returned_because"] = steps.returned_because(post)
            context["edits_of_another"] = post.created_by_id != request.user.pk
        context |= prefill.context_of(request, post)
        return super().render_change_form(request, context, *args, **kwargs)

    def save_model(self, request: HttpRequest, obj: Broadcast, form: Any, change: bool) -> None:
        verb = services.edit if change else services.create
        if not change:
            prefill.read(request).bring_files(obj)
        verb(obj, by=request.user)

    def after_saving(self, request: HttpRequest, row: Any, sentence: str) -> HttpResponse:
        if SUBMIT not in request.POST:
            return super().after_saving(request, row, sentence)
        approval_pages.PAGE.attempt(request, row, "trinh-duyet")
        return redirect(self.page_name, row.pk)


@admin.register(Delivery)
class DeliveryAdmin(ReadOnlyAdminMixin, ScopedModelAdmin):
    list_state = "shown_status"
    list_display = ["zalo_group", "broadcast", "way", "shown_status", "explained", "happened_at"]
    list_filter = [DeliveryWorkFilter, "status", "way"]
    list_select_related = ["zalo_group__hamlet", "broadcast", "posted_by", "settled_by"]
    search_fields = ["zalo_group__name"]
    search_help_text = _("Tìm theo tên nhóm")
    actions = None
    fields = [
        "broadcast", "zalo_group", "way", "stands", "explained", "attempts", "next_attempt_at",
        "sent_at", "posted_by", "posted_at", "finding", "settled_by", "settled_at",
    ]  # fmt: skip
    readonly_fields = ["stands", "explained"]
    change_form_outer_before_template = "broadcasts/delivery_links.html"

    @display(description=_("trạng thái"), ordering="status", label=wording.TONE_CLASSES)
    def shown_status(self, delivery: Delivery) -> tuple[str, str]:
        state = wording.delivery_state(delivery)
        return state.tone, state.label

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Leave out blank fields."""
        names = super().get_fields(request, obj)
        return [name for name in names if name in self.readonly_fields or getattr(obj, name, None)]

    @display(description=_("trạng thái"))
    def stands(self, delivery: Delivery) -> str:
        return wording.delivery_state(delivery).label

    @display(description=_("giải thích"))
    def explained(self, delivery: Delivery) -> str:
        state = wording.delivery_state(delivery)
        return f"{state.detail} {state.todo}".strip()

    @display(description=_("lúc"))
    def happened_at(self, delivery: Delivery) -> str:
        return wording.when(delivery.sent_at or delivery.posted_at or delivery.settled_at)

    def get_search_results(
        self, request: HttpRequest, queryset: Any, search_term: str
    ) -> tuple[Any, bool]:
        if search_term:
            queryset = queryset.filter(zalo_group__search_text__contains=fold(search_term))
        return queryset, False

    def get_urls(self) -> list[URLPattern]:
        return manual_posting_pages.urls(self.admin_site) + super().get_urls()
