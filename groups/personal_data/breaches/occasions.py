"""Have the chiefs told of a breach of personal data while its 72 hours run."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from django.db.models import QuerySet
from django.urls import reverse

from accounts.models import User
from duty.models import Occasion
from duty.occasions.models import subject_of
from duty.occasions.subjects import Subject, register, seen
from duty.services import close_occasions, open_occasion
from groups.personal_data.breaches.models import DataBreach

KIND: Final = "data_breach"
SETTLES: Final = "groups.settle_databreach"


def is_waited_for(breach: DataBreach) -> bool:
    """Whether the authority or each person still has to be told within the hours."""
    return breach.waits_for_authority or breach.waits_for_people


def follow(breach: DataBreach) -> None:
    """Open while somebody has to be told within the hours, close where nobody has."""
    if not is_waited_for(breach):
        close_occasions(breach, KIND)
    elif not Occasion.objects.open().of_subject(subject_of(breach), (KIND,)).exists():
        open_occasion(KIND, breach, commune=breach.commune, due_at=breach.due_at)


def _breaches_of(user: User) -> QuerySet[DataBreach] | None:
    return DataBreach.objects.visible_to(user) if user.has_perm(SETTLES) else None


def _stands(pk: int) -> bool:
    breach = DataBreach.objects.filter(pk=pk).first()
    return breach is not None and is_waited_for(breach)


def _who_settle(pk: int, now: datetime) -> Iterable[int]:
    breach = DataBreach.objects.filter(pk=pk).first()
    if breach is None:
        return ()
    return [user.pk for user in User.objects.chiefs_of(breach.commune_id)]


register(
    KIND,
    Subject(
        among=seen(_breaches_of),
        address=lambda user, pk: reverse("admin:groups_databreach_change", args=[pk]),
        stands=_stands,
        first=_who_settle,
    ),
)
