"""Pages of a commune: all figures, the page of its police, the page of the Party and the Front.

Each number links to its list or says why it does not.
"""

from collections.abc import Sequence
from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts.models import User
from accounts.scoped_admin.asking import counts
from broadcasts.models import Delivery
from oversight import data_files, periods
from oversight.dashboards import answers, sentences
from oversight.dashboards.base_view import of_commune, page, workbook
from oversight.dashboards.page_context import Answer, Need, PageContext
from oversight.dashboards.pages import PARTY, POLICE
from oversight.dashboards.period_query import asked_period
from oversight.figures.month_ends.late import recorded_late
from oversight.figures.registry import behind_row
from oversight.figures.scopes import whole_commune
from oversight.figures.table import NotListed
from reports.models import TipReport

QUESTIONS = [(one["title"], one["figures"]) for one in data_files.read("chapters")["questions"]]


@never_cache
@require_GET
def figures_page(request: HttpRequest, *, site: Any) -> HttpResponse:
    """All figures of a period, by default of this month."""
    now, reader = timezone.now(), cast("User", request.user)  # signed in, by the guard
    period, problem = asked_period(request.GET, timezone.localdate(now))
    answers: list[Answer] = []
    late = ""
    if reader.commune is None:
        problem = "Hãy dùng tài khoản của một xã để xem số liệu của xã đó."
    elif not problem:
        page_context = PageContext(whole_commune(reader.commune, reader=reader), period, now)
        page_context.ahead(*(key for _question, keys in QUESTIONS for key in keys))
        answers = [
            Answer(question, (), figures=page_context.figures(*keys))
            for question, keys in QUESTIONS
        ]
        late = recorded_late(page_context.scope, period)
    context = {
        "period": period,
        "problem": problem,
        "presets": periods.presets(timezone.localdate(now)),
        "commune": reader.commune,
        "as_of": now,
        "spoken_of": periods.spoken_of(period, now),
        "is_over": period.is_over(timezone.localdate(now)),
        "late": late,
        "answers": answers,
    }
    status = 400 if problem else 200
    return TemplateResponse(request, "oversight/figures.html", context, status=status)


TIPS = "admin:reports_tipreport_changelist"
DELIVERIES = "admin:broadcasts_delivery_changelist"
# Index of the missed ones among the rows of `hand_posting`.
MISSED = 1
HAMLETS_BELOW = "#ap-khu-pho"
NOTHING_WAITS = "Hôm nay không có việc nào chờ."


def _answers_for_police(context: PageContext) -> Sequence[Answer]:
    context.ahead(
        *answers.PLACE, *answers.of_posts(context), *answers.of_questions(context),
        *answers.of_tips_for_police(context),
    )  # fmt: skip
    return (
        _needs_a_hand(context),
        answers.tips_for_police(context),
        answers.posts(context),
        answers.households(context, "Mô hình đã tới bao nhiêu hộ, từng ấp đang ở đâu?"),
        answers.process(context, "Họp, quy chế đến đâu?"),
        answers.questions(context),
    )


_police = of_commune("Số liệu của Công an xã", _answers_for_police)


def _needs_a_hand(context: PageContext) -> Answer:
    """Counts of the rows of the linked lists."""
    reader = context.scope.reader
    tips = TipReport.objects.visible_to(reader)
    posts = Delivery.objects.visible_to(reader)
    tip_list, delivery_list = reverse(TIPS), reverse(DELIVERIES)
    missed = context.table("hand_posting").rows[MISSED].values[0] or 0
    # The first two rows are issued and agreed.
    not_agreed = sum(row.values[0] or 0 for row in context.table("regulations").rows[2:])
    late, unsorted, unassigned, uncertain, to_post = counts(
        tips.overdue(context.now), tips.filter(status=TipReport.Status.NEW), tips.unassigned(),
        posts.uncertain(), posts.to_post(),
    )  # fmt: skip
    needs = (
        Need("Phản ánh quá hạn", late, f"{tip_list}?viec=qua-han", presses=True),
        Need("Phản ánh chưa phân loại", unsorted, f"{tip_list}?viec=moi"),
        Need("Phản ánh chưa giao", unassigned, f"{tip_list}?viec=chua-giao"),
        Need("Lượt gửi chưa rõ đã tới nhóm chưa", uncertain, f"{delivery_list}?viec=uncertain",
             presses=True),
        Need("Lượt đăng tay còn chờ", to_post, f"{delivery_list}?viec=to_post"),
        Need(f"Lượt đăng tay bỏ lỡ, {context.period.words}", missed, *_list_of_missed(context)),
        Need("Ấp, khu phố chưa thống nhất quy chế", not_agreed, HAMLETS_BELOW),
    )  # fmt: skip
    text = sentences.waiting((one.label, one.count) for one in needs) or NOTHING_WAITS
    return Answer("Hôm nay việc gì cần làm ngay?", (text,), needs=needs)


def _list_of_missed(context: PageContext) -> tuple[str, str]:
    try:
        rows = context.table("hand_posting").rows
        return behind_row("hand_posting", context.scope, context.period, rows[MISSED]), ""
    except NotListed as why:
        return "", str(why)


police_page = page(POLICE, _police)
police_workbook = workbook(POLICE, _police)


def _answers_for_party(context: PageContext) -> Sequence[Answer]:
    context.ahead(
        *answers.PLACE, *answers.of_posts(context), *answers.of_questions(context),
        *answers.OF_DIRECTION,
    )  # fmt: skip
    return (
        answers.households(context),
        answers.process(context, "Các ấp, khu phố đã bàn bạc, thống nhất đến đâu?"),
        answers.posts(context),
        answers.tips_for_others(context),
        answers.questions(context),
        answers.direction(context),
    )


_party = of_commune("Mô hình “Zalo kết nối bình yên”", _answers_for_party)
party_page = page(PARTY, _party)
party_workbook = workbook(PARTY, _party)
