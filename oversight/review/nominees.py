"""Commendations as the papers need them: whom a decision names; an informant by token alone."""

from collections.abc import Iterable

from oversight.models import Commendation
from oversight.papers.commendations import Nominee


def nominees_of(rows: Iterable[Commendation]) -> tuple[Nominee, ...]:
    """The lines of a list of those with a decision, in the order of the rows."""
    return tuple(_nominee(one) for one in rows if one.status in ("accepted", "handed_over"))


def _nominee(commendation: Commendation) -> Nominee:
    done = commendation.achievement
    if done.is_informant:
        return Nominee(done.subject, "", done.what, str(commendation.form), is_public=False)
    return Nominee(done.name, done.place, done.what, str(commendation.form))
