"""Answers to questions that several pages ask, from the figures of a page context."""

from oversight.dashboards import charts, sentences
from oversight.dashboards.charts import Chart
from oversight.dashboards.page_context import Answer, Key, PageContext, parts
from oversight.dashboards.period_query import last_quarter, told_span
from oversight.figures.table import Table

DIRECTION = "Việc chỉ đạo, việc trong kế hoạch đã làm đến đâu?"
# Figures of the answers below, for a page to count ahead (`PageContext.ahead`).
PLACE = (
    "coverage", "groups", "groups_by_hamlet", "regulations", "hamlets_consulted",
    "consulted_by_hamlet", "meetings",
)  # fmt: skip
OF_DIRECTION = ("directions", "plan_steps", "spreading", "proposals")


def of_posts(context: PageContext) -> tuple[Key, ...]:
    return (
        "posts_by_topic", "posts_speed", "hand_posting", "hand_posting_by_hamlet",
        ("posts_by_topic", context.before), ("posts_by_month", context.trend),
    )  # fmt: skip


def of_questions(context: PageContext) -> tuple[Key, ...]:
    return ("questions", ("questions_by_month", context.trend))


def of_tips_for_police(context: PageContext) -> tuple[Key, ...]:
    return (
        "tips", "tips_in_time", "tip_clocks", "tips_told", "tips_by_kind", "tips_by_category",
        "tips_by_channel", "tips_by_outcome", "tips_handed_over", "transfers",
        ("tips_by_month", context.trend),
    )  # fmt: skip


def households(context: PageContext, question: str = "Mô hình đã tới bao nhiêu hộ?") -> Answer:
    reach, groups = context.table("coverage"), context.table("groups")
    return Answer(
        question,
        (*sentences.households(reach), reach.note, sentences.groups(groups)),
        _reached(reach),
        context.figures("coverage", "groups", "groups_by_hamlet"),
        has_tiles=context.scope.is_whole,
    )


def process(context: PageContext, question: str) -> Answer:
    standing = context.table("regulations")
    picture = charts.split(
        standing, key="quy-che", title="Quy chế của các ấp, khu phố đang ở bước nào"
    )
    return Answer(
        question,
        (sentences.regulations(standing), sentences.meetings(context.table("meetings"))),
        (picture,) if context.scope.is_whole else (),
        context.figures("regulations", "hamlets_consulted", "consulted_by_hamlet", "meetings"),
    )


def posts(
    context: PageContext, question: str = "Bài tuyên truyền tới bao nhiêu nhóm, có kịp không?"
) -> Answer:
    topics, speed = context.table("posts_by_topic"), context.table("posts_speed")
    hand = context.table("hand_posting")
    texts = sentences.posts(
        topics, context.table("posts_by_topic", context.before), context.before,
        is_over=context.period.is_over(context.today),
    )  # fmt: skip
    pictures: list[Chart] = []
    if speed.total is not None and any(speed.total.values):
        pictures.append(charts.whole(speed, key="nhanh-cham", title="Bài tới nhóm nhanh hay chậm"))
    if topics.rows:
        pictures.append(charts.bars(topics, key="chu-de", title="Số bài theo chủ đề"))
    pictures += context.months("posts_by_month", "Lượt bài tới nhóm")
    return Answer(
        question,
        (*texts, *sentences.speed(speed), *sentences.by_hand(hand)),
        tuple(pictures),
        context.figures(
            "posts_by_topic", "posts_speed", "hand_posting", "hand_posting_by_hamlet",
            ("posts_by_month", context.trend),
        ),
    )  # fmt: skip


