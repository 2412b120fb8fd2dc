"""Looking after an answer that did not reach the reporter through the chat."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern
from django.views.decorators.http import require_POST

from accounts.admin_pages import number_of, own_pages
from groups.admin.oa_groups.page import do
from reports.admin import frame
from reports.models import TipMessage, TipReport
from reports.services import chat_answers, moving_words
from reports.services.chat_answers import How

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
        site, "reports_tipreport", pages, "reports.view_tipreport", row="tip", rows=frame.rows
    )


@require_POST
def settle(request: HttpRequest, *, site: Any, tip: TipReport, row_id: int) -> HttpResponse:
    """It arrived, it leaves again, or the reporter was told in another way."""
    message = get_object_or_404(TipMessage.objects.filter(tip=tip), pk=row_id)
    how = request.POST.get("how", "")
    do(
        request,
        lambda: chat_answers.settle(message, by=request.user, how=how),  # type: ignore[arg-type]
        DONE.get(how, ""),
    )
    return frame.back("talk", tip)


@require_POST
def move_words(request: HttpRequest, *, site: Any, tip: TipReport, row_id: int) -> HttpResponse:
    """What the reporter said belongs to the other matter of the same telling."""
    message = get_object_or_404(TipMessage.objects.filter(tip=tip).select_related("tip"), pk=row_id)
    other = get_object_or_404(frame.rows(request), pk=number_of(request.POST.get("sang")))
    do(
        request,
        lambda: moving_words.move(message, to=other, by=request.user),  # type: ignore[arg-type]
        f"Đã chuyển lời này sang {other.code}.",
    )
    return frame.back("talk", tip)
