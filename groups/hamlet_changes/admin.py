"""Pages of a change of hamlets: what it is, what comes out, who goes where, rehearsal, deed."""

from collections import Counter
from functools import partial
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.audit import services as audit
from accounts.scoped_admin.base import ScopedModelAdmin
from accounts.scoped_admin.columns import choice_column
from accounts.scoped_admin.pages import attempt, own_pages, try_out
from accounts.services import NotAllowed
from documents import uploads
from groups.admin_mixins import DayInput, LinesLeadToPages, OneButton, SaysRefusals, do
from groups.coverage import households
from groups.hamlet_changes import services as hamlet_changes
from groups.hamlet_changes.forms import HamletChangeForm, ResultsForm, placements
from groups.hamlet_changes.models import HamletChange
from groups.places.models import Team
from groups.residents.models import Member
from groups.zalo_groups.models import ZaloGroup
from vietnamese.text import fold

PEOPLE_PAGE = 50
Kind, State = HamletChange.Kind, HamletChange.State
BOTH = ["GET", "POST"]


def _rows(request: HttpRequest) -> Any:
    rows = HamletChange.objects.visible_to(request.user)
    return rows.select_related("created_by", "carried_out_by")


def _page(
    request: HttpRequest, site: Any, change: HamletChange, active: str, **context: Any
) -> HttpResponse:
    may_edit = request.user.has_perm("groups.change_hamletchange") and not change.is_done
    may_carry_out = request.user.has_perm("groups.carry_out_hamlet_change")
    context = {
        **site.each_context(request),
        "title": f"{change}",
        "opts": HamletChange._meta,
        "change": change,
        "is_split": change.kind == Kind.SPLIT,
        "is_rehearsed": change.state == State.REHEARSED,
        "may_edit": may_edit,
        "may_carry_out": may_carry_out and not change.is_done,
        "is_due": change.effective_on <= timezone.localdate(),
        "active": active,
        **context,
    }
    return TemplateResponse(request, f"admin/groups/hamletchange/{active}.html", context)


def _back(change: HamletChange, page: str = "show") -> HttpResponse:
    return redirect(f"admin:groups_hamletchange_{page}", change.pk)


@require_GET
def show(request: HttpRequest, *, site: Any, change: HamletChange) -> HttpResponse:
    """The decision, the old hamlets with their figures, the new ones, and what a rehearsal said."""
    sources = list(change.sources.select_related("hamlet"))
    before = [
        {
            "row": source,
            "lines": households.figure_lines(
                source.figures or households.figures_of(source.hamlet)
            ),
        }
        for source in sources
    ]
    after = [
        {"name": row["name"], "lines": households.figure_lines(row["figures"])}
        for row in change.outcome.get("results", [])
    ]
    return _page(
        request, site, change, "show", sources=before, after=after,
        results=list(change.results.select_related("hamlet")), outcome=change.outcome,
        left=_unplaced(change),
    )  # fmt: skip


@require_GET
def decision_file(request: HttpRequest, *, site: Any, change: HamletChange) -> HttpResponse:
    """The decision itself, as it was handed in."""
    answer = uploads.download(change.decision_file, name=f"nghi-quyet-{change.pk}")
    audit.record("hamlet.decision_taken", by=request.user, target=change)
    return answer


def _unplaced(change: HamletChange) -> int:
    """Teams of a split that nobody has placed yet."""
    if change.kind != Kind.SPLIT or change.is_done:
        return 0
    placed = change.placements.filter(team__isnull=False).values("team")
    return _teams(change).exclude(pk__in=placed).count()


def _teams(change: HamletChange) -> Any:
    return Team.objects.filter(hamlet__in=change.sources.values("hamlet"))


@require_http_methods(BOTH)
def results(request: HttpRequest, *, site: Any, change: HamletChange) -> HttpResponse:
    """The hamlets that come out; on a split as many as are asked for."""
    form = ResultsForm(change, request.POST or None, wanted=request.GET.get("so-ap", ""))
    if request.method == "POST" and form.is_valid():
        try:
            hamlet_changes.set_results(change, form.rows(), by=request.user)
        except NotAllowed as refusal:
            messages.error(request, str(refusal))
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            messages.success(request, "Đã ghi ấp mới.")
            return _back(change, "placing" if form.is_split else "show")
    return _page(request, site, change, "results", form=form)


def _place(request: HttpRequest, change: HamletChange) -> bool:
    where = placements(request.POST)
    place = partial(hamlet_changes.place, change, where, by=request.user)
    return do(request, place, "Đã ghi cách chia.")


def _chosen(change: HamletChange, what: str) -> dict[int, int]:
    rows = change.placements.filter(**{f"{what}__isnull": False})
    return dict(rows.values_list(f"{what}_id", "result_id"))


@require_http_methods(BOTH)
def placing(request: HttpRequest, *, site: Any, change: HamletChange) -> HttpResponse:
    """On a split: each team, and each group of the whole hamlet, to one of the new ones."""
    if change.kind != Kind.SPLIT:
        return _back(change)
    if request.method == "POST" and _place(request, change):
        return _back(change)
    listed = list(change.results.all())
    chosen = _chosen(change, "team")
    teams = list(
        _teams(change)
        .annotate(people=Count("members", filter=Q(members__status=Member.Status.ACTIVE)))
        .order_by("name")
    )
    sums: Counter[int] = Counter()
    for team in teams:
        team.chosen = chosen.get(team.pk)
        if team.chosen:
            sums[team.chosen] += team.households
    in_groups = _chosen(change, "group")
    groups = list(
        ZaloGroup.objects.filter(hamlet__in=change.sources.values("hamlet"), team=None)
        .exclude(status=ZaloGroup.Status.CLOSED)
        .order_by("name")
    )
    for group in groups:
        group.chosen = in_groups.get(group.pk)
    return _page(
        request, site, change, "placing", teams=teams, groups=groups, results=listed,
        sums=[(row, sums[row.pk]) for row in listed],
        loose=_loose_people(change).count(),
    )  # fmt: skip


