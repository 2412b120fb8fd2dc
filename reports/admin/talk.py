"""The talk with a reporter: what they added, what was answered, ready answers by stage."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.admin_pages import number_of
from groups.admin.oa_groups.page import do
from procedures.models import Edition
from reports.admin import frame
from reports.admin.forms import AnswerForm, canned_for
from reports.models import CannedReply, TipReport
from reports.services import library, moving_words, reading, talking

Stage, Status = CannedReply.Stage, TipReport.Status
# Which ready answers fit where a tip stands, the likeliest first.
STAGES: dict[str, tuple[str, ...]] = {
    Status.NEW: (Stage.RECEIVED, Stage.ASK_MORE, Stage.GUIDED),
    Status.TRIAGED: (Stage.RECEIVED, Stage.ASK_MORE, Stage.GUIDED, Stage.TRANSFERRED),
    Status.IN_PROGRESS: (Stage.IN_PROGRESS, Stage.ASK_MORE, Stage.TRANSFERRED),
    Status.RESOLVED: (Stage.RESOLVED, Stage.UNFOUNDED, Stage.TRANSFERRED, Stage.GUIDED),
    Status.TOLD: (Stage.RESOLVED, Stage.UNFOUNDED, Stage.CLOSED),
    Status.CLOSED: (Stage.CLOSED, Stage.DUPLICATE, Stage.GUIDED),
}


def canned_of(request: HttpRequest, tip: TipReport, *stages: str) -> tuple[list[Any], Any]:
    """Ready answers for the page, and the one that was picked by `?mau=`."""
    offered = canned_for(tip, *stages)
    picked = number_of(request.POST.get("mau") or request.GET.get("mau"))
    return offered, next((one for one in offered if one.pk == picked), None)


def _library(request: HttpRequest, tip: TipReport) -> dict[str, Any]:
    """What the library has to say to this tip, and which edition was picked by `?thu-tuc=`."""
    if not request.user.has_perm("procedures.view_edition"):
        return {}
    today = timezone.localdate()
    number = number_of(request.POST.get("thu-tuc") or request.GET.get("thu-tuc"))
    current = Edition.objects.current(today).select_related("procedure")
    asked = request.GET.get("tim", "")
    return {
        "edition": current.filter(pk=number).first() if number else None,
        "suggestions": library.suggest(tip, today, asked=asked),
        "asked": asked,
    }


@require_http_methods(["GET", "POST"])
def talk(request: HttpRequest, *, site: Any, tip: TipReport) -> HttpResponse:
    """Read and answer. That it was read is noted with each opening of the page."""
    offered, picked = canned_of(request, tip, *STAGES[tip.status])
    has_duplicates = tip.duplicates.exists()
    found = _library(request, tip)
    edition = found.get("edition")
    initial = {"text": library.words_of(edition, tip) if edition else picked.text if picked else ""}
    form = AnswerForm(request.POST or None, has_duplicates=has_duplicates, initial=initial)
    if request.method == "POST" and form.is_valid():
        verb = talking.answer_all if form.cleaned_data.get("to_all") else talking.answer
        source = {"edition": edition} if edition else {"canned": picked}
        told = do(
            request,
            lambda: verb(tip, by=request.user, text=form.cleaned_data["text"], **source),
            _sent(tip),
        )
        if told:
            return frame.back("talk", tip)
    return frame.page(
        request, site, tip, "talk", "Trao đổi",
        said=reading.read_talk(tip, by=request.user), form=form, offered=offered, picked=picked,
        library=found, matters=moving_words.beside(tip, by=request.user),  # type: ignore[arg-type]
    )  # fmt: skip


def _sent(tip: TipReport) -> str:
    if tip.channel == TipReport.Channel.OA_CHAT:
        return "Đã ghi lời trả lời, máy gửi qua Zalo OA trong ít phút."
    return "Đã trả lời. Người báo tin thấy khi mở mã biên nhận."
