"""All figures of a commune on one page, for a screen, a phone and paper alike.

It answers some questions, in this order; each number leads to its list or says why it may not.
"""

from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts.models import User
from oversight import periods
from oversight.dashboards.asking import asked_period
from oversight.dashboards.desk import Answer, Desk
from oversight.scopes import whole_commune

QUESTIONS = (
    (
        "Mô hình đã tới bao nhiêu hộ?",
        (
            "coverage", "hamlets_with_group", "groups", "groups_by_hamlet", "groups_moved",
            "members_moved",
        ),
    ),
    (
        "Các ấp, khu phố đã bàn bạc, thống nhất đến đâu?",
        (
            "meetings", "meetings_by_form", "hamlets_consulted", "regulations",
            "regulations_by_hamlet", "consulted_by_hamlet",
        ),
    ),
    (
        "Bài tuyên truyền tới bao nhiêu nhóm, có kịp không?",
        (
            "posts_by_topic", "groups_reached", "posts_speed", "hand_posting",
            "hand_posting_by_hamlet", "posts_by_month",
        ),
    ),
    (
        "Người dân phản ánh bao nhiêu, việc xử lý và báo lại ra sao?",
        (
            "tips", "tips_by_month", "tips_by_kind", "tips_by_category", "tips_by_channel",
            "tips_by_outcome", "tips_in_time", "tips_told", "tips_handed_over", "tip_clocks",
            "tip_days", "transfers",
        ),
    ),
    (
        "Người dân hỏi thủ tục, đã được trả lời chưa?",
        ("questions", "questions_by_area", "questions_by_month"),
    ),
    (
        "Việc chỉ đạo, việc trong kế hoạch đã làm đến đâu?",
        ("directions", "spreading", "plan_steps", "proposals"),
    ),
    ("Trong kỳ đã khen ai, ấp nào được công nhận an toàn?", ("commendations", "checklists")),
)  # fmt: skip


@never_cache
@require_GET
def page(request: HttpRequest, *, site: Any) -> HttpResponse:
    """All figures of a span: this month unless the address says otherwise."""
    now, reader = timezone.now(), cast("User", request.user)  # signed in, by the guard
    period, problem = asked_period(request.GET, timezone.localdate(now))
    answers: list[Answer] = []
    if reader.commune is None:
        problem = "Hãy dùng tài khoản của một xã để xem số liệu của xã đó."
    elif not problem:
        desk = Desk(whole_commune(reader.commune, reader=reader), period, now)
        answers = [Answer(question, (), figures=desk.shown(*keys)) for question, keys in QUESTIONS]
    context = {
        "period": period,
        "problem": problem,
        "presets": periods.presets(timezone.localdate(now)),
        "commune": reader.commune,
        "as_of": now,
        "answers": answers,
    }
    status = 400 if problem else 200
    return TemplateResponse(request, "oversight/figures.html", context, status=status)
