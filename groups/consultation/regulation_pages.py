"""The page of a regulation: its text, what the people said, its next step, who knows it."""

from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_GET

from accounts.scoped_admin.pages import number_of, own_pages
from accounts.step_pages.declaration import Step, StepForm
from accounts.step_pages.pages import StepPage
from groups import services
from groups.admin_mixins import DayInput
from groups.consultation import thresholds
from groups.consultation.models import ConsultationMeeting, Regulation
from groups.consultation.regulation_text import changes
from groups.consultation.services import may_write
from groups.places.models import Team
from groups.residents.models import Member, RegulationAcknowledgement
from vietnamese.text import fold

PREFIX, VIEW = "groups_regulation", "groups.view_regulation"
NO_DAY = "Ngày ghi không có trong lịch. Hãy chọn lại."
LISTED = 100
SIGNED = 25
Status = Regulation.Status
TONES = {"draft": "info", "consulting": "warn", "agreed": "good", "issued": "good"}


def _rows(request: HttpRequest) -> Any:
    visible = Regulation.objects.visible_to(request.user)
    return visible.select_related("hamlet__commune", "commune")


def _context(regulation: Regulation, active: str) -> dict[str, Any]:
    return {
        "title": str(regulation),
        "regulation": regulation,
        "tone": TONES.get(regulation.status, ""),
        "active": active,
    }


def _reaches(regulation: Regulation, user: Any) -> bool:
    return regulation.hamlet_id is not None or user.has_perm("groups.view_all_hamlets")


def _may(permission: str) -> Any:
    return lambda regulation, user: user.has_perm(permission) and _reaches(regulation, user)


class IssueForm(StepForm):
    document_number = forms.CharField(
        label="Số văn bản (nếu có)", max_length=60, required=False,
        widget=forms.TextInput(attrs={"placeholder": "05/QC-BĐH"}),
    )  # fmt: skip
    on = forms.DateField(
        label="Ban hành ngày", widget=DayInput(), error_messages={"invalid": NO_DAY}
    )
    unmarked = ("document_number",)

    def prepare(self, row: Any, user: Any) -> None:
        self.fields["on"].initial = timezone.localdate()
        self.fields["on"].widget.attrs["max"] = f"{timezone.localdate():%Y-%m-%d}"


STEPS = {
    "consult": Step(
        "Đưa ra lấy ý kiến", "Đã đưa ra lấy ý kiến. Hãy ghi các cuộc họp.",
        lambda row, by, data: services.consult(row, by=by), _may("groups.change_regulation"),
        target=Status.CONSULTING, route="lay-y-kien", tone="primary",
    ),
    "agree": Step(
        "Xác nhận đã thống nhất",
        "Đã ghi: quy chế được thống nhất. Nhóm của nơi này hoạt động được.",
        lambda row, by, data: services.agree(row, by=by), _may("groups.settle_regulation"),
        target=Status.AGREED, route="thong-nhat", tone="primary",
    ),
    "issue": Step(
        "Ghi văn bản ban hành", "Đã ban hành quy chế.",
        lambda row, by, data: services.issue(row, by=by, **data), _may("groups.settle_regulation"),
        IssueForm, target=Status.ISSUED, route="ban-hanh", button="Ban hành",
    ),
    "new_version": Step(
        "Lập bản mới để sửa", "Đã lập bản mới từ bản này. Hãy sửa rồi đưa ra lấy ý kiến.",
        lambda row, by, data: services.new_version(row, by=by),
        lambda row, user: row.status != Status.DRAFT and _may("groups.add_regulation")(row, user),
        route="ban-moi", follow=lambda made: reverse(f"admin:{PREFIX}_page", args=[made.pk]),
    ),
}  # fmt: skip


def _show(request: HttpRequest, regulation: Regulation) -> dict[str, Any]:
    """Everything about one version."""
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
    return _context(regulation, "page") | {
        "former": former,
        "lines": changes(former.text, regulation.text) if former else [],
        "meetings": [(meeting, thresholds.tally(meeting)) for meeting in meetings],
        "outcome": thresholds.outcome(regulation),
        "may_edit": _may("groups.change_regulation")(regulation, user) and may_write(regulation),
        "may_agree": STEPS["agree"].is_offered(regulation, user),
        "may_issue": STEPS["issue"].is_offered(regulation, user),
        "may_meet": regulation.status == Status.CONSULTING
        and user.has_perm("groups.add_consultationmeeting"),
        "counts": _counts(request, regulation) if regulation.is_in_force else None,
    }


PAGE = StepPage(
    PREFIX, VIEW, _rows, _show, STEPS, "groups/regulation/page.html", url_name="page",
    has_prefixes=False,
)  # fmt: skip


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


def _day(text: str) -> date | None:
    """The day that was asked for; none where nothing was. Raises NotAllowed."""
    try:
        day = parse_date(text)
    except ValueError:
        day = None
    if text and day is None:
        raise services.NotAllowed(NO_DAY)
    return day


def _bound(request: HttpRequest, regulation: Regulation) -> Any:
    return Member.objects.visible_to(request.user).bound_by(regulation)


def _counts(request: HttpRequest, regulation: Regulation) -> dict[str, int]:
    bound = _bound(request, regulation)
    missing = bound.not_knowing(regulation).count()
    total = bound.count()
    return {"total": total, "missing": missing, "known": total - missing}


def known(request: HttpRequest, *, site: Any, regulation: Regulation) -> HttpResponse:
    """Members not yet noted as knowing this version; several are noted at once."""
    if request.method == "POST":
        return _acknowledge(request, regulation)
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
    context = (
        site.each_context(request)
        | _context(regulation, "known")
        | {
            "found": found,
            "lines": [(member, noted.get(member.pk)) for member in found],
            "counts": _counts(request, regulation),
            "shows_known": shows_known,
            "teams": teams,
            "team": team,
            "asked": asked,
            "ways": RegulationAcknowledgement.Method.choices,
            "today": timezone.localdate(),
            "may_note": not shows_known
            and regulation.is_in_force
            and request.user.has_perm("groups.add_regulationacknowledgement"),
        }
    )
    return TemplateResponse(request, "groups/regulation/known.html", context)


def _acknowledge(request: HttpRequest, regulation: Regulation) -> HttpResponse:
    chosen = [pk for asked in request.POST.getlist("member") if (pk := number_of(asked))]
    try:
        on = _day(request.POST.get("on", "")) or timezone.localdate()
        if not chosen:
            raise services.NotAllowed("Hãy chọn ít nhất một người.")
        count = services.acknowledge(
            regulation, chosen, by=request.user, on=on, method=request.POST.get("way", "")
        )
    except services.NotAllowed as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"Đã ghi nhận {count} người đã biết quy chế.")
    return redirect(request.get_full_path())


def urls(site: Any) -> list[URLPattern]:
    """Addresses under the admin of regulations."""
    pages = {
        "<int:pk>/nguoi-biet/": (known, "known", "groups.view_regulationacknowledgement"),
        "<int:pk>/in/": (printed, "print"),
    }
    return PAGE.urls(site) + own_pages(site, PREFIX, pages, VIEW, row="regulation", rows=_rows)
