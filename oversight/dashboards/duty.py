"""The page of the duty desk: today, and the shift as far back as its officers see it.

Counted is what the account itself sees: whoever only sorts and hands out sees what is new; the rest
is the chief's.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from oversight.dashboards import charts, sentences
from oversight.dashboards import pages as dashboards_pages
from oversight.dashboards.base_view import Made, page, workbook
from oversight.dashboards.page_context import Answer, Desk, Need
from oversight.figures.scopes import ALL_TIPS, whole_commune
from oversight.figures.table import Table
from procedures.models import Question
from reports.models import TipReport
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


def _tips(desk: Desk) -> Any:
    return TipReport.objects.visible_to(desk.scope.reader).filter(commune=desk.scope.commune)


def _queue(tab: str) -> str:
    return f"{reverse('admin:reports_tipreport_changelist')}?viec={tab}"


def _answers(desk: Desk) -> Sequence[Answer]:
    return (_waiting(desk), _terms(desk), _received(desk), _passed_on(desk), _zalo(desk))


def _waiting(desk: Desk) -> Answer:
    tips, reader = _tips(desk), desk.scope.reader
    needs = [
        Need("Tin chưa phân loại", tips.filter(status=TipReport.Status.NEW).count(), _queue("moi"),
             presses=True),
        Need("Tin đã phân loại, chưa giao", tips.unassigned().count(), _queue("chua-giao")),
    ]  # fmt: skip
    if reader.has_perm("procedures.view_question"):
        asked = Question.objects.visible_to(reader).unanswered().each_once().count()
        url = reverse("admin:procedures_question_changelist")
        needs.append(Need("Câu hỏi thủ tục chờ trả lời", asked, url))
    return Answer("Việc gì đang chờ bàn trực?", (_listed(needs),), needs=tuple(needs))


def _terms(desk: Desk) -> Answer:
    tips, now = _tips(desk), desk.now
    near = tips.open().filter(next_due_at__gte=now, next_due_at__lt=now + NEAR).count()
    needs = (
        Need("Tin quá hạn", tips.overdue(now).count(), _queue("qua-han"), presses=True),
        Need("Tin đến hạn trong 24 giờ tới", near, reason=NEAR_REASON),
    )
    return Answer("Tin nào quá hạn, sắp đến hạn?", (_listed(needs),), needs=needs)


def _received(desk: Desk) -> Answer:
    today, by_channel = desk.table("tips"), desk.table("tips_by_channel")
    shift = _tips(desk).filter(received_at__gte=desk.now - SHIFT, received_at__lte=desk.now)
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
        desk.shown("tips", "tips_by_channel"),
    )


def _passed_on(desk: Desk) -> Answer:
    question = "Đã chuyển đi, đã báo lại bao nhiêu?"
    if not desk.scope.reader.has_perm(ALL_TIPS):
        return Answer(question, (NOT_HERE,))
    moved = desk.table("transfers").total
    gone = sum(number or 0 for number in moved.values) if moved is not None else 0
    told = sentences.by_label(desk.table("tips_told"))
    done = next(iter(told.values())) or 0
    return Answer(
        question,
        (
            f"Hôm nay chuyển nơi khác {grouped(gone)} lần.",
            f"Trong số tin nhận hôm nay, đã báo lại {grouped(done)} tin.",
        ),
        figures=desk.shown("transfers", "tips_told"),
    )


def _zalo(desk: Desk) -> Answer:
    """Whether the account can send, and when Zalo was heard last."""
    question = "Zalo có đang chạy không?"
    account = OfficialAccount.objects.filter(commune=desk.scope.commune, is_active=True).first()
    if account is None:
        return Answer(question, ("Xã chưa kết nối tài khoản Zalo OA.",))
    found = alarms([account], desk.now)
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
        if desk.now - heard > QUIET:
            last += " Đã quá 24 giờ: hãy báo quản trị kỹ thuật kiểm tra."
    return Answer(question, (state, last))


def _listed(needs: Sequence[Need]) -> str:
    return sentences.waiting((one.label, one.count) for one in needs) or NOTHING


def _desk(reader: User) -> Made:
    scope = whole_commune(reader.commune, reader=reader)  # type: ignore[arg-type]  # asked by the page
    return "Bàn trực ban", str(scope.commune), scope, _answers


view = page(dashboards_pages.DESK, _desk, of_today=True)
take = workbook(dashboards_pages.DESK, _desk, of_today=True)
