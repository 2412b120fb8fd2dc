"""Page of one hamlet, for its head, its officer and readers of the commune.

Numbers of tips are for the police only: those of one hamlet are small.
"""

from collections.abc import Sequence
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from accounts.models import User
from groups.models import Team
from oversight.dashboards import answers, sentences
from oversight.dashboards import pages as dashboards_pages
from oversight.dashboards.base_view import Made, page, workbook
from oversight.dashboards.hamlet_cards import NEXT, asked_of, stage_of
from oversight.dashboards.page_context import Answer, Need, PageContext
from oversight.figures.place import STAGES
from oversight.figures.scopes import Scope, scope_of, whole_commune
from vietnamese.text import grouped

COVERAGE_MONTHS = "Xem độ phủ 24 tháng"
HAND = "admin:broadcasts_delivery_hand_list"


def readable(reader: User) -> Scope | None:
    """Hamlets whose pages an account may open."""
    if reader.commune is None:
        return None
    if reader.has_perm(dashboards_pages.VIEW):
        return whole_commune(reader.commune, reader=reader)
    return scope_of(reader) if reader.has_perm(dashboards_pages.KEEPS_HAMLET) else None


def _answers(context: PageContext) -> Sequence[Answer]:
    is_police = context.scope.is_police
    tips = answers.of_tips_for_police(context) if is_police else ()
    context.ahead(*answers.PLACE, "regulations_by_hamlet", *answers.of_posts(context), *tips)
    found = [
        _households(context),
        _process(context),
        answers.posts(context, "Bài tới các nhóm của ấp, khu phố ra sao?"),
        _hand(context),
    ]
    if is_police:
        return (*found, answers.tips_for_police(context))
    return (*found, _compared(context))


def _households(context: PageContext) -> Answer:
    """Households with the number of teams."""
    made = answers.households(context, "Bao nhiêu hộ đã nhận được tin?")
    pk = context.scope.ids[0]
    teams = Team.objects.filter(hamlet__in=context.scope.ids).count()
    text = f"Có {grouped(teams)} tổ nhân dân." if teams else "Chưa ghi tổ nhân dân nào."
    return Answer(
        made.question, (*made.sentences, text), made.pictures, made.figures,
        links=((COVERAGE_MONTHS, reverse("admin:oversight_hamlet_coverage", args=[pk])),),
    )  # fmt: skip


def _process(context: PageContext) -> Answer:
    pk = context.scope.ids[0]
    stage = stage_of(context, pk)
    return Answer(
        "Họp dân, quy chế đến đâu?",
        (
            f"{STAGES[stage]}; {asked_of(context, pk)}.",
            NEXT[stage],
            sentences.meetings(context.table("meetings")),
        ),
        figures=context.figures("regulations_by_hamlet", "consulted_by_hamlet", "meetings"),
    )


def _hand(context: PageContext) -> Answer:
    """Posts to be posted by hand, with their list."""
    numbers = sentences.by_label(context.table("hand_posting"))
    done, missed, waiting, _cancelled = (number or 0 for number in numbers.values())
    reader = context.scope.reader
    url, reason = "", "Cán bộ phụ trách và trưởng ấp mở danh sách này."
    if reader.has_perm("broadcasts.post_by_hand"):
        url, reason = reverse(HAND), ""
    total = done + missed + waiting
    text = (
        f"Trong kỳ có {grouped(total)} lượt đăng tay: đã đăng {grouped(done)}, bỏ lỡ "
        f"{grouped(missed)}, còn chờ {grouped(waiting)}."
        if total
        else "Trong kỳ không có lượt đăng tay nào."
    )
    return Answer(
        "Bài phải đăng tay đã đăng chưa?",
        (text,),
        figures=context.figures("hand_posting"),
        needs=(Need("Lượt đăng tay còn chờ trong kỳ", waiting, url, reason, presses=True),),
    )


def _compared(context: PageContext) -> Answer:
    """Comparison with the period before."""
    is_over = context.period.is_over(context.today)
    lines = [
        f"{name}: kỳ này {grouped(_sum(context, key))}. "
        + sentences.compared(
            _sum(context, key),
            _sum(context, key, before=True),
            unit,
            context.before,
            is_over=is_over,
        )
        for name, key, unit in (
            ("Bài đã tới nhóm", "posts_by_topic", "bài"),
            ("Cuộc họp lấy ý kiến", "meetings", "cuộc"),
        )
    ]
    return Answer("So với kỳ trước có gì khác?", tuple(lines))


def _sum(context: PageContext, key: str, *, before: bool = False) -> int:
    return sentences.of(context.table(key, context.before if before else None).total) or 0


def _hamlet(reader: User, *, pk: int) -> Made:
    scope = readable(reader)
    hamlet = next((one for one in scope.hamlets if one.pk == pk), None) if scope else None
    if scope is None or hamlet is None:
        raise Http404
    one = Scope(scope.commune, (hamlet,), reader, is_whole=False)
    return str(hamlet), str(scope.commune), one, _answers


def hamlets(request: HttpRequest, *, site: Any) -> HttpResponse:
    """All hamlets of the account; redirects to the page of an only one."""
    scope = readable(request.user)  # type: ignore[arg-type]  # signed in, by the guard
    if scope is not None and len(scope.hamlets) == 1:
        query = f"?{request.GET.urlencode()}" if request.GET else ""
        return redirect(reverse("admin:oversight_hamlet", args=[scope.hamlets[0].pk]) + query)
    return _several(request, site=site)


def _choice(reader: User) -> Made:
    scope = readable(reader)
    if scope is None:
        return "Ấp, khu phố", str(reader.commune), Scope(reader.commune, (), reader, False), _none  # type: ignore[arg-type]
    return "Các ấp, khu phố", str(scope.commune), scope, _chosen


def _none(context: PageContext) -> Sequence[Answer]:
    text = "Tài khoản này chưa được phân công ấp, khu phố nào. Hãy báo chỉ huy Công an xã."
    return (Answer("Ấp, khu phố nào?", (text,)),)


NO_HAMLETS = _none


def _chosen(context: PageContext) -> Sequence[Answer]:
    return (
        Answer(
            "Mỗi ấp, khu phố đang ở đâu?",
            (
                *sentences.households(context.table("coverage")),
                context.table("coverage").note,
                sentences.regulations(context.table("regulations")),
            ),
            figures=context.figures(
                "coverage", "regulations_by_hamlet", "consulted_by_hamlet", "hand_posting_by_hamlet"
            ),
            has_tiles=True,
        ),
    )


_several = page(dashboards_pages.HAMLETS, _choice)
download_several = workbook(dashboards_pages.HAMLETS, _choice)
view = page(dashboards_pages.HAMLETS, _hamlet)
download = workbook(dashboards_pages.HAMLETS, _hamlet)
