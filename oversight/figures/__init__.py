"""The figures: each counted in one place, for screen, page, document and file alike."""

from datetime import datetime

from oversight.figures import place, posts, questions, tips
from oversight.figures.table import Counted, Figure, NotListed
from oversight.periods import Period
from oversight.scopes import Scope

FIGURES: dict[str, Figure] = {
    figure.key: figure
    for figure in (*place.FIGURES, *posts.FIGURES, *tips.FIGURES, *questions.FIGURES)
}


def compute(key: str, scope: Scope, period: Period, *, as_of: datetime) -> Counted:
    """A figure of a place and a span, as things stand at a moment. Raises KeyError."""
    figure = FIGURES[key]
    return Counted(figure, period, as_of, figure.count(scope, period, as_of))


def behind(key: str, scope: Scope, period: Period) -> str:
    """The address of the list that was counted. Raises NotListed, with the reason."""
    return FIGURES[key].behind(scope, period)


__all__ = ["FIGURES", "Counted", "Figure", "NotListed", "behind", "compute"]
