"""The minutes of a meeting that asked the people, for page and file."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, reverse
from django.views.decorators.http import require_POST

from accounts.audit import services as audit
from accounts.models import User
from accounts.papers.downloads import word_file
from accounts.papers.services import Issuer, letterhead, numbered
from accounts.scoped_admin.pages import own_pages
from documents.content import (
    BLANK,
    Block,
    Heading,
    Layout,
    Letterhead,
    Paper,
    Signature,
    Table,
    Text,
    paragraphs,
)
from groups.consultation import thresholds
from groups.consultation.models import ConsultationMeeting
from groups.export_workbooks import watermark
from vietnamese.text import grouped

TO_FILL = BLANK * 24
SIGN = "(Ký, ghi rõ họ tên)"
CLUSTERS = ("Cụm", "Ngày", "Có mặt", "Đồng ý", "Không đồng ý", "Ý kiến khác")
READ_OUT = "Biên bản được đọc lại cho mọi người cùng nghe và nhất trí."


def minutes_paper(meeting: ConsultationMeeting, *, mark: str = "") -> Paper:
    """The minutes as they stand; what nobody wrote down is left to be filled by hand."""
    document = Paper(
        letterhead=_letterhead(meeting),
        title="Biên bản",
        summary=f"Họp lấy ý kiến: {meeting.subject}",
        blocks=tuple(_blocks(meeting)),
        signatures=tuple(_signatures(meeting)),
        on=meeting.held_on,
        code="BB",
        mark=mark,
    )
    return numbered(document, commune=meeting.home_commune, about=f"groups.meeting.{meeting.pk}")


def export_minutes(meeting: ConsultationMeeting, *, by: User, **details: str) -> Paper:
    """The minutes for a file that leaves the portal: it says who took it, and so does the trail."""
    commune = meeting.home_commune
    document = minutes_paper(meeting, mark=watermark(commune, by))
    audit.record(
        "meeting.minutes_exported", by=by, target=meeting, commune=commune, draft=document.draft,
        **details,
    )  # fmt: skip
    return document


def _letterhead(meeting: ConsultationMeeting) -> Letterhead:
    """The day stands in the text. A hamlet is no office and numbers nothing."""
    commune, hamlet = meeting.home_commune, meeting.hamlet
    if hamlet is None:
        return replace(letterhead(commune, Issuer.POLICE, on=meeting.held_on), place="")
    return Letterhead(Layout.STATE, str(commune), str(hamlet))


def _blocks(meeting: ConsultationMeeting) -> Iterator[Block]:
    yield from _opening(meeting)
    yield Heading("Số dự họp")
    tally = thresholds.tally(meeting)
    counts = (meeting.households, meeting.represented, meeting.absent)
    total, there, absent = (grouped(count) for count in counts)
    yield Text(f"Tổng số {tally.unit}: {total}. Có mặt: {there}. Vắng: {absent}.")
    if clusters := _clusters(meeting):
        yield Table(CLUSTERS, clusters)
    yield Heading("Nội dung, ý kiến thảo luận và kết luận")
    if meeting.regulation:
        yield Text(f"Lấy ý kiến về {meeting.regulation}.")
    yield from paragraphs(meeting.minutes) or (Text(TO_FILL),)
    yield Heading("Kết quả")
    voices = (meeting.agree, meeting.disagree, meeting.other)
    agree, disagree, other = (grouped(count) for count in voices)
    yield Text(f"Đồng ý: {agree}. Không đồng ý: {disagree}. Ý kiến khác: {other}.")
    yield Text(f"{meeting.get_matter_display()}. {tally.sentence}")
    yield Text(READ_OUT)


def _opening(meeting: ConsultationMeeting) -> Iterator[Text]:
    notice = f"; đã báo họp ngày {meeting.notice_on:%d/%m/%Y}" if meeting.notice_on else ""
    yield Text(
        f"Hình thức: {meeting.get_form_display()}. Ngày họp: {meeting.held_on:%d/%m/%Y}{notice}."
    )
    for name, words in (
        ("Địa điểm", meeting.venue), ("Chủ trì", meeting.chair), ("Thư ký", meeting.secretary),
    ):  # fmt: skip
        yield Text(f"{name}: {words or TO_FILL}")
    for name, words in (("Tổ lấy phiếu", meeting.ballot_team), ("Thành phần", meeting.attendance)):
        if text := "; ".join(one.text for one in paragraphs(words)):
            yield Text(f"{name}: {text}.")


def _clusters(meeting: ConsultationMeeting) -> tuple[tuple[str, ...], ...]:
    return tuple(
        (
            row.name,
            f"{row.held_on:%d/%m/%Y}" if row.held_on else "",
            *(grouped(count) for count in (
                row.represented, row.agree, row.disagree, row.other,
            )),
        )
        for row in meeting.clusters.all()
    )  # fmt: skip


def _signatures(meeting: ConsultationMeeting) -> Iterator[Signature]:
    yield Signature("Thư ký", meeting.secretary, note=SIGN)
    if not meeting.is_of_commune:
        yield Signature("Đại diện các hộ", note=SIGN)
    yield Signature("Chủ trì", meeting.chair, note=SIGN)


# The minutes of a meeting on paper and as a Word file.


PREFIX = "groups_consultationmeeting"


def urls(site: Any) -> list[URLPattern]:
    """The address of the file; the page is a button of the admin."""
    pages = {"<int:pk>/bien-ban/tep/": (download, "minutes")}
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
def download(request: HttpRequest, *, site: Any, meeting: ConsultationMeeting) -> HttpResponse:
    """The same minutes as a Word file that says who took it."""
    document = export_minutes(meeting, by=request.user)
    return word_file(document, name=f"bien-ban-{meeting.held_on:%Y%m%d}-{meeting.pk}")
