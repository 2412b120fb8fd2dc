"""The queue of tips in the admin; canned replies and lines of formal letters."""

from datetime import timedelta
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from accounts.audit import services as audit
from accounts.live.pages import LiveList
from accounts.scoped_admin.base import (
    ChoicesDropdownFilter,
    ReadOnlyAdminMixin,
    ScopedModelAdmin,
    ScopedRelatedFilter,
    UnfoldAdminTextareaWidget,
    display,
    visible_object,
)
from accounts.scoped_admin.pages import number_of, own_pages
from accounts.vault.calls import current
from accounts.vault.operations import MOST_ROWS
from reports.public import poster
from reports.recording import pages as recording_pages
from reports.register import pages as register
from reports.register import transfer
from reports.tips import search, wording
from reports.tips.models import TipReport
from reports.triage.models import Diversion
from reports.vault import admin as vault_admin
from reports.vault import retention
from reports.work import conversation, page_frame, tip_page
from reports.work import pages as work_pages
from reports.work.models import CannedReply


@admin.register(CannedReply)
class CannedReplyAdmin(ScopedModelAdmin):
    """Shipped answers are read and copied; those of the commune are its own to change."""

    list_display = ["title", "stage", "whose", "is_active"]
    list_filter = [("stage", ChoicesDropdownFilter), "is_active"]
    search_fields = ["title", "text"]
    search_help_text = _("Tìm theo tên mẫu hoặc nội dung")
    list_select_related = ["commune"]
    actions = None
    fields = ["stage", "title", "text", "position", "is_active"]
    change_form_outer_before_template = "reports/tip/canned_links.html"

    @display(description=_("của ai"))
    def whose(self, reply: CannedReply) -> str:
        return str(reply.commune) if reply.commune else "Mẫu dùng chung"

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """A copy of another one, to be made one's own."""
        source = self.get_queryset(request).filter(pk=number_of(request.GET.get("tu"))).first()
        return (
            {"stage": source.stage, "title": source.title, "text": source.text}
            if source
            else super().get_changeform_initial_data(request)
        )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and self._commune_id(request) is not None

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        is_own = obj is None or obj.commune_id is not None
        return is_own and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        is_own = obj is None or obj.commune_id is not None
        return is_own and super().has_delete_permission(request, obj)

    @staticmethod
    def _commune_id(request: HttpRequest) -> int | None:
        return request.user.commune_id  # type: ignore[union-attr]

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "text":
            kwargs["widget"] = UnfoldAdminTextareaWidget(attrs={"rows": 8})
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: CannedReply, form: Any, change: bool) -> None:
        if not change:
            obj.commune_id = self._commune_id(request)
        super().save_model(request, obj, form, change)
        audit.record("cannedreply.changed", by=request.user, target=obj, commune=obj.commune)

    def delete_model(self, request: HttpRequest, obj: CannedReply) -> None:
        audit.record(
            "cannedreply.changed", by=request.user, target=obj, commune=obj.commune, is_deleted=True
        )
        super().delete_model(request, obj)


@admin.register(Diversion)
class DiversionAdmin(ReadOnlyAdminMixin, ScopedModelAdmin):
    """Lines of diverted formal letters: no name, no word."""

    list_title = "kind"
    list_display = ["on", "kind", "channel", "officer"]
    list_filter = ["kind", "channel"]
    list_select_related = ["officer"]
    actions = None
    fields = ["on", "kind", "channel", "officer"]


# The list of tips: one queue for every channel, tabs for what is to be done, no sealed word.


TONE_CLASSES = {"plain": "", "good": "success", "warn": "warning", "bad": "danger", "info": "info"}
VIEW, STEPS = "reports.view_tipreport", dict(wording.STRIP)
Status = TipReport.Status
# Wide columns that no line of the list shows: sorting thousands of rows carries them along.
NOT_LISTED = (
    "place", "occurred_words", "outcome", "relayed_through", "search_tokens", "receipt_hash",
)  # fmt: skip