def _loose_people(change: HamletChange) -> Any:
    """People of the old hamlet without a team, who would go with their household or the rest."""
    return Member.objects.active().filter(hamlet__in=change.sources.values("hamlet"), team=None)


@require_http_methods(BOTH)
def people(request: HttpRequest, *, site: Any, change: HamletChange) -> HttpResponse:
    """Single people without a team, placed by hand; fifty on a page, found by name."""
    if change.kind != Kind.SPLIT:
        return _back(change)
    if request.method == "POST":
        _place(request, change)
        return redirect(request.get_full_path())
    asked = request.GET.get("q", "")
    rows = _loose_people(change).order_by("sort_key", "pk")
    if fold(asked):
        rows = rows.search(asked)
    page = Paginator(rows, PEOPLE_PAGE).get_page(request.GET.get("trang"))
    audit.record("hamlet.people_listed", by=request.user, target=change, rows=len(page))
    chosen = _chosen(change, "member")
    for member in page:
        member.chosen = chosen.get(member.pk)
    return _page(
        request, site, change, "people", page=page, asked=asked, results=list(change.results.all())
    )


@require_POST
def rehearse(request: HttpRequest, *, site: Any, change: HamletChange) -> HttpResponse:
    """Run it and roll it back; the page then shows what would move."""
    outcome = attempt(request, lambda: hamlet_changes.rehearse(change, by=request.user))
    if outcome is not None and outcome.is_possible:
        messages.success(request, "Đã chạy thử. Chưa có gì thay đổi.")
    elif outcome is not None:
        messages.error(request, "Chưa thực hiện được. Xem lý do bên dưới.")
    return _back(change)


@require_http_methods(BOTH)
def carry_out(request: HttpRequest, *, site: Any, change: HamletChange) -> HttpResponse:
    """The last question, then the deed."""
    refusal = ""
    if request.method == "POST":
        refusal = "Hãy đánh dấu đồng ý trước khi thực hiện."
        if request.POST.get("sure") == "yes":
            _done, refusal = try_out(lambda: hamlet_changes.carry_out(change, by=request.user))
            if not refusal:
                messages.success(request, "Đã thực hiện. Mọi thứ đã sang ấp mới.")
                return _back(change)
    elif change.state != State.REHEARSED:
        return _back(change)
    return _page(
        request, site, change, "deed", refusal=refusal, outcome=change.outcome,
        sources=list(change.sources.select_related("hamlet")), results=list(change.results.all()),
    )  # fmt: skip


# Mergers, splits and renamings of hamlets in the admin, for the chief alone.


ABOUT = _(
    "Mỗi nghị quyết sắp xếp ấp, khu phố là một lần nhập, chia hoặc đổi tên. Chạy thử trước: không "
    "có gì thay đổi cho đến khi bấm “Thực hiện”."
)


TONES = {State.DRAFT: "info", State.REHEARSED: "warning", State.DONE: "success"}


@admin.register(HamletChange)
class HamletChangeAdmin(LinesLeadToPages, OneButton, SaysRefusals, ScopedModelAdmin):
    form = HamletChangeForm
    line_page = "groups_hamletchange_show"
    list_display = ["decision_number", "kind", "places", "effective_on", "shown_state"]
    list_filter = ["kind", "state"]
    search_fields = ["decision_number", "sources__name_then"]
    search_help_text = _("Tìm theo số nghị quyết hoặc tên ấp cũ")
    actions = None
    compressed_fields = False
    shown_state = choice_column("state", _("trạng thái"), TONES)
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

    @admin.display(description=_("ấp, khu phố"))
    def places(self, change: HamletChange) -> str:
        before = ", ".join(map(str, change.sources.all()))
        after = ", ".join(map(str, change.results.all()))
        return f"{before} → {after}" if after else before

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
            accepted = {"class": "by-input max-w-2xl", "accept": ".docx,.pdf,image/*"}
            return db_field.formfield(widget=forms.FileInput(attrs=accepted))
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        is_done = isinstance(obj, HamletChange) and obj.is_done
        return not is_done and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        is_done = isinstance(obj, HamletChange) and obj.is_done
        return not is_done and super().has_delete_permission(request, obj)

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
        pages = {
            "<int:pk>/xem/": (show, "show"),
            "<int:pk>/ap-moi/": (results, "results"),
            "<int:pk>/chia/": (placing, "placing"),
            "<int:pk>/xep-nguoi/": (people, "people"),
            "<int:pk>/chay-thu/": (rehearse, "rehearse"),
            "<int:pk>/thuc-hien/": (carry_out, "deed"),
            "<int:pk>/tep/": (decision_file, "paper"),
        }
        site, needs = self.admin_site, "groups.view_hamletchange"
        own = own_pages(site, "groups_hamletchange", pages, needs, row="change", rows=_rows)
        return own + super().get_urls()
