"""Page of the duty desk: today and the current shift.

Counts only what the account sees: accounts that sort and assign see new tips, chiefs see all.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone

from oversight.dashboards import charts, sentences
from oversight.dashboards import pages as dashboards_pages
from oversight.dashboards.base_view import of_commune, page, workbook
from oversight.dashboards.page_context import Answer, Need, PageContext
from oversight.figures.scopes import ALL_TIPS
from oversight.figures.table import Table
from procedures.models import Question
from reports.models import ConflictProposal, TipReport
from reports.tips.querysets import SHIFT
from vietnamese.text import grouped
from zalo.models import OfficialAccount, WebhookEvent
from zalo.official_accounts.alarms import alarms

NEAR = timedelta(hours=24)
NOT_HERE = (
    "Phản ánh đã giao thì chỉ huy và người được giao xem, nên bàn trực không đếm. Chỉ huy xem ở "
    "trang Công an xã."
)
NEAR_REASON = "chưa có danh sách riêng; danh sách phản ánh xếp việc sắp đến hạn lên đầu."
NOTHING = "Không có việc nào chờ."
QUIET = timedelta(hours=24)


def _tips(context: PageContext) -> Any:
    return TipReport.objects.visible_to(context.scope.reader).filter(commune=context.scope.commune)


def _queue(tab: str) -> str:
    return f"{reverse('admin:reports_tipreport_changelist')}?viec={tab}"


def _answers(context: PageContext) -> Sequence[Answer]:
    return (
        _waiting(context),
        _terms(context),
        _received(context),
        _passed_on(context),
        _zalo(context),
    )


def _waiting(context: PageContext) -> Answer:
    tips, reader = _tips(context), context.scope.reader
    new = tips.filter(status=TipReport.Status.NEW)
    urgent = new.exclude(urgency=TipReport.Urgency.NORMAL).count()
    needs = [
        Need("Tin chưa phân loại", new.count(), _queue("moi"), presses=True, urgent=urgent),
        Need("Tin đã phân loại, chưa giao", tips.unassigned().count(), _queue("chua-giao")),
    ]  # fmt: skip
    if reader.has_perm("reports.view_conflictproposal"):
        named = ConflictProposal.objects.visible_to(reader).to_decide().count()
        url = reverse("admin:reports_conflictproposal_changelist")
        needs.append(Need("Lời có tên cán bộ chờ quyết định", named, url, presses=True))
    if reader.has_perm("procedures.view_question"):
        asked = Question.objects.visible_to(reader).unanswered().each_once().count()
        url = reverse("admin:procedures_question_changelist")
        needs.append(Need("Câu hỏi thủ tục chờ trả lời", asked, url))
    return Answer("Việc gì đang chờ bàn trực?", (_listed(needs),), needs=tuple(needs))


def _terms(context: PageContext) -> Answer:
    tips, now = _tips(context), context.now
    near = tips.open().filter(next_due_at__gte=now, next_due_at__lt=now + NEAR).count()
    needs = (
        Need("Tin quá hạn", tips.overdue(now).count(), _queue("qua-han"), presses=True),
        Need("Tin đến hạn trong 24 giờ tới", near, reason=NEAR_REASON),
    )
    return Answer("Tin nào quá hạn, sắp đến hạn?", (_listed(needs),), needs=needs)


def _received(context: PageContext) -> Answer:
    today, by_channel = context.table("tips"), context.table("tips_by_channel")
    shift = _tips(context).filter(
        received_at__gte=context.now - SHIFT, received_at__lte=context.now
    )
    rows = tuple(row for row in by_channel.rows if row.values[0])
    pictures = (
        (charts.bars(Table(by_channel.columns, rows), key="noi-nhan", title="Tin nhận hôm nay"),)
        if rows
        else ()
    )
    count = sentences.of(today.rows[0]) or 0
    return Answer(
        "Hôm nay và trong ca đã nhận bao nhiêu tin?",
        (f"Hôm nay nhận {grouped(count)} tin; 24 giờ qua nhận {grouped(shift.count())} tin.",),
        pictures,
        context.figures("tips", "tips_by_channel"),
    )


def _passed_on(context: PageContext) -> Answer:
    question = "Đã chuyển đi, đã báo lại bao nhiêu?"
    if not context.scope.reader.has_perm(ALL_TIPS):
        return Answer(question, (NOT_HERE,))
    moved = context.table("transfers").total
    gone = sum(number or 0 for number in moved.values) if moved is not None else 0
    informed = sentences.by_label(context.table("tips_told"))
    done = next(iter(informed.values())) or 0
    return Answer(
        question,
        (
            f"Hôm nay chuyển nơi khác {grouped(gone)} lần.",
            f"Trong số tin nhận hôm nay, đã báo lại {grouped(done)} tin.",
        ),
        figures=context.figures("transfers", "tips_told"),
    )


def _zalo(context: PageContext) -> Answer:
    """State of the Zalo account, and the time of its last event."""
    question = "Zalo có đang chạy không?"
    account = OfficialAccount.objects.filter(commune=context.scope.commune, is_active=True).first()
    if account is None:
        return Answer(question, ("Xã chưa kết nối tài khoản Zalo OA.",))
    found = alarms([account], context.now)
    state = found[0].sentence if found else "Kết nối Zalo bình thường, máy gửi được."
    heard = (
        WebhookEvent.objects.filter(account=account)
        .order_by("-received_at")
        .values_list("received_at", flat=True)
        .first()
    )
    if heard is None:
        last = "Chưa nhận được tin nào từ Zalo."
    else:
        last = f"Zalo báo về lần cuối lúc {timezone.localtime(heard):%H:%M ngày %d/%m/%Y}."
        if context.now - heard > QUIET:
            last += " Đã quá 24 giờ: hãy báo quản trị kỹ thuật kiểm tra."
    return Answer(question, (state, last))


def _listed(needs: Sequence[Need]) -> str:
    return sentences.waiting((one.label, one.count) for one in needs) or NOTHING


_duty_page = of_commune("Bàn trực ban", _answers)
view = page(
    dashboards_pages.DUTY_PAGE, _duty_page, of_today=True, live_topics=("tips", "duty", "home")
)
download = workbook(dashboards_pages.DUTY_PAGE, _duty_page, of_today=True)
