"""What posts do when hamlets or officers change, and when Zalo tells of them."""

from typing import Any

from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver
from django.utils import timezone

from accounts.models import Holiday, User
from broadcasts.models import Schedule
from broadcasts.services import echoes, following
from groups.models import HamletChange, Handover
from groups.signals import Moved, hamlets_changing, handing_over
from zalo.events import OwnEcho
from zalo.models import OfficialAccount
from zalo.signals import echo_received


@receiver(hamlets_changing)
def posts_follow_hamlets(
    sender: Any, *, change: HamletChange, successors: dict[int, list[int]], **kwargs: Any
) -> list[Moved] | None:
    return following.follow_hamlets(change, successors)


@receiver(handing_over)
def posts_follow_officers(
    sender: Any, *, handover: Handover, giver: User | None, taker: User, **kwargs: Any
) -> list[Moved] | None:
    return following.follow_officer(handover, giver, taker)


@receiver([post_save, post_delete], sender=Holiday)
def schedules_follow_the_calendar(sender: Any, **kwargs: Any) -> None:
    """A day off that is announced, moved or taken back: the next tick looks at every schedule."""
    Schedule.objects.filter(plan_due_at__isnull=False).update(plan_due_at=timezone.now())


@receiver(echo_received)
def unclear_deliveries_hear_of_themselves(
    sender: Any, *, account: OfficialAccount, event: OwnEcho, **kwargs: Any
) -> None:
    echoes.note_echo(account, event)
