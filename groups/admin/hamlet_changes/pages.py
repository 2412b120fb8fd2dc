"""Pages of a change of hamlets: what it is, what comes out, who goes where, rehearsal, deed."""

from collections import Counter
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import audit, documents
from accounts.admin_pages import own_pages
from accounts.services import NotAllowed
from groups import coverage
from groups.admin.hamlet_changes.forms import ResultsForm, placements
from groups.models import HamletChange, Member, Team, ZaloGroup
from groups.services import hamlet_changes
from groups.vietnamese import fold

PEOPLE_PAGE = 50
Kind, State = HamletChange.Kind, HamletChange.State
BOTH = ["GET", "POST"]


def urls(site: Any) -> list[URLPattern]:
    """Addresses under the admin of changes of hamlets."""
    pages = {
        "<int:pk>/xem/": (show, "show"),
        "<int:pk>/ap-moi/": (results, "results"),
        "<int:pk>/chia/": (placing, "placing"),
        "<int:pk>/xep-nguoi/": (people, "people"),
        "<int:pk>/chay-thu/": (rehearse, "rehearse"),
        "<int:pk>/thuc-hien/": (carry_out, "deed"),
        "<int:pk>/tep/": (paper, "paper"),
    }
    return own_pages(
        site, "groups_hamletchange", pages, "groups.view_hamletchange", row="change", rows=_rows
    )


def _rows(request: HttpRequest) -> Any:
    rows = HamletChange.objects.visible_to(request.user)
    return rows.select_related("created_by", "carried_out_by")


def _page(
    request: HttpRequest, site: Any, change: HamletChange, active: str, **context: Any
) -> HttpResponse:
    may_edit = request.user.has_perm("groups.change_hamletchange") and not change.is_done
    may_carry_out = request.user.has_perm("groups.carry_out_hamlet_change")
    shown = {
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
    return TemplateResponse(request, f"admin/groups/hamletchange/{active}.html", shown)


def _back(change: HamletChange, page: str = "show") -> HttpResponse:
    return redirect(f"admin:groups_hamletchange_{page}", change.pk)


@require_GET
def show(request: HttpRequest, *, site: Any, change: HamletChange) -> HttpResponse:
    """The decision, the old hamlets with their figures, the new ones, and what a rehearsal said."""
    sources = list(change.sources.select_related("hamlet"))
    shown = [
        {
            "row": source,
            "lines": coverage.figure_lines(source.figures or coverage.figures_of(source.hamlet)),
        }
        for source in sources
    ]
    after = [
        {"name": row["name"], "lines": coverage.figure_lines(row["figures"])}
        for row in change.outcome.get("results", [])
    ]
    return _page(
        request, site, change, "show", sources=shown, after=after,
        results=list(change.results.select_related("hamlet")), outcome=change.outcome,
        left=_unplaced(change),
    )  # fmt: skip


@require_GET
def paper(request: HttpRequest, *, site: Any, change: HamletChange) -> HttpResponse:
    """The decision itself, as it was handed in."""
    answer = documents.download(change.decision_file, name=f"nghi-quyet-{change.pk}")
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
    try:
        hamlet_changes.place(change, placements(request.POST), by=request.user)
    except NotAllowed as refusal:
        messages.error(request, str(refusal))
        return False
    messages.success(request, "Đã ghi cách chia.")
    return True


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
        team.chosen = chosen.get(team.pk)  # type: ignore[attr-defined]
        if team.chosen:  # type: ignore[attr-defined]
            sums[team.chosen] += team.households  # type: ignore[attr-defined]
    in_groups = _chosen(change, "group")
    groups = list(
        ZaloGroup.objects.filter(hamlet__in=change.sources.values("hamlet"), team=None)
        .exclude(status=ZaloGroup.Status.CLOSED)
        .order_by("name")
    )
    for group in groups:
        group.chosen = in_groups.get(group.pk)  # type: ignore[attr-defined]
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
    try:
        outcome = hamlet_changes.rehearse(change, by=request.user)
    except NotAllowed as refusal:
        messages.error(request, str(refusal))
    else:
        if outcome.is_possible:
            messages.success(request, "Đã chạy thử. Chưa có gì thay đổi.")
        else:
            messages.error(request, "Chưa thực hiện được. Xem lý do bên dưới.")
    return _back(change)


@require_http_methods(BOTH)
def carry_out(request: HttpRequest, *, site: Any, change: HamletChange) -> HttpResponse:
    """The last question, then the deed."""
    refusal = ""
    if request.method == "POST":
        if request.POST.get("sure") != "yes":
            refusal = "Hãy đánh dấu đồng ý trước khi thực hiện."
        else:
            try:
                hamlet_changes.carry_out(change, by=request.user)
            except NotAllowed as refused:
                refusal = str(refused)
            else:
                messages.success(request, "Đã thực hiện. Mọi thứ đã sang ấp mới.")
                return _back(change)
    elif change.state != State.REHEARSED:
        return _back(change)
    return _page(
        request, site, change, "deed", refusal=refusal, outcome=change.outcome,
        sources=list(change.sources.select_related("hamlet")), results=list(change.results.all()),
    )  # fmt: skip
