"""Comparisons with Zalo: the list of them, one with its differences, and what is decided."""

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from accounts.scoped_admin.base import ReadOnlyAdminMixin, ScopedModelAdmin
from accounts.scoped_admin.columns import choice_column
from accounts.scoped_admin.pages import attempt, number_of, own_pages
from accounts.services import NotAllowed
from groups.admin_mixins import do
from groups.oa_groups import differences, reconciliation
from groups.oa_groups.models import GroupReconciliation, ReconciliationLine
from groups.oa_groups.pages import back
from groups.places.models import Hamlet
from groups.zalo_groups.models import ZaloGroup
from zalo.capabilities.states import Capability, may
from zalo.services import account_for

Line = ReconciliationLine
State = GroupReconciliation.State
NEEDS = "groups.view_groupreconciliation"


@admin.register(GroupReconciliation)
class GroupReconciliationAdmin(ReadOnlyAdminMixin, ScopedModelAdmin):
    """Comparisons and their times; a row leads to its page."""

    list_display = ["created_at", "state_label", "is_nightly", "groups_seen", "said_problem"]
    list_filter = ["state", "is_nightly"]
    fields = ["created_at", "state", "is_nightly", "groups_seen", "finished_at", "problem"]
    list_before_template = "groups/oa/compare_now.html"

    def get_urls(self) -> list[URLPattern]:
        pages = {
            "doi-chieu-ngay/": (compare_now, "compare", "groups.run_oa_group"),
            "<int:pk>/xem/": (show, "show"),
            "<int:pk>/quyet-dinh/": (decide, "decide", "groups.run_oa_group"),
        }
        own = own_pages(
            self.admin_site, "groups_groupreconciliation", pages, NEEDS, row="run", rows=_rows
        )
        return own + super().get_urls()

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        commune = request.user.commune
        answer = may(account_for(commune.pk), Capability.GROUPS) if commune else None
        context = {
            "instead": answer.sentence if answer is not None and answer.is_no else "",
            "may_compare": commune is not None and request.user.has_perm("groups.run_oa_group"),
        }
        return super().changelist_view(request, {**(extra_context or {}), **context})

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """The fields say little: the page with the differences is shown instead."""
        seen = self.get_object(request, object_id)
        if seen is not None and self.has_view_permission(request, seen):
            return redirect("admin:groups_groupreconciliation_show", seen.pk)
        return super().change_view(request, object_id, form_url, extra_context)

    state_label = choice_column(
        "state", _("trạng thái"),
        {
            State.DONE: "success", State.RUNNING: "info", State.WAITING: "info",
            State.FAILED: "danger",
        },
    )  # fmt: skip

    @admin.display(description=_("vướng mắc"))
    def said_problem(self, run: GroupReconciliation) -> str:
        return run.problem


def _rows(request: HttpRequest) -> Any:
    return GroupReconciliation.objects.visible_to(request.user).select_related(
        "commune", "asked_by"
    )


@require_GET
def show(request: HttpRequest, *, site: Any, run: GroupReconciliation) -> HttpResponse:
    """The differences of one comparison, and whatever older ones still wait for a decision."""
    lines = run.lines.select_related("group__hamlet", "decided_by")
    older = (
        Line.objects.visible_to(request.user)
        .of_commune(run.commune_id)
        .open()
        .exclude(reconciliation=run)
        .select_related("group__hamlet", "reconciliation")
    )
    open_ones = [line for line in lines if line.outcome == Line.Outcome.OPEN]
    context = {
        **site.each_context(request),
        "title": str(run),
        "run": run,
        "open": [
            {
                "line": line,
                "choices": differences.choices(line),
                "is_new": line.kind == Line.Kind.NEW,
            }
            for line in (*open_ones, *older)
        ],
        "told": [line for line in lines if line.outcome != Line.Outcome.OPEN],
        "rowless": list(_rowless(request, run)),
        "hamlets": list(Hamlet.objects.visible_to(request.user).offered().order_by("code")),
        "may_decide": request.user.has_perm("groups.run_oa_group"),
    }
    return TemplateResponse(request, "groups/oa/comparison.html", context)


def _rowless(request: HttpRequest, run: GroupReconciliation) -> Any:
    """Groups of the account in the portal that have no id yet: one may be the new one."""
    return (
        ZaloGroup.objects.visible_to(request.user)
        .of_commune(run.commune_id)
        .filter(kind=ZaloGroup.Kind.OA, zalo_group_id="")
        .exclude(status=ZaloGroup.Status.CLOSED)
        .select_related("hamlet")
        .order_by("search_text", "pk")
    )


@require_POST
def compare_now(request: HttpRequest, *, site: Any) -> HttpResponse:
    """Compare at once; the page of the comparison fills while it runs."""
    listed = reverse("admin:groups_groupreconciliation_changelist")
    if request.user.commune is None:
        messages.error(request, "Hãy dùng tài khoản của xã cần đối chiếu.")
        return redirect(listed)
    message = "Đang đối chiếu với Zalo. Vài phút nữa tải lại trang để xem."
    run = attempt(
        request, lambda: reconciliation.request(request.user.commune, by=request.user), message
    )
    return redirect("admin:groups_groupreconciliation_show", run.pk) if run else redirect(listed)


@require_POST
def decide(request: HttpRequest, *, site: Any, run: GroupReconciliation) -> HttpResponse:
    """One decision about one line, of this comparison or an older one of the commune."""
    lines = Line.objects.visible_to(request.user).of_commune(run.commune_id)
    line = get_object_or_404(lines, pk=number_of(request.POST.get("line")))
    verb = request.POST.get("verb", "")
    if verb == "adopt":
        do(request, lambda: _adopt(request, run, line), "Đã nhận nhóm về cổng.")
    else:
        do(request, lambda: differences.decide(line, verb, by=request.user), "Đã ghi quyết định.")
    return redirect("admin:groups_groupreconciliation_show", run.pk)


def _adopt(request: HttpRequest, run: GroupReconciliation, line: ReconciliationLine) -> ZaloGroup:
    kind, _sep, number = request.POST.get("target", "").partition("-")
    if kind == "group":
        group = next((row for row in _rowless(request, run) if row.pk == number_of(number)), None)
        if group is None:
            raise NotAllowed("Hãy chọn dòng nhóm để gắn.")
        return differences.adopt(line, group, by=request.user)
    name = line.theirs.rpartition(" (")[0]
    if kind == "commune":
        return differences.adopt_anew(line, None, name, by=request.user)
    offered = Hamlet.objects.visible_to(request.user).offered().of_commune(run.commune_id)
    hamlet = offered.filter(pk=number_of(number)).first() if kind == "hamlet" else None
    if hamlet is None:
        raise NotAllowed("Hãy chọn nhóm này thuộc ấp nào, hoặc của toàn xã.")
    return differences.adopt_anew(line, hamlet, name, by=request.user)


@require_POST
def decide_here(request: HttpRequest, *, site: Any, group: ZaloGroup) -> HttpResponse:
    """The same on the page of the group, for whoever runs it."""
    lines = Line.objects.visible_to(request.user).filter(group=group)
    line = get_object_or_404(lines, pk=number_of(request.POST.get("line")))
    verb = request.POST.get("verb", "")
    do(request, lambda: differences.decide(line, verb, by=request.user), "Đã ghi quyết định.")
    return back("at_zalo", group)
