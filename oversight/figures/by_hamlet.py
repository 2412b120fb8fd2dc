"""Figures by hamlet: groups, consultation, posting by hand. In the order of codes, never ranked."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Case, CharField, F, QuerySet, Value, When
from django.db.models.functions import Cast
from django.utils import timezone

from accounts.scoped_admin.asking import Asking
from broadcasts.models import Delivery
from groups.models import ZaloGroup
from oversight.figures.consultation import STEPS, hamlets_by_step, hamlets_of
from oversight.figures.deliveries import by_hand_and_group, by_hand_in
from oversight.figures.listing import Grid, Listing, figure
from oversight.figures.place import groups_of
from oversight.figures.posts import (
    BY_HAND,
    HEADINGS,
    VIEW_DELIVERIES,
    delivery_cells,
    delivery_page,
    due_in,
    named,
    parts_in,
)
from oversight.figures.reach import lines_of_groups, place_lines, place_of
from oversight.figures.scopes import Scope
from oversight.figures.table import Ask, Row, Table, asking, counting, summed
from oversight.periods import Period

COUNTED_WITHIN = timedelta(days=90)
TENDED_COLUMNS = {
    "tended": "Có cán bộ, đã đếm", "uncounted": "Có cán bộ, số đếm cũ",
    "unattended": "Chưa có cán bộ",
}  # fmt: skip


def _groups(scope: Scope, period: Period, as_of: datetime) -> QuerySet[Any]:
    return scope.groups().annotate(line=place_of("hamlet", scope), column=F("status"))


def _asked(scope: Scope, period: Period, as_of: datetime) -> QuerySet[Any]:
    told_apart = hamlets_by_step(scope, period, as_of).annotate(step=F("line"))
    return told_apart.annotate(column=F("step"), line=Cast("pk", CharField()))


def _tended(scope: Scope, period: Period, as_of: datetime) -> QuerySet[Any]:
    """Active groups; those that the machine counts are never counted too long ago."""
    today = timezone.localdate(as_of)
    groups: Any = scope.groups()
    return (
        groups.active()
        .with_health(today)
        .with_counts_since(today - COUNTED_WITHIN)
        .annotate(
            line=place_of("hamlet", scope),
            column=Case(
                When(is_unattended=True, then=Value("unattended")),
                When(is_counted=True, then=Value("tended")),
                default=Value("uncounted"),
            ),
        )
    )


GROUPS = Grid(place_lines, {state.value: str(state.label) for state in ZaloGroup.Status}, _groups)
TENDED = Grid(place_lines, TENDED_COLUMNS, _tended)
ASKED = Grid(lambda scope: {str(hamlet.pk): str(hamlet) for hamlet in scope.hamlets}, STEPS, _asked)


def _told_apart(scope: Scope, period: Period, as_of: datetime) -> QuerySet[Any]:
    due = by_hand_in(due_in(scope, period))
    return due.annotate(line=place_of("zalo_group__hamlet", scope), column=F("status"))


@asking
def _table(scope: Scope, period: Period, as_of: datetime) -> Asking[Table]:
    """Counts are stored by group, whose hamlet may change: its present line is looked up."""
    if not scope.is_whole:
        return (yield from counting(HANDS.table, scope, period, as_of))
    parts = parts_in("hand_groups", scope, period, as_of)
    by_group: dict[str, int] = {}
    if parts.rest:
        rows = yield by_hand_and_group(due_in(scope, *parts.rest))
        by_group = {f"{group} {status}": number for _, group, status, number in rows}
    pairs = [(key.split(), number) for key, number in parts.add_to(by_group).items()]
    lines = dict((yield lines_of_groups(scope, {int(group) for (group, _), _number in pairs})))
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


def _rows(ask: Ask) -> QuerySet[Delivery]:
    return named(HANDS.rows(ask))


FIGURES = (
    figure(
        "groups_by_hamlet", GROUPS.table, groups_of(GROUPS.rows), is_of_moment=True,
        at_month_end=GROUPS.at_month_end,
    ),
    figure(
        "groups_tended", TENDED.table, groups_of(TENDED.rows), is_of_moment=True,
        at_month_end=TENDED.at_month_end,
    ),
    figure(
        "consulted_by_hamlet", ASKED.table, hamlets_of(ASKED), is_of_moment=True,
        at_month_end=ASKED.at_month_end,
    ),
)  # fmt: skip
HAND_FIGURES = (
    figure(
        "hand_posting_by_hamlet", _table,
        Listing(VIEW_DELIVERIES, HEADINGS, delivery_cells, delivery_page, _rows),
        at_month_end=HANDS.flow,
    ),
)  # fmt: skip