def tips_for_others(context: PageContext) -> Answer:
    """Numbers of tips after suppression; breakdowns of the last whole quarter."""
    quarter = last_quarter(context.period, context.today)
    span = told_span(context.period, context.today)
    received = context.table("tips", span)
    timely, informed = (context.table(key, quarter) for key in ("tips_in_time", "tips_told"))
    pictures = [
        *_split(timely, "dung-han", f"Phản ánh đúng hạn, quá hạn, {quarter.words}"),
        *context.months("tips", "Phản ánh đã nhận", of_whole=True),
    ]
    return Answer(
        "Người dân phản ánh bao nhiêu, việc xử lý và báo lại ra sao?",
        (
            sentences.tips(received, span.words),
            *sentences.rows_with_numbers(timely, quarter.words),
            *sentences.rows_with_numbers(informed, f"báo lại cho người dân, {quarter.words}"),
        ),
        tuple(pictures),
        context.figures(
            ("tips", span),
            *((key, quarter) for key in ("tips_in_time", "tips_told", "tips_by_outcome")),
        ),
    )


def tips_for_police(context: PageContext) -> Answer:
    """Numbers for the police, of any span."""
    timely, informed = context.table("tips_in_time"), context.table("tips_told")
    clocks = context.table("tip_clocks")
    pictures = [
        *_split(timely, "dung-han", "Phản ánh đúng hạn, quá hạn"),
        *(
            [charts.whole(clocks, key="buoc", title="Từng bước đúng hạn, quá hạn")]
            if clocks.total and any(clocks.total.values) else []
        ),
        *_bars(context.table("tips_by_category"), "linh-vuc", "Phản ánh theo lĩnh vực"),
        *context.months("tips_by_month", "Phản ánh đã nhận"),
    ]  # fmt: skip
    return Answer(
        "Phản ánh xử lý có kịp hạn, đã báo lại người dân chưa?",
        (
            sentences.tips(context.table("tips"), context.period.words),
            *sentences.rows_with_numbers(timely, "tiến độ"),
            *sentences.rows_with_numbers(informed, "báo lại cho người báo tin"),
        ),
        tuple(pictures),
        context.figures(
            "tips", "tips_in_time", "tip_clocks", "tips_told", "tips_by_kind", "tips_by_category",
            "tips_by_channel", "tips_by_outcome", "tips_handed_over", "transfers",
        ),
    )  # fmt: skip


def questions(context: PageContext) -> Answer:
    return Answer(
        "Người dân hỏi thủ tục, đã được trả lời chưa?",
        tuple(sentences.questions(context.table("questions"))),
        context.months("questions_by_month", "Câu hỏi về thủ tục"),
        context.figures("questions"),
    )


def direction(context: PageContext) -> Answer:
    """Progress of directions and of plans."""
    replies, steps = context.table("directions"), context.table("plan_steps")
    picture = charts.whole(steps, key="ke-hoach", title="Việc trong kế hoạch có hạn trong kỳ")
    return Answer(
        DIRECTION,
        (
            sentences.directions(replies),
            sentences.steps(steps),
            *sentences.spreading(context.table("spreading")),
            *sentences.proposals(context.table("proposals")),
        ),
        (picture,) if steps.total and any(steps.total.values) else (),
        context.figures("directions", "plan_steps", "spreading", "proposals"),
    )


def _reached(reach: Table) -> tuple[Chart, ...]:
    """Households in three parts; nothing when their number is unknown or too small."""
    total, joined, through = (sentences.of(reach.total, place) or 0 for place in range(3))
    if not total or joined + through > total:
        return ()
    whole = parts(
        "Hộ",
        (
            ("Có người trong nhóm", joined),
            ("Nhận tin qua người khác", through),
            ("Chưa được báo tin", total - joined - through),
        ),
    )
    return (charts.split(whole, key="do-phu", title="Các hộ nhận tin bằng cách nào"),)


def _split(table: Table, key: str, title: str) -> tuple[Chart, ...]:
    drawn = charts.split(table, key=key, title=title)
    return (drawn,) if any(part.width for stack in drawn.stacks for part in stack.parts) else ()


def _bars(table: Table, key: str, title: str) -> tuple[Chart, ...]:
    """Bars without empty rows, which stand in the table."""
    rows = tuple(row for row in table.rows if row.values[0])
    return (charts.bars(Table(table.columns, rows), key=key, title=title),) if rows else ()
