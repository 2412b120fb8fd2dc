"""The page of a regulation: its text, what the people said, its next step, who knows it."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_GET, require_POST

from accounts.own_pages import number_of, own_pages
from groups import services, thresholds
from groups.models import ConsultationMeeting, Member, Regulation, RegulationAcknowledgement, Team
from groups.regulation_text import changes
from groups.services.regulations import may_write
from groups.vietnamese import fold

LISTED = 100
SIGNED = 25
Status = Regulation.Status
TONES = {"draft": "info", "consulting": "warn", "agreed": "good", "issued": "good"}


def urls(site: Any) -> list[URLPattern]:
    """Addresses under the admin of regulations."""
    pages = {
        "<int:pk>/xem/": (page, "page"),
        "<int:pk>/lay-y-kien/": (consult, "consult"),
        "<int:pk>/thong-nhat/": (agree, "agree"),
        "<int:pk>/ban-hanh/": (issue, "issue"),
        "<int:pk>/ban-moi/": (new_version, "new_version"),
        "<int:pk>/nguoi-biet/": (known, "known", "groups.view_regulationacknowledgement"),
        "<int:pk>/in/": (printed, "print"),
    }
    return own_pages(
        site, "groups_regulation", pages, "groups.view_regulation", row="regulation", rows=_rows
    )


def _rows(request: HttpRequest) -> Any:
    visible = Regulation.objects.visible_to(request.user)
    return visible.select_related("hamlet__commune", "commune")


def _context(
    request: HttpRequest, site: Any, regulation: Regulation, active: str
) -> dict[str, Any]:
    return {
        **site.each_context(request),
        "title": str(regulation),
        "regulation": regulation,
        "tone": TONES.get(regulation.status, ""),
        "active": active,
    }


@require_GET
def page(request: HttpRequest, *, site: Any, regulation: Regulation) -> HttpResponse:
    """Everything about one version, with the steps that this account may take as buttons."""
    user = request.user
    former = (
        Regulation.objects.of_place(regulation)
        .filter(version__lt=regulation.version)
        .order_by("-version")
        .first()
    )
    meetings = (
        ConsultationMeeting.objects.visible_to(user)
        .filter(regulation=regulation)
        .select_related("hamlet", "team")
    )
    reaches = regulation.hamlet_id is not None or user.has_perm("groups.view_all_hamlets")
    settles = reaches and user.has_perm("groups.settle_regulation")
    context = _context(request, site, regulation, "page") | {
        "former": former,
        "lines": changes(former.text, regulation.text) if former else [],
        "meetings": [(meeting, thresholds.tally(meeting)) for meeting in meetings],
        "outcome": thresholds.outcome(regulation),
        "may_edit": reaches and user.has_perm("groups.change_regulation") and may_write(regulation),
        "may_consult": reaches
        and regulation.status == Status.DRAFT
        and user.has_perm("groups.change_regulation"),
        "may_agree": settles and regulation.status == Status.CONSULTING,
        "may_issue": settles and regulation.status == Status.AGREED,
        "may_renew": reaches
        and regulation.status != Status.DRAFT
        and user.has_perm("groups.add_regulation"),
        "may_meet": regulation.status == Status.CONSULTING
        and user.has_perm("groups.add_consultationmeeting"),
        "today": timezone.localdate(),
        "counts": _counts(request, regulation) if regulation.is_in_force else None,
    }
    return TemplateResponse(request, "groups/regulation/page.html", context)


@require_GET
def printed(request: HttpRequest, *, site: Any, regulation: Regulation) -> HttpResponse:
    """The text for the notice board; once in force with a list to be signed, without names."""
    commune = regulation.home_commune
    context = {
        "regulation": regulation,
        "commune": commune,
        "profile": commune.profile_on(regulation.issued_on or timezone.localdate()),
        "lines": range(1, SIGNED + 1) if regulation.is_in_force else [],
    }
    return TemplateResponse(request, "groups/print/regulation.html", context)


def _take_step(request: HttpRequest, regulation: Regulation, done: str, verb: Any) -> HttpResponse:
    try:
        result = verb(regulation, by=request.user)
    except services.NotAllowed as refusal:
        messages.error(request, str(refusal))
        return redirect("admin:groups_regulation_page", regulation.pk)
    messages.success(request, done)
    return redirect("admin:groups_regulation_page", result.pk)


@require_POST
def consult(request: HttpRequest, *, site: Any, regulation: Regulation) -> HttpResponse:
    done = "Đã đưa ra lấy ý kiến. Hãy ghi các cuộc họp."
    return _take_step(request, regulation, done, services.consult)


@require_POST
def agree(request: HttpRequest, *, site: Any, regulation: Regulation) -> HttpResponse:
    done = "Đã ghi: quy chế được thống nhất. Nhóm của nơi này hoạt động được."
    return _take_step(request, regulation, done, services.agree)


@require_POST
def issue(request: HttpRequest, *, site: Any, regulation: Regulation) -> HttpResponse:
    def verb(regulation: Regulation, *, by: Any) -> Regulation:
        number, on = request.POST.get("document_number", ""), _day(request.POST.get("on", ""))
        return services.issue(regulation, by=by, document_number=number, on=on)

    return _take_step(request, regulation, "Đã ban hành quy chế.", verb)


@require_POST
def new_version(request: HttpRequest, *, site: Any, regulation: Regulation) -> HttpResponse:
    done = "Đã lập bản mới từ bản này. Hãy sửa rồi đưa ra lấy ý kiến."
    return _take_step(request, regulation, done, services.new_version)


def _day(text: str) -> date | None:
    """The day that was asked for; none where nothing was. Raises NotAllowed."""
    try:
        day = parse_date(text)
    except ValueError:
        day = None
    if text and day is None:
        raise services.NotAllowed("Ngày ghi không có trong lịch. Hãy chọn lại.")
    return day


def _bound(request: HttpRequest, regulation: Regulation) -> Any:
    return Member.objects.visible_to(request.user).bound_by(regulation)


def _counts(request: HttpRequest, regulation: Regulation) -> dict[str, int]:
    bound = _bound(request, regulation)
    missing = bound.not_knowing(regulation).count()
    total = bound.count()
    return {"total": total, "missing": missing, "known": total - missing}


def known(request: HttpRequest, *, site: Any, regulation: Regulation) -> HttpResponse:
    """Who is not yet noted down as knowing this version; many are noted at once."""
    if request.method == "POST":
        return _note(request, regulation)
    rows = _bound(request, regulation)
    shows_known = request.GET.get("xem") == "da"
    missing = rows.not_knowing(regulation)
    rows = rows.exclude(pk__in=missing.values("pk")) if shows_known else missing
    teams = Team.objects.visible_to(request.user).filter(hamlet=regulation.hamlet_id)
    team, asked = request.GET.get("to", ""), request.GET.get("q", "")
    if number_of(team):
        rows = rows.filter(team=number_of(team))
    if fold(asked):
        rows = rows.search(asked)
    found = Paginator(rows.select_related("team"), LISTED).get_page(request.GET.get("trang"))
    noted = {
        row.member_id: row
        for row in regulation.acknowledgements.filter(member__in=[row.pk for row in found])
    }
    context = _context(request, site, regulation, "known") | {
        "found": found,
        "lines": [(member, noted.get(member.pk)) for member in found],
        "counts": _counts(request, regulation),
        "shows_known": shows_known,
        "teams": teams,
        "team": team,
        "asked": asked,
        "ways": RegulationAcknowledgement.Way.choices,
        "today": timezone.localdate(),
        "may_note": not shows_known
        and regulation.is_in_force
        and request.user.has_perm("groups.add_regulationacknowledgement"),
    }
    return TemplateResponse(request, "groups/regulation/known.html", context)


def _note(request: HttpRequest, regulation: Regulation) -> HttpResponse:
    chosen = [pk for asked in request.POST.getlist("member") if (pk := number_of(asked))]
    try:
        on = _day(request.POST.get("on", "")) or timezone.localdate()
        if not chosen:
            raise services.NotAllowed("Hãy chọn ít nhất một người.")
        count = services.acknowledge(
            regulation, chosen, by=request.user, on=on, way=request.POST.get("way", "")
        )
    except services.NotAllowed as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"Đã ghi nhận {count} người đã biết quy chế.")
    return redirect(request.get_full_path())
