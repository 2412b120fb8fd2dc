"""Draft post for residents from a signed summary, with exactly its numbers.

Only from summaries of bodies outside the police, whose numbers are public.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Final

from django.utils import timezone

from accounts.audit import services as audit
from accounts.models import User
from accounts.services import NotAllowed
from broadcasts.models import Broadcast, Topic
from broadcasts.services import create
from groups.models import ZaloGroup
from oversight.figures.place import past_day
from oversight.figures.table import Counted, Table
from oversight.summaries.content import figures_from
from oversight.summaries.models import PeriodSummary
from vietnamese.text import grouped

TOPIC: Final = "ket-qua-mo-hinh"
LONGEST: Final = 2000
THANKS: Final = (
    "Công an xã cảm ơn bà con. Thấy việc lạ, xin tiếp tục báo tin cho cán bộ phụ trách ấp, khu "
    "phố. Nhà hàng xóm chưa vào nhóm, bà con mời giúp; tham gia là tự nguyện."
)
MEMBERS: Final = 3  # the column of coverage
DATED: Final = "Tính đến hết ngày"  # begins the note of coverage of a past day
URGENT: Final = "Việc khẩn cấp: gọi 113, 114, 115."


def text_of(summary: PeriodSummary) -> str:
    """Text for residents, with numbers of the summary only."""
    counted = {one.figure.key: one for one in figures_from(summary.content)}
    tables = {key: one.table for key, one in counted.items()}
    lines = [f"- {line}" for line in _lines(tables, summary, _groups_on(counted, summary))]
    name = summary.period.words
    head = f"{name[:1].upper()}{name[1:]}, nhờ bà con cùng làm, mô hình “Zalo kết nối bình yên”:"
    return "\n".join([head, *lines]) + f"\n\n{THANKS}\n\n{URGENT}"


def may_become_post(summary: PeriodSummary) -> bool:
    """Whether its numbers are in force and public."""
    return (
        summary.is_for_outsiders and PeriodSummary.objects.in_force().filter(pk=summary.pk).exists()
    )


def draft_post(summary: PeriodSummary, *, by: User) -> Broadcast:
    """Create a draft post for the whole commune; the author submits it. Raises NotAllowed."""
    if not summary.is_signed or not summary.is_for_outsiders:
        raise NotAllowed(
            "Chỉ soạn bài từ báo cáo đã ký của Đảng ủy hoặc Ủy ban: số phản ánh ở đó đã gộp số nhỏ."
        )
    if not may_become_post(summary):
        raise NotAllowed("Báo cáo này đã có bản khác ký thay. Hãy soạn bài từ bản đã ký mới nhất.")
    if by.commune_id != summary.commune_id:
        raise NotAllowed("Tài khoản này không thuộc xã của báo cáo.")
    topic = Topic.objects.filter(code=TOPIC).first()
    if topic is None:
        raise NotAllowed("Chưa có chủ đề “Kết quả hoạt động của mô hình”.")
    text = text_of(summary)
    if len(text) > LONGEST:
        raise NotAllowed(f"Bài dài quá {LONGEST} ký tự. Hãy soạn bài ngắn hơn từ báo cáo.")
    title = f"Kết quả “Zalo kết nối bình yên” {summary.period.words}"
    post = Broadcast(commune=summary.commune, title=title[:150], text=text, topic=topic)
    made = create(post, by=by)
    audit.record("summary.post_drafted", by=by, target=summary, post=made.pk)
    return made


def _groups_on(counted: Mapping[str, Counted], summary: PeriodSummary) -> date:
    """Day of the number of groups: the end of the period if it was kept, else that of counting."""
    groups = counted.get("groups")
    is_kept = groups is not None and not groups.figure.is_of_moment
    return summary.last if is_kept else timezone.localdate(summary.as_of)


def _lines(tables: Mapping[str, Table], summary: PeriodSummary, groups_on: date) -> Iterator[str]:
    """A line for each published number.

    The households of summaries that were counted before memberships had days, which name a number
    of members and no day, are those of the day of counting.
    """
    households, joined = _total(tables, "coverage", 0), _total(tables, "coverage", 1)
    counted_on = timezone.localdate(summary.as_of)
    if joined:
        has_day = "coverage" in tables and tables["coverage"].note.startswith(DATED)
        is_of_counting = _total(tables, "coverage", MEMBERS) is not None and not has_day
        day = past_day(summary.period, summary.as_of)
        joined_on = day if day and not is_of_counting else counted_on
        whole = f" trên {grouped(households)}" if households else ""
        words = f"{grouped(joined)}{whole} hộ có người trong nhóm Zalo của ấp, khu phố."
        yield f"Đến ngày {joined_on:%d/%m/%Y}: {words}"
    if groups := _total(tables, "groups", _column(tables, "groups", ZaloGroup.Status.ACTIVE.label)):
        yield f"Đến ngày {groups_on:%d/%m/%Y}: {grouped(groups)} nhóm đang hoạt động."
    if posts := _total(tables, "posts_by_topic", 0):
        arrivals = sum(_total(tables, "posts_by_topic", place) or 0 for place in (1, 2))
        yield (
            f"Đã đăng {grouped(posts)} bài tuyên truyền, với {grouped(arrivals)} lượt tới các nhóm."
        )
    if asked := _asked(tables):
        yield f"Nhận {grouped(asked)} câu hỏi về thủ tục hành chính của bà con."
    if tips := _tips(tables):
        yield f"Tiếp nhận {grouped(tips)} phản ánh của bà con; mọi phản ánh đều được giữ kín."


def _asked(tables: Mapping[str, Table]) -> int:
    """Number of all questions, including those that were none: a difference would reveal these."""
    rows = tables["questions"].rows if "questions" in tables else ()
    return sum(value or 0 for row in rows for value in row.values)


def _total(tables: Mapping[str, Table], key: str, place: int | None) -> int | None:
    table = tables.get(key)
    if table is None or table.total is None or place is None:
        return None
    return table.total.values[place]


def _column(tables: Mapping[str, Table], key: str, label: object) -> int | None:
    columns = tables[key].columns if key in tables else ()
    return columns.index(str(label)) if str(label) in columns else None


def _tips(tables: Mapping[str, Table]) -> int | None:
    """Published sum, or the one published month."""
    table = tables.get("tips")
    if table is None:
        return None
    if table.total is not None:
        return table.total.values[0]
    return table.rows[0].values[0] if len(table.rows) == 1 else None
