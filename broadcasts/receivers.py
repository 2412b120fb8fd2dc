"""What posts do when hamlets or officers change."""

from typing import Any

from django.dispatch import receiver

from accounts.models import User
from broadcasts.services import following
from groups.models import HamletChange, Handover
from groups.signals import Moved, hamlets_changing, handing_over


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
