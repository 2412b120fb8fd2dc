"""Documents handed over when a tip becomes a formal case, and their page."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts.audit import services as audit
from accounts.models import User
from accounts.papers.downloads import word_file
from accounts.papers.services import Issuer, letterhead, numbered
from accounts.scoped_admin.pages import own_pages
from documents.content import BLANK, Block, Heading, Paper, Signature, Table, Text
from groups.export_workbooks import watermark
from reports.clocks.models import TipClock
from reports.tips.errors import NotAllowed
from reports.tips.models import TipReport
from reports.triage.models import Referral
from reports.vault import conflicts
from reports.vault.models import TipAttachment
from reports.work.models import TipEvent, TipMessage

NOTICE = "Phiếu này giúp việc, không thay thế phiếu chuyển theo mẫu của ngành."
SEALED = "Niêm phong. Nơi nhận cần biết thì đề nghị bằng văn bản."
Kind = TipEvent.Kind
# Steps of the case; looks, openings and conflicts are internal.
CHAIN = (
    Kind.RECEIVED, Kind.TRIAGED, Kind.RECLASSIFIED, Kind.SUMMARISED, Kind.ASSIGNED,
    Kind.HANDED_BACK, Kind.STARTED, Kind.NOTED, Kind.HEARD_MORE, Kind.ANSWERED,
    Kind.PAUSED, Kind.RESUMED, Kind.EXTENDED, Kind.TOLD_QUICKLY, Kind.REFERRED,
    Kind.REFERRAL_ANSWERED, Kind.RESOLVED, Kind.TOLD, Kind.CLOSED, Kind.REOPENED,
    Kind.REMOVAL_ASKED, Kind.REMOVED,
)  # fmt: skip


def handover_paper(tip: TipReport, *, mark: str) -> Paper:
    """Make the document, to be numbered and signed by people."""
    today = timezone.localdate()
    referral = tip.referrals.order_by("-pk").first()
    document = Paper(
        letterhead=letterhead(tip.commune, Issuer.POLICE, on=today),
        title="Phiếu chuyển",
        summary=f"Phản ánh {tip.code}, kèm danh mục tài liệu và trình tự thời gian",
        blocks=tuple(_blocks(tip, referral)),
        signatures=(
            Signature("Người giao", note="(Ký, ghi rõ họ tên)"),
            Signature("Người nhận", note="(Ký, ghi rõ họ tên, ngày giờ nhận)"),
        ),
        on=today,
        code="PC",
        mark=mark,
    )
    return numbered(document, commune=tip.commune, about=f"reports.transfer.{tip.pk}")


def export_transfer(tip: TipReport, *, by: User, **details: str) -> Paper:
    """Make the document for a file that leaves the portal; the audit trail names the account.

    Raises NotAllowed.
    """
    conflicts.require_unnamed(tip, by)
    document = handover_paper(tip, mark=watermark(tip.commune, by))
    audit.record(
        "tip.handover_exported", by=by, target=tip, commune=tip.commune, draft=document.draft,
        **details,
    )  # fmt: skip
    return document


def _blocks(tip: TipReport, referral: Referral | None) -> Iterator[Block]:
    yield Text(f"Kính gửi: {referral.to_whom if referral else BLANK * 24}")
    yield Text(NOTICE)
    yield Heading("Phản ánh")
    yield Table(("Mục", "Nội dung"), tuple(_facts(tip, referral)), (45, 120))
    yield Heading("Tài liệu")
    yield Table(("Số", "Tên tài liệu", "Số lượng"), materials(tip), (15, 120, 30))
    yield Heading("Trình tự thời gian")
    yield Table(("Số", "Lúc", "Việc", "Ai làm"), chain(tip), (15, 40, 65, 45))
    if clocks := _clocks(tip):
        yield Heading("Thời hạn đã tính")
        yield Table(("Thời hạn", "Tính từ", "Hạn", "Xong lúc"), clocks, (55, 36, 36, 38))


def _facts(tip: TipReport, referral: Referral | None) -> Iterator[tuple[str, str]]:
    channel = str(tip.get_channel_display())
    recorded = f", {tip.recorded_by} ghi" if tip.recorded_by else ""
    category = f". {tip.get_category_display()}" if tip.category else ""
    place = tip.place if tip.summary and tip.place else "–"
    yield "Nhận lúc", f"{_moment(tip.received_at)} (làm tròn xuống 15 phút)"
    yield "Nhận qua", f"{channel}{recorded}"
    yield "Loại tin", f"{tip.get_kind_display()}{category}"
    yield "Nơi xảy ra", ", ".join(part for part in (place, str(tip.hamlet or "")) if part)
    yield "Tóm tắt", tip.summary or "Chưa có tóm tắt."
    yield "Người báo tin", SEALED
    if referral:
        slip = ""
        if referral.slip_on:
            slip = f" Phiếu số {referral.slip_number} ngày {referral.slip_on:%d/%m/%Y}."
        state = referral.get_state_display()
        yield "Phiếu chuyển", f"{referral.to_whom}.{slip} {state}."


def _moment(at: datetime) -> str:
    return f"{timezone.localtime(at):%H:%M %d/%m/%Y}"


def _clocks(tip: TipReport) -> tuple[tuple[str, ...], ...]:
    clocks = tip.clocks.exclude(state="cancelled").select_related("rule").order_by("due_at")
    return tuple(
        (str(clock.rule), _moment(clock.started_at), _moment(clock.due_at), _ended(clock))
        for clock in clocks
    )


def _ended(clock: TipClock) -> str:
    state = str(clock.get_state_display())
    return f"{_moment(clock.stopped_at)} ({state})" if clock.stopped_at else state


def materials(tip: TipReport) -> tuple[tuple[str, str, str], ...]:
    """Return the numbered index of documents; counts, not contents."""
    files = tip.attachments.filter(state=TipAttachment.State.READY).count()
    heard = tip.messages.filter(direction=TipMessage.Direction.IN).count()
    answers = tip.messages.filter(direction=TipMessage.Direction.OUT).count()
    slips = tip.referrals.exclude(state=Referral.State.PREPARED).count()
    rows = (
        ("Bản tóm tắt phản ánh", "01 bản" if tip.summary else ""),
        ("Lời gốc của người báo tin (niêm phong)", _copies(tip.sealed_texts.count())),
        ("Lời nói thêm của người báo tin (niêm phong)", _copies(heard)),
        ("Trả lời của Công an", _copies(answers)),
        ("Ảnh, tệp kèm theo (niêm phong)", f"{files:02d} tệp" if files else ""),
        ("Phiếu chuyển", _copies(slips)),
        ("Trình tự thời gian (tờ này)", "01 tờ"),
    )
    present = [row for row in rows if row[1]]
    return tuple((str(number), *row) for number, row in enumerate(present, 1))


def _copies(count: int) -> str:
    return f"{count:02d} bản" if count else ""


def chain(tip: TipReport) -> tuple[tuple[str, ...], ...]:
    """Return the steps in their order, with the account; a reporter's have none."""
    events = tip.events.filter(kind__in=CHAIN).select_related("by").order_by("at", "pk")
    return tuple(
        (
            str(number), _moment(event.at), str(event.get_kind_display()),
            str(event.by) if event.by else "–",
        )
        for number, event in enumerate(events, 1)
    )  # fmt: skip


