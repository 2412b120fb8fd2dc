"""Page of one tip: its state, known facts and next steps; and its history."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.models import User
from accounts.step_pages.pages import StepPage
from reports.clocks import changes, rows
from reports.clocks.models import TipClock
from reports.clocks.rows import stretches
from reports.tips import wording
from reports.tips.models import TipReport
from reports.tips.services import is_worker
from reports.triage import finishing, referrals
from reports.vault import conflicts
from reports.work import page_frame, results, steps
from reports.work.models import TipEvent

Status = TipReport.Status
STATE_WORDS = {
    "running": "",
    "due_soon": "",
    "overdue": "",
    "paused": "tạm dừng",
    "met": "đúng hạn",
    "met_late": "trễ hạn",
    "cancelled": "không còn áp dụng",
}


@dataclass(frozen=True)
class Link:
    """A link to another page of the tip; `is_main` stands at the foot of the page."""

    name: str
    label: str
    is_main: bool = False


def links(tip: TipReport, user: User) -> list[Link]:
    """Return the pages that this account may go on to, the next step first."""
    if tip.emptied_at is not None:
        return []
    found: list[Link] = []
    sorts = user.has_perm("reports.triage_tipreport")
    works = steps.works(tip, user)
    ends = steps.ends(tip, user)
    gives = user.has_perm("reports.assign_tipreport")
    if tip.status == Status.NEW and sorts:
        found.append(Link("sort", "Phân loại", is_main=True))
    if finishing.may_finish(tip, user):
        found.append(Link("finish", "Việc nhỏ, đã xử lý xong"))
    needs_summary = not tip.summary and tip.status not in (Status.NEW, Status.TRIAGED)
    if needs_summary and tip.duplicate_of_id is None and (sorts or works):
        found.append(Link("summary", "Ghi tóm tắt", is_main=True))
    if tip.status == Status.IN_PROGRESS and ends and tip.summary:
        found.append(Link("resolve", "Ghi kết quả", is_main=True))
    if tip.status == Status.RESOLVED and works and not results.why_not_told(tip):
        found.append(Link("tell", "Thông báo người báo tin", is_main=True))
    if tip.is_open and gives:
        is_next = tip.status == Status.TRIAGED and tip.owner_id is None
        found.append(Link("assign", "Giao, phối hợp", is_main=is_next))
    elif tip.is_open and tip.owner_id == user.pk:
        found.append(Link("assign", "Người phối hợp"))
    if tip.status not in TipReport.WITH_OUTCOME and (sorts or works) and not needs_summary:
        found.append(Link("summary", "Ghi tóm tắt" if not tip.summary else "Sửa tóm tắt"))
    if tip.status in (Status.TRIAGED, Status.IN_PROGRESS) and sorts:
        found.append(Link("sort", "Phân loại lại"))
    if tip.status in (Status.TRIAGED, Status.IN_PROGRESS) and works:
        found.append(Link("refer", "Báo nhanh, chuyển cơ quan khác"))
    elif works and tip.status in TipReport.WITH_OUTCOME and referrals.is_to_be_asked(tip):
        found.append(Link("refer", "Hỏi kết quả nơi nhận"))
    if sorts and tip.duplicate_of_id is None and tip.is_open:
        found.append(Link("alike", "Phản ánh trùng"))
    if sorts and tip.is_open and is_worker(user, tip):
        found.append(Link("split", "Tách việc thứ hai"))
    if tip.status in (Status.NEW, Status.TRIAGED) and ends:
        found.append(Link("close_now", "Đóng ngay (đã xử lý tại xã, hướng dẫn…)"))
    if works and tip.is_open:
        found.append(Link("terms", "Thời hạn"))
    if sorts:
        found.append(Link("conflicts", "Người không được biết"))
    if tip.status != Status.NEW and user.has_perm("reports.print_register"):
        found.append(Link("handover", "In danh mục bàn giao"))
    if user.has_perm("reports.ask_identityopening"):
        found.append(Link("identity", "Danh tính người báo tin"))
    return found


@dataclass(frozen=True)
class Rest:
    """A pause under way, or asked for: until when, why, and by whom."""

    until: datetime
    reason: str
    asked_by: Any
    given_by: Any = None
    waits: bool = False


def _rests(tip: TipReport, clocks: Sequence[TipClock], now: datetime) -> dict[int, Rest]:
    """Pauses of the clocks that rest, or shall, with the reason last given for such a stage."""
    asked = {row.pk for row in clocks if changes.is_pause_asked(row, now)}
    resting = [row for row in clocks if row.state == row.State.PAUSED or row.pk in asked]
    if not resting:
        return {}
    kinds = (TipEvent.Kind.PAUSED, TipEvent.Kind.PAUSE_ASKED)
    steps = [
        one for one in tip.events.filter(kind__in=kinds).select_related("by").order_by("-pk")
        if one.note
    ]  # fmt: skip
    found = {}
    for row in resting:
        stage = str(row.get_stage_display())
        step = next((one for one in steps if one.details.get("stage") == stage), None)
        waits = row.pk in asked
        ends = row.pause_asked_until if waits else max(one.end for one in stretches(row.pauses))
        if step is not None and ends is not None:
            given_by = None if waits else row.pause_given_by
            found[row.pk] = Rest(ends, step.note, step.by, given_by, waits)
    return found


def terms(tip: TipReport) -> list[dict[str, Any]]:
    """The clocks of a tip in words, those that run first."""
    now, days = timezone.now(), rows.calendar()
    clocks = tip.clocks.select_related("rule", "pause_given_by", "pause_asked_by")
    clocks = list(clocks.order_by("stopped_at", "due_at"))
    rests = _rests(tip, clocks, now)
    found = []
    for row in clocks:
        state = str(rows.state_of(row, now, days))
        runs = row.stopped_at is None
        left = wording.due(row.due_at, now)
        found.append(
            {
                "row": row,
                "state": state,
                "runs": runs,
                "rest": rests.get(row.pk),
                "words": STATE_WORDS.get(state) or (left.words if left else ""),
                "tone": (left.tone if left else "plain") if runs and state != "paused" else
                {"met": "good", "met_late": "bad"}.get(state, "plain"),
            }
        )  # fmt: skip
    return [one for one in found if one["state"] != "cancelled"]


def _show(request: HttpRequest, tip: TipReport) -> dict[str, Any]:
    """Facts of the tip without a sealed word."""
    user: User = request.user  # type: ignore[assignment]
    pages = [{"link": one, "url": page_frame.address(one.name, tip)} for one in links(tip, user)]
    visible = TipReport.objects.visible_to(user)
    return {
        "main_links": [page for page in pages if page["link"].is_main],
        "other_links": [page for page in pages if not page["link"].is_main],
        "terms": terms(tip),
        "may_read": user.has_perm("reports.read_sealed_words") and tip.emptied_at is None,
        "helpers": tip.helpers.select_related("user"),
        "referrals": tip.referrals.all(),
        "not_told": results.why_not_told(tip) if tip.status == Status.RESOLVED else "",
        "main_tip": visible.filter(pk=tip.duplicate_of_id).first() if tip.duplicate_of_id else None,
        "duplicates": visible.filter(duplicate_of=tip),
        "pictures": tip.attachments.open_to(user).count(),
        "proposals": tip.proposals.visible_to(user).select_related("user", "decided_by"),
        "ended_as": tip.get_disposition_display() if tip.disposition else "",
        "owner_is_late": tip.owner_due_on is not None
        and tip.owner_due_on < timezone.localdate()
        and tip.status not in TipReport.WITH_OUTCOME,
    }


class TipPage(StepPage):
    def respond(
        self, request: HttpRequest, site: Any, row: TipReport, context: Mapping[str, Any]
    ) -> HttpResponse:
        offers = context["offers"]
        context = {
            **context,
            "main_steps": [offer for offer in offers if offer.step.tone == "primary"],
            "other_steps": [offer for offer in offers if offer.step.tone == "plain"],
            "single_lines": [offer for offer in offers if offer.step.is_rare],
        }
        return page_frame.page(request, site, row, "show", row.get_status_display(), **context)


PAGE = TipPage(
    "reports_tipreport", "reports.view_tipreport", page_frame.rows, _show, steps.STEPS,
    "reports/tip/show.html", has_prefixes=False,
)  # fmt: skip


@require_GET
def trail(request: HttpRequest, *, site: Any, tip: TipReport) -> HttpResponse:
    """Every step, by whom and when."""
    events = tip.events.select_related("by").order_by("pk")
    if conflicts.is_named(tip, request.user):  # type: ignore[arg-type]
        events = events.exclude(kind__startswith="conflict_")
    lines = [
        {
            "event": event,
            "whom": event.details.get("to") or event.details.get("helper") or "",
            "said": _details(event),
        }
        for event in events
    ]
    return page_frame.page(request, site, tip, "trail", "Quá trình xử lý", lines=lines)


def _details(event: Any) -> str:
    """Return the details of a step in words, to stand beside its name."""
    details = event.details
    if details.get("is_undone"):
        return "đã gỡ"
    if "has_result" in details:
        return "đã có kết quả" if details["has_result"] else "đã hỏi, chưa có kết quả"
    if "is_accepted" in details:
        return "đã nhận" if details["is_accepted"] else "không nhận"
    if details.get("is_ended"):
        return "kết thúc sớm"
    if "is_approved" in details:
        return "duyệt" if details["is_approved"] else "không duyệt"
    if details.get("is_number_alone"):
        return "chỉ số điện thoại, để gọi lại"
    if "is_about" in details:
        return "lời nói về người đó" if details["is_about"] else "không liên quan"
    if details.get("is_split"):
        return "ấp cũ tách thành nhiều ấp, hãy xem lại"
    if "disposition" in details:
        return str(details["disposition"]).lower()
    if details.get("day"):
        return f"xong trước hết ngày {details['day']}"
    if "stage" in details:
        return ", ".join(details[name] for name in ("stage", "until", "amount") if name in details)
    if details.get("library"):
        return f"theo thư viện: {details['library']}"
    if "before" in details:
        return f"từ {details['before']} sang {details['after']}"
    return ""
