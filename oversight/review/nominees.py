"""Commendations as the papers need them: who is put forward, who is thanked by a decision.

An informant stands by token alone.
"""

from collections.abc import Iterable

from django.db.models import QuerySet

from accounts.models import User
from accounts.vietnamese import fold
from oversight.models import Achievement, Commendation
from oversight.papers.commendations import Nominee, Rewarded

SUBJECTS = list(Achievement.Subject)


def of_year(year: int, *, reader: User) -> tuple[Nominee, ...]:
    """Who is put forward for what was done in a year, without those who are not thanked."""
    rows = Commendation.objects.visible_to(reader).exclude(status=Commendation.Status.DECLINED)
    return nominees_of(_in_order(rows.filter(achievement__year=year)))


def rewarded_of_year(year: int, *, reader: User) -> tuple[Rewarded, ...]:
    """Whom a decision thanks for what was done in a year, in the order of the other list."""
    rows = Commendation.objects.visible_to(reader).accepted()
    return tuple(_rewarded(one) for one in _in_order(rows.filter(achievement__year=year)))


def _in_order(rows: QuerySet[Commendation]) -> list[Commendation]:
    """In an order that tells nothing of when: an informant has no day.

    Names stand by their letters, which the database, comparing bytes, does not know.
    """
    return sorted(rows.select_related("achievement", "form"), key=_place)


def _place(commendation: Commendation) -> tuple[int, int, str, str]:
    done = commendation.achievement
    kind = SUBJECTS.index(Achievement.Subject(done.subject_kind))
    return (kind, commendation.form.position, fold(done.name), done.token)


def nominees_of(rows: Iterable[Commendation]) -> tuple[Nominee, ...]:
    """The lines of a list, in the order of the rows."""
    return tuple(_nominee(one) for one in rows)


def _nominee(commendation: Commendation) -> Nominee:
    done = commendation.achievement
    if done.is_informant:
        return Nominee(done.subject, "", done.what, str(commendation.form), is_public=False)
    return Nominee(done.name, done.place, done.what, str(commendation.form))


def _rewarded(commendation: Commendation) -> Rewarded:
    line, form = _nominee(commendation), commendation.form
    return Rewarded(
        line.name, line.place, line.achievement, form.name, line.is_public, form.given_by,
        commendation.decision_number, commendation.decided_on, commendation.handed_over_on,
    )  # fmt: skip
