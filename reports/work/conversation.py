"""Pages of the conversation with a reporter, and of answers that did not arrive."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.communes.public_pages import full_address
from accounts.scoped_admin.pages import number_of, own_pages
from accounts.vault.errors import VaultAway, VaultRefused
from groups.oa_groups.pages import do
from procedures.models import Edition
from reports.chat import answers as chat_answers
from reports.chat.answers import How
from reports.tips.models import TipReport
from reports.triage import splitting
from reports.vault import services as vault
from reports.work import answers, page_frame, suggestions
from reports.work.forms import AnswerForm, canned_for
from reports.work.models import CannedReply, TipMessage

Stage, Status = CannedReply.Stage, TipReport.Status
# Stages of canned replies for each status, the likeliest first.
STAGES: dict[str, tuple[str, ...]] = {
    Status.NEW: (Stage.RECEIVED, Stage.ASK_MORE, Stage.GUIDED),
    Status.TRIAGED: (Stage.RECEIVED, Stage.ASK_MORE, Stage.GUIDED, Stage.TRANSFERRED),
    Status.IN_PROGRESS: (Stage.IN_PROGRESS, Stage.ASK_MORE, Stage.TRANSFERRED),
    Status.RESOLVED: (Stage.RESOLVED, Stage.UNFOUNDED, Stage.TRANSFERRED, Stage.GUIDED),
    Status.TOLD: (Stage.RESOLVED, Stage.UNFOUNDED, Stage.CLOSED),
    Status.CLOSED: (Stage.CLOSED, Stage.DUPLICATE, Stage.GUIDED),
}


def canned_of(request: HttpRequest, tip: TipReport, *stages: str) -> tuple[list[Any], Any]:
    """Return the canned replies for the page, and the one picked by `?mau=`."""
    offered = canned_for(tip, *stages)
    picked = number_of(request.POST.get("mau") or request.GET.get("mau"))
    return offered, next((one for one in offered if one.pk == picked), None)


def seen_at(request: HttpRequest, tip: TipReport) -> dict[str, str]:
    """For the form of an answer: the address that shows it to the reporter, and the number to
    call."""
    _place, phone = chat_answers.place_and_phone(tip.commune)
    lookup = full_address(request, reverse("tip_answers")).partition("://")[2]
    return {"lookup": lookup, "duty_phone": phone}


def _library(request: HttpRequest, tip: TipReport) -> dict[str, Any]:
    """Return suggestions of the library for this tip, and the edition picked by `?thu-tuc=`."""
    if not request.user.has_perm("procedures.view_edition"):
        return {}
    today = timezone.localdate()
    number = number_of(request.POST.get("thu-tuc") or request.GET.get("thu-tuc"))
    current = Edition.objects.current(today).select_related("procedure")
    asked = request.GET.get("tim", "")
    return {
        "edition": current.filter(pk=number).first() if number else None,
        "suggestions": suggestions.suggest(tip, today, by=request.user, asked=asked),
        "asked": asked,
    }


@require_http_methods(["GET", "POST"])
def talk(request: HttpRequest, *, site: Any, tip: TipReport) -> HttpResponse:
    """Read and answer; each opening of the page is recorded as read."""
    offered, picked = canned_of(request, tip, *STAGES[tip.status])
    has_duplicates = page_frame.rows(request).filter(duplicate_of=tip).exists()
    found = _library(request, tip)
    edition = found.get("edition")
    initial = {
        "text": suggestions.words_of(edition, tip) if edition else picked.text if picked else ""
    }
    form = AnswerForm(request.POST or None, has_duplicates=has_duplicates, initial=initial)
    if request.method == "POST" and form.is_valid():
        verb = answers.answer_all if form.cleaned_data.get("to_all") else answers.answer
        source = {"edition": edition} if edition else {"canned": picked}
        act = partial(verb, tip, by=request.user, text=form.cleaned_data["text"], **source)
        words = (
            "Đã ghi lời trả lời, máy gửi qua Zalo OA trong ít phút."
            if tip.channel == TipReport.Channel.OA_CHAT
            else "Đã trả lời. Người báo tin thấy khi mở mã biên nhận."
        )
        if do(request, act, words):
            return page_frame.back("talk", tip)
    return page_frame.page(
        request, site, tip, "talk", "Trao đổi",
        said=vault.read_talk(tip, by=request.user), form=form, offered=offered, picked=picked,
        library=found, matters=_matters(request, tip), **seen_at(request, tip),
    )  # fmt: skip


def _matters(request: HttpRequest, tip: TipReport) -> list[TipReport]:
    """Return the other matters of the same report; where the vault is away or refuses, say
    so."""
    try:
        return splitting.beside(tip, by=request.user)  # type: ignore[arg-type]
    except (VaultAway, VaultRefused) as refusal:
        messages.warning(request, str(refusal))
        return []


DONE: dict[str, str] = {
    How.ARRIVED: "Đã ghi: lời này đã tới người báo tin.",
    How.AGAIN: "Máy sẽ gửi lại qua Zalo trong ít phút, nếu còn trong hạn.",
    How.SPOKEN: "Đã ghi: nói với người báo tin bằng cách khác.",
    How.LEFT: "Đã để lời này cho người báo tin xem bằng mã biên nhận.",
}


def urls(site: Any) -> list[URLPattern]:
    """Addresses under the admin of tips."""
    works = "reports.work_tipreport"
    pages = {
        "<int:pk>/trao-doi/<int:row_id>/": (settle, "settle", works),
        "<int:pk>/trao-doi/<int:row_id>/chuyen/": (move_words, "move_words", works),
    }
    return own_pages(
        site, "reports_tipreport", pages, "reports.view_tipreport", row="tip", rows=page_frame.rows
    )


@require_POST
def settle(request: HttpRequest, *, site: Any, tip: TipReport, row_id: int) -> HttpResponse:
    """Settle an answer that did not reach the reporter through the chat."""
    message = get_object_or_404(TipMessage.objects.filter(tip=tip), pk=row_id)
    how = request.POST.get("how", "")
    do(
        request,
        lambda: chat_answers.settle(message, by=request.user, how=how),  # type: ignore[arg-type]
        DONE.get(how, ""),
    )
    return page_frame.back("talk", tip)


@require_POST
def move_words(request: HttpRequest, *, site: Any, tip: TipReport, row_id: int) -> HttpResponse:
    """Move words of the reporter to the other matter of the same report."""
    message = get_object_or_404(TipMessage.objects.filter(tip=tip).select_related("tip"), pk=row_id)
    other = get_object_or_404(page_frame.rows(request), pk=number_of(request.POST.get("sang")))
    do(
        request,
        lambda: splitting.move(message, to=other, by=request.user),  # type: ignore[arg-type]
        f"Đã chuyển lời này sang {other.code}.",
    )
    return page_frame.back("talk", tip)
