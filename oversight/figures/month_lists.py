"""What stands behind the figures told by month: the lists of the whole, cut to the month."""

from dataclasses import replace
from datetime import datetime

from django.db.models import QuerySet

from oversight import periods
from oversight.figures import post_lists, question_lists, tip_lists
from oversight.figures.by_month import key_of
from oversight.figures.listing import Listing
from oversight.figures.table import ALL
from oversight.periods import Period
from oversight.scopes import Scope


def _cut(whole: Listing) -> Listing:
    def rows(
        scope: Scope, period: Period, as_of: datetime, line: str, column: int | None
    ) -> QuerySet:
        return whole.rows(scope, _span(period, line), as_of, ALL, None)

    return replace(whole, rows=rows, sums={}, unlisted={})


def _span(period: Period, line: str) -> Period:
    """The days of the span that lie in the month of a line."""
    if line == ALL:
        return period
    month = next(one for one in periods.months_in(period) if key_of(one) == line)
    return Period(max(month.first, period.first), min(month.last, period.last))


LISTINGS = {
    "posts_by_month": _cut(post_lists.LISTINGS["posts_by_topic"]),
    "tips_by_month": _cut(tip_lists.LISTINGS["tips"]),
    "questions_by_month": _cut(question_lists.LISTINGS["questions"]),
}