class TipWorkFilter(admin.SimpleListFilter):
    """The tabs above the list; the home page leads to the same lists."""

    title = _("việc")
    all_label = _("Đang mở")
    parameter_name = "viec"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, Any]]:
        tabs = [("moi", _("Chưa phân loại"))]
        if request.user.has_perm("reports.work_tipreport"):
            tabs.append(("cua-toi", _("Việc của tôi")))
        last = []
        if request.user.has_perm("reports.hold_tipreport"):
            last.append(("sap-xoa", _("Sắp xóa người báo tin")))
        return [
            *tabs,
            ("qua-han", _("Quá hạn")),
            ("chua-giao", _("Chưa giao")),
            ("xac-minh", _("Đang xác minh")),
            ("cho-thong-bao", _("Chờ thông báo")),
            ("loi-moi", _("Có lời mới")),
            ("da-dong", _("Đã đóng")),
            *last,
        ]

    def queryset(self, request: Any, queryset: Any) -> Any:
        match self.value():
            case "moi":
                return queryset.filter(status=Status.NEW)
            case "cua-toi":
                return queryset.mine(request.user)
            case "qua-han":
                return queryset.overdue(timezone.now())
            case "qua-ngay-giao":  # from the home page alone
                return queryset.owner_due_by(timezone.localdate() - timedelta(days=1))
            case "chua-giao":
                return queryset.unassigned()
            case "xac-minh":
                return queryset.filter(status=Status.IN_PROGRESS)
            case "cho-thong-bao":
                return queryset.filter(status=Status.RESOLVED)
            case "loi-moi":
                return queryset.with_news(request.user)
            case "da-dong":
                return queryset.filter(status=Status.CLOSED).order_by("-closed_at", "-pk")
            case "sap-xoa":
                soon = retention.identities_to_go(timezone.now(), retention.TOLD_BEFORE_DAYS)
                return queryset.filter(pk__in=soon.values("pk"))
        # Who looks for a tip by its code or its words wants it, whatever became of it.
        return queryset if request.GET.get("q") else queryset.open()


class TipList(ChangeList):
    """A line leads to the page of the tip; unless a column is chosen the most pressing is first."""

    def _get_default_ordering(self) -> list[str]:
        return []  # the queryset's own, which that of the model would come before

    def get_results(self, request: HttpRequest) -> None:
        """The listed tips, each with whether a reporter's words, or a duplicate's, are unread."""
        super().get_results(request)
        tips = list(self.result_list)
        twins = TipReport.objects.visible_to(request.user).filter(
            duplicate_of__in=tips, has_unread=True
        )
        with_news = set(twins.values_list("duplicate_of", flat=True))
        for tip in tips:
            tip.has_news = tip.has_unread or tip.pk in with_news
        self.result_list = tips

    def url_for_result(self, result: Any) -> str:
        return reverse("admin:reports_tipreport_show", args=[result.pk])


