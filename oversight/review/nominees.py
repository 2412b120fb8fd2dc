"""Commendations as the papers need them: who is put forward; an informant by token alone."""

from collections.abc import Iterable

from django.db.models import Case, Value, When

from accounts.models import User
from oversight.models import Achievement, Commendation
from oversight.papers.commendations import Nominee

Subject = Achievement.Subject


def of_year(year: int, *, reader: User) -> tuple[Nominee, ...]:
    """Who is put forward for what was done in a year, without those who are not thanked this time.

    In an order that tells nothing of when: an informant has no day.
    """
    places = [When(achievement__subject_kind=one, then=Value(n)) for n, one in enumerate(Subject)]
    rows = (
        Commendation.objects.visible_to(reader)
        .filter(achievement__year=year)
        .exclude(status=Commendation.Status.DECLINED)
        .select_related("achievement", "form")
        .order_by(Case(*places), "form__position", "achievement__name", "achievement__token")
    )
    return nominees_of(rows)


def nominees_of(rows: Iterable[Commendation]) -> tuple[Nominee, ...]:
    """The lines of a list, in the order of the rows."""
    return tuple(_nominee(one) for one in rows)


def _nominee(commendation: Commendation) -> Nominee:
    done = commendation.achievement
    if done.is_informant:
        return Nominee(done.subject, "", done.what, str(commendation.form), is_public=False)
    return Nominee(done.name, done.place, done.what, str(commendation.form))
