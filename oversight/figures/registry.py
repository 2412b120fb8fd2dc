"""Registry of the figures and their lists."""

from collections.abc import Iterable
from datetime import datetime

from accounts.scoped_admin.asking import Asking, alone, together
from oversight.figures import (
    by_hamlet,
    by_month,
    comparing,
    consultation,
    direction,
    place,
    posts,
    questions,
    reach,
    tips,
    year,
)
from oversight.figures.listing import COUNTS_ONLY, HIDDEN, NO_LINE, Listing, address
from oversight.figures.month_ends import reading as month_ends
from oversight.figures.scopes import Scope
from oversight.figures.table import Counted, Figure, NotListed, Row
from oversight.periods import Period

FIGURES: dict[str, Figure] = {
    figure.key: figure
    for figure in (
        *place.FIGURES,
        *reach.FIGURES,
        *consultation.FIGURES,
        *by_hamlet.FIGURES,
        *posts.FIGURES,
        *by_hamlet.HAND_FIGURES,
        *tips.FIGURES,
        *questions.FIGURES,
        *by_month.FIGURES,
        *direction.FIGURES,
        *year.FIGURES,
    )
}
LISTINGS: dict[str, Listing] = {
    key: figure.listing for key, figure in FIGURES.items() if figure.listing is not None
}


def compute(key: str, scope: Scope, period: Period, *, as_of: datetime) -> Counted:
    """A figure of a scope and period at a moment, frozen or counted. Raises KeyError."""
    return alone(compute_asked(key, scope, period, as_of=as_of))


def compute_all(
    keys: Iterable[str], scope: Scope, period: Period, *, as_of: datetime
) -> list[Counted]:
    """Several figures of a scope and period, read together."""
    return together([compute_asked(key, scope, period, as_of=as_of) for key in keys])


def compute_asked(key: str, scope: Scope, period: Period, *, as_of: datetime) -> Asking[Counted]:
    """The same, read together with other figures."""
    counted = yield from month_ends.counted_asked(FIGURES[key], scope, period, as_of)
    return comparing.with_previous(counted, scope, as_of)


def behind(key: str, scope: Scope, period: Period) -> str:
    """Address of the list of a figure. Raises NotListed with the reason."""
    return FIGURES[key].behind(scope, period)


def behind_row(key: str, scope: Scope, period: Period, row: Row, column: int = 0) -> str:
    """Address of the list of a number of a line or total. Raises NotListed with the reason."""
    listing = LISTINGS[key]
    if row.values[column] is None:
        raise NotListed(HIDDEN)
    if not row.key:
        raise NotListed(NO_LINE)
    if column in listing.unlisted:
        raise NotListed(listing.unlisted[column])
    if not listing.shows(scope, row.key):
        raise NotListed(COUNTS_ONLY)
    return address(key, scope, period, row.key, column)
