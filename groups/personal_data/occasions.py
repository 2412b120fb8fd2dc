"""Have somebody told that the last day of a request about personal data is near."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Final

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from duty.models import Occasion
from duty.occasions.models import subject_of
from duty.occasions.subjects import Subject, register, seen
from duty.services import close_occasions, open_occasion
from groups.personal_data.models import DataRequest
from groups.places.models import HamletAssignment

KIND: Final = "data_request_due"
SETTLES: Final = "groups.settle_datarequest"
# Told from the day before the last one.
AHEAD: Final = timedelta(days=1)
DAY_ENDS: Final = time(17)


def _is_near(request: DataRequest, today: date) -> bool:
    return request.is_open and request.next_due <= today + AHEAD


def follow(request: DataRequest) -> None:
    """Open where the last day is near or past, close where it is not or nothing is left to do."""
    if not _is_near(request, timezone.localdate()):
        close_occasions(request, KIND)
        return
    if not Occasion.objects.open().of_subject(subject_of(request), (KIND,)).exists():
        ends = timezone.make_aware(datetime.combine(request.next_due, DAY_ENDS))
        open_occasion(KIND, request, commune=request.commune, due_at=ends)


def follow_all() -> None:
    """Open for the requests whose last day has come near."""
    day = timezone.localdate() + AHEAD + timedelta(days=1)
    for request in DataRequest.objects.overdue(day).select_related("commune").order_by("pk"):
        follow(request)


def _requests_of(user: User) -> QuerySet[DataRequest] | None:
    return DataRequest.objects.visible_to(user) if user.has_perm(SETTLES) else None


def _stands(pk: int) -> bool:
    request = DataRequest.objects.filter(pk=pk).first()
    return request is not None and _is_near(request, timezone.localdate())


def _of_hamlet(pk: int, now: datetime) -> Iterable[int]:
    """Officers of the hamlet who may settle it; none where no hamlet is known."""
    request = DataRequest.objects.filter(pk=pk).first()
    if request is None or request.hamlet_id is None:
        return ()
    covers = HamletAssignment.objects.on(timezone.localdate(now)).filter(hamlet=request.hamlet_id)
    users = User.objects.filter(
        is_active=True, officer__is_active=True, officer__assignments__in=covers
    )
    return [user.pk for user in users.distinct().order_by("pk") if user.has_perm(SETTLES)]


register(
    KIND,
    Subject(
        among=seen(_requests_of),
        address=lambda user, pk: reverse("admin:groups_datarequest_change", args=[pk]),
        stands=_stands,
        first=_of_hamlet,
    ),
)