def urls(site: Any) -> list[URLPattern]:
    """Its address under the admin of tips."""
    pages = {
        "<int:pk>/ban-giao/": (page, "handover"),
        "<int:pk>/ban-giao/tep/": (download, "handover_file"),
    }
    return own_pages(
        site, "reports_tipreport", pages, "reports.view_tipreport", "reports.print_register",
        row="tip", rows=_rows,
    )  # fmt: skip


def _rows(request: HttpRequest) -> Any:
    """Tips that still have their content and that this account sees."""
    return (
        TipReport.objects.visible_to(request.user)
        .filter(emptied_at=None)
        .select_related("commune", "hamlet__commune", "owner", "recorded_by")
    )


@never_cache
@require_GET
def page(request: HttpRequest, *, site: Any, tip: TipReport) -> HttpResponse:
    """The document, ready to be printed and signed."""
    user: User = request.user  # type: ignore[assignment]
    try:
        conflicts.require_unnamed(tip, user)
    except NotAllowed as refusal:
        return _back(request, tip, refusal)
    audit.record("tip.handover_printed", by=user, target=tip, commune=tip.commune)
    context = {
        "paper": handover_paper(tip, mark=watermark(tip.commune, user)),
        "back": reverse("admin:reports_tipreport_show", args=[tip.pk]),
        "file": reverse("admin:reports_tipreport_handover_file", args=[tip.pk]),
    }
    return TemplateResponse(request, "groups/print/paper.html", context)


@never_cache
@require_POST
def download(request: HttpRequest, *, site: Any, tip: TipReport) -> HttpResponse:
    """The same document as a Word file."""
    user: User = request.user  # type: ignore[assignment]
    try:
        document = export_transfer(tip, by=user)
    except NotAllowed as refusal:
        return _back(request, tip, refusal)
    return word_file(document, name=f"phieu-chuyen-{tip.code}")


def _back(request: HttpRequest, tip: TipReport, refusal: NotAllowed) -> HttpResponse:
    messages.error(request, str(refusal))
    return redirect("admin:reports_tipreport_show", tip.pk)
