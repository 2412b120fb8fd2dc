"""What was posted by hand, hamlet by hamlet."""

from collections import Counter
from datetime import datetime
from typing import Any

from django.db.models import F, QuerySet

from broadcasts.models import Delivery
from oversight.figures.deliveries import by_hand_and_group, by_hand_in
from oversight.figures.listing import Grid, Listing, own_list
from oversight.figures.post_lists import HEADINGS, delivery_cells, delivery_page, named
from oversight.figures.posts import BY_HAND, VIEW_DELIVERIES, due_in, parts_in
from oversight.figures.reach import line_of_groups, place_lines, place_of
from oversight.figures.table import Figure, Row, Table, summed
from oversight.periods import Period
from oversight.scopes import Scope


def _told_apart(scope: Scope, period: Period, as_of: datetime) -> QuerySet[Any]:
    due = by_hand_in(due_in(scope, period))
    return due.annotate(line=place_of("zalo_group__hamlet", scope), column=F("status"))


def _table(scope: Scope, period: Period, as_of: datetime) -> Table:
    """Kept by group, whose hamlet may change: where it lies is looked up."""
    if not scope.is_whole:
        return HANDS.table(scope, period, as_of)
    parts = parts_in("hand_groups", scope, period, as_of)
    by_group: dict[str, int] = {}
    if parts.rest:
        rows = by_hand_and_group(due_in(scope, *parts.rest))
        by_group = {f"{group} {status}": number for _, group, status, number in rows}
    pairs = [(key.split(), number) for key, number in parts.add_to(by_group).items()]
    lines = line_of_groups(scope, {int(group) for (group, _status), _number in pairs})
    found: Counter[tuple[str, str]] = Counter()
    for (group, status), number in pairs:
        found[lines[int(group)], status] += number
    rows_of = HANDS.lines(scope).items()
    return summed(
        Table(
            tuple(HANDS.columns.values()),
            tuple(
                Row(label, tuple(found[line, status] for status in HANDS.columns), line)
                for line, label in rows_of
            ),
        )
    )


HANDS = Grid(place_lines, {status.value: str(status.label) for status in BY_HAND}, _told_apart)


def _rows(
    scope: Scope, period: Period, as_of: datetime, line: str, column: int | None
) -> QuerySet[Delivery]:
    return named(HANDS.rows(scope, period, as_of, line, column))


FIGURES = (
    Figure(
        "hand_posting_by_hamlet", "Đăng tay theo ấp, khu phố", "lượt",
        "Lượt đăng tay của bài có giờ đăng trong kỳ, theo ấp, khu phố của nhóm và tình trạng lúc "
        "xem: cán bộ khai đã đăng, đã bỏ lỡ, còn chờ, đã hủy. Xếp theo mã ấp, không xếp hạng.",
        "Sổ lượt gửi.",
        _table, own_list("hand_posting_by_hamlet", VIEW_DELIVERIES),
    ),
)  # fmt: skip
LISTINGS = {
    "hand_posting_by_hamlet": Listing(
        VIEW_DELIVERIES, HEADINGS, delivery_cells, delivery_page, _rows
    )
}