@admin.register(TipReport)
class TipReportAdmin(LiveList, ReadOnlyAdminMixin, ScopedModelAdmin):
    live_topics = ("tips",)
    list_before_template = "reports/tip/list_before.html"
    list_state = "shown_status"
    list_display = [
        "shown_code", "shown_urgency", "shown_summary", "category", "hamlet", "shown_status",
        "shown_due", "owner", "received",
    ]  # fmt: skip
    list_filter = [
        TipWorkFilter, "kind", "category", "urgency", "channel", "disposition",
        ("hamlet", ScopedRelatedFilter),
    ]  # fmt: skip
    list_select_related = ["hamlet", "owner", "commune"]
    list_per_page = list_max_show_all = MOST_ROWS  # the vault opens the summaries of no more
    search_fields = ["code"]
    search_help_text = _("Tìm theo mã, ấp, hoặc chữ trong tóm tắt")
    actions = None
    fields = readonly_fields = ["code"]

    @display(description=_("mã"), ordering="code")
    def shown_code(self, tip: Any) -> str:
        """The code, marked where a live page rings for it, and a dot for unread words."""
        is_urgent = tip.status == Status.NEW and tip.urgency != TipReport.Urgency.NORMAL
        marked = tip.code
        if is_urgent:
            marked = format_html('<span data-urgent="{}">{}</span>', tip.pk, tip.code)
        if not tip.has_news:
            return str(marked)
        return format_html(
            '{}<span class="by-dot" role="img" aria-label="{}"></span>', marked, "có lời chưa đọc"
        )

    @display(description=_("mức khẩn"), ordering="urgency", label=TONE_CLASSES)
    def shown_urgency(self, tip: TipReport) -> tuple[str, str] | str:
        if tip.urgency == TipReport.Urgency.NORMAL:
            return ""
        return wording.URGENCY_TONES[tip.urgency], tip.get_urgency_display()

    @display(description=_("tóm tắt"))
    def shown_summary(self, tip: TipReport) -> str:
        return wording.excerpt(tip) or "–"

    @display(description=_("bước"), ordering="status", label=TONE_CLASSES)
    def shown_status(self, tip: TipReport) -> tuple[str, str]:
        return wording.TONES[tip.status], STEPS[tip.status]

    @display(description=_("hạn"), ordering="next_due_at", label=TONE_CLASSES)
    def shown_due(self, tip: TipReport) -> tuple[str, str] | str:
        left = wording.due(tip.next_due_at) if tip.is_open else None
        return (left.tone, left.words) if left else ""

    @display(description=_("nhận"), ordering="received_at")
    def received(self, tip: TipReport) -> str:
        return f"{timezone.localtime(tip.received_at):%d/%m/%Y}"

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).defer(*NOT_LISTED).most_pressing_first()

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return TipList

    def get_search_results(
        self, request: HttpRequest, queryset: Any, search_term: str
    ) -> tuple[Any, bool]:
        if not search_term:
            return queryset, False
        if current() is None:  # choices of another page, for which nothing is opened
            return queryset.none(), False
        audit.record("tip.searched", by=request.user)  # never what for
        return search.find(queryset, search_term), False

    def get_urls(self) -> list[URLPattern]:
        pages = {
            "<int:pk>/qua-trinh/": (tip_page.trail, "trail"),
            "<int:pk>/loi-goc/": (vault_admin.read, "read"),
            "<int:pk>/phan-loai/": (vault_admin.sort, "sort", "reports.triage_tipreport"),
            "<int:pk>/tom-tat/": (vault_admin.summary, "summary"),
            "<int:pk>/gach-bo/": (vault_admin.strike, "strike"),
            "<int:pk>/tep/": (vault_admin.files, "files", "reports.read_sealed_words"),
            "<int:pk>/tep/<int:row_id>/": (vault_admin.file, "file", "reports.read_sealed_words"),
            "<int:pk>/trao-doi/": (conversation.talk, "talk", "reports.read_sealed_words"),
            "<int:pk>/giao/": (work_pages.assign, "assign"),
            "<int:pk>/ket-qua/": (work_pages.resolve, "resolve", "reports.close_tipreport"),
            "<int:pk>/thong-bao/": (work_pages.tell, "tell", "reports.work_tipreport"),
            "<int:pk>/dong-ngay/": (work_pages.close_now, "close_now", "reports.close_tipreport"),
            "<int:pk>/xong/": (work_pages.finish, "finish", "reports.close_tipreport"),
            "<int:pk>/chuyen/": (work_pages.refer, "refer", "reports.work_tipreport"),
            "<int:pk>/tach/": (work_pages.split, "split", "reports.triage_tipreport"),
            "<int:pk>/trung/": (work_pages.alike, "alike", "reports.triage_tipreport"),
            "<int:pk>/khong-duoc-biet/": (
                work_pages.barred,
                "conflicts",
                "reports.triage_tipreport",
            ),
            "<int:pk>/thoi-han/": (work_pages.terms, "terms", "reports.work_tipreport"),
            "<int:pk>/danh-tinh/": (
                vault_admin.identity,
                "identity",
                "reports.ask_identityopening",
            ),
        }
        own = own_pages(
            self.admin_site, "reports_tipreport", pages, VIEW, row="tip", rows=page_frame.rows
        )
        beside = [
            *recording_pages.urls(self.admin_site),
            *register.urls(self.admin_site),
            *transfer.urls(self.admin_site),
            *poster.urls(self.admin_site),
        ]
        return [*tip_page.PAGE.urls(self.admin_site), *own, *beside, *super().get_urls()]

    def changeform_view(
        self, request: HttpRequest, object_id: Any = None, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """There is no form of a tip: its page shows what is known and what comes next."""
        if object_id is None:
            return super().changeform_view(request, object_id, *args, **kwargs)
        tip = visible_object(self, request, object_id)
        return redirect("admin:reports_tipreport_show", tip.pk)

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> Any:
        tip = visible_object(self, request, object_id)
        return redirect("admin:reports_tipreport_trail", tip.pk)
