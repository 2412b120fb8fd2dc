"""What goes along when a tip becomes a formal case: list of materials, order of events, slip.

Their clock starts where ours stops. Who told is not on the sheet, nor whether anybody gave a name:
the authority asks for that in its own way. Notes of steps stay here; they may name people.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts import audit
from accounts.models import User
from accounts.own_pages import own_pages
from groups.sheets import watermark
from reports.models import Referral, TipAttachment, TipEvent, TipMessage, TipReport

Kind = TipEvent.Kind
# The steps that a case is about; looks, openings and conflicts are matters of this house.
CHAIN = (
    Kind.RECEIVED, Kind.TRIAGED, Kind.RECLASSIFIED, Kind.SUMMARISED, Kind.ASSIGNED,
    Kind.HANDED_BACK, Kind.STARTED, Kind.NOTED, Kind.HEARD_MORE, Kind.ANSWERED,
    Kind.PAUSED, Kind.RESUMED, Kind.EXTENDED, Kind.TOLD_QUICKLY, Kind.REFERRED,
    Kind.REFERRAL_ANSWERED, Kind.RESOLVED, Kind.TOLD, Kind.CLOSED, Kind.REOPENED,
    Kind.REMOVAL_ASKED, Kind.REMOVED,
)  # fmt: skip


@dataclass(frozen=True)
class Material:
    """One line of the index: what it is and how much of it."""

    number: int
    name: str
    amount: str


@dataclass(frozen=True)
class Moment:
    """One line of the order of events."""

    number: int
    at: datetime
    what: str
    who: str


def urls(site: Any) -> list[URLPattern]:
    """Its address under the admin of tips."""
    pages = {"<int:pk>/ban-giao/": (page, "handover")}
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
    """The sheet, ready to be printed and signed."""
    user: User = request.user  # type: ignore[assignment]
    audit.record("tip.handover_printed", by=user, target=tip, commune=tip.commune)
    context = {
        "tip": tip,
        "received_at": timezone.localtime(tip.received_at),
        "materials": materials(tip),
        "chain": chain(tip),
        "referral": tip.referrals.order_by("-pk").first(),
        "clocks": tip.clocks.exclude(state="cancelled").select_related("rule").order_by("due_at"),
        "commune": tip.commune,
        "profile": tip.commune.profile_on(timezone.localdate()),
        "today": timezone.localdate(),
        "mark": watermark(tip.commune, user),
    }
    return TemplateResponse(request, "reports/register/handover.html", context)


def materials(tip: TipReport) -> list[Material]:
    """The index of what there is, numbered; counts, not contents."""
    files = tip.attachments.filter(state=TipAttachment.State.READY).count()
    heard = tip.messages.filter(direction=TipMessage.Direction.IN).count()
    said = tip.messages.filter(direction=TipMessage.Direction.OUT).count()
    slips = tip.referrals.exclude(state=Referral.State.PREPARED).count()
    rows = (
        ("Bản tóm tắt phản ánh", "01 bản" if tip.summary else ""),
        ("Lời gốc của người báo tin (niêm phong)", _copies(tip.sealed_texts.count())),
        ("Lời nói thêm của người báo tin (niêm phong)", _copies(heard)),
        ("Trả lời của Công an", _copies(said)),
        ("Ảnh, tệp kèm theo (niêm phong)", f"{files:02d} tệp" if files else ""),
        ("Phiếu chuyển", _copies(slips)),
        ("Trình tự thời gian (tờ này)", "01 tờ"),
    )
    kept = [(name, amount) for name, amount in rows if amount]
    return [Material(number, *row) for number, row in enumerate(kept, 1)]


def _copies(count: int) -> str:
    return f"{count:02d} bản" if count else ""


def chain(tip: TipReport) -> list[Moment]:
    """The steps in their order, by whom; what a reporter did is nobody's."""
    events = tip.events.filter(kind__in=CHAIN).select_related("by").order_by("at", "pk")
    return [
        Moment(number, timezone.localtime(event.at), str(event.get_kind_display()),
               str(event.by) if event.by else "–")
        for number, event in enumerate(events, 1)
    ]  # fmt: skip
