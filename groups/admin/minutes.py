"""The minutes of a meeting on paper and as a Word file."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, reverse
from django.views.decorators.http import require_POST

from accounts.admin_pages import own_pages
from accounts.papers.handing_out import word_file
from groups.minutes import export_minutes, minutes_paper
from groups.models import ConsultationMeeting

PREFIX = "groups_consultationmeeting"


def urls(site: Any) -> list[URLPattern]:
    """The address of the file; the page is a button of the admin."""
    pages = {"<int:pk>/bien-ban/tep/": (take, "minutes")}
    return own_pages(
        site, PREFIX, pages, "groups.view_consultationmeeting", row="meeting", rows=visible
    )


def visible(request: HttpRequest) -> Any:
    """Meetings that this account sees, with what their minutes name."""
    rows = ConsultationMeeting.objects.visible_to(request.user)
    return rows.select_related("hamlet__commune", "commune", "team", "regulation__hamlet")


def page(request: HttpRequest, meeting: ConsultationMeeting) -> HttpResponse:
    """The sheet, ready to be printed and signed."""
    context = {
        "paper": minutes_paper(meeting),
        "back": reverse(f"admin:{PREFIX}_change", args=[meeting.pk]),
        "file": reverse(f"admin:{PREFIX}_minutes", args=[meeting.pk]),
    }
    return TemplateResponse(request, "groups/print/paper.html", context)


@require_POST
def take(request: HttpRequest, *, site: Any, meeting: ConsultationMeeting) -> HttpResponse:
    """The same minutes as a Word file that says who took it."""
    paper = export_minutes(meeting, by=request.user)  # type: ignore[arg-type]
    return word_file(paper, name=f"bien-ban-{meeting.held_on:%Y%m%d}-{meeting.pk}")
