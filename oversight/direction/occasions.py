"""Have the addressee told that the day of the reply to a direction is near."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Final

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from duty.models import Occasion
from duty.occasions.models import subject_of
from duty.occasions.subjects import Subject, register, seen
from duty.services import add_part, close_occasions, open_occasion
from oversight.direction.models import Direction, DirectionEvent

KIND: Final = "direction_due"
REPLIES: Final = "oversight.reply_direction"
WAITING: Final = (Direction.State.OPEN, Direction.State.RETURNED)
# Told from two days before the last one.
AHEAD: Final = timedelta(days=2)
DAY_ENDS: Final = time(17)


def _is_near(direction: Direction, today: date) -> bool:
    return direction.state in WAITING and direction.due_on <= today + AHEAD


def _is_asked_for(direction: Direction, today: date) -> bool:
    """Whether the addressee is told: the day is near, or the issuer reminded last."""
    return _is_near(direction, today) or (direction.state in WAITING and _was_reminded(direction))


def _was_reminded(direction: Direction) -> bool:
    last = direction.events.last()
    return last is not None and last.kind == DirectionEvent.Kind.REMINDED


def follow(direction: Direction) -> None:
    """Open where a reply is near, late or asked for, close where none is waited for."""
    if not _is_asked_for(direction, timezone.localdate()):
        close_occasions(direction, KIND)
        return
    if not Occasion.objects.open().of_subject(subject_of(direction), (KIND,)).exists():
        ends = timezone.make_aware(datetime.combine(direction.due_on, DAY_ENDS))
        open_occasion(KIND, direction, commune=direction.commune, due_at=ends)


def tell_again(direction: Direction) -> None:
    """Tell the addressee at once; call after the reminder was recorded."""
    follow(direction)
    add_part(direction, KIND, people=_addressees(direction.pk, timezone.now()))


def follow_all() -> None:
    """Open for the directions whose day has come near."""
    day = timezone.localdate() + AHEAD + timedelta(days=1)
    for direction in Direction.objects.overdue(day).select_related("commune").order_by("pk"):
        follow(direction)


def _speaks_for(user: User, pk: int) -> bool:
    """Whether the account replies for the addressee."""
    rows = Direction.objects.visible_to(user).spoken_for_by(user)
    return user.has_perm(REPLIES) and rows.filter(pk=pk).exists()


def _addressees(pk: int, now: datetime) -> Iterable[int]:
    """Accounts of the body or hamlet; the Party office for party organisations."""
    direction = Direction.objects.filter(pk=pk).first()
    if direction is None:
        return ()
    asked = Q(groups__permissions__content_type__app_label="oversight") & Q(
        groups__permissions__codename="reply_direction"
    )
    users = User.objects.filter(asked, commune=direction.commune_id, is_active=True).distinct()
    return [user.pk for user in users.order_by("pk") if _speaks_for(user, pk)]


def _stands(pk: int) -> bool:
    direction = Direction.objects.filter(pk=pk).first()
    return direction is not None and _is_asked_for(direction, timezone.localdate())


register(
    KIND,
    Subject(
        among=seen(lambda user: Direction.objects.visible_to(user)),
        address=lambda user, pk: reverse("admin:oversight_direction_show", args=[pk]),
        stands=_stands,
        first=_addressees,
    ),
)
